internal import Foundation
internal import Glibc
internal import Quantities

/// A bundle in one file: the tar of POSIX (ustar), with nothing in it but regular files and folders.
///
/// A bundle comes from outside. Whatever in it is not such a file is refused and never followed: nothing is unpacked,
/// so no name can lead anywhere.
enum TarArchive {
  /// Why a file is no bundle, in one sentence without a full stop.
  struct Problem: Error, Equatable {
    let message: String
  }

  private static let block = 512

  /// Whether a file says that it is a tar.
  static func isOne(_ path: String) -> Bool {
    guard !path.hasSuffix(".tar"), let file = FileHandle(forReadingAtPath: path) else { return path.hasSuffix(".tar") }
    defer { try? file.close() }
    let head = (try? file.read(upToCount: block)) ?? Data()
    return head.count == block && Array(head[257..<262]) == Array("ustar".utf8)
  }

  // Writing.

  /// Packs the files of a directory, in the order of their names and without what differs between machines.
  ///
  /// - Parameters:
  ///   - directory: where they are.
  ///   - path: the file; it is complete once it has its name.
  /// - Throws: ``Problem``, or an error of the file system.
  static func write(_ directory: String, to path: String) throws {
    let draft = path + ".new"
    guard FileManager.default.createFile(atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]),
      let out = FileHandle(forWritingAtPath: draft)
    else { throw Problem(message: "\(draft) cannot be written") }
    do {
      for name in BundleFiles.names(in: directory) {
        let data = try Data(contentsOf: URL(filePath: "\(directory)/\(name)"), options: .mappedIfSafe)
        try out.write(contentsOf: header(name, size: data.count))
        try out.write(contentsOf: data)
        try out.write(contentsOf: [UInt8](repeating: 0, count: padding(data.count)))
      }
      try out.write(contentsOf: [UInt8](repeating: 0, count: 2 * block))
      try out.synchronize()
      try out.close()
      guard rename(draft, path) == 0 else { throw Problem(message: "\(path) cannot be written") }
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
  }

  private static func padding(_ size: Int) -> Int { (block - size % block) % block }

  private static func header(_ name: String, size: Int) throws(Problem) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: block)
    func put(_ text: String, at place: Int) {
      bytes.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
    }
    let digits = String(size, radix: 8)
    guard name.utf8.count <= 100, digits.count <= 11 else {
      throw Problem(message: "\(name) is too long for a tar")
    }
    put(name, at: 0)
    put("0000644", at: 100)
    for place in [108, 116] { put("0000000", at: place) }
    put(String(repeating: "0", count: 11 - digits.count) + digits, at: 124)
    put("00000000000", at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    let sum = String(bytes.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum, at: 148)
    bytes[154] = 0
    return bytes
  }

  // Reading.

  /// The files in a tar, by their names.
  ///
  /// - Parameter path: the file.
  /// - Returns: their bytes. A folder around all of them, as `tar cf bundle.tar bundle` makes it, is left out.
  /// - Throws: ``Problem`` for what is no tar, is cut, or holds anything but regular files with plain names.
  static func read(_ path: String) throws(Problem) -> [String: [UInt8]] {
    guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
      throw Problem(message: "it cannot be read")
    }
    let found: Result<[String: [UInt8]], Problem> = data.withUnsafeBytes { bytes in
      Result { () throws(Problem) in try read(bytes) }
    }
    return try found.get()
  }

  /// The same of bytes in memory.
  static func read(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    var folders: Set<String> = []
    var place = 0
    while true {
      guard place + block <= bytes.count else { throw Problem(message: "it is cut after \(place) bytes") }
      let head = UnsafeRawBufferPointer(rebasing: bytes[place..<place + block])
      if head.allSatisfy({ $0 == 0 }) { break }
      let member = try Member(head, at: place)
      place += block
      guard member.size <= bytes.count - place else {
        let rest = bytes.count - place
        throw Problem(message: "it is cut: `\(member.name)` has \(member.size) bytes, and \(rest) follow")
      }
      guard files[member.name] == nil, !folders.contains(member.name) else {
        throw Problem(message: "it has `\(member.name)` twice")
      }
      if member.isFolder {
        folders.insert(member.name)
      } else {
        files[member.name] = Array(bytes[place..<place + member.size])
      }
      place += member.size
      let end = min(place + padding(member.size), bytes.count)
      guard bytes[place..<end].allSatisfy({ $0 == 0 }) else {
        throw Problem(message: "there is something behind the end of `\(member.name)`")
      }
      place = end
    }
    guard bytes.count - place >= 2 * block else { throw Problem(message: "it is cut: its end is missing") }
    guard bytes.count % block == 0, bytes[place...].allSatisfy({ $0 == 0 }) else {
      throw Problem(message: "there is something behind its end")
    }
    return withoutFolder(files)
  }

  private static func withoutFolder(_ files: [String: [UInt8]]) -> [String: [UInt8]] {
    let sums = "/" + BundleRecord.sums
    guard files[BundleRecord.sums] == nil,
      let folder = files.keys.first(where: { $0.hasSuffix(sums) })?.dropLast(sums.count - 1),
      files.keys.allSatisfy({ $0.hasPrefix(folder) })
    else { return files }
    return Dictionary(
      files.map { (String($0.key.dropFirst(folder.count)), $0.value) }, uniquingKeysWith: { one, _ in one })
  }

  /// The head of a member.
  private struct Member {
    var name: String
    var size: Int
    var isFolder: Bool

    init(_ head: UnsafeRawBufferPointer, at place: Int) throws(Problem) {
      var sum = 8 * 32
      for byte in 0..<TarArchive.block where !(148..<156).contains(byte) { sum += Int(head[byte]) }
      // What is written by everybody: six digits, a zero byte, a space. The sum covers all other bytes.
      guard head[154] == 0, head[155] == UInt8(ascii: " "), Self.octal(head[148..<154]) == sum else {
        throw Problem(message: "what stands at byte \(place) is no head of a file, or was changed")
      }
      var path = Self.text(head[0..<100])
      if head[257..<263].elementsEqual(Array("ustar\0".utf8)), head[345] != 0 {
        path = Self.text(head[345..<500]).flatMap { prefix in path.map { "\(prefix)/\($0)" } }
      }
      guard var path else { throw Problem(message: "the name at byte \(place) is not UTF-8") }
      switch head[156] {
      case UInt8(ascii: "0"), 0: isFolder = false
      case UInt8(ascii: "5"): isFolder = true
      case let kind:
        let what = ["1": "a hard link", "2": "a symbolic link", "x": "an extended head", "L": "a long name"]
        let letter = String(UnicodeScalar(kind))
        throw Problem(
          message: "`\(path.prefix(100))` is \(what[letter] ?? "of the kind `\(letter)`"), and a bundle has files alone"
        )
      }
      while path.hasPrefix("./") { path.removeFirst(2) }
      if isFolder, path.hasSuffix("/") { path.removeLast() }
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      let isPlain = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && !path.contains("\\")
      guard isPlain && !path.unicodeScalars.contains(where: { $0.value < 32 }) || isFolder && path.isEmpty else {
        throw Problem(message: "the name `\(path.prefix(100))` leads out of the bundle, or is none")
      }
      guard let size = Self.octal(head[124..<135]), head[135] == 0 || head[135] == UInt8(ascii: " ") else {
        throw Problem(message: "the size of `\(path.prefix(100))` cannot be read")
      }
      guard !isFolder || size == 0 else { throw Problem(message: "the folder `\(path.prefix(100))` has bytes") }
      (name, self.size) = (path, size)
    }

    private static func octal(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
      guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else { return nil }
      return digits.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String? {
      String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

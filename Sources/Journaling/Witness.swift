internal import Foundation
internal import GRDB
internal import Glibc
internal import Quantities
internal import Records

/// What an executor wrote last, kept in the lock file of its run: a journal that lost it is not the one it wrote.
///
/// It is written after each commit without waiting for the disk. So after a power cut it may be older than the journal,
/// never newer.
struct Witness: Equatable, Sendable {
  /// The number of entries of the log.
  var size: Int64
  /// The root over them.
  var root: Digest
  /// The executor's epoch.
  var epoch: Int64

  /// The written form, of one length for ever, so that a newer one covers an older one: `size epoch root`.
  var text: String { "\(Self.padded(size)) \(Self.padded(epoch)) \(root.hex)\n" }

  private static func padded(_ number: Int64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 19 - digits.count)) + digits
  }

  init(size: Int64, root: Digest, epoch: Int64) { (self.size, self.root, self.epoch) = (size, root, epoch) }

  /// Reads the written form; `nil` for anything else.
  init?(_ text: String) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, let size = Int64(parts[0]), let epoch = Int64(parts[1]), size > 0, epoch > 0,
      let root = Digest(hex: String(parts[2].trimmingCharacters(in: .newlines)))
    else { return nil }
    self.init(size: size, root: root, epoch: epoch)
  }

  /// Reads that of a lock file; `nil` where no executor has left one, as in journals of earlier versions.
  ///
  /// An executor may be writing it: what is half of one and half of another is read again.
  static func read(_ file: String) throws(JournalError) -> Witness? {
    var last: String?
    for _ in 0..<patience {
      guard let text = try text(of: file), !text.isEmpty else { return nil }
      if text == last, let witness = Witness(text) { return witness }
      if last != nil { usleep(pause) }
      last = text
    }
    throw .corrupt(path: file, detail: "it is not what an executor wrote; remove it to go on from the journal as it is")
  }

  /// So often it is looked at again, and so many microseconds lie between two looks.
  private static let (patience, pause) = (20, UInt32(5_000))

  /// What is in a file; `nil` where there is none. One that is there and cannot be read is not taken for none.
  private static func text(of file: String) throws(JournalError) -> String? {
    var problem: Int32 = 0
    for _ in 0..<2 {
      let descriptor = open(file, O_RDONLY | O_CLOEXEC)
      if descriptor >= 0 {
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        if count >= 0 { return String(decoding: bytes[..<count], as: UTF8.self) }
      } else if errno == ENOENT {
        return nil
      }
      problem = errno
    }
    throw .failed(
      path: file, detail: "what an executor wrote last cannot be read: \(String(cString: strerror(problem)))")
  }

  /// Says no when a journal has not got what an executor wrote, also after another look at both.
  static func check(
    _ witness: Witness?, _ database: Database, path: String, file: String
  ) throws {
    var witness = witness
    for _ in 1..<patience {
      do { return try witness?.check(database, path: path, file: file) ?? () } catch is JournalError {}
      usleep(pause)
      witness = try read(file)
    }
    try witness?.check(database, path: path, file: file)
  }

  /// Says no when a journal has not got what an executor wrote.
  func check(_ database: Database, path: String, file: String) throws {
    let size = try Journal.size(database)
    let name = URL(filePath: file).lastPathComponent
    let ways =
      "bring the newest copy back; or, when it is lost for good, two persons say so: sanderling audit incarnate"
    guard size >= self.size else {
      throw JournalError.lost(
        path: path, detail: "it has \(size) entries, and \(name) shows that \(self.size) were written (\(ways))")
    }
    guard try Journal.edge(of: self.size, database, path: path).root == root else {
      throw JournalError.lost(
        path: path, detail: "its first \(self.size) entries are not those that were written, as \(name) shows (\(ways))"
      )
    }
  }
}

extension Journal {
  /// The lock files beside a journal, by run.
  static func locks(beside path: String) -> [(run: Int64, file: String)] {
    let url = URL(filePath: path)
    let folder = url.deletingLastPathComponent().path(percentEncoded: false)
    let prefix = "\(url.lastPathComponent).r-"
    let beside = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return beside.compactMap { name in
      guard name.hasPrefix(prefix), name.hasSuffix(".lock"),
        let run = Int64(name.dropFirst(prefix.count).dropLast(".lock".count))
      else { return nil }
      return (run, "\(path).r-\(run).lock")
    }.sorted { $0.run < $1.run }
  }
}

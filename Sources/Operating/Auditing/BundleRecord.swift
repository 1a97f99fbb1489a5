internal import Foundation
public import Quantities
public import Records

/// A bundle: a record that left its machine, as files that can be read without this program.
public struct BundleRecord: StoredRecord {
  public let name: String
  public var hasCopies: Bool { false }
  /// What is wrong with its files, in sentences without full stops.
  let problems: [String]
  private let entries: [UInt8]
  private let starts: [Int]
  private let payloads: [Int64: (salt: [UInt8], body: [UInt8])]
  private let people: [StoredPerson]
  private let openings: [Opening]
  private let checkpoints: [KeptCheckpoint]
  private let plans: [String: [UInt8]]
  /// The digest of the list of the digests of its files: of the whole bundle.
  let digest: Digest

  /// The file whose presence makes a directory a bundle.
  static let sums = "SHA256SUMS"
  /// The file that says what was wrong with a journal when the bundle was made of it.
  static let damage = "DAMAGED.txt"

  /// Opens a bundle. What is wrong with its files is a part of it.
  ///
  /// - Parameter path: its directory, or a tar of it.
  /// - Throws: ``JournalError`` when it has no entries that can be read, and for a tar that holds more than files.
  public init(_ path: String) throws(JournalError) {
    name = path
    var problems: [String] = []
    let files = try BundleFiles(bundle: path)
    problems += files.problems
    digest = Digest(of: files.bytes(Self.sums) ?? [])
    for line in files.lines(Self.damage) {
      problems.append("it was made of a damaged journal: \(String(decoding: line, as: UTF8.self))")
    }
    guard let entries = files.bytes("entries.jsonl") else {
      throw .failed(path: path, detail: "it has no entries.jsonl that can be read")
    }
    self.entries = entries
    var starts = [0]
    for (place, byte) in entries.enumerated() where byte == UInt8(ascii: "\n") { starts.append(place + 1) }
    if starts.last != entries.count { problems.append("entries.jsonl does not end with a line break") }
    self.starts = starts
    var payloads: [Int64: (salt: [UInt8], body: [UInt8])] = [:]
    for (number, line) in files.lines("payloads.tsv").enumerated() {
      let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, let seq = Int64(String(decoding: parts[0], as: UTF8.self)),
        let salt = bytes(hexadecimal: parts[1]), payloads[seq] == nil
      else {
        problems.append("line \(number + 1) of payloads.tsv cannot be read")
        continue
      }
      payloads[seq] = (salt, Array(parts[2]))
    }
    self.payloads = payloads
    var people: [StoredPerson] = []
    for (number, line) in files.lines("people.jsonl").enumerated() {
      guard let json = try? JSON(canonical: line), let id = json["id"]?.string, let name = json["name"]?.string else {
        problems.append("line \(number + 1) of people.jsonl cannot be read")
        continue
      }
      let salt = json["salt"]?.string.flatMap { bytes(hexadecimal: $0.utf8) }
      people.append(StoredPerson(id: id, salt: salt, name: name))
    }
    self.people = people
    openings = Self.openings(in: files, &problems)
    var checkpoints: [KeptCheckpoint] = []
    for (name, bytes) in files.folder("checkpoints") {
      guard let size = Int64(name.replacing(".checkpoint", with: "")) else {
        problems.append("checkpoints/\(name) has no size for a name")
        continue
      }
      checkpoints.append(KeptCheckpoint(size: size, at: Instant(milliseconds: 0), note: bytes))
    }
    self.checkpoints = checkpoints.sorted { $0.size < $1.size }
    var plans: [String: [UInt8]] = [:]
    for (name, bytes) in files.folder("plans") { plans[name.replacing(".json", with: "")] = bytes }
    self.plans = plans
    self.problems = problems
  }

  private static func openings(in files: BundleFiles, _ problems: inout [String]) -> [Opening] {
    var openings: [Opening] = []
    for (number, line) in files.lines("openings.tsv").enumerated() {
      let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let salt = bytes(hexadecimal: parts[0]) else {
        problems.append("line \(number + 1) of openings.tsv cannot be read")
        continue
      }
      openings.append(Opening(salt: salt, body: Array(parts[1])))
    }
    return openings
  }

  /// So many entries from one on: their numbers are those of their lines.
  public func page(from seq: Int64, count: Int) throws -> StoredPage {
    var page = StoredPage()
    let last = Int64(starts.count - 1)
    var place = max(0, seq)
    entries.withUnsafeBytes { entries in
      while place < last, page.rows.count < count, !page.isFull {
        let body = UnsafeRawBufferPointer(rebasing: entries[starts[Int(place)]..<(starts[Int(place) + 1] - 1)])
        if let left = Self.pruned(body), payloads[place] == nil {
          page.add(pruned: place, run: left.run, leaf: left.leaf)
          place += 1
          continue
        }
        if let payload = payloads[place] {
          payload.salt.withUnsafeBytes { salt in
            payload.body.withUnsafeBytes { page.add(seq: place, copies: nil, body: body, payload: (salt, $0)) }
          }
        } else {
          page.add(seq: place, copies: nil, body: body, payload: nil)
        }
        place += 1
      }
    }
    return page
  }

  /// Whether it has an entry to the byte, with its payload where there is one.
  func holds(_ seq: Int64, _ body: [UInt8], _ payload: Opening?) -> Bool {
    guard seq >= 0, seq < Int64(starts.count - 1) else { return false }
    let line = entries[starts[Int(seq)]..<(starts[Int(seq) + 1] - 1)]
    guard line.elementsEqual(body) else { return false }
    guard let payload else { return true }
    return payloads[seq].map { $0.salt == payload.salt && $0.body == payload.body } ?? false
  }

  /// What a line says of an entry that was pruned: it is no entry, and shorter than any.
  private static func pruned(_ line: UnsafeRawBufferPointer) -> (run: Int64, leaf: Digest)? {
    guard line.count < 120, line.starts(with: "{\"leaf\":".utf8), let json = try? JSON(canonical: Array(line)),
      json.members.count == 2, let leaf = json["leaf"]?.string.flatMap({ Digest(hex: $0) }),
      let run = json["run"]?.integer
    else { return nil }
    return (run, leaf)
  }

  public func nodes(from id: Int64, count: Int) throws -> [(id: Int64, hash: [UInt8])] { [] }
  public func blobs(_ visit: (String, [UInt8]) throws -> Void) throws {
    for (digest, body) in plans.sorted(by: { $0.key < $1.key }) { try visit(digest, body) }
  }
  public func persons() throws -> [StoredPerson] { people }
  public func keptOpenings() throws -> [(commitment: String, opening: Opening)] {
    openings.map { ($0.commitment.hex, $0) }
  }
  public func runList() throws -> [StoredRun]? { nil }
  public func keptCheckpoints() throws -> [KeptCheckpoint] { checkpoints }
  public func strayPayloads() throws -> [Int64] {
    payloads.keys.filter { $0 < 0 || $0 >= Int64(starts.count - 1) }.sorted()
  }
}

/// The files of a bundle, compared with the list of their digests.
struct BundleFiles {
  private let contents: [String: [UInt8]]
  let problems: [String]

  /// Reads a directory, or a tar of one.
  init(bundle path: String) throws(JournalError) {
    guard TarArchive.isOne(path) else {
      self.init(path)
      return
    }
    do throws(TarArchive.Problem) {
      self.init(contents: try TarArchive.read(path))
    } catch {
      throw .corrupt(path: path, detail: "it is no tar of a bundle: \(error.message)")
    }
  }

  init(_ directory: String) {
    var contents: [String: [UInt8]] = [:]
    var unread: [String] = []
    for name in Self.names(in: directory) {
      guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else {
        unread.append("\(name) cannot be read")
        continue
      }
      contents[name] = Array(data)
    }
    self.init(contents: contents, problems: unread)
  }

  /// The names of the files in a directory and below it, in their order.
  static func names(in directory: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
    return names.sorted().filter { name in
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(directory)/\(name)", isDirectory: &isDirectory)
        && !isDirectory.boolValue
    }
  }

  /// Compares files with the list among them.
  init(contents: [String: [UInt8]], problems: [String] = []) {
    var problems = problems
    var listed: Set<String> = []
    for line in (contents[BundleRecord.sums] ?? []).split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: line, as: UTF8.self)
      let name = String(text.dropFirst(66))
      guard text.utf8.count > 66, text.dropFirst(64).hasPrefix("  "), let bytes = contents[name] else {
        problems.append("\(BundleRecord.sums) names what is not there: \(text.prefix(120))")
        continue
      }
      listed.insert(name)
      if Digest(of: bytes).hex != text.prefix(64) { problems.append("\(name) is not the file that was written") }
    }
    for name in contents.keys.sorted() where !listed.contains(name) && name != BundleRecord.sums {
      problems.append("\(name) is not in \(BundleRecord.sums)")
    }
    if contents[BundleRecord.sums]?.last != UInt8(ascii: "\n") { problems.append("\(BundleRecord.sums) is cut") }
    (self.contents, self.problems) = (contents, problems)
  }

  func bytes(_ name: String) -> [UInt8]? { contents[name] }

  func lines(_ name: String) -> [ArraySlice<UInt8>] {
    (contents[name] ?? []).split(separator: UInt8(ascii: "\n"))
  }

  func folder(_ folder: String) -> [(name: String, bytes: [UInt8])] {
    contents.filter { $0.key.hasPrefix(folder + "/") }.sorted { $0.key < $1.key }
      .map { (String($0.key.dropFirst(folder.count + 1)), $0.value) }
  }
}

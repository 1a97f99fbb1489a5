internal import Auditing
internal import Checkpoints
internal import Foundation
internal import Quantities
internal import Records

/// Writes a record into a directory, as files that can be read, and verified, without this program.
struct BundleWriter {
  private let record: any StoredRecord
  private let directory: String

  /// Writes a bundle.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - directory: where; it must not be there yet.
  ///   - damage: what is wrong with the record: the bytes are written all the same, and the bundle says so for ever.
  /// - Throws: ``Refusal``, also when the record cannot be read.
  static func write(_ record: any StoredRecord, to directory: String, damage: [Flaw]) throws {
    guard !FileManager.default.fileExists(atPath: directory) else {
      throw Refusal(.usage, "\(directory) is there already", next: ["name a directory that is not there yet"])
    }
    let writer = BundleWriter(record: record, directory: directory)
    // Like the journal: nobody else reads it until its owner says so.
    for folder in ["", "/plans", "/checkpoints", "/proofs"] {
      try FileManager.default.createDirectory(
        atPath: directory + folder, withIntermediateDirectories: folder.isEmpty,
        attributes: [.posixPermissions: 0o700])
    }
    try writer.writeEntries()
    try writer.writeRest(isWhole: damage.isEmpty)
    if !damage.isEmpty {
      try writer.put(Array(damage.map { "\($0.what)\n" }.joined().utf8), BundleRecord.damage)
    }
    try writer.writeSums()
  }

  /// Writes a bundle as one file.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - path: the tar; it must not be there yet, and is complete once it has its name.
  ///   - damage: what is wrong with the record.
  /// - Throws: ``Refusal``, also when the record cannot be read.
  static func write(_ record: any StoredRecord, asTar path: String, damage: [Flaw]) throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw Refusal(.usage, "\(path) is there already", next: ["name a file that is not there yet"])
    }
    let folder = path + ".files"
    try write(record, to: folder, damage: damage)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do { try TarArchive.write(folder, to: path) } catch let problem as TarArchive.Problem {
      throw Refusal(.failed, problem.message)
    }
  }

  private func put(_ bytes: [UInt8], _ name: String) throws {
    let path = "\(directory)/\(name)"
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw Refusal(.failed, "\(path) cannot be written")
    }
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.write(contentsOf: bytes)
    try file.close()
  }

  private func writeEntries() throws {
    for name in ["entries.jsonl", "payloads.tsv"] { try put([], name) }
    let entries = try FileHandle(forWritingTo: URL(filePath: "\(directory)/entries.jsonl"))
    let payloads = try FileHandle(forWritingTo: URL(filePath: "\(directory)/payloads.tsv"))
    try Exports.jsonl(record) { try entries.write(contentsOf: $0) }
    var next: Int64 = 0
    while true {
      let page = try record.page(from: next, count: 1_024)
      guard let last = page.rows.last else { break }
      for row in page.rows {
        guard let payload = page.payload(row) else { continue }
        let head = "\(row.seq)\t\(hexadecimal(payload.salt))\t"
        try payloads.write(contentsOf: Array(head.utf8) + payload.body + [UInt8(ascii: "\n")])
      }
      next = last.seq + 1
    }
    try entries.close()
    try payloads.close()
  }

  private func writeRest(isWhole: Bool) throws {
    try record.blobs { digest, body in try put(body, "plans/\(digest.filter(\.isHexDigit)).json") }
    let people = try record.persons().map { person in
      var object = JSONObject([("id", .string(person.id)), ("name", .string(person.name))])
      object["salt"] = person.salt.map { .string(hexadecimal($0)) }
      return JSON.object(object).canonicalText + "\n"
    }
    try put(Array(people.joined().utf8), "people.jsonl")
    let openings = try record.keptOpenings().flatMap { kept in
      Array("\(hexadecimal(kept.opening.salt))\t".utf8) + kept.opening.body + [UInt8(ascii: "\n")]
    }
    try put(openings, "openings.tsv")
    let kept = try record.keptCheckpoints()
    for one in kept { try put(one.note, "checkpoints/\(one.size).checkpoint") }
    // Proofs of what is damaged would prove nothing.
    if isWhole { try writeProofs(kept.last) }
    try put(Array(Self.readme.utf8), "README.txt")
  }

  /// For each change and each approval a proof that stands alone, for whoever is shown one entry and not the rest.
  private func writeProofs(_ newest: KeptCheckpoint?) throws {
    guard let newest, let signed = try? SignedCheckpoint(newest.note) else { return }
    let tree = try EntryTree(record)
    for change in try Population.changes(of: record) {
      for seq in [change.seq] + (change.carried + change.approvals).map(\.seq) where seq < newest.size {
        guard let hashes = Proof.inclusion(of: seq, in: newest.size, tree.subtree) else { continue }
        try put(LogProof(index: seq, hashes: hashes, checkpoint: signed).bytes, "proofs/\(seq).tlog-proof")
      }
    }
  }

  private func writeSums() throws {
    var text = ""
    for name in BundleFiles.names(in: directory) {
      let data = try Data(contentsOf: URL(filePath: "\(directory)/\(name)"), options: .mappedIfSafe)
      text += "\(Digest(of: data).hex)  \(name)\n"
    }
    try put(Array(text.utf8), BundleRecord.sums)
  }

  private static let readme = """
    A record of Sanderling. docs/audit.md of the program says what it proves.

      sha256sum -c SHA256SUMS            the files are those that were written
      sanderling audit verify DIR        everything else

    entries.jsonl      one entry a line, the bytes that are hashed; the first line is entry 0. Of an entry that was
                       pruned before: {"leaf":HASH,"run":NUMBER}
    payloads.tsv       number, salt, payload: SHA-256 of salt and payload is in the entry
    people.jsonl       names behind pseudonyms, with their salts
    openings.tsv       salt, body: accounts and keys that plans commit to
    plans/             plans, by the SHA-256 of their bytes
    checkpoints/       signed notes (c2sp.org/tlog-checkpoint) about the first so many entries
    proofs/            proofs of single entries (c2sp.org/tlog-proof)

    The leaf of the tree for line N (from 1), as in RFC 6962:

      sed -n Np entries.jsonl | tr -d '\\n' | (printf '\\0'; cat) | sha256sum

    A command that was signed (command_received, entry N from 0) has the signed words in its payload. The keys of
    persons stand in openings.tsv as allowed_signers; PRINCIPAL is that of the person.

      grep "^N$(printf '\\t')" payloads.tsv | cut -f 3 > p
      python3 -c 'import json; s = json.load(open("p"))["signed"]; open("w", "w").write(s["words"]); \
    open("w.sig", "w").write(s["signature"])'
      ssh-keygen -Y verify -n sanderling -I PRINCIPAL -f allowed_signers -s w.sig < w

    """
}

/// The tree over all entries of a record, in memory.
private struct EntryTree {
  private var levels: [[Digest]] = []

  init(_ record: any StoredRecord) throws {
    var leaves: [Digest] = []
    var next: Int64 = 0
    while true {
      let page = try record.page(from: next, count: 1_024)
      guard let last = page.rows.last else { break }
      for row in page.rows { leaves.append(page.leaf(row)) }
      next = last.seq + 1
    }
    levels = [leaves]
    while let row = levels.last, row.count > 1 {
      levels.append(stride(from: 0, to: row.count - 1, by: 2).map { Tree.parent(row[$0], row[$0 + 1]) })
    }
  }

  func subtree(_ level: Int, _ index: Int64) -> Digest? {
    guard levels.indices.contains(level), index >= 0, index < levels[level].count else { return nil }
    return levels[level][Int(index)]
  }
}

import Auditing
import Checkpoints
import Foundation
import Journaling
import Quantities
import Records
import Testing

/// A record whose every byte can be changed: what an attacker makes of a journal.
struct LooseRecord: StoredRecord, Equatable {
  struct Line: Equatable {
    var seq: Int64
    var run: Int64
    var epoch: Int64
    var at: Int64
    var type: [UInt8]
    var subject: [UInt8]
    var body: [UInt8]
    var salt: [UInt8]?
    var payload: [UInt8]?
  }

  let name = "loose"
  let hasCopies = true
  var lines: [Line] = []
  var stored: [Int64: [UInt8]] = [:]
  var plans: [String: [UInt8]] = [:]
  var people: [StoredPerson] = []
  var runs: [StoredRun] = []
  var kept: [KeptCheckpoint] = []
  var strays: [Int64] = []

  /// Everything that a record has.
  init(copy record: some StoredRecord) throws {
    let page = try record.page(from: 0, count: 1_000_000)
    for row in page.rows {
      let copies = try #require(row.copies)
      let payload = page.payload(row)
      lines.append(
        Line(
          seq: row.seq, run: copies.run, epoch: copies.epoch, at: copies.at, type: Array(page.bytes[copies.type]),
          subject: Array(page.bytes[copies.subject]), body: page.body(row), salt: payload?.salt, payload: payload?.body)
      )
    }
    for node in try record.nodes(from: 0, count: 1_000_000) { stored[node.id] = node.hash }
    try record.blobs { plans[$0] = $1 }
    people = try record.persons()
    runs = try #require(try record.runList())
    kept = try record.keptCheckpoints()
    strays = try record.strayPayloads()
  }

  func page(from seq: Int64, count: Int) throws -> StoredPage {
    var page = StoredPage()
    for line in lines.filter({ $0.seq >= seq }).sorted(by: { $0.seq < $1.seq }).prefix(count) {
      let type = line.type.withUnsafeBytes { page.add($0) }
      let subject = line.subject.withUnsafeBytes { page.add($0) }
      let copies = StoredPage.Copies(run: line.run, epoch: line.epoch, at: line.at, type: type, subject: subject)
      line.body.withUnsafeBytes { body in
        if let payload = line.payload {
          (line.salt ?? []).withUnsafeBytes { salt in
            payload.withUnsafeBytes { page.add(seq: line.seq, copies: copies, body: body, payload: (salt, $0)) }
          }
        } else {
          page.add(seq: line.seq, copies: copies, body: body, payload: nil)
        }
      }
    }
    return page
  }

  func nodes(from id: Int64, count: Int) throws -> [(id: Int64, hash: [UInt8])] {
    stored.filter { $0.key >= id }.sorted { $0.key < $1.key }.prefix(count).map { (id: $0.key, hash: $0.value) }
  }

  func blobs(_ visit: (String, [UInt8]) throws -> Void) throws { for (key, value) in plans { try visit(key, value) } }
  func persons() throws -> [StoredPerson] { people }
  func keptOpenings() throws -> [(commitment: String, opening: Opening)] { [] }
  func runList() throws -> [StoredRun]? { runs }
  func keptCheckpoints() throws -> [KeptCheckpoint] { kept }
  func strayPayloads() throws -> [Int64] { strays }

  /// The tree, made anew from the entries; and the copies beside them.
  mutating func rebuild() {
    stored = [:]
    var tree = Tree()
    for place in lines.indices {
      for node in tree.append(lines[place].body) where node.level >= Tree.storedLevel {
        stored[node.id] = node.hash.bytes
      }
    }
  }

  /// Changes a field of an entry, with the copy beside it, as somebody does who knows the format.
  mutating func change(_ place: Int, _ field: String, to value: JSON) throws {
    guard case .object(var object) = try JSON(canonical: lines[place].body) else { throw CancellationError() }
    object[field] = value
    lines[place].body = JSON.object(object).canonicalBytes
    switch field {
    case "subject": lines[place].subject = Array(try #require(value.string).utf8)
    case "seq": lines[place].seq = try #require(value.integer)
    default: break
    }
  }

  /// Gives the entries the numbers of their places.
  mutating func renumber() throws {
    for place in lines.indices { try change(place, "seq", to: .integer(Int64(place))) }
  }

  func tree(_ size: Int) -> Tree {
    var tree = Tree()
    for line in lines.prefix(size) { _ = tree.append(line.body) }
    return tree
  }

  func checkpoint(_ size: Int, _ key: SigningKey) throws -> SignedCheckpoint {
    try SignedCheckpoint(
      Checkpoint(origin: key.verifier.name, size: Int64(size), root: tree(size).root), with: key)
  }

  func keeping(_ sizes: [Int], _ key: SigningKey) throws -> [KeptCheckpoint] {
    try sizes.map {
      KeptCheckpoint(size: Int64($0), at: SampleJournal.clock.instant, note: try checkpoint($0, key).bytes)
    }
  }
}

/// A small journal with a run, payloads, a plan, people and checkpoints, and the key of its log.
struct SampleJournal {
  static let clock = ClockReading(instant: Instant(milliseconds: 1_800_000_000_000), monotonic: 5, boot: "b")
  static let sizes = [20, 32, 40]

  let record: LooseRecord
  let key: SigningKey
  let path: String

  init(seed: UInt64 = 7, sizes: [Int] = Self.sizes) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString)/j.sqlite")
      .path(percentEncoded: false)
    let clock = Self.clock
    let journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: seed))
    let origin = try #require(try JSON(canonical: journal.storedEntry(0)?.body ?? [])["data"]?["origin"]?.string)
    let key = try #require(SigningKey(name: origin, kind: .note, seed: Array(repeating: 9, count: 32)))
    self.key = key
    try journal.write(under: nil, clock: clock) { batch in
      try batch.append(.journalKeyUsed(key.verifier.text, at: clock.instant))
    }
    let run = try #require(
      try journal.register(
        runbook: "book", environment: "local", plan: KeptBlob(Array("{\"plan\":1}".utf8)), directory: "/srv/book",
        after: nil,
        clock: clock))
    let lease = try journal.takeOver(run: 1, owner: "test", clock: clock)
    try journal.write(under: lease, clock: clock) { batch in
      let dana = try batch.pseudonym(ofAccount: "dana")
      while batch.nextSequence < Int64(sizes.last ?? 0) {
        let number = batch.nextSequence
        let isPerson = number % 5 == 0
        try batch.append(
          Draft(
            run: 1, type: "tested", subject: "a/b/\(number)", at: clock.instant, cause: number > 4 ? number - 1 : nil,
            actor: isPerson || number < 5
              ? Actor(kind: .person, id: dana, auth: "os") : .engine(rule: "test"),
            plan: run.plan, data: Array("{\"number\":\(number)}".utf8),
            payload: number % 3 == 0 ? Array("{\"reason\":\"why \(number)\"}".utf8) : nil))
      }
    }
    var loose = try LooseRecord(copy: journal)
    loose.kept = try loose.keeping(sizes, key)
    for one in loose.kept { try journal.keep(checkpoint: one, isMore: true) }
    #expect(try LooseRecord(copy: journal) == loose)
    record = loose
  }

  /// The checkpoint of a size, as somebody holds it.
  func held(_ size: Int) throws -> VerificationAsk.Held {
    VerificationAsk.Held(source: "the auditor's copy", checkpoint: try record.checkpoint(size, key))
  }
}

/// A record that hands out its pages in a way of its own; all else is that of another one.
protocol WrappingRecord: StoredRecord {
  var whole: LooseRecord { get }
}

extension WrappingRecord {
  var name: String { whole.name }
  var hasCopies: Bool { whole.hasCopies }
  func nodes(from id: Int64, count: Int) throws -> [(id: Int64, hash: [UInt8])] {
    try whole.nodes(from: id, count: count)
  }
  func blobs(_ visit: (String, [UInt8]) throws -> Void) throws { try whole.blobs(visit) }
  func persons() throws -> [StoredPerson] { try whole.persons() }
  func keptOpenings() throws -> [(commitment: String, opening: Opening)] { try whole.keptOpenings() }
  func runList() throws -> [StoredRun]? { try whole.runList() }
  func keptCheckpoints() throws -> [KeptCheckpoint] { try whole.keptCheckpoints() }
  func strayPayloads() throws -> [Int64] { try whole.strayPayloads() }
}

import Foundation
import Journaling
import Quantities
import Records
import Testing

/// What every form of a record does, whatever it is written on.
@Suite("A record, on disk and in memory,")
struct RecordTests {
  /// The forms.
  enum Form: CaseIterable { case file, memory }

  static let clock = ClockReading(instant: Instant(milliseconds: 1_800_000_000_000), monotonic: 5, boot: "b")
  private var clock: ClockReading { Self.clock }

  private func make(_ form: Form, seed: UInt64 = 7) throws -> any Record {
    switch form {
    case .memory: return MemoryRecord(clock: clock, chance: SeededChance(seed: seed))
    case .file:
      let path = FileManager.default.temporaryDirectory.appending(path: "record-\(UUID().uuidString)/j.sqlite")
        .path(percentEncoded: false)
      return try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: seed))
    }
  }

  @Test("says its name, and gives the chance of its seed", arguments: Form.allCases)
  func origin(form: Form) throws {
    let record = try make(form)
    #expect(try record.origin() == Self.entries(of: 0, in: record).first?.data["origin"]?.string)
    // SplitMix64 from 0, as its authors print it.
    let first: [UInt64] = [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]
    let bytes = first.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
    let chance = SeededChance(seed: 0)
    #expect(chance.bytes(24) == bytes && chance.salt().count == 16)
    #expect(chance.uuid().wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
  }

  static func draft(_ text: String, run: Int64 = 1, payload: String? = nil) -> Draft {
    Draft(
      run: run, type: "tested", subject: text, at: clock.instant, cause: nil, actor: .engine(rule: "test"), plan: nil,
      data: Array("{}".utf8), payload: payload.map { Array("{\"reason\":\"\($0)\"}".utf8) })
  }

  /// An entry, the state after it, and the entry that names that.
  static func keep(snapshot body: [UInt8], of run: Int64, format: Int, in batch: inout some RecordBatch) throws {
    let seq = try batch.append(draft("x", run: run))
    let opening = Opening(salt: [1, 2], body: body)
    try batch.keep(snapshot: opening, of: run, at: seq, format: format)
    var naming = draft("", run: run)
    naming.type = "snapshot_kept"
    naming.data =
      JSON.dictionary([
        ("digest", .string(opening.commitment.hex)), ("format", .integer(Int64(format))), ("of", .integer(seq)),
      ]).canonicalBytes
    try batch.append(naming)
  }

  private static func append(_ drafts: [Draft], to record: some Record) throws {
    try record.write(under: nil, clock: clock) { batch in for draft in drafts { try batch.append(draft) } }
  }

  private static func entries(of run: Int64, after seq: Int64 = -1, in record: any Record) throws -> [Entry] {
    var entries: [Entry] = []
    try record.entries(of: run, after: seq) { entry in
      entries.append(entry)
      return true
    }
    return entries
  }

  @Test("takes an entry of as many bytes as a bundle can count, and not of one more", arguments: Form.allCases)
  func longest(form: Form) throws {
    let record = try make(form)
    func append(_ count: Int) throws {
      var long = Self.draft("x")
      long.data = Array("{\"x\":\"\(String(repeating: "x", count: count))\"}".utf8)
      try Self.append([long], to: record)
    }
    try append(1)
    // The next number has as many digits.
    let room = 65_535 - (try #require(Self.entries(of: 1, in: record).first).body.count - 1)
    #expect(throws: JournalError.self) { try append(room + 1) }
    try append(room)
    #expect(try Self.entries(of: 1, in: record).map(\.body.count).last == 65_535)
  }

  /// Something of everything that is written.
  private static func fill(_ record: some Record) throws -> [String] {
    let lease = try record.takeOver(run: 1, owner: "first", clock: clock)
    let names = try record.write(under: lease, clock: clock) { batch in
      for number in 0..<40 { try batch.append(draft("\(number)", payload: number % 3 == 0 ? "why \(number)" : nil)) }
      return [
        try batch.pseudonym(ofAccount: "dana"), try batch.pseudonym(ofAccount: "mira"),
        try batch.pseudonym(ofAccount: "dana"),
      ]
    }
    try append([draft("of another run", run: 2, payload: "æ")], to: record)
    return names
  }

  @Test("writes the same bytes under the same root in both forms, chance included")
  func sameBytes() throws {
    let records = try Form.allCases.map { try make($0) }
    let names = try records.map { try Self.fill($0) }
    #expect(names[0] == names[1] && names[0][0] == names[0][2] && names[0][0] != names[0][1])
    for run in Int64(0)...2 {
      let bodies = try records.map { try Self.entries(of: run, in: $0).map(\.body) }
      #expect(bodies[0] == bodies[1] && !bodies[0].isEmpty)
      let payloads = try records.map { try Self.entries(of: run, in: $0).map { $0.payload?.canonicalText } }
      #expect(payloads[0] == payloads[1])
    }
    for size in Int64(0)...42 {
      let roots = try records.map { try $0.root(at: size) }
      #expect(roots[0] == roots[1] && roots[0] != nil)
    }
    #expect(try records.allSatisfy { try $0.root(at: 43) == nil && $0.checkpoint().size == 42 })
    let other = try make(.memory, seed: 8)
    _ = try Self.fill(other)
    #expect(try other.checkpoint().root != records[0].checkpoint().root)
  }

  @Test(
    "hands out the entries of one run after one, stops where it is told to, and lets errors through",
    arguments: Form.allCases)
  func entries(form: Form) throws {
    struct Stop: Error {}
    let record = try make(form)
    try Self.append([Self.draft("a"), Self.draft("b", run: 2), Self.draft("c")], to: record)
    #expect(try Self.entries(of: 1, in: record).map(\.subject) == ["a", "c"])
    #expect(try Self.entries(of: 1, after: 1, in: record).map(\.seq) == [3])
    #expect(try Self.entries(of: 1, after: 900, in: record).isEmpty)
    var seen = 0
    try record.entries(of: 1, after: -1) { _ in
      seen += 1
      return false
    }
    #expect(seen == 1)
    #expect(throws: Stop.self) { try record.entries(of: 1, after: -1) { _ in throw Stop() } }
  }

  @Test("keeps all of a transaction or nothing, and says what the body says", arguments: Form.allCases)
  func atomic(form: Form) throws {
    struct Stop: Error {}
    func check(_ record: some Record) throws {
      #expect(throws: Stop.self) {
        try record.write(under: nil, clock: clock) { batch in
          #expect(batch.nextSequence == 1)
          try batch.append(Self.draft("lost"))
          _ = try batch.pseudonym(ofAccount: "dana")
          _ = try batch.keep(blob: [9])
          throw Stop()
        }
      }
      #expect(try record.checkpoint().size == 1 && record.people().isEmpty && record.blob(Digest(of: [9])) == nil)
      try Self.append([Self.draft("kept")], to: record)
      #expect(try record.checkpoint().size == 2)
    }
    try check(try make(form))
  }

  @Test("takes nothing from an executor that was taken over", arguments: Form.allCases)
  func fencing(form: Form) throws {
    func check(_ record: some Record) throws {
      let first = try record.takeOver(run: 3, owner: "first", clock: clock)
      #expect(first.epoch == 1 && first.run == 3)
      try record.write(under: first, clock: clock) { batch in _ = try batch.append(Self.draft("x", run: 3)) }
      #expect(try Self.entries(of: 3, in: record).map(\.epoch) == [1])
      guard form == .memory else { return }  // A file's lock is held as long as the lease is kept.
      let second = try record.takeOver(run: 3, owner: "second", clock: clock)
      #expect(second.epoch == 2)
      #expect(throws: JournalError.fenced(run: 3, epoch: 2)) {
        try record.write(under: first, clock: clock) { batch in _ = try batch.append(Self.draft("y", run: 3)) }
      }
      #expect(try record.checkpoint().size == 2)
    }
    try check(try make(form))
  }

  @Test("takes a command once, in the order in which they came", arguments: Form.allCases)
  func inbox(form: Form) throws {
    func check(_ record: some Record) throws {
      let letters = ["a", "b", "c"].map {
        Letter(
          id: $0, run: $0 == "c" ? 2 : 1, subject: "", command: "{}", person: "dana", auth: "os", sent: clock.instant)
      }
      for letter in letters + letters { try record.send(letter) }
      #expect(try record.letters(to: 1) == Array(letters.prefix(2)))
      try record.write(under: nil, clock: clock) { try $0.take(command: "a", as: 5) }
      #expect(try record.letters(to: 1) == [letters[1]] && record.letters(to: 2) == [letters[2]])
      #expect(try record.event(ofCommand: "a") == 5 && record.event(ofCommand: "b") == nil)
    }
    try check(try make(form))
  }

  @Test("keeps the two newest snapshots of a run, by format", arguments: Form.allCases)
  func snapshots(form: Form) throws {
    func check(_ record: some Record) throws {
      for (body, format) in [(UInt8(10), 1), (20, 1), (30, 2)] {
        try record.write(under: nil, clock: clock) {
          try Self.keep(snapshot: [body], of: 1, format: format, in: &$0)
        }
      }
      #expect(try record.snapshot(of: 1, format: 2)?.seq == (try record.checkpoint().size) - 2)
      #expect(try record.snapshot(of: 1, format: 1)?.body == [20])
      #expect(try record.snapshot(of: 1, format: 3) == nil && record.snapshot(of: 2, format: 1) == nil)
    }
    try check(try make(form))
  }

  @Test(
    "numbers runs, notes their plans and ends, and enters none after one that nobody has looked at",
    arguments: Form.allCases)
  func runs(form: Form) throws {
    func check(_ record: some Record) throws {
      func register(_ environment: String, after newest: Int64? = nil) throws -> RegisteredRun? {
        try record.register(
          runbook: "book", environment: environment, plan: KeptBlob([1, 2]), directory: "/", after: newest, clock: clock
        )
      }
      #expect(try register("a", after: 1) == nil)
      let first = try #require(try register("a", after: 0))
      #expect(first.number == 1 && first.plan == Digest(of: [1, 2]) && first.created == clock.instant)
      #expect(try register("a", after: 0) == nil && register("b", after: 1)?.number == 2 && register("a")?.number == 3)
      let other = try record.keep(blob: KeptBlob([3]), clock: clock)
      try record.write(under: nil, clock: clock) { batch in
        try batch.note(plan: other, of: 1)
        try batch.note(outcome: "done", of: 1)
        try batch.note(outcome: "done", of: 3)
      }
      #expect(try record.runs().map(\.number) == [3, 2, 1])
      #expect(try record.runs().last?.plan == other && record.runs().last?.outcome == "done")
      #expect(try record.blob(other) == [3] && record.blob(first.plan) == [1, 2])
      #expect(try register("a")?.number == 4)
      var draft = Self.draft("x", run: 4)
      draft.plan = other
      try Self.append([draft], to: record)
      #expect(try record.plan(of: 4, from: 0) == other && record.plan(of: 9, from: 0) == nil)
    }
    try check(try make(form))
  }

  @Test(
    "in memory, a disk that fails keeps nothing, or keeps all and says the opposite",
    arguments: MemoryRecord.Fault.allCases)
  func faults(fault: MemoryRecord.Fault) throws {
    let record = MemoryRecord(clock: clock, chance: SeededChance(seed: 1))
    record.fail(fault)
    #expect(throws: JournalError.self) { try Self.append([Self.draft("a")], to: record) }
    #expect(try record.checkpoint().size == (fault == .refused ? 1 : 2))
    try Self.append([Self.draft("b")], to: record)
    #expect(try record.checkpoint().size == (fault == .refused ? 2 : 3))
  }
}

import Auditing
import Checkpoints
import Quantities
import Records
import Testing

/// Attacks on a journal by somebody who has the file, and what an auditor has against each.
@Suite("An attack on a journal")
struct AttackTests {
  /// What an auditor has, each more than the one before.
  enum Knowledge: Int, CaseIterable {
    /// The entries and what lies beside them, without checkpoints.
    case file
    /// The checkpoints in the file, and the key of its log.
    case key
    /// A checkpoint that left the machine, too, of half of the entries.
    case older
    /// One of all entries.
    case outside
  }

  /// One row of the table.
  struct Attack: Sendable {
    var name: String
    /// The least that one needs to find it.
    var needs: Knowledge
    /// Does it; returns the first entry that is not what it was, where there is one.
    var act: @Sendable (inout LooseRecord, SigningKey, inout SplitMix64) throws -> Int64?
  }

  /// Entries that are about the run, and nothing else: changing those of the log itself is found by more.
  private static func place(_ record: LooseRecord, _ chance: inout SplitMix64, before end: Int? = nil) -> Int {
    Int.random(in: 4..<(end ?? record.lines.count), using: &chance)
  }

  private static func edit(_ record: inout LooseRecord, _ chance: inout SplitMix64, before end: Int? = nil) throws
    -> Int
  {
    let place = place(record, &chance, before: end)
    try record.change(place, "subject", to: .string("x/\(UInt16.random(in: 0...999, using: &chance))"))
    return place
  }

  /// Exchanges parts of two lines that have payloads; returns the first of them.
  private static func exchange(
    _ parts: [WritableKeyPath<LooseRecord.Line, [UInt8]?>], in record: inout LooseRecord,
    _ chance: inout SplitMix64
  ) throws -> Int64 {
    let places = record.lines.indices.filter { record.lines[$0].payload != nil }.shuffled(using: &chance).prefix(2)
    let (one, other) = try (#require(places.first), #require(places.last))
    for part in parts {
      let kept = record.lines[one][keyPath: part]
      record.lines[one][keyPath: part] = record.lines[other][keyPath: part]
      record.lines[other][keyPath: part] = kept
    }
    return Int64(min(one, other))
  }

  /// The table of the findings, in its order; then what lies beside the log.
  static let table: [Attack] = [
    Attack(name: "edits one event", needs: .key) { record, _, chance in
      Int64(try edit(&record, &chance))
    },
    Attack(name: "edits one event of a stored subtree", needs: .file) { record, _, chance in
      Int64(try edit(&record, &chance, before: 20))
    },
    Attack(name: "edits one, and makes the tree anew", needs: .key) { record, _, chance in
      let place = try edit(&record, &chance)
      record.rebuild()
      return Int64(place)
    },
    Attack(name: "deletes in the middle", needs: .file) { record, _, chance in
      let place = place(record, &chance, before: 39)
      record.lines.remove(at: place)
      return Int64(place)
    },
    Attack(name: "deletes, renumbers, makes the tree anew", needs: .key) { record, _, chance in
      let place = place(record, &chance, before: 39)
      record.lines.remove(at: place)
      try record.renumber()
      for line in record.lines.indices where line >= place {
        if try JSON(canonical: record.lines[line].body)["cause"] != nil {
          try record.change(line, "cause", to: .integer(Int64(line - 1)))
        }
      }
      record.rebuild()
      return Int64(place)
    },
    Attack(name: "swaps two, and makes the tree anew", needs: .key) { record, _, chance in
      let one = place(record, &chance, before: 38)
      let subjects = try record.lines[one...(one + 1)].map { try JSON(canonical: $0.body)["subject"] }
      try record.change(one, "subject", to: try #require(subjects[1]))
      try record.change(one + 1, "subject", to: try #require(subjects[0]))
      record.rebuild()
      return Int64(one)
    },
    Attack(name: "sets a clock far ahead, and makes the tree anew", needs: .key) { record, _, chance in
      let place = place(record, &chance)
      let at = try #require(Instant("2099-01-01T00:00:00.000Z"))
      try record.change(place, "at", to: .string(at.text))
      record.lines[place].at = at.milliseconds
      record.rebuild()
      return Int64(place)
    },
    Attack(name: "cuts the tail off, and nothing else", needs: .key) { record, _, chance in
      let end = Int.random(in: 33..<40, using: &chance)
      record.lines.removeLast(record.lines.count - end)
      return Int64(end)
    },
    Attack(name: "cuts a long tail off, and nothing else", needs: .file) { record, _, chance in
      let end = Int.random(in: 5..<20, using: &chance)
      record.lines.removeLast(record.lines.count - end)
      return Int64(end)
    },
    Attack(name: "cuts the tail off, with its tree and its checkpoints", needs: .outside) { record, _, chance in
      let end = Int.random(in: 20..<40, using: &chance)
      record.lines.removeLast(record.lines.count - end)
      record.rebuild()
      record.kept.removeAll { $0.size > Int64(end) }
      return Int64(end)
    },
    Attack(name: "puts a backup back", needs: .outside) { record, _, _ in
      record.lines.removeLast(20)
      record.rebuild()
      record.kept.removeAll { $0.size > 20 }
      return 20
    },
    Attack(name: "puts a backup back, and goes on", needs: .outside) { record, key, chance in
      for place in 20..<(20 + Int.random(in: 1...20, using: &chance)) {
        try record.change(place, "subject", to: .string("again/\(place)"))
      }
      record.rebuild()
      record.kept = try record.keeping([20, 40], key)
      return 20
    },
    Attack(name: "rewrites all, and drops the checkpoints", needs: .older) { record, _, chance in
      let place = try edit(&record, &chance, before: 20)
      _ = try edit(&record, &chance)
      record.rebuild()
      record.kept = []
      return Int64(place)
    },
    Attack(name: "rewrites all, and signs with the stolen key", needs: .older) { record, key, chance in
      let place = try edit(&record, &chance, before: 20)
      record.rebuild()
      record.kept = try record.keeping(SampleJournal.sizes, key)
      return Int64(place)
    },
    Attack(name: "rewrites all, and signs with a strange key", needs: .key) { record, key, chance in
      let strange = try #require(
        SigningKey(
          name: key.verifier.name, kind: .note, seed: (0..<32).map { _ in UInt8.random(in: 0...255, using: &chance) }))
      try record.change(1, "data", to: JSON.dictionary([("key", .string(strange.verifier.text))]))
      record.rebuild()
      record.kept = try record.keeping(SampleJournal.sizes, strange)
      return 1
    },
  ]

  /// What lies beside the log, changed by hand: the file itself shows it.
  static let beside: [Attack] = [
    Attack(name: "changes a payload", needs: .file) { record, _, chance in
      let places = record.lines.indices.filter { record.lines[$0].payload != nil }
      let place = try #require(places.randomElement(using: &chance))
      record.lines[place].payload?.append(0x20)
      return Int64(place)
    },
    Attack(name: "cuts a payload short", needs: .file) { record, _, chance in
      let places = record.lines.indices.filter { !(record.lines[$0].payload?.isEmpty ?? true) }
      let place = try #require(places.randomElement(using: &chance))
      let count = record.lines[place].payload?.count ?? 0
      record.lines[place].payload?.removeLast(Int.random(in: 1...count, using: &chance))
      return Int64(place)
    },
    Attack(name: "exchanges the salts of two payloads", needs: .file) { record, _, chance in
      try exchange([\.salt], in: &record, &chance)
    },
    Attack(name: "exchanges two payloads with their salts", needs: .file) { record, _, chance in
      try exchange([\.payload, \.salt], in: &record, &chance)
    },
    Attack(name: "puts a checkpoint of another log among its own", needs: .key) { record, _, chance in
      let other = try #require(
        SigningKey(
          name: "journal.example.org/other", kind: .note,
          seed: (0..<32).map { _ in UInt8.random(in: 0...255, using: &chance) }))
      let size = try #require(SampleJournal.sizes.randomElement(using: &chance))
      record.kept.removeAll { $0.size == Int64(size) }
      record.kept = (record.kept + (try record.keeping([size], other))).sorted { $0.size < $1.size }
      return nil
    },
    Attack(name: "takes a payload away, as an erasure does that says so", needs: .file) { record, _, chance in
      let places = record.lines.indices.filter { record.lines[$0].payload != nil }
      let place = try #require(places.randomElement(using: &chance))
      record.lines[place].payload = nil
      return Int64(place)
    },
    Attack(name: "changes a copy", needs: .file) { record, _, chance in
      let place = place(record, &chance)
      switch Int.random(in: 0..<5, using: &chance) {
      case 0: record.lines[place].run += 1
      case 1: record.lines[place].epoch -= 1
      case 2: record.lines[place].at += 1
      case 3: record.lines[place].type.append(0x61)
      default: record.lines[place].subject = []
      }
      return Int64(place)
    },
    Attack(name: "changes a stored hash", needs: .file) { record, _, chance in
      let id = try #require(record.stored.keys.sorted().randomElement(using: &chance))
      record.stored[id]?[Int.random(in: 0..<32, using: &chance)] ^= 1
      return nil
    },
    Attack(name: "drops a stored hash", needs: .file) { record, _, chance in
      record.stored[try #require(record.stored.keys.sorted().randomElement(using: &chance))] = nil
      return nil
    },
    Attack(name: "changes a plan", needs: .file) { record, _, _ in
      for key in record.plans.keys { record.plans[key] = Array("{\"plan\":2}".utf8) }
      return nil
    },
    Attack(name: "drops a plan", needs: .file) { record, _, _ in
      record.plans = [:]
      return nil
    },
    Attack(name: "takes a run off the list", needs: .file) { record, _, _ in
      record.runs = []
      return nil
    },
    Attack(name: "changes the list of runs", needs: .file) { record, _, chance in
      let column = try #require(
        ["plan", "runbook", "environment", "outcome", "created_ms", "directory"].randomElement(using: &chance))
      record.runs[0].values[column] = "other"
      return nil
    },
    Attack(name: "lays a payload beside nothing", needs: .file) { record, _, _ in
      record.strays = [77]
      return nil
    },
  ]

  private func ask(_ knowledge: Knowledge, _ sample: SampleJournal) throws -> VerificationAsk {
    switch knowledge {
    case .file: VerificationAsk()
    case .key: VerificationAsk(logKeys: [sample.key.verifier])
    case .outside: VerificationAsk(logKeys: [sample.key.verifier], held: [try sample.held(40)])
    case .older: VerificationAsk(logKeys: [sample.key.verifier], held: [try sample.held(20)])
    }
  }

  @Test("is none: whole, it is intact, and says on whose word")
  func none() async throws {
    let sample = try SampleJournal()
    for knowledge in Knowledge.allCases {
      let found = await Verifier.verify(sample.record, try ask(knowledge, sample))
      #expect(found.verdict == .intact, "\(knowledge): \(found.flaws) \(found.unjudged)")
      #expect(
        found.size == 40 && found.runs == 1 && found.checkpoints == 3 && found.root == sample.record.tree(40).root)
      let words =
        switch knowledge {
        case .file, .key: "nothing of it is witnessed: all 40 entries rest on this machine's word"
        case .outside: "intact up to 40, witnessed by the auditor's copy; no entry is newer"
        case .older: "intact up to 20, witnessed by the auditor's copy; the tail of 20 rests on this machine's word"
        }
      #expect(found.sentence == words)
    }
  }

  @Test("is found by whoever can find it, and by nobody else, in ten thousand cases")
  func table() async throws {
    let sample = try SampleJournal()
    let attacks = Self.table + Self.beside
    let asks = try Dictionary(uniqueKeysWithValues: Knowledge.allCases.map { ($0, try ask($0, sample)) })
    var chance = SplitMix64(seed: 4_711)
    for number in 0..<(10_000 / Knowledge.allCases.count) {
      let attack = attacks[number % attacks.count]
      var record = sample.record
      let first = try attack.act(&record, sample.key, &chance)
      let checkpoints = record.kept
      for knowledge in Knowledge.allCases {
        record.kept = knowledge == .file ? [] : checkpoints
        let found = await Verifier.verify(record, try #require(asks[knowledge]))
        let isFound = found.verdict == .damaged
        // What a stored hash happens to cover is found with less.
        let isCovered = attack.name == "edits one event" && (first ?? 40) < 32
        let isExpected = knowledge.rawValue >= attack.needs.rawValue || isCovered
        #expect(isFound == isExpected, "\(attack.name), \(knowledge), case \(number): \(found.flaws)")
        if isFound, let first, let flaw = found.flaws.first {
          #expect((flaw.first ?? 0) <= first && first <= flaw.last ?? .max, "\(attack.name) at \(first): \(flaw)")
        }
        // What is not found is not called whole.
        let isHonest = found.sentence.contains("word") || found.sentence.contains("witnessed by")
        #expect(isFound || isHonest, "\(attack.name): \(found.sentence)")
      }
    }
  }
}

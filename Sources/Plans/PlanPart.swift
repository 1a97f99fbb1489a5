import Quantities

/// What a plan leaves out that works on some of the targets of its runbook alone. Its waves, budgets, dates and digest
/// are its own.
public struct PlanPart: Hashable, Sendable {
  /// How many targets all of the runbook has, each counted once.
  public var whole: Int
  /// How the targets were chosen: each of these holds for all of them.
  public var choices: [PartChoice]
  /// The paths of the stages of which nothing was chosen.
  public var without: [String]
  /// How many targets were live through earlier runs when it was made; the forecast counts them.
  public var live: Int

  package init(whole: Int, choices: [PartChoice], without: [String], live: Int = 0) {
    self.whole = whole
    self.choices = choices
    self.without = without
    self.live = live
  }
}

/// One way to choose targets.
public struct PartChoice: Hashable, Sendable {
  /// The ways. A plan has their names for ever.
  public enum Way: String, Hashable, Sendable, CaseIterable {
    /// By their identifiers.
    case only
    /// By an attribute: `region=eu`.
    case matching = "where"
    /// The first ones that the whole plan begins.
    case first
    /// Those that failed or were skipped in an earlier run.
    case failedOf = "failed_of"
    /// Those that no earlier run has done.
    case rest
    /// A phase or stage as a whole, beside what else is chosen.
    case with
  }

  public var way: Way
  /// What belongs to it: an identifier, `FIELD=VALUE`, a number, a run, a path; empty for the rest.
  public var value: String

  /// Names a way to choose.
  public init(_ way: Way, _ value: String = "") {
    self.way = way
    self.value = value
  }

  /// The option of `plan` and `run` that says it.
  public var option: String {
    switch way {
    case .only: "--only"
    case .matching: "--only-where"
    case .first: "--only-first"
    case .failedOf: "--only-failed-of"
    case .rest: "--only-rest"
    case .with: "--with"
    }
  }
}

extension PlanPart {
  private func values(_ way: PartChoice.Way) -> [String] { choices.filter { $0.way == way }.map(\.value) }

  /// How the targets were chosen, for people: `the first 4 with region=eu`.
  public var words: String {
    var parts: [String] = []
    let named = values(.only)
    if !named.isEmpty {
      parts.append(named.prefix(6).joined(separator: ", ") + (named.count > 6 ? " and \(named.count - 6) more" : ""))
    }
    if let run = values(.failedOf).first { parts.append("those that failed or were skipped in \(run)") }
    if choices.contains(where: { $0.way == .rest }) { parts.append("those that no run has done yet") }
    let conditions = values(.matching)
    if !conditions.isEmpty {
      parts.append("\(parts.isEmpty ? "those " : "")with \(conditions.joined(separator: " and "))")
    }
    if let first = values(.first).first { parts.append("\(parts.isEmpty ? "the" : "of these the") first \(first)") }
    let whole = values(.with)
    if !whole.isEmpty { parts.append("all of \(whole.joined(separator: ", "))") }
    return parts.joined(separator: ", ")
  }

  /// Whether it is what earlier runs have left: what failed in one, or what none has done.
  public var isOfWhatIsLeft: Bool { choices.contains { [.failedOf, .rest].contains($0.way) } }

  /// The options that give this part again, as they are typed in a shell.
  public var options: String {
    var words: [String] = []
    let named = values(.only)
    if !named.isEmpty { words += ["--only", Self.quoted(named.joined(separator: ","))] }
    for choice in choices where choice.way != .only {
      words.append(choice.option)
      if choice.way != .rest { words.append(Self.quoted(choice.value)) }
    }
    return words.joined(separator: " ")
  }

  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-./,=:@%+".unicodeScalars.contains($0))
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}

extension Plan {
  /// The number of its targets, each counted once, however many stages work on it.
  public var distinctTargetCount: Int {
    inventories.indices.reduce(0) { count, inventory in
      let itsStages = stages.filter { $0.inventory == inventory && !$0.waves.isEmpty }
      // A stage has no target twice.
      if itsStages.count == 1 { return count + itsStages[0].targetCount }
      return count + itsStages.reduce(into: Set<Int32>()) { $0.formUnion($1.waves.flatMap(\.targets)) }.count
    }
  }

  /// The number of its targets, where some of them stand in several stages and so are counted more than once in
  /// ``targetCount``; `nil` where each is counted once.
  public var targetsCountedTwice: Int? {
    let count = distinctTargetCount
    return count == targetCount ? nil : count
  }

  /// How far a run is, in words: `3 of 6 targets done`. Where targets stand in several stages it says what was counted.
  public func progress(_ done: Int) -> String {
    // A plan whose stages have no targets counts none.
    if targetCount == 0 { return "\(stages.count.counted("stage")) without targets" }
    guard let targets = targetsCountedTwice else {
      return "\(done.grouped) of \(targetCount.counted("target")) done"
    }
    return "\(done.grouped) of \(targetCount.grouped) done "
      + "(\(targets.counted("target")), each counted in each of its stages)"
  }

  /// `4 of 200 targets: the first 4; without prep/setup`; `nil` for a plan of all of its runbook.
  public var partWords: String? {
    guard let part else { return nil }
    var text = "\(distinctTargetCount) of \(part.whole) target\(part.whole == 1 ? "" : "s"): \(part.words)"
    if !part.without.isEmpty { text += "; nothing of \(part.without.joined(separator: ", "))" }
    if part.live > 0 { text += "; \(part.live) live already" }
    return text
  }
}

extension PlanPart: Planned {
  static let fields = Fields(PlanPart.init(whole:choices:without:live:)) {
    Item("whole", { $0.whole }, .count, as: "targets of all of it", .unsaid(isRisk: false))
    Item("choices", { $0.choices }, PartChoice.fields.form.list, .unsaid(isRisk: true))
    Item("without", { $0.without }, .list(.text), .unsaid(isRisk: false))
    Item("live", { $0.live }, .count, as: "live already", .unsaid(isRisk: false))
  }
}

extension PartChoice: Planned {
  static let fields = Fields(PartChoice.init(_:_:)) {
    Item("way", { $0.way }, .word, .identity)
    Item("value", { $0.value }, .text, .identity)
  }
}

internal import Plans
internal import Quantities
internal import Records

/// What a record has of requests: to which targets, when, and under which keys.
struct RecordedRequests {
  /// A request that was at work on a target, and until when.
  private struct Request {
    var seq: Int64
    var run: Int64
    var subject: String
    var from: Instant
    var to: Instant?
  }

  /// A run that was pruned, and when it was at work at most.
  private struct Gone {
    var run: Int64
    var from: Instant
    var to: Instant
  }

  /// By target, in small letters. One that nothing was asked for has none.
  private var requests: [String: [Request]] = [:]
  private var keys: [String: Int64] = [:]
  /// By run, the targets that something may be at work on.
  private var atWork: [Int64: Set<String>] = [:]
  private var gone: [Gone] = []
  private var names = TargetNames()
  /// The pruned runs whose plans are not here: targets that these alone named are not known to be ours.
  private(set) var planless: [Int64] = []

  /// Reads them.
  ///
  /// - Throws: ``JournalError`` for an entry that cannot be read.
  init(_ record: any StoredRecord) throws {
    var entered: [Int64: Instant] = [:]
    var prunings: [Pruning] = []
    try record.storedEntries { entry in
      if let registration = Registration(entry) { entered[registration.number] = registration.created }
      if let pruning = Pruning(entry) { prunings.append(pruning) }
      take(entry)
      return true
    }
    // What a plan was to work on is ours, also where nothing was asked for.
    var plans: Set<String> = []
    try record.blobs { digest, body in
      plans.insert(digest)
      guard let plan = try? Plan(canonical: body) else { return }
      for stage in plan.stages.indices where plan.stages[stage].inventory != nil {
        for row in plan.stages[stage].waves.lazy.flatMap(\.targets) { names.add(plan.target(row, stage: stage)) }
      }
    }
    for target in requests.keys { names.add(target) }
    for pruning in prunings {
      for run in pruning.runs {
        // The next entry that is here came behind its last one.
        var end = pruning.at
        try record.storedEntries(from: run.last) { entry in
          end = entry.at
          return false
        }
        if !plans.contains(run.plan.hex) { planless.append(run.number) }
        gone.append(Gone(run: run.number, from: entered[run.number] ?? Instant(milliseconds: 0), to: end))
      }
    }
  }

  private mutating func take(_ entry: Entry) {
    if entry.type == "run_finished" { end(of: entry.run, at: entry.at) }
    guard let target = Self.target(of: entry) else { return }
    let subject = "\(entry.type.prefix(5))\(entry.subject)"
    switch entry.type.dropFirst(5) {
    case "intended":
      requests[target, default: []].append(
        Request(seq: entry.seq, run: entry.run, subject: subject, from: entry.at, to: nil))
      atWork[entry.run, default: []].insert(target)
      if let key = entry.data["key"]?.string { keys[key] = keys[key] ?? entry.seq }
    case "succeeded", "failed", "settled": end(of: entry.run, at: entry.at, target: target, subject)
    default: break
    }
  }

  /// Nothing of a run is at work any more when it is over.
  private mutating func end(of run: Int64, at instant: Instant) {
    for target in atWork.removeValue(forKey: run) ?? [] { end(of: run, at: instant, target: target, nil) }
  }

  private mutating func end(of run: Int64, at instant: Instant, target: String, _ subject: String?) {
    for place in (requests[target] ?? []).indices.reversed() {
      guard let one = requests[target]?[place], one.run == run, one.to == nil, subject ?? one.subject == one.subject
      else { continue }
      requests[target]?[place].to = instant
    }
  }

  /// The target of a step's entry; `nil` for all other entries.
  private static func target(of entry: Entry) -> String? {
    guard entry.type.hasPrefix("step_") || entry.type.hasPrefix("undo_") else { return nil }
    let words = entry.subject.split(separator: "/")
    return words.count == 5 && words[3] != "-" ? words[3].lowercased() : nil
  }

  /// What explains a change.
  func standing(of change: ProviderChange) -> Reconciliation.Finding.Standing {
    if let seq = change.correlation.flatMap({ keys[$0] }) { return .explained(by: seq) }
    let drift = Reconciliation.drift
    let targets = names.targets(in: change.resource)
    let request = targets.lazy.flatMap { requests[$0] ?? [] }.first { one in
      one.from <= change.at + drift && (one.to.map { change.at <= $0 + drift } ?? true)
    }
    if let request { return .explained(by: request.seq) }
    if let one = gone.first(where: { $0.from <= change.at + drift && change.at <= $0.to + drift }) {
      return .unjudged(run: one.run)
    }
    return targets.isEmpty ? .elsewhere : .unexplained
  }
}

/// Identifiers of targets, found in what a provider calls its resources.
///
/// A provider's name has the identifier in it, with something of its own before and behind it: `rg-ams-01`,
/// `ams-01-prod`, `vm_ams-01`. So all but letters and digits ends a word, and `ams-1` does not stand in `ams-11`.
struct TargetNames {
  /// By their words, the identifiers as they are.
  private var known: [[Substring]: Set<String>] = [:]
  private var longest = 0

  private static func words(_ text: String) -> [Substring] {
    text.split { !($0.isLetter || $0.isNumber) }
  }

  /// Adds an identifier.
  mutating func add(_ id: String) {
    let id = id.lowercased()
    let words = Self.words(id)
    guard !words.isEmpty else { return }
    known[words, default: []].insert(id)
    longest = max(longest, words.count)
  }

  /// The identifiers that stand in a text, but for those inside of a longer one: `ams` is not meant by `ams-1`.
  ///
  /// - Returns: the identifiers, in small letters, in their order.
  func targets(in text: String) -> [String] {
    let text = text.lowercased()
    let words = Self.words(text)
    var (found, end): ([String], Int) = ([], 0)
    for start in words.indices {
      for count in stride(from: min(longest, words.count - start), through: 1, by: -1) where start + count > end {
        let range = start..<(start + count)
        // Between the words stands what stands in the identifier, or one of the marks that providers put in its place.
        let piece = text[words[start].startIndex..<words[range.upperBound - 1].endIndex]
        let isName = piece.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
        let here = (known[Array(words[range])] ?? []).filter { isName || $0.contains(piece) }
        guard !here.isEmpty else { continue }
        found += here.sorted()
        end = range.upperBound
        break
      }
    }
    return found
  }
}

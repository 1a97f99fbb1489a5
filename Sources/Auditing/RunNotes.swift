internal import Quantities
internal import Records

/// What the log says of its runs, compared with the list of them.
struct RunNotes {
  private struct Known {
    var registration: Registration?
    var plan: String?
    var outcome: String?
    var first: Int64
    var newest: Int64
  }

  private var known: [Int64: Known] = [:]
  private var flaws: [Flaw] = []
  private(set) var unjudged: [String] = []

  var count: Int { known.count }

  init(_ notes: [RunNote]) {
    var last: Int64?
    for note in notes.sorted(by: { $0.seq < $1.seq }) {
      var run = known[note.run] ?? Known(first: note.seq, newest: note.seq)
      run.newest = max(run.newest, note.seq)
      switch note.kind {
      case .registered(let registration):
        if run.registration != nil || run.first < note.seq {
          flaws.append(Flaw(.entries, first: note.seq, last: note.seq, "r-\(note.run) is entered for a second time"))
        } else if let last, note.run != last + 1 {
          flaws.append(
            Flaw(.entries, first: note.seq, last: note.seq, "r-\(note.run) is entered, and r-\(last + 1) is next"))
        }
        last = note.run
        run.registration = registration
        run.plan = registration.plan.hex
      case .plan(let plan): run.plan = plan
      case .outcome(let outcome): run.outcome = outcome
      case .epoch: break
      }
      known[note.run] = run
    }
  }

  /// Compares with the list of runs; a record without one has nothing to compare.
  mutating func compare(with list: [StoredRun]?) -> [Flaw] {
    let oldest = known.filter { $0.value.registration != nil }.keys.min() ?? .max
    for (number, run) in known.sorted(by: { $0.key < $1.key }) where run.registration == nil {
      if number < oldest {
        unjudged.append("a version before 0.2 left nothing in the log about how r-\(number) was entered")
      } else {
        flaws.append(Flaw(.entries, first: run.first, "the log has entries of r-\(number), which was never entered"))
      }
    }
    guard let list else { return flaws }
    let rows = Dictionary(list.map { ($0.number, $0) }, uniquingKeysWith: { one, _ in one })
    for (number, run) in known.sorted(by: { $0.key < $1.key }) {
      guard let row = rows[number] else {
        flaws.append(Flaw(.runs, first: run.first, "the list of runs lacks r-\(number)"))
        continue
      }
      compare(row, with: run)
    }
    for row in list where known[row.number] == nil {
      flaws.append(Flaw(.runs, "the list of runs has r-\(row.number), and the log never had it"))
    }
    return flaws
  }

  private mutating func compare(_ row: StoredRun, with run: Known) {
    var expected: [(String, String?)] = [("plan", run.plan), ("outcome", run.outcome)]
    if let entered = run.registration {
      expected += [
        ("runbook", entered.runbook), ("environment", entered.environment),
        ("created_ms", "\(entered.created.milliseconds)"),
      ]
      if let directory = entered.directory { expected.append(("directory", directory)) }
    }
    for (column, value) in expected {
      guard let found = row.values[column], !isSame(found, value) else { continue }
      flaws.append(
        Flaw(
          .runs, first: run.first, last: run.newest,
          "the list of runs says of r-\(row.number) that its \(column) is `\(found ?? "open")`, and the log says "
            + "`\(value ?? "open")`"))
    }
  }

  private func isSame(_ one: String?, _ other: String?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return one.utf8.elementsEqual(other.utf8)
  }
}

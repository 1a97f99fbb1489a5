public import Auditing
internal import Checkpoints
internal import Quantities

/// What an audit found, as text and as JSON.
public enum AuditScreen {
  /// What came of verifying a record, line by line.
  public static func text(_ found: Verification, style: Style) -> String {
    var lines: [String] = []
    func line(_ mark: Mark?, _ title: String, _ words: String) {
      let symbol = mark.map { style.symbol($0) } ?? " "
      lines.append("\(symbol) \(Width.pad(title, to: 11)) \(Sanitize.line(words))")
    }
    let times = found.times.map { ", \($0.first.text) to \($0.last.text) by its own clock" } ?? ""
    line(
      nil, "log",
      "\(found.origins.joined(separator: ", then ")), \(found.size) entries, \(found.runs.counted("run"))\(times)")
    line(nil, "root", "\(found.root.hex) over \(found.size)")
    for check in Self.shown where found.passed.contains(check) { line(.done, check.rawValue, words(check, found)) }
    for one in found.witnessed.prefix(5) {
      line(.done, "witnessed", "up to \(one.size)\(one.at.map { " at \($0.text)" } ?? "") by \(one.by)")
    }
    if let seen = found.seen.first, !(found.approvals?.isOwnTrust ?? false) {
      line(nil, "seen", "up to \(seen.size) by \(seen.by), who signed that with a key that the log itself names")
    }
    for (mark, title, words) in people(found) { line(mark, title, words) }
    if !found.withheld.isEmpty {
      let some = found.withheld.prefix(8).map(String.init).joined(separator: ", ")
      let more = found.withheld.count > 8 ? " and more" : ""
      line(nil, "withheld", "\(found.withheld.count.counted("payload")) erased (entries \(some)\(more))")
    }
    for flaw in found.flaws.prefix(20) { line(.failed, flaw.check.rawValue, words(flaw)) }
    if found.flaws.count > 20 { line(.failed, "", "and \(found.flaws.count - 20) more") }
    for one in found.violations.prefix(20) { line(.failed, "policy", words(one)) }
    if found.violations.count > 20 { line(.failed, "", "and \(found.violations.count - 20) more") }
    for one in found.pruned { line(nil, "pruned", one) }
    for one in found.remarks { line(.waiting, "remark", one) }
    for one in found.unjudged { line(.inDoubt, "not judged", one) }
    lines.append("RESULT      " + Sanitize.line(found.sentence))
    return lines.map { $0 + "\n" }.joined()
  }

  private static let shown: [Flaw.Check] = [
    .files, .entries, .tree, .payloads, .copies, .plans, .runs, .people, .checkpoints,
  ]

  private static func words(_ check: Flaw.Check, _ found: Verification) -> String {
    switch check {
    case .files: "the files of the bundle are those that were written"
    case .entries: "\(found.size) canonical entries without a gap, each with a cause that came before it"
    case .tree: "what is stored of the tree is what the entries hash to"
    case .payloads: "each payload is the one that its entry committed to"
    case .copies: "the columns beside the entries say what these say"
    case .plans: "each plan that an entry names is there, byte for byte"
    case .runs: "the list of runs is that of the log"
    case .people: "no name contradicts its pseudonym"
    case .checkpoints:
      "\(found.checkpoints.counted("checkpoint")) signed by \(found.keys.map(\.text).joined(separator: ", "))"
    case .reading, .decisions, .approvals: ""
    }
  }

  private static func words(_ flaw: Flaw) -> String {
    let place: String
    switch (flaw.first, flaw.last) {
    case (nil, _): place = ""
    case (let first?, nil): place = "from entry \(first) on: "
    case (let first?, let last?): place = first == last ? "entry \(first): " : "an entry of \(first) to \(last): "
    }
    return place + flaw.what + (flaw.anchor.map { ", as \($0) shows" } ?? "")
  }

  /// What persons said, and what was let happen because of it. Nothing is said where no rule asks for anything.
  private static func people(_ found: Verification) -> [(Mark?, String, String)] {
    guard let it = found.approvals, it.ruled > 0 || it.effects > 0 || !it.statements.isEmpty else { return [] }
    let mark: Mark? = found.passed.contains(.approvals) ? .done : nil
    var lines: [(Mark?, String, String)] = []
    let signed = it.count(.valid) + it.count(.revokedSince)
    let keys = it.isOwnTrust ? "keys that you trust" : "keys that the plans name"
    var statements = "\(signed.counted("signature")) of statements valid, with \(keys)"
    if it.count(.byAccount) > 0 {
      statements +=
        "; \(it.count(.byAccount)) by account: the operating system knew the account, and nobody signed"
    }
    lines.append((mark, "approvals", statements))
    var waves = "held in \(it.held) of \(it.ruled) where waves ask for approval"
    if it.lifted > 0 { waves += ", \(it.lifted) under an emergency" }
    if it.withheld > 0 { waves += ", \(it.withheld) resting on words that were erased" }
    lines.append((mark, "four eyes", waves))
    let first = it.unapproved.first.map { ", the first is entry \($0)" } ?? ""
    lines.append(
      (
        mark, "effects",
        "\(it.unapproved.count) of \(it.effects) begun without the approval that the plan asks for\(first)"
      ))
    let gone = it.statements.filter { $0.standing == .withheld }
    if !gone.isEmpty {
      let some = gone.prefix(8).map { String($0.seq) }.joined(separator: ", ")
      lines.append(
        (
          nil, "withheld",
          "\(gone.count.counted("signed statement")) erased, so nobody can say whether they hold (entries \(some))"
        ))
    }
    return lines
  }

  /// The same for programs.
  public static func json(_ found: Verification) -> String {
    var object = JSONObject([
      ("approvals", found.approvals.map { json($0) } ?? .null),
      ("checkpoints", .integer(Int64(found.checkpoints))), ("entries", .integer(found.size)),
      ("flaws", .array(found.flaws.map { json($0) })), ("keys", .array(found.keys.map { .string($0.text) })),
      ("origins", .array(found.origins.map { .string($0) })),
      ("passed", .array(found.passed.map { .string($0.rawValue) })), ("record", .string(found.name)),
      ("pruned", .array(found.prunedRuns.map { json($0) })),
      ("remarks", .array(found.remarks.map { .string($0) })), ("root", .string(found.root.hex)),
      ("runs", .integer(Int64(found.runs))),
      ("seen", .array(found.seen.map { json($0) })), ("sentence", .string(found.sentence)),
      ("unjudged", .array(found.unjudged.map { .string($0) })), ("verdict", .string(found.verdict.rawValue)),
      ("violations", .array(found.violations.map { json($0) })),
      ("withheld", .array(found.withheld.map { .integer($0) })),
      ("witnessed", .array(found.witnessed.map { json($0) })),
    ])
    if let times = found.times {
      object["first"] = .string(times.first.text)
      object["last"] = .string(times.last.text)
    }
    return JSON.object(object).canonicalText + "\n"
  }

  private static func json(_ flaw: Flaw) -> JSON {
    .dictionary([
      ("anchor", flaw.anchor.map { .string($0) } ?? .null), ("check", .string(flaw.check.rawValue)),
      ("first", flaw.first.map { .integer($0) } ?? .null), ("last", flaw.last.map { .integer($0) } ?? .null),
      ("what", .string(flaw.what)),
    ])
  }

  private static func json(_ one: Verification.PrunedRun) -> JSON {
    .dictionary([
      ("archive", .string(one.archive.hex)), ("at", .string(one.at.text)), ("count", .integer(one.count)),
      ("first", .integer(one.first)), ("last", .integer(one.last)), ("run", .integer(one.run)),
      ("seq", .integer(one.seq)),
    ])
  }

  private static func json(_ it: ApprovalFindings) -> JSON {
    let statements = it.statements.map { one in
      JSON.dictionary([
        ("action", .string(one.action)), ("counted", .integer(one.counted)),
        ("issued", one.issued.map { .string($0.text) } ?? .null), ("key", one.key.map { .string($0) } ?? .null),
        ("person", .string(one.person)), ("run", .integer(one.run)), ("scope", .string(one.scope)),
        ("seq", .integer(one.seq)), ("standing", .string(one.standing.rawValue)),
      ])
    }
    return .dictionary([
      ("effects", .integer(Int64(it.effects))), ("held", .integer(Int64(it.held))),
      ("lifted", .integer(Int64(it.lifted))), ("own_trust", .bool(it.isOwnTrust)),
      ("ruled", .integer(Int64(it.ruled))), ("statements", .array(statements)),
      ("unapproved", .array(it.unapproved.map { .integer($0) })), ("withheld", .integer(Int64(it.withheld))),
    ])
  }

  private static func json(_ one: Verification.Witnessed) -> JSON {
    .dictionary([
      ("at", one.at.map { .string($0.text) } ?? .null), ("by", .string(one.by)), ("size", .integer(one.size)),
    ])
  }

  /// Changes as a table for a terminal.
  public static func list(_ changes: [Change], style: Style, columns: Int) -> String {
    var table = Table([
      .init(title: "SEQ", isRight: true), .init(title: "CHANGE", givesWay: true), .init(title: "PLAN"),
      .init(title: "STARTED"), .init(title: "CLASS"), .init(title: "ASKED BY", givesWay: true),
      .init(title: "APPROVED BY", givesWay: true), .init(title: "OUTCOME", givesWay: true),
      .init(title: "OVERRIDES", isRight: true), .init(title: "UNDONE", isRight: true),
    ])
    table.rows = changes.map { change in
      [
        "\(change.seq)", Sanitize.line(change.id), String(change.plan.prefix(12)), change.started.text,
        change.kind.rawValue, Sanitize.line(change.requestedBy),
        approvers(of: change),
        Sanitize.line(change.outcome), "\(change.overrides.count)", "\(change.undone)",
      ]
    }
    return table.lines(columns: columns, style: style).map { $0 + "\n" }.joined()
      + "\(changes.count.counted("change"))\n"
  }

  private static func approvers(of change: Change) -> String {
    let names = change.approvals.map(\.person) + change.carried.map { "\($0.person) (an earlier plan)" }
    return names.isEmpty ? "-" : Sanitize.line(names.joined(separator: ", "))
  }

  /// Changes as CSV (RFC 4180), with a header row and protected against formulas of spreadsheets.
  public static func csv(_ changes: [Change]) -> String {
    CSV.row(Change.titles) + changes.map { CSV.row($0.row) }.joined()
  }

  /// Changes for programs, one object a line.
  public static func json(_ changes: [Change]) -> String { changes.map { $0.json.canonicalText + "\n" }.joined() }

  /// A change with all that shows it.
  public static func text(_ change: Change, causes: Causes) -> String {
    var lines = ["\(Sanitize.line(change.id))"]
    for (title, cell) in zip(Change.titles, change.row).dropFirst() where !cell.isEmpty {
      lines.append("  \(Width.pad(title, to: 13)) \(Sanitize.line(cell))")
    }
    lines.append(
      "  \(Width.pad("evidence", to: 13)) entries \(change.evidence.map(String.init).joined(separator: ", "))")
    return (lines + text(causes, indent: "  ")).map { $0 + "\n" }.joined() + "\n"
  }

  /// A chain of causes.
  public static func text(_ causes: Causes) -> String { text(causes, indent: "").map { $0 + "\n" }.joined() }

  private static func text(_ causes: Causes, indent: String) -> [String] {
    var lines: [String] = []
    for link in causes.links {
      let relation = link.relation.isEmpty ? "" : link.relation + " "
      let place = link.subject.isEmpty ? "" : " \(link.subject)"
      let facts = link.facts.isEmpty ? "" : "  \(link.facts)"
      let step = String(repeating: "  ", count: min(link.depth, 12))
      lines.append(
        indent + step
          + Sanitize.line("\(relation)\(link.seq) \(link.at.text) \(link.type)\(place), by \(link.actor)\(facts)"))
    }
    let authors = causes.authors.isEmpty ? "nobody that the plan names" : causes.authors.joined(separator: ", ")
    let plan = causes.plan.map { "plan \($0)" } ?? "no plan"
    lines.append(
      indent
        + Sanitize.line("under \(plan) of \(causes.runbook ?? "a runbook that is not there"), written by \(authors)"))
    return lines
  }

  /// A chain of causes for programs.
  public static func json(_ causes: Causes) -> String {
    let links = causes.links.map { link in
      JSON.dictionary([
        ("actor", .string(link.actor)), ("at", .string(link.at.text)), ("depth", .integer(Int64(link.depth))),
        ("facts", .string(link.facts)), ("relation", .string(link.relation)), ("run", .integer(link.run)),
        ("seq", .integer(link.seq)), ("subject", .string(link.subject)), ("type", .string(link.type)),
      ])
    }
    return JSON.dictionary([
      ("authors", .array(causes.authors.map { .string($0) })), ("links", .array(links)),
      ("plan", causes.plan.map { .string($0) } ?? .null), ("runbook", causes.runbook.map { .string($0) } ?? .null),
    ]).canonicalText + "\n"
  }
}

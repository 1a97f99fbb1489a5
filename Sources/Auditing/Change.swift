public import Quantities

/// One change: a wave that was begun. A wave that was begun again is another one.
public struct Change: Equatable, Sendable {
  /// Who let a wave begin.
  public struct Approval: Equatable, Sendable {
    /// The entry with which it counted.
    public var seq: Int64
    public var person: String
    /// How the person is known: an account, or a key.
    public var proof: String
    public var at: Instant
  }

  /// How it came to be allowed.
  public enum Kind: String, Sendable, CaseIterable {
    /// Nobody has to approve it, as the plan says.
    case standard
    /// It was approved as the plan asks.
    case normal
    /// Somebody declared an emergency, which lifted the count of approvals.
    case emergency
  }

  /// The run and the path of the wave, and how often it was begun before: `r-12/full-scale/stores/4`, then `…/4#2`.
  public var id: String
  /// The entry with which it began.
  public var seq: Int64
  public var run: Int64
  public var runbook: String
  public var environment: String
  public var path: String
  /// The digest of the plan.
  public var plan: String
  /// Who created the run.
  public var requestedBy: String
  public var approvals: [Approval] = []
  /// Who approved an earlier plan of the run, where an amendment let that stand: nobody of these said yes to this plan.
  public var carried: [Approval] = []
  /// Who executed it.
  public var executor: String
  public var kind = Kind.standard
  /// When its first and its last target were to begin, as the plan had it.
  public var planned: (first: String, last: String)?
  public var started: Instant
  public var finished: Instant?
  public var targets = 0
  public var done = 0
  public var failed = 0
  public var skipped = 0
  /// What gates, bakes and triggers said, in their order.
  public var verdicts: [String] = []
  /// What people did beside the plan, each with who and what.
  public var overrides: [String] = []
  /// How it ended, or stands.
  public var outcome = "open"
  /// How many of its targets were taken back.
  public var undone = 0
  /// The entries that show all this, in their order.
  public var evidence: [Int64] = []

  public static func == (left: Change, right: Change) -> Bool {
    left.row == right.row && left.evidence == right.evidence
  }

  /// The titles of ``row``.
  public static let titles = [
    "change", "run", "runbook", "environment", "plan", "requested_by", "approved_by", "approved_before_amendment",
    "executor", "class",
    "planned_first", "planned_last", "started", "finished", "targets", "done", "failed", "skipped", "verdicts",
    "overrides", "outcome", "undone", "seq",
  ]

  /// What there is to say, in the order of ``titles``.
  public var row: [String] {
    [
      id, "r-\(run)", runbook, environment, plan, requestedBy, Self.words(approvals), Self.words(carried), executor,
      kind.rawValue,
      planned?.first ?? "", planned?.last ?? "", started.text, finished?.text ?? "", "\(targets)", "\(done)",
      "\(failed)", "\(skipped)", verdicts.joined(separator: "; "), overrides.joined(separator: "; "), outcome,
      "\(undone)", "\(seq)",
    ]
  }

  private static func words(_ approvals: [Approval]) -> String {
    approvals.map { "\($0.person) (\($0.proof), \($0.at.text))" }.joined(separator: "; ")
  }

  private static func json(_ approvals: [Approval]) -> JSON {
    .array(
      approvals.map {
        .dictionary([
          ("at", .string($0.at.text)), ("person", .string($0.person)), ("proof", .string($0.proof)),
          ("seq", .integer($0.seq)),
        ])
      })
  }

  /// The same for programs.
  public var json: JSON {
    let counts: Set<String> = ["targets", "done", "failed", "skipped", "undone", "seq"]
    var object = JSONObject()
    for (title, cell) in zip(Self.titles, row) {
      object[title] = counts.contains(title) ? Int64(cell).map { .integer($0) } : .string(cell)
    }
    object["approved_by"] = Self.json(approvals)
    object["approved_before_amendment"] = Self.json(carried)
    object["verdicts"] = .array(verdicts.map { .string($0) })
    object["overrides"] = .array(overrides.map { .string($0) })
    object["evidence"] = .array(evidence.map { .integer($0) })
    return .object(object)
  }
}

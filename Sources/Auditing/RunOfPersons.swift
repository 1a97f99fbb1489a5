internal import Plans
internal import Quantities
internal import Records

/// What a run knows of persons, as its entries say it.
struct RunOfPersons {
  /// Something that counts until it is void.
  struct Given {
    var seq: Int64
    var place: String
    var person: Int
    var key: String?
    var until: Instant?
    var identity: String
    var standing: ApprovalFindings.Statement.Standing
  }

  struct Declared {
    var seq: Int64
    var place: String
    var person: Int
    var at: Instant
    var until: Instant
    var reviewed: Instant?
  }

  var nonce: String?
  var created: Int64 = 0
  /// The plan in force at the newest entry.
  var plan: Digest?
  private var planner: Int?
  private var executors: Set<Int> = []
  private(set) var isExecutorUnknown = true
  /// Who asked for amendments that made the plan riskier.
  private var amenders: Set<Int> = []
  var commands: [Int64: SaidCommand] = [:]
  /// By command, why it does not hold.
  var wrong: [Int64: String] = [:]
  private var firstFormat: Set<Int64> = []
  var used: [String: Int64] = [:]
  var given: [Given] = []
  var amending: [Given] = []
  private(set) var amendment: (to: String, person: Int?, needs: [String])?
  var emergencies: [Declared] = []

  /// Takes what an entry says of the run itself.
  mutating func take(_ entry: Entry) {
    plan = entry.plan ?? plan
    let person = entry.data["person"]?.integer.map { Int(clamping: $0) }
    switch entry.type {
    case "run_created":
      nonce = entry.data["nonce"]?.string
      (created, planner) = (entry.seq, person)
    case "executor_started":
      if let person { executors.insert(person) }
      isExecutorUnknown = person == nil
    case "command_received":
      if (try? JSON(parsing: entry.body))?["v"] == .integer(1) { firstFormat.insert(entry.seq) }
    case "approval_voided":
      let id = entry.data["id"]?.string
      given.removeAll { $0.identity == id }
      amending.removeAll { $0.identity == id }
    case "approval_rejected": given.removeAll { $0.place == entry.subject }
    case "amendment_proposed":
      amendment = (
        entry.data["to"]?.string ?? "", person, (entry.data["needs"]?.array ?? []).compactMap(\.string)
      )
      amending = []
    case "amendment_dropped":
      amendment = nil
      amending = []
    default: break
    }
  }

  /// Whether an entry was written by a version that kept no signatures.
  func isOfFirstFormat(_ seq: Int64) -> Bool { firstFormat.contains(seq) }

  /// What of some approvals let something happen: those that its entry names, and that had not run out.
  func counting(_ list: [Given], at place: String, for entry: Entry) -> [Given] {
    let named = entry.data["admitted_by"]?.array.compactMap(\.integer)
    return list.filter { one in
      one.place == place && one.until.map { $0 > entry.at } ?? true && named.map { $0.contains(one.seq) } ?? true
    }
  }

  /// Whether an emergency lifted the count.
  func emergency(at place: String, for entry: Entry) -> Bool {
    let named = entry.data["admitted_by"]?.array.compactMap(\.integer)
    return emergencies.contains { one in
      one.place == place && one.until > entry.at && named.map { $0.contains(one.seq) } ?? true
    }
  }

  mutating func review(_ place: String, by person: Int, at instant: Instant) {
    for index in emergencies.indices where emergencies[index].place == place && emergencies[index].person != person {
      emergencies[index].reviewed = emergencies[index].reviewed ?? instant
    }
  }

  mutating func endAmendment(grew: Int64) {
    if grew > 0, let person = amendment?.person { amenders.insert(person) }
    amendment = nil
    amending = []
  }

  /// Why somebody does not count under a rule; `nil` when they do.
  func exclusion(of person: Int, from rule: PlannedApproval, _ facts: PersonFacts?) -> String? {
    guard let facts else { return nil }
    guard facts.people.indices.contains(person) else { return "the plan has no such person" }
    let known = facts.people[person]
    if !known.roles.contains(rule.role) { return "\(known.name) has not the role \(rule.role)" }
    if rule.excludesAuthors {
      if known.isAuthor { return "\(known.name) is an author of the runbook" }
      if planner == person { return "\(known.name) created the run" }
      if amenders.contains(person) { return "\(known.name) amended the run" }
    }
    if rule.excludesExecutors, executors.contains(person) { return "\(known.name) executes the run" }
    return nil
  }
}

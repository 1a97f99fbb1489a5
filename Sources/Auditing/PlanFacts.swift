internal import Engine
internal import Plans
internal import Quantities
internal import Records

/// What an auditor wants of a plan, as texts.
struct PlanFacts: Sendable {
  var runbook: String
  var people: [String]
  var authors: [String]
  /// The phases and stages that ask for approvals.
  var ruled: Set<String> = []
  /// By wave path, when it was to begin: the first and the last of its targets, or days.
  var planned: [String: (first: String, last: String)] = [:]

  init(_ plan: Plan) {
    runbook = plan.runbook
    people = plan.people.map(\.name)
    authors = plan.people.filter(\.isAuthor).map(\.name)
    for phase in plan.phases where phase.approvalRule != nil { ruled.insert(phase.id) }
    for stage in plan.stages {
      let path = "\(plan.phases[stage.phase].id)/\(stage.id)"
      if stage.approvalRule != nil { ruled.insert(path) }
      for (number, wave) in stage.waves.enumerated() {
        let first = wave.starts?.first.text ?? wave.earliest?.text
        let last = wave.starts?.last.text ?? wave.latest?.text
        if let first { planned["\(path)/\(number + 1)"] = (first, last ?? first) }
      }
    }
  }
}

/// The names of plans and people, found when they are asked for.
final class Names {
  private let people: [String: String]
  private var plans: [String: PlanFacts?] = [:]
  private var bodies: [String: [UInt8]] = [:]
  private let openings: [Digest: Opening]

  init(_ record: any StoredRecord) throws {
    people = Dictionary(try record.persons().map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
    openings = Dictionary(
      try record.keptOpenings().map { ($0.opening.commitment, $0.opening) }, uniquingKeysWith: { one, _ in one })
    var bodies: [String: [UInt8]] = [:]
    try record.blobs { bodies[$0] = $1 }
    self.bodies = bodies
  }

  /// What a plan says; `nil` when it is missing, or no plan of this version.
  func plan(_ digest: String?) -> PlanFacts? {
    guard let digest else { return nil }
    if let known = plans[digest] { return known }
    let facts = bodies[digest].flatMap { try? Plan(canonical: $0) }.map { plan in
      var plan = plan
      plan.open { openings[$0] }
      return PlanFacts(plan)
    }
    plans[digest] = .some(facts)
    return facts
  }

  /// The bytes of a plan.
  func body(_ digest: Digest) -> [UInt8]? { bodies[digest.hex] }

  /// The name behind a pseudonym, or the word itself where it is none or was erased.
  func name(_ id: String) -> String { people[id] ?? id }

  /// A person as an event names one: by place among the people of its plan, or by pseudonym.
  func person(_ value: JSON?, under plan: String?) -> String? {
    if let text = value?.string { return name(text) }
    guard let place = value?.integer else { return nil }
    let people = self.plan(plan)?.people ?? []
    return people.indices.contains(Int(clamping: place)) ? name(people[Int(place)]) : "person \(place)"
  }

  /// Who acted: a person by name, an executor or a provider by theirs, the engine by its rule.
  func actor(_ entry: Entry) -> String {
    switch entry.actor.kind {
    case .person: person(entry.data["person"], under: entry.plan?.hex) ?? name(entry.actor.id)
    case .engine: "the engine (\(entry.actor.id))"
    case .executor, .provider: entry.actor.id
    }
  }
}

import Quantities

extension Event.Kind {
  static let amendmentTypes = ["amendment_approved", "amendment_dropped", "amendment_proposed", "plan_amended"]

  /// The name in the journal of an event about an amendment; `nil` for all others.
  var amendmentType: String? {
    switch self {
    case .amendmentProposed: "amendment_proposed"
    case .amendmentApproved: "amendment_approved"
    case .amendmentDropped: "amendment_dropped"
    case .planAmended: "plan_amended"
    default: nil
    }
  }

  func writeAmendment(to writer: inout CanonicalWriter) {
    switch self {
    case .amendmentProposed(let plan, let person, let needs):
      writer.member("needs", strings: needs)
      writer.member("person", ifPresent: person)
      writer.member("to", plan.hex)
    case .amendmentApproved(let plan, let person, let until, let auth, let id):
      writer.member("auth", auth)
      writer.member("id", id)
      writer.member("person", person)
      writer.member("to", plan.hex)
      writer.member("until", ifPresent: until?.text)
    case .amendmentDropped(let plan, let why):
      writer.member("to", plan.hex)
      writer.member("why", why)
    case .planAmended(let plan, let grew, let changes):
      writer.member("changes", changes)
      writer.member("grew", grew)
      writer.member("to", plan.hex)
    default: break
    }
  }

  init?(amendment record: RecordedEvent) throws(EventError) {
    guard Self.amendmentTypes.contains(record.type) else { return nil }
    let data = record.data
    guard let plan = data["to"]?.string.flatMap({ Digest(hex: $0) }) else {
      throw EventError(message: "event `\(record.type)` has no readable `to`")
    }
    let person = data["person"]?.integer.map { Int($0) }
    switch record.type {
    case "amendment_proposed":
      self = .amendmentProposed(plan: plan, person: person, needs: (data["needs"]?.array ?? []).compactMap(\.string))
    case "amendment_approved":
      guard let person else { throw EventError(message: "event `\(record.type)` has no readable `person`") }
      self = .amendmentApproved(
        plan: plan, person: person, until: data["until"]?.string.flatMap { Instant($0) },
        auth: data["auth"]?.string ?? "os", id: data["id"]?.string ?? "")
    case "amendment_dropped": self = .amendmentDropped(plan: plan, why: data["why"]?.string ?? "")
    default:
      self = .planAmended(
        plan: plan, grew: Int(data["grew"]?.integer ?? 0), changes: Int(data["changes"]?.integer ?? 0))
    }
  }
}

extension Amendment {
  /// The amendment as canonical JSON, for snapshots.
  func json(_ index: PlanIndex) -> JSON {
    .dictionary([
      ("cause", .integer(cause)), ("given", .array(given.map { $0.json(index) })),
      ("needs", .array(needs.map { .string(index.path(of: $0)) })),
      ("person", person.map { .integer(Int64($0)) } ?? .null), ("to", .string(plan.hex)),
    ])
  }

  init?(_ json: JSON, _ index: PlanIndex) {
    guard let plan = json["to"]?.string.flatMap({ Digest(hex: $0) }), let cause = json["cause"]?.integer else {
      return nil
    }
    self.init(
      plan: plan, person: json["person"]?.integer.map { Int($0) },
      needs: (json["needs"]?.array ?? []).compactMap { $0.string.flatMap { index.place($0) } },
      given: (json["given"]?.array ?? []).compactMap { GivenApproval($0, index) }, cause: cause)
  }
}

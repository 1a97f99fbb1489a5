import Quantities

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

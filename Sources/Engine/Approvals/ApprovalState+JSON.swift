import Quantities

extension ApprovalState {
  /// What outlives a wave boundary, as canonical JSON.
  func json(_ index: PlanIndex) -> JSON {
    func text(_ instant: Instant?) -> JSON { instant.map { .string($0.text) } ?? .null }
    func path(_ place: Place) -> JSON { .string(index.path(of: place)) }
    return .dictionary([
      ("asked", asked.map { path($0) } ?? .null),
      ("breaches", .array(breaches.map { .array([path($0.place), text($0.at), .string($0.by)]) })),
      (
        "emergencies",
        .array(
          emergencies.map {
            .array([path($0.place), .integer(Int64($0.person)), text($0.at), text($0.until), .bool($0.isReviewed)])
          })
      ),
      ("executors", .array(executors.sorted().map { .integer(Int64($0)) })),
      ("given", .array(given.map { $0.json(index) })),
      ("planner", planner.map { .integer(Int64($0)) } ?? .null),
      ("rejected", .array(rejected.map { .array([path($0.place), .integer(Int64($0.person)), text($0.at)]) })),
    ])
  }

  mutating func read(_ json: JSON, _ index: PlanIndex) {
    func place(_ json: JSON) -> Place? { json.string.flatMap { index.place($0) } }
    func instant(_ json: JSON) -> Instant? { json.string.flatMap { Instant($0) } }
    breaches = (json["breaches"]?.array ?? []).map(\.array).compactMap { parts in
      guard parts.count == 3, let place = place(parts[0]), let at = instant(parts[1]) else { return nil }
      return Breach(place: place, at: at, by: parts[2].string ?? "")
    }
    emergencies = (json["emergencies"]?.array ?? []).map(\.array).compactMap { parts in
      guard parts.count == 5, let place = place(parts[0]), let person = parts[1].integer, let at = instant(parts[2]),
        let until = instant(parts[3])
      else { return nil }
      return Emergency(place: place, person: Int(person), at: at, until: until, isReviewed: parts[4].bool ?? false)
    }
    given = (json["given"]?.array ?? []).compactMap { GivenApproval($0, index) }
    rejected = (json["rejected"]?.array ?? []).map(\.array).compactMap { parts in
      guard parts.count == 3, let place = place(parts[0]), let person = parts[1].integer, let at = instant(parts[2])
      else { return nil }
      return Rejection(place: place, person: Int(person), at: at)
    }
    asked = json["asked"].flatMap { place($0) }
    planner = json["planner"]?.integer.map { Int($0) }
    executors = Set((json["executors"]?.array ?? []).compactMap { $0.integer.map { Int($0) } })
  }
}

extension GivenApproval {
  /// The approval as canonical JSON, for snapshots.
  func json(_ index: PlanIndex) -> JSON {
    .array([
      .string(index.path(of: place)), .integer(Int64(person)), .string(at.text),
      until.map { .string($0.text) } ?? .null, .string(auth), .string(id),
    ])
  }

  init?(_ json: JSON, _ index: PlanIndex) {
    let parts = json.array
    guard parts.count == 6, let place = parts[0].string.flatMap({ index.place($0) }), let person = parts[1].integer,
      let at = parts[2].string.flatMap({ Instant($0) })
    else { return nil }
    self.init(
      place: place, person: Int(person), at: at, until: parts[3].string.flatMap { Instant($0) },
      auth: parts[4].string ?? "os", id: parts[5].string ?? "")
  }
}

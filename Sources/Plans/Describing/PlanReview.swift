extension Plan {
  /// Everything of the plan that decides something, in rows for whoever signs it: one for each field, as its
  /// description says it. Targets, dates and arguments are shown elsewhere.
  public var review: [PlanReview.Row] {
    var review = PlanReview(self)
    for field in Plan.fields.all { field.review(self, &review) }
    guard !plainSecrets.isEmpty else { return review.rows }
    return review.rows.map { PlanReview.Row(place: $0.place, title: $0.title, text: shown($0.text)) }
  }
}

/// Collects the rows of a review.
public struct PlanReview: Sendable {
  /// What one field says, and where it belongs.
  public struct Row: Hashable, Sendable {
    /// Where it belongs, such as `stage `pilots/stores`: gate`; empty for the plan as a whole.
    public var place: String
    /// What it is called.
    public var title: String
    /// What it says.
    public var text: String
  }

  /// The rows in the order of the plan.
  public private(set) var rows: [Row] = []
  let plan: Plan
  private var places: [String] = []

  init(_ plan: Plan) {
    self.plan = plan
  }

  mutating func add(_ title: String, _ text: String) {
    rows.append(Row(place: places.joined(separator: " "), title: title, text: text))
  }

  mutating func inside(_ place: String, _ body: (inout PlanReview) -> Void) {
    if !place.isEmpty { places.append(place) }
    body(&self)
    if !place.isEmpty { places.removeLast() }
  }
}

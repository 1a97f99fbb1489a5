import Plans
import Quantities

extension Form where Value == ApprovalState {
  static func approvals(_ index: PlanLink) -> Form {
    Layout(
      ApprovalState.init(
        asked:given:rejected:emergencies:breaches:planner:executors:amenders:isExecutorUnknown:used:)
    ) {
      Item("asked", { $0.asked }, .optional(.place(index)))
      Item("given", { $0.given }, .list(.given(index)))
      Item("rejected", { $0.rejected }, .list(.rejection(index)))
      Item("emergencies", { $0.emergencies }, .list(.emergency(index)))
      Item("breaches", { $0.breaches }, .list(.breach(index)))
      Item("planner", { $0.planner }, .optional(.place))
      Item("executors", { $0.executors }, .persons)
      Item("amenders", { $0.amenders }, .persons)
      Item("unknown_executor", { $0.isExecutorUnknown }, .flag)
      Item("used", { $0.used }, .pairs(.text, .sequence))
    }.form
  }
}

extension Form where Value == Amendment {
  static func amendment(_ index: PlanLink) -> Form {
    Layout(Amendment.init(plan:person:needs:given:cause:)) {
      Item("plan", { $0.plan }, .digest)
      Item("person", { $0.person }, .optional(.place))
      Item("needs", { $0.needs }, .list(.place(index)))
      Item("given", { $0.given }, .list(.given(index)))
      Item("cause", { $0.cause }, .sequence)
    }.form
  }
}

extension Form where Value == GivenApproval {
  static func given(_ index: PlanLink) -> Form {
    Layout(GivenApproval.init(place:person:at:until:auth:id:sequence:)) {
      Item("place", { $0.place }, .place(index))
      Item("person", { $0.person }, .place)
      Item("at", { $0.at }, .moment)
      Item("until", { $0.until }, .optional(.moment))
      Item("auth", { $0.auth }, .text)
      Item("id", { $0.id }, .text)
      Item("seq", { $0.sequence }, .sequence)
    }.form
  }
}

extension Form where Value == ApprovalState.Rejection {
  static func rejection(_ index: PlanLink) -> Form {
    Layout(
      ApprovalState.Rejection.init(place:person:sequence:), Item("place", { $0.place }, .place(index)),
      Item("person", { $0.person }, .place), Item("seq", { $0.sequence }, .sequence)
    ).form
  }
}

extension Form where Value == Emergency {
  static func emergency(_ index: PlanLink) -> Form {
    Layout(Emergency.init(place:person:at:until:sequence:isReviewed:)) {
      Item("place", { $0.place }, .place(index))
      Item("person", { $0.person }, .place)
      Item("at", { $0.at }, .moment)
      Item("until", { $0.until }, .moment)
      Item("seq", { $0.sequence }, .sequence)
      Item("reviewed", { $0.isReviewed }, .flag)
    }.form
  }
}

extension Form where Value == ApprovalState.Breach {
  static func breach(_ index: PlanLink) -> Form {
    Layout(
      ApprovalState.Breach.init(place:sequence:by:isTakenBack:), Item("place", { $0.place }, .place(index)),
      Item("seq", { $0.sequence }, .sequence), Item("by", { $0.by }, .text), Item("back", { $0.isTakenBack }, .flag)
    ).form
  }
}

extension Form where Value == Set<Int> {
  /// Persons, by their places in the plan.
  fileprivate static let persons = Form<[Int]>.list(.place).mapped(
    or: "names a person twice", into: { $0.sorted() }, back: { Set($0).count == $0.count ? Set($0) : nil })
}

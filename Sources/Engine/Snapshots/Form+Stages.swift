import Plans
import Quantities

extension Form where Value == StageState {
  static let stage = Layout(
    StageState.init(
      status:admitted:touched:rounds:retreats:live:outputs:pace:begunAt:capped:wanted:)
  ) {
    Item("status", { $0.status }, .letters)
    Item("admitted", { $0.admitted }, .list(.row))
    Item("touched", { $0.touched }, .pairs(.row, .bits).usually([:]))
    Item("rounds", { $0.rounds }, .pairs(.row, .count).usually([:]))
    Item("retreats", { $0.retreats }, .pairs(.row, .count).usually([:]))
    Item("live", { $0.live }, .pairs(.row, .moment).usually([:]))
    Item("outputs", { $0.outputs }, .pairs(.row, .pairs(.place, .outputs)).usually([:]))
    Item("pace", { $0.pace }, .optional(.pace))
    Item("begun", { $0.begunAt }, .optional(.moment))
    Item("capped", { $0.capped }, .pairs(.place, .pairs(.text, .capUse)).usually([:]))
    // The plan says so.
    Item("wanted", { $0.wanted }, .given([:]))
  }.form
}

extension Form where Value == [TargetStatus] {
  /// One letter for each target.
  fileprivate static let letters = Form<String>.text.mapped(
    or: "is not a row of letters", into: { statuses in String(decoding: statuses.map { $0.letter }, as: UTF8.self) },
    back: { (text: String) -> [TargetStatus]? in
      var statuses: [TargetStatus] = []
      statuses.reserveCapacity(text.utf8.count)
      for letter in text.utf8 {
        guard let status = TargetStatus(letter: letter) else { return nil }
        statuses.append(status)
      }
      return statuses
    })
}

extension Form where Value == PaceState {
  fileprivate static let pace = Layout(
    PaceState.init(anchor:periodStart:used:allowance:), Item("anchor", { $0.anchor }, .moment),
    Item("since", { $0.periodStart }, .moment), Item("used", { $0.used }, .count),
    Item("allowance", { $0.allowance }, .count)
  ).form
}

extension Form where Value == CapUse {
  fileprivate static let capUse = Layout(
    CapUse.init(periodStart:used:), Item("since", { $0.periodStart }, .moment),
    Item("used", { $0.used }, .count)
  ).form
}

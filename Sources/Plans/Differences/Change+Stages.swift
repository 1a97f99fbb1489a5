internal import Quantities

extension Change where Value == [PlannedStage] {
  /// Each stage by its path; what is noted inside belongs to its phase.
  static let stages = Change(.inner) { stages, _, review in
    for number in stages.indices {
      review.inside("stage `\(review.plan.path(of: number))`:") { review in
        for field in PlannedStage.fields.all { field.review(stages[number], &review) }
      }
    }
  } compare: { _, _, _, comparison in
    let (old, new) = (comparison.old, comparison.new)
    let before = Dictionary(old.stages.indices.map { (old.path(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
    let names = new.stages.indices.map { new.path(of: $0) }
    for number in new.stages.indices {
      let stage = new.stages[number]
      comparison.phase = new.phases[stage.phase].id
      defer { (comparison.phase, comparison.stage) = (nil, nil) }
      guard let earlier = before[names[number]] else {
        comparison.note(
          "stage `\(names[number])` added: \(stage.steps.count.counted("step")) on "
            + stage.targetCount.counted("target"), .grew)
        continue
      }
      comparison.stage = (earlier, number)
      comparison.inside("stage \(names[number]):") {
        PlannedStage.fields.compare(old.stages[earlier], stage, in: &$0)
      }
    }
    for number in old.stages.indices where !names.contains(old.path(of: number)) {
      comparison.phase = old.phases[old.stages[number].phase].id
      comparison.note("stage `\(old.path(of: number))` removed", .grew)
      comparison.phase = nil
    }
    comparison.compareOrder(of: "stages", old.stages.indices.map { old.path(of: $0) }, names, .grew)
  }
}

extension Change where Value == [PlannedStep] {
  /// Each step by its name, and their order.
  static let steps = Change(.inner) { steps, _, review in
    for step in steps {
      review.inside("step `\(step.id)`:") { review in
        for field in PlannedStep.fields.all { field.review(step, &review) }
      }
    }
  } compare: { old, new, _, comparison in
    let named = Change.named("step", by: \.id, PlannedStep.fields)
    named.compare(old, new, "", &comparison)
    comparison.compareOrder(of: "steps", old.map(\.id), new.map(\.id), .grew)
  }
}

extension Change where Value == [AttributeLimit] {
  /// A limit for each attribute; none at all is the highest.
  static let attributeLimits = Change(.inner) { limits, _, review in
    for limit in limits { review.add("tolerate for one \(limit.attribute)", String(limit.limit)) }
  } compare: { old, new, _, comparison in
    let limit = Change<Int?>.limit(none: "no limit")
    for (attribute, before, after) in inPairs(old, new, by: \.attribute) {
      limit.compare(before?.limit, after?.limit, "tolerate for one \(attribute)", &comparison)
    }
  }
}

extension Change where Value == PlannedPace? {
  /// Compared by rate, in the words of the runbook; none at all is the fastest.
  static let pace = Change(.inner) { pace, title, review in
    guard let pace else { return review.add(title, "no limit") }
    review.add(title, pace.carry > 0 ? "\(pace.words), carries over \(pace.carry)" : pace.words)
  } compare: { old, new, title, comparison in
    let none = "no limit"
    if old?.words != new?.words {
      let isSlower = new.map { new in old.map { new.isNoFaster(than: $0) } ?? true } ?? false
      comparison.note("\(title) \(old?.words ?? none) → \(new?.words ?? none)", isSlower ? .shrank : .grew)
    }
    guard let old, let new else { return }
    // What the words say is said.
    let said: Set = ["count", "period"]
    comparison.inside(title) { comparison in
      for field in PlannedPace.fields.all where !said.contains(field.key) { field.compare(old, new, &comparison) }
    }
  }
}

extension Change where Value == [PlannedCap] {
  /// A cap for each attribute; none at all is the highest.
  static let caps = Change(.inner) { caps, _, review in
    for cap in caps { review.add("starts in one \(cap.attribute)", cap.pace.words) }
  } compare: { old, new, _, comparison in
    for (attribute, before, after) in inPairs(old, new, by: \.attribute) {
      Change<PlannedPace?>.pace.compare(before?.pace, after?.pace, "starts in one \(attribute):", &comparison)
    }
  }
}

/// What two lists have under each name: those of the new one first, then what only the old one has.
func inPairs<Element>(
  _ old: [Element], _ new: [Element], by name: (Element) -> String
) -> [(name: String, old: Element?, new: Element?)] {
  let names = new.map(name) + old.map(name).filter { gone in !new.contains { name($0) == gone } }
  return names.map { one in (one, old.first { name($0) == one }, new.first { name($0) == one }) }
}

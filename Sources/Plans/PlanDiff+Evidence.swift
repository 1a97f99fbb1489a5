import Quantities

extension PlanComparison {
  /// What differs in what is measured and in what it is compared with. A changed measurement may be blind, so it counts
  /// as more risk.
  mutating func measurements(_ old: Plan, _ new: Plan) {
    named("signal", old.signals, new.signals, id: \.name) { before, after in
      var parts: [String] = []
      if before.operation != after.operation || before.arguments != after.arguments { parts.append("query changed") }
      if before.extent != after.extent { parts.append("measured per \(after.extent.text), not \(before.extent.text)") }
      if before.every != after.every { parts.append("every \(before.every.text) → \(after.every.text)") }
      if before.window != after.window { parts.append("window \(before.window.text) → \(after.window.text)") }
      if before.settle != after.settle { parts.append("settle \(before.settle.text) → \(after.settle.text)") }
      if before.minimumCount != after.minimumCount {
        let words = { (count: Int?) in count.map(String.init) ?? "none" }
        parts.append("min_count \(words(before.minimumCount)) → \(words(after.minimumCount))")
      }
      if old.words(before.noData) != new.words(after.noData) {
        parts.append("no_data \(old.words(before.noData)) → \(new.words(after.noData))")
      }
      return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
    for trigger in new.triggers {
      guard let before = old.triggers.first(where: { $0.id == trigger.id }) else { continue }
      change(
        "trigger `\(trigger.id)`: watch_after", before.watchAfter, trigger.watchAfter,
        trigger.watchAfter < before.watchAfter ? .grew : .shrank
      ) { $0.text }
      change("trigger `\(trigger.id)`: no_data", old.words(before.noData), new.words(trigger.noData), .grew) { $0 }
    }
    named("forecast of", old.forecast, new.forecast, id: \.name) { before, after in
      before.unit == after.unit && before.points == after.points ? nil : "numbers changed"
    }
  }

  /// What differs in who may say yes, who is told, and when nothing starts.
  mutating func trust(_ old: Plan, _ new: Plan) {
    for person in new.people {
      let before = old.people.first { $0.id == person.id }
      let gained = person.roles.filter { !(before?.roles ?? []).contains($0) }
      let lost = (before?.roles ?? []).filter { !person.roles.contains($0) }
      if !gained.isEmpty { note("\(person.id) becomes \(gained.joined(separator: ", "))", .grew) }
      if !lost.isEmpty { note("\(person.id) is no longer \(lost.joined(separator: ", "))", .shrank) }
      guard let before else { continue }
      if before.accounts != person.accounts, !person.accounts.isEmpty {
        note("\(person.id) is known by other accounts", .grew)
      }
      if before.principals != person.principals, !person.principals.isEmpty {
        note("\(person.id) signs with other keys", .grew)
      }
      if before.isAuthor != person.isAuthor {
        note("\(person.id) is \(person.isAuthor ? "an author now" : "no author any more")", .grew)
      }
    }
    for person in old.people where !new.people.contains(where: { $0.id == person.id }) {
      note("\(person.id) is no longer \(person.roles.joined(separator: ", "))", .shrank)
    }
    if old.keys?.allowedSigners != new.keys?.allowedSigners { note("the allowed signers changed", .grew) }
    if old.keys?.revoked != new.keys?.revoked { note("the revoked keys changed", .grew) }
    if old.notices != new.notices { note("who is told what changed", .same) }
    let words = { (freezes: [PlannedFreeze]) in
      freezes.map { "\($0.summary) (\($0.categories.joined(separator: " ")))" }
    }
    for freeze in old.freezes where !new.freezes.contains(freeze) {
      let isChanged = words(new.freezes).contains(words([freeze])[0])
      note("freeze `\(freeze.summary)` \(isChanged ? "changed" : "removed")", .grew)
    }
    for freeze in new.freezes where !words(old.freezes).contains(words([freeze])[0]) {
      note("freeze `\(freeze.summary)` added", .shrank)
    }
  }

  /// What differs in what a stage must show, and when its targets may start.
  mutating func evidence(
    _ title: String, _ old: (plan: Plan, stage: PlannedStage), _ new: (plan: Plan, stage: PlannedStage)
  ) {
    switch (old.stage.gate, new.stage.gate) {
    case (nil, let gate?): note("\(title) gate `\(gate.names.joined(separator: ", "))` added", .shrank)
    case (let gate?, nil): note("\(title) gate `\(gate.names.joined(separator: ", "))` removed", .grew)
    case (let before?, let after?): gate("\(title) gate", before, after)
    case (nil, nil): break
    }
    let cycles = (old.stage.bakeCycles, new.stage.bakeCycles)
    change("\(title) bake over days", cycles.0, cycles.1, cycles.1 < cycles.0 ? .grew : .shrank) { String($0) }
    let events = (old.stage.bakeEvents?.count ?? 0, new.stage.bakeEvents?.count ?? 0)
    change("\(title) events of the bake", events.0, events.1, events.1 < events.0 ? .grew : .shrank) { String($0) }
    change("\(title) window", old.stage.window, new.stage.window, old.stage.window == nil ? .shrank : .grew) {
      $0?.words ?? "none"
    }
  }

  private mutating func gate(_ title: String, _ old: PlannedGate, _ new: PlannedGate) {
    let words = { (gate: PlannedGate) in gate.conditions.map(\.text).joined(separator: ", ") }
    // The words of a gate that both plans name are compared among the guards.
    change(title, old.names, new.names, .grew) { $0.joined(separator: ", ") }
    if old.names == new.names { change("\(title) requires", words(old), words(new), .grew) { $0 } }
    change("\(title) hold", old.hold, new.hold, new.hold < old.hold ? .grew : .shrank) { $0.text }
    change("\(title) deadline", old.deadline?.text, new.deadline?.text, .same) { $0 ?? "none" }
    change("\(title) on_breach", old.onBreach, new.onBreach, new.onBreach == .hold ? .grew : .shrank) { $0.rawValue }
    change("\(title) on_unknown", old.onUnknown, new.onUnknown, .same) { $0.rawValue }
    change("\(title) valid_for", old.validFor?.text, new.validFor?.text, new.validFor == nil ? .grew : .same) {
      $0 ?? "ever"
    }
    change("\(title) shadow", old.isShadow, new.isShadow, new.isShadow ? .grew : .shrank) { $0 ? "true" : "false" }
    if (old.comparison == nil) != (new.comparison == nil) || old.comparison?.margin != new.comparison?.margin {
      note("\(title) comparison changed", new.comparison == nil ? .grew : .same)
    }
  }

  /// A rule that asks for less, of others, or for longer is more risk.
  mutating func approval(_ title: String, _ old: PlannedApproval?, _ new: PlannedApproval?) {
    guard old != new else { return }
    let words = { (rule: PlannedApproval?) in
      rule.map { $0.words + ($0.expires.map { ", for \($0.text)" } ?? "") } ?? "none"
    }
    let isStricter =
      old == nil
      || (old.map { old in
        new.map { new in
          new.role == old.role && new.count >= old.count && (new.excludesAuthors || !old.excludesAuthors)
            && (new.excludesExecutors || !old.excludesExecutors)
            && (new.expires?.milliseconds ?? .max) <= (old.expires?.milliseconds ?? .max)
        } ?? false
      } ?? false)
    note("\(title) approval \(words(old)) → \(words(new))", isStricter ? .shrank : .grew)
  }
}

extension Plan {
  /// What missing data mean, in words that hold in every plan.
  fileprivate func words(_ policy: NoDataPolicy) -> String {
    func name(_ signal: Int) -> String { signals.indices.contains(signal) ? signals[signal].name : "?" }
    return switch policy {
    case .hold: "hold"
    case .breach: "breach"
    case .idle(let signal): "idle when \(name(signal)) is 0"
    case .zero(let signal): "zero when \(name(signal)) is live"
    case .carry(let span): "carry \(span.text)"
    }
  }
}

extension PlannedWindow {
  /// When it is open, in a few words: `mon tue 21:00-05:00`.
  fileprivate var words: String {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    let time = { (minutes: Int) in
      "\(minutes / 600)\(minutes / 60 % 10):\(minutes % 60 / 10)\(minutes % 10)"
    }
    let latest = latestStart == .zero ? "" : ", \(latestStart.text) before its end at the latest"
    return "\(days.filter { (1...7).contains($0) }.map { names[$0 - 1] }.joined(separator: " ")) "
      + "\(time(opens))-\(time(closes)) \(zone ?? "local")\(latest)"
  }
}

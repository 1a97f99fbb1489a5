internal import Quantities

extension Change where Value == [LeftOutPart] {
  /// Whatever is left out protects nobody.
  static let leftOut = Change(.inner) { parts, title, review in
    for part in parts { review.add(title, part.words) }
  } compare: { old, new, title, comparison in
    for part in new where !old.contains(where: part.isSame(as:)) { comparison.note("\(title) \(part.words)", .grew) }
    for part in old where !new.contains(where: part.isSame(as:)) {
      comparison.note("no longer \(title) \(part.words)", .shrank)
    }
  }
}

extension Change where Value == [PlanSource] {
  /// What the files say is compared as what it means; that they changed is a hint.
  static let sources = Change(.same) { _, _, _ in
  } compare: { old, new, _, comparison in
    for source in new {
      guard let before = old.first(where: { $0.path == source.path }) else {
        comparison.note("file \(source.path) added", .same)
        continue
      }
      if before.digest != source.digest { comparison.note("file \(source.path) changed", .same) }
    }
    for source in old where !new.contains(where: { $0.path == source.path }) {
      comparison.note("file \(source.path) removed", .same)
    }
  }
}

extension Change where Value == [PlannedFreeze] {
  /// Times in which nothing starts protect; times in which nothing is taken back are a risk.
  static func freezes(isHarmMore: Bool) -> Change {
    Change(.inner) { freezes, title, review in
      for freeze in freezes { review.add(title, freeze.words) }
    } compare: { old, new, title, comparison in
      let (added, removed): (PlanDifference.Risk, PlanDifference.Risk) =
        isHarmMore ? (.grew, .shrank) : (.shrank, .grew)
      // Several may have one name, such as one for each year: they are compared together.
      var seen: Set<String> = []
      for freeze in old + new where seen.insert(freeze.words).inserted {
        let before = old.filter { $0.words == freeze.words }
        let after = new.filter { $0.words == freeze.words }
        guard before != after else { continue }
        let (what, risk) =
          before.isEmpty ? ("added", added) : after.isEmpty ? ("removed", removed) : ("changed", .grew)
        comparison.note("\(title) `\(freeze.summary)` \(what)", risk)
      }
    }
  }
}

extension PlannedFreeze {
  fileprivate var words: String {
    categories.isEmpty ? "\(summary) (everybody)" : "\(summary) (\(categories.joined(separator: " ")))"
  }
}

extension Change where Value == [PlannedNotice] {
  /// One more is no risk; whoever is told less, or otherwise, may miss what they must know.
  static let notices = Change(.inner) { notices, _, review in
    for notice in notices {
      review.add("tells by \(notice.operation)", "\(notice.subjects), as \(notice.form.rawValue)")
    }
  } compare: { old, new, _, comparison in
    for notice in old where !new.contains(notice) {
      comparison.note("who is told by \(notice.operation) of \(notice.subjects) changed", .grew)
    }
    for notice in new where !old.contains(notice) {
      comparison.note("\(notice.operation) tells of \(notice.subjects)", .same)
    }
    if old != new, old.allSatisfy(new.contains), new.allSatisfy(old.contains) {
      comparison.note("the order in which people are told changed", .same)
    }
  }
}

extension Change where Value == [PlannedPerson] {
  /// Whoever may say more is more risk, whoever may say less is less.
  static let people = Change(.inner) { people, _, review in
    for person in people { review.add("person `\(person.name)`", person.roles.joined(separator: ", ")) }
  } compare: { old, new, _, comparison in
    for person in new {
      let before = old.first(where: person.isSame(as:))
      let gained = person.roles.filter { !(before?.roles ?? []).contains($0) }
      let lost = (before?.roles ?? []).filter { !person.roles.contains($0) }
      if !gained.isEmpty { comparison.note("\(person.name) becomes \(gained.joined(separator: ", "))", .grew) }
      if !lost.isEmpty { comparison.note("\(person.name) is no longer \(lost.joined(separator: ", "))", .shrank) }
      guard let before else {
        if gained.isEmpty { comparison.note("\(person.name) is among the persons now", .grew) }
        continue
      }
      if before.identity != person.identity {
        if before.identity.opening == nil || person.identity.opening == nil {
          comparison.note("\(person.name) is known by other accounts or keys", .grew)
        }
        for (less, other, earlier, now) in [
          ("is known by fewer accounts", "is known by other accounts", before.accounts, person.accounts),
          ("signs with fewer keys", "signs with other keys", before.principals, person.principals),
        ] where earlier != now && before.identity.opening != nil && person.identity.opening != nil {
          let isLess = Set(now).isSubset(of: earlier)
          comparison.note("\(person.name) \(isLess ? less : other)", isLess ? .shrank : .grew)
        }
      }
      if before.isAuthor != person.isAuthor {
        comparison.note(
          "\(person.name) is \(person.isAuthor ? "an author now" : "no author any more")",
          person.isAuthor ? .shrank : .grew)
      }
    }
    for person in old where !new.contains(where: person.isSame(as:)) {
      comparison.note("\(person.name) is no longer \(person.roles.joined(separator: ", "))", .shrank)
    }
    comparison.compareOrder(of: "persons", old.map(\.name), new.map(\.name), .same)
  }
}

extension Change where Value == SealedText? {
  static let sealed = Change(.same) { text, title, review in
    if let text = text?.text { review.add(title, text) }
  } compare: { old, new, title, comparison in
    if !SealedText.areSame([old].compactMap { $0 }, [new].compactMap { $0 }) {
      comparison.note("\(title) changed", .same)
    }
  }
}

extension SealedText {
  static func areSame(_ old: [SealedText], _ new: [SealedText]) -> Bool {
    old.count == new.count && zip(old, new).allSatisfy { $0 == $1 || $0.text != nil && $0.text == $1.text }
  }
}

extension Change where Value == [PlannedPhase] {
  /// Each phase by its name; what is noted inside belongs to it.
  static let phases = Change(.inner) { phases, _, review in
    for phase in phases {
      review.inside("phase `\(phase.id)`:") { review in
        for field in PlannedPhase.fields.all { field.review(phase, &review) }
      }
    }
  } compare: { old, new, _, comparison in
    for phase in new {
      comparison.phase = phase.id
      defer { comparison.phase = nil }
      guard let before = old.first(where: { $0.id == phase.id }) else {
        comparison.note("phase `\(phase.id)` added", .grew)
        continue
      }
      comparison.inside("phase \(phase.id):") { PlannedPhase.fields.compare(before, phase, in: &$0) }
    }
    for phase in old where !new.contains(where: { $0.id == phase.id }) {
      comparison.note("phase `\(phase.id)` removed", .grew)
    }
    comparison.compareOrder(of: "phases", old.map(\.id), new.map(\.id), .grew)
  }
}

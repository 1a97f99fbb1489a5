internal import Quantities

/// What a change of a field does to the risk of a run. Whatever is not proven smaller counts as grown.
enum ChangeMeaning: Hashable, Sendable {
  /// More is more risk, less is less.
  case more
  /// Less is more risk, more is less.
  case less
  /// Any change counts as grown risk.
  case grew
  /// Some values are more risk than others, as the field says.
  case ranked
  /// No change of it is a risk: it says or derives something and decides nothing.
  case same
  /// It names the thing, so another value is another thing.
  case identity
  /// It holds further fields, and they say it.
  case inner
}

/// What a change of a field means, and how its value is said.
struct Change<Value>: Sendable {
  let meaning: ChangeMeaning
  /// Notes the difference between an old and a new value of a field with a title, if there is one.
  let compare: @Sendable (Value, Value, String, inout PlanComparison) -> Void
  /// Adds what a release manager must see of a value with a title.
  let review: @Sendable (Value, String, inout PlanReview) -> Void

  /// A change with a rule of its own.
  ///
  /// - Parameters:
  ///   - meaning: what it does to the risk, as a test derives it.
  ///   - review: adds what a release manager sees of a value with a title.
  ///   - compare: notes the differences between an old and a new value.
  init(
    _ meaning: ChangeMeaning, review: @escaping @Sendable (Value, String, inout PlanReview) -> Void,
    compare: @escaping @Sendable (Value, Value, String, inout PlanComparison) -> Void
  ) {
    self.meaning = meaning
    self.review = review
    self.compare = compare
  }

  /// A change of a value that is said in words and has one rule.
  ///
  /// - Parameters:
  ///   - meaning: what it does to the risk.
  ///   - isPlace: whether the value is a place in the plan, which another plan may number otherwise: it is the same
  ///     when its words are.
  ///   - words: says a value of a plan.
  ///   - risk: what the change from the old value to the new one does to the risk.
  init(
    _ meaning: ChangeMeaning, isPlace: Bool = false, words: @escaping @Sendable (Value, Plan) -> String,
    risk: @escaping @Sendable (Value, Value) -> PlanDifference.Risk
  ) where Value: Equatable & Sendable {
    self.init(meaning) { value, title, review in
      review.add(title, words(value, review.plan))
    } compare: { old, new, title, comparison in
      let (before, after) = (words(old, comparison.old), words(new, comparison.new))
      guard isPlace ? before != after : old != new else { return }
      comparison.note("\(title) \(before) → \(after)", risk(old, new))
    }
  }
}

extension Change where Value: Worded & Equatable & Sendable {
  /// Any change counts as grown risk.
  static var grew: Change { Change(.grew, words: { $0.words(in: $1) }, risk: { _, _ in .grew }) }

  /// No change of it is a risk.
  static var same: Change { Change(.same, words: { $0.words(in: $1) }, risk: { _, _ in .same }) }
}

extension Change where Value: Worded & Comparable & Sendable {
  /// More is more risk.
  static var more: Change { Change(.more, words: { $0.words(in: $1) }, risk: { $1 > $0 ? .grew : .shrank }) }

  /// Less is more risk.
  static var less: Change { Change(.less, words: { $0.words(in: $1) }, risk: { $1 < $0 ? .grew : .shrank }) }
}

extension Change where Value: Sendable {
  /// It names the thing: an element of a list is looked for by it, so nothing is compared.
  static var identity: Change { Change(.identity, review: { _, _, _ in }, compare: { _, _, _, _ in }) }

  /// A value that is too long to be said: that it changed is, and whether that is a risk.
  static func unsaid(isRisk: Bool) -> Change where Value: Equatable {
    Change(isRisk ? .grew : .same, review: { _, _, _ in }) { old, new, title, comparison in
      if old != new { comparison.note("\(title) changed", isRisk ? .grew : .same) }
    }
  }

  /// The largest value is none at all: a limit, an expiry, a deadline. More, or none, is more risk.
  static func limit<Wrapped: Comparable & Worded & Sendable>(none: String) -> Change where Value == Wrapped? {
    Change(
      .more, words: { $0?.words(in: $1) ?? none },
      risk: { old, new in
        guard let new else { return .grew }
        return old.map { new > $0 } ?? false ? .grew : .shrank
      })
  }

  /// None at all is the least: a date before which nothing starts. Less, or none, is more risk.
  static func floor<Wrapped: Comparable & Worded & Sendable>(none: String) -> Change where Value == Wrapped? {
    Change(
      .less, words: { $0?.words(in: $1) ?? none },
      risk: { old, new in
        guard let new else { return .grew }
        return old.map { new < $0 } ?? false ? .grew : .shrank
      })
  }

  /// A value that may be missing, and whether any change of it counts as a risk.
  static func optional<Wrapped: Worded & Equatable & Sendable>(
    isRisk: Bool, none: String
  ) -> Change where Value == Wrapped? {
    Change(isRisk ? .grew : .same, words: { $0?.words(in: $1) ?? none }, risk: { _, _ in isRisk ? .grew : .same })
  }
}

extension Change {
  /// Further fields, said behind the title.
  static func inside(_ fields: @autoclosure @escaping @Sendable () -> Fields<Value>) -> Change where Value: Sendable {
    Change(.inner) { value, title, review in
      review.inside(title) { review in
        for field in fields().all { field.review(value, &review) }
      }
    } compare: { old, new, title, comparison in
      comparison.inside(title) { fields().compare(old, new, in: &$0) }
    }
  }

  /// Further fields that may be missing as a whole: `added` and `removed` say what it does to the risk that they come
  /// or go, and `words` names the value in one or two words.
  static func inside<Wrapped: Sendable>(
    _ fields: @autoclosure @escaping @Sendable () -> Fields<Wrapped>, added: PlanDifference.Risk,
    removed: PlanDifference.Risk, words: @escaping @Sendable (Wrapped) -> String
  ) -> Change where Value == Wrapped? {
    let inner = Change<Wrapped>.inside(fields())
    return Change(.inner) { value, title, review in
      if let value { inner.review(value, title, &review) }
    } compare: { old, new, title, comparison in
      switch (old, new) {
      case (nil, nil): break
      case (nil, let value?): comparison.note("\(title) \(words(value)) added", added)
      case (let value?, nil): comparison.note("\(title) \(words(value)) removed", removed)
      case (let before?, let after?): inner.compare(before, after, title, &comparison)
      }
    }
  }

  /// Further fields that are said in one sentence. The risk of a change is the worst that any of them states; the whole
  /// is a guard, so that it comes is less risk, and that it goes is more.
  static func sentence<Wrapped: Sendable>(
    _ fields: @autoclosure @escaping @Sendable () -> Fields<Wrapped>,
    words: @escaping @Sendable (Wrapped) -> String
  ) -> Change where Value == Wrapped? {
    Change(.inner) { value, title, review in
      review.add(title, value.map(words) ?? "none")
    } compare: { old, new, title, comparison in
      let changed = "\(title) \(old.map(words) ?? "none") → \(new.map(words) ?? "none")"
      switch (old, new) {
      case (nil, nil): break
      case (nil, _?): comparison.note(changed, .shrank)
      case (_?, nil): comparison.note(changed, .grew)
      case (let before?, let after?):
        var inner = PlanComparison(old: comparison.old, new: comparison.new)
        fields().compare(before, after, in: &inner)
        let risks = Set(inner.differences.map(\.risk))
        guard let worst = PlanDifference.Risk.allCases.first(where: risks.contains) else { return }
        comparison.note(changed, worst)
      }
    }
  }

  /// Elements with names: which are there, and what differs in those that both plans have. `added` and `removed` say
  /// what one more and one fewer do to the risk.
  static func named<Element: Sendable>(
    _ noun: String, by id: @escaping @Sendable (Element) -> String,
    _ fields: @autoclosure @escaping @Sendable () -> Fields<Element>, added: PlanDifference.Risk = .grew,
    removed: PlanDifference.Risk = .grew
  ) -> Change where Value == [Element] {
    Change(.inner) { elements, _, review in
      for element in elements {
        review.inside("\(noun) `\(id(element))`:") { review in
          for field in fields().all { field.review(element, &review) }
        }
      }
    } compare: { old, new, _, comparison in
      // Of two with one name the first counts; a plan that is checked has none.
      let before = Dictionary(old.map { (id($0), $0) }, uniquingKeysWith: { first, _ in first })
      let names = Set(new.map(id))
      for element in new {
        guard let earlier = before[id(element)] else {
          comparison.note("\(noun) `\(id(element))` added", added)
          continue
        }
        comparison.inside("\(noun) `\(id(element))`:") { fields().compare(earlier, element, in: &$0) }
      }
      for element in old where !names.contains(id(element)) {
        comparison.note("\(noun) `\(id(element))` removed", removed)
      }
    }
  }
}

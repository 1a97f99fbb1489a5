internal import Quantities

/// The one description of a planned value.
///
/// From it come the canonical form and its reader with ranges, the differences between two plans with their risk, the
/// rows of a review, and the JSON Schema of the printed plan. It is bound to the initialiser: a property without a
/// field does not compile, and neither does a field without what a change of it means.
struct Fields<Root: Sendable>: Sendable {
  /// How the value is written and read.
  let layout: Layout<Root>
  /// The fields in the order of the initialiser.
  let all: [AnyField<Root>]

  /// Describes a planned value.
  ///
  /// - Parameters:
  ///   - make: the initialiser, named in full, so that a new parameter breaks the build.
  ///   - fields: one for each parameter, in their order.
  init<each Value>(
    _ make: @escaping @Sendable (repeat each Value) -> Root,
    @FieldsBuilder<Root> _ fields: () -> FieldList<Root, repeat each Value>
  ) {
    let list = fields()
    layout = Layout(make, repeat (each list.fields).member)
    var all: [AnyField<Root>] = []
    for field in repeat each list.fields { all.append(AnyField(field)) }
    self.all = all
  }

  /// How the value is written and read.
  var form: Form<Root> { layout.form }

  /// Notes what differs, field by field.
  func compare(_ old: Root, _ new: Root, in comparison: inout PlanComparison) {
    for field in all { field.compare(old, new, &comparison) }
  }
}

/// A planned value that has a description.
protocol Planned: Sendable {
  static var fields: Fields<Self> { get }
}

extension Planned {
  /// One field of its description.
  typealias Item<Value> = Field<Self, Value>
}

/// Fields with the types of their values.
struct FieldList<Root: Sendable, each Value>: Sendable {
  let fields: (repeat Field<Root, each Value>)
}

/// Puts fields behind each other, one a line, so that each is type-checked for itself.
@resultBuilder
enum FieldsBuilder<Root: Sendable> {
  static func buildPartialBlock<Value>(first: Field<Root, Value>) -> FieldList<Root, Value> {
    FieldList(fields: (first))
  }

  static func buildPartialBlock<each Value, Next>(
    accumulated: FieldList<Root, repeat each Value>, next: Field<Root, Next>
  ) -> FieldList<Root, repeat each Value, Next> {
    FieldList(fields: (repeat each accumulated.fields, next))
  }
}

/// One field of a planned value: where it stands, how it is written, and what a change of it means.
struct Field<Root: Sendable, Value>: Sendable {
  let member: Member<Root, Value>
  /// What people call it.
  let title: String
  let change: Change<Value>

  /// Describes a field.
  ///
  /// - Parameters:
  ///   - key: its key in the canonical form.
  ///   - get: where its value is.
  ///   - form: how its value is written.
  ///   - title: what people call it; its key with spaces when there is no better word.
  ///   - change: what a change of it means.
  init(
    _ key: String, _ get: @escaping @Sendable (Root) -> Value, _ form: Form<Value>, as title: String? = nil,
    _ change: Change<Value>
  ) {
    member = Member(key, get, form)
    self.title = title ?? String(key.map { $0 == "_" ? " " : $0 })
    self.change = change
  }
}

/// A field without the type of its value.
struct AnyField<Root: Sendable>: Sendable {
  let key: String
  let title: String
  let meaning: ChangeMeaning
  let compare: @Sendable (Root, Root, inout PlanComparison) -> Void
  let review: @Sendable (Root, inout PlanReview) -> Void

  init<Value>(_ field: Field<Root, Value>) {
    let (get, change, title) = (field.member.get, field.change, field.title)
    key = field.member.key
    self.title = title
    meaning = change.meaning
    compare = { old, new, comparison in change.compare(get(old), get(new), title, &comparison) }
    review = { root, review in change.review(get(root), title, &review) }
  }
}

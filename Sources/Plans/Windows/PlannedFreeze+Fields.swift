import Quantities

extension PlannedFreeze: Planned {
  static let fields = Fields(PlannedFreeze.init(summary:categories:intervals:series:zone:)) {
    Item("summary", { $0.summary }, .text, .identity)
    Item("categories", { $0.categories }, .list(.text), .grew)
    Item("intervals", { $0.intervals }, .list(.interval), .unsaid(isRisk: true))
    Item("series", { $0.series }, FreezeSeries.fields.form.optional, .unsaid(isRisk: true))
    Item("zone", { $0.zone }, ZoneDefinition.fields.form.optional, .unsaid(isRisk: true))
  }
}

extension FreezeSeries: Planned {
  static let fields = Fields(FreezeSeries.init(first:rule:excluded:)) {
    Item("first", { $0.first }, .interval, .unsaid(isRisk: true))
    Item("rule", { $0.rule }, Recurrence.fields.form, .unsaid(isRisk: true))
    Item("excluded", { $0.excluded }, Form.list(.date).usually([]), .unsaid(isRisk: true))
  }
}

extension LocalTime: Planned {
  static let fields = Fields(LocalTime.init(date:minutes:zone:)) {
    Item("date", { $0.date }, .date, .grew)
    Item("minutes", { $0.minutes }, .integer(0...1_440), .grew)
    Item("zone", { $0.zone }, .optional(.text), .optional(isRisk: true, none: "each target's"))
  }
}

extension Recurrence: Planned {
  static let fields = Fields(
    Recurrence.init(frequency:interval:count:until:weekdays:monthDays:months:positions:weekStart:)
  ) {
    Item("frequency", { $0.frequency }, .word, .unsaid(isRisk: true))
    Item("interval", { $0.interval }, Form.integer(1...9_999).usually(1), .unsaid(isRisk: true))
    Item("count", { $0.count }, .optional(.integer(1...10_000)), .unsaid(isRisk: true))
    Item("until", { $0.until }, .optional(.date), .unsaid(isRisk: true))
    Item("weekdays", { $0.weekdays }, Recurrence.Weekday.fields.form.list.usually([]), .unsaid(isRisk: true))
    Item("month_days", { $0.monthDays }, Form.list(.integer(-31...31)).usually([]), .unsaid(isRisk: true))
    Item("months", { $0.months }, Form.list(.integer(1...12)).usually([]), .unsaid(isRisk: true))
    Item("positions", { $0.positions }, Form.list(.integer(-366...366)).usually([]), .unsaid(isRisk: true))
    Item("week_start", { $0.weekStart }, Form.integer(1...7).usually(1), .unsaid(isRisk: true))
  }
}

extension Recurrence.Weekday: Planned {
  static let fields = Fields(Recurrence.Weekday.init(ordinal:day:)) {
    Item("ordinal", { $0.ordinal }, Form.integer(-53...53).usually(0), .unsaid(isRisk: true))
    Item("day", { $0.day }, .integer(1...7), .unsaid(isRisk: true))
  }
}

extension ZoneDefinition: Planned {
  static let fields = Fields(ZoneDefinition.init(name:observances:)) {
    Item("name", { $0.name }, .text, .identity)
    Item("observances", { $0.observances }, ZoneDefinition.Observance.fields.form.list, .unsaid(isRisk: true))
  }
}

extension ZoneDefinition.Observance: Planned {
  static let fields = Fields(ZoneDefinition.Observance.init(date:minutes:before:after:rule:)) {
    Item("date", { $0.date }, .date, .unsaid(isRisk: true))
    Item("minutes", { $0.minutes }, .integer(0...1_440), .unsaid(isRisk: true))
    Item("before", { $0.before }, .integer(-86_400...86_400), .unsaid(isRisk: true))
    Item("after", { $0.after }, .integer(-86_400...86_400), .unsaid(isRisk: true))
    Item("rule", { $0.rule }, Recurrence.fields.form.optional, .unsaid(isRisk: true))
  }
}

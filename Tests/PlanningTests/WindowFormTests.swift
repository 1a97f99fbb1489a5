import Quantities
import Testing

@testable import Plans

@Suite("The written form of windows and freezes")
struct WindowFormTests {
  @Test(
    "reads back as what was written",
    arguments: [
      window([1, 2, 3, 4], 1_260, 300, latestStart: 180), window([7], 0, 1_440, zone: "Asia/Tokyo"), window([], 0, 0),
    ])
  func windowForm(original: PlannedWindow) throws {
    #expect(try readBack(original, PlannedWindow.fields.form) == original)
  }

  @Test("keeps every kind of interval")
  func freezeForm() throws {
    let date = try #require(CivilDate("2027-12-20"))
    let original = PlannedFreeze(
      summary: "Christmas trading", categories: ["DE", "bne-001"],
      intervals: [
        .days(from: date, until: date.adding(days: 12)),
        .local(
          from: LocalTime(date: date, minutes: 1_080),
          until: LocalTime(date: date, minutes: 1_440, zone: "Europe/Lisbon")),
        .instants(from: try instant("2027-05-01T00:00"), until: try instant("2027-05-02T00:00")),
        .lasting(from: LocalTime(date: date, minutes: 60, zone: "Office"), days: 1, minutes: 90),
      ],
      series: FreezeSeries(
        first: .days(from: date, until: date.adding(days: 1)),
        rule: Recurrence(
          frequency: .monthly, interval: 2, count: 9, until: date.adding(days: 900),
          weekdays: [.init(ordinal: -1, day: 5), .init(day: 1)], monthDays: [-31, 31], months: [1, 12],
          positions: [-1, 2], weekStart: 7),
        excluded: [date.adding(days: 31)]),
      zone: ZoneDefinition(
        name: "Office",
        observances: [
          .init(
            date: date, minutes: 120, before: 3_600, after: -7_200,
            rule: Recurrence(frequency: .yearly, weekdays: [.init(ordinal: -1, day: 7)], months: [3]))
        ]))
    #expect(try readBack(original, PlannedFreeze.fields.form) == original)
  }

  @Test(
    "is refused with the place of what is wrong",
    arguments: [
      (#"{"closes":300,"days":[0],"latest_start_ms":0,"opens":1260}"#, "`days[0]` is not an integer between 1 and 7"),
      (#"{"closes":300,"days":[1],"latest_start_ms":0,"opens":1440}"#, "`opens` is not an integer between 0 and 1439"),
      (
        #"{"closes":300,"days":[1],"latest_start_ms":-1,"opens":0}"#,
        "`latest_start_ms` is not an integer between 0 and 3153600000000"
      ),
      (#"{"closes":300,"days":[1],"latest_start_ms":0,"opens":0,"zone":1}"#, "`zone` is not a text"),
      (#"{"days":[1],"latest_start_ms":0,"opens":0}"#, "`closes` is missing"),
    ])
  func wrongWindow(text: String, message: String) throws {
    let json = try JSON(canonical: Array(text.utf8))
    let error = #expect(throws: FormError.self) { try PlannedWindow.fields.form.read(json) }
    #expect(error.map { "`\($0.path)` \($0.problem)" } == message)
  }

  @Test(
    "names the interval that is wrong",
    arguments: [
      (
        #"{"from":"2027-02-30","kind":"days","until":"2027-03-01"}"#,
        "`intervals[0].from` is not a date such as 2027-01-04"
      ),
      (
        #"{"from":"2027-02-20","kind":"moon","until":""}"#,
        "`intervals[0]` is neither days, instants, lasting nor local"
      ),
      (
        #"{"from":"x","kind":"instants","until":"x"}"#,
        "`intervals[0].from` is not a time such as 2027-01-04T08:00:00.000Z"
      ),
      (#"{"from":{"date":"2027-02-20"},"kind":"local","until":1}"#, "`intervals[0].from.minutes` is missing"),
    ])
  func wrongFreeze(interval: String, message: String) throws {
    let json = try JSON(canonical: Array(#"{"categories":[],"intervals":[\#(interval)],"summary":"s"}"#.utf8))
    let error = #expect(throws: FormError.self) { try PlannedFreeze.fields.form.read(json) }
    #expect(error.map { "`\($0.path)` \($0.problem)" } == message)
  }
}

/// Writes a value and reads it again.
private func readBack<Value>(_ value: Value, _ form: Form<Value>) throws -> Value {
  var writer = CanonicalWriter()
  form.write(value, &writer)
  return try form.read(JSON(canonical: writer.bytes))
}

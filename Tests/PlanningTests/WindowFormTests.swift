import Plans
import Quantities
import Testing

@Suite("The written form of windows and freezes")
struct WindowFormTests {
  @Test(
    "reads back as what was written",
    arguments: [
      window([1, 2, 3, 4], 1_260, 300, latestStart: 180), window([7], 0, 1_440, zone: "Asia/Tokyo"), window([], 0, 0),
    ])
  func windowForm(original: PlannedWindow) throws {
    var writer = CanonicalWriter()
    original.encode(to: &writer)
    #expect(try PlannedWindow(JSON(canonical: writer.bytes), path: "plan.windows[0]") == original)
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
      ])
    var writer = CanonicalWriter()
    original.encode(to: &writer)
    #expect(try PlannedFreeze(JSON(canonical: writer.bytes), path: "plan.freezes[0]") == original)
  }

  @Test(
    "is refused with the place of what is wrong",
    arguments: [
      (#"{"closes":300,"days":[0],"latest_start_ms":0,"opens":1260}"#, "`w.days` is not a list of 1 to 7"),
      (#"{"closes":300,"days":[1],"latest_start_ms":0,"opens":1440}"#, "`w.opens` is not between 0 and 1439"),
      (#"{"closes":300,"days":[1],"latest_start_ms":-1,"opens":0}"#, "`w.latest_start_ms` is not a length of time"),
      (#"{"closes":300,"days":[1],"latest_start_ms":0,"opens":0,"zone":1}"#, "`w.zone` is not a text"),
      (#"{"days":[1],"latest_start_ms":0,"opens":0}"#, "`w.closes` is missing"),
    ])
  func wrongWindow(text: String, message: String) throws {
    let json = try JSON(canonical: Array(text.utf8))
    let error = #expect(throws: PlanError.self) { try PlannedWindow(json, path: "w") }
    #expect(error?.message == "this is not a plan: \(message)")
  }

  @Test(
    "names the interval that is wrong",
    arguments: [
      (#"{"from":"2027-02-30","kind":"days","until":"2027-03-01"}"#, "`f.intervals[0].from` is not a date"),
      (#"{"from":"2027-02-20","kind":"moon","until":""}"#, "`f.intervals[0].kind` is not days, local or instants"),
      (#"{"from":"x","kind":"instants","until":"x"}"#, "`f.intervals[0].from` is not an instant"),
      (#"{"from":{"date":"2027-02-20"},"kind":"local","until":1}"#, "`f.intervals[0].from.minutes` is missing"),
    ])
  func wrongFreeze(interval: String, message: String) throws {
    let json = try JSON(canonical: Array(#"{"categories":[],"intervals":[\#(interval)],"summary":"s"}"#.utf8))
    let error = #expect(throws: PlanError.self) { try PlannedFreeze(json, path: "f") }
    #expect(error?.message == "this is not a plan: \(message)")
  }
}

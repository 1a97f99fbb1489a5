import Testing

@testable import Quantities

@Suite("Times and spans")
struct TimeTests {
  @Test("an instant reads back the text that it writes", arguments: [0, -1, 1_798_761_600_123, -62_135_596_800_000])
  func instants(milliseconds: Int64) {
    let instant = Instant(milliseconds: milliseconds)
    #expect(Instant(instant.text) == instant)
  }

  @Test(
    "an instant has one spelling",
    arguments: [
      "2027-02-29T00:00:00.000Z", "2027-01-04T09:00:00Z", "2027-01-04 09:00:00.000Z", "2027-01-04T24:00:00.000Z",
    ])
  func refusals(text: String) {
    #expect(Instant(text) == nil)
  }

  @Test("every day of 400 years counts one up and has the next weekday")
  func calendar() throws {
    var date = try #require(CivilDate("1999-12-31"))
    for _ in 0..<146_097 {
      let next = date.adding(days: 1)
      guard next.dayNumber == date.dayNumber + 1, next.weekday == date.weekday % 7 + 1,
        CivilDate(year: next.year, month: next.month, day: next.day) == next
      else {
        Issue.record("\(date.text) → \(next.text)")
        return
      }
      date = next
    }
    #expect(CivilDate("2027-01-04")?.weekday == 1)
  }

  @Test("with a time of day is read as it is written, and lies before another one only where both say when")
  func moments() throws {
    for text in ["2027-01-04", "2027-01-04T00:00", "2027-01-04T21:05"] { #expect(CivilMoment(text)?.text == text) }
    for wrong in [
      "", "T", "2027-01-04T", "2027-01-04 21:00", "2027-01-04T24:00", "2027-01-04T9:00", "2027-02-30T09:00",
      "2027-01-04T09:00:00", "2027-01-04T09:00Z", "2027-01-04T09:00T",
    ] {
      #expect(CivilMoment(wrong) == nil, "\(wrong)")
    }
    let moment = { (text: String) in try #require(CivilMoment(text)) }
    #expect(try moment("2027-01-03T22:00").isBefore(moment("2027-01-04")))
    #expect(try moment("2027-01-04T21:00").isBefore(moment("2027-01-04T21:01")))
    for (one, other) in [("2027-01-04", "2027-01-04T21:00"), ("2027-01-04T21:00", "2027-01-04")] {
      #expect(try !moment(one).isBefore(moment(other)))
    }
  }

  @Test(
    "a span reads its written forms",
    arguments: zip(
      ["30s", "5m", "2h", "7d", "1h30m", "250ms", "0s", "2w"],
      [30_000, 300_000, 7_200_000, 604_800_000, 5_400_000, 250, 0, 1_209_600_000]))
  func spans(text: String, milliseconds: Int64) {
    #expect(Span(text)?.milliseconds == milliseconds)
  }

  @Test("a span refuses everything else", arguments: ["", "5", "m", "5 m", "-5m", "5x", "1.5h", "99999999999999999w"])
  func notSpans(text: String) {
    #expect(Span(text) == nil)
  }

  @Test(
    "an amount is exact and has one form",
    arguments: zip(
      ["0.30 s", "5s", "150 %", "118 EUR/day", "-0.5 h", "100"],
      ["0.3 s", "5 s", "150 %", "118 EUR/day", "-0.5 h", "100"]))
  func amounts(written: String, canonical: String) {
    #expect(Amount(written)?.text == canonical)
  }

  @Test("a condition reads its three parts and the forecast that it refers to")
  func conditions() {
    #expect(Condition("response_time < 3 s")?.limit == Amount("3 s"))
    #expect(Condition("llm_cost > 150 % of forecast.llm_cost")?.reference == "llm_cost")
    #expect(Condition("response_time = 3 s") == nil)
    #expect(Condition("a > 5 % of budget") == nil)
  }

  @Test("a template keeps `$${` as text and refuses what names nothing")
  func templates() throws {
    let template = try Template("a-${target.id}-$${x}")
    #expect(template.resolve { _ in "7" } == .success("a-7-${x}"))
    #expect(try Template(template.text) == template)
    #expect(throws: Template.Fault(interpolation: "${target}", offset: 2)) { try Template("a ${target}") }
    #expect(throws: Template.Fault(interpolation: "${target.x", offset: 0)) { try Template("${target.x") }
  }
}

import Diagnostics
import Engine
import Planning
import Quantities
import Testing

@testable import Plans
@testable import Reports

@Suite("The page of a plan")
struct PlanPageTests {
  private static func page(_ plan: Plan, differences: [PlanDifference]? = nil) -> PlanPage {
    PlanPage(plan, findings: [], coverage: nil, differences: differences, runbook: "book", zones: ReportZones())
  }

  @Test("begins with what is asked, the digest, and the command for exactly this plan")
  func decision() throws {
    let plan = examplePlan(isGuarded: true)
    let html = Self.page(plan).html
    let asked = try #require(html.firstRange(of: "This plan needs 1 approval by a release-manager before full-scale"))
    let command = try #require(html.firstRange(of: "sanderling approve full-scale --sign"))
    let first = try #require(html.firstRange(of: "<section>"))
    #expect(asked.lowerBound < command.lowerBound && command.lowerBound < first.lowerBound)
    #expect(html.contains(plan.digest.hex) && html.contains(plan.digest.short))
    #expect(html.contains("There is no way back over full-scale/retire-poc/delete"))
    #expect(html.contains("stops at failure 2"))
  }

  @Test("names every target with its wave, and every step with how it is taken back")
  func targets() {
    let html = Self.page(examplePlan()).html
    for number in 0..<12 { #expect(html.contains(">store-\(number)</td>")) }
    for word in ["documents.backfill", "documents.purge", "assistant.disable", "cannot be undone", "nothing to undo"] {
      #expect(html.contains(word), "\(word)")
    }
  }

  @Test("shows grown risk first where an older plan was approved")
  func difference() throws {
    let old = examplePlan()
    var new = old
    new.stages[1].waves[0].tolerate = 3
    new.summary = "other words"
    let html = Self.page(new, differences: new.differences(from: old)).html
    let box = try #require(html.firstRange(of: "The risk grew in"))
    let grew = try #require(html.firstRange(of: ">GREW</td>"))
    #expect(box.lowerBound < grew.lowerBound)
    #expect(Self.page(old, differences: []).html.contains("None: this is that plan."))
    #expect(!Self.page(old).html.contains("Difference from"))
  }

  @Test("is the same twice, stands alone, and is whole for 2,000 targets in less than 2 MB")
  func size() {
    let page = Self.page(examplePlan(targets: 2_000, isGuarded: true))
    let html = page.html
    #expect(html == page.html && html.utf8.count < 2_000_000)
    #expect(PageTests.isBalanced(html.replacing("<!DOCTYPE html>\n", with: "")))
    for hostile in ["http", "<script", "src=", "@import"] { #expect(!html.contains(hostile), "\(hostile)") }
    #expect(html.contains("Only the first 1000 are written out"))
  }
}

@Suite("The calendar of a plan")
struct PlanCalendarTests {
  private static func value(_ name: String, in text: String) -> [String] {
    text.replacing("\r\n ", with: "").split(separator: "\r\n").filter {
      $0.hasPrefix("\(name):") || $0.hasPrefix("\(name);")
    }
    .map { String($0.drop { $0 != ":" }.dropFirst()) }
  }

  @Test("has one event for each wave with a date, in lines of at most 75 octets that end as RFC 5545 wants")
  func events() {
    let text = PlanCalendar.text(examplePlan())
    #expect(Self.value("UID", in: text).count == 3 && Set(Self.value("UID", in: text)).count == 3)
    #expect(Self.value("DTSTART", in: text) == ["20270104", "20270111", "20270118"])
    #expect(Self.value("DTEND", in: text) == ["20270110", "20270117", "20270124"])
    #expect(text.split(separator: "\r\n", omittingEmptySubsequences: false).allSatisfy { $0.utf8.count <= 75 })
    #expect(!text.replacing("\r\n", with: "").contains { $0.isNewline } && text.hasSuffix("END:VCALENDAR\r\n"))
    #expect(PlanCalendar.text(examplePlan()) == text)
  }

  @Test("moves an event that was written before, leaves one that stands, and cancels one that is gone")
  func moved() {
    var plan = examplePlan()
    let first = PlanCalendar.text(plan)
    plan.stages[1].waves[1].earliest = CivilDate("2027-02-01")
    plan.stages[1].waves[1].latest = CivilDate("2027-02-03")
    plan.stages[1].waves.removeLast()
    let second = PlanCalendar.text(plan, replacing: first)
    #expect(Self.value("SEQUENCE", in: second) == ["0", "1", "1"])
    #expect(Self.value("STATUS", in: second) == ["TENTATIVE", "TENTATIVE", "CANCELLED"])
    #expect(Set(Self.value("UID", in: second)) == Set(Self.value("UID", in: first)))
    let third = PlanCalendar.text(plan, replacing: second)
    #expect(Self.value("SEQUENCE", in: third) == ["0", "1", "1"])
    #expect(PlanCalendar.text(examplePlan(), replacing: second) != first)
  }

  @Test("calls an event that is gone as it was called, whatever is in its name")
  func goneName() {
    var plan = examplePlan()
    plan.runbook = #"a\nb, c; d\"#
    let first = PlanCalendar.text(plan)
    plan.stages[1].waves.removeLast()
    let second = PlanCalendar.text(plan, replacing: first)
    #expect(Set(Self.value("SUMMARY", in: second)) == Set(Self.value("SUMMARY", in: first)))
  }

  @Test("lets no name break out of its line")
  func hostile() {
    var plan = examplePlan()
    plan.runbook = "a\r\nEND:VCALENDAR\nBEGIN:VEVENT;x,y\\z" + String(repeating: "在", count: 80)
    let text = PlanCalendar.text(plan)
    #expect(text.ranges(of: "BEGIN:VEVENT\r\n").count == 3)
    #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
    #expect(PlanCalendar.text(plan, replacing: text) == text)
  }
}

@Suite("The diagram of a plan")
struct PlanDiagramTests {
  @Test("has a node for each stage, gate and approval, in the order of the plan, and escapes names")
  func nodes() {
    var plan = examplePlan(isGuarded: true)
    plan.stages[1].id = "a\"]<b>"
    let text = PlanDiagram.mermaid(plan)
    #expect(text.hasPrefix("flowchart LR\n") && text.contains("s1[\"a#34;#93;#60;b#62;<br/>3 waves, 12 targets\"]"))
    #expect(text.contains("  s0 --> a1\n") && text.contains("  a1 --> s1\n") && text.contains("  s1 --> g1\n"))
    #expect(text.contains("  g1 --> s2\n"))
  }
}

@Suite("The chart of waves")
struct WaveChartTests {
  @Test("shades each day once, however many freezes hold somebody on it")
  func shades() throws {
    func days(_ first: String, _ last: String) throws -> ClosedRange<CivilDate> {
      try #require(CivilDate(first))...(try #require(CivilDate(last)))
    }
    let chart = WaveChart(
      waves: [], began: Instant(milliseconds: 0), ended: Instant(milliseconds: 0),
      times: LocalTimes(zone: "UTC", zones: ReportZones()),
      bands: [
        (try days("2027-01-01", "2027-01-10"), "a"), (try days("2027-01-05", "2027-01-07"), "b"),
        (try days("2027-01-05", "2027-01-12"), "c"), (try days("2027-02-01", "2027-02-01"), "d"),
      ])
    let shades = chart.shades.map { "\($0.days.lowerBound.text) \($0.days.upperBound.text) \($0.words)" }
    #expect(
      shades == [
        "2027-01-01 2027-01-04 a", "2027-01-05 2027-01-07 a; b; c", "2027-01-08 2027-01-10 a; c",
        "2027-01-11 2027-01-12 c", "2027-02-01 2027-02-01 d",
      ])
  }

  @Test("has no words in the colours of marks, which cannot be read as letters")
  func words() {
    let plan = examplePlan(isGuarded: true)
    let html = PlanPage(
      plan, findings: [], coverage: nil, differences: nil, runbook: "book", zones: ReportZones()
    ).html
    #expect(html.contains("<text") && !html.contains("style=\"fill"))
  }
}

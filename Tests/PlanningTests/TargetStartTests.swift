import Diagnostics
import Quantities
import Testing

@testable import Plans

@Suite("When the targets of a wave may start")
struct TargetStartTests {
  @Test("is said for each of them, with what delays it and whether the clocks change")
  func starts() throws {
    let runbook = """
      sanderling: 1
      runbook: book
      starts: 2027-03-25
      zone: Europe/Amsterdam
      inventories: { stores: stores.csv }
      calendars: [easter.ics]
      phases:
        - id: one
          stages:
            - id: s
              targets: stores
              waves: { size: 4 }
              window: { days: mon-sun, between: "21:00-05:00", zone: target }
              steps: [{ id: act, uses: manual, undo: none }]
      """
    let easter = """
      BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270101T000000Z\r
      SUMMARY:Easter\r\nDTSTART;VALUE=DATE:20270325\r\nDTEND;VALUE=DATE:20270328\r\nCATEGORIES:NO\r\nEND:VEVENT\r
      END:VCALENDAR\r

      """
    let csv = "id,country,zone\na,NL,Europe/Amsterdam\nb,NO,Europe/Oslo\nc,BR,America/Bahia\n"
    let (plan, findings) = try planned(runbook, files: ["book/stores.csv": csv, "book/easter.ics": easter])
    let starts = try #require(plan, "\(findings.count) findings").starts(ofWave: 0, stage: 0, zones: TestZones())
    // At midnight in Amsterdam its window is open; in Bahia it is 20:00, an hour before it opens.
    #expect(starts.map { $0.opens?.text.prefix(16) } == ["2027-03-24T23:00", "2027-03-27T23:00", "2027-03-25T00:00"])
    #expect(starts.map(\.delayedBy) == [nil, "frozen: Easter", nil])
    #expect(starts.map(\.offset) == [3_600, 3_600, -10_800])
    // In the night to 28 March the clocks of Oslo go forward.
    #expect(starts.map(\.clockChanges) == [false, true, false])
    // The only wave waits for Oslo, where it is the 28th by then.
    let cost = findings.first { $0.code == "G314" }
    #expect(cost?.message == "freezes move the end of the plan by 3 days, from 2027-03-25 to 2027-03-28")
  }

  @Test(
    "is counted by the pace that would meet the deadline: a frozen week is no week, when all that lies behind it is late"
  )
  func pace() throws {
    func advice(_ calendars: String, pace: Int = 10) throws -> String? {
      let runbook = """
        sanderling: 1
        runbook: book
        starts: 2027-03-01
        deadline: 2027-03-28
        inventories: { stores: stores.csv }
        \(calendars)
        phases:
          - id: one
            stages:
              - { id: s, targets: stores, waves: { pace: \(pace) per week }, steps: [{ id: act, uses: manual, undo: none }] }
        """
      let freeze = """
        BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270101T000000Z\r
        SUMMARY:Audit\r\nDTSTART;VALUE=DATE:20270315\r\nDTEND;VALUE=DATE:20270330\r\nEND:VEVENT\r
        END:VCALENDAR\r

        """
      let findings = try planned(runbook, files: ["book/stores.csv": stores(60), "book/audit.ics": freeze]).findings
      return findings.first { $0.code == "G301" }?.suggestion
    }
    #expect(try advice("")?.hasPrefix("`pace: 15 per week`") == true)
    let frozen = try advice("calendars: [audit.ics]")
    #expect(frozen?.hasPrefix("`pace: 30 per week`") == true, "\(frozen ?? "no advice")")
    // Who follows it is told no more.
    #expect(try advice("", pace: 15) == nil)
    #expect(try advice("calendars: [audit.ics]", pace: 30) == nil)
  }
}

import Adapters
import Conducting
import Engine
import Foundation
import Journaling
import Looping
import Quantities
import Records
import Testing

@testable import Plans

/// Zone data for tests: the system's.
struct TestZones: ZoneTable {
  let version = "test"

  func offset(of zone: String, at instant: Instant) -> Int? {
    TimeZone(identifier: zone)?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }
}

@Suite("A run with windows and freezes")
struct WindowTests {
  /// Three sites, each in its own zone; the virtual clock starts on Friday, 15 January 2027, 08:00 UTC.
  private func plan(freezes: [PlannedFreeze] = []) -> Plan {
    var plan = Plans.sites(3, waves: [3], steps: ["copy"], concurrency: 3, tolerate: 2)
    plan.inventories[0] = PlannedInventory(
      name: "sites", columns: ["country", "id", "zone"],
      values: [["PT", "NL", "JP"], ["t0", "t1", "t2"], ["Europe/Lisbon", "Europe/Amsterdam", "Asia/Tokyo"]])
    plan.stages[0].window = PlannedWindow(days: [1, 2, 3, 4], opens: 21 * 60, closes: 5 * 60)
    plan.freezes = freezes
    return plan
  }

  private func starts(of stage: Stage) throws -> [String: String] {
    var starts: [String: String] = [:]
    try stage.journal().entries(of: stage.run.number) { entry in
      if entry.type == "step_intended" { starts[String(entry.subject.split(separator: "/")[3])] = entry.at.text }
      return true
    }
    return starts
  }

  @Test("starts each target when its own night begins")
  func nights() async throws {
    let stage = try Stage(plan(), zones: TestZones())
    #expect(try await stage.conduct(patience: Span(milliseconds: 30 * Span.day.milliseconds)) == .finished(.done))
    // Monday evening, 21:00 on the spot: Tokyo first, then Amsterdam, then Lisbon.
    #expect(
      try starts(of: stage) == [
        "t2": "2027-01-18T12:00:00.000Z", "t1": "2027-01-18T20:00:00.000Z", "t0": "2027-01-18T21:00:00.000Z",
      ])
  }

  @Test("keeps a frozen country back, alone, until its freeze is over")
  func freezes() async throws {
    let freeze = PlannedFreeze(
      summary: "Stocktaking", categories: ["NL"],
      intervals: [
        .days(from: try #require(CivilDate("2027-01-18")), until: try #require(CivilDate("2027-01-26")))
      ])
    let stage = try Stage(plan(freezes: [freeze]), zones: TestZones())
    #expect(try await stage.conduct(patience: Span(milliseconds: 30 * Span.day.milliseconds)) == .finished(.done))
    let starts = try starts(of: stage)
    #expect(starts["t0"] == "2027-01-18T21:00:00.000Z")
    // Monday's window is open past midnight, when the freeze ends.
    #expect(starts["t1"] == "2027-01-25T23:00:00.000Z")
  }

  @Test("says which windows are closed and when the next one opens, and leaves when nobody wants to wait")
  func waits() async throws {
    let stage = try Stage(plan(), zones: TestZones())
    #expect(try await stage.conduct(patience: .minute) == .blocked)
    let waits = try stage.recovered().state.waits
    #expect(waits.map(\.kind) == [.window, .window, .window])
    #expect(waits.first?.until?.text == "2027-01-18T12:00:00.000Z")
    #expect(waits.first?.reason.contains("Asia/Tokyo") == true)
  }

  @Test("rolls back in a closed window: going back is never frozen")
  func rollback() async throws {
    let stage = try Stage(plan(), zones: TestZones())
    _ = try await stage.conduct(patience: Span(milliseconds: 30 * Span.day.milliseconds))
    stage.clock.advance(Span(milliseconds: 4 * Span.day.milliseconds))
    try stage.send(.rollback)
    #expect(try await stage.conduct() == .finished(.rolledBack))
  }
}

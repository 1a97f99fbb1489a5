import Foundation
import Quantities
import Records
import Testing

@testable import Conducting

@Suite("The clock on the wall")
struct WallClockTests {
  @Test("shows the time, and counts milliseconds since the machine was started, which go on")
  func reads() {
    let before = Date.now.timeIntervalSince1970 * 1_000
    let (first, second) = (WallClock().read(), WallClock().read())
    let after = Date.now.timeIntervalSince1970 * 1_000
    #expect((before - 1...after + 1).contains(Double(first.instant.milliseconds)))
    #expect(first.monotonic > 0 && second.monotonic >= first.monotonic && second.monotonic - first.monotonic < 60_000)
    #expect(first.boot == second.boot && !first.boot.isEmpty)
  }
}

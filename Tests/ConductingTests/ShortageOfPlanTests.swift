import Conducting
import Quantities
import Testing

@testable import Plans

@Suite("What this machine has less of than a plan asks for")
struct ShortageOfPlanTests {
  private static func plan(adapter: String, concurrency: Int) -> Plan {
    var plan = Plans.sites(40, waves: [40], steps: ["move"])
    plan.stages[0].concurrency = concurrency
    plan.stages[0].isStrict = false
    for index in plan.providers.indices { plan.providers[index].adapter = adapter }
    // Two that ask for less: the one that asks for most is named, wherever it stands.
    var less = plan.stages[0]
    (less.id, less.concurrency) = ("less", 1)
    plan.stages = [less, plan.stages[0], less]
    return plan
  }

  @Test(
    "is told with what bounds it, where a provider takes up room and more is asked for than there is",
    arguments: [
      // (1024 - 64) / 5, half of few files, and a third of the processes.
      ("process", 40, 264, UInt64.max, Int?.none), ("process", 40, 259, .max, 39), ("http", 40, 100, .max, 10),
      ("process", 40, 1_024, 62, 10), ("process", 10, 100, .max, nil), ("noop", 40, 10, .max, nil),
      ("process", 40, 1, 1, 1),
    ] as [(String, Int, UInt64, UInt64, Int?)])
  func compared(adapter: String, concurrency: Int, files: UInt64, processes: UInt64, room: Int?) {
    let shortage = Shortage(
      of: Self.plan(adapter: adapter, concurrency: concurrency), files: files, processes: processes)
    #expect(shortage?.room == room)
    guard let shortage else { return }
    #expect(shortage.stage.hasSuffix("/stage"))
    #expect(shortage.asked == 40)
    #expect(shortage.bound.contains(processes == 62 ? "62 processes" : "\(files) open files"))
  }
}

import Quantities
import Testing

@testable import Planning
@testable import Plans

@Suite("Cutting waves")
struct WaveCutterTests {
  @Test(
    "repeats the last size, never cuts nothing, and takes the pace where no size is written",
    arguments: [
      (0, [2], nil, []), (5, [], nil, [5]), (5, [], 2, [2, 2, 1]), (5, [2], 3, [2, 2, 1]),
      (5, [1, 3], nil, [1, 3, 1]),
      (4, [1, 3], nil, [1, 3]), (3, [0], nil, [1, 1, 1]), (2, [9], nil, [2]), (1, [], 7, [1]),
    ] as [(Int, [Int], Int?, [Int])])
  func sizes(total: Int, written: [Int], pace: Int?, expected: [Int]) {
    let sizes = WaveCutter.sizes(total: total, written: written, paceCount: pace)
    #expect(sizes == expected)
    let rows = (0..<Int32(total)).map { $0 * 3 }
    #expect(WaveCutter.cut(rows, sizes: sizes).flatMap { $0 } == rows)
    #expect(WaveCutter.cut(rows, sizes: sizes).map(\.count) == expected)
  }
}

@Suite("Choosing targets")
struct ChoosingTests {
  private static let chooser = TargetChooser(
    columns: ["id", "country"],
    values: [(0..<8).map { "t\($0)" }, ["B", "A", "B", "A", "B", "B", "C", "B"]], ids: (0..<8).map { "t\($0)" })

  private static func choose(spread: [String] = [], seed: Int = 0, count: Int? = nil, first: [String] = []) -> [Int32] {
    chooser.choose(from: Array(0..<8), spread: spread, seed: seed, count: count, first: first)
  }

  @Test("keeps the order of the file without spread and seed, and takes so many of the first")
  func plain() {
    #expect(Self.choose() == Array(0..<8) && Self.choose(count: 3) == [0, 1, 2] && Self.choose(count: 0) == [])
    #expect(Self.choose(count: 99).count == 8)
  }

  @Test("puts those that are named first, in the order in which they are named")
  func first() {
    #expect(Self.choose(count: 4, first: ["t5", "t2", "no", "t5"]) == [5, 2, 0, 1])
    #expect(Self.choose(first: ["t7"]) == [7, 0, 1, 2, 3, 4, 5, 6])
  }

  @Test("deals out groups in turn by their names; a group that is used up is left out")
  func deals() {
    let countries = Self.choose(spread: ["country"]).map { Self.chooser.values[1][Int($0)] }
    #expect(countries == ["A", "B", "C", "A", "B", "B", "B", "B"])
    #expect(Self.choose(spread: ["country"]) == Self.choose(spread: ["country"]))
    #expect(Self.choose(spread: ["nowhere"], seed: 3) == Self.choose(seed: 3))
    #expect(Self.choose(seed: 3) != Self.choose(seed: 4) && Set(Self.choose(seed: 3)) == Set(0..<8))
  }
}

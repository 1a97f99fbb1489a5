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

@Suite("A timeline")
struct TimelineTests {
  private static func day(_ text: String) -> CivilDate { CivilDate(text) ?? CivilDate(dayNumber: 0) }
  /// A Monday.
  private static let monday = day("2027-01-04")

  private static func waves(_ sizes: [Int]) -> [PlannedWave] {
    sizes.map { PlannedWave(targets: Array(0..<Int32($0)), tolerate: nil) }
  }

  /// The days of waves, such as `01-04 01-10`, and the day after them.
  private static func lay(
    _ sizes: [Int], starts: CivilDate? = monday, notBefore: CivilDate? = nil, pace: (Int, Int)? = nil,
    lasting: Span = .zero, begun: [PlannedWave] = [], spread: Int = 0, today: CivilDate? = nil,
    openings: [CivilDate: (CivilDate, CivilDate)]? = nil
  ) -> [String] {
    var timeline = Timeline(starts: starts, scale: 1)
    timeline.enter(notBefore: notBefore)
    var waves = waves(sizes)
    timeline.lay(
      &waves, pace: pace.map { (count: $0.0, period: $0.1) }, lasting: lasting, begun: begun, spread: { _ in spread },
      today: today,
      starts: openings.map { openings in
        { _, day in
          openings[day].map {
            (
              starts: WaveStarts(first: Instant(utcMidnight: $0.0), last: Instant(utcMidnight: $0.1)), first: $0.0,
              last: $0.1
            )
          }
        }
      })
    func text(_ day: CivilDate?) -> String { day.map { String($0.text.dropFirst(5)) } ?? "-" }
    return waves.map { "\(text($0.earliest)) \(text($0.latest))" } + [text(timeline.day)]
  }

  @Test("has no days without a start, and begins with the later of two")
  func start() {
    #expect(Self.lay([1], starts: nil) == ["- -", "-"])
    #expect(Self.lay([1], starts: nil, notBefore: Self.day("2027-02-01")) == ["02-01 02-01", "02-01"])
    #expect(Self.lay([1], notBefore: Self.day("2027-02-01")) == ["02-01 02-01", "02-01"])
    #expect(Self.lay([1], notBefore: Self.day("2027-01-01")) == ["01-04 01-04", "01-04"])
    #expect(Self.lay([]) == ["01-04"])
  }

  @Test(
    "gives a wave the whole days of its bake and gate",
    arguments: [(0, "01-04"), (1, "01-05"), (86_399_999, "01-05"), (86_400_000, "01-05"), (86_400_001, "01-06")]
      as [(Int64, String)])
  func lasting(milliseconds: Int64, latest: String) {
    let found = Self.lay([1, 1], lasting: Span(milliseconds: milliseconds))
    #expect(found[0] == "01-04 \(latest)" && found[1].hasPrefix(latest))
  }

  @Test("fills each week up to its pace, and never beyond it")
  func weeks() {
    #expect(Self.lay([2, 2, 1], pace: (4, 7)) == ["01-04 01-10", "01-04 01-10", "01-11 01-17", "01-17"])
    #expect(Self.lay([2, 3, 1], pace: (4, 7)) == ["01-04 01-10", "01-11 01-17", "01-11 01-17", "01-17"])
    #expect(Self.lay([1, 1], starts: Self.day("2027-01-10"), pace: (1, 7)) == ["01-10 01-10", "01-11 01-17", "01-17"])
    #expect(Self.lay([1, 1, 1], pace: (2, 1)) == ["01-04 01-04", "01-04 01-04", "01-05 01-05", "01-05"])
    // A bake that reaches into the next week moves the next wave there.
    #expect(
      Self.lay([1, 1], pace: (9, 7), lasting: Span(milliseconds: 8 * Span.day.milliseconds))
        == ["01-04 01-12", "01-12 01-20", "01-20"])
  }

  @Test("goes on behind the waves that were begun, not before today, in the period that is going on")
  func begun() {
    var done = Self.waves([2, 1])
    (done[0].earliest, done[0].latest) = (Self.monday, Self.day("2027-01-10"))
    (done[1].earliest, done[1].latest) = (Self.day("2027-01-11"), Self.day("2027-01-17"))
    #expect(Self.lay([2, 2], pace: (3, 7), begun: done) == ["01-11 01-17", "01-18 01-24", "01-24"])
    #expect(Self.lay([3], pace: (3, 7), begun: done) == ["01-18 01-24", "01-24"])
    #expect(
      Self.lay([1], pace: (3, 7), begun: done, today: Self.day("2027-01-20")) == ["01-20 01-24", "01-24"])
    #expect(Self.lay([1], pace: (1, 1), begun: done) == ["01-12 01-12", "01-12"])
    #expect(Self.lay([1], begun: done) == ["01-17 01-17", "01-17"])
    #expect(Self.lay([], begun: done) == ["01-17"])
    #expect(Self.lay([], begun: done, today: Self.day("2027-01-20")) == ["01-20"])
    #expect(Self.lay([1], begun: done, today: Self.day("2027-01-20")) == ["01-20 01-20", "01-20"])
  }

  @Test("waits until targets may start, and takes the quota of the week into which that falls")
  func openings() {
    let shut = [Self.monday: (Self.day("2027-01-12"), Self.day("2027-01-13"))]
    #expect(Self.lay([1], openings: shut) == ["01-12 01-13", "01-13"])
    #expect(Self.lay([1], lasting: .day, openings: shut) == ["01-12 01-14", "01-14"])
    let late = [
      Self.monday: (Self.day("2027-01-12"), Self.day("2027-01-13")),
      Self.day("2027-01-13"): (Self.day("2027-01-13"), Self.day("2027-01-13")),
    ]
    #expect(Self.lay([2, 1], pace: (2, 7), openings: late) == ["01-12 01-17", "01-18 01-24", "01-24"])
    #expect(Self.lay([1, 1], pace: (2, 7), openings: late) == ["01-12 01-17", "01-13 01-17", "01-17"])
    #expect(Self.lay([1], spread: 2) == ["01-04 01-06", "01-06"])
    #expect(Self.lay([1], spread: 2, openings: shut) == ["01-12 01-15", "01-15"])
  }
}

import Testing

@testable import Screens

@Suite("Rows at the bottom of a window")
struct FramePainterTests {
  /// A frame as a program would draw it: as wide as the window, and with rows that go when it is low.
  private func frame(_ columns: Int, _ rows: Int, turn: Int) -> [String] {
    let all = ["── run \(turn) "] + (1...12).map { "row \($0) of turn \(turn) " }
    return all.prefix(rows - 1).map { String(($0 + String(repeating: "·", count: columns)).prefix(columns)) }
  }

  @Test("leave nothing behind when it shrinks and grows, in any order", arguments: 1...40 as ClosedRange<UInt64>)
  func resizing(seed: UInt64) {
    var numbers = Seeded(state: seed)
    var window = PaintedWindow(columns: 80, rows: 24)
    var painter = FramePainter()
    window.write("$ before\n")
    var said = 0
    for turn in 0..<30 {
      let isResized = turn > 0 && numbers.below(2) == 0
      if isResized {
        window.resize(columns: 40 + numbers.below(100), rows: 8 + numbers.below(40))
      }
      let log = (0..<numbers.below(3)).map { _ -> String in
        said += 1
        return "line \(said) " + String(repeating: "x", count: numbers.below(120))
      }
      let frame = frame(window.columns, window.rows, turn: turn)
      window.write(painter.text(frame, log: log, columns: window.columns, rows: window.rows))
      let seen = window.seen.filter { !$0.isEmpty }
      #expect(Array(seen.suffix(frame.count)) == frame, "turn \(turn)")
      // One frame can be seen, and it is the newest.
      #expect(seen.filter { $0.hasPrefix("── run") }.count == 1, "turn \(turn): \(seen)")
      #expect(!seen.contains { $0.hasPrefix("row ") && !$0.contains("of turn \(turn) ") }, "turn \(turn): \(seen)")
      // No line is lost, and none is out of order.
      let lines = window.all.compactMap { $0.firstMatch(of: #/^line (\d+) /#).flatMap { Int($0.1) } }
      #expect(
        Set(lines) == Set(1...max(1, said)).intersection(said == 0 ? [] : Set(1...said)), "turn \(turn): \(lines)")
    }
  }

  @Test("are written anew only where something changed")
  func quiet() {
    var painter = FramePainter()
    #expect(!painter.text(["a"], log: [], columns: 80, rows: 24).isEmpty)
    #expect(painter.text(["a"], log: [], columns: 80, rows: 24).isEmpty)
    #expect(!painter.text(["a"], log: ["x"], columns: 80, rows: 24).isEmpty)
    #expect(!painter.text(["a"], log: [], columns: 81, rows: 24).isEmpty)
  }
}

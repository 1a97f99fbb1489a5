import Quantities

/// The time axis of a drawing: where an instant stands, and which instants are written below.
struct TimeAxis {
  let from: Instant
  let to: Instant
  let left: Double
  let right: Double
  let times: LocalTimes

  init(from: Instant, to: Instant, left: Double, right: Double, times: LocalTimes) {
    (self.from, self.to) = (from, max(to, from + .second))
    (self.left, self.right) = (left, right)
    self.times = times
  }

  func x(_ instant: Instant) -> Double {
    let share = Double((instant - from).milliseconds) / Double(max(1, (to - from).milliseconds))
    return left + (right - left) * min(1, max(0, share))
  }

  /// A handful of instants at even distances, each with its label, and how that stands to it.
  var ticks: [(at: Instant, label: String, anchor: String)] {
    let whole = to - from
    return (0...4).map { number in
      let at = from + Span(milliseconds: whole.milliseconds / 4 * Int64(number))
      let label =
        whole > Span(milliseconds: 3 * Span.day.milliseconds)
        ? times.day(at)
        : whole > .day
          ? "\(times.day(at)) \(times.clock(at))"
          : whole > Span(milliseconds: 10 * Span.minute.milliseconds)
            ? times.clock(at) : String(times.second(at).suffix(8))
      return (at, label, number == 0 ? "start" : number == 4 ? "end" : "middle")
    }
  }

  /// The ticks as lines through a drawing and text below it.
  func drawing(top: Double, bottom: Double) -> [HTML] {
    ticks.flatMap { tick in
      let place = x(tick.at)
      return [
        SVG.line(place, top, place, bottom, color: "var(--line)"),
        SVG.text(tick.label, x: place, y: bottom + 16, anchor: tick.anchor),
      ]
    }
  }
}

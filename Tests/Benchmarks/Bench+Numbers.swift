import Quantities

/// A number of six places in 64 bits, as it was before numbers kept their digits: the floor.
private struct Millionths: Comparable {
  let count: Int64

  init?(_ text: String) {
    let negative = text.hasPrefix("-")
    let parts = (negative ? text.dropFirst() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = Int64(parts[0]) else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard parts[1].utf8.count <= 6, let digits = Int64(parts[1]) else { return nil }
      fraction = digits
      for _ in parts[1].utf8.count..<6 { fraction *= 10 }
    }
    count = negative ? -(whole * 1_000_000 + fraction) : whole * 1_000_000 + fraction
  }

  static func < (left: Millionths, right: Millionths) -> Bool { left.count < right.count }

  var text: String {
    let size = count.magnitude
    var result = (count < 0 ? "-" : "") + String(size / 1_000_000)
    var fraction = size % 1_000_000
    guard fraction > 0 else { return result }
    var digits = 6
    while fraction % 10 == 0 {
      fraction /= 10
      digits -= 1
    }
    let text = String(fraction)
    result += "." + String(repeating: "0", count: digits - text.utf8.count) + text
    return result
  }
}

extension Bench {
  /// What it costs that a number keeps its digits: reading, judging and writing each of so many, against the same in
  /// whole millionths of 64 bits.
  func numbers(into table: inout ResultTable, count: Int) throws {
    let texts = (0..<count).map { "\($0 % 7).\(100_000 + $0 * 7 % 899_999)" }
    var breaches = (0, 0)
    var length = (0, 0)
    guard let limit = Millionths("3"), let exact = Fixed("3") else { return }
    let rounds = 20
    var seconds = (0.0, 0.0)
    // One after the other in each round, so that other work of the machine meets both.
    for _ in 0..<rounds {
      seconds.0 += Self.seconds {
        for text in texts {
          guard let number = Millionths(text) else { continue }
          if number > limit { breaches.0 += 1 }
          length.0 += number.text.utf8.count
        }
      }
      seconds.1 += Self.seconds {
        for text in texts {
          guard let number = Fixed(text) else { continue }
          if number > exact { breaches.1 += 1 }
          length.1 += number.text.utf8.count
        }
      }
    }
    let ratio = seconds.1 / seconds.0
    table.add(
      "\(count) exact numbers read, judged, written", "\(Self.round(seconds.1 / Double(rounds) * 1_000)) ms",
      against: "\(Self.round(seconds.0 / Double(rounds) * 1_000)) ms in millionths: \(Self.round(ratio)) ×",
      wanted: "< 1.5 ×", holds: ratio < 1.5 && breaches.0 == breaches.1 && length.0 == length.1)
  }
}

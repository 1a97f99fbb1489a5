import Plans
import Quantities

@testable import Engine

/// What is true about everything that is measured, hidden behind the providers: whoever asks twice is told the same.
///
/// Each series has moods that last for a while, so that a breach can last as long as a trigger wants it to, alternate
/// with silence, or be over before anybody looks.
struct Weather {
  private let seed: UInt64
  /// From here on all is well.
  var calmSince: Instant?

  init(seed: UInt64) {
    self.seed = seed
  }

  private enum Mood {
    case well, poor, sick, nobody, silent, broken, flapping, fading, odd
  }

  /// What is odd in an odd mood: present, and nothing that can be judged.
  private static let oddities = Absence.allCases.filter { $0 != .noData && $0 != .providerError }

  /// What one series says for one time.
  func reading(of signal: String, series: String, at: Instant) -> Reading {
    guard calmSince.map({ at < $0 }) ?? true else { return .value(Fixed(1)) }
    let name = Self.number(signal) &* 31 &+ Self.number(series)
    let length = 10_000 + Int64(dice(name, 1) % 40) * 1_000
    let roll = dice(name, 2, UInt64(bitPattern: at.milliseconds / length))
    let isOdd = (at.milliseconds / 1_000) % 4 < 2
    switch mood(roll % 100) {
    case .well: return .value(Fixed(1))
    case .poor: return .value(Fixed(4))
    case .sick: return .value(Fixed(6))
    case .nobody: return .value(.zero)
    case .silent: return .missing(.noData)
    case .broken: return .missing(.providerError)
    case .flapping: return .value(isOdd ? Fixed(6) : Fixed(1))
    case .fading: return isOdd ? .value(Fixed(6)) : .missing(.noData)
    case .odd: return .missing(Self.oddities[Int(dice(roll, 3) % UInt64(Self.oddities.count))])
    }
  }

  private func mood(_ roll: UInt64) -> Mood {
    switch roll {
    case 0..<52: .well
    case 52..<58: .poor
    case 58..<72: .sick
    case 72..<76: .nobody
    case 76..<82: .silent
    case 82..<87: .broken
    case 87..<91: .flapping
    case 91..<95: .fading
    default: .odd
    }
  }

  /// A running total of seconds that now and then begins again.
  func total(of signal: String, series: String, at: Instant) -> Reading {
    let seconds = at.milliseconds / 1_000 % 1_000_000
    let isReset = dice(Self.number(signal), 4, UInt64(bitPattern: at.milliseconds)) % 10 == 0
    return .value(isReset && calmSince.map { at < $0 } ?? true ? .zero : Fixed(Int(seconds)))
  }

  /// A text as a number, the same on every machine: FNV-1a.
  private static func number(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
  }

  private func dice(_ parts: UInt64...) -> UInt64 {
    parts.reduce(seed) { sum, part in
      var random = SplitMix64(seed: sum ^ part)
      return random.next()
    }
  }
}

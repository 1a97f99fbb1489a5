/// What is known of units: which of them convert into each other, and by which factor. All others are names.
public enum Units {
  /// By unit: how many bytes it is. `kB` is what this program writes; many write `KB` for it.
  public static let sizes: [String: Int64] = [
    "B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
    "PB": 1_000_000_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "PiB": 1 << 50,
  ]

  /// By unit: how many of the smallest unit of its kind it is.
  private static let kinds: [[String: Int64]] = [
    ["us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000], sizes,
  ]

  /// The second and what converts into it.
  public static func isTime(_ unit: String) -> Bool { kinds[0][unit] != nil }

  /// How many of one unit are how many of another: `from × into.0 / into.1`; `nil` when they do not convert.
  static func factor(_ unit: String, into other: String) -> (up: Int64, down: Int64)? {
    if unit == other { return (1, 1) }
    for kind in kinds {
      guard let up = kind[unit], let down = kind[other] else { continue }
      let common = greatestCommonDivisor(up, down)
      return (up / common, down / common)
    }
    return nil
  }

  private static func greatestCommonDivisor(_ first: Int64, _ second: Int64) -> Int64 {
    second == 0 ? first : greatestCommonDivisor(second, first % second)
  }
}

/// Why an amount is no number of a unit.
public enum Misfit: Error, Equatable, Sendable {
  /// The two units do not convert into each other.
  case unit
  /// It has more than ``Fixed/mostPlaces`` places in that unit, or no end of them.
  case places
  /// It is beyond 10^24 in that unit.
  case size
}

extension Fixed {
  /// An amount in another unit of the same kind, exactly.
  ///
  /// - Throws: ``Misfit`` when the units do not fit, or not all digits of the number do: nothing is rounded.
  public init(_ amount: Amount, in unit: String) throws(Misfit) {
    guard let (up, down) = Units.factor(amount.unit, into: unit) else { throw .unit }
    guard amount.value.places <= Self.mostPlaces else { throw .places }
    let (product, isTooLarge) = amount.value.steps.multipliedReportingOverflow(by: Int128(up))
    guard !isTooLarge else { throw .size }
    let (steps, rest) = product.quotientAndRemainder(dividingBy: Int128(down))
    guard rest == 0 else { throw .places }
    guard let number = Fixed(steps: steps) else { throw .size }
    self = number
  }
}

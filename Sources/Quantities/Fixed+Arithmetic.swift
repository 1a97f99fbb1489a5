// Arithmetic that keeps what a number can hold. Sums, means and points between two others are made in whole steps of
// 10^-12, the finest that a file may write.

extension Fixed {
  /// The number in steps of 10^-12, the nearest one where it has finer digits.
  public var steps: Int128 {
    let number = rounded(places: Self.mostPlaces)
    return number.digits * Self.powers[Self.mostPlaces - Int(number.places)]
  }

  /// Makes the number of so many steps of 10^-12; `nil` beyond 10^24.
  public init?(steps: Int128) {
    self.init(steps, places: Self.mostPlaces)
  }

  /// The number of so many steps of 10^-12, at the ends of the range where it lies beyond them.
  public init(clampingSteps steps: Int128) {
    let limit = Self.bound * Self.powers[Self.mostPlaces]
    guard let number = Fixed(steps: max(-limit, min(limit, steps))) else {
      preconditionFailure("a number within the range is none")
    }
    self = number
  }

  /// The number without its sign.
  public var magnitude: Fixed { digits < 0 ? negated : self }

  /// The number with the other sign.
  public var negated: Fixed {
    guard let number = Fixed(-digits, places: Int(places)) else { preconditionFailure("the range has two equal sides") }
    return number
  }

  /// The nearest number with so many places, halves away from 0; a negative count rounds tens, hundreds and so on.
  public func rounded(places wanted: Int) -> Fixed {
    let surplus = Int(places) - wanted
    guard surplus > 0 else { return self }
    guard surplus < Self.powers.count else { return .zero }
    let unit = Self.powers[surplus]
    let (whole, rest) = digits.quotientAndRemainder(dividingBy: unit)
    let up: Int128 = rest.magnitude >= unit.magnitude - rest.magnitude ? (digits < 0 ? -1 : 1) : 0
    // Rounding 10^24 away from 0 would leave the range; it has no digits that could do so.
    return Fixed(whole + up, places: wanted) ?? self
  }

  /// The nearest number with so many digits that mean something, and at most ``mostPlaces`` places.
  public func rounded(toMeaningful count: Int) -> Fixed {
    let length = String(digits.magnitude).utf8.count
    return rounded(places: min(Self.mostPlaces, Int(places) + count - length))
  }

  /// So many percent of a number; `nil` when it is beyond the range. What has more digits than fit is rounded.
  public func percent(of whole: Fixed) -> Fixed? {
    let product = digits.magnitude.multipliedFullWidth(by: whole.digits.magnitude)
    let exact = Int(places) + Int(whole.places) + 2
    // Only digits behind the twelfth place may go: a number that needs more room is beyond the range.
    for dropped in 0...min(Self.powers.count - 1, max(0, exact - Self.mostPlaces)) {
      let unit = Self.powers[dropped].magnitude
      // The quotient has to fit into one word of 128 bits.
      guard product.high < unit else { continue }
      let (quotient, rest) = unit.dividingFullWidth((product.high, product.low))
      let nearest = rest > 0 && rest >= unit - rest ? quotient + 1 : quotient
      guard nearest <= UInt128(Int128.max) else { continue }
      let size = Int128(nearest)
      let signed = (digits < 0) != (whole.digits < 0) ? -size : size
      if let number = Fixed(signed, places: exact - dropped) { return number }
    }
    return nil
  }

  /// The number that lies `part` of `whole` equal parts on the way to another one, in steps of 10^-12.
  public func toward(_ end: Fixed, part: Int, of whole: Int) -> Fixed {
    let (start, rise) = (steps, end.steps - steps)
    let product = rise.magnitude.multipliedFullWidth(by: UInt128(max(0, min(part, whole))))
    let divisor = UInt128(max(1, whole))
    let (quotient, rest) = divisor.dividingFullWidth((product.high, product.low))
    let way = Int128(rest >= divisor - rest ? quotient + 1 : quotient)
    return Fixed(clampingSteps: rise < 0 ? start - way : start + way)
  }
}

extension Fixed {
  /// The nearest floating-point number, for pictures and statistics.
  public var approximate: Double { Double(digits) / Double(Self.powers[Int(places)]) }

  /// The whole part, at the ends of what an integer holds where it lies beyond them.
  public var wholePart: Int { Int(clamping: digits / Self.powers[Int(places)]) }
}

/// A decimal number as it stands in a text.
enum DecimalText {
  /// A number, and whether it has all the digits of the text.
  case number(Fixed, isWhole: Bool)
  /// A number beyond the range.
  case tooLarge

  /// Reads an optional sign, digits, a point with digits, and where that is allowed an exponent; `nil` for all else.
  ///
  /// Without an exponent the form is the strict one of files: no `+`, and digits on both sides of a point.
  init?(_ text: String.UTF8View, allowsExponent: Bool) {
    var reader = Reader(rest: text[...])
    let isNegative = reader.skip("-")
    if !isNegative, allowsExponent { _ = reader.skip("+") }
    let whole = reader.digits()
    var behind = 0
    if reader.skip(".") {
      behind = reader.digits()
      guard behind > 0 || allowsExponent else { return nil }
    }
    guard whole > 0 || allowsExponent && behind > 0 else { return nil }
    var exponent = 0
    if allowsExponent, reader.skip("e") || reader.skip("E") {
      guard let read = reader.exponent() else { return nil }
      exponent = read
    }
    guard reader.rest.isEmpty else { return nil }
    self = reader.number(places: behind - exponent, isNegative: isNegative)
  }

  /// Takes a text from the front, and keeps the first digits that mean something.
  private struct Reader {
    var rest: Substring.UTF8View
    private var value: UInt128 = 0
    private var count = 0
    private var leftOut = 0
    private var isCut = false

    init(rest: Substring.UTF8View) { self.rest = rest }

    /// An exponent of more makes no difference.
    private static let longest = 1_000_000

    mutating func skip(_ letter: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: letter) else { return false }
      rest.removeFirst()
      return true
    }

    private mutating func digit() -> UInt8? {
      guard let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      rest.removeFirst()
      return byte - UInt8(ascii: "0")
    }

    /// Takes digits. Returns how many.
    mutating func digits() -> Int {
      var taken = 0
      while let digit = digit() {
        taken += 1
        if count == Fixed.mostDigits {
          leftOut += 1
          isCut = isCut || digit != 0
        } else if count > 0 || digit != 0 {
          value = value * 10 + UInt128(digit)
          count += 1
        }
      }
      return taken
    }

    mutating func exponent() -> Int? {
      let isNegative = skip("-")
      if !isNegative { _ = skip("+") }
      guard var size = digit().map(Int.init) else { return nil }
      while let digit = digit() { size = min(Self.longest, size * 10 + Int(digit)) }
      return isNegative ? -size : size
    }

    /// The number that was taken.
    ///
    /// Where it has more digits than fit, the last one that is kept is never 0: so it lies between the same two
    /// numbers of a file as before, and no comparison with one of those comes out otherwise.
    func number(places written: Int, isNegative: Bool) -> DecimalText {
      var (size, places, isCut) = (value, written - leftOut, isCut)
      guard size > 0 else { return .number(.zero, isWhole: true) }
      while places > Fixed.mostDigits, size > 0 {
        isCut = isCut || size % 10 > 0
        (size, places) = (size / 10, places - 1)
      }
      places = min(places, Fixed.mostDigits)
      if isCut, size % 10 == 0 { size += 1 }
      // At most 37 digits, so it fits.
      let digits = isNegative ? -Int128(size) : Int128(size)
      guard let number = Fixed(digits, places: places) else { return .tooLarge }
      return .number(number, isWhole: !isCut)
    }
  }
}

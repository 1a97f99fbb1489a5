import Testing

@testable import Quantities

@Suite("An exact decimal number")
struct FixedTests {
  @Test(
    "is read and written with all its digits",
    arguments: [
      ("0", "0"), ("-0", "0"), ("0.000", "0"), ("5", "5"), ("-2.50", "-2.5"), ("0.0000005", "0.0000005"),
      ("1.0000001", "1.0000001"), ("9223372036855", "9223372036855"), ("10000000000000", "10000000000000"),
      ("1000000000000000000000000", "1000000000000000000000000"), ("0.000000000001", "0.000000000001"),
      ("-1000000000000000000000000", "-1000000000000000000000000"),
      ("999999999999999999999999.000000000001", "999999999999999999999999.000000000001"),
      ("0.1234567890123456789012345678901234567", "0.1234567890123456789012345678901234567"), ("007", "7"),
    ])
  func whole(text: String, written: String) throws {
    let number = try #require(Fixed(text))
    #expect(number.text == written)
    #expect(Fixed(number.text) == number)
  }

  @Test(
    "is none where digits would be lost, or the form is another one",
    arguments: [
      "", "-", ".", ".5", "5.", "+5", "1e3", "1_000", "0x10", " 5", "5 ", "inf", "nan", "1000000000000000000000001",
      "1000000000000000000000000.000000000001", "10000000000000000000000000",
      "0.12345678901234567890123456789012345678", "--5", "5-", "1.2.3",
    ])
  func refused(text: String) {
    #expect(Fixed(text) == nil)
  }

  @Test("has twelve places at most where a person writes it")
  func written() {
    #expect(Fixed(written: "0.000000000001") != nil && Fixed(written: "0.0000000000001") == nil)
  }

  /// Numbers of all sizes, as digits and places; by rising value.
  private static let rising: [String] = [
    "-1000000000000000000000000", "-999999999999999999999999.5", "-9223372036854775808.000000000001", "-2", "-1.5",
    "-0.000000000001", "-0.0000000000000000000000000000000000001", "0", "0.0000000000000000000000000000000000001",
    "0.000000000001", "0.0000004999999999", "0.0000005", "0.00000050000000000000001", "0.9999999999999999999", "1",
    "1.0000000000000000000000000001", "9223372036854775807", "9223372036854775807.1", "10000000000000000000",
    "999999999999999999999999", "1000000000000000000000000",
  ]

  @Test("stands to every other one as their digits do")
  func order() throws {
    let numbers = try Self.rising.map { try #require(Fixed($0)) }
    for (place, left) in numbers.enumerated() {
      for (other, right) in numbers.enumerated() {
        #expect((left < right) == (place < other), "\(left.text) < \(right.text)")
        #expect((left == right) == (place == other))
        for comparison in Condition.Comparison.allCases {
          let expected =
            switch comparison {
            case .less: place < other
            case .atMost: place <= other
            case .more: place > other
            case .atLeast: place >= other
            }
          #expect(comparison.holds(left, right) == expected)
        }
      }
    }
  }

  @Test(
    "is measured from what a provider says",
    arguments: [
      ("0.5", "0.5"), ("1e-7", "0.0000001"), ("+5", "5"), ("5.", "5"), (".5", "0.5"), ("1.5E+3", "1500"),
      ("1e24", "1000000000000000000000000"), ("0e999999", "0"), ("-0.0", "0"), ("1e13", "10000000000000"),
      // More digits than are kept: the last one says that there was more.
      ("0.00000000000000000000000000000000000000000001", "0.0000000000000000000000000000000000001"),
      ("1.00000000000000000000000000000000000000000000000001", "1.000000000000000000000000000000000001"),
      ("0.4999999999999999999999999999999999999999999", "0.4999999999999999999999999999999999999"),
      ("1e-1000000000", "0.0000000000000000000000000000000000001"),
    ])
  func measured(text: String, number: String) {
    #expect(MeasuredNumber(text).number?.text == number)
  }

  @Test(
    "is measured as what it is where it is none of ours",
    arguments: [
      ("inf", .infinite), ("-Inf", .infinite), ("+Infinity", .infinite), ("NaN", .notANumber), ("nan", .notANumber),
      ("1e25", .outOfRange), ("-1000000000000000000000001", .outOfRange), ("1e999999999999", .outOfRange),
      ("", .unreadable("")), ("12 apples", .unreadable("12 apples")), ("0x1p3", .unreadable("0x1p3")),
      ("1_000", .unreadable("1_000")), ("e5", .unreadable("e5")), ("1e", .unreadable("1e")),
      ("+-inf", .unreadable("+-inf")), ("٣", .unreadable("٣")),
    ] as [(String, MeasuredNumber)])
  func odd(text: String, expected: MeasuredNumber) {
    #expect(MeasuredNumber(text) == expected)
  }

  @Test(
    "of floating point has the digits that name it",
    arguments: [
      (0.1, "0.1"), (1e-7, "0.0000001"), (1e14, "100000000000000"), (33.333333333333336, "33.333333333333336"),
      (4.9999999e-7, "0.00000049999999"), (-0.0, "0"), (1e24, "1000000000000000000000000"),
      (123_456_789_012.123, "123456789012.123"),
    ] as [(Double, String)])
  func floating(value: Double, text: String) {
    #expect(MeasuredNumber(value).number?.text == text)
  }

  @Test("is never moved over a limit of a file by digits that are not kept")
  func cut() throws {
    for limit in ["0.0000005", "1", "0", "-3.5", "0.000000000001", "123456789012345678901234.5"] {
      let bound = try #require(Fixed(written: limit))
      for (tail, isAbove) in [("0000000000000000000000000000000000000000000001", true), ("", false)] {
        let padded = limit.contains(".") ? limit + String(repeating: "0", count: 12) : limit + ".0"
        let measured = try #require(MeasuredNumber(padded + tail).number)
        #expect((measured.magnitude > bound.magnitude) == isAbove, "\(padded + tail) against \(limit)")
      }
    }
  }

  @Test(
    "is rounded to the nearest place, halves away from 0",
    arguments: [
      ("2.5", 0, "3"), ("-2.5", 0, "-3"), ("2.4999", 0, "2"), ("1234.5", -2, "1200"), ("1250", -2, "1300"),
      ("0.0000005", 6, "0.000001"), ("0.0000004", 6, "0"), ("7", 12, "7"),
      ("1000000000000000000000000", -24, "1000000000000000000000000"), ("5", -90, "0"),
    ])
  func rounded(text: String, places: Int, expected: String) {
    #expect(Fixed(text)?.rounded(places: places).text == expected)
  }

  @Test(
    "has a share in percent, exactly where that fits",
    arguments: [
      ("150", "100", "150"), ("0.5", "0.000001", "0.000000005"), ("-10", "5", "-0.5"), ("33", "0", "0"),
      ("100", "1000000000000000000000000", "1000000000000000000000000"),
      ("0.000000000001", "0.000000000001", "0.00000000000000000000000001"),
      ("123456789012.123456789012", "123456789012.123456789012", "152415787531839670936.50322209451041153483936144"),
    ])
  func share(percent: String, whole: String, expected: String?) throws {
    let share = try #require(Fixed(percent)).percent(of: try #require(Fixed(whole)))
    let text = try #require(share).text
    // The last example has more digits than fit: all that are kept are right.
    #expect(expected.map { text == $0 || (text.count > 37 && $0.hasPrefix(text.dropLast(3))) } ?? false, "\(text)")
  }

  @Test("has no share beyond the range")
  func largeShare() throws {
    let greatest = Fixed.greatest
    #expect(try #require(Fixed("101")).percent(of: greatest) == nil)
    #expect(greatest.percent(of: greatest) == nil && greatest.negated.percent(of: greatest) == nil)
  }

  @Test("lies on the line between two others, to the nearest step, in either direction")
  func between() throws {
    let (low, high) = (Fixed(0), try #require(Fixed("10")))
    #expect(low.toward(high, part: 1, of: 3).text == "3.333333333333")
    #expect(low.toward(high, part: 2, of: 3).text == "6.666666666667")
    #expect(high.toward(low, part: 1, of: 3).text == "6.666666666667")
    #expect(low.toward(high, part: 3, of: 3) == high && high.toward(low, part: 0, of: 3) == high)
    #expect(Fixed.greatest.negated.toward(.greatest, part: 1, of: 2) == .zero)
    #expect(Fixed.greatest.toward(Fixed.greatest.negated, part: 9_999_999, of: 10_000_000).text.hasPrefix("-9999998"))
  }

  @Test("has steps that make it again, and stays in its range")
  func steps() throws {
    for text in Self.rising {
      let number = try #require(Fixed(text))
      #expect(Fixed(steps: number.steps) == number.rounded(places: 12))
    }
    #expect(Fixed(steps: Fixed.greatest.steps + 1) == nil)
    #expect(Fixed(clampingSteps: .max) == .greatest && Fixed(clampingSteps: .min) == Fixed.greatest.negated)
    #expect(Fixed.greatest.wholePart == .max && Fixed.greatest.negated.wholePart == .min)
    #expect(Fixed("-2.9")?.wholePart == -2)
  }

  @Test(
    "never looks like nothing to people when it is something",
    arguments: [
      ("0.0000005", "0.0000005"), ("0.000000123456", "0.00000012"), ("0.3045", "0.305"), ("2.1349", "2.13"),
      ("21.34", "21.3"), ("10000000000000", "10000000000000"), ("123.6", "124"), ("-0.0001", "-0.0001"), ("0", "0"),
    ])
  func spoken(text: String, words: String) {
    #expect(Fixed(text)?.spoken == words)
  }

  @Test("has groups of digits for people")
  func grouped() throws {
    #expect(Fixed("1234567.9")?.grouped == "1 234 567" && Fixed("-12345")?.grouped == "-12 345")
    #expect(Fixed.greatest.grouped == "1 000 000 000 000 000 000 000 000" && (-1234567).grouped == "-1 234 567")
  }
}

@Suite("An amount")
struct AmountTests {
  @Test(
    "converts into units of its kind, exactly",
    arguments: [
      ("1 d", "s", "86400"), ("500 MB", "GB", "0.5"), ("1 GiB", "MB", "1073.741824"), ("250 ms", "s", "0.25"),
      ("90 m", "h", "1.5"), ("3000000000 h", "ms", "10800000000000000"), ("5 EUR", "EUR", "5"), ("7", "", "7"),
      ("0.000000000001 %", "%", "0.000000000001"), ("1000000000000000000000000 B", "PB", "1000000000"),
      ("5 us", "ms", "0.005"), ("2 TiB", "GiB", "2048"),
    ])
  func exact(text: String, unit: String, expected: String) throws {
    #expect(try Fixed(try #require(Amount(text)), in: unit).text == expected)
  }

  @Test(
    "is refused where it would have to be rounded, cut or guessed",
    arguments: [
      ("1 s", "h", .places), ("1 s", "m", .places), ("0.0000000000001 %", "%", .places),
      ("0.000000000001 us", "s", .places), ("1000000000000000000000000 d", "us", .size), ("5 EUR", "s", .unit),
      ("5", "s", .unit), ("5 s", "", .unit), ("5 MB", "s", .unit), ("1000000000000000000000000 h", "m", .size),
    ] as [(String, String, Misfit)])
  func refused(text: String, unit: String, why: Misfit) throws {
    let amount = try #require(Amount(text))
    #expect(throws: why) { try Fixed(amount, in: unit) }
  }

  @Test(
    "has one written form", arguments: [("0.30 s", "0.3 s"), ("150%", "150 %"), ("10000000000000", "10000000000000")])
  func text(text: String, written: String) throws {
    #expect(try #require(Amount(text)).text == written)
  }

  @Test("is none with more digits than can be kept", arguments: ["12345678901234567890123456 B", "- s", "s"])
  func none(text: String) {
    #expect(Amount(text) == nil)
  }
}

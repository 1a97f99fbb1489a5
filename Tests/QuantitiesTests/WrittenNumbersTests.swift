import Testing

@testable import Quantities

@Suite("Numbers as people write them")
struct WrittenNumbersTests {
  @Test(
    "are told in the form of files, and are the same number",
    arguments: [
      ("4,5 /day", "4.5 /day"), ("99,95 %", "99.95 %"), ("0,5 %", "0.5 %"), ("3..4,5..6 /day", "3..4.5..6 /day"),
      ("1'000 tokens", "1000 tokens"), ("1’000 tokens", "1000 tokens"), ("10 000 EUR", "10000 EUR"),
      ("10\u{202F}000 EUR", "10000 EUR"), ("1_000_000", "1000000"), ("1.234.567", "1234567"), ("1,234,567", "1234567"),
      ("1,234.5", "1234.5"), ("2.000,5 tokens", "2000.5 tokens"), ("12,34,567", "1234567"), ("1 234,5", "1234.5"),
      ("1,2345", "1.2345"), ("12345,678", "12345.678"), ("2.1 s", "2.1 s"), ("0,125", "0.125"), ("x2,5", "x2.5"),
      ("response_time < 2,5 s", "response_time < 2.5 s"), ("20 per week", "20 per week"), ("", ""),
      ("1..2 weeks", "1..2 weeks"), ("5.", "5."), ("100 20", "100 20"),
    ])
  func one(text: String, reading: String) {
    #expect(WrittenNumbers.readings(of: text) == [reading])
  }

  @Test(
    "are told twice where a point or a comma can mean thousands, each in its own way for all numbers of a text",
    arguments: [
      ("2.000 tokens", ["2 tokens", "2000 tokens"]), ("4,500 /day", ["4500 /day", "4.5 /day"]),
      ("1.600..2.000 tokens", ["1.6..2 tokens", "1600..2000 tokens"]), ("2,125 %", ["2125 %", "2.125 %"]),
    ])
  func two(text: String, readings: [String]) {
    #expect(WrittenNumbers.readings(of: text) == readings)
  }

  @Test("one that settles it settles it for the others of its text")
  func settled() {
    #expect(WrittenNumbers.readings(of: "2,5..3,000 s") == ["2.5..3 s"])
  }

  @Test("are not read where no country writes them so", arguments: ["1,2,3", "1.2.3", "01,234,567", "1'00", "1,2.3,4"])
  func none(text: String) {
    #expect(WrittenNumbers.readings(of: text) == [])
  }

  @Test("with three decimals are doubtful when they end with a zero, or when pieces are counted")
  func doubtful() {
    for text in ["2.000", "1.250 USD", "3..2.500 /day"] { #expect(WrittenNumbers.isDoubtful(text), "\(text)") }
    for text in ["0.216 USD", "0.000", "1.375 USD", "2.0000", "1234.500", "2.1", "30s..10m", "2000"] {
      #expect(!WrittenNumbers.isDoubtful(text), "\(text)")
    }
    #expect(WrittenNumbers.isDoubtful("1.375 tokens", inPieces: true))
    #expect(WrittenNumbers.readings(of: "1.375 tokens", isPadded: true) == ["1.3750 tokens", "1375 tokens"])
    #expect(!WrittenNumbers.isDoubtful("1.3750 tokens", inPieces: true))
  }
}

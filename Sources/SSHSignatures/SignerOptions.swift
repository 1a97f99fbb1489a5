internal import Quantities

/// The options of a line in `allowed_signers`.
struct SignerOptions {
  private(set) var isAuthority = false
  private(set) var namespaces: [UInt8]?
  private(set) var validAfter: UInt64?
  private(set) var validBefore: UInt64?

  init() {}

  /// Reads `cert-authority,namespaces="a,b",valid-after="…",valid-before="…"`.
  init(_ text: ArraySlice<UInt8>, zone: (Int64) -> Int64) throws(SSHProblem) {
    var rest = text
    while !rest.isEmpty {
      if Self.skip("cert-authority", in: &rest) {
        isAuthority = true
      } else if Self.skip("namespaces=", in: &rest) {
        guard namespaces == nil else { throw SSHProblem("it has two `namespaces`") }
        namespaces = try Self.quoted(&rest)
      } else if Self.skip("valid-after=", in: &rest) {
        guard validAfter == nil else { throw SSHProblem("it has two `valid-after`") }
        validAfter = try Self.time(try Self.quoted(&rest), zone, "valid-after")
      } else if Self.skip("valid-before=", in: &rest) {
        guard validBefore == nil else { throw SSHProblem("it has two `valid-before`") }
        validBefore = try Self.time(try Self.quoted(&rest), zone, "valid-before")
      }
      guard let comma = rest.first else { break }
      guard comma == UInt8(ascii: ",") else {
        let word = String(decoding: rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }, as: UTF8.self)
        throw SSHProblem("`\(word.prefix(60))` is neither a key nor an option")
      }
      rest = rest.dropFirst()
      if rest.isEmpty { throw SSHProblem("an option is missing behind the comma") }
    }
    if let validAfter, let validBefore, validBefore <= validAfter {
      throw SSHProblem("`valid-before` is not later than `valid-after`")
    }
  }

  /// Upper and lower case are the same in names of options.
  private static func skip(_ word: String, in rest: inout ArraySlice<UInt8>) -> Bool {
    let head = String(decoding: rest.prefix(word.utf8.count), as: UTF8.self)
    guard head.lowercased() == word else { return false }
    rest = rest.dropFirst(word.utf8.count)
    return true
  }

  private static func quoted(_ rest: inout ArraySlice<UInt8>) throws(SSHProblem) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    guard rest.first == quote else { throw SSHProblem("the value of an option has to stand in quotes") }
    rest = rest.dropFirst()
    var value: [UInt8] = []
    while let byte = rest.first, byte != quote {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: "\\"), rest.first == quote {
        value.append(quote)
        rest = rest.dropFirst()
      } else {
        value.append(byte)
      }
    }
    guard rest.first == quote else { throw SSHProblem("a quote is not closed") }
    rest = rest.dropFirst()
    return value
  }

  /// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with `Z` for UTC; in seconds since 1970.
  private static func time(
    _ text: [UInt8], _ zone: (Int64) -> Int64, _ option: String
  ) throws(SSHProblem) -> UInt64 {
    let wrong = SSHProblem("the time of `\(option)` is none: write it like 20271231 or 202712312359Z")
    var digits = String(decoding: text, as: UTF8.self)
    let isUTC = digits.uppercased().hasSuffix("Z") || digits.uppercased().hasSuffix("UTC")
    if isUTC { digits.removeLast(digits.uppercased().hasSuffix("Z") ? 1 : 3) }
    guard [8, 12, 14].contains(digits.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else { throw wrong }
    let numbers = digits.utf8.map { Int($0) - 48 }
    func number(_ range: Range<Int>) -> Int {
      range.upperBound <= numbers.count ? numbers[range].reduce(0) { $0 * 10 + $1 } : 0
    }
    let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
    guard let date = CivilDate(year: number(0..<4), month: number(4..<6), day: number(6..<8)), hour < 24, minute < 60,
      second < 60
    else { throw wrong }
    let wall = Int64(date.dayNumber) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    guard let time = UInt64(exactly: isUTC ? wall : zone(wall)), time > 0 else { throw wrong }
    return time
  }
}

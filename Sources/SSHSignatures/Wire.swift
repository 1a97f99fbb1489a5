/// Reads what OpenSSH writes in binary (RFC 4251, section 5). Every length is checked against what is there: bytes of a
/// stranger never trap.
struct WireReader {
  private let bytes: ArraySlice<UInt8>
  private var place: Int
  /// What is read, for messages.
  private let what: String

  init(_ bytes: some Collection<UInt8>, of what: String) {
    self.bytes = ArraySlice(bytes)
    place = self.bytes.startIndex
    self.what = what
  }

  /// Whether nothing is left.
  var isAtEnd: Bool { place == bytes.endIndex }

  /// How many bytes were read.
  var count: Int { place - bytes.startIndex }

  mutating func take(_ count: Int) throws(SSHProblem) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - place else { throw SSHProblem("\(what) is cut short") }
    defer { place += count }
    return bytes[place..<(place + count)]
  }

  mutating func byte() throws(SSHProblem) -> UInt8 { try number(of: 1) }
  mutating func number32() throws(SSHProblem) -> UInt32 { try number(of: 4) }
  mutating func number64() throws(SSHProblem) -> UInt64 { try number(of: 8) }

  private mutating func number<Number: FixedWidthInteger>(of count: Int) throws(SSHProblem) -> Number {
    var number: Number = 0
    for byte in try take(count) { number = (count == 1 ? 0 : number << 8) | Number(truncatingIfNeeded: byte) }
    return number
  }

  /// A length of four bytes, and so many bytes.
  mutating func string() throws(SSHProblem) -> [UInt8] { Array(try take(Int(try number32()))) }

  /// A string that is text: UTF-8 without a zero byte.
  mutating func text() throws(SSHProblem) -> String {
    let bytes = try string()
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw SSHProblem("\(what) has a text that is none")
    }
    return text
  }

  /// The magnitude of a number without bound, without leading zeros.
  mutating func magnitude() throws(SSHProblem) -> [UInt8] {
    let bytes = try string()
    guard bytes.first.map({ $0 < 0x80 }) ?? true else { throw SSHProblem("\(what) has a negative number") }
    let digits = Array(bytes.drop { $0 == 0 })
    guard digits.count <= Self.longestNumber else { throw SSHProblem("\(what) has a number of more than 16384 bits") }
    return digits
  }

  /// Makes sure that nothing follows.
  func finish() throws(SSHProblem) {
    if !isAtEnd { throw SSHProblem("\(what) has something behind its end") }
  }

  private static let longestNumber = 2_048
}

/// Writes what ``WireReader`` reads.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func raw(_ bytes: some Collection<UInt8>) { self.bytes += bytes }

  mutating func number32(_ number: UInt32) {
    for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  mutating func string(_ string: some Collection<UInt8>) {
    number32(UInt32(clamping: string.count))
    bytes += string
  }

  /// A number without bound, from its magnitude without leading zeros.
  mutating func magnitude(_ digits: [UInt8]) {
    string(digits.first.map { $0 >= 0x80 } ?? false ? [0] + digits : digits)
  }
}

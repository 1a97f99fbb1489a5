/// An `allowed_signers` file, read as ssh-keygen(1) says: who may sign with which keys, for what and when.
public struct AllowedSigners: Sendable {
  /// One key, or one authority, and whom it speaks for.
  public struct Entry: Sendable {
    /// From 1.
    public let line: Int
    let principals: PatternList
    public let key: PresentedKey
    /// Whether it signs certificates, and not what people sign.
    public let isAuthority: Bool
    let namespaces: PatternList?
    /// From this second on, and up to that one, since 1970.
    let validAfter: UInt64?
    let validBefore: UInt64?

    /// Whether it speaks for a principal.
    public func covers(_ principal: String) -> Bool { principals.matches(principal) }

    /// Whether it may be used for a namespace.
    public func serves(_ namespace: String) -> Bool { namespaces?.matches(namespace) ?? true }
  }

  /// A line that OpenSSH would not read.
  public struct Problem: Equatable, Sendable {
    /// From 1.
    public let line: Int
    /// What is wrong, in one sentence without a full stop.
    public let message: String
  }

  public let entries: [Entry]
  public let problems: [Problem]

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - bytes: its bytes.
  ///   - zone: takes a time as the clock on the wall shows it, in seconds since 1970, and gives the real one. Times
  ///     without a `Z` are in the zone of the machine.
  public init(_ bytes: [UInt8], zone: (Int64) -> Int64) {
    var entries: [Entry] = []
    var problems: [Problem] = []
    for (number, line) in textLines(bytes).enumerated() {
      do throws(SSHProblem) {
        if number == 0 { try refuseMark(line) }
        if let entry = try Self.entry(line, number: number + 1, zone: zone) { entries.append(entry) }
      } catch {
        problems.append(Problem(line: number + 1, message: error.message))
      }
    }
    (self.entries, self.problems) = (entries, problems)
  }

  private static func entry(
    _ line: ArraySlice<UInt8>, number: Int, zone: (Int64) -> Int64
  ) throws(SSHProblem) -> Entry? {
    var rest = line.drop(while: isBlank)
    guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
    let principals = try firstWord(&rest)
    guard !rest.isEmpty else { throw SSHProblem("a key is missing behind the principals") }
    guard !principals.isEmpty else { throw SSHProblem("it names no principal") }
    var options = SignerOptions()
    let key: PresentedKey
    if let found = try keyOrOptions(rest) {
      key = found
    } else {
      let words = try pastOptions(&rest)
      options = try SignerOptions(words, zone: zone)
      rest = rest.drop(while: isBlank)
      guard !rest.isEmpty else { throw SSHProblem("a key is missing behind the options") }
      key = try PresentedKey(line: rest)
    }
    return Entry(
      line: number, principals: PatternList(principals), key: key, isAuthority: options.isAuthority,
      namespaces: options.namespaces.map { PatternList($0) }, validAfter: options.validAfter,
      validBefore: options.validBefore)
  }

  /// The key, where one begins here; `nil` where options do.
  private static func keyOrOptions(_ rest: ArraySlice<UInt8>) throws(SSHProblem) -> PresentedKey? {
    let word = String(decoding: rest.prefix { !isBlank($0) }, as: UTF8.self)
    let looksLikeKey = word.hasPrefix("ssh-") || word.hasPrefix("ecdsa-") || word.hasPrefix("sk-")
    return looksLikeKey ? try PresentedKey(line: rest) : nil
  }

  /// The first word, which may be quoted in part, without its quotes; what follows it stays.
  private static func firstWord(_ rest: inout ArraySlice<UInt8>) throws(SSHProblem) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    guard let end = rest.firstIndex(where: { isBlank($0) || $0 == quote }) else {
      defer { rest = [] }
      return Array(rest)
    }
    var word = Array(rest[..<end])
    rest = rest[end...]
    if rest.first == quote {
      rest = rest.dropFirst()
      guard let close = rest.firstIndex(of: quote) else { throw SSHProblem("a quote is not closed") }
      word += rest[..<close]
      rest = rest[(close + 1)...]
    }
    rest = rest.drop(while: isBlank)
    return word
  }

  /// The options, up to the first blank that is not quoted.
  private static func pastOptions(_ rest: inout ArraySlice<UInt8>) throws(SSHProblem) -> ArraySlice<UInt8> {
    let start = rest
    var isQuoted = false
    while let byte = rest.first, isQuoted || !isBlank(byte) {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "\"") {
        rest = rest.dropFirst()
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      }
    }
    if isQuoted { throw SSHProblem("a quote is not closed") }
    return start[..<rest.startIndex]
  }
}

/// A blank as the files of OpenSSH have it.
func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

/// The lines of a file, without their ends: LF or CRLF.
func textLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  if lines.last?.isEmpty ?? false { lines.removeLast() }
  return lines.map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
}

/// A byte order mark is part of the first word to OpenSSH.
func refuseMark(_ line: ArraySlice<UInt8>) throws(SSHProblem) {
  if line.starts(with: [0xEF, 0xBB, 0xBF]) {
    throw SSHProblem("the file begins with a byte order mark, and OpenSSH takes it for a part of the first name")
  }
  if line.contains(0) { throw SSHProblem("the file is not text") }
}

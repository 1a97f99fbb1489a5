import Engine
import Looping
import Quantities
import Testing

@Suite("A statement")
struct StatementTests {
  private static let whole = Statement(
    .approve, run: Statement.Run(number: 3, nonce: "run-nonce"), plan: Digest(of: [1]), scope: "pilot", person: "mira",
    role: "manager", reason: "looked at it", issued: Instant(milliseconds: 1_803_888_000_000),
    expires: Instant(milliseconds: 1_804_492_800_000), nonce: "n-1",
    seen: Statement.Checkpoint(origin: "journal.local/x", size: 12, root: Digest(of: [2])))

  @Test("reads back as what it was, with and without an end", arguments: [true, false])
  func same(hasEnd: Bool) throws {
    var statement = Self.whole
    if !hasEnd { statement.expires = nil }
    #expect(try Statement(line: statement.line) == statement)
  }

  /// What may stand in a statement instead of what belongs there.
  static let faults: [(old: String, new: String, message: String)] = [
    (
      "\"expires\":\"2027-03-08T08:00:00.000Z\"", "\"expires\":\"garbage\"", "`expires` of the statement cannot be read"
    ),
    ("\"expires\":\"2027-03-08T08:00:00.000Z\",", "", "the statement has no `expires`"),
    ("2027-03-08T08:00:00.000Z", "2027-03-08T08:00:00Z", "`expires` of the statement cannot be read"),
    ("2027-03-08T08:00:00.000Z", "2027-02-30T08:00:00.000Z", "`expires` of the statement cannot be read"),
    ("2027-03-08T08:00:00.000Z", "2027-03-01T08:00:00.000Z", "the statement expires before it was made"),
    ("\"issued\":\"2027-03-01T08:00:00.000Z\"", "\"issued\":null", "`issued` of the statement cannot be read"),
    ("\"checkpoint\"", "\"bonus\":1,\"checkpoint\"", "the statement has `bonus`, which its version does not know"),
    (
      "\"expires\"", "\"condition\":\"only with dana\",\"expires\"",
      "the statement has `condition`, which its version does not know"
    ),
    ("\"size\":12", "\"size\":12,\"tree\":1", "the statement has `checkpoint.tree`, which its version does not know"),
    ("\"size\":12", "\"size\":-1", "`size` of the statement cannot be read"),
    ("\"size\":12", "\"size\":\"12\"", "`size` of the statement cannot be read"),
    ("looked at it", " \u{00A0}  ", "the statement gives no reason"),
    ("looked at it", "\u{200B}\u{200B}\u{200B}\u{200B}", "the statement gives no reason"),
    ("\"version\":2", "\"version\":1", "the statement is not of version 2, which this program reads"),
    ("\"version\":2", "\"version\":3", "the statement is not of version 2, which this program reads"),
    (",\"version\":2", "", "the statement is not of version 2, which this program reads"),
    ("\"action\":\"approve\"", "\"action\":\"amend\"", "the statement says `amend`, which nobody can sign"),
    ("\"action\":\"approve\"", "\"action\":\"pause\"", "the statement says `pause`, which nobody can sign"),
    ("\"nonce\":\"n-1\"", "\"nonce\":\"\"", "`nonce` of the statement is empty"),
    ("\"run\":{\"nonce\":\"run-nonce\",\"number\":3}", "\"run\":3", "`run` of the statement cannot be read"),
    ("\"nonce\":\"run-nonce\",", "", "the statement has no `nonce`"),
    ("sanderling statement", "sanderling approval", "what was signed is not a statement that `--print` wrote"),
    ("\"person\"", " \"person\"", "what was signed is not a statement that `--print` wrote"),
    (
      "\"person\":\"mira\"", "\"person\":\"tomas\",\"person\":\"mira\"",
      "what was signed is not a statement that `--print` wrote"
    ),
  ]

  @Test("that is not exactly what it should be is refused, in words", arguments: faults)
  func strict(old: String, new: String, message: String) throws {
    let line = Self.whole.line
    try #require(line.contains(old))
    let problem = #expect(throws: Statement.Problem.self) { try Statement(line: line.replacing(old, with: new)) }
    #expect(problem?.message == message)
  }

  @Test("has no byte that could be another one: every change is seen")
  func bytes() {
    let line = Array(Self.whole.line.utf8)
    for place in line.indices {
      for value in [0x20, 0x22, 0x30, 0x7A] as [UInt8] where value != line[place] {
        var changed = line
        changed[place] = value
        let statement = try? Statement(line: String(decoding: changed, as: UTF8.self))
        #expect(statement != Self.whole)
      }
    }
  }
}

@Suite("What is signed so that a log goes on from a copy")
struct IncarnationStatementTests {
  private static let whole = IncarnationStatement(
    IncarnationStatement.Facts(
      origin: "journal.local/x", kept: .init(size: 7, root: Digest(of: [1])),
      givenUp: .init(size: 9, root: Digest(of: [2]))),
    person: "mira", reason: "the disk died", issued: Instant(milliseconds: 1_803_888_000_000), nonce: "n-1")

  @Test("reads back as what it was")
  func same() throws {
    #expect(try IncarnationStatement(line: Self.whole.line) == Self.whole)
  }

  @Test(
    "is nothing else that was signed, and nothing less, and nothing more",
    arguments: [
      ("sanderling incarnation", "sanderling statement"), ("\"version\":1", "\"version\":2"), (",\"version\":1", ""),
      ("\"nonce\":\"n-1\"", "\"nonce\":\"\""), ("the disk died", "\u{200B} "), ("\"size\":7", "\"size\":-7"),
      ("\"person\"", " \"person\""), ("\"nonce\"", "\"more\":1,\"nonce\""), ("\"size\":9", "\"size\":9,\"tree\":1"),
    ])
  func strict(old: String, new: String) throws {
    let line = Self.whole.line
    try #require(line.contains(old))
    #expect(throws: Statement.Problem.self) { try IncarnationStatement(line: line.replacing(old, with: new)) }
  }
}

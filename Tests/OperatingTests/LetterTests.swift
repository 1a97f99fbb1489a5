import Engine
import Quantities
import Testing

@Suite("A letter")
struct LetterTests {
  /// Everything that a letter can say.
  private static func full(_ name: OperatorCommand.Name) -> CommandLetter {
    var command = OperatorCommand(
      name: name, id: "c-1", settlement: .notApplied, outputs: ["b": "2", "a": "é \"1\""], reason: "because")
    command.amendment = Digest(of: [1])
    command.until = Instant(milliseconds: 1_800_000_000_123)
    return CommandLetter(command, plan: Digest(of: [2]), signed: CommandLetter.Signed(line: "{}", signature: "none"))
  }

  @Test("says the same when it is read, whatever is asked", arguments: OperatorCommand.Name.allCases)
  func sameAgain(name: OperatorCommand.Name) throws {
    for letter in [Self.full(name), CommandLetter(OperatorCommand(name: name, id: "c-1"), plan: Digest(of: [2]))] {
      #expect(try CommandLetter(letter.text, id: "c-1") == letter)
      let isOfPersons = [.amend, .approve, .reject, .emergency, .review, .force].contains(name)
      #expect((letter.plan != nil) == isOfPersons, "whoever decides as a person says for which plan")
    }
  }

  @Test("of an older version is read as it was meant")
  func older() throws {
    let approve = try CommandLetter(
      #"{"command":"approve","plan":"\#(Digest(of: [2]).hex)","reason":"good","until":"2027-02-15T21:00:00.000Z"}"#,
      id: "c-1")
    #expect(approve.command.name == .approve && approve.command.reason == "good" && approve.plan == Digest(of: [2]))
    #expect(approve.command.until == Instant("2027-02-15T21:00:00.000Z"))
    let resolve = try CommandLetter(
      #"{"as":"succeeded","command":"resolve","outputs":{"n":"1"},"reason":"seen"}"#, id: "c-2")
    #expect(resolve.command.settlement == .succeeded && resolve.command.outputs == ["n": "1"])
    #expect(!resolve.command.name.isOfPersons && resolve.plan == nil)
  }

  @Test(
    "that cannot be read in full is not read at all: no term, plan or answer is lost on the way",
    arguments: ["as", "amendment", "until", "plan", "outputs", "command", "reason", "statement", "signature"])
  func damaged(member: String) throws {
    let whole = try JSON(parsing: Self.full(.approve).text.utf8)
    for wrong in [JSON.string("some day"), .integer(1), .null] {
      // Any text is a reason, a line and a signature.
      if ["reason", "statement", "signature"].contains(member), wrong.string != nil { continue }
      let pairs = whole.members.map { ($0.key, $0.key == member ? wrong : $0.value) }
      #expect(throws: EventError.self, "\(member) \(wrong)") {
        try CommandLetter(JSON.dictionary(pairs).canonicalText, id: "c-1")
      }
    }
    if ["command", "reason", "statement", "signature"].contains(member) {
      let pairs = whole.members.filter { $0.key != member }.map { ($0.key, $0.value) }
      #expect(throws: EventError.self) { try CommandLetter(JSON.dictionary(pairs).canonicalText, id: "c-1") }
    }
  }

  @Test("with a word that this version does not know is not read: it may be what limits it")
  func unknown() {
    for text in [#"{"command":"approve","only":"today","reason":"good"}"#, "[]", "approve", ""] {
      #expect(throws: EventError.self, "\(text)") { try CommandLetter(text, id: "c-1") }
    }
  }
}

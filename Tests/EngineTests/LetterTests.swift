import Quantities
import Testing

@testable import Engine

@Suite("A letter to a run")
struct LetterTests {
  private static let plan = Digest(of: [1])

  private static func command(_ name: OperatorCommand.Name) -> OperatorCommand {
    var command = OperatorCommand(
      name: name, id: "c1", settlement: .again, outputs: ["b": "2", "a": "1"], reason: "be\"cause")
    command.amendment = Digest(of: [2])
    command.until = Make.start
    command.atOnce = 3
    return command
  }

  @Test("is read as it was written, whatever is asked", arguments: OperatorCommand.Name.allCases)
  func roundTrip(name: OperatorCommand.Name) throws {
    let signed = CommandLetter.Signed(line: "{}", signature: "-----")
    let letter = CommandLetter(Self.command(name), plan: Self.plan, signed: signed)
    let read = try CommandLetter(letter.text, id: "c1")
    #expect(read == letter && read.signed == signed && read.command.until == Make.start)
    #expect(read.plan == (name.isOfPersons ? Self.plan : nil))
    let bare = CommandLetter(OperatorCommand(name: name, id: "c1", reason: ""), plan: Self.plan)
    #expect(try CommandLetter(bare.text, id: "c1") == bare)
    #expect(bare.signed == nil && bare.command.outputs.isEmpty && !bare.text.contains("outputs"))
  }

  @Test("of persons is one in which it matters who says it")
  func persons() {
    let names: Set<OperatorCommand.Name> = [.amend, .approve, .reject, .emergency, .review, .force]
    for name in OperatorCommand.Name.allCases { #expect(name.isOfPersons == names.contains(name)) }
  }

  @Test(
    "is not read at all where a part of it cannot be",
    arguments: [
      ("[]", "it is not an object of JSON"), ("{", "it is not an object of JSON"),
      (#"{"command":"pause","reason":"x","other":"y"}"#, "it has `other`, which this version does not know"),
      (#"{"reason":"x"}"#, "it does not say what is asked and why"),
      (#"{"command":"pause"}"#, "it does not say what is asked and why"),
      (#"{"command":"dance","reason":"x"}"#, "its `command` cannot be read"),
      (#"{"command":"pause","reason":1}"#, "its `reason` cannot be read"),
      (#"{"command":"resolve","reason":"x","as":"maybe"}"#, "its `as` cannot be read"),
      (#"{"command":"approve","reason":"x","until":"soon"}"#, "its `until` cannot be read"),
      (#"{"command":"approve","reason":"x","plan":"1"}"#, "its `plan` cannot be read"),
      (#"{"command":"amend","reason":"x","amendment":"1"}"#, "its `amendment` cannot be read"),
      (#"{"command":"limit","reason":"x","at_once":0}"#, "its `at_once` cannot be read"),
      (#"{"command":"limit","reason":"x","at_once":"2"}"#, "its `at_once` cannot be read"),
      (#"{"command":"resolve","reason":"x","outputs":[]}"#, "its `outputs` cannot be read"),
      (#"{"command":"resolve","reason":"x","outputs":{"a":1}}"#, "its output `a` is not a text"),
      (
        #"{"command":"approve","reason":"x","statement":"y"}"#,
        "it has a statement without signature, or the other way round"
      ),
      (
        #"{"command":"approve","reason":"x","signature":"y"}"#,
        "it has a statement without signature, or the other way round"
      ),
    ])
  func unreadable(text: String, words: String) {
    do throws(EventError) {
      _ = try CommandLetter(text, id: "c1")
      Issue.record("it was read")
    } catch { #expect(error.message == words) }
  }
}

import Adapters
import Foundation
import Quantities
import Testing

@Suite("What a command answers")
struct ProcessOutputsTests {
  let adapter = ProcessAdapter()

  @Test("in a file comes from its own attempt alone, and nothing is left of the file")
  func ownFile() async throws {
    let scratch = try Scratch()
    // Each waits until the other has written: with one path between them, one answer would be the other's.
    let script = #"""
      echo "{\"from\": \"$0\"}" > "$SANDERLING_OUTPUTS"; touch "ready-$0"
      until [ -e "ready-$1" ]; do sleep 0.01; done
      """#
    let answers = try await withThrowingTaskGroup(of: (String, [String: String]?).self) { group in
      for (mine, other) in [("a", "b"), ("b", "a")] {
        var call = try makeCall(
          JSON.dictionary([
            ("command", .array(["/bin/sh", "-c", script, mine, other].map(JSON.string))),
            ("outputs_file", .string("out.json")),
          ]).canonicalText, directory: scratch.path)
        call.path = "p/s/1/\(mine)/token"
        group.addTask { [adapter, call] in (mine, await adapter.apply(call) { _ in }.answer?.outputs) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    #expect(answers == ["a": ["from": "a"], "b": ["from": "b"]])
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(left.sorted() == ["ready-a", "ready-b"])
  }

  @Test(
    "and cannot be read is said, with the reason and the place",
    arguments: [
      (#"{"name": "x", "v": NaN}"#, "the last line is no JSON: no JSON value starts like this, at byte 20"),
      (
        #"{"name": "x", "name": "y"}"#,
        "the last line is no JSON: the key `name` stands here for the second time, at byte 15"
      ),
      (#"{"name": "caf\351"}"#, "the last line is no JSON: this string is not UTF-8, at byte 10"),
      (#"\357\273\277{"name": "x"}"#, "the last line is no JSON: it begins with a byte order mark"),
      (
        #"{\n  "name": "x"\n}"#,
        "the last line is the end of an object that stands on several lines; outputs stand on one"
      ),
      (#"{"name": "x"} ok"#, "the last line is no JSON: there is more text after the value, at byte 15"),
      (#"  {"name": "x""#, "the last line is no JSON: `,` or `}` must stand here, at byte 15"),
    ])
  func unreadable(text: String, reason: String) async throws {
    let words = JSON.array(["/bin/sh", "-c", "printf '%b\\n' '\(text)'"].map(JSON.string))
    let outcome = await adapter.apply(try makeCall("{\"command\": \(words.canonicalText)}")) { _ in }
    #expect(outcome.isApplied)
    #expect(outcome.answer?.outputs == [:])
    #expect(outcome.answer?.unread == reason)
    #expect(outcome.answer?.log.hasSuffix("sanderling: \(reason)") == true)
  }

  @Test("and is too long is said", arguments: [true, false])
  func long(inFile: Bool) async throws {
    let scratch = try Scratch()
    let size = inFile ? 17_000_000 : 1_100_000
    let script = #"(printf '{"name": "'; head -c \#(size) /dev/zero | tr '\0' x; echo '"}')"#
    let call = try makeCall(
      try shell(inFile ? script + #" > "$SANDERLING_OUTPUTS""# : script, inFile ? #""outputs_file": "o""# : ""),
      directory: scratch.path)
    let unread = await adapter.apply(call) { _ in }.answer?.unread
    #expect(unread?.hasSuffix(" is longer than \(inFile ? 16_777_216 : 1_048_576) bytes") == true, "\(unread ?? "")")
  }

  @Test("and is no object is nobody's outputs", arguments: ["done", "[1, 2]", "}", "17", ""])
  func plain(text: String) async throws {
    let outcome = await adapter.apply(try makeCall(try shell("echo '\(text)'"))) { _ in }
    #expect(outcome.isApplied && outcome.answer?.outputs == [:])
    #expect((outcome.answer?.unread != nil) == (text == "}"))
  }
}

@Suite("An exit code")
struct ExitCodeTests {
  private func outcome(_ script: String, _ more: String = "", _ configuration: String = "{}") async throws
    -> ApplyOutcome
  {
    await ProcessAdapter().apply(try makeCall(try shell(script, more), configuration: configuration)) { _ in }
  }

  @Test("by which a shell says that its command was killed is doubt without being asked", arguments: [137, 143])
  func killed(code: Int) async throws {
    let outcome = try await outcome("echo half >&2; exit \(code)")
    #expect(outcome.isUnknown && outcome.because == "exit \(code): half")
    #expect(try await self.outcome("exit \(code)", #""transient": [\#(code)]"#).retry == .transient(after: nil))
  }

  @Test("that is declared as doubt is doubt, in the arguments or the configuration, and the killed ones stay it")
  func declared() async throws {
    #expect(try await outcome("exit 255", #""doubt": [124, 255]"#).isUnknown)
    #expect(try await outcome("exit 124", "", #"{"doubt": [124, 255]}"#).isUnknown)
    #expect(try await outcome("exit 137", #""doubt": [255]"#).isUnknown)
    #expect(try await outcome("exit 75", #""doubt": [75]"#).isUnknown)
    #expect(try await outcome("exit 254", #""doubt": [255]"#).retry == .permanent)
    #expect(try await outcome("exit 75", #""doubt": [255]"#).retry == .transient(after: nil))
  }

  @Test("is not both doubt and transient")
  func both() async throws {
    let outcome = try await outcome("echo begun > begun; exit 9", #""doubt": [9]"#, #"{"transient": [8, 9]}"#)
    #expect(outcome.because == "the exit code 9 cannot be both `doubt` and `transient`")
    #expect(outcome.retry == .permanent)
  }
}

import Adapters
import Foundation
import Quantities
import Testing

@Suite("The process adapter")
struct ProcessAdapterTests {
  let adapter = ProcessAdapter()

  @Test("calls exit 0 applied and takes the last line as outputs")
  func applied() async throws {
    let call = try makeCall(try shell(#"echo working; echo '{"id":"a-1","n":3,"list":[1, 2]}'"#))
    let outcome = await adapter.apply(call) { _ in }
    #expect(outcome.isApplied)
    #expect(outcome.answer?.outputs == ["id": "a-1", "n": "3", "list": "[1,2]"])
    #expect(outcome.answer?.log.hasPrefix("working\n{") == true)
  }

  @Test("takes the outputs from a file, never from the file of an earlier attempt")
  func outputsFile() async throws {
    let scratch = try Scratch()
    let more = #""outputs_file": "out.json""#
    let writes = try makeCall(try shell(#"echo '{"a":"b"}' > "$SANDERLING_OUTPUTS""#, more), directory: scratch.path)
    #expect(await adapter.apply(writes) { _ in }.answer?.outputs == ["a": "b"])
    let silent = try makeCall(try shell("true", more), directory: scratch.path)
    let outcome = await adapter.apply(silent) { _ in }
    #expect(outcome.isApplied)
    #expect(outcome.answer?.outputs == [:])
  }

  @Test("tells the child who it is, and hands on only variables that are named")
  func environment() async throws {
    let adapter = ProcessAdapter { ["PATH": "/usr/bin:/bin", "SHOWN": "yes", "HIDDEN": "no"][$0] }
    let call = try makeCall(
      #"{"command": ["env"], "set": {"COLOUR": "blue"}}"#,
      configuration: #"{"environment": ["SHOWN"], "set": {"COLOUR": "red", "SIZE": 3}}"#, run: "r-12")
    let outcome = await adapter.apply(call) { _ in }
    let lines = Set((outcome.answer?.log ?? "").split(separator: "\n").map(String.init))
    #expect(
      lines.isSuperset(of: [
        "SHOWN=yes", "COLOUR=blue", "SIZE=3", "SANDERLING_RUN=r-12", "SANDERLING_PATH=pilot/stores/1/lis-004/enable",
        "SANDERLING_ATTEMPT=2", "SANDERLING_KEY=5c1e", "SANDERLING_FENCE=7", "SANDERLING_CURSOR=row 42",
        "SANDERLING_DEADLINE=2027-01-15T08:00:00.000Z", "SANDERLING_MARK=r-12|pilot/stores/1/lis-004/enable#2|5c1e",
      ]))
    #expect(!lines.contains { $0.hasPrefix("HIDDEN") || $0.hasPrefix("SANDERLING_OUTPUTS") })
  }

  @Test("gives the child a session of its own, no terminal, no signal that is held back, and no file of ours")
  func surroundings() async throws {
    let script =
      "ps -o sid=,tty= -p $$ | xargs; echo $$ $(echo $SANDERLING_SESSION | sed 's/^0*//'); "
      + "grep -E '^Sig(Blk|Ign)' /proc/self/status | xargs"
    let outcome = await adapter.apply(try makeCall(try shell(script))) { _ in }
    let lines = (outcome.answer?.log ?? "").split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    try #require(lines.count == 3)
    #expect(lines[0] == [lines[1][0], "?"])
    #expect(lines[1][0] == lines[1][1])
    #expect(lines[2][1] == "0000000000000000")
    #expect(Int(lines[2][3], radix: 16).map { $0 & (1 << Int(SIGPIPE - 1)) } == 0)
  }

  @Test("gives every byte of a long input, and survives a child that does not read it")
  func stdin() async throws {
    let text = String(repeating: "0123456789", count: 50_000)
    let counts = try makeCall(#"{"command": ["wc", "-c"], "stdin": "\#(text)"}"#)
    #expect(await adapter.apply(counts) { _ in }.answer?.log.hasPrefix("500000") == true)
    let deaf = try makeCall(#"{"command": ["true"], "stdin": "\#(text)"}"#)
    #expect(await adapter.apply(deaf) { _ in }.isApplied)
  }

  @Test("says why a command failed, for good or for now")
  func exitCodes() async throws {
    let permanent = await adapter.apply(try makeCall(try shell("echo no quota >&2; exit 3"))) { _ in }
    #expect(permanent.because == "exit 3: no quota")
    #expect(permanent.retry == .permanent)
    let busy = await adapter.apply(try makeCall(try shell(#"echo '{"retry_after": 30}'; exit 75"#))) { _ in }
    #expect(busy.retry == .transient(after: Span(milliseconds: 30_000)))
    let own = await adapter.apply(try makeCall(try shell("exit 9", #""transient": [9]"#))) { _ in }
    #expect(own.retry == .transient(after: nil))
    let killed = await adapter.apply(try makeCall(try shell("kill -9 $$"))) { _ in }
    #expect(killed.isUnknown)
    #expect(killed.because == "ended by signal 9")
  }

  @Test(
    "proves that what cannot start did not happen",
    arguments: [
      (#"{"command": ["no-such-program"]}"#, "there is no program `no-such-program` in /usr/bin:/bin"),
      (#"{"command": ["./no-such-file"]}"#, "there is no program `/tmp/./no-such-file`"),
      (#"{"command": ["/etc"]}"#, "`/etc` is a directory, not a program"),
      (#"{"command": ["/etc/passwd"]}"#, "`/etc/passwd` is not executable"),
      (#"{"command": ["true"], "directory": "nowhere"}"#, "there is no directory `/tmp/nowhere`"),
      (#"{"command": "true"}"#, "`command` must be a list of words; a text needs `shell: true`"),
      (#"{"command": []}"#, "`command` is empty"),
      (#"{}"#, "a process step needs a `command`"),
      (#"{"command": ["true", "a\u0000b"]}"#, "the command or its environment has a zero byte"),
      (
        #"{"command": ["true"], "set": {"SANDERLING_KEY": "x"}}"#,
        "`SANDERLING_KEY` in `set`: names that start with SANDERLING_ are ours"
      ),
      (#"{"command": ["true"], "transient": ["x"]}"#, "`transient` must be a list of exit codes from 1 to 255"),
    ])
  func cannotStart(arguments: String, because: String) async throws {
    let adapter = ProcessAdapter { $0 == "PATH" ? "/usr/bin:/bin" : nil }
    let outcome = await adapter.apply(try makeCall(arguments)) { _ in }
    #expect(outcome == .notApplied(because: because, retry: .permanent, answer: Answer()))
  }

  @Test("names a missing interpreter, and a file that is no program")
  func noInterpreter() async throws {
    let scratch = try Scratch()
    try scratch.write("a.sh", "#!/no/such/interpreter\n", mode: 0o755)
    try scratch.write("b.bin", "\u{1}\u{2}\u{3}", mode: 0o755)
    for name in ["./a.sh", "./b.bin"] {
      let outcome = await adapter.apply(try makeCall(#"{"command": ["\#(name)"]}"#, directory: scratch.path)) { _ in }
      #expect(outcome.retry == .permanent)
      #expect(outcome.because?.contains("cannot be started: ") == true)
    }
  }

  @Test("reports lines, progress and cursors, and keeps the latter out of the log")
  func progress() async throws {
    let recorder = Recorder()
    let script = #"""
      echo one
      echo 'sanderling:{"cursor":"row 7","done":7,"total":9}'
      echo 'sanderling:{"done":8}'
      echo 'sanderling: is a bird'
      printf unfinished
      """#
    let outcome = await adapter.apply(try makeCall(try shell(script))) { recorder.take($0) }
    #expect(outcome.answer?.log == "one\nsanderling: is a bird\nunfinished")
    #expect(
      recorder.all == [
        .line("one"), .cursor("row 7", done: 7, total: 9), .progress(done: 8, total: nil),
        .line("sanderling: is a bird"), .line("unfinished"),
      ])
  }

  @Test("ignores a cursor that is too long")
  func longCursor() async throws {
    let recorder = Recorder()
    let script = #"printf 'sanderling:{"cursor":"'; head -c 70000 /dev/zero | tr '\0' x; echo '"}'"#
    _ = await adapter.apply(try makeCall(try shell(script))) { recorder.take($0) }
    #expect(recorder.all == [.line("sanderling: a cursor of 70000 bytes is ignored: at most 65536 are kept")])
  }

  @Test("keeps the beginning and the end of a long log")
  func outputLimit() async throws {
    let call = try makeCall(try shell("seq 1 100000"), configuration: #"{"output_limit": 2000}"#)
    let answer = await adapter.apply(call) { _ in }.answer
    #expect(answer?.isCut == true)
    #expect(answer?.log.hasPrefix("1\n2\n3\n") == true)
    #expect(answer?.log.hasSuffix("\n99999\n100000") == true)
    #expect((answer?.log.utf8.count ?? 0) < 2_100)
  }

  @Test("never shows a secret, in whichever way the command leaks it")
  func secrets() async throws {
    let secret = "c4n4ry/s3cr3t"
    let recorder = Recorder()
    let script = #"""
      echo "out $TOKEN"; echo "err $TOKEN" >&2
      echo "sanderling:{\"cursor\":\"$TOKEN\"}"
      printf "$TOKEN" | base64; echo 'c4n4ry%2Fs3cr3t'
      echo "{\"token\":\"$TOKEN\"}"; exit 4
      """#
    let call = try makeCall(try shell(script, #""set": {"TOKEN": "\#(secret)"}"#), secrets: [secret])
    let outcome = await adapter.apply(call) { recorder.take($0) }
    #expect(outcome.because == "exit 4: err ‹secret›")
    #expect(outcome.answer?.outputs == ["token": "‹secret›"])
    for text in ["\(outcome)", "\(recorder.all)"] {
      #expect(!text.contains("c4n4ry"))
      #expect(!text.contains("YzRuNHJ5"))
    }
    let missing = try makeCall(#"{"command": ["/nowhere/\#(secret)"]}"#, secrets: [secret])
    #expect(await adapter.apply(missing) { _ in }.because?.contains("c4n4ry") == false)
  }

  @Test("runs a text in a shell only when asked to")
  func shellText() async throws {
    let call = try makeCall(#"{"command": "echo $((1 + 2))"}"#, configuration: #"{"shell": true}"#)
    #expect(await adapter.apply(call) { _ in }.answer?.log == "3")
  }

  @Test(
    "understands the four answers of a probe",
    arguments: [
      (#"echo '{"state":"not-applied"}'"#, ProbeOutcome.notApplied),
      (#"echo '{"state":"partial","cursor":"row 5"}'"#, .partial(cursor: "row 5")),
      ("echo hello", .unknown(because: "the probe's last line is not JSON with a `state`")),
      (#"echo '{"state":"maybe"}'"#, .unknown(because: "the probe's `state` is `maybe`")),
      (#"echo '{"state":"applied"}'; exit 1"#, .unknown(because: "exit 1")),
    ])
  func probe(script: String, outcome: ProbeOutcome) async throws {
    #expect(await adapter.probe(try makeCall(try shell(script))) == outcome)
    let applied = await adapter.probe(try makeCall(try shell(#"echo '{"state":"applied","id":"7"}'"#)))
    guard case .applied(let answer) = applied else { return #expect(Bool(false), "\(applied)") }
    #expect(answer.outputs == ["id": "7"])
  }
}

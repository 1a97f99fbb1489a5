import Foundation
import Testing

/// What an operator reads after something went wrong: what is so, who and what it is about, and what leads on.
@Suite("An operator is told")
struct ToldTests {
  /// Three targets in two waves, as ``PrintedCommandsTests/boxes`` has them; files steer them.
  private func program(_ files: String..., bake: String = "0s") throws -> Program {
    let program = try Program()
    try program.write("boxes.yaml", PrintedCommandsTests.boxes.replacing("BAKE", with: bake))
    for file in files { try program.write(file, "") }
    return program
  }

  /// A run whose step is at work until its file is taken away.
  private func atWork(_ program: Program, on target: String) async throws -> Process {
    let executor = try program.start(["run", "boxes.yaml", "--yes", "--until-blocked"])
    try #require(try await eventually { program.has("began-\(target)") })
    return executor
  }

  private func end(_ executor: Process, _ program: Program, _ files: String...) {
    for file in files { try? FileManager.default.removeItem(atPath: "\(program.directory)/\(file)") }
    executor.waitUntilExit()
  }

  /// Whether one text stands before another.
  private func comes(_ first: String, before second: String, in text: String) -> Bool {
    guard let one = text.range(of: first), let other = text.range(of: second) else { return false }
    return one.lowerBound < other.lowerBound
  }

  @Test("what failed within the budget, by whatever is asked, and which command does it again and nothing else")
  func failed() throws {
    let program = try program("fail-b2")
    #expect(try program.run("run", "boxes.yaml").status == 0)
    let again = try program.run("run", "boxes.yaml")
    let repair = "sanderling run boxes.yaml --only-failed-of r-1"
    #expect(again.status == 1, "\(again.err)")
    #expect(again.err.contains("b2") && comes(repair, before: "--new", in: again.err), "\(again.err)")
    for words in [["why"], ["why", "b2"], ["why", "r-1"]] {
      let why = try program.run(words)
      #expect(why.out.contains(repair), "\(words): \(why.out)")
    }
    for words in [["status", "r-1"], ["status"]] {
      #expect(try program.run(words).out.contains("r-1: failed: b2"), "\(words)")
    }
    #expect(try program.run("status", "--json").out.contains("\"failed\":[\"main/boxes/1/b2\"]"))
    try FileManager.default.removeItem(atPath: "\(program.directory)/fail-b2")
    #expect(try program.run("run", "boxes.yaml", "--only-failed-of", "r-1").status == 0)
    let done = try program.run("run", "boxes.yaml")
    #expect(done.status == 0 && done.err.contains("already") && !done.err.contains("--only"), "\(done.err)")
  }

  @Test("how a target whose wave is over is repaired while its run goes on: by which command, and when")
  func waveOver() async throws {
    let program = try program("fail-b2", "hang-b3")
    let executor = try await atWork(program, on: "b3")
    let refused = try program.run("retry", "b2", "--reason", "it is mended")
    let command = "sanderling run boxes.yaml --only-failed-of r-1"
    #expect(refused.status == 1 && refused.err.contains("once r-1 is over: \(command)"), "\(refused.err)")
    let why = try program.run("why", "b2").out
    #expect(why.contains("once r-1 is over: \(command)"), "\(why)")
    let all = try program.run("retry", "--failed", "--reason", "it is mended")
    #expect(all.status == 1 && all.err.contains(command), "\(all.err)")
    end(executor, program, "hang-b3")
    try FileManager.default.removeItem(atPath: "\(program.directory)/fail-b2")
    #expect(try program.run("run", "boxes.yaml", "--only-failed-of", "r-1").status == 0)
  }

  @Test("what an abort waits for, and what ends it; of a step at work its process and the line that it printed last")
  func aborting() async throws {
    let program = try program("hang-b1")
    let book = program.read("boxes.yaml").replacing("touch began", with: "echo 12 of 40 moved; touch began")
    try program.write("boxes.yaml", book)
    let executor = try await atWork(program, on: "b1")
    let step = try program.run("why", "b1/one").out
    let line = try #require(step.split(separator: "\n").first { $0.contains("process ") }, "\(step)")
    let pid = try #require(line.split(separator: " ").compactMap { pid_t($0) }.first)
    #expect(isRunning(pid) && step.contains("printed   12 of 40 moved"), "\(step)")
    let cancel = "sanderling cancel main/boxes/1/b1/one --run r-1 --reason"
    let abort = try program.run("abort", "--yes", "--reason", "wrong images")
    #expect(abort.status == 0 && abort.err.contains("main/boxes/1/b1/one"), "\(abort.err)")
    #expect(abort.err.contains(cancel), "\(abort.err)")
    let why = try program.run("why").out
    #expect(why.contains(cancel) && why.contains("given up"), "\(why)")
    #expect(try program.run("cancel", "b1", "--reason", "it hangs").status == 0)
    executor.waitUntilExit()
    #expect(try program.run("why").out.contains("aborted"))
  }

  @Test("what is left of a blocked undo that was settled: that nothing is blocked any more, and what goes on")
  func settledUndo() throws {
    let program = try program("fail-b1", "stuck-b1")
    #expect(try program.run("run", "boxes.yaml", "--until-blocked").status == 9)
    #expect(try program.run("resolve", "main/boxes/1/b1/one", "--as", "succeeded", "--reason", "by hand").status == 0)
    let again = try program.run("run", "r-1", "--until-blocked")
    #expect(again.status == 9 && !again.err.contains("blocked"), "\(again.err)")
    #expect(again.err.contains("sanderling why r-1") && again.err.contains("resume"), "\(again.err)")
    #expect(!again.out.contains("is blocked at"), "\(again.out)")
    let wait = try program.run("status", "r-1", "--wait")
    #expect(wait.status == 9 && !wait.err.contains("blocked"), "\(wait.err)")
    #expect(try !program.run("why", "--json").out.contains("is blocked at"))
  }

  @Test("which step of a target stays as it is, by whom and why, wherever the target is spoken of")
  func kept() throws {
    let program = try program("fail-b1", "stuck-b1")
    #expect(try program.run("run", "boxes.yaml", "--until-blocked").status == 9)
    #expect(try program.run("skip", "main/boxes/1/b1/one", "--yes", "--reason", "sold in March").status == 0)
    _ = try program.run("run", "r-1", "--until-blocked")
    let events = try program.run("history", "r-1", "--events", "--type", "target_kept").out
    let row = try #require(events.split(separator: "\n").last.map(String.init))
    #expect(row.contains("step=one") && row.contains("sold in March"), "\(events)")
    #expect(!row.contains(" -  "), "\(events)")
    let why = try program.run("why", "b1").out
    #expect(why.contains("stays     one, as ") && why.contains("sold in March"), "\(why)")
    let preview = try program.run("rollback", "--preview")
    let text = preview.out + preview.err
    #expect(text.contains("main/boxes/1/b1") && text.contains("left as it is by a person"), "\(text)")
  }

  @Test("which target is held, in the list of runs too")
  func held() async throws {
    let program = try program("hang-b1")
    let executor = try await atWork(program, on: "b1")
    #expect(try program.run("hold", "b3", "--reason", "its owner is away").status == 0)
    #expect(try program.run("status").out.contains("r-1: held: b3"))
    #expect(try program.run("status", "--json").out.contains("\"held\":[\"main/boxes/2/b3\"]"))
    let again = try program.run("hold", "b3", "--reason", "again")
    #expect(again.err.contains("it is held already") && !again.err.contains("or over"), "\(again.err)")
    end(executor, program, "hang-b1")
    let status = try program.run("status").out
    #expect(status.contains("you: b3 held"), "\(status)")
  }

  @Test("what a command that waits stands in the way of, when nobody is at work")
  func recorded() throws {
    let program = try Program()
    try program.write(
      "wait.yaml",
      """
      sanderling: 1
      runbook: wait
      inventories: { shops: [ {id: a} ] }
      environment:
        providers: { sh: { adapter: process, shell: true } }
        operations: { go: { provider: sh, with: { command: 'exit 75' }, idempotency: natural } }
      phases:
        - id: p
          stages:
            - id: s
              targets: shops
              waves: { size: 1 }
              steps: [ { id: go, uses: go, undo: none, retry: { attempts: 3, wait: 1h..1h } } ]
      """)
    #expect(try program.run("run", "wait.yaml", "--until-blocked").status == 4)
    #expect(try program.run("retry", "a", "--reason", "it is free").status == 0)
    let refused = try program.run("skip", "a", "--yes", "--reason", "cannot wait")
    #expect(refused.status == 1 && !refused.err.contains("a provider is at work"), "\(refused.err)")
    #expect(
      refused.err.contains("sanderling withdraw ") && refused.err.contains("sanderling run r-1"), "\(refused.err)")
    let withdraw = try #require(refused.err.split(separator: "\n").first { $0.contains("sanderling withdraw ") })
    let words = withdraw.split(separator: "#")[0].split(separator: " ").drop { $0 != "sanderling" }.dropFirst()
    #expect(try program.run(words.map(String.init)).status == 0)
    #expect(try program.run("skip", "a", "--yes", "--reason", "cannot wait").status == 0)
  }
}

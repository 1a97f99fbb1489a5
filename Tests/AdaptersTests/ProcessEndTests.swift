import Adapters
import Foundation
import Quantities
import Testing

@Suite("The end of a process")
struct ProcessEndTests {
  let adapter = ProcessAdapter()

  @Test(
    "comes for the whole group when the time is up",
    arguments: [
      "sleep 600 & echo $! > child; sleep 600",
      "(sleep 600 & echo $! > child; wait) & wait",
      // Children that leave the group, or have nothing of the command's environment, stay in its session.
      "exec bash -c 'set -m; sleep 600 & echo $! > child; sleep 600'",
      "exec bash -c 'set -m; env -i /bin/sleep 600 & echo $! > child; sleep 600'",
    ])
  func timeout(script: String) async throws {
    let scratch = try Scratch()
    let call = try makeCall(
      try shell(script), directory: scratch.path, timeout: Span(milliseconds: 300))
    let outcome = await adapter.apply(call) { _ in }
    #expect(outcome.isUnknown)
    #expect(outcome.because == "no end within 300ms, so it was ended")
    let child = try #require(scratch.read("child").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    #expect(!isRunning(child))
  }

  @Test("comes by force for those who do not listen", .timeLimit(.minutes(1)))
  func stubborn() async throws {
    let scratch = try Scratch()
    let call = try makeCall(
      try shell("trap '' TERM; echo $$ > child; while :; do sleep 1; done"), directory: scratch.path,
      timeout: Span(milliseconds: 300))
    #expect(await adapter.apply(call) { _ in }.isUnknown)
    let child = try #require(scratch.read("child").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    #expect(!isRunning(child))
  }

  @Test("comes when the task is cancelled")
  func cancel() async throws {
    let scratch = try Scratch()
    let call = try makeCall(try shell("echo $$ > child; echo ready; sleep 600"), directory: scratch.path)
    let (ready, signal) = AsyncStream<Void>.makeStream()
    let task = Task { await adapter.apply(call) { if $0 == .line("ready") { signal.yield() } } }
    for await _ in ready { break }
    task.cancel()
    let outcome = await task.value
    #expect(outcome.because == "it was cancelled while it ran")
    let child = try #require(scratch.read("child").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    #expect(!isRunning(child))
  }

  @Test("is not awaited for processes that hold the output; they are ended")
  func holdsPipe() async throws {
    let scratch = try Scratch()
    let call = try makeCall(try shell("sleep 6000 & echo $! > child; echo done"), directory: scratch.path)
    let outcome = await adapter.apply(call) { _ in }
    #expect(outcome.isApplied)
    #expect(outcome.answer?.log.hasPrefix("done\nsanderling: stopped reading") == true)
    let child = try #require(scratch.read("child").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    #expect(!isRunning(child))
  }

  @Test("comes for what has a group of its own, as shells with job control make it, also after a success")
  func groups() async throws {
    let scratch = try Scratch()
    let script = "exec bash -c 'set -m; env -i /bin/sleep 600 > /dev/null 2>&1 & echo $! > child'"
    let outcome = await adapter.apply(try makeCall(try shell(script), directory: scratch.path)) { _ in }
    #expect(outcome.isApplied)
    #expect(outcome.answer?.log == "sanderling: ended the processes that the command left running")
    let child = try #require(scratch.read("child").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    #expect(!isRunning(child))
  }

  @Test("does not come for daemons, and says which of them run on")
  func daemonsNamed() async throws {
    let scratch = try Scratch()
    let script =
      "setsid env -i /bin/sleep 601.5 > /dev/null 2>&1 & echo $! > child; "
      + "until grep -qa 601.5 /proc/$!/cmdline && ! grep -qa setsid /proc/$!/cmdline; do :; done; echo ready; sleep 600"
    let call = try makeCall(try shell(script), directory: scratch.path)
    let (ready, signal) = AsyncStream<Void>.makeStream()
    let task = Task { await adapter.apply(call) { if $0 == .line("ready") { signal.yield() } } }
    for await _ in ready { break }
    task.cancel()
    let outcome = await task.value
    let child = try #require(scratch.read("child").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    #expect(
      outcome.because == "it was cancelled while it ran; /bin/sleep 601.5 (\(child)) is in a session of its own and "
        + "runs on")
    #expect(isRunning(child))
    kill(pid_t(child), SIGKILL)
  }

  @Test("does not come for daemons after a success")
  func daemons() async throws {
    let scratch = try Scratch()
    let script = "setsid sh -c 'echo $$ > child; exec sleep 600' > /dev/null 2>&1 & while [ ! -s child ]; do :; done"
    let run = "r-daemon-\(UUID().uuidString)"
    let call = try makeCall(try shell(script), directory: scratch.path, run: run)
    #expect(await adapter.apply(call) { _ in }.isApplied)
    let child = try #require(scratch.read("child").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
    #expect(isRunning(child))
    #expect(Orphans.find(mark: run).isEmpty)
    kill(pid_t(child), SIGKILL)
  }

  @Test("comes for orphans that carry the mark of an attempt, whole words only")
  func orphans() async throws {
    let run = "r-orphan-\(UUID().uuidString)"
    let call = try makeCall(try shell("echo ready; sleep 600; true"), run: run)
    let (ready, signal) = AsyncStream<Void>.makeStream()
    let task = Task { await adapter.apply(call) { if $0 == .line("ready") { signal.yield() } } }
    for await _ in ready { break }
    #expect(Orphans.find(mark: String(run.dropLast())).isEmpty)
    #expect(Orphans.find(mark: "\(run)|pilot/stores/1/lis-004/enable#1").isEmpty)
    let found = Orphans.find(mark: "\(run)|pilot/stores/1/lis-004/enable#2")
    #expect(!found.isEmpty)
    #expect(await Orphans.end(found) == [])
    #expect(Orphans.find(mark: run).isEmpty)
    let outcome = await task.value
    #expect(outcome.because == "ended by signal 15")
  }

  @Test("reclaims what an attempt left at work, and nothing of another one")
  func reclaim() async throws {
    let run = "r-reclaim-\(UUID().uuidString)"
    let call = try makeCall(try shell("echo ready; sleep 600; true"), run: run)
    let (ready, signal) = AsyncStream<Void>.makeStream()
    let task = Task { await adapter.apply(call) { if $0 == .line("ready") { signal.yield() } } }
    for await _ in ready { break }
    var attempt = Attempt(run: run, path: call.path, number: call.attempt, key: "another journal's")
    #expect(await adapter.reclaim(attempt) == [])
    #expect(!Orphans.find(mark: run).isEmpty)
    attempt.key = call.idempotencyKey
    #expect(await adapter.reclaim(attempt) == [])
    #expect(Orphans.find(mark: run).isEmpty)
    #expect(await task.value.because == "ended by signal 15")
  }

  @Test("leaves no file open, neither here nor in the children")
  func files() async throws {
    let leaked = try makeCall(try shell("ls /proc/self/fd | wc -l"))
    // ls has its three files and the directory that it lists.
    #expect(await adapter.apply(leaked) { _ in }.answer?.log.trimmingCharacters(in: .whitespaces) == "4")
    let missing = try makeCall(#"{"command": ["/etc/passwd"], "stdin": "x"}"#)
    for call in [missing, try makeCall(try shell("cat", #""stdin": "x""#))] {
      let before = try openPipes()
      for _ in 0..<50 { _ = await adapter.apply(call) { _ in } }
      let after = try openPipes()
      // Other tests open pipes at the same time; fifty leaks would show.
      #expect(after - before < 50)
    }
  }

  private func openPipes() throws -> Int {
    let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    return files.count { file in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(file)"))?.hasPrefix("pipe:") == true
    }
  }
}

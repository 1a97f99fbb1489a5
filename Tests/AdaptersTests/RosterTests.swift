import Foundation
import Quantities
import Testing

@testable import Adapters

@Suite("The roster of what is at work")
struct RosterTests {
  /// A journal and the file beside it, with what an executor that died left in it.
  private struct Stage {
    let scratch: Scratch
    let path: String
    let journal: String

    init() throws {
      scratch = try Scratch()
      journal = "\(scratch.path)/j.sqlite"
      path = "\(journal).r-1.roster"
      try scratch.write("j.sqlite", "a journal")
    }

    /// The header of an executor that runs here and now.
    func header() throws -> RosterHeader {
      var status = stat()
      try #require(stat(journal, &status) == 0)
      return try #require(RosterHeader.own(journal: "\(status.st_dev):\(status.st_ino)"))
    }

    func write(_ header: RosterHeader, _ lines: [RosterLine]) throws {
      try Data((header.bytes + lines.flatMap(\.bytes))).write(to: URL(filePath: path))
    }

    func open() async -> Result<Roster, Roster.Problem> {
      do throws(Roster.Problem) { return .success(try await Roster.open(path, beside: journal)) } catch {
        return .failure(error)
      }
    }
  }

  /// A command that nobody watches; it says its pid when it has begun.
  private static func leave(_ script: String, in scratch: Scratch) async throws -> ProcessTable.Entry {
    try? FileManager.default.removeItem(atPath: "\(scratch.path)/pid")
    let call = try makeCall(try shell("echo $$ > pid; \(script)"), directory: scratch.path)
    let command = try ProcessCommand(call) { $0 == "PATH" ? "/usr/local/bin:/usr/bin:/bin" : nil }
    let child = try Spawning.start(command, writtenAt: nil)
    child.closeFiles()
    try #require(try await eventually { scratch.read("pid") == "\(child.pid)\n" })
    return try #require(ProcessTable.entry(child.pid))
  }

  @Test("has each command in it before the command can do anything, and not after its end")
  func written() async throws {
    let stage = try Stage()
    let roster = try await stage.open().get()
    var call = try makeCall(try shell("cat '\(stage.path)'; echo $$; ps -o sid= -p $$"), run: "r-1")
    call.roster = roster
    let printed = try #require(await ProcessAdapter().apply(call) { _ in }.answer?.log)
    let lines = printed.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let pid = try #require(lines.dropLast().last.flatMap { pid_t($0) })
    #expect(lines.last == String(pid), "the command leads its session")
    let line = try #require(lines.compactMap { RosterLine(Array($0.utf8)) }.first { $0.pid == pid })
    #expect(line.start > 0)
    #expect(line.mark == "r-1|pilot/stores/1/lis-004/enable#2|5c1e|\(roster.journal)")
    #expect(line.path == "pilot/stores/1/lis-004/enable")
    let content = RosterContent(Array(try Data(contentsOf: URL(filePath: stage.path))))
    #expect(content.lines.isEmpty)
    #expect(content.header == (try stage.header()))
  }

  @Test("grows by as many lines as commands run at once, and no more")
  func reused() async throws {
    let stage = try Stage()
    let roster = try await stage.open().get()
    for _ in 0..<5 {
      var call = try makeCall(try shell("true"))
      call.roster = roster
      #expect(await ProcessAdapter().apply(call) { _ in }.isApplied)
    }
    #expect(try Data(contentsOf: URL(filePath: stage.path)).count == 2 * Roster.width)
  }

  @Test(
    "gives a later executor each command, whatever became of it since",
    arguments: [
      "exec sleep 600",
      "exec env -i /bin/sleep 600",
      "exec python3 -c 'import ctypes, threading, time\nthreading.Thread(target=time.sleep, args=[600]).start()\n"
        + "ctypes.CDLL(None).pthread_exit(None)'",
      "trap '' TERM; while :; do sleep 0.1; done",
      "exec bash -c 'set -m; env -i /bin/sleep 600 & wait'",
    ])
  func reclaimed(script: String) async throws {
    let stage = try Stage()
    let process = try await Self.leave(script, in: stage.scratch)
    defer { kill(process.pid, SIGKILL) }
    if script.contains("pthread_exit") {
      #expect(try await eventually { ProcessTable.entry(process.pid)?.state == UInt8(ascii: "Z") })
      #expect(ProcessTable.entry(process.pid)?.isDead == false)
    }
    try stage.write(try stage.header(), [RosterLine(pid: process.pid, start: process.start, mark: "r-1|p/s/1/a/x#1|k")])
    _ = try await stage.open().get()
    #expect(!process.id.isRunning)
    #expect(Session.members(process.session).isEmpty)
  }

  @Test("knows whom a command brought along, also when the executor that began to end them died on the way")
  func broughtAlong() async throws {
    let stage = try Stage()
    let process = try await Self.leave("env -i /bin/sleep 600 & echo $! > child; exec sleep 600", in: stage.scratch)
    try #require(try await eventually { stage.scratch.read("child")?.hasSuffix("\n") == true })
    let said = stage.scratch.read("child")?.trimmingCharacters(in: .whitespacesAndNewlines)
    let child = try #require(said.flatMap { pid_t($0) }.flatMap { ProcessTable.entry($0) })
    defer { kill(child.pid, SIGKILL) }
    let line = RosterLine(pid: process.pid, start: process.start, mark: "r-1|p/s/1/a/x#1|k")
    var noted: [RosterLine] = []
    let own = try stage.header()
    // What is noted is noted before anybody is asked to end.
    let left = RosterContent(own.bytes + line.bytes).reclaim(as: own) { lines in
      noted += lines
      #expect(process.id.isRunning && child.id.isRunning)
      kill(process.pid, SIGKILL)
    }
    #expect(left.isEmpty && noted == [RosterLine(pid: child.pid, start: child.start, mark: line.mark)])
    // The next one, where the command is gone and a stranger is left.
    try FileManager.default.removeItem(atPath: "\(stage.scratch.path)/child")
    let next = try await Self.leave("env -i /bin/sleep 600 & echo $! > child; exit", in: stage.scratch)
    try #require(try await eventually { stage.scratch.read("child")?.hasSuffix("\n") == true })
    let name = try #require(stage.scratch.read("child")?.trimmingCharacters(in: .whitespacesAndNewlines))
    let stranger = try #require(pid_t(name).flatMap { ProcessTable.entry($0) })
    defer { kill(stranger.pid, SIGKILL) }
    let lines = [next, stranger].map { RosterLine(pid: $0.pid, start: $0.start, mark: line.mark) }
    try stage.write(own, lines)
    _ = try await stage.open().get()
    #expect(!stranger.id.isRunning)
  }

  @Test("speaks of nobody else: not of a number that was given again, and not of a machine that was started anew")
  func others() async throws {
    let stage = try Stage()
    let process = try await Self.leave("exec sleep 600", in: stage.scratch)
    defer { kill(process.pid, SIGKILL) }
    try stage.write(
      try stage.header(), [RosterLine(pid: process.pid, start: process.start + 1, mark: "r-1|p/s/1/a/x#1|k")])
    _ = try await stage.open().get()
    var header = try stage.header()
    header.boot = "another"
    try stage.write(header, [RosterLine(pid: process.pid, start: process.start, mark: "r-1|p/s/1/a/x#1|k")])
    _ = try await stage.open().get()
    #expect(process.id.isRunning)
  }

  @Test("stops whoever cannot tell whether somebody is at work, and names the process")
  func unclear() async throws {
    let stage = try Stage()
    let line = { (process: ProcessTable.Entry) in
      RosterLine(pid: process.pid, start: process.start, mark: "r-1|p/s/1/a/x#1|k")
    }
    let process = try await Self.leave("exec sleep 600", in: stage.scratch)
    defer { kill(process.pid, SIGKILL) }
    // A copy of the journal is another file, and its commands are not its own.
    var header = try stage.header()
    header.journal = "1:2"
    try stage.write(header, [line(process)])
    let copy = await stage.open()
    #expect(throws: Roster.Problem.self) { try copy.get() }
    #expect("\(copy)".contains("process \(process.pid) of p/s/1/a/x is at work for another copy of this journal"))
    // Pids of another container say nothing here; where its first process was the executor, all of it has ended.
    header = try stage.header()
    (header.namespace, header.executor) = ("pid:[1]", 4_711)
    try stage.write(header, [line(process)])
    #expect("\(await stage.open())".contains("was started in another container"))
    header.executor = 1
    try stage.write(header, [line(process)])
    _ = try await stage.open().get()
    // Nobody of the session is the command, and none has its mark.
    try stage.write(try stage.header(), [line(process)])
    let orphan = try await Self.leave("sleep 600 & echo $! > child; exit", in: stage.scratch)
    try #require(try await eventually { stage.scratch.read("child")?.hasSuffix("\n") == true })
    let said = stage.scratch.read("child")?.trimmingCharacters(in: .whitespacesAndNewlines)
    let child = try #require(said.flatMap { Int($0) })
    // It is another copy of the shell until its own program begins.
    #expect(try await eventually { ProcessTable.words(pid_t(child)).hasPrefix("sleep ") })
    defer { kill(pid_t(child), SIGKILL) }
    #expect(try await eventually { ProcessTable.living(orphan.pid) == nil })
    try stage.write(try stage.header(), [line(orphan)])
    #expect("\(await stage.open())".contains("sleep (\(child)) may be at work for p/s/1/a/x"))
    #expect(process.id.isRunning && isRunning(child))
  }

  @Test("is not read before whoever is about to begin has begun")
  func locked() async throws {
    let stage = try Stage()
    try stage.write(try stage.header(), [])
    let file = Glibc.open(stage.path, O_RDWR)
    #expect(flock(file, LOCK_EX) == 0)
    let process = try await Self.leave("exec sleep 600", in: stage.scratch)
    defer { kill(process.pid, SIGKILL) }
    async let opened = stage.open()
    // What is written under the lock is seen by whoever gets it next.
    let line = RosterLine(pid: process.pid, start: process.start, mark: "r-1|p/s/1/a/x#1|k").bytes
    #expect(pwrite(file, line, line.count, off_t(Roster.width)) == line.count)
    close(file)
    _ = try await opened.get()
    #expect(!process.id.isRunning)
  }
}

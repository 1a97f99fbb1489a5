import Anchoring
import Checkpoints
import Foundation
import Glibc
import Quantities
import Records
import Testing

/// Anchors that are there, that are not, and that know something else.
@Suite("An anchor")
struct AnchorClientTests {
  let directory = FileManager.default.temporaryDirectory.appending(path: "anchors-\(UUID().uuidString)")
    .path(percentEncoded: false)
  let key: SigningKey

  init() throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    key = try #require(SigningKey(name: "log.example/a", kind: .note, seed: Array(repeating: 4, count: 32)))
  }

  /// A history of so many entries.
  private func history(_ size: Int, seed: UInt8 = 0) throws -> AnchoredHistory {
    let entries = (0..<size).map { [seed, UInt8($0)] }
    let root: @Sendable (Int64) -> Digest? = { size in
      guard size <= entries.count else { return nil }
      var tree = Tree()
      for entry in entries.prefix(Int(size)) { _ = tree.append(entry) }
      return tree.root
    }
    let checkpoint = Checkpoint(origin: key.verifier.name, size: Int64(size), root: try #require(root(Int64(size))))
    return AnchoredHistory(
      checkpoint: try SignedCheckpoint(checkpoint, with: key), root: root,
      subtree: { level, index in
        Tree.subtree(
          level: level, index: index,
          stored: { id in
            let level = (id + 1).trailingZeroBitCount
            let first = Int((id + 1) >> Int64(level + 1)) << level
            guard first + 1 << level <= entries.count else { return nil }
            var tree = Tree()
            for entry in entries[first..<(first + 1 << level)] { _ = tree.append(entry) }
            return tree.root
          }, leaf: { Int($0) < entries.count ? Tree.leaf(entries[Int($0)]) : nil })
      })
  }

  private func ask(_ anchor: String, _ history: AnchoredHistory) async throws -> AnchorAnswer {
    let policy = try AnchorPolicy("anchor a \(anchor)", file: "f")
    return await AnchorClient(directory: directory).confirm(history, by: policy.anchors[0])
  }

  /// An answer that should have been another one.
  private struct Unexpected: Error { let answer: AnchorAnswer }

  private func conflict(_ anchor: String, _ history: AnchoredHistory) async throws -> String {
    let answer = try await ask(anchor, history)
    guard case .conflict(let why) = answer else { throw Unexpected(answer: answer) }
    return why
  }

  private func unreachable(_ anchor: String, _ history: AnchoredHistory) async throws -> String {
    let answer = try await ask(anchor, history)
    guard case .unreachable(let why) = answer else { throw Unexpected(answer: answer) }
    return why
  }

  private func shell(_ script: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", script]
    process.currentDirectoryURL = URL(filePath: directory)
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(script)")
  }

  /// What every anchor that can be asked does.
  private func expectMemory(of anchor: String) async throws {
    for size in [3, 3, 20] { #expect(try await ask(anchor, history(size)).isConfirmed, "\(anchor) \(size)") }
    // A backup, a fork, and a history that was made anew.
    for other in try [history(3), history(20, seed: 1), history(30, seed: 1)] {
      let answer = try await ask(anchor, other)
      guard case .conflict = answer else {
        Issue.record("\(anchor): \(answer)")
        continue
      }
    }
    #expect(try await ask(anchor, history(30)).isConfirmed)
  }

  @Test("that is a file keeps all checkpoints, and knows when one is missing")
  func file() async throws {
    try await expectMemory(of: "file wall")
    let bytes = try Data(contentsOf: URL(filePath: "\(directory)/wall"))
    #expect(try SignedCheckpoint.all(in: Array(bytes)).map(\.checkpoint.size) == [3, 20, 30])
    try Data("rubbish\n".utf8).write(to: URL(filePath: "\(directory)/wall"))
    _ = try await conflict("file wall", history(30))
    _ = try await unreachable("file no/wall", history(30))
  }

  @Test("that is a file goes on where a checkpoint was cut off, and takes nothing from anybody else")
  func tornFile() async throws {
    let wall = URL(filePath: "\(directory)/wall")
    #expect(try await ask("file wall", history(3)).isConfirmed)
    let whole = try Data(contentsOf: wall)
    let next = Data(try history(20).checkpoint.bytes)
    for cut in [1, 9, 13, 14, next.count - 1] {
      try (whole + next.prefix(cut)).write(to: wall)
      #expect(try await ask("file wall", history(20)).isConfirmed, "\(cut)")
      #expect(try Data(contentsOf: wall) == whole + next, "\(cut)")
    }
    for other in ["log.example/b\n7\n", "x"] {
      try (whole + Data(other.utf8)).write(to: wall)
      let why = try await unreachable("file wall", history(20))
      #expect(why.contains("behind byte \(whole.count)"))
      #expect(try Data(contentsOf: wall) == whole + Data(other.utf8))
    }
  }

  @Test("that is a file of many logs knows a log wherever in it that stands, and goes on where the end was cut off")
  func longFile() async throws {
    let wall = URL(filePath: "\(directory)/wall")
    let other = try #require(SigningKey(name: "log.example/b", kind: .note, seed: Array(repeating: 6, count: 32)))
    let note = try SignedCheckpoint(Checkpoint(origin: "log.example/b", size: 9, root: Digest(of: [1])), with: other)
    let years = Data((0..<1_000).flatMap { _ in note.bytes })
    try #require(years.count > 100_000)
    let own = Data(try history(20).checkpoint.bytes)
    for before in [own + years, years + own, years + own + years, years + own + note.bytes] {
      try before.write(to: wall)
      _ = try await conflict("file wall", history(3))
      _ = try await conflict("file wall", history(20, seed: 1))
      #expect(try await ask("file wall", history(30)).isConfirmed)
      #expect(try Data(contentsOf: wall) == before + Data(history(30).checkpoint.bytes))
      // Again, behind half of it.
      try (before + Data(history(30).checkpoint.bytes.prefix(40))).write(to: wall)
      #expect(try await ask("file wall", history(30)).isConfirmed)
      #expect(try Data(contentsOf: wall) == before + Data(history(30).checkpoint.bytes))
    }
  }

  @Test("that is a file somebody else writes to is waited for")
  func busyFile() async throws {
    let wall = URL(filePath: "\(directory)/wall")
    #expect(try await ask("file wall", history(3)).isConfirmed)
    let other = open(wall.path(percentEncoded: false), O_RDONLY | O_CLOEXEC)
    try #require(other >= 0 && flock(other, LOCK_EX | LOCK_NB) == 0)
    async let answer = ask("file wall", history(20))
    try await Task.sleep(for: .milliseconds(100))
    close(other)
    #expect(try await answer.isConfirmed)
  }

  @Test("that is a command says by its exit alone that it knows another history, whatever it prints")
  func exitCode() async throws {
    for (code, isConflict) in [(65, true), (1, false), (66, false)] {
      try Data("#!/bin/sh\ncat > /dev/null\necho 'exit 65 65'\nexit \(code)\n".utf8).write(
        to: URL(filePath: "\(directory)/c"))
      try shell("chmod +x c")
      let answer = try await ask("command ./c", history(3))
      switch answer {
      case .conflict: #expect(isConflict, "\(code)")
      case .unreachable: #expect(!isConflict, "\(code)")
      case .confirmed: Issue.record("\(code)")
      }
    }
  }

  @Test("that is no witness of ours, and answers as C2SP has it, is heard when it knows another history")
  func otherWitness() async throws {
    let witness = try #require(SigningKey(name: "w", kind: .cosignature, seed: Array(repeating: 5, count: 32)))
    // It knows 7 entries; of an old size that is not that it says so, and of another root, too.
    try Data("#!/bin/sh\ncat > /dev/null\nprintf '409\\n7\\n'\n".utf8).write(to: URL(filePath: "\(directory)/w"))
    try shell("chmod +x w")
    for size in [7, 6] {
      let why = try await conflict("witness \(witness.verifier.text) command ./w", history(size))
      #expect(why.contains("history of 7 entries"), "\(why)")
    }
  }

  @Test("is not said to know another history when it is this journal that cannot be read")
  func unreadableJournal() async throws {
    #expect(try await ask("file wall", history(3)).isConfirmed)
    struct Trouble: Error {}
    let blind = AnchoredHistory(
      checkpoint: try history(20).checkpoint, root: { _ in throw Trouble() }, subtree: { _, _ in throw Trouble() })
    _ = try await unreachable("file wall", blind)
  }

  @Test("that is git has a commit for each, here and where it is pushed to")
  func git() async throws {
    try shell("git init -q -b main local; git init -q -b main work; git init -q --bare -b main far.git")
    try await expectMemory(of: "git local")
    try shell("test $(git -C local rev-list --count HEAD) = 3")
    try shell("git -C work remote add origin ../far.git")
    try await expectMemory(of: "git work origin main")
    try shell("test $(git -C far.git rev-list --count main) = 3")
    // Whoever takes the work tree away has not taken what was pushed.
    try shell("rm -rf work; git init -q -b main work; git -C work remote add origin ../far.git")
    _ = try await conflict("git work origin main", history(20))
    for gone in ["git nowhere", "git work elsewhere main"] {
      _ = try await unreachable(gone, history(30))
    }
  }

  @Test("that is a command reads the checkpoint, and says by its end what it makes of it")
  func command() async throws {
    let history = try history(7)
    #expect(try await ask("command cp /dev/stdin last", history) == .confirmed(lines: ""))
    #expect(try Data(contentsOf: URL(filePath: "\(directory)/last")) == Data(history.checkpoint.bytes))
    try Data("#!/bin/sh\necho older; exit 65\n".utf8).write(to: URL(filePath: "\(directory)/no"))
    try shell("chmod +x no")
    let why = try await conflict("command ./no", history)
    #expect(why.contains("older"))
    for gone in ["command false", "command /no/such/program"] {
      _ = try await unreachable(gone, history)
    }
  }

  @Test("that is a witness and does not answer as one is not reached")
  func noWitness() async throws {
    let witness = try #require(SigningKey(name: "w", kind: .cosignature, seed: Array(repeating: 5, count: 32)))
    for way in ["http://127.0.0.1:1", "command echo hello", "command false", "command printf 200\\n"] {
      let answer = try await ask("witness \(witness.verifier.text) \(way)", history(3))
      guard case .unreachable = answer else {
        Issue.record("\(way): \(answer)")
        continue
      }
    }
  }

  @Test("is signed for with a key that is made once, for its owner alone")
  func keyFile() throws {
    let path = "\(directory)/j.key"
    let key = try JournalKeyFile.open(path, origin: "log.example/a", chance: SeededChance(seed: 1))
    #expect(try JournalKeyFile.open(path, origin: "log.example/a", chance: SeededChance(seed: 2)).text == key.text)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(throws: JournalKeyFile.Problem.self) { try JournalKeyFile.read(path, origin: "log.example/b") }
    chmod(path, 0o604)
    #expect(throws: JournalKeyFile.Problem.self) { try JournalKeyFile.read(path, origin: "log.example/a") }
    chmod(path, 0o600)
    try Data("nobody must read this".utf8).write(to: URL(filePath: path))
    let problem = #expect(throws: JournalKeyFile.Problem.self) {
      try JournalKeyFile.read(path, origin: "log.example/a")
    }
    #expect(problem?.message.contains("nobody must") == false)
    #expect(throws: JournalKeyFile.Problem.self) {
      try JournalKeyFile.open("\(directory)/no/j.key", origin: "log.example/a", chance: SeededChance(seed: 1))
    }
  }
}

extension AnchorAnswer {
  fileprivate var isConfirmed: Bool { if case .confirmed = self { true } else { false } }
}

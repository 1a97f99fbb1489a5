internal import Anchoring
internal import Conducting
public import Diagnostics
internal import Foundation
internal import Glibc
internal import Journaling
internal import Quantities
internal import Records

extension Examination {
  /// The smallest room on the disk that is enough for a while, in bytes.
  private static let room: Int64 = 1 << 30

  /// How the journal is: whether it can be read and written, by whom, how large it is, and what lies beside it.
  ///
  /// - Returns: the checks; one alone when there is no journal yet.
  public func journalHealth() -> [Check] {
    let path = URL(filePath: journal).standardizedFileURL.path(percentEncoded: false)
    var folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    if folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    guard !journal.isEmpty, let file = FileFacts(path) else { return [absent(path)] + disk(folder) }
    var checks = [
      Check(
        .journal, "journal", .fine,
        "\(path), \(Self.megabytes(file.size)), owned by \(file.ownerName)")
    ]
    checks += modes(of: [path] + beside(path, folder), folder: folder)
    checks += content(path)
    if let log = FileFacts(path + "-wal"), log.size > 64 << 20 {
      checks.append(
        Check(
          .journal, "write-ahead-log", .warning,
          "its log of writes has \(Self.megabytes(log.size)): somebody has been reading for long",
          next: ["end the reader: fuser -v \(path)"]))
    }
    checks += keys(path)
    return checks + disk(folder)
  }

  private func absent(_ path: String) -> Check {
    if case .lost(_, let detail) = openingError(path) {
      return Check(.journal, "journal", .missing, "\(path): \(detail)")
    }
    return Check(.journal, "journal", .fine, "no journal at \(path) yet; the first run makes it")
  }

  private func openingError(_ path: String) -> JournalError? {
    do throws(JournalError) {
      _ = try Journal(glancingAt: path, clock: surroundings.clock(), chance: SystemChance())
      return nil
    } catch { return error }
  }

  /// The files of the journal that lie beside it.
  private func beside(_ path: String, _ folder: String) -> [String] {
    let name = URL(filePath: path).lastPathComponent
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.filter { $0.hasPrefix(name + "-") || $0.hasPrefix(name + ".r-") }.sorted().map { "\(folder)/\($0)" }
  }

  private func modes(of files: [String], folder: String) -> [Check] {
    var checks: [Check] = []
    let open = files.filter { FileFacts($0)?.isOpen == true }
    if let first = open.first, let facts = FileFacts(first) {
      let more = open.count > 1 ? " and \(open.count - 1) more" : ""
      checks.append(
        Check(
          .journal, "modes", .warning, "\(first)\(more) can be opened by others (\(facts.octal))",
          next: ["chmod go= \(open.map { shellWord($0) }.joined(separator: " "))"]))
    } else {
      checks.append(Check(.journal, "modes", .fine, "only its owner can open it (0600)"))
    }
    if let facts = FileFacts(folder), facts.mode & 0o022 != 0, facts.mode & 0o1000 == 0 {
      checks.append(
        Check(
          .journal, "directory", .warning,
          "others can write in \(folder) (\(facts.octal)), and put another file in its place",
          next: ["chmod go-w \(shellWord(folder))"]))
    }
    let strangers = files.filter { FileFacts($0).map { $0.owner != geteuid() } == true }
    if let first = strangers.first, let facts = FileFacts(first) {
      checks.append(
        Check(
          .journal, "owner", .warning, "\(first) is \(facts.ownerName)'s, and this is another user",
          next: ["run executors and commands as \(facts.ownerName)"]))
    }
    return checks
  }

  /// What a look into it says.
  private func content(_ path: String) -> [Check] {
    let journal: Journal
    let runs: [RegisteredRun]
    let owes: Bool
    do throws(JournalError) {
      journal = try Journal(glancingAt: path, clock: surroundings.clock(), chance: SystemChance())
      runs = try journal.runs()
      owes = try journal.owesForgetting()
    } catch {
      let isLocked = if case .locked = error { true } else { false }
      return [
        Check(
          .journal, "content", isLocked ? .warning : .missing, error.message,
          next: isLocked ? ["say it again in a moment"] : ["sanderling audit verify \(shellWord(self.journal))"])
      ]
    }
    let open = runs.filter { $0.outcome == nil }
    var sentence = "format \(journal.format), \(runs.count) \(runs.count == 1 ? "run" : "runs")"
    let names = open.prefix(5).map(words(journal)).joined(separator: ", ")
    sentence += open.isEmpty ? ", none is open" : ", open: \(names)"
    if open.count > 5 { sentence += " and \(open.count - 5) more" }
    let content = Check(.journal, "content", .fine, sentence)
    guard owes else { return [content] }
    return [
      content,
      Check(
        .journal, "forgetting", .warning, Journal.forgettingWords,
        next: ["end who reads it: fuser -v \(path); then say the erasure, or the pruning, once more"]),
    ]
  }

  private func words(_ journal: Journal) -> (RegisteredRun) -> String {
    { run in "\(run.name) (\(run.runbook), \(journal.isExecuted(run: run.number) ? "at work" : "nobody is at work"))" }
  }

  private func keys(_ path: String) -> [Check] {
    let key = surroundings.checkpoints.key ?? path + ".key"
    var checks: [Check] = []
    if let facts = FileFacts(key) {
      checks.append(
        facts.isOpen
          ? Check(
            .journal, "key", .missing, "others can read the key of the journal, \(key) (\(facts.octal))",
            next: ["chmod 600 \(shellWord(key))"])
          : Check(.journal, "key", .fine, "its key \(key) (\(facts.octal))"))
    }
    let anchors = surroundings.checkpoints.anchors ?? path + ".anchors"
    guard let text = try? String(contentsOfFile: anchors, encoding: .utf8) else { return checks }
    do throws(AnchorPolicy.Problem) {
      let policy = try AnchorPolicy(text, file: anchors)
      let count = policy.anchors.count
      checks.append(Check(.journal, "anchors", .fine, "\(count) \(count == 1 ? "anchor" : "anchors") in \(anchors)"))
    } catch {
      checks.append(Check(.journal, "anchors", .missing, "\(anchors): \(error.message)"))
    }
    return checks
  }

  private func disk(_ folder: String) -> [Check] {
    var place = folder
    while FileFacts(place) == nil, place.count > 1 {
      place = URL(filePath: place).deletingLastPathComponent().path(percentEncoded: false)
      if place.count > 1, place.hasSuffix("/") { place.removeLast() }
    }
    var checks: [Check] = []
    if let kind = fileSystem(of: place), Self.networks.contains(kind) {
      checks.append(
        Check(
          .journal, "file-system", .missing, "\(place) is on \(kind): SQLite needs a disk of this machine",
          next: ["name a journal on a local disk with --journal"]))
    }
    if access(place, W_OK | X_OK) != 0 {
      checks.append(
        Check(
          .journal, "writable", .warning, "this user may not write in \(place); reading and `audit` work",
          next: ["run as its owner, or name another journal with --journal"]))
    }
    var space = statvfs()
    guard statvfs(place, &space) == 0 else { return checks }
    let free = Int64(clamping: space.f_bavail) * Int64(clamping: space.f_frsize)
    let state: Check.State = free < 64 << 20 ? .missing : free < Self.room ? .warning : .fine
    checks.append(
      Check(
        .journal, "disk", state, "\(Self.megabytes(free)) free in \(place)",
        next: state == .fine ? [] : ["make room: a full disk stops every run until there is some"]))
    return checks
  }

  /// Kinds of file system that lie on other machines.
  private static let networks: Set<String> = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.glusterfs",
  ]

  /// The kind of the file system that a directory lies on; `nil` where the kernel does not say.
  private func fileSystem(of place: String) -> String? {
    guard let real = realpath(place, nil) else { return nil }
    defer { free(real) }
    let path = String(cString: real) + "/"
    let mounts = ((try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? "").split(separator: "\n")
      .map { $0.split(separator: " ") }.filter { $0.count > 2 }
    let around = mounts.filter { path.hasPrefix($0[1] == "/" ? "/" : $0[1].replacing("\\040", with: " ") + "/") }
    // Of two at one place, the later one lies above.
    return around.enumerated().max { ($0.element[1].count, $0.offset) < ($1.element[1].count, $1.offset) }
      .map { String($0.element[2]) }
  }

  /// Bytes for people.
  static func megabytes(_ bytes: Int64) -> String {
    bytes < 10 << 20 ? "\(bytes / 1024) KiB" : bytes < 10 << 30 ? "\(bytes >> 20) MiB" : "\(bytes >> 30) GiB"
  }
}

/// Quotes what a shell would take apart.
public func shellWord(_ path: String) -> String {
  let plain = path.utf8.allSatisfy { byte in
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || "/._-+:,@".utf8.contains(byte)
  }
  return plain && !path.isEmpty ? path : "'\(path.replacing("'", with: "'\\''"))'"
}

public import Adapters
internal import Conducting
public import Diagnostics
internal import Foundation
internal import Glibc
internal import HTTP
internal import Journaling
internal import Quantities
internal import Records

/// Looks at a machine, a journal and a runbook, and says what is there and what is missing. It changes nothing.
public struct Examination: Sendable {
  /// The path of the journal, as the person wrote it.
  let journal: String
  let surroundings: Surroundings
  /// The variables of this program.
  let variables: [String: String]

  /// Says what is looked at; nothing is, before it is asked.
  public init(journal: String, surroundings: Surroundings, variables: [String: String]) {
    (self.journal, self.surroundings, self.variables) = (journal, surroundings, variables)
  }

  /// What this machine has for every runbook.
  ///
  /// - Parameter files: the limit of open files.
  /// - Returns: the checks, in the order in which people read them.
  public func machine(files: FileLimits = .current) -> [Check] {
    [
      Check(.machine, "sqlite", .fine, "SQLite \(Journal.library)"),
      Check(.machine, "curl", .fine, HTTPClient.library),
      Check(.machine, "crypto", .fine, Digest.library),
      clock, zones, Self.openFiles(files), program("git", for: "anchors that are work trees of git"),
      program("ssh-keygen", for: "approvals that are signed by mail, and `audit`'s statements"),
    ]
  }

  private var clock: Check {
    guard let keeping = surroundings.clock().keeping else {
      return Check(.machine, "clock", .warning, "the kernel does not say how well it keeps the clock")
    }
    let error = Span(milliseconds: keeping.error).text
    guard keeping.isSynchronised else {
      return Check(
        .machine, "clock", .warning, "the clock is not synchronised (largest error \(error)); every record says so",
        next: ["let chrony or systemd-timesyncd keep it: timedatectl set-ntp true"])
    }
    return Check(.machine, "clock", .fine, "the clock is synchronised, largest error \(error)")
  }

  private var zones: Check {
    guard surroundings.zones.offset(of: "Europe/Lisbon", at: surroundings.now) != nil else {
      return Check(
        .machine, "zones", .missing, "there is no zone data: windows and local times cannot be computed",
        next: ["install tzdata"])
    }
    return Check(.machine, "zones", .fine, "zone data \(surroundings.zones.version)")
  }

  static func openFiles(_ limits: FileLimits) -> Check {
    let room = "\(limits.soft) open files, \(limits.hard) at most"
    guard limits.hard < 4_096 else { return Check(.machine, "open-files", .fine, room) }
    return Check(
      .machine, "open-files", .warning, "\(room): each request of a process or server takes about five",
      next: ["raise the hard limit: LimitNOFILE= in a systemd unit, or /etc/security/limits.conf"])
  }

  private func program(_ name: String, for use: String) -> Check {
    let objection = ProcessAdapter().objection(to: name, in: ".", from: ".", path: variables["PATH"])
    guard objection != nil else { return Check(.machine, name, .fine, name) }
    return Check(.machine, name, .warning, "\(name) is not there; only \(use) need it", next: ["install \(name)"])
  }
}

/// The mode, owner and size of a file, as it lies there.
struct FileFacts {
  let mode: UInt32
  let owner: UInt32
  let size: Int64
  let isDirectory: Bool

  /// Looks at a file; `nil` when there is none that can be seen.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    mode = UInt32(status.st_mode & 0o7777)
    owner = UInt32(status.st_uid)
    size = Int64(status.st_size)
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
  }

  /// The mode as people write it: `0600`.
  var octal: String { "0" + String(mode, radix: 8) }

  /// Whether others than the owner may do anything with it.
  var isOpen: Bool { mode & 0o077 != 0 }

  /// The owner's login name, or the number where there is none.
  var ownerName: String {
    guard let entry = getpwuid(owner) else { return "\(owner)" }
    return String(cString: entry.pointee.pw_name)
  }
}

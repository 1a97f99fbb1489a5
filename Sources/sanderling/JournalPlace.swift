import Foundation
import Operating

/// Where the journal is: as it was named, or else in `state/` of a directory upwards.
///
/// Whoever says `run` again, from wherever, means the same migration. So a journal is looked for from the runbook on,
/// and not from where somebody happens to stand.
struct JournalPlace: Equatable {
  /// The file. There need not be one yet.
  var path: String
  /// Whether somebody named it, by option or variable.
  var isNamed: Bool

  private static let name = "state/sanderling.sqlite"

  /// Finds the journal.
  ///
  /// - Parameters:
  ///   - option: what `--journal` says.
  ///   - variable: what `SANDERLING_JOURNAL` says.
  ///   - runbook: the runbook that is spoken of; `nil` where a command names none.
  ///   - here: the current directory.
  init(option: String?, variable: String?, runbook: String?, here: String) {
    if let named = option ?? variable {
      self.init(path: named, isNamed: true)
      return
    }
    let runbook = runbook.map { Self.directory(of: $0, from: here) }
    let found = runbook.flatMap(Self.find) ?? Self.find(from: here)
    // A new one lies where it is found again from the runbook: here, if that is above it.
    let home = runbook.map { Self.ancestors(of: $0).contains(here) ? here : $0 } ?? here
    self.init(path: found ?? "\(home == "/" ? "" : home)/\(Self.name)", isNamed: false)
  }

  private init(path: String, isNamed: Bool) { (self.path, self.isNamed) = (path, isNamed) }

  private static func directory(of runbook: String, from here: String) -> String {
    let path = URL(filePath: runbook, relativeTo: URL(filePath: here, directoryHint: .isDirectory))
      .standardizedFileURL.resolvingSymlinksInPath()
    var isDirectory: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path.path(percentEncoded: false), isDirectory: &isDirectory)
    return trimmed((isDirectory.boolValue ? path : path.deletingLastPathComponent()).path(percentEncoded: false))
  }

  private static func trimmed(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// A directory and all above it, the nearest first.
  private static func ancestors(of directory: String) -> [String] {
    var all = [directory]
    while let last = all.last, last != "/", !last.isEmpty {
      all.append(trimmed(URL(filePath: last).deletingLastPathComponent().path(percentEncoded: false)))
    }
    return all
  }

  private static func find(from directory: String) -> String? {
    for ancestor in ancestors(of: directory) {
      let path = "\(ancestor == "/" ? "" : ancestor)/\(name)"
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      // A file that another user left above this directory, as in /tmp, is not taken for one's own.
      if ancestor == directory || status.st_uid == geteuid() { return path }
    }
    return nil
  }

  /// Refuses a journal that was named by nothing, as by a variable of a script that was never set.
  ///
  /// - Throws: ``Refusal``, `usage`.
  func checkHasName() throws(Refusal) {
    guard path.isEmpty else { return }
    throw Refusal(.usage, "--journal names no file", next: ["leave --journal out, or name a file"])
  }

  /// Refuses to make a journal where nobody expects one.
  ///
  /// - Throws: ``Refusal``, `usage` when it was named in a directory that there is not: a slip of the pen would begin
  ///   everything anew.
  func checkIsExpected() throws(Refusal) {
    try checkHasName()
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    guard isNamed, !FileManager.default.fileExists(atPath: path), !FileManager.default.fileExists(atPath: folder) else {
      return
    }
    throw Refusal(
      .usage, "there is no journal at \(path), and no directory for one; nothing was started",
      next: ["name the journal as it is, or make the directory first: mkdir -p \(folder)"])
  }
}

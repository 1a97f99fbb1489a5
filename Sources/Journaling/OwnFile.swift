internal import Glibc

/// Files that are the executor's own, whatever the umask says: nobody else may read, lock or change them.
enum OwnFile {
  /// Opens a file to read and write, and makes it when there is none.
  ///
  /// - Returns: the descriptor; below 0 when it cannot be opened, with the reason in `errno`.
  static func open(_ path: String) -> Int32 {
    // O_CLOEXEC: a step's process must not inherit a lock and keep it after our death.
    let made = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard made >= 0 else { return errno == EEXIST ? Glibc.open(path, O_RDWR | O_CLOEXEC) : made }
    fchmod(made, mode)
    return made
  }

  /// Makes a directory and those above it, as far as there are none.
  ///
  /// - Returns: whether it is there now.
  static func makeDirectory(_ path: String) -> Bool {
    var status = stat()
    if stat(path, &status) == 0 { return status.st_mode & S_IFMT == S_IFDIR }
    let above = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    guard above.isEmpty || makeDirectory(above) else { return false }
    guard mkdir(path, 0o700) == 0 else { return errno == EEXIST }
    return chmod(path, 0o700) == 0
  }

  /// Whether this user may open a file to write, or make it.
  static func isWritable(_ path: String) -> Bool {
    if access(path, F_OK) == 0 { return access(path, R_OK | W_OK) == 0 }
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return access(folder.isEmpty ? "/" : folder, W_OK | X_OK) == 0
  }

  private static let mode: mode_t = 0o600
}

internal import Glibc

/// Which file is at a path: two files at one path, one after the other, are two files.
struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let node: UInt64

  /// Reads it; `nil` when there is no file.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
  }

  /// How many names a file has; `nil` when there is none.
  static func links(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_nlink) : nil
  }

  /// Whether the disk of a file, or of the directory where it should be, has less room than one page of a database.
  static func isDiskFull(at path: String) -> Bool {
    var disk = statvfs()
    let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    guard statvfs(directory.isEmpty ? "/" : directory, &disk) == 0 else { return false }
    return disk.f_bavail * UInt(disk.f_frsize) < 65_536
  }

  /// Reads it from an open file.
  init?(of descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
  }
}

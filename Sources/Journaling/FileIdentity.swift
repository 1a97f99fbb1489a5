internal import Glibc

/// Which file is at a path: two files at one path, one after the other, are two files.
struct FileIdentity: Equatable, Sendable {
  private let device: UInt64
  private let node: UInt64

  /// Reads it; `nil` when there is no file.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
  }

  /// Reads it from an open file.
  init?(of descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
  }
}

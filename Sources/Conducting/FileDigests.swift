internal import Engine
internal import Glibc
internal import Quantities
internal import Synchronization

/// The digests of files that commands name, read when a command is about to begin. A file that is what it was when it
/// was read last is not read again.
final class FileDigests: Sendable {
  private struct Version: Hashable {
    var device: UInt64
    var node: UInt64
    var size: Int64
    var changed: [Int]
  }

  private let known = Mutex<[Version: Digest]>([:])

  /// Larger files are data, and reading them would keep the run waiting.
  private static let largest: Int64 = 64 << 20

  /// The digests of some files, in their order; without those that cannot be read or are too large.
  func digests(of files: [(name: String, path: String)]) -> [CalledFile] {
    files.compactMap { file in digest(of: file.path).map { CalledFile(name: file.name, digest: $0) } }
  }

  private func digest(of path: String) -> Digest? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int64(status.st_size) <= Self.largest
    else { return nil }
    let version = Version(
      device: UInt64(status.st_dev), node: UInt64(status.st_ino), size: Int64(status.st_size),
      changed: [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec])
    if let digest = known.withLock({ $0[version] }) { return digest }
    guard let bytes = Self.read(descriptor, size: Int(status.st_size)) else { return nil }
    let digest = Digest(of: bytes)
    known.withLock { $0[version] = digest }
    return digest
  }

  private static func read(_ descriptor: Int32, size: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: size)
    var place = 0
    while place < size {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + place }, size - place)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      place += count
    }
    return bytes
  }
}

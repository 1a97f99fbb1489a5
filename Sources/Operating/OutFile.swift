internal import Foundation
internal import Glibc

/// A file that a person names for what a command writes.
public enum OutFile {
  /// Writes a file whole or not at all.
  ///
  /// What is there and is no plain file stays what it is: a device that is replaced by a file is one less. A symbolic
  /// link stays, and the file that it leads to is written.
  ///
  /// - Parameters:
  ///   - bytes: what is written.
  ///   - path: the file.
  ///   - what: what it is, for people: `the plan`.
  /// - Throws: ``Refusal`` when it cannot be written; what was there stays.
  public static func write(_ bytes: some Sequence<UInt8>, to path: String, what: String) throws(Refusal) {
    guard !path.isEmpty else { throw Refusal(.usage, "\(what) needs the name of a file, and this one is empty") }
    var status = stat()
    var target = path
    if lstat(path, &status) == 0 {
      guard stat(path, &status) == 0 else {
        throw Refusal(.usage, "\(path) is a link that leads nowhere", next: ["remove it, or name another file"])
      }
      // What stands for an open file has no name that a new file could take.
      let isOpenFile = ["/dev/", "/proc/"].contains { path.hasPrefix($0) }
      guard status.st_mode & S_IFMT == S_IFREG, !isOpenFile, let real = realpath(path, nil) else {
        throw Refusal(.usage, "\(path) is no file; \(what) was not written", next: ["name a file"])
      }
      defer { free(real) }
      target = String(cString: real)
    }
    do {
      try Data(bytes).write(to: URL(filePath: target), options: .atomic)
    } catch {
      throw Refusal(.failed, "\(what) cannot be written to \(path)", because: error.localizedDescription)
    }
  }
}

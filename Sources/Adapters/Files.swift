internal import Glibc

/// A path that does not depend on the working directory.
func absolute(_ path: String, from directory: String) -> String {
  if path.hasPrefix("/") { return path }
  let base = directory.hasPrefix("/") ? directory : absolute(directory, from: workingDirectory())
  if path == "." || path.isEmpty { return base }
  return base.hasSuffix("/") ? base + path : "\(base)/\(path)"
}

/// Whether there is a directory at this path.
func isDirectory(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The bytes of a file, at most `limit` of them; `nil` when it cannot be read.
func bytes(ofFile path: String, limit: Int) -> [UInt8]? {
  let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard file >= 0 else { return nil }
  defer {
    // Who asks why finds the number of the reading that failed.
    let problem = errno
    close(file)
    errno = problem
  }
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while result.count < limit {
    let count = read(file, &buffer, min(buffer.count, limit - result.count))
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { return nil }
    if count == 0 { break }
    result.append(contentsOf: buffer[..<count])
  }
  return result
}

/// Why a file cannot be read, in words.
struct FileProblem: Error, CustomStringConvertible {
  let description: String
}

/// The text of a file.
///
/// - Throws: ``FileProblem`` when it cannot be read, is larger than `limit` bytes, or is not UTF-8.
func text(ofFile path: String, limit: Int) throws(FileProblem) -> String {
  errno = 0
  guard let bytes = bytes(ofFile: path, limit: limit + 1) else { throw FileProblem(description: errorText(errno)) }
  guard bytes.count <= limit else { throw FileProblem(description: "it is larger than \(limit) bytes") }
  guard let text = String(validating: bytes, as: UTF8.self) else { throw FileProblem(description: "it is not UTF-8") }
  return text
}

/// What the last error number means, such as `Permission denied`.
func errorText(_ code: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func workingDirectory() -> String {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  guard getcwd(&buffer, buffer.count) != nil else { return "/" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

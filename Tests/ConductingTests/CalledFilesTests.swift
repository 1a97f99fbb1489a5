import Adapters
import Engine
import Foundation
import Quantities
import Testing

@testable import Conducting

@Suite("The files that a command names")
struct CalledFilesTests {
  private let directory = FileManager.default.temporaryDirectory.appending(path: "called-\(UUID().uuidString)")
  private var folder: String { directory.path(percentEncoded: false) }

  private func write(_ name: String, _ text: String) throws {
    let file = directory.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private func digests(_ digests: FileDigests, _ command: JSON, in place: String? = nil) -> [CalledFile] {
    let members: [(String, JSON)] = [("command", command)] + (place.map { [("directory", .string($0))] } ?? [])
    return digests.digests(
      of: ProcessAdapter { $0 == "PATH" ? "/usr/bin:/bin" : nil }
        .calledFiles(configuration: .dictionary([]), arguments: .dictionary(members), directory: folder))
  }

  private func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

  @Test("are its program and the scripts among its words, as they are when it begins")
  func files() throws {
    try write("move", "one")
    try write("steps/check.py", "two")
    let known = FileDigests()
    let words: JSON = .array([.string("sh"), .string("./move"), .string("--to"), .string("ams"), .string("./move")])
    let found = digests(known, words)
    #expect(found.map(\.name) == ["sh", "./move"] && found.last?.digest == digest("one"))
    try write("move", "changed")
    #expect(digests(known, words).last?.digest == digest("changed"))
    let text: JSON = .string("python3 check.py && ./gone")
    #expect(digests(known, text, in: "steps").last == CalledFile(name: "check.py", digest: digest("two")))
    #expect(digests(known, .array([.string("/dev/null"), .string("."), .dictionary([])])).isEmpty)
  }
}

import Foundation
import Testing

/// The folder of this test target.
let goldenTests = URL(filePath: #filePath).deletingLastPathComponent()

/// The top of the repository.
let repository = goldenTests.deletingLastPathComponent().deletingLastPathComponent()

/// Compares text with a file, byte for byte. `GOLDEN=accept swift test` rewrites the files.
func expectGolden(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let file = goldenTests.appending(path: "Golden/\(name)")
  if ProcessInfo.processInfo.environment["GOLDEN"] == "accept" {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(actual.utf8).write(to: file)
    return
  }
  let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  if actual != expected {
    Issue.record("\(name): \(firstDifference(expected, actual))", sourceLocation: sourceLocation)
  }
}

/// The first line in which two texts differ.
private func firstDifference(_ expected: String, _ actual: String) -> String {
  let (left, right) = (
    expected.split(separator: "\n", omittingEmptySubsequences: false),
    actual.split(separator: "\n", omittingEmptySubsequences: false)
  )
  for index in 0..<max(left.count, right.count) {
    let (one, other) = (
      index < left.count ? String(left[index]) : "(end)", index < right.count ? String(right[index]) : "(end)"
    )
    if one != other { return "line \(index + 1): expected «\(one)», got «\(other)»" }
  }
  return "the texts differ in nothing that is visible"
}

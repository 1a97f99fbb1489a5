import Foundation

/// Measures what the product promises, as ratios against a floor of the same run, and prints one table.
///
///     Tests/Benchmarks/run            all of it, some minutes
///     Tests/Benchmarks/run --quick    without the largest ones
///     … --check                       exit 1 when a threshold is missed
@main
struct Main {
  static func main() async throws {
    let arguments = CommandLine.arguments
    let isQuick = arguments.contains("--quick")
    let directory = FileManager.default.currentDirectoryPath + "/.build/benchmarks-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var table = ResultTable()
    let bench = Bench(directory: directory)

    try await bench.steps(into: &table, targets: 200, label: "200 × 4 no-op steps, 10 waves")
    if !isQuick { try await bench.steps(into: &table, targets: 2_000, label: "2,000 × 4 no-op steps, 10 waves") }
    try await bench.processes(into: &table, count: isQuick ? 200 : 800)
    try bench.startUp(into: &table)
    try bench.plan(into: &table, targets: 10_000, seconds: 1, megabytes: nil)
    try bench.evidence(into: &table, targets: 10_000)
    try bench.snapshot(into: &table, targets: 200, milliseconds: 1)
    try bench.snapshot(into: &table, targets: 1_000_000, milliseconds: 1_000)
    try bench.calendar(into: &table)
    try bench.forecast(into: &table)
    try bench.idle(into: &table)
    if !isQuick {
      try bench.plan(into: &table, targets: 1_000_000, seconds: 20, megabytes: 1_500)
      try await bench.resume(into: &table, events: 1_000_000)
    } else {
      try await bench.resume(into: &table, events: 50_000)
    }
    print(table.text)
    if arguments.contains("--check"), table.hasMisses { exit(1) }
  }
}

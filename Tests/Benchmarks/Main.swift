import Foundation

/// Measures what the product promises, as ratios against a floor of the same run, and prints one table.
///
///     Tests/Benchmarks/run            all of it, some minutes
///     Tests/Benchmarks/run --quick    without the largest ones
///     … --only steps,resume           some of it, by the names below
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

    let only = arguments.firstIndex(of: "--only").map { arguments[($0 + 1)...].first ?? "" }?.split(separator: ",")
    func isWanted(_ name: String) -> Bool { only.map { $0.contains { $0 == name } } ?? true }

    if isWanted("steps") { try await bench.steps(into: &table, targets: 200, label: "200 × 4 no-op steps, 10 waves") }
    if isWanted("more-steps"), !isQuick {
      try await bench.steps(into: &table, targets: 2_000, label: "2,000 × 4 no-op steps, 10 waves")
    }
    if isWanted("processes") { try await bench.processes(into: &table, count: isQuick ? 200 : 800) }
    if isWanted("help") { try bench.startUp(into: &table) }
    if isWanted("plan") { try bench.plan(into: &table, targets: 10_000, seconds: 1, megabytes: nil) }
    if isWanted("evidence") {
      try bench.evidence(into: &table, targets: 10_000)
      try bench.numbers(into: &table, count: 10_000)
    }
    if isWanted("snapshot") {
      try bench.snapshot(into: &table, targets: 200, milliseconds: 1)
      try bench.snapshot(into: &table, targets: 1_000_000, milliseconds: 1_000)
    }
    if isWanted("rollback") { try bench.rollback(into: &table) }
    if isWanted("report") { try bench.report(into: &table, targets: 200) }
    if isWanted("calendar") { try bench.calendar(into: &table) }
    if isWanted("forecast") { try bench.forecast(into: &table) }
    if isWanted("checkpoints") { try await bench.checkpoints(into: &table) }
    if isWanted("verify") { try bench.verify(into: &table, entries: isQuick ? 100_000 : 1_000_000) }
    if isWanted("idle") { try bench.idle(into: &table) }
    if isWanted("beside") { try bench.beside(into: &table) }
    if isWanted("more-plan"), !isQuick {
      try bench.plan(into: &table, targets: 1_000_000, seconds: 20, megabytes: 1_500)
    }
    if isWanted("resume") { try await bench.resume(into: &table, events: isQuick ? 50_000 : 1_000_000) }
    print(table.text)
    if arguments.contains("--check"), table.hasMisses { exit(1) }
  }
}

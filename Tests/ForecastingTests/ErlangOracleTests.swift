import Foundation
import Testing

@testable import Forecasting

/// Erlang's formulas by Python's scipy, from the Poisson distribution instead of the recursion.
private enum Scipy {
  static let script = """
    import sys
    from math import exp
    from scipy.stats import poisson
    for line in sys.stdin:
        load, servers = float(line.split()[0]), int(line.split()[1])
        b = exp(poisson.logpmf(servers, load) - poisson.logcdf(servers, load))
        c = b / (1 - load / servers * (1 - b)) if servers > load else 1.0
        print(repr(b), repr(c))
    """

  static func run(_ input: String) throws -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
  }

  static let isThere = (try? run("1 1\n")) ?? nil

  static let grid: [(load: Double, servers: Int)] = [1, 2, 3, 8, 50, 246, 1_000, 4_000, 10_000].flatMap { servers in
    [0.01, 0.3, 0.7, 0.9, 0.99, 0.999, 1.2].map { (load: Double(servers) * $0, servers: servers) }
  }
}

@Suite("Erlang's formulas, against scipy")
struct ErlangOracleTests {
  @Test("go over into their limit without a step: 19,900 servers exactly, 20,100 by the limit")
  func limit() throws {
    for share in [0.2, 0.01] {
      let below = try #require(Erlang.servers(load: 19_700, waitingAtMost: share))
      let above = try #require(Erlang.servers(load: 20_001, waitingAtMost: share))
      #expect(abs(Double(above - 20_001) - Double(below - 19_700)) <= 4)
    }
    #expect(abs(Erlang.waiting(load: 19_800, servers: 20_001) - Erlang.waiting(load: 19_799, servers: 20_000)) < 0.003)
    #expect(Erlang.servers(load: 1e12, waitingAtMost: 0.01) == nil)
    #expect(Erlang.servers(load: 1e8, waitingAtMost: 0.01).map { $0 > 100_000_000 && $0 < 100_040_000 } == true)
  }

  @Test("are the same on a grid of up to 10,000 servers, and nothing overflows", .enabled(if: Scipy.isThere != nil))
  func grid() throws {
    let input = Scipy.grid.map { "\($0.load) \($0.servers)\n" }.joined()
    let lines = try #require(try Scipy.run(input)).split(separator: "\n")
    #expect(lines.count == Scipy.grid.count)
    for (point, line) in zip(Scipy.grid, lines) {
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      let (b, c) = (
        Erlang.blocking(load: point.load, servers: point.servers),
        Erlang.waiting(load: point.load, servers: point.servers)
      )
      // Far out both are nothing: what is left of them is rounding.
      #expect(isClose(b, numbers[0], within: 1e-6) || max(b, numbers[0]) < 1e-290, "\(point)")
      #expect(isClose(c, numbers[1], within: 1e-6) || max(c, numbers[1]) < 1e-290, "\(point)")
    }
  }
}

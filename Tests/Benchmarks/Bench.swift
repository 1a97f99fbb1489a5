import Adapters
import Conducting
import Engine
import Foundation
import GRDB
import Journaling
import Looping
import Plans
import Quantities
import Records

/// One place on one disk where everything is measured.
struct Bench {
  let directory: String

  /// Seconds that something took on a clock that never steps.
  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return Self.value(ContinuousClock.now - start)
  }

  /// Seconds of processor time that this process and those that it waited for have used: what other work on the
  /// machine hardly changes.
  static func processorSeconds() -> Double {
    [RUSAGE_SELF.rawValue, RUSAGE_CHILDREN.rawValue].reduce(0) { sum, who in
      var usage = rusage()
      getrusage(__rusage_who_t(who), &usage)
      return [usage.ru_utime, usage.ru_stime].reduce(sum) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
  }

  static func value(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }

  /// Commits per second of a plain loop: one insert of 600 bytes, WAL, synchronous FULL, on the same disk.
  func commitsPerSecond() throws -> Double {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    let queue = try DatabaseQueue(path: "\(directory)/floor-\(UUID().uuidString).sqlite", configuration: configuration)
    let body = Data(repeating: 0x61, count: 600)
    return try queue.inDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL; CREATE TABLE t (seq INTEGER PRIMARY KEY, body BLOB) STRICT")
      let statement = try database.cachedStatement(sql: "INSERT INTO t (body) VALUES (?)")
      let count = 1_500
      let seconds = try Self.seconds {
        for _ in 0..<count {
          try database.inTransaction(.immediate) {
            try statement.execute(arguments: [body])
            return .commit
          }
        }
      }
      return Double(count) / seconds
    }
  }

  /// Runs a plan to its end and returns the seconds, those of processor time, and where its journal is.
  func conduct(
    _ plan: Plan, name: String, signs: Bool = false
  ) async throws -> (seconds: Double, processor: Double, path: String) {
    let clock = WallClock()
    let path = "\(directory)/\(name)-\(UUID().uuidString).sqlite"
    let journal = try Journal(path: path, access: .create, clock: clock.read(), chance: SystemChance())
    let registered = try journal.register(
      runbook: plan.runbook, environment: plan.environment, plan: plan.kept(), directory: directory,
      after: nil,
      clock: clock.read())
    guard let run = registered else { throw BenchError(message: "the run was not registered") }
    let registry = AdapterRegistry()
    let conductor = Conductor(
      run: run, recovered: try Recovery.state(of: run, in: journal, zones: NoZones()), journal: journal,
      lease: try journal.takeOver(run: run.number, owner: "benchmark", clock: clock.read()),
      providers: try Providers(
        of: plan, adapter: { registry[$0] },
        secrets: SecretResolver(environment: [:], reading: { _ in "" }), directory: directory,
        roster: try await Roster.open("\(path).r-1.roster", beside: path)),
      clock: clock, executor: "benchmark", person: "benchmark",
      // As the command does it: without a secret each intent would have a salt and a row of its own.
      facts: ExecutorFacts(secret: hexadecimal(SystemChance().bytes(32))),
      checkpoints: signs ? try BenchCheckpoints(journal) : nil, watch: { _ in })
    let (start, used) = (ContinuousClock.now, Self.processorSeconds())
    let ending = try await conductor.conduct(nonce: "benchmark", patience: .zero)
    guard ending == .finished(.done) || ending == .blocked else {
      throw BenchError(message: "the run did not end well")
    }
    return (Self.value(ContinuousClock.now - start), Self.processorSeconds() - used, path)
  }

  /// Durable no-op steps per second, against plain commits.
  func steps(into table: inout ResultTable, targets: Int, label: String) async throws {
    for (concurrency, wanted) in [(1, 0.45), (8, 1.5)] {
      var ratios: [Double] = []
      var rates: [Double] = []
      var floors: [Double] = []
      var costs: [Double] = []
      for _ in 0..<3 {
        let floor = try commitsPerSecond()
        let plan = Plans.noop(targets: targets, waves: 10, steps: 4, concurrency: concurrency)
        let run = try await conduct(plan, name: "noop")
        let rate = Double(targets * 4) / run.seconds
        costs.append(run.processor / Double(targets * 4) * 1e6)
        rates.append(rate)
        floors.append(floor)
        ratios.append(rate / floor)
      }
      let ratio = ratios.sorted()[1]
      table.add(
        "\(label), concurrency \(concurrency)",
        "\(Int(rates.sorted()[1])) steps/s = \(Self.round(ratio)) ×, \(Int(costs.sorted()[1])) µs of CPU each",
        against: "\(Int(floors.sorted()[1])) commits/s", wanted: "≥ \(wanted) ×", holds: ratio >= wanted)
    }
    table.add(
      "peak memory so far", "\(Self.peakMegabytes()) MB", against: "", wanted: "< 100 MB",
      holds: Self.peakMegabytes() < 100)
  }

  /// Process steps, against `xargs -P8` starting the same processes.
  func processes(into table: inout ResultTable, count: Int) async throws {
    var ratios: [Double] = []
    var last = (0.0, 0.0)
    var costs: [Double] = []
    for _ in 0..<3 {
      let floor = try Self.seconds {
        try Self.shell("seq \(count) | xargs -P8 -n1 /bin/true 2>/dev/null || true")
      }
      let plan = Plans.process(targets: count, concurrency: 8)
      let run = try await conduct(plan, name: "process")
      ratios.append(run.seconds / floor)
      costs.append(run.processor)
      last = (run.seconds, floor)
    }
    let ratio = ratios.sorted()[1]
    table.add(
      "\(count) process steps, concurrency 8",
      "\(Self.round(last.0)) s = \(Self.round(ratio)) ×, \(Self.round(costs.sorted()[1])) s of CPU",
      against: "xargs -P8: \(Self.round(last.1)) s", wanted: "≤ 1.5 ×", holds: ratio <= 1.5)
  }

  /// The time to the first help text.
  func startUp(into table: inout ResultTable) throws {
    let binary = try Self.binary()
    var times: [Double] = []
    for _ in 0..<21 { times.append(try Self.seconds { try Self.shell("\(binary) --help > /dev/null") }) }
    var floors: [Double] = []
    for _ in 0..<21 { floors.append(try Self.seconds { try Self.shell("/bin/true") }) }
    let (time, floor) = (times.sorted()[10] * 1_000, floors.sorted()[10] * 1_000)
    table.add(
      "--help", "\(Self.round(time)) ms with a shell", against: "shell with /bin/true: \(Self.round(floor)) ms",
      wanted: "< 20 ms more", holds: time - floor < 20)
  }

  /// A plan of many targets, made by the built program.
  func plan(into table: inout ResultTable, targets: Int, seconds limit: Double, megabytes: Int?) throws {
    let folder = "\(directory)/plan-\(targets)"
    try Plans.writeRunbook(targets: targets, to: folder)
    let binary = try Self.binary()
    let used = Self.processorSeconds()
    let seconds = try Self.seconds {
      try Self.shell(
        "/usr/bin/time -f %M -o \(folder)/memory \(binary) plan \(folder) --out \(folder)/plan.json > /dev/null 2>&1")
    }
    let processor = Self.processorSeconds() - used
    let memory = (try? String(contentsOfFile: "\(folder)/memory", encoding: .utf8))
      .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }.map { $0 / 1_024 }
    let holds = seconds < limit && (megabytes.map { (memory ?? 0) < $0 } ?? true)
    table.add(
      "plan for \(targets) targets",
      "\(Self.round(seconds)) s, \(Self.round(processor)) s of CPU, \(memory.map(String.init) ?? "?") MB", against: "",
      wanted: "< \(Int(limit)) s" + (megabytes.map { ", < \($0) MB" } ?? ""), holds: holds)
  }

  /// Reading back a run with many events.
  func resume(into table: inout ResultTable, events: Int) async throws {
    let targets = events / 8
    // The run is not over: its last stage waits for a person, as a run of months does.
    let plan = Plans.noop(
      targets: targets, waves: max(1, targets / 1_000), steps: 4, concurrency: 64, endsWithPerson: true)
    let path = try await conduct(plan, name: "resume").path
    let journal = try Journal(path: path, access: .read, clock: WallClock().read(), chance: SystemChance())
    guard let run = try journal.runs().first else { throw BenchError(message: "the run is gone") }
    var state: RunState?
    let used = Self.processorSeconds()
    let seconds = try Self.seconds {
      state = try Recovery.state(of: run, in: journal, zones: NoZones())
        .state
    }
    let processor = Self.processorSeconds() - used
    table.add(
      "resume after \(state?.lastSequence ?? 0) events",
      "\(Self.round(seconds)) s, \(Self.round(processor)) s of CPU", against: "", wanted: "< 1 s",
      holds: seconds < 1 && state?.outcome == nil && state?.units.count == 1)
  }

  static func round(_ value: Double) -> String { String(format: "%.2f", value) }

  static func binary() throws -> String {
    let path = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "sanderling")
      .path(percentEncoded: false)
    guard FileManager.default.isExecutableFile(atPath: path) else { throw BenchError(message: "\(path) is not built") }
    return path
  }

  static func shell(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchError(message: "failed: \(command)") }
  }

  static func peakMegabytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1_024
  }
}

/// Why a figure could not be measured.
struct BenchError: Error {
  let message: String
}

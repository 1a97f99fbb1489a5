import Checkpoints
import Conducting
import Foundation
import Journaling
import Looping
import Quantities
import Records

extension Bench {
  /// Verifies a journal of many entries with the built program: a third of them have payloads.
  func verify(into table: inout ResultTable, entries: Int) throws {
    let path = "\(directory)/verify.sqlite"
    try fill(path, entries: entries)
    let binary = try Self.binary()
    let used = Self.processorSeconds()
    let seconds = try Self.seconds {
      try Self.shell("/usr/bin/time -f %M -o \(path).memory \(binary) audit verify \(path) > \(path).out 2>&1")
    }
    let processor = Self.processorSeconds() - used
    let memory =
      (try? String(contentsOfFile: "\(path).memory", encoding: .utf8))
      .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }.map { $0 / 1_024 } ?? .max
    let said = (try? String(contentsOfFile: "\(path).out", encoding: .utf8)) ?? ""
    table.add(
      "verify \(entries) entries", "\(Self.round(seconds)) s, \(Self.round(processor)) s of CPU, \(memory) MB",
      against: "",
      wanted: "< 3 s of two cores, < 200 MB",
      holds: processor < 6 && seconds < 3 && memory < 200 && said.contains("all \(entries) entries"))
  }

  private func fill(_ path: String, entries: Int) throws {
    let clock = WallClock().read()
    let journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 1))
    let plan = Array("{\"plan\":1}".utf8)
    let registered = try journal.register(
      runbook: "book", environment: "local", plan: KeptBlob(plan), directory: "/", after: nil, clock: clock)
    guard let run = registered else { throw BenchError(message: "the run was not registered") }
    let lease = try journal.takeOver(run: run.number, owner: "benchmark", clock: clock)
    let data = Array(
      #"{"attempt":1,"deadline":"2027-01-04T10:00:00.000Z","key":"5c1e09ac5c1e09ac5c1e09ac5c1e09ac","operation":"do.a"}"#
        .utf8)
    let payload = Array(#"{"log":"18204 rows in 41 m, nothing unusual","outputs":{"rows":"18204"}}"#.utf8)
    var isFull = false
    while !isFull {
      try journal.write(under: lease, clock: clock) { batch in
        for _ in 0..<20_000 {
          let number = batch.nextSequence
          isFull = number == Int64(entries)
          if isFull { return }
          try batch.append(
            Draft(
              run: run.number, type: "step_intended", subject: "full-scale/stores/4/lis-\(number % 200)/enable",
              at: clock.instant, cause: number - 1, actor: .engine(rule: "admit"), plan: run.plan, data: data,
              payload: number % 3 == 0 ? payload : nil))
        }
      }
    }
  }

  /// Durable steps with checkpoints, against the same without.
  func checkpoints(into table: inout ResultTable) async throws {
    let plan = Plans.noop(targets: 200, waves: 10, steps: 4, concurrency: 8)
    var ratios: [Double] = []
    for _ in 0..<5 {
      let without = try await conduct(plan, name: "plain")
      let with = try await conduct(plan, name: "signed", signs: true)
      ratios.append(with.seconds / without.seconds)
    }
    let ratio = ratios.sorted()[2]
    table.add(
      "200 × 4 steps, 10 waves, with checkpoints", "\(Self.round(ratio)) ×", against: "the same without",
      wanted: "≤ 1.1 ×", holds: ratio <= 1.1)
  }
}

/// Signs and keeps checkpoints, as an executor does.
struct BenchCheckpoints: Checkpointing {
  private let journal: Journal
  private let key: SigningKey

  init(_ journal: Journal) throws {
    guard let key = SigningKey(name: "journal.local/benchmark", kind: .note, seed: Array(repeating: 7, count: 32))
    else {
      throw BenchError(message: "there is no key")
    }
    (self.journal, self.key) = (journal, key)
  }

  func sign(_ occasion: Occasion) throws {
    let (size, root) = try journal.checkpoint()
    let signed = try SignedCheckpoint(Checkpoint(origin: key.verifier.name, size: size, root: root), with: key)
    try journal.keep(
      checkpoint: KeptCheckpoint(size: size, at: WallClock().read().instant, note: signed.bytes),
      isMore: false)
  }

  var obstacle: String? { nil }
}

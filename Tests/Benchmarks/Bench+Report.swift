import Engine
import Foundation
import History
import Plans
import Quantities
import Reports

extension Bench {
  /// What it costs to make the page of a run: every target done in five steps, and one value of each every half an hour
  /// for ten weeks.
  func report(into table: inout ResultTable, targets: Int) throws {
    let plan = Plans.watched(targets: targets, concurrency: 20)
    var machine = Machine(plan)
    var history = RunHistory(plan: plan)
    var now = Instant(milliseconds: 1_800_000_000_000)
    func fold(_ kind: Event.Kind, _ subject: Place = .run) {
      let event = Event(kind, subject: subject, at: now)
      let sequence = Int64(history.records.count) + 1
      machine.fold(event, sequence: sequence)
      history.records.append((sequence, event, .none))
    }
    fold(.runCreated(nonce: "n"))
    fold(.executorStarted(epoch: 1))
    while true {
      let decisions = try machine.decide(from: Int64(history.records.count) + 1)
      for event in decisions.events { history.records.append((Int64(history.records.count) + 1, event, .none)) }
      guard !decisions.effects.isEmpty else { break }
      now = now + .minute
      for effect in decisions.effects {
        fold(.succeeded(.apply, attempt: 1, outputs: [:]), .step(effect.request.address))
      }
    }
    let series = (0..<targets).map { "t-\($0)" }.sorted()
    for round in 0..<3_360 {
      now = now + Span(milliseconds: 1_800_000)
      let readings = (0..<targets).map { Reading.value(Fixed(millionths: Int64(($0 * 7 + round) % 4_000_000))) }
      fold(.sampled([Samples(signal: 0, name: "response", series: series, rows: [.init(at: now, readings: readings)])]))
    }
    var page = ""
    let seconds = Self.seconds {
      let report = RunReport(history, zones: NoZones())
      let proof = LogProof(words: "", isIntact: true, size: 0, root: Digest(of: []))
      page = RunPage(report, run: "r-1", digest: plan.digest, proof: proof, zones: NoZones()).html
    }
    let megabytes = Double(page.utf8.count) / 1e6
    table.add(
      "report of \(targets) targets, \(history.records.count) events, \(targets * 3_360) samples",
      "\(Self.round(seconds)) s, \(Self.round(megabytes)) MB", against: "", wanted: "< 1 s, < 2 MB",
      holds: seconds < 1 && megabytes < 2 && page.contains("\(targets) of \(targets) targets done"))
  }
}

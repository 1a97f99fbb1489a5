import Plans
import Quantities
import Testing

@testable import Engine

/// What an event says about the entries that let it happen.
@Suite("What begins")
struct AdmittedTests {
  /// The entries that admitted each event of a name, told by their own names, in the order of the log.
  private static func admissions(_ type: String, in bench: Bench) -> [[String]] {
    bench.events.filter { $0.kind.type == type }.map { event in
      let seqs: [Int64] =
        switch event.kind {
        case .waveStarted(_, let admission): admission
        case .gateForced(_, _, let admission): admission
        case .planAmended(_, _, _, let admission): admission
        default: []
        }
      #expect(seqs == seqs.sorted())
      return seqs.map { seq in
        let admitting = bench.events[Int(seq) - 1]
        return "\(admitting.kind.type) \(bench.state.index.path(of: admitting.subject))"
      }
    }
  }

  @Test("names every approval that counts, and none that was taken back by a no")
  func approvals() {
    var bench = Bench(ApprovalTests.plan(count: 2))
    ApprovalTests.say(&bench, .approve, 1)
    ApprovalTests.say(&bench, .reject, 2)
    bench.now = bench.now + .minute
    for person in [1, 2] { ApprovalTests.say(&bench, .approve, person) }
    let counted = bench.events.indices.filter { bench.events[$0].kind.type == "approval_counted" }.map { Int64($0 + 1) }
    guard case .waveStarted(_, let admission)? = bench.events.first(where: { $0.kind.type == "wave_started" })?.kind
    else {
      Issue.record("no wave began: \(bench.lines("approval_counted"))")
      return
    }
    #expect(admission == Array(counted.suffix(2)) && counted.count == 3)
  }

  @Test("names the gate that let it on, and only the wave behind that gate does")
  func gates() {
    var plan = Make.watched(gate: Make.gate())
    plan.stages[0].concurrency = 2
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("!no_data")
    bench.samples("1", 4)
    bench.succeedAll()
    bench.samples("1", 6)
    #expect(Self.admissions("wave_started", in: bench).prefix(2) == [[], ["gate_opened p/s/1"]])
  }

  @Test("names both who forced the gate, and the force is what lets the next wave on")
  func forced() {
    var plan = Make.watched(gate: Make.gate(deadline: 60, onBreach: .hold))
    plan.people = ["a", "b"].map { PlannedPerson(id: $0, roles: []) }
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("4", 3)
    for person in 0...1 {
      var command = OperatorCommand(name: .force, id: "c\(bench.events.count)", reason: "because")
      command.person = person
      bench.happens(.commandReceived(command), "p/s/1")
    }
    #expect(
      Self.admissions("gate_forced", in: bench) == [["gate_force_asked p/s/1", "command_received p/s/1"]])
    #expect(Self.admissions("wave_started", in: bench).last == ["gate_forced p/s/1"])
  }
}

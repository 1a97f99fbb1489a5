import Plans
import Quantities
import Testing

@testable import Engine

@Suite("The rules")
struct RuleTests {
  @Test("have names that the record can have, each once, and say why they stand where they stand")
  func names() {
    let names = Machine.rules.map(\.name)
    #expect(Set(names).count == names.count)
    for rule in Machine.rules {
      #expect(rule.name.allSatisfy { "a"..."z" ~= $0 } && rule.why.count > 20, "\(rule.name)")
    }
  }

  @Test("name themselves in what they decide")
  func named() {
    var bench = Bench()
    #expect(bench.rules == ["start", "start", "admit"])
    bench.command(.pause)
    #expect(bench.rules == ["commands"])
    bench.fail("p/s/1/t0/a")
    #expect(bench.rules.first == "retry")
  }

  /// A rule that makes a decision, whatever the state is.
  private func rule(_ name: String, _ kind: Event.Kind, _ place: Place = .run) -> Rule {
    Rule(name, "for this test") { m throws(Defect) in try m.emit(kind, place, cause: 0) }
  }

  @Test(
    "stop the turn when one decides what does not fit",
    arguments: [
      (Event.Kind.gateOpened(held: .zero, exhibits: [], isShadow: false), "run"), (.runResumed, "run"),
      (.rollbackFinished(undone: 0, blocked: false), "run"), (.targetReleased, "target"), (.targetFailed, "target"),
      (.waveStarted(targets: 3), "wave"), (.waveFinished(done: 0, failed: 0, skipped: 0), "wave"),
      (.settled(.apply, attempt: 1, as: .again, rule: "", outputs: [:]), "step"),
      (.retryScheduled(.apply, attempt: 1, until: Make.start), "step"),
      (.approvalVoided(id: "x", person: 0, why: ""), "run"),
      (.amendmentDropped(plan: Digest(of: []), why: ""), "run"), (.commandRefused(reason: ""), "run"),
      (.rollbackCovered(by: "x"), "run"), (.rollbackWaived(by: "x", command: 3), "run"),
      (.phaseStarted, "run"), (.bakeContinued, "wave"), (.triggerCleared(trigger: "x", series: ""), "run"),
    ])
  func misfits(kind: Event.Kind, at scope: String) {
    let key = TargetKey(stage: 0, row: 0)
    let places: [Place] = [
      .run, .wave(stage: 0, wave: 0), .target(key), .step(StepAddress(target: key, step: 0)),
    ]
    var machine = Bench().machine
    do throws(Defect) {
      _ = try machine.decide(from: 9, by: [rule("wrong", kind, places.first { $0.scope == scope } ?? .run)])
      Issue.record("\(kind.type) was taken for a decision")
    } catch {
      #expect(error.message.hasPrefix("the rule `wrong` decided \(kind.type)"))
    }
  }

  @Test("stop the turn when a decision is about a place that the record could not name")
  func unnamed() {
    // Row 11 is in no wave of this plan: its path would be read as another place.
    var machine = Bench().machine
    let stray = rule("wrong", .targetHeld, .target(TargetKey(stage: 0, row: 11)))
    #expect(throws: Defect.self) { try machine.decide(from: 9, by: [stray]) }
  }

  @Test("come to an end: two that undo each other are a defect, and both are named")
  func endless() {
    let place = Place.target(TargetKey(stage: 0, row: 1))
    var machine = Bench().machine
    do throws(Defect) {
      _ = try machine.decide(
        from: 9, by: [rule("here", .targetHeld, place), rule("there", .targetReleased, place)])
      Issue.record("it came to an end")
    } catch {
      #expect(
        error.message
          == "the rules come to no end; they repeat here: target_held p/s/1/t1, there: target_released p/s/1/t1")
    }
  }
}

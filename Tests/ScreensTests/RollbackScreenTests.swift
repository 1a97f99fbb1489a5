import Engine
import Plans
import Quantities
import Testing

@testable import Screens

@Suite("The preview of a rollback")
struct RollbackScreenTests {
  /// Everything is done: 12 stores in three waves, and behind them a step that cannot be taken back.
  private static func done() -> SmallRun {
    var run = SmallRun(examplePlan())
    while run.turn() {}
    return run
  }

  private static func text(_ run: SmallRun, of place: Place) -> String {
    RollbackScreen.text(run.state.rollbackPreview(of: place), state: run.state, style: .plain)
  }

  @Test("lists every target, the newest first, and the steps that stay since there is nothing to take back")
  func wave() {
    #expect(
      Self.text(Self.done(), of: .wave(stage: 1, wave: 0)) == """
        undoes 8 steps of 4 targets, the newest first:
          full-scale/stores/1/store-3
          full-scale/stores/1/store-2
          full-scale/stores/1/store-1
          full-scale/stores/1/store-0
        leaves as it is, since there is nothing to take back (`undo: none`):
          full-scale/stores  step ask of 4 targets

        """)
  }

  @Test("says at which step it stops, and how many stay behind it")
  func wall() {
    let text = Self.text(Self.done(), of: .run)
    let wall = "full-scale/retire-poc/1/-/delete"
    #expect(
      text.hasPrefix(
        """
        nothing can be undone
        stops at \(wall), which cannot be taken back; 14 targets from there on stay as they are:
          full-scale/retire-poc/1/-
          full-scale/stores/3/
        """), "\(text)")
    #expect(text.hasSuffix("\n  … and 9 more\n"), "\(text)")
  }

  @Test("stops at what is at work on a step that cannot be taken back")
  func atWork() {
    var run = SmallRun(examplePlan())
    while run.state.stage < 2, run.turn() {}
    let preview = run.state.rollbackPreview(of: .run)
    #expect(preview.targets.count == 1 && preview.steps == 0)
    #expect(preview.walls.count == 1 && preview.walls.first?.kept.count == 13)
  }

  @Test("is cut with a count as text, and whole as data")
  func long() {
    var run = SmallRun(examplePlan(targets: 90))
    while run.state.stage < 2, run.turn() {}
    let preview = run.state.rollbackPreview(of: .stage(1))
    let text = RollbackScreen.text(preview, state: run.state, style: .plain)
    #expect(text.contains("undoes 180 steps of 90 targets") && text.contains("\n  … and 70 more\n"), "\(text)")
    let json = RollbackScreen.json(preview, of: .stage(1), state: run.state, runName: "r-1")
    #expect(json["targets"]?.array.count == 90 && json["path"]?.string == "full-scale/stores")
    #expect(json["steps"]?.integer == 180 && json["walls"]?.array.isEmpty == true)
    #expect(json["idle"]?.array.first?["step"]?.string == "ask")
  }

  @Test("of something that has not begun has nothing to say")
  func nothing() {
    #expect(Self.text(SmallRun(examplePlan()), of: .stage(1)) == "there is nothing to undo\n")
  }
}

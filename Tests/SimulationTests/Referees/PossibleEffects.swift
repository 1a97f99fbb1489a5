import Quantities

@testable import Engine
@testable import Plans

/// Which steps may have happened and were not taken back, told from the events alone.
struct PossibleEffects {
  private var steps: Set<StepAddress> = []

  /// E7: an undo runs only for a step that may have happened since its last undo: one of its attempts succeeded, was in
  /// doubt, reported a cursor or was handed to a person.
  ///
  /// - Returns: what is wrong, in words; `nil` when nothing is.
  mutating func judge(_ event: Event, before: RunState) -> String? {
    switch (event.kind, event.subject) {
    case (.intended(.undo, _), .step(let address)) where !steps.contains(address):
      return "E7 an undo of \(before.index.path(of: event.subject)), which provably did nothing"
    case (.succeeded(.apply, _, _, _), .step(let address)), (.inDoubt(.apply, _, _), .step(let address)),
      (.cursorRecorded(.apply, _, _, _, _), .step(let address)), (.awaitsPerson(.apply, _), .step(let address)):
      steps.insert(address)
    case (.succeeded(.undo, _, _, _), .step(let address)),
      (.settled(.undo, _, as: .succeeded, _, _), .step(let address)):
      steps.remove(address)
    case (.stepSkipped, .step(let address)) where before.unit(address.target)?.verb == .undo: steps.remove(address)
    case (.targetUndone(complete: true), .target(let key)): steps = steps.filter { $0.target != key }
    default: break
    }
    return nil
  }

  /// Stages have other places from now on.
  mutating func move(_ places: [Int: Int]) {
    steps = Set(
      steps.compactMap { address in address.target.moved(places).map { .init(target: $0, step: address.step) } })
  }
}

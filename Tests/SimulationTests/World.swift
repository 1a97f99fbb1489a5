import Engine
import Plans
import Quantities

/// The hidden truth behind the providers: what happened, whatever anybody was told.
struct World {
  /// What is true about one step of one target.
  struct Truth {
    /// How often the effect is there. More than once is what idempotency is about.
    var effects = 0
    /// The keys under which it was done.
    var keys: Set<String> = []
    /// How often it was done since the target was begun: since its first intent of a round.
    var inRound: [Int: Int] = [:]
  }

  /// By step.
  private(set) var truths: [StepAddress: Truth] = [:]

  subscript(_ address: StepAddress) -> Truth { truths[address] ?? Truth() }

  /// Does what a request asks for, as a provider with the declared idempotency does it.
  mutating func apply(_ request: Request, idempotency: Idempotency, round: Int) {
    var truth = self[request.address]
    defer { truths[request.address] = truth }
    guard request.verb == .apply else {
      truth.effects = 0
      return
    }
    switch idempotency {
    case .natural: truth.effects = 1
    case .key:
      if truth.keys.insert(request.key).inserted { truth.effects += 1 }
    case .none:
      truth.effects += 1
      truth.inRound[round, default: 0] += 1
    }
  }

  /// Stages have other places from now on.
  mutating func move(_ places: [Int: Int]) {
    var moved: [StepAddress: Truth] = [:]
    for (address, truth) in truths {
      if let target = address.target.moved(places) { moved[StepAddress(target: target, step: address.step)] = truth }
    }
    truths = moved
  }

  /// Whether what a request asked for is so.
  func holds(_ address: StepAddress, _ verb: Verb) -> Bool {
    verb == .apply ? self[address].effects > 0 : self[address].effects == 0
  }
}

/// A request that is on its way, and what will come of it.
struct Flight {
  var effect: Effect
  var idempotency: Idempotency
  var round: Int
  /// When the answer comes.
  var lands: Instant
  /// What is answered.
  var answer: Event.Kind
  /// Whether the effect takes place when the answer comes.
  var takesEffect: Bool

  var request: Request { effect.request }
}

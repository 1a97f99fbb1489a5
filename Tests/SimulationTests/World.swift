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

/// A request that a provider is at work on, and how it does it.
struct Flight {
  var request: Request
  var isProbe: Bool
  var idempotency: Idempotency
  var round: Int
  /// Whether the effect has yet to take place.
  var isPending: Bool
  /// Whether it never answers before it is told to end.
  var hangs = false
}

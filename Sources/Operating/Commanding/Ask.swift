public import Engine
internal import Looping
public import Plans
public import Quantities

/// What a person can ask of a run. Places are named as people name them: a path, or a target's identifier where it is
/// clear.
public enum Ask: Sendable {
  /// Start nothing new; lift that, or a hold; give the run up.
  case pause, resume, abort
  /// About a target, or the step that it stands at.
  case retry(String), hold(String), release(String)
  /// Ends the attempt of a step that a provider is at work on.
  case cancel(String)
  /// Lets at most so many targets be at work at once; as many as the plan says without a number.
  case limit(atOnce: Int?)
  /// Leaves a target, a step, or what a decision that waits would take back; without a place that is the whole run.
  case skip(String?)
  /// What happened to a step that is in doubt, or was done by hand, with its outputs.
  case resolve(String, as: Settlement, outputs: [String: String] = [:])
  /// Take work back; the whole run without a place.
  case rollback(String?)
  /// A phase or stage of exactly this plan may go on, for a time at most.
  case approve(Scope, for: Term? = nil)
  /// It must not.
  case reject(Scope)
  /// Go on without approvals for a time.
  case emergency(Scope, for: EmergencyTerm)
  /// The emergency of a phase or stage is looked at by a second person.
  case review(String)
  /// Open the gate of a wave against its evidence.
  case force(String)
  /// Put another plan in the place of the one in force.
  case amend(Plan)
}

extension Ask {
  /// The place that it is about, as the person named it; `nil` for the run as a whole.
  public var path: String? {
    switch self {
    case .pause, .resume, .abort, .amend, .limit: nil
    case .retry(let path), .hold(let path), .release(let path), .cancel(let path), .review(let path), .force(let path):
      path
    case .skip(let path), .rollback(let path): path
    case .resolve(let path, _, _): path
    case .approve(let scope, _), .reject(let scope), .emergency(let scope, _): scope.path
    }
  }
}

/// What an approval is about.
public struct Scope: Equatable, Sendable {
  /// The phase or stage; `nil` for the one that the run waits for.
  public var path: String?
  /// Whether it speaks of the proposed amendment, and not of the plan in force.
  public var isOfAmendment: Bool

  /// A scope as a person names it.
  public init(_ path: String? = nil, isOfAmendment: Bool = false) {
    self.path = path
    self.isOfAmendment = isOfAmendment
  }
}

/// Why a person asks. It is kept in the history under the person's name.
public struct Reason: Equatable, Sendable {
  /// The person's words.
  public let text: String

  /// Takes a reason when it says something.
  public init(_ text: String?) throws(Refusal) {
    guard let text, text.saysSomething else {
      throw Refusal(
        .usage, text.map { "the reason `\($0)` says too little" } ?? "a reason is missing",
        next: ["say --reason \"…\" in a few words: it is what the auditor will read"])
    }
    self.text = text
  }
}

/// How long an approval shall hold.
public struct Term: Equatable, Sendable {
  /// From when it is asked.
  public let span: Span

  /// Reads a term such as `7d`.
  public init(_ text: String) throws(Refusal) {
    guard let span = Span(text), span > .zero else {
      throw Refusal(.usage, "`\(text)` is not a duration", next: ["write it like 12h or 7d"])
    }
    self.span = span
  }
}

/// How long an emergency lifts approvals: a day at most.
public struct EmergencyTerm: Equatable, Sendable {
  /// From when it is asked.
  public let span: Span

  /// Reads a term such as `2h`.
  public init(_ text: String) throws(Refusal) {
    guard let span = Span(text), span > .zero, span <= .day else {
      throw Refusal(.usage, "`\(text)` is not a time of a day at most", next: ["write it like --for 2h"])
    }
    self.span = span
  }
}

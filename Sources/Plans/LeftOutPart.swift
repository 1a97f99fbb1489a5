import Quantities

/// A part of a runbook that a plan does without.
public struct LeftOutPart: Hashable, Sendable {
  /// The parts of the language that can be left out.
  public enum Part: String, Hashable, Sendable, CaseIterable {
    case approval, comparison, freezes, gate, triggers, window
    case cycleBake = "cycle_bake"
    case eventBake = "event_bake"
    /// What a plan of format 1 says in a sentence.
    case described
  }

  public var part: Part
  /// Whose: the path of a phase or stage, the identifiers of triggers, the files of calendars, or the sentence.
  public var of: [String]

  /// Names a part.
  public init(_ part: Part, of: [String]) {
    self.part = part
    self.of = of
  }

  /// Whether another plan leaves out the same. What is known by its sentence alone is compared by that.
  func isSame(as other: LeftOutPart) -> Bool {
    part == .described || other.part == .described ? words == other.words : self == other
  }

  /// For people: `gate of stage `pilots/stores``, `2 triggers: errors, slow`.
  public var words: String {
    switch part {
    case .approval, .comparison, .gate, .window: "\(part.rawValue) of \(place)"
    case .cycleBake: "cycle bake of \(place)"
    case .eventBake: "event bake of \(place)"
    case .freezes: "freezes of \(of.count) calendars"
    case .triggers: "\(of.count) triggers: \(of.joined(separator: ", "))"
    case .described: of.joined(separator: ", ")
    }
  }

  private var place: String {
    let path = of.joined(separator: ", ")
    return "\(path.contains("/") ? "stage" : "phase") `\(path)`"
  }
}

extension LeftOutPart: Planned {
  static let fields = Fields(LeftOutPart.init(_:of:)) {
    Item("part", { $0.part }, .word, .identity)
    Item("of", { $0.of }, .list(.text), .identity)
  }
}

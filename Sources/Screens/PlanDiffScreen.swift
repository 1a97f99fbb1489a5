public import Plans
public import Quantities

/// What differs between two plans, grown risk first.
public enum PlanDiffScreen {
  /// The differences as data, with whose approvals a run needs before it goes on with the new plan, and which would be
  /// void.
  public static func json(
    _ differences: [PlanDifference], plan: Digest, needs: [(path: String, rule: PlannedApproval)] = [],
    voids: [(path: String, person: String)] = []
  ) -> JSON {
    .dictionary([
      (
        "differences",
        .array(
          differences.map {
            .dictionary([
              ("phase", $0.phase.map { .string($0) } ?? .null), ("risk", .string($0.risk.rawValue)),
              ("text", .string($0.text)),
            ])
          })
      ),
      (
        "needs",
        .array(
          needs.map {
            .dictionary([
              ("count", .integer(Int64($0.rule.count))), ("path", .string($0.path)), ("role", .string($0.rule.role)),
            ])
          })
      ), ("plan", .string(plan.hex)),
      (
        "voids", .array(voids.map { .dictionary([("path", .string($0.path)), ("person", .string($0.person))]) })
      ),
    ])
  }

  /// One difference a line, with a count.
  public static func text(_ differences: [PlanDifference], style: Style) -> String {
    guard !differences.isEmpty else { return "no difference: the plans do the same\n" }
    var lines = PlanDifference.Risk.allCases.compactMap { risk -> String? in
      let count = differences.count { $0.risk == risk }
      return count == 0 ? nil : "\(count) where the risk \(risk.words)"
    }
    lines = [Words.count(differences.count, "difference") + ": " + lines.joined(separator: ", "), ""]
    for difference in differences {
      let word = Width.pad(difference.risk.rawValue, to: 6)
      lines.append("  \(style.paint(word, difference.risk.tone))  \(Sanitize.line(difference.text))")
    }
    return style.finish(lines.joined(separator: "\n") + "\n")
  }
}

extension PlanDifference.Risk {
  fileprivate var words: String { self == .same ? "stays the same" : rawValue }

  fileprivate var tone: Style.Tone {
    switch self {
    case .grew: .bad
    case .same: .dim
    case .shrank: .good
    }
  }
}

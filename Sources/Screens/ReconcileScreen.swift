public import Auditing
internal import Quantities

/// What a provider's log has and the record does not explain.
public enum ReconcileScreen {
  /// The changes that nothing explains, one a line, and how many there are of each kind.
  ///
  /// - `isAll`: whether the others are listed, too.
  public static func text(_ found: Reconciliation, all isAll: Bool, style: Style, columns: Int) -> String {
    var table = Table([
      .init(title: "TIME"), .init(title: "WHO", givesWay: true), .init(title: "WHAT", givesWay: true),
      .init(title: "RESOURCE", givesWay: true), .init(title: "EXPLAINED BY"),
    ])
    let listed = found.findings.filter { one in
      switch one.standing {
      case .unexplained, .unjudged: true
      case .explained, .elsewhere: isAll
      }
    }
    table.rows = listed.map { one in
      let cells = [one.change.at.text, one.change.who, one.change.what, one.change.resource, words(one.standing)]
      return cells.map { Sanitize.line($0) }
    }
    let explained = found.findings.count { if case .explained = $0.standing { true } else { false } }
    let elsewhere = found.findings.count { $0.standing == .elsewhere }
    let lines = listed.isEmpty ? [] : table.lines(columns: columns, style: style)
    let count = found.unexplained.count
    let unjudged = found.unjudged.isEmpty ? "" : ", \(found.unjudged.count) not judged: pruned runs may explain them"
    return lines.map { $0 + "\n" }.joined()
      + "\(found.findings.count.counted("change")): \(explained) explained by requests, \(elsewhere) of nothing that "
      + "the record names, \(count) that nothing explains\(unjudged)\n"
      + (untold(found) ?? "")
  }

  /// What cannot be told since plans were pruned, and where it can be; `nil` where everything can.
  public static func untold(_ found: Reconciliation) -> String? {
    guard !found.untold.isEmpty else { return nil }
    return "\(found.untold.count.counted("change")) of nothing may be about targets that only pruned plans named, "
      + "those of "
      + "\(found.planless.map { "r-\($0)" }.joined(separator: ", ")): ask their bundles, with --bundle\n"
  }

  private static func words(_ standing: Reconciliation.Finding.Standing) -> String {
    switch standing {
    case .explained(let seq): "entry \(seq)"
    case .unexplained: "nothing"
    case .unjudged(let run): "not judged: r-\(run) was pruned"
    case .elsewhere: "not ours"
    }
  }

  /// The same for programs, one object a line: `entry` is what explains it, `run` which pruned one may, `standing` how
  /// it stands: `untold` is about nothing that is known, and may be about what pruned plans alone named.
  public static func json(_ found: Reconciliation) -> String {
    found.findings.map { one in
      var object = JSONObject([
        ("at", .string(one.change.at.text)), ("resource", .string(one.change.resource)),
        ("what", .string(one.change.what)), ("who", .string(one.change.who)),
      ])
      switch one.standing {
      case .explained(let seq):
        object["standing"] = .string("explained")
        object["entry"] = .integer(seq)
      case .unexplained: object["standing"] = .string("unexplained")
      case .unjudged(let run):
        object["standing"] = .string("unjudged")
        object["run"] = .string("r-\(run)")
      case .elsewhere:
        object["standing"] = .string(found.planless.isEmpty ? "elsewhere" : "untold")
      }
      return JSON.object(object).canonicalText + "\n"
    }.joined()
  }
}

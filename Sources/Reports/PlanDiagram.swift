public import Plans
import Quantities

/// The phases of a plan as a Mermaid flow chart, which Git hosts draw.
public enum PlanDiagram {
  /// The text of the chart.
  public static func mermaid(_ plan: Plan) -> String {
    var lines = ["flowchart LR"]
    var before: String?
    func connect(_ node: String) {
      if let before { lines.append("  \(before) --> \(node)") }
      before = node
    }
    for phase in plan.phases.indices {
      let stages = plan.stages.indices.filter { plan.stages[$0].phase == phase }
      var inside: [String] = []
      var chain: [String] = []
      if let rule = plan.phases[phase].approvalRule {
        inside.append("    a\(phase){{\"\(escaped(rule.words))\"}}")
        chain.append("a\(phase)")
      }
      for stage in stages {
        let planned = plan.stages[stage]
        let waves = planned.waves.count
        inside.append(
          "    s\(stage)[\"\(escaped(planned.id))<br/>\(waves) wave\(waves == 1 ? "" : "s"), \(planned.targetCount) "
            + "target\(planned.targetCount == 1 ? "" : "s")\"]")
        chain.append("s\(stage)")
        if let gate = planned.gate {
          inside.append("    g\(stage){\"gate, \(escaped(gate.hold.spoken))\"}")
          chain.append("g\(stage)")
        }
      }
      lines.append("  subgraph p\(phase)[\"\(escaped(plan.phases[phase].id))\"]")
      lines += inside
      lines.append("  end")
      for node in chain { connect(node) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\"", "<", ">", "&", "#", "[", "]", "{", "}", "`", ";": result += "#\(scalar.value);"
      case _ where scalar.value < 0x20: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}

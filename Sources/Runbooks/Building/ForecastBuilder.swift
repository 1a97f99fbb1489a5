internal import Diagnostics
internal import Quantities

/// Checked nodes → the named numbers of the forecast.
enum ForecastBuilder {
  /// Builds the quantities in the order of the file.
  static func build(_ node: SyntaxNode) -> (quantities: [ForecastQuantity], findings: [Finding]) {
    var findings: [Finding] = []
    var quantities: [ForecastQuantity] = []
    for member in node["quantities"]?.members ?? [] where member.value.isMapping {
      let value = member.value
      let constant = value.text("value").flatMap { Fixed(written: $0) }
      let points = (value["points"]?.elements ?? []).compactMap { point -> ForecastQuantity.Point? in
        guard let targets = point.integer("targets"), let value = point.text("value").flatMap({ Fixed(written: $0) })
        else {
          return nil
        }
        return ForecastQuantity.Point(targets: targets, value: value)
      }
      let inventory = value.located("by")
      let name = member.key.value
      let figure = value.located("from")
      if figure != nil {
        if constant != nil || !points.isEmpty {
          findings.append(
            .badQuantity(name, because: "has both `from` and numbers of its own", at: member.key.location))
        }
      } else if (constant == nil) == points.isEmpty {
        findings.append(
          .badQuantity(
            name, because: constant == nil ? "has neither `value` nor `points`" : "has both `value` and `points`",
            at: member.key.location))
      } else if points.isEmpty != (inventory == nil) {
        findings.append(.badQuantity(name, because: "needs `by` and `points` together", at: member.key.location))
      }
      quantities.append(
        ForecastQuantity(
          name: member.key, unit: value.text("unit") ?? "", inventory: inventory,
          points: figure != nil ? [] : constant.map { [ForecastQuantity.Point(targets: 0, value: $0)] } ?? points,
          figure: figure))
    }
    return (quantities, findings)
  }
}

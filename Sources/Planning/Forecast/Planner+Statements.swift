import Diagnostics
import Forecasting
import Quantities
import Runbooks

extension Planner {
  /// Prices that are old, or that are charged for something else.
  mutating func checkPrices(_ course: PlannedCourse) {
    let model = course.model
    for price in model.prices {
      guard let date = price.date, let starts = runbook.starts?.value.day else { continue }
      let days = starts.dayNumber - date.value.dayNumber
      if days < 0 {
        findings.append(
          PlanningFindings.futurePrice(price.id.value, date: date.value.text, starts: starts.text, at: date.location))
      }
      if days > 365 {
        findings.append(
          PlanningFindings.oldPrice(price.id.value, date: date.value.text, days: days, at: date.location))
      }
    }
    let prices = Dictionary(model.prices.map { ($0.id.value, $0) }, uniquingKeysWith: { first, _ in first })
    for component in model.components {
      for line in component.costs {
        guard let price = prices[line.price.value] else { continue }
        checkDiscount(line, price, component, model)
        guard let use = price.use, use.value != line.of.value else { continue }
        findings.append(
          PlanningFindings.wrongPrice(
            "`\(component.id.value)` charges `\(line.of.value)` at \(model.estimates[price.number].text) "
              + "(`\(price.id.value)`), which is the price of `\(use.value)`", at: line.price.location))
      }
    }
  }

  /// A price that counts from an amount on, and requests that have less.
  private mutating func checkDiscount(
    _ line: ComponentModel.Cost, _ price: PriceModel, _ component: ComponentModel, _ model: ForecastModel
  ) {
    guard let from = price.from, let other = price.otherwise, let taking = model.taking(line.of.value),
      model.estimates[taking.number].mid < from
    else { return }
    let unit = price.unit.isEmpty ? "" : " \(price.unit)"
    findings.append(
      PlanningFindings.noDiscount(
        "`\(component.id.value)` charges `\(line.of.value)` at `\(price.id.value)`, which counts from "
          + "\(Spoken.number(from))\(unit) on, and each has \(model.estimates[taking.number].text): all of it costs "
          + "`\(other.value)`",
        instead: "make it \(Spoken.number(from))\(unit) or more, or charge it at `\(other.value)`",
        at: line.price.location))
  }

  /// Sizes that their maker does not offer.
  mutating func checkSizes(_ course: PlannedCourse) {
    let model = course.model
    for component in model.components {
      for size in component.size {
        guard let offered = size.offered, model.estimates[size.asked].mid > model.estimates[offered].mid else {
          continue
        }
        let whole = component.size.map { "\($0.name.value) \(model.estimates[$0.asked].text)" }.joined(separator: ", ")
        findings.append(
          PlanningFindings.notOffered(
            "`\(component.id.value)` asks for \(whole), and the largest \(size.name.value) that is offered is "
              + "\(model.estimates[offered].text)", at: size.name.location))
      }
    }
  }

  /// What documents say, against each other and against the model.
  mutating func checkStatements(_ course: PlannedCourse) {
    let model = course.model
    var groups: [(figure: String, statements: [Statement])] = []
    for statement in model.stated {
      if let known = groups.firstIndex(where: { $0.figure == statement.figure.value }) {
        groups[known].statements.append(statement)
      } else {
        groups.append((statement.figure.value, [statement]))
      }
    }
    for (figure, statements) in groups {
      if let last = statements.last,
        Set(statements.map { model.estimates[$0.number] }.map { [$0.low, $0.mid, $0.high] }).count > 1
      {
        let said = statements.map { "\(model.estimates[$0.number].text) (\($0.source))" }.joined(separator: ", ")
        findings.append(PlanningFindings.disagrees(figure, said, at: last.figure.location))
        // They cannot all be right: which one the model should be held against is not known.
        continue
      }
      for statement in statements { check(statement, course) }
    }
  }

  private mutating func check(_ statement: Statement, _ course: PlannedCourse) {
    let model = course.model
    let stated = model.estimates[statement.number]
    switch statement.figure.value {
    case "concurrent":
      let end = course.end
      let meanings = ["logged_in", "in_session", "in_flight", "burst_in_flight"].compactMap { name in
        course.forecaster.figure(name, of: end).map { (name: name, value: $0) }
      }
      guard !meanings.contains(where: { abs($0.value - stated.mid) <= statement.within * stated.mid }) else { return }
      let asked = Concurrency.rate(
        people: stated.mid, answer: end.meanAnswer, thinking: model.load.thinking.map { model.estimates[$0].mid } ?? 0)
      let said = meanings.map { "\(Spoken.number($0.value)) \($0.name)" }.joined(separator: ", ")
      findings.append(
        PlanningFindings.concurrency(
          "\(statement.source) says \(Spoken.number(stated.mid)) concurrent, which is none of \(said): so many people "
            + "in sessions would ask \(Spoken.number(asked)) questions in a second, and the peak has "
            + Spoken.number(end.peakRate),
          at: statement.figure.location))
    case "scale":
      let grown = model.baseline.compactMap { item -> (name: String, factor: Double)? in
        guard let now = course.forecaster.figure(item.stock.value, of: course.end), model.estimates[item.number].mid > 0
        else {
          return nil
        }
        return (item.stock.value, now / model.estimates[item.number].mid)
      }
      guard grown.contains(where: { abs($0.factor - stated.mid) > statement.within * stated.mid }) else { return }
      let said = grown.map { "\($0.name) \(Spoken.number($0.factor)) ×" }.joined(separator: ", ")
      findings.append(
        PlanningFindings.differs(
          "scale", stated: "\(Spoken.number(stated.mid)) ×", source: statement.source, found: "says \(said)",
          working: "what is there in the end, against what was there before", at: statement.figure.location))
    default:
      guard let name = model.figures.first(where: { $0.name == statement.figure.value }),
        let found = course.forecaster.figure(name.name, of: course.end)
      else { return }
      guard name.dimension == stated.dimension else {
        findings.append(
          PlanningFindings.differs(
            name.name, stated: stated.text, source: statement.source, found: "is \(Spoken.figure(name, found))",
            working: "another kind of number", at: statement.figure.location))
        return
      }
      guard found < stated.low * (1 - statement.within) || found > stated.high * (1 + statement.within) else { return }
      let working = course.forecaster.table(of: course.end).first { $0.name == name }?.working ?? ""
      findings.append(
        PlanningFindings.differs(
          name.name, stated: stated.text, source: statement.source, found: "gives \(Spoken.figure(name, found))",
          working: working, at: statement.figure.location))
    }
  }
}

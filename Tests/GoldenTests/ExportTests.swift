import Forecasting
import Foundation
import Planning
import Plans
import Quantities
import Runbooks
import Screens
import Testing

@Suite("The exports of a forecast")
struct ExportTests {
  private static func report(_ path: String = "runbooks/retail-assistant", _ environment: String? = "production")
    async throws -> (report: ForecastReport, digest: Digest)
  {
    let loaded = read(path, environment: environment)
    let (runbook, environment) = (try #require(loaded.runbook), try #require(loaded.environment))
    let plan = try #require(Planner.plan(runbook, in: environment, zones: FixedZones()).plan)
    var options = ForecastOptions()
    options.draws = 20
    let report = await Planner.forecast(runbook, plan: plan, in: environment, zones: FixedZones(), options: options)
    return (try #require(report), plan.digest)
  }

  private static func rows(_ csv: String) -> [[String]] {
    csv.split(separator: "\r\n").map { line in
      var (cells, cell, isQuoted) = ([String](), "", false)
      for letter in line {
        switch letter {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted:
          cells.append(cell)
          cell = ""
        default: cell.append(letter)
        }
      }
      return cells + [cell]
    }
  }

  @Test("have each figure in the unit in which the screen says it")
  func figures() async throws {
    let (report, digest) = try await Self.report()
    let json = ForecastExport.json(report, digest: digest)
    let rows = Self.rows(ForecastExport.csv(report)).filter { $0[0] == "figure" }
    #expect(rows.count == report.figures.count)
    for (row, (figure, data)) in zip(rows, zip(report.figures, json["figures"]?.array ?? [])) {
      let unit = Spoken.unit(of: figure.name)
      #expect(row[2] == figure.name.name && row[4] == unit.text)
      #expect(data["unit"]?.string == row[4] && data["value"]?.string == row[3])
      let value = try #require(Double(row[3]))
      switch unit.text {
      case "s", "bytes", "bytes/day": break
      case "%": #expect(figure.text == Spoken.share(value / 100), "\(figure.name.name)")
      default:
        // The same digits in front of the same unit: `15 564 EUR a month`, `1.18 /s`.
        let words = unit.text.replacing("/day", with: " a day").replacing("/month", with: " a month")
        let said = (Spoken.number(value) + words).filter { !$0.isWhitespace }
        #expect(figure.text.filter { !$0.isWhitespace } == said, "\(figure.name.name): \(figure.text)")
      }
    }
    let cost = try #require(rows.first { $0[2] == "cost_per_month" })
    let day = try #require(rows.first { $0[2] == "cost_per_day" })
    #expect(cost[4] == "EUR/month" && day[4] == "EUR/day")
    let (perMonth, perDay) = (try #require(Double(cost[3])), try #require(Double(day[3])))
    #expect(abs(perMonth / perDay - 365.0 / 12) < 0.001)
    #expect(Double(cost[5]) != nil && Double(cost[7]) != nil, "the range stands beside it")
  }

  @Test("have one unit for a name in all tables, and hold waves, capacity, scenarios, influences, estimates")
  func names() async throws {
    let (report, digest) = try await Self.report()
    let rows = Self.rows(ForecastExport.csv(report)).dropFirst()
    #expect(
      Set(rows.map { $0[0] }).isSuperset(of: [
        "figure", "capacity", "bought_ahead", "wave", "wave_as_built", "ask", "scenario", "influence", "estimate",
      ]))
    #expect(rows.allSatisfy { $0.count == 9 })
    var units: [String: String] = [:]
    for row in rows where row[0] != "estimate" {
      #expect(units[row[2], default: row[4]] == row[4], "\(row[2]) is in \(row[4]) and \(units[row[2]] ?? "")")
      units[row[2]] = row[4]
    }
    let json = ForecastExport.json(report, digest: digest)
    for member in json["units"]?.members ?? [] where units[member.key] != nil {
      #expect(member.value.string == units[member.key], "\(member.key)")
    }
    let planned = try #require(json["scenarios"]?.array.first)
    #expect(planned["name"] == .null)
    let calls = json["figures"]?.array.first { $0["name"]?.string == "calls_per_day" }
    #expect(planned["calls_per_day"]?.string == calls?["value"]?.string)
    let cost = json["figures"]?.array.first { $0["name"]?.string == "cost_per_month" }
    #expect(planned["cost_per_month"]?.string == cost?["value"]?.string)
  }

  @Test("never hold what is no number")
  func finite() async throws {
    var (report, digest) = try await Self.report()
    for index in report.figures.indices {
      report.figures[index].value = index.isMultiple(of: 2) ? .infinity : .nan
      report.figures[index].range?.p90 = -.infinity
    }
    for index in report.components.indices {
      (report.components[index].need, report.components[index].headroom) = (.infinity, .nan)
    }
    for index in report.scenarios.indices { report.scenarios[index].cost = .infinity }
    let style = Style(colour: false, ascii: false)
    for text in [
      ForecastExport.csv(report), ForecastExport.json(report, digest: digest).canonicalText,
      ForecastReportScreen.text(report, digest: digest, style: style, columns: 120),
      ForecastReportScreen.markdown(report),
    ] {
      for word in ["nan", "inf", "∞"] {
        let pattern = try Regex("(^|[^a-z])-?\(word)([^a-z]|$)")
        #expect(text.firstMatch(of: pattern) == nil, "\(word) in \(text.prefix(80))")
      }
    }
  }

  @Test("say on a plain terminal nothing beyond ASCII")
  func ascii() async throws {
    let (report, digest) = try await Self.report()
    let text = ForecastReportScreen.text(report, digest: digest, style: Style(colour: false, ascii: true), columns: 120)
    let strange = Set(text.unicodeScalars.filter { $0.value >= 0x80 })
    #expect(strange == [], "\(strange)")
  }
}

import Forecasting
import Foundation
import Planning
import Plans
import Quantities
import Runbooks
import Testing

/// The forecast computed a second time, by a program that shares nothing with this one but the files.
private struct Recomputed: Decodable {
  var figures: [String: [String: Double]]
  var components: [String: [String: [String: Double]]]
  var waves: [[String: Double]]
  var lasting: [String: [Double]]

  static let python: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/python3" }.first { path in
      FileManager.default.isExecutableFile(atPath: path)
        && (try? output(path, ["-c", "import zoneinfo; zoneinfo.ZoneInfo('Europe/Amsterdam')"])) != nil
    }

  struct Failed: Error {
    var said: String
  }

  static func output(_ program: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let (out, err) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (out, err)
    try process.run()
    let data = out.fileHandleForReading.readDataToEndOfFile()
    let said = err.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(said: String(decoding: said, as: UTF8.self)) }
    return data
  }

  static func of(_ folder: String, waves: String) throws -> Recomputed {
    let script = repository.appending(path: "Tests/Fixtures/recompute.py").path(percentEncoded: false)
    let directory = repository.appending(path: folder).path(percentEncoded: false)
    return try JSONDecoder().decode(Recomputed.self, from: output(python ?? "", [script, directory, waves]))
  }
}

@Suite(
  "A forecast that is computed a second time",
  .enabled(if: Recomputed.python != nil, "there is no python3 with time zones to compute"))
struct RecomputedTests {
  /// Within one in a hundred; what is nothing is nothing.
  private func agrees(_ found: Double, _ expected: Double) -> Bool {
    abs(found - expected) <= max(0.01 * abs(expected), 1e-15)
  }

  private func seconds(_ plan: Plan, until instant: Instant) throws -> Double {
    let midnight = Instant(utcMidnight: try #require(plan.starts))
    let offset = try #require(FixedZones().offset(of: plan.zone, at: midnight))
    return Double(instant.milliseconds - midnight.milliseconds) / 1_000 + Double(offset)
  }

  /// Who goes live in which wave, and when: what the model takes from the plan.
  private func waves(_ plan: Plan) throws -> String {
    let waves = try plan.projections.map { item in
      let wave = plan.stages[item.stage].waves[item.wave]
      let ids = wave.targets.map { "\"\(plan.target($0, stage: item.stage))\"" }
      let latest = try #require(wave.latest)
      let ends = try wave.ends.map { try seconds(plan, until: $0) } ?? Double(latest.dayNumber) * 86_400
      return "{\"stores\": [\(ids.joined(separator: ","))], \"first\": \"\(try #require(wave.earliest).text)\", "
        + "\"last\": \"\(latest.text)\", \"ends\": \(ends)}"
    }
    return "[\(waves.joined(separator: ","))]"
  }

  @Test(
    "agrees with every figure, every component, every scenario and every wave within one in a hundred",
    arguments: [("runbooks/retail-assistant", "production"), ("Tests/Fixtures/client-case", nil)])
  func agreement(folder: String, environment name: String?) async throws {
    let loaded = read(folder, environment: name)
    let (runbook, environment) = (try #require(loaded.runbook), try #require(loaded.environment))
    let plan = try #require(Planner.plan(runbook, in: environment, zones: FixedZones()).plan)
    let model = try #require(runbook.model)
    let second = try Recomputed.of(folder, waves: try waves(plan))
    #expect(second.figures.count == model.scenarios.count + 1)
    for scenario in [nil] + model.scenarios.map(Optional.some) {
      let name = scenario?.id.value ?? ""
      var changed = runbook
      changed.model = scenario.map { model.under($0) } ?? model
      var options = ForecastOptions()
      options.scenario = scenario
      let report = try #require(
        await Planner.forecast(changed, plan: plan, in: environment, zones: FixedZones(), options: options))
      let figures = try #require(second.figures[name])
      for figure in report.figures where figure.name.name != "rollout_cost" {
        let expected = try #require(figures[figure.name.name], "\(figure.name.name) is not computed a second time")
        #expect(agrees(figure.value, expected), "\(name) \(figure.name.name): \(figure.value), not \(expected)")
      }
      let components = try #require(second.components[name])
      #expect(Set(report.components.map(\.name)) == Set(components.keys))
      for row in report.components {
        let expected = try #require(components[row.name])
        #expect(agrees(row.need, expected["need"] ?? -1), "\(name) \(row.name): \(row.need), not \(expected)")
        #expect(row.units == expected["units"] && Double(row.locations) == expected["locations"], "\(name) \(row.name)")
        #expect(Double(row.partitions ?? 1) == expected["partitions"], "\(name) \(row.name)")
      }
      if scenario == nil { try check(report, plan, second) }
    }
  }

  private func check(_ report: ForecastReport, _ plan: Plan, _ second: Recomputed) throws {
    #expect(second.waves.count == plan.projections.count && !second.waves.isEmpty)
    for (item, expected) in zip(plan.projections, second.waves) {
      let path = plan.path(stage: item.stage, wave: item.wave)
      for (found, key) in [(item.peak, "peak"), (item.costPerDay, "cost_per_day"), (item.spent, "spent")] {
        #expect(agrees(found.approximate, expected[key] ?? -1), "\(path) \(key): \(found.text), not \(expected)")
      }
      #expect(Double(item.users) == expected["users"])
    }
    let rollout = report.figures.first { $0.name.name == "rollout_cost" }
    #expect(agrees(try #require(rollout).value, try #require(second.waves.last?["spent"])))
    for row in report.scenarios {
      guard let name = row.name, let lasts = row.lasts else { continue }
      let expected = try #require(second.lasting[name])
      #expect(agrees(row.cost * lasts, expected[0]), "\(name): \(row.cost * lasts), not \(expected)")
      #expect(
        agrees((row.coldCost ?? 0) * lasts, expected[1]), "\(name): \(row.coldCost ?? 0 * lasts), not \(expected)")
    }
  }
}

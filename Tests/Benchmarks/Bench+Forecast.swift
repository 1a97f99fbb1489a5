import Foundation

extension Bench {
  /// The forecast by the built program: the retail case, a year of ten thousand targets by the hour, ten thousand draws.
  func forecast(into table: inout ResultTable) throws {
    let binary = try Self.binary()
    let retail = "\(binary) forecast runbooks/retail-assistant --env production"
    let shown = try Self.seconds { try Self.shell("\(retail) > /dev/null 2>&1") }
    table.add(
      "forecast of the retail case", "\(Self.round(shown * 1_000)) ms", against: "", wanted: "< 150 ms",
      holds: shown < 0.15)
    let drawn = try Self.seconds { try Self.shell("\(retail) --draws 10000 > /dev/null 2>&1") }
    table.add("10000 draws of it", "\(Self.round(drawn)) s", against: "", wanted: "< 1.5 s", holds: drawn < 1.5)
    let folder = "\(directory)/forecast"
    try Self.writeModel(targets: 10_000, to: folder)
    // The page has the year: each day of it by the hour, with adoption and growth.
    let year = try Self.seconds { try Self.shell("\(binary) forecast \(folder) --format html > /dev/null 2>&1") }
    table.add(
      "a year by the hour, 10000 targets in 20 zones", "\(Self.round(year)) s", against: "", wanted: "< 0.5 s",
      holds: year < 0.5)
    let many = "\(directory)/components"
    try Self.writeComponents(10_000, to: many)
    let sized = try Self.seconds { try Self.shell("\(binary) forecast \(many) --draws 0 > /dev/null 2>&1") }
    table.add(
      "a model of 10000 components", "\(Self.round(sized)) s", against: "", wanted: "< 1 s", holds: sized < 1)
  }

  /// A runbook whose model has so many components, each with an estimate and a price of its own to read.
  private static func writeComponents(_ count: Int, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let runbook = """
      sanderling: 1
      runbook: many
      starts: 2027-01-04
      inventories: { stores: [{ id: a, users: "50" }, { id: b, users: "50" }] }
      forecast: forecast.yaml
      phases:
        - { id: p, stages: [{ id: s, targets: stores, steps: [{ id: a, uses: noop, undo: none }] }] }
      """
    var forecast = """
      sanderling: 1
      prices: prices.yaml
      load: { of: stores, users: users, questions: 3..4..6 /day }
      takes: { calls: { prompt: 2000..3000..4000 tokens, answer: 2 s } }
      components:

      """
    for number in 0..<count {
      forecast += "  c-\(number): { needs: [{ takes: prompt, carries: 1000 tokens/min }], costs: [{ price: unit }] }\n"
    }
    let prices = "sanderling: 1\nprices: { unit: { price: 1 EUR, per: hour, date: 2026-12-01, source: none } }\n"
    for (name, text) in [("prices.yaml", prices), ("forecast.yaml", forecast), ("runbook.yaml", runbook)] {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
  }

  /// A runbook with a model over so many targets in twenty zones, cells and cache partitions included.
  private static func writeModel(targets: Int, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let zones = [
      "Europe/Amsterdam", "Europe/Lisbon", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Australia/Sydney",
      "Europe/Paris", "Europe/Warsaw", "America/Mexico_City", "Asia/Singapore", "Europe/Dublin", "Europe/Madrid",
      "Europe/Rome", "Europe/Stockholm", "Europe/Copenhagen", "America/Toronto", "Asia/Seoul", "Pacific/Auckland",
      "Asia/Kolkata", "Europe/Brussels",
    ]
    var stores = "id,country,region,zone,users\n"
    for number in 0..<targets { stores += "s-\(number),C\(number % 20),R\(number % 3),\(zones[number % 20]),50\n" }
    let runbook = """
      sanderling: 1
      runbook: year
      starts: 2027-01-04
      inventories: { stores: stores.csv }
      forecast: forecast.yaml
      phases:
        - id: p
          stages:
            - id: s
              targets: stores
              waves: { pace: 200 per week, tolerate: 2 }
              steps: [{ id: a, uses: noop, undo: none }]
      """
    let forecast = """
      sanderling: 1
      load: { of: stores, users: users, questions: 3..4..6 /day, adoption: 5 days, growth: 1 %/month }
      takes: { calls: { prompt: 2000..3000..4000 tokens, answer: 2 s } }
      caches: [{ id: exact, by: [country], keeps: 30 min, items: 2000 }]
      cells: { by: region, places: { R0: { locations: a }, R1: { locations: b }, R2: { locations: c } } }
      components:
        app: { needs: [{ of: calls, slots: 10, holds: answer }] }
        model: { needs: [{ takes: prompt, carries: 1000 tokens/min }] }
      """
    for (name, text) in [("stores.csv", stores), ("forecast.yaml", forecast), ("runbook.yaml", runbook)] {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
  }
}

public import Plans
public import Quantities

/// Some targets of a plan: where they stand in it, when they may start, and what is done to them.
public struct TargetsScreen {
  let plan: Plan
  let facts: PlanFacts
  let places: [(stage: Int, wave: Int, row: Int32)]

  /// - Parameters:
  ///   - plan: the plan that has all targets.
  ///   - places: those to show, each in one of its waves.
  ///   - zones: for times in the zone of the programme.
  public init(_ plan: Plan, places: [(stage: Int, wave: Int, row: Int32)], zones: any ZoneTable) {
    self.plan = plan
    self.places = places
    facts = PlanFacts(plan, findings: [], zones: zones)
  }

  /// A table of the targets; of one target also everything that is asked for it.
  public func text(digest: Digest, style: Style, columns: Int, path: String) -> String {
    let name = "\(Sanitize.line(plan.runbook)) · \(Sanitize.line(plan.environment))"
    let ids = Set(places.map { id(of: $0) })
    var rows = Width.broken("Plan  \(name) · digest \(digest.short)", to: columns).map { style.paint($0, .bold) }
    rows += Width.broken(
      "\(ids.count) of \(Words.count(plan.targetIdentifiers.count, "target")); the plan is for all of them", to: columns
    )
    rows.append("")
    let known = attributes
    var table = Table(
      [.init(title: "target", isName: true), .init(title: "wave"), .init(title: "earliest start")]
        + known.map { .init(title: Sanitize.line($0)) }, indent: " ")
    table.rows = places.map { place in
      [
        Sanitize.line(id(of: place)), Sanitize.line(plan.path(stage: place.stage, wave: place.wave)),
        start(of: place).words,
      ] + known.map { Sanitize.line(value($0, of: place) ?? "-") }
    }
    rows += table.wrapped(columns: columns, style: style) + [""]
    if ids.count == 1 {
      let page = PlanRows(facts: facts, style: style, columns: columns, now: nil)
      for place in places {
        rows.append(style.paint("\(facts.name(place.stage))", .bold))
        rows += page.calls(of: place.stage, for: [place.row], in: plan.stages[place.stage].inventory)
      }
    } else {
      // A command that is broken over rows cannot be copied.
      let first = places.first.map { FollowUp.quoted(id(of: $0)) } ?? "ID"
      rows += ["With its calls:", "  sanderling plan \(FollowUp.quoted(Sanitize.line(path))) --target \(first)"]
    }
    return style.finish(rows.map { $0 + "\n" }.joined())
  }

  /// The same as data, with the calls of each target.
  public func json(digest: Digest) -> JSON {
    .dictionary([
      ("version", .integer(1)), ("digest", .string(digest.hex)), ("runbook", .string(plan.runbook)),
      ("environment", .string(plan.environment)), ("targets_of_plan", .integer(Int64(plan.targetIdentifiers.count))),
      (
        "targets",
        .array(
          places.map { place in
            .dictionary([
              ("id", .string(id(of: place))), ("wave", .string(plan.path(stage: place.stage, wave: place.wave))),
              ("earliest", start(of: place).at.map { .string($0.text) } ?? .null),
              (
                "attributes",
                .dictionary(attributes.compactMap { name in value(name, of: place).map { (name, .string($0)) } })
              ),
              ("calls", .array(PlanScreen.calls(of: place.stage, for: place.row, plan))),
            ])
          })
      ),
    ])
  }

  private var attributes: [String] {
    let inventories = Set(places.compactMap { plan.stages[$0.stage].inventory }).sorted()
    return Set(inventories.flatMap { plan.inventories[$0].columns }).subtracting(["id"]).sorted()
  }

  private func id(of place: (stage: Int, wave: Int, row: Int32)) -> String {
    plan.target(place.row, stage: place.stage)
  }

  private func value(_ name: String, of place: (stage: Int, wave: Int, row: Int32)) -> String? {
    plan.stages[place.stage].inventory.flatMap { plan.inventories[$0].value(name, of: Int(place.row)) }
  }

  private func start(of place: (stage: Int, wave: Int, row: Int32)) -> (at: Instant?, words: String) {
    let wave = plan.stages[place.stage].waves[place.wave]
    guard wave.earliest != nil else { return (nil, "open") }
    let starts = plan.starts(ofWave: place.wave, stage: place.stage, zones: facts.zones)
    guard let own = starts.first(where: { $0.row == place.row }) else {
      return (wave.starts?.first, facts.written(PlannedTimes([wave])).from ?? "open")
    }
    return (own.opens, own.opens.map { facts.moment($0) } ?? "never")
  }
}

extension Plan {
  /// Every target that the plan works on, once, however many stages it is in.
  package var targetIdentifiers: Set<String> {
    Set(
      stages.indices.filter { stages[$0].inventory != nil }.flatMap { stage in
        stages[stage].waves.flatMap(\.targets).map { "\(stages[stage].inventory ?? 0)/\(target($0, stage: stage))" }
      })
  }
}

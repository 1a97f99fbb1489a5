internal import Diagnostics
internal import Quantities

/// Checked nodes → the runbook. What has no sensible value is left out; it has a finding already.
struct RunbookBuilder {
  private(set) var findings: [Finding] = []
  private var arguments = ArgumentsBuilder()

  /// Builds everything but the inventories, which need files.
  static func build(_ node: SyntaxNode, file: String) -> (runbook: Runbook, findings: [Finding]) {
    var builder = RunbookBuilder()
    let runbook = builder.runbook(node, file: file)
    return (runbook, builder.findings + builder.arguments.findings)
  }

  private mutating func runbook(_ node: SyntaxNode, file: String) -> Runbook {
    let top = SourceSpan(file: file, line: 1, column: 1)
    checkVersion(node)
    var runbook = Runbook(
      id: node.located("runbook") ?? Located("", at: top), zone: node.located("zone") ?? Located("UTC", at: top))
    runbook.summary = node.text("summary")
    runbook.owner = node.text("owner")
    runbook.authors = node.texts("authors")
    runbook.starts = node.date("starts")
    runbook.deadline = node.date("deadline")
    runbook.calendars = node.texts("calendars")
    runbook.forecast = node.located("forecast")
    runbook.risks = node.located("risks")
    runbook.undoConcurrency = node["rollback"]?.integer("concurrency")
    runbook.parameters = node["parameters"]?.members.map { parameter($0) } ?? []
    runbook.signals = node["signals"]?.members.map { signal($0) } ?? []
    runbook.gates =
      node["gates"]?.members.map { NamedGate(name: $0.key, conditions: $0.value.elements.compactMap(\.condition)) }
      ?? []
    runbook.triggers = node["triggers"]?.elements.compactMap { trigger($0) } ?? []
    runbook.phases = node["phases"]?.elements.filter(\.isMapping).map { phase($0) } ?? []
    runbook.tolerate = tolerance(node["tolerate"], bare: "run")
    runbook.notify =
      node["notify"]?.elements.filter(\.isMapping).map { notice in
        Notice(
          classes: notice.texts("on").compactMap { Notice.Class(rawValue: $0.value) },
          uses: notice.located("uses") ?? Located("", at: notice.head), form: notice.choice("as") ?? .cloudevents)
      } ?? []
    return runbook
  }

  private mutating func checkVersion(_ node: SyntaxNode) {
    if let version = node.locatedInteger("sanderling"), version.value != 1 {
      findings.append(.version(String(version.value), at: version.location))
    }
  }

  private mutating func parameter(_ member: SyntaxNode.Member) -> Parameter {
    let kind: Parameter.Kind = member.value.choice("type") ?? .string
    let standard = member.value.located("default")
    if let standard, !kind.accepts(standard.value) {
      findings.append(
        .parameterValue(standard.value, name: member.key.value, kind: kind, at: standard.location))
    }
    return Parameter(name: member.key, kind: kind, standard: standard?.value, summary: member.value.text("summary"))
  }

  private func signal(_ member: SyntaxNode.Member) -> Signal {
    let node = member.value
    let extent: Signal.Extent =
      switch node.text("per") {
      case nil, "global": .global
      case "target": .target
      case let attribute?: .attribute(attribute)
      }
    return Signal(
      name: member.key, unit: node.text("unit") ?? "",
      query: node.located("query") ?? Located("", at: member.key.location),
      extent: extent, every: node.span("every") ?? .minute, settle: node.span("settle") ?? .zero,
      window: node.span("window") ?? node.span("every") ?? .minute,
      minimumCount: node.integer("min_count"), noData: node.text("no_data").flatMap { WrittenNoData.read($0) })
  }

  private mutating func trigger(_ node: SyntaxNode) -> Trigger? {
    guard node.isMapping else { return nil }
    if (node["for"] == nil) == (node["of"] == nil) {
      findings.append(.missingPersistence(at: node.head, both: node["for"] != nil))
    }
    guard let id = node.located("id"), let when = node["when"]?.condition else { return nil }
    let share = node.text("of").flatMap { WrittenShare.read($0) }
    return Trigger(
      id: id, when: when,
      persistence: share.map { .share(of: $0.hits, in: $0.of) } ?? .lasting(node.span("for") ?? .zero),
      action: node.choice("do") ?? .rollback, scope: node.choice("scope") ?? .wave,
      watchAfter: node.span("watch_after") ?? .zero, mitigates: node.texts("mitigates").map(\.value),
      noData: node.text("no_data").flatMap { WrittenNoData.read($0) })
  }

  private mutating func phase(_ node: SyntaxNode) -> Phase {
    Phase(
      id: node.located("id") ?? Located("", at: node.location), summary: node.text("summary"),
      starts: node.date("starts"), approval: approval(node["approve"]),
      tolerate: tolerance(node["tolerate"], bare: "phase"),
      stages: node["stages"]?.elements.filter(\.isMapping).map { stage($0) } ?? [])
  }

  private func approval(_ node: SyntaxNode?) -> Approval? {
    guard let node, node.isMapping else { return nil }
    return Approval(
      count: node.integer("count") ?? 1, role: node.text("role") ?? "", not: node.texts("not").map(\.value),
      expires: node.span("expires"),
      location: node["role"]?.location ?? node.location)
  }

  /// A tolerance; a bare number counts at the level that the place suggests.
  private func tolerance(_ node: SyntaxNode?, bare: String) -> Tolerance? {
    guard let node else { return nil }
    if let text = node.located {
      return WrittenLimit.read(text.value).map { limit in
        Tolerance(levels: [Tolerance.Level(name: Located(bare, at: text.location), limit: limit)])
      }
    }
    return Tolerance(
      levels: node.members.compactMap { member in
        member.value.text.flatMap { WrittenLimit.read($0) }.map { Tolerance.Level(name: member.key, limit: $0) }
      })
  }

  private mutating func stage(_ node: SyntaxNode) -> Stage {
    let targets = node.located("targets")
    return Stage(
      id: node.located("id") ?? Located("", at: node.location), targets: targets, select: selection(node["select"]),
      waves: waves(node["waves"]), window: window(node["window"], hasTargets: targets != nil), bake: bake(node["bake"]),
      steps: node["steps"]?.elements.filter(\.isMapping).map { step($0) } ?? [], gate: gate(node["gate"]),
      approval: approval(node["approve"]), then: node.choice("then") ?? .hold, location: node.head)
  }

  private func selection(_ node: SyntaxNode?) -> Selection {
    var selection = Selection()
    guard let node else { return selection }
    selection.from = node.choice("from") ?? .rest
    selection.count = node.locatedInteger("count")
    selection.spread = node.texts("spread")
    selection.seed = node.integer("seed") ?? 0
    selection.matching =
      node["where"]?.members.map { member in
        Selection.Match(attribute: member.key, values: member.value.oneOrMore.compactMap(\.located))
      } ?? []
    return selection
  }

  private mutating func waves(_ node: SyntaxNode?) -> Waves {
    var waves = Waves()
    guard let node else { return waves }
    if let size = node["size"], node["sizes"] != nil { findings.append(.sizeAndSizes(at: size.location)) }
    let sizes = node["sizes"]?.elements ?? node["size"].map { [$0] } ?? []
    waves.sizes = sizes.compactMap { size in size.text.flatMap { Int($0) }.map { Located($0, at: size.location) } }
    waves.pace = pace(node["pace"])
    waves.caps = (node["caps"]?.members ?? []).compactMap { member in
      member.value.text.flatMap { WrittenPace.read($0) }.map { Waves.Cap(attribute: member.key, pace: $0) }
    }
    waves.order = node.texts("order")
    waves.concurrency = node.locatedInteger("concurrency")
    waves.tolerate = tolerance(node["tolerate"], bare: "wave")
    waves.admission = node.choice("admission") ?? .strict
    return waves
  }

  private func pace(_ node: SyntaxNode?) -> Located<Pace>? {
    guard let node else { return nil }
    if let text = node.text { return WrittenPace.read(text).map { Located($0, at: node.location) } }
    guard let count = node.integer("count"), let period = node.choice("per", Pace.Period.self) else { return nil }
    let location = node["count"]?.location ?? node.location
    return Located(Pace(count: count, period: period, carry: node.integer("carry") ?? 0), at: location)
  }

  private func window(_ node: SyntaxNode?, hasTargets: Bool) -> Window? {
    guard let node, let hours = node.text("between").flatMap({ WrittenHours.read($0) }) else { return nil }
    let days = node.texts("days").compactMap { WrittenDays.read($0.value) }.flatMap { $0 }
    // Without targets there is no zone of a target: the checks name the programme's.
    let zone = node.text("zone") ?? "target"
    return Window(
      days: days.isEmpty ? Array(1...7) : Set(days).sorted(), opens: hours.opens, closes: hours.closes,
      zone: zone == "target" ? nil : zone, latestStart: node.span("latest_start"),
      location: node["zone"]?.location ?? node["between"]?.location ?? node.location)
  }

  private func bake(_ node: SyntaxNode?) -> Bake? {
    guard let node else { return nil }
    if let text = node.text {
      return Span(text).map { Bake(time: $0, location: node.location) }
    }
    return Bake(
      time: node.span("time") ?? .zero, events: node.text("events").flatMap { WrittenEvents.read($0) },
      countedBy: node.located("counted_by"), cycles: node.integer("cycles"), location: node.location)
  }

  private func gate(_ node: SyntaxNode?) -> Gate? {
    guard let node, node.isMapping else { return nil }
    var comparison: Gate.Comparison?
    if let compare = node["compare"], let signal = compare.located("signal"),
      let margin = compare.text("margin").flatMap({ Amount($0) })
    {
      comparison = Gate.Comparison(
        signal: signal, control: compare.text("control") ?? "rest", margin: margin, match: compare.texts("match"),
        before: compare.span("before") ?? Span(milliseconds: 7 * Span.day.milliseconds),
        looks: compare.integer("looks") ?? 3, error: compare.integer("error") ?? 5, location: compare.location)
    }
    return Gate(
      require: node.texts("require"), hold: node.span("hold") ?? .zero, deadline: node.span("deadline"),
      onBreach: node.choice("on_breach") ?? .rollback, onUnknown: node.choice("on_unknown") ?? .hold,
      validFor: node.span("valid_for"), shadow: node.boolean("shadow"), compare: comparison, location: node.location)
  }

  private mutating func step(_ node: SyntaxNode) -> Step {
    let place = node.head
    // Anything but `false`: what was written instead of `true` has a finding already.
    let irreversible = node.text("irreversible").map { $0 != "false" } ?? false
    if irreversible, let undo = node["undo"] { findings.append(.contradictoryUndo(at: undo.location)) }
    let undo: Located<Step.Undo> =
      switch node.located("undo") {
      case let text? where text.value == "none": Located(.nothing, at: text.location)
      case let text?: Located(.operation(text.value), at: text.location)
      case nil: Located(irreversible ? .impossible : .ofOperation, at: place)
      }
    var retry: Retry?
    if let written = node["retry"], written.isMapping {
      retry = Retry(
        attempts: written.integer("attempts") ?? Retry.standard.attempts,
        wait: written.text("wait").flatMap { SpanRange($0) } ?? Retry.standard.wait)
    }
    return Step(
      id: node.located("id") ?? Located("", at: node.location), summary: node.text("summary"),
      uses: node.located("uses") ?? Located("", at: place), with: arguments.members(of: node["with"], owner: place),
      undo: undo,
      timeout: node.span("timeout"), retry: retry, isCutover: node.boolean("cutover"), location: place)
  }
}

extension Parameter.Kind {
  /// Whether a written value is one of this type.
  func accepts(_ text: String) -> Bool {
    switch self {
    case .string: true
    case .integer: Int64(text) != nil
    case .boolean: text == "true" || text == "false"
    case .duration: Span(text) != nil
    }
  }
}

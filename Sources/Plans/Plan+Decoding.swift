import Quantities

/// Why some bytes are not a plan.
public struct PlanError: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String
}

extension Plan {
  /// Reads the canonical form of a plan.
  ///
  /// - Throws: ``PlanError`` when the bytes are not canonical JSON, of another format, or not a plan.
  public init(canonical bytes: some Collection<UInt8>) throws(PlanError) {
    let json: JSON
    do {
      json = try JSON(canonical: bytes)
    } catch {
      throw PlanError(message: "this is not a plan: \(error.message) (byte \(error.offset))")
    }
    guard let format = json["format"]?.integer else {
      throw PlanError(message: "this is not a plan: it has no `format`")
    }
    guard format == Self.format else {
      throw PlanError(message: "this plan has format \(format); this version reads format \(Self.format)")
    }
    do {
      try self.init(PlanReader(value: json, path: "plan"))
    } catch let error as PlanError {
      throw error
    } catch {
      throw PlanError(message: "this is not a plan")
    }
    try check()
  }

  private init(_ plan: PlanReader) throws {
    (freezes, rollbackFreezes, notices, people, asks, projections) = ([], [], [], [], [], [])
    runbook = try plan.text("runbook")
    summary = plan.optionalText("summary")
    owner = plan.optionalText("owner")
    environment = try plan.text("environment")
    zone = try plan.text("zone")
    zoneData = plan.optionalText("zone_data")
    starts = plan.optionalText("starts").flatMap { CivilDate($0) }
    deadline = plan.optionalText("deadline").flatMap { CivilDate($0) }
    amends = plan.optionalText("amends").flatMap { Digest(hex: $0) }
    scale = try plan.integer("scale")
    ignored = try plan.texts("ignored")
    unexecuted = try plan.texts("unexecuted")
    sources = try plan.elements("sources") { PlanSource(path: try $0.text("path"), digest: try $0.digest("digest")) }
    parameters = try plan.elements("parameters") {
      NamedValue(name: try $0.text("name"), value: try $0.text("value"))
    }
    providers = try plan.elements("providers") {
      PlannedProvider(
        name: try $0.text("name"), adapter: try $0.text("adapter"), configuration: try $0.arguments("configuration"))
    }
    inventories = try plan.elements("inventories") {
      PlannedInventory(
        name: try $0.text("name"), columns: try $0.texts("columns"),
        values: try $0.member("values").array.map { $0.array.compactMap(\.string) })
    }
    freezes = try plan.elements("freezes") { try PlannedFreeze($0.value, path: $0.path) }
    let top = MemberReader(value: plan.value, path: plan.path)
    if plan.value["people"] != nil {
      people = try top.elements("people") { (person: MemberReader) throws(PlanError) in try PlannedPerson(person) }
    }
    if plan.value["notices"] != nil {
      notices = try top.elements("notices") { (notice: MemberReader) throws(PlanError) in try PlannedNotice(notice) }
    }
    if plan.value["rollback_freezes"] != nil {
      rollbackFreezes = try top.elements("rollback_freezes") { (item: MemberReader) throws(PlanError) in
        try PlannedFreeze(item.value, path: item.path)
      }
    }
    undoConcurrency = try top.optionalInteger("undo_concurrency", in: 1...1_000_000).map { Int($0) }
    if plan.value["asks"] != nil {
      asks = try top.elements("asks") { (ask: MemberReader) throws(PlanError) in try PlannedAsk(ask) }
    }
    if plan.value["projections"] != nil {
      projections = try top.elements("projections") { (item: MemberReader) throws(PlanError) in
        try PlannedProjection(item)
      }
    }
    currency = try top.optionalText("currency")
    if let reader = top.nested("keys") {
      keys = PlannedKeys(
        allowedSigners: try reader.text("allowed_signers"), revoked: try reader.optionalText("revoked"))
    }
    evidenceScale = plan.optionalInteger("evidence_scale") ?? 1
    forecast = try plan.optionalElements("forecast") {
      try PlannedQuantity(MemberReader(value: $0.value, path: $0.path))
    }
    signals = try plan.optionalElements("signals") { try PlannedSignal(MemberReader(value: $0.value, path: $0.path)) }
    triggers = try plan.optionalElements("triggers") {
      try PlannedTrigger(MemberReader(value: $0.value, path: $0.path))
    }
    guards = try plan.elements("guards") {
      PlannedGuard(kind: try $0.text("kind"), id: try $0.text("id"), text: try $0.text("text"))
    }
    phases = try plan.elements("phases") {
      PlannedPhase(
        id: try $0.text("id"), summary: $0.optionalText("summary"), tolerate: $0.optionalInteger("tolerate"),
        approval: $0.optionalText("approval"),
        approvalRule: try MemberReader(value: $0.value, path: $0.path).nested("approval_rule").map {
          try PlannedApproval($0)
        })
    }
    stages = try plan.elements("stages") { try $0.stage() }
    tolerateInRun = plan.optionalInteger("tolerate_in_run")
  }
}

/// Reads members of a plan and says which one is missing.
private struct PlanReader {
  let value: JSON
  let path: String

  func member(_ key: String) throws -> JSON {
    guard let member = value[key] else { throw PlanError(message: "this is not a plan: `\(path).\(key)` is missing") }
    return member
  }

  func text(_ key: String) throws -> String {
    guard let text = try member(key).string else { throw wrong(key, "a text") }
    return text
  }

  func optionalText(_ key: String) -> String? { value[key]?.string }

  func integer(_ key: String) throws -> Int {
    guard let number = try member(key).integer else { throw wrong(key, "an integer") }
    return Int(number)
  }

  func optionalInteger(_ key: String) -> Int? { value[key]?.integer.map { Int($0) } }

  func texts(_ key: String) throws -> [String] { try member(key).array.compactMap(\.string) }

  func rows(_ key: String) throws -> [Int32] {
    try member(key).array.map { element in
      guard let row = element.integer.flatMap({ Int32(exactly: $0) }) else { throw wrong(key, "a list of rows") }
      return row
    }
  }

  func digest(_ key: String) throws -> Digest {
    guard let digest = Digest(hex: try text(key)) else { throw wrong(key, "a digest") }
    return digest
  }

  func span(_ key: String) throws -> Span { Span(milliseconds: Int64(try integer(key))) }

  func arguments(_ key: String) throws -> ArgumentTemplate {
    guard let tree = ArgumentTemplate(try member(key)) else { throw wrong(key, "a tree of arguments") }
    return tree
  }

  func elements<Element>(_ key: String, _ read: (PlanReader) throws -> Element) throws -> [Element] {
    try member(key).array.enumerated().map {
      try read(PlanReader(value: $0.element, path: "\(path).\(key)[\($0.offset)]"))
    }
  }

  /// The elements of a list that plans of earlier versions have not.
  func optionalElements<Element>(_ key: String, _ read: (PlanReader) throws -> Element) throws -> [Element] {
    value[key] == nil ? [] : try elements(key, read)
  }

  func nested(_ key: String) throws -> PlanReader { PlanReader(value: try member(key), path: "\(path).\(key)") }

  func wrong(_ key: String, _ wanted: String) -> PlanError {
    PlanError(message: "this is not a plan: `\(path).\(key)` is not \(wanted)")
  }

  package func stage() throws -> PlannedStage {
    PlannedStage(
      phase: try integer("phase"), id: try text("id"), inventory: optionalInteger("inventory"),
      steps: try elements("steps") { try $0.step() },
      waves: try elements("waves") { wave in
        PlannedWave(
          targets: try wave.rows("targets"),
          tolerate: wave.optionalInteger("tolerate"),
          earliest: wave.optionalText("earliest").flatMap { CivilDate($0) },
          latest: wave.optionalText("latest").flatMap { CivilDate($0) }, starts: wave.starts)
      },
      concurrency: try integer("concurrency"), isStrict: try member("strict").bool ?? true,
      tolerateByAttribute: try elements("tolerate_by_attribute") {
        AttributeLimit(attribute: try $0.text("attribute"), limit: try $0.integer("limit"))
      },
      bake: try span("bake_ms"),
      bakeEvents: try value["bake_events"].map {
        try PlannedEvents(MemberReader(value: $0, path: "\(path).bake_events"))
      },
      bakeCycles: optionalInteger("bake_cycles") ?? 0,
      gate: try value["gate"].map { try PlannedGate(MemberReader(value: $0, path: "\(path).gate")) },
      approvalRule: try value["approval_rule"].map {
        try PlannedApproval(MemberReader(value: $0, path: "\(path).approval_rule"))
      },
      pace: value["pace"] == nil ? nil : try nested("pace").pace(),
      caps: try optionalElements("caps") {
        PlannedCap(attribute: try $0.text("attribute"), pace: try $0.nested("pace").pace())
      },
      notBefore: optionalText("not_before").flatMap { Instant($0) },
      window: try value["window"].map { try PlannedWindow($0, path: "\(path).window") }, then: try text("then"))
  }

  var starts: WaveStarts? {
    guard let first = optionalText("first_start").flatMap({ Instant($0) }),
      let last = optionalText("last_start").flatMap({ Instant($0) })
    else { return nil }
    return WaveStarts(first: first, last: last)
  }

  func pace() throws -> PlannedPace {
    PlannedPace(
      text: try text("text"), count: try integer("count"), carry: try integer("carry"),
      every: optionalInteger("every_ms").map { Span(milliseconds: Int64($0)) },
      boundaries: try texts("boundaries").compactMap { Instant($0) })
  }

  func step() throws -> PlannedStep {
    let undo: PlannedUndo =
      switch try member("undo") {
      case .string("none"): .nothing
      case .string("irreversible"): .impossible
      default: .call(try nested("undo").call())
      }
    guard let wait = SpanRange(try text("wait")) else { throw wrong("wait", "a range") }
    return PlannedStep(
      id: try text("id"), summary: optionalText("summary"), call: try nested("call").call(), undo: undo,
      attempts: try integer("attempts"), wait: wait, isCutover: value["cutover"]?.bool ?? false)
  }

  func call() throws -> PlannedCall {
    guard let idempotency = Idempotency(rawValue: try text("idempotency")) else {
      throw wrong("idempotency", "natural, key or none")
    }
    var probe: PlannedProbe?
    if value["probe"] != nil {
      let reader = try nested("probe")
      probe = PlannedProbe(
        operation: try reader.text("operation"), provider: try reader.text("provider"),
        arguments: try reader.arguments("arguments"), timeout: try reader.span("timeout_ms"))
    }
    return PlannedCall(
      operation: try text("operation"), provider: try text("provider"), arguments: try arguments("arguments"),
      idempotency: idempotency, timeout: try span("timeout_ms"), settle: try span("settle_ms"), probe: probe)
  }
}

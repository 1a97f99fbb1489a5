internal import Diagnostics
internal import Quantities
internal import SSHSignatures
internal import Vocabularies

/// Follows a runbook from file to file.
struct RunbookLoader {
  private let base: String
  private let isSingleFile: Bool
  private let mainPath: String
  private let reading: (String) throws -> [UInt8]
  private let listing: (String) -> [String]
  private let adapters: [AdapterFacts]
  private var findings: [Finding] = []
  private var sources: [String: String] = [:]
  private var digests: [Source] = []
  private var salts: SaltSource?
  private var texts: [String: SourceText] = [:]
  private var environments: [Environment] = []
  private var environmentNames: [String] = []
  private var hasImplicitEnvironment = false

  init(
    path: String, adapters: [AdapterFacts], reading: @escaping (String) throws -> [UInt8],
    listing: @escaping (String) -> [String]
  ) {
    self.adapters = adapters
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    let isFile = trimmed.hasSuffix(".yaml") || trimmed.hasSuffix(".yml")
    if isFile {
      let slash = trimmed.lastIndex(of: "/")
      base = slash.map { $0 == trimmed.startIndex ? "/" : String(trimmed[..<$0]) } ?? ""
      mainPath = slash.map { String(trimmed[trimmed.index(after: $0)...]) } ?? trimmed
    } else {
      base = trimmed
      mainPath = "runbook.yaml"
    }
    // `runbooks/retail/runbook.yaml` means the directory: its environments lie beside it.
    isSingleFile = isFile && mainPath != "runbook.yaml"
    self.reading = reading
    self.listing = listing
  }

  /// Reads everything.
  mutating func load(environment wanted: String?) -> LoadedRunbook {
    let top = SourceSpan(file: shown(mainPath))
    guard let node = yaml(mainPath, namedAt: top, isSource: true) else { return result(nil, wanted: wanted) }
    guard node.isMapping else {
      findings.append(
        .wrongType("the runbook", wanted: "a mapping", found: node.kind, replacement: nil, at: node.location))
      return result(nil, wanted: wanted)
    }
    var checker = ShapeChecker()
    let start = SourceSpan(file: shown(mainPath), line: node.location.line, column: node.location.column)
    checker.check(node, .mapping(Runbook.definition.vocabulary), as: "the runbook", owner: start)
    findings += checker.findings
    var shared = SharedSteps(of: node)
    let resolved = shared.resolved(node)
    findings += shared.findings
    var reading = Reading()
    let top1 = Located("", at: SourceSpan(file: shown(mainPath), line: 1, column: 1))
    guard var runbook = Runbook.definition.read(resolved, name: top1, &reading) else {
      return result(nil, wanted: wanted)
    }
    findings += reading.all
    loadEnvironments(node, wanted: wanted)
    let inventoryNames = loadInventories(node, into: &runbook)
    loadCalendars(into: &runbook)
    loadPeople(into: &runbook)
    let forecastIsComplete = loadForecast(into: &runbook)
    findings += AsBuilt.add(to: &runbook)
    loadRisks(into: &runbook)
    var checks = RunbookChecks(
      runbook: runbook, environments: environments, hasImplicitEnvironment: hasImplicitEnvironment,
      hasAllEnvironments: environments.count == environmentNames.count,
      inventoryNames: inventoryNames, forecastIsComplete: forecastIsComplete, texts: texts,
      sources: sources, adapters: adapters)
    findings += checks.run()
    runbook.addresses = Dictionary(adapters.map { ($0.name, $0.addresses) }, uniquingKeysWith: { first, _ in first })
    runbook.sources = digests
    return result(runbook, wanted: wanted)
  }

  private func result(_ runbook: Runbook?, wanted: String?) -> LoadedRunbook {
    var seen: Set<Finding> = []
    // A misspelt name leaves another one unused: that is one mistake and not two.
    let broken = self.findings.hasErrors
    let findings = self.findings.filter { seen.insert($0).inserted && !(broken && $0.code == "G138") }.inReadingOrder
    let sound = broken ? nil : runbook
    let chosen = wanted == nil && environments.count != 1 ? nil : environments.first
    return LoadedRunbook(
      runbook: sound, environment: sound == nil ? nil : chosen, environmentNames: environmentNames, findings: findings,
      sources: sources)
  }
}

// MARK: - Environments, inventories and calendars

extension RunbookLoader {
  private mutating func loadEnvironments(_ node: SyntaxNode, wanted: String?) {
    let names =
      isSingleFile
      ? []
      : listing(joined("environments")).map { String($0.split(separator: "/").last ?? "") }
        .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }.sorted()
    if let inline = node["environment"], inline.isMapping {
      add(inline, as: Environment.inlineDefinition, name: "inline", file: shown(mainPath))
    } else if names.isEmpty {
      // A small runbook uses adapters directly and needs no bindings: its environment is empty.
      hasImplicitEnvironment = true
      let nothing = SyntaxNode(content: .mapping([]), location: node.location)
      add(nothing, as: Environment.inlineDefinition, name: "inline", file: shown(mainPath))
    }
    environmentNames = environments.isEmpty ? names : environments.map(\.id.value)
    if let wanted, !environmentNames.contains(wanted) { return unknown(environment: wanted) }
    guard environments.isEmpty else { return }
    for name in names where wanted == nil || wanted == name {
      loadEnvironment(name, isSource: wanted == name || names.count == 1)
    }
  }

  private mutating func unknown(environment name: String) {
    environments = []
    let nearest = Spelling.nearest(to: name, among: environmentNames)
    findings.append(
      .unreadable(
        isSingleFile ? name : "environments/\(name).yaml", nearest: nearest, existing: environmentNames,
        at: SourceSpan(file: shown(mainPath))))
  }

  private mutating func loadEnvironment(_ name: String, isSource: Bool) {
    let path = "environments/\(name).yaml"
    let top = SourceSpan(file: shown(path))
    guard let node = yaml(path, namedAt: top, isSource: isSource) else { return }
    guard node.isMapping else {
      findings.append(
        .wrongType("the environment", wanted: "a mapping", found: node.kind, replacement: nil, at: node.location))
      return
    }
    var checker = ShapeChecker()
    checker.check(node, .mapping(Environment.definition.vocabulary), as: "the environment", owner: node.location)
    findings += checker.findings
    add(node, as: Environment.definition, name: name, file: shown(path))
    if let id = node.located("environment"), id.value != name {
      findings.append(.environmentName(id, file: name))
    }
  }

  private mutating func add(
    _ node: SyntaxNode, as definition: Definition<Environment>, name: String, file: String
  ) {
    let top = SourceSpan(file: file, line: node.location.line, column: node.location.column)
    var reading = Reading()
    if let environment = definition.read(node, name: Located(name, at: top), &reading) {
      environments.append(environment)
    }
    findings += reading.all
  }

  /// - Returns: the names of all inventories, those included whose file cannot be read.
  private mutating func loadInventories(_ node: SyntaxNode, into runbook: inout Runbook) -> [String] {
    let members = node["inventories"]?.members ?? []
    for member in members {
      if let path = member.value.located {
        guard let bytes = source(path.value, namedAt: path.location, keepsText: true) else { continue }
        let (inventory, found) = InventoryBuilder.build(
          bytes, name: member.key, path: path.value, file: shown(path.value))
        runbook.inventories.append(inventory)
        findings += found
      } else if case .list = member.value.content {
        let (inventory, found) = InventoryBuilder.build(inline: member.value, name: member.key, path: mainPath)
        runbook.inventories.append(inventory)
        findings += found
      }
    }
    return members.map(\.key.value)
  }

  /// Reads `trust/`, where there is one: a runbook without approvals needs none.
  private mutating func loadPeople(into runbook: inout Runbook) {
    let files = Set(listing(joined("trust")).map { String($0.split(separator: "/").last ?? "") })
    let top = SourceSpan(file: shown("trust/people.yaml"))
    if files.contains("salt") {
      salts = (try? reading(joined("trust/salt"))).flatMap { SaltSource(String(decoding: $0, as: UTF8.self)) }
      runbook.salts = salts
      if salts == nil { findings.append(.unreadableSalt(at: SourceSpan(file: shown("trust/salt")))) }
    }
    if files.contains("people.yaml"), let node = yaml("trust/people.yaml", namedAt: top, isSource: true) {
      var checker = ShapeChecker()
      checker.check(node, .mapping(.people), as: "people.yaml", owner: top)
      findings += checker.findings
      runbook.hasPeople = true
      var reading = Reading()
      runbook.people =
        node["people"].flatMap {
          Forms.named(.identifier, Person.definition).read($0, &reading)
        } ?? []
    }
    guard files.contains("allowed_signers"),
      let signers = source("trust/allowed_signers", namedAt: top, keepsText: true)
    else { return }
    runbook.keys = TrustedKeys(
      allowedSigners: signers, signersFile: shown("trust/allowed_signers"), revokedFile: shown("trust/revoked"))
    guard files.contains("revoked"), let revoked = source("trust/revoked", namedAt: top, keepsText: false),
      RevocationList.isOne(revoked) || source("trust/revoked", namedAt: top, keepsText: true) != nil
    else { return }
    runbook.keys?.revoked = revoked
  }

  /// - Returns: whether the forecast, if there is one, could be read.
  private mutating func loadForecast(into runbook: inout Runbook) -> Bool {
    guard let path = runbook.forecast else { return true }
    let top = SourceSpan(file: shown(path.value))
    guard let node = yaml(path.value, namedAt: path.location, isSource: true) else { return false }
    guard node.isMapping else {
      findings.append(
        .wrongType("the forecast", wanted: "a mapping", found: node.kind, replacement: nil, at: node.location))
      return false
    }
    var checker = ShapeChecker()
    checker.check(node, .mapping(.forecast), as: "the forecast", owner: top)
    var prices: SyntaxNode?
    if let list = node.located("prices"), let read = yaml(list.value, namedAt: list.location, isSource: true) {
      checker.check(read, .mapping(.prices), as: "the price list", owner: SourceSpan(file: shown(list.value)))
      prices = read
    }
    let (quantities, found) = ForecastBuilder.build(node)
    runbook.forecastQuantities = quantities
    findings += checker.findings + found
    guard checker.findings.isEmpty else { return false }
    let (model, modelFindings) = ForecastModelBuilder.build(node, prices: prices, at: node["load"]?.location ?? top)
    runbook.model = model
    findings += modelFindings
    return true
  }

  private mutating func loadRisks(into runbook: inout Runbook) {
    guard let path = runbook.risks else { return }
    let top = SourceSpan(file: shown(path.value))
    guard let node = yaml(path.value, namedAt: path.location, isSource: true) else { return }
    var checker = ShapeChecker()
    checker.check(node, .mapping(.risks), as: "the risk register", owner: top)
    findings += checker.findings
    guard checker.findings.isEmpty else { return }
    let (register, found) = RiskBuilder.build(node)
    runbook.register = register
    findings += found
  }

  private mutating func loadCalendars(into runbook: inout Runbook) {
    for calendar in runbook.calendars {
      let path = calendar.file
      guard let bytes = source(path.value, namedAt: path.location, keepsText: false) else { continue }
      let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
      // For underlining: a letter that a fold parts is shown as two that cannot be read.
      sources[shown(path.value)] = String(decoding: content, as: UTF8.self)
      let (read, found) = CalendarReader.read(content, source: calendar, file: shown(path.value))
      runbook.calendarFiles.append(read)
      findings += found
    }
  }
}

// MARK: - Files

extension RunbookLoader {
  private func joined(_ path: String) -> String {
    base.isEmpty ? path : base.hasSuffix("/") ? base + path : "\(base)/\(path)"
  }

  /// The name of a file in findings.
  private func shown(_ path: String) -> String { joined(path) }

  private mutating func yaml(_ path: String, namedAt place: SourceSpan, isSource: Bool) -> SyntaxNode? {
    let file = shown(path)
    guard source(path, namedAt: place, keepsText: true, isSource: isSource) != nil, let text = sources[file] else {
      return nil
    }
    texts[file] = SourceText(file: file, text: text)
    let (node, found) = YAMLReader.read(text, file: file)
    findings += found
    return node
  }

  /// The first line of a text that is not UTF-8, and the first column in it that is not.
  private static func placeOfBrokenText(_ bytes: ArraySlice<UInt8>, file: String) -> SourceSpan {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let number = lines.firstIndex(where: { String(validating: $0, as: UTF8.self) == nil }) else {
      return SourceSpan(file: file)
    }
    // Nobody writes such a line in full: what is broken stands near its beginning, or it is no text at all.
    let length = (0..<min(lines[number].count, 4_096)).last {
      String(validating: lines[number].prefix($0), as: UTF8.self) != nil
    }
    let column = String(decoding: lines[number].prefix(length ?? 0), as: UTF8.self).unicodeScalars.count + 1
    return SourceSpan(file: file, line: number + 1, column: column)
  }

  /// Reads a file of the runbook and notes its digest. When its text is kept, for underlining, it must be UTF-8.
  private mutating func source(
    _ path: String, namedAt place: SourceSpan, keepsText: Bool, isSource: Bool = true
  ) -> [UInt8]? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.hasPrefix("/"), !parts.contains(".."), !path.contains("\0"), !path.contains("\\") else {
      findings.append(.leavesDirectory(path, at: place))
      return nil
    }
    guard let bytes = try? reading(joined(path)) else {
      let folder = parts.dropLast().joined(separator: "/")
      let existing = listing(folder.isEmpty ? base : joined(folder)).map { String($0.split(separator: "/").last ?? "") }
        .filter { !$0.hasPrefix(".") }.sorted()
      let nearest = Spelling.nearest(to: String(parts.last ?? ""), among: existing)
      findings.append(
        .unreadable(
          path, nearest: nearest.map { folder.isEmpty ? $0 : "\(folder)/\($0)" }, existing: existing, at: place))
      return nil
    }
    if isSource, !digests.contains(where: { $0.path == path }) {
      // A plan outlives the names in these files: who has it must not be able to try names out.
      let salt = path.hasPrefix("trust/") ? salts?.salt(for: path, of: bytes) : nil
      digests.append(Source(path: path, digest: Digest(of: (salt ?? []) + bytes)))
    }
    guard keepsText else { return bytes }
    // A byte order mark is no part of the text: columns count after it.
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard let text = String(validating: content, as: UTF8.self) else {
      findings.append(.notUTF8(at: Self.placeOfBrokenText(content, file: shown(path))))
      return nil
    }
    sources[shown(path)] = text
    return bytes
  }
}

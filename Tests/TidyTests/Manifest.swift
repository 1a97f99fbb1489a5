/// What `Package.swift` says about targets and packages, read from its text.
struct Manifest {
  struct Target {
    let kind: String
    let name: String
    /// Modules that it may import: targets of ours and products of packages.
    let dependencies: [String]
    let folder: String
  }

  private(set) var targets: [Target] = []
  /// Each `.package(…)`: its address, and whether one version alone fits it.
  private(set) var packages: [(address: String, isExact: Bool)] = []

  init(_ text: String) {
    let tokens = SwiftSource("Package.swift", text).tokens
    // `let yams = Target.Dependency.product(name: "Yams", …)`
    var products: [String: String] = [:]
    for (place, token) in tokens.enumerated() where token.text == "product" && place > 5 {
      guard let equals = tokens[..<place].lastIndex(where: { $0.isSign("=") || $0.isSign(",") || $0.isSign("[") }),
        tokens[equals].isSign("="), let name = tokens[place...].first(where: { $0.kind == .text })
      else { continue }
      products[tokens[equals - 1].text] = name.text
    }
    var place = 0
    while place + 1 < tokens.count {
      defer { place += 1 }
      guard place > 0, tokens[place - 1].isSign("."), tokens[place + 1].isSign("(") else { continue }
      let call = Self.call(tokens, from: place + 1)
      switch tokens[place].text {
      case "package":
        packages.append((call.first { $0.kind == .text }?.text ?? "", call.contains { $0.text == "exact" }))
      case "target", "executableTarget", "testTarget", "systemLibrary":
        add(tokens[place].text, call, products)
      default: continue
      }
    }
  }

  private mutating func add(_ kind: String, _ call: [SwiftSource.Token], _ products: [String: String]) {
    let name = Self.text(of: "name", in: call) ?? ""
    var dependencies: [String] = []
    if let start = call.firstIndex(where: { $0.text == "dependencies" }) {
      var label = ""
      for token in call[start...].dropFirst(3).prefix(while: { !$0.isSign("]") }) {
        // `.product(name: "RealModule", package: "swift-numerics")`
        if token.kind == .text, label != "package" { dependencies.append(token.text) }
        if token.kind == .word { label = token.text }
        if token.kind == .word, let product = products[token.text] { dependencies.append(product) }
      }
    }
    let folder = Self.text(of: "path", in: call) ?? (kind == "testTarget" ? "Tests/\(name)" : "Sources/\(name)")
    targets.append(Target(kind: kind, name: name, dependencies: dependencies, folder: folder))
  }

  private static func text(of label: String, in call: [SwiftSource.Token]) -> String? {
    guard let place = call.firstIndex(where: { $0.kind == .word && $0.text == label }), place + 2 < call.count else {
      return nil
    }
    return call[place + 2].text
  }

  /// The tokens from a bracket to the one that closes it.
  private static func call(_ tokens: [SwiftSource.Token], from start: Int) -> [SwiftSource.Token] {
    var depth = 0
    for place in start..<tokens.count {
      if tokens[place].isSign("(") { depth += 1 }
      if tokens[place].isSign(")") { depth -= 1 }
      if depth == 0 { return Array(tokens[start...place]) }
    }
    return []
  }
}

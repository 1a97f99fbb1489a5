/// Rules about `Package.swift` and what the files of each target import.
enum PackageRules {
  /// What comes with the compiler and the system.
  private static let standard: Set<String> = [
    "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Musl", "PackageDescription",
    "Swift", "Synchronization", "Testing",
  ]

  /// The modules that a file imports, with their lines.
  static func imports(_ source: SwiftSource) -> [(module: String, line: Int)] {
    source.tokens.indices.dropLast().compactMap { place in
      guard source.tokens[place].kind == .word, source.tokens[place].text == "import" else { return nil }
      let kinds = ["struct", "enum", "class", "func", "protocol", "typealias", "var", "let"]
      let name = source.tokens[place + 1].text
      return (kinds.contains(name) ? source.tokens[place + 2].text : name, source.tokens[place].line)
    }
  }

  /// Imports of modules that the target does not name: whatever version comes along is used.
  static func undeclaredImports(_ manifest: Manifest, _ sources: [SwiftSource]) -> [String] {
    manifest.targets.flatMap { target in
      sources.filter { $0.path.hasPrefix(target.folder + "/") }.flatMap { source in
        imports(source).filter { !standard.contains($0.module) && !target.dependencies.contains($0.module) }
          .map {
            "\(source.path):\($0.line) imports \($0.module), which Package.swift does not name for \(target.name)"
          }
      }
    }
  }

  /// Dependencies that no file of the target imports.
  static func unusedDependencies(_ manifest: Manifest, _ sources: [SwiftSource]) -> [String] {
    manifest.targets.flatMap { target in
      let used = Set(
        sources.filter { $0.path.hasPrefix(target.folder + "/") }.flatMap { imports($0).map(\.module) })
      return target.dependencies.filter { !used.contains($0) }
        .map { "\(target.name) names \($0) and never imports it" }
    }
  }

  static func unpinned(_ manifest: Manifest) -> [String] {
    manifest.packages.filter { !$0.isExact }.map { "\($0.address) has no exact version" }
  }

  /// The codes of findings that stand in the source.
  static func codes(_ sources: [SwiftSource]) -> Set<String> {
    Set(
      sources.flatMap { $0.tokens }.filter { $0.kind == .text && $0.text.wholeMatch(of: #/G\d{3}/#) != nil }
        .map(\.text))
  }
}

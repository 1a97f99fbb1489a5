import Testing

/// Each rule finds what it is there for.
@Suite("A rule of the repository")
struct RuleTests {
  private func source(_ text: String, path: String = "Sources/Room/File.swift") -> SwiftSource {
    SwiftSource(path, text)
  }

  private static let lines = Array(repeating: "    work()", count: 60).joined(separator: "\n")

  @Test(
    "counts whatever has a body",
    arguments: [
      "  func long() {\nBODY\n  }", "  init() {\nBODY\n  }", "  deinit {\nBODY\n  }",
      "  subscript(place: Int) -> Int {\nBODY\n  }", "  var value: Int {\nBODY\n  }",
      "  var value = 1 {\n  didSet {\nBODY\n  }\n  }",
      "  func long(\n    first: Int = 0, then: () -> [Int] = { [] }\n  ) async throws(Problem) -> [String: Int]\n  {\nBODY\n  }",
      "  init?<Text>(_ text: Text) where Text: StringProtocol {\nBODY\n  }",
      "  static func == (left: Room, right: Room) -> Bool {\nBODY\n  }",
    ])
  func lengths(member: String) {
    let long = source("struct Room {\n\(member.replacing("BODY", with: Self.lines))\n}")
    #expect(TidyRules.longBodies(long).count == 1, "\(member)")
    let short = source("struct Room {\n\(member.replacing("BODY", with: "    work()"))\n  func other() {}\n}")
    #expect(TidyRules.longBodies(short) == [])
  }

  @Test("counts neither what follows a requirement nor a type as a whole")
  func requirements() {
    let text = "protocol Room {\n  func first()\n  var second: Int { get }\n}\nstruct Other {\n\(Self.lines)\n}\n"
    #expect(TidyRules.longBodies(source(text)) == [])
  }

  @Test(
    "finds a declaration that nothing names",
    arguments: [
      "func lonely() {}", "private var lonely = 1", "struct lonely {}", "typealias lonely = Int", "case lonely",
      "static let lonely: Int = { 1 }()", "case first, lonely(Int)", "@discardableResult\n  package func lonely() {}",
      "let first = 1, lonely = 2",
    ])
  func dead(member: String) {
    let text = "enum Room {\n  \(member)\n  // lonely\n  static let words = \"lonely\"\n}\n"
    let user = source("let a = Room.first + Room.words", path: "Tests/Some.swift")
    #expect(TidyRules.dead([source(text)], namedIn: [user]).map { $0.contains("lonely") } == [true])
    #expect(TidyRules.dead([source(text)], namedIn: [user, source("let b = \"\\(Room.lonely)\"")]) == [])
  }

  @Test("lets pass what the compiler calls, and what comes from text")
  func calledByOthers() {
    let builder = "@resultBuilder enum Maker {\n  static func buildBlock(all: Int) -> Int { all }\n}\nuse(Maker.self)\n"
    let kind = "enum Kind: String { case lonely }\nuse(Kind.self)\n"
    #expect(TidyRules.dead([source(builder + kind)], namedIn: []) == [])
    #expect(TidyRules.deadLabels([source(builder)], namedIn: []) == [])
    #expect(TidyRules.dead([source(builder.replacing("@resultBuilder ", with: "") + kind)], namedIn: []).count == 1)
    #expect(TidyRules.dead([source(builder + kind.replacing(": String", with: ""))], namedIn: []).count == 1)
  }

  @Test("finds an initialiser that nobody calls by a label that nobody writes, and a parameter that is not used")
  func labels() {
    let text =
      "struct Gate {\n  init(since: Int) { use(since) }\n  func look(at place: Int, _ looks: Int) { go(place) }\n}\n"
    #expect(TidyRules.deadLabels([source(text)], namedIn: []).count == 2)
    #expect(TidyRules.deadLabels([source(text)], namedIn: [source("Gate(since: 1).look(at: 2, 3)")]) == [])
    #expect(TidyRules.unusedParameters([source(text)]) == ["Sources/Room/File.swift:3 look does not use looks"])
    let asked = source("protocol Looker { func look(at place: Int, _ looks: Int) }")
    #expect(TidyRules.unusedParameters([source(text), asked]) == [])
  }

  @Test("finds a public type and a longer public function without a word")
  func undocumented() {
    let text =
      "public struct Room {\n  public init() {}\n  public func go() {\n    a()\n    b()\n    c()\n  }\n  public var size: Int { 1 }\n}\n"
    #expect(TidyRules.undocumented(source(text)).count == 2)
    #expect(TidyRules.undocumented(source(text.replacing("public", with: "/// Says.\npublic"))) == [])
  }

  @Test("tells a label from a comment")
  func repeated() {
    func found(_ comment: String, _ declaration: String) -> Bool {
      !TidyRules.labels(source("struct StepLimit {\n  /// \(comment)\n  \(declaration)\n}")).isEmpty
    }
    #expect(found("The name.", "let name: String"))
    #expect(found("Makes a limit.", "init(name: String) {}"))
    #expect(found("The names of the steps.", "let stepNames: [String]"))
    #expect(!found("The name; empty when there is one step.", "let name: String"))
    #expect(!found("The deadline in milliseconds.", "let deadline: Int"))
    #expect(!found("The share, 0 to 1.", "let share: Int"))
  }

  static let manifest = """
    let yams = Target.Dependency.product(name: "Yams", package: "Yams")
    let package = Package(
      name: "a", dependencies: [.package(url: "https://b/Yams", exact: "1.0.0"), .package(url: "https://c", from: "1.0.0")],
      targets: [
        .target(name: "Room", dependencies: ["Other", yams, .product(name: "Numbers", package: "c")]),
        .testTarget(name: "RoomTests", dependencies: ["Room"]), .executableTarget(name: "go", path: "Tests/Go"),
      ])
    """

  @Test("finds an import that the package does not name, a name that nothing imports, and a version that may move")
  func packages() {
    let manifest = Manifest(Self.manifest)
    #expect(manifest.targets.map(\.folder) == ["Sources/Room", "Tests/RoomTests", "Tests/Go"])
    #expect(manifest.targets[0].dependencies == ["Other", "Yams", "Numbers"])
    let files = [
      source("public import Other\ninternal import Foundation\nimport struct Yams.Node\nimport SystemPackage\n"),
      source("@testable import Room\nimport Testing\n", path: "Tests/RoomTests/Some.swift"),
      source("import Room\n", path: "Tests/Go/main.swift"),
    ]
    #expect(
      PackageRules.undeclaredImports(manifest, files) == [
        "Sources/Room/File.swift:4 imports SystemPackage, which Package.swift does not name for Room",
        "Tests/Go/main.swift:1 imports Room, which Package.swift does not name for go",
      ])
    #expect(PackageRules.unusedDependencies(manifest, files) == ["Room names Numbers and never imports it"])
    #expect(PackageRules.unpinned(manifest) == ["https://c has no exact version"])
  }

  @Test("finds codes in code and not in comments or sentences")
  func codes() {
    let text =
      "// \"G101\"\nlet a = Finding(code: \"G102\", text: \"see G103\")\nlet b = \"\"\"\n  \"G104\"\n  \"\"\"\nlet c = #\"G105\"#"
    #expect(PackageRules.codes([source(text)]) == ["G102", "G105"])
  }
}

import Foundation
import Testing

/// The schemas, judged by a validator that is not ours.
@Suite("The schemas", .enabled(if: Program.hasValidator, "python3 has no jsonschema and yaml"))
struct SchemaTests {
  let program: Program
  let folder = "\(Program.repository)/docs/schema"

  init() throws {
    program = try Program()
    try program.write("judge.py", Self.judge)
  }

  /// Prints a line for each file that does not fit its schema; `judge.py SCHEMA FILE…`, `.jsonl` line by line. Alone with
  /// `--schema` it looks at the schema itself.
  static let judge = """
    import json, sys, yaml, jsonschema
    class Loader(yaml.SafeLoader): pass
    # Dates are texts, as in YAML 1.2.
    Loader.yaml_implicit_resolvers = {
        key: [pair for pair in pairs if "timestamp" not in pair[0]]
        for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    def parts(schema):
        yield schema
        for value in schema.values():
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict): yield from parts(part)
    def look(path):
        schema = json.load(open(path))
        jsonschema.Draft7Validator.check_schema(schema)
        if schema["$schema"] != "http://json-schema.org/draft-07/schema#" or not schema["$id"].startswith("https://"):
            print(path, "head")
        for part in parts(schema):
            if "$defs" in part or ("$ref" in part and len(part) > 1): print(path, "is not draft 07")
            for example in part.get("examples", []):
                # Definitions stand at the top.
                whole = {**part, "definitions": schema.get("definitions", {})}
                for error in jsonschema.Draft7Validator(whole).iter_errors(example): print(path, example, error.message)
        return schema
    if sys.argv[1] == "--schema":
        for path in sys.argv[2:]: look(path)
    elif sys.argv[1] == "--described":
        for path in sys.argv[2:]:
            schema = json.load(open(path))
            bare = [name for part in parts(schema) if isinstance(part.get("properties"), dict)
                    for name, one in part["properties"].items()
                    if isinstance(one, dict) and "description" not in one and name != "secret"]
            if bare: print(path, bare)
            print(sum("examples" in part for part in parts(schema)), "examples", file=sys.stderr)
    else:
        judge = jsonschema.Draft7Validator(look(sys.argv[1]))
        for path in sys.argv[2:]:
            text = open(path).read()
            lines = text.splitlines() if path.endswith(".jsonl") else []
            values = [json.loads(line) for line in lines] or [yaml.load(text, Loader)]
            for value in values:
                for error in judge.iter_errors(value): print(path, list(error.path), error.message[:200])
    """

  private func judge(_ words: String) throws -> String {
    let status = try program.shell("python3 -W ignore judge.py \(words) > judged 2>&1")
    return program.read("judged") + (status == 0 ? "" : "python3 left with \(status)")
  }

  @Test("are draft 07 with an absolute name, describe every key, and have examples that fit")
  func form() throws {
    #expect(try judge("--schema \(folder)/*.json") == "")
    let kinds = [
      "runbook", "environment", "people", "prices", "risks", "forecast", "status", "why", "doctor", "plan-output",
      "plan-targets", "commands", "status-targets", "forecast-output", "risks-output", "history", "findings",
      "rollback", "amendment", "change", "causes", "replay", "reconciliation", "erasure",
    ]
    for kind in kinds {
      let judged = try judge("--described \(folder)/\(kind).schema.json")
      #expect(judged.wholeMatch(of: #/\d+ examples\n/#) != nil, "\(judged)")
    }
    #expect(try judge("--described \(folder)/runbook.schema.json") != "0 examples\n")
  }

  @Test("take the shipped runbook")
  func shipped() throws {
    let book = "\(Program.repository)/runbooks/retail-assistant"
    let files = try FileManager.default.subpathsOfDirectory(atPath: book).filter { $0.hasSuffix(".yaml") }
    var count = 0
    for file in files {
      let text = try String(contentsOfFile: "\(book)/\(file)", encoding: .utf8)
      guard let line = text.firstMatch(of: #/\$schema=(\S+)/#) else { continue }
      count += 1
      let schema = URL(filePath: "\(book)/\(file)").deletingLastPathComponent().appending(path: String(line.1))
      #expect(try judge("\(schema.standardizedFileURL.path(percentEncoded: false)) \(book)/\(file)") == "", "\(file)")
    }
    #expect(count >= 6)
  }

  @Test("lie beside a new runbook, and its files name them")
  func starter() throws {
    #expect(try program.run("init", "deep/below/mine").status == 0)
    for file in ["runbook.yaml", "environments/local.yaml"] {
      let path = "deep/below/mine/\(file)"
      let first = try #require(program.read(path).split(separator: "\n").first)
      let name = try #require(first.wholeMatch(of: #/# yaml-language-server: \$schema=(\S+)/#)).1
      let folder = URL(filePath: "\(program.directory)/\(path)").deletingLastPathComponent()
      let schema = folder.appending(path: String(name))
      #expect(try judge("\(schema.standardizedFileURL.path(percentEncoded: false)) \(path)") == "", "\(file)")
    }
    for adapter in ["process", "http", "manual", "noop", "prometheus", "sql"] {
      #expect(program.read("deep/below/mine/environments/local.yaml").contains(adapter))
    }
    try program.write("deep/below/mine/.schema/runbook.schema.json", "old")
    #expect(try program.run("schema", "--into", "deep/below/mine/.schema").status == 0)
    #expect(program.read("deep/below/mine/.schema/runbook.schema.json") == (try program.run("schema", "runbook")).out)
  }

  @Test(
    "judge as `validate` does",
    arguments: [
      ("tolerate: 1", "tolerate: 2", true), ("tolerate: 1", "tolerate: 1.5", false),
      ("tolerate: 1", "tolerate: -1", false),
      ("tolerate: 1", "tolerate: \"10 %\"", true), ("tolerate: 1", "tolerate: true", false),
      ("runbook: small", "runbook: small\nowner: 5", true), ("runbook: small", "runbook: small\nowner: true", true),
      ("adapter: process, shell: true", "adapter: https", false), ("adapter: process", "adapter: proces", false),
      ("id: copy", "id: 7", true), ("id: copy", "id: Copy", false), ("id: copy", "id: 1.5", false),
      ("sizes: [1, 2]", "sizes: [0, 2]", false), ("undo: take-back", "undo: none, timeout: 5", false),
      ("undo: take-back", "undo: none, timeout: 5m", true),
      (
        "phases:",
        "steps: { a: [ { id: x, uses: do, undo: none }, { of: b } ], b: [ { id: y, uses: do, undo: none } ] }\nphases:",
        true
      ),
      ("steps: [ { id: copy, uses: do, undo: take-back } ]", "steps: { off: a }", false),
      ("uses: do, undo: take-back", "uses: do, undo: { wiht: { a: 1 } }", false),
      (
        "uses: do, undo: take-back",
        "uses: process, with: { command: [ ls ] }, undo: { with: { command: [ ls ] } }, probe: { with: { command: [ ls ] } }",
        true
      ),
    ])
  func agreement(old: String, new: String, isRight: Bool) throws {
    try program.write("small.yaml", CommandTests.small.replacing(old, with: new))
    let validated = try program.run("validate", "small.yaml")
    #expect((validated.status == 0) == isRight, "\(validated.err)")
    let judged = try judge("\(folder)/runbook.schema.json small.yaml")
    #expect(judged.isEmpty == isRight, "\(new): \(judged)")
  }

  @Test("are those of what is printed")
  func printed() throws {
    try program.write(
      "waits.yaml",
      CommandTests.small.replacing("uses: do,", with: "uses: manual, with: { instruction: look },"))
    try program.write("small.yaml", CommandTests.small.replacing("runbook: small", with: "runbook: other"))
    #expect(try program.run("run", "waits.yaml", "--until-blocked").status == 9)
    #expect(try program.run("run", "small.yaml", "--new", "--set", "x=y").status != 0)
    #expect(try program.run("pause", "--run", "r-1", "--reason", "a test").status == 0)
    let calls: [(String, [String], String)] = [
      ("status", ["status", "--all"], "json"), ("status", ["status", "r-1"], "json"), ("why", ["why"], "json"),
      ("commands", ["commands"], "json"), ("status-targets", ["status", "r-1", "--targets"], "json"),
      ("why", ["why", "a"], "json"), ("why", ["why", "r-1", "move/sites/2"], "json"),
      ("history", ["history", "--events"], "jsonl"), ("doctor", ["doctor", "waits.yaml"], "json"),
      ("doctor", ["doctor", "nothing.yaml"], "json"), ("plan-output", ["plan", "waits.yaml"], "json"),
      ("plan-output", ["plan", "\(Program.repository)/runbooks/retail-assistant", "--env", "production"], "json"),
      ("plan-targets", ["plan", "small.yaml", "--target", "a"], "json"),
      ("amendment", ["plan", "small.yaml", "--diff", "r-1"], "json"),
      (
        "forecast-output",
        ["forecast", "\(Program.repository)/runbooks/retail-assistant", "--env", "production", "--draws", "20"], "json"
      ),
      ("risks-output", ["risks", "\(Program.repository)/runbooks/retail-assistant", "--env", "production"], "json"),
      ("risks-output", ["risks", "\(Program.repository)/runbooks/retail-assistant"], "json"),
      (
        "plan-targets",
        ["plan", "\(Program.repository)/runbooks/retail-assistant", "--env", "local", "--where", "country=DE"], "json"
      ),
    ]
    for (number, (kind, words, form)) in calls.enumerated() {
      let result = try program.run(words + ["--json"])
      #expect(!result.out.isEmpty, "\(words)")
      try program.write("printed-\(number).\(form)", result.out)
      #expect(try judge("\(folder)/\(kind).schema.json printed-\(number).\(form)") == "", "\(words)")
    }
  }

  @Test("of what commands write are those that `schema` writes, and what they write fits")
  func written() throws {
    for kind in ["findings", "rollback", "amendment", "change", "causes", "replay", "reconciliation", "erasure"] {
      let file = try String(contentsOfFile: "\(folder)/\(kind).schema.json", encoding: .utf8)
      #expect(try program.run("schema", kind).out == file, "\(kind)")
    }
    try program.write("wrong.yaml", CommandTests.small.replacing("tolerate: 1", with: "tolerate: 1.5"))
    try program.write("boxes.yaml", PrintedCommandsTests.boxes.replacing("BAKE", with: "1h"))
    try program.write("fail-b2", "")
    let begun = try program.run("run", "boxes.yaml", "--until-blocked", "--json")
    #expect(begun.status == 4, "\(begun.err)")
    try program.write("amended.yaml", program.read("boxes.yaml").replacing("tolerate: 1", with: "tolerate: 0"))
    let calls: [(String, [String], String)] = [
      ("findings", ["validate", "wrong.yaml", "--json"], "json"),
      ("findings", ["validate", "boxes.yaml", "--json"], "json"),
      ("rollback", ["rollback", "--preview", "--json"], "json"),
      ("amendment", ["amend", "amended.yaml", "--preview", "--json"], "json"),
      ("change", ["audit", "list", "--json"], "jsonl"),
      ("change", ["audit", "sample", "1", "--seed", "7", "--json"], "jsonl"),
      ("causes", ["audit", "why", "5", "--json"], "json"), ("replay", ["audit", "replay", "--json"], "jsonl"),
      ("erasure", ["audit", "erase", NSUserName(), "--reason", "it was a trial", "--yes", "--json"], "json"),
    ]
    try program.write("run.jsonl", begun.out)
    #expect(begun.out.hasPrefix("{") && begun.out.contains("\"type\":\"version\""))
    #expect(try judge("\(folder)/history.schema.json run.jsonl") == "")
    for (number, (kind, words, form)) in calls.enumerated() {
      let result = try program.run(words)
      #expect(!result.out.isEmpty, "\(words): \(result.err)")
      try program.write("written-\(number).\(form)", result.out)
      #expect(try judge("\(folder)/\(kind).schema.json written-\(number).\(form)") == "", "\(words)")
    }
    let report = try program.run("report", "plan", "boxes.yaml", "--json")
    #expect(report.status == 2 && report.out.isEmpty && report.err.contains("sanderling plan boxes.yaml --json"))
  }
}

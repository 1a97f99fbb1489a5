import Quantities
import Testing

@testable import Plans

@Suite("What a call asks")
struct CallTextTests {
  private static func text(_ text: String) -> ArgumentTemplate {
    .text((try? Template(text)) ?? Template(parts: [.literal(text)]))
  }

  private static func members(_ members: [(String, ArgumentTemplate)]) -> ArgumentTemplate {
    .members(members.map { .init(name: $0.0, value: $0.1) })
  }

  private static func plan(_ adapter: String, _ configuration: ArgumentTemplate = .none) throws -> Plan {
    var plan = try fullPlan()
    plan.parameters = []
    plan.providers = [PlannedProvider(name: "p", adapter: adapter, configuration: configuration)]
    plan.inventories = [
      PlannedInventory(name: "t", columns: ["id", "city"], values: [["t1", "t2"], ["O'Hara", "São Tomé"]])
    ]
    return plan
  }

  private static func call(_ members: [(String, ArgumentTemplate)]) -> StepCall {
    StepCall(purpose: .apply, operation: "go", provider: "p", arguments: self.members(members))
  }

  private static func secret(_ reference: String) -> ArgumentTemplate {
    SecretReference(reference).map { .secret($0) } ?? .none
  }

  @Test("is a command with its words, as a shell would take them, with secrets as references")
  func command() throws {
    let plan = try Self.plan("process", Self.members([("set", Self.members([("TOKEN", Self.secret("env:MOVE"))]))]))
    let call = Self.call([
      (
        "command",
        .list([Self.text("./wipe"), Self.text("old/${target.id}"), Self.text("${target.city}"), Self.text("a b")])
      )
    ])
    #expect(
      plan.text(of: call).line == "./wipe old/${target.id} ${target.city} 'a b' · set {\"TOKEN\":\"{secret env:MOVE}\"}"
    )
    #expect(plan.text(of: call, for: 0, in: 0).text == "./wipe old/t1 'O'\\''Hara' 'a b'")
    #expect(plan.differsByTarget(call))
    let shell = Self.call([
      ("shell", .constant(.bool(true))), ("command", Self.text("echo a | tee b")), ("stdin", Self.text("x")),
    ])
    #expect(plan.text(of: shell).line.hasPrefix("sh -c 'echo a | tee b' · stdin x"))
    #expect(!plan.differsByTarget(shell))
  }

  @Test("needs the secrets of its own provider's configuration, and of no other's")
  func secretsOfProvider() throws {
    var plan = try Self.plan("process", .none)
    plan.providers = [("other", "env:OTHER"), ("lab", "env:MINE")].map { name, secret in
      PlannedProvider(
        name: name, adapter: "process", configuration: Self.members([("token", Self.secret(secret))]))
    }
    #expect(Set(plan.secrets.map(\.reference)) == Set([SecretReference("env:MINE")].compactMap { $0 }))
  }

  @Test("is a method with its address, in which data is encoded, and with the body")
  func request() throws {
    let plan = try Self.plan(
      "http",
      Self.members([
        ("base", Self.text("https://ann:word@api.example/v1/")),
        ("headers", Self.members([("A", Self.secret("env:KEY"))])),
      ]))
    let call = Self.call([
      ("method", Self.text("delete")), ("url", .address(try Template("x/${target.city}?run=${steps.a.outputs.b}"))),
      ("body", Self.members([("id", Self.text("${target.id}"))])),
    ])
    let open = plan.text(of: call)
    #expect(open.text == "DELETE https://\(Secret.mark)@api.example/v1/x/${target.city}?run=${steps.a.outputs.b}")
    let filled = plan.text(of: call, for: 1, in: 0)
    #expect(
      filled.text == "DELETE https://\(Secret.mark)@api.example/v1/x/S%C3%A3o%20Tom%C3%A9?run=${steps.a.outputs.b}")
    #expect(filled.details.map(\.name) == ["body", "headers"])
    #expect(filled.line.contains("{\"id\":\"t2\"}") && filled.line.contains("{secret env:KEY}"))
    #expect(plan.text(of: Self.call([("url", Self.text("/y"))])).text.hasSuffix("/v1/y"))
  }

  @Test("is an instruction, a query, or all that is handed over")
  func others() throws {
    #expect(
      try Self.plan("manual").text(of: Self.call([("instruction", Self.text("Pull the plug"))])).line == "Pull the plug"
    )
    let query = Self.call([("query", Self.text("up == 1")), ("by", Self.text("zone"))])
    #expect(try Self.plan("prometheus").text(of: query).line == "up == 1 · by zone")
    #expect(try Self.plan("noop").text(of: Self.call([("message", Self.text("hi"))])).line == "noop · message hi")
  }

  @Test("never shows a parameter that promises to be a secret")
  func plainSecret() throws {
    var plan = try Self.plan("process")
    plan.parameters = [NamedValue(name: "api_token", value: "hunter2hunter2")]
    let call = Self.call([("command", .list([Self.text("login"), Self.text("hunter2hunter2")]))])
    #expect(!plan.text(of: call).line.contains("hunter2"))
  }
}

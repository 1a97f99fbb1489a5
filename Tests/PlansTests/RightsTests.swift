import Quantities
import SSHSignatures
import Testing

@testable import Plans

/// Taking rights away is less risk, and needs nobody; whatever is not surely less is more.
@Suite("A change of who may say yes")
struct RightsTests {
  private static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
  private static let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ"

  private static let signers = "# people\nola@x \(key)\nola@y \(other)\n"
  fileprivate static let gone = "# gone\n\(other)\n"

  private static func plan() throws -> Plan {
    var plan = try fullPlan()
    plan.people = [
      PlannedPerson(
        id: "ola", roles: ["manager", "owner"], accounts: ["ola", "ola2"], principals: ["ola@x", "ola@y"])
    ]
    plan.trust(signers)
    return plan
  }

  static let changes: [(what: String, risk: PlanDifference.Risk, change: @Sendable (inout Plan) -> Void)] = [
    ("a role fewer", .shrank, { $0.people[0].roles = ["owner"] }),
    ("another role", .grew, { $0.people[0].roles = ["owner", "king"] }),
    ("an account fewer", .shrank, { $0.know(accounts: ["ola"]) }),
    ("another account", .grew, { $0.know(accounts: ["root", "ola2"]) }),
    ("a principal fewer", .shrank, { $0.know(principals: ["ola@x"]) }),
    ("a principal more", .grew, { $0.know(principals: ["ola@x", "ola@y", "*"]) }),
    ("an author more", .shrank, { $0.people[0].isAuthor = true }),
    ("a person fewer", .shrank, { $0.people = [] }),
    ("a signer fewer", .shrank, { $0.trust("ola@y \(other)\n") }),
    ("a signer more", .grew, { $0.trust(signers + "mia@x \(key)\n") }),
    ("a wider signer", .grew, { $0.trust(signers.replacing("ola@x", with: "*@x")) }),
    ("a key more that is revoked", .shrank, { $0.trust(signers, revoked: gone + "\(key)\n") }),
    ("a key fewer that is revoked", .grew, { $0.trust(signers, revoked: "\(key)\n") }),
    ("no key revoked", .grew, { $0.trust(signers, revoked: nil) }),
    ("revocations that nobody can read", .shrank, { $0.trust(signers, revoked: "garbage") }),
    ("no keys at all", .grew, { $0.keys = nil }),
  ]

  @Test("is more or less risk", arguments: changes.indices)
  func risks(number: Int) throws {
    let plan = try Self.plan()
    let (what, risk, change) = Self.changes[number]
    var new = plan
    change(&new)
    let found = new.differences(from: plan)
    let risks = Set(found.map(\.risk))
    #expect(risk == .grew ? risks.contains(.grew) : risks == [.shrank], "\(what): \(found.map(\.text))")
  }

  @Test("keeps a file that is no text as it is")
  func binary() {
    let list = Array("SSHKRL\n".utf8) + [0, 0xFF, 0x80]
    #expect(RevokedText.bytes(of: RevokedText.text(of: list)) == list)
    for text in ["ssh-ed25519 AAAA\n", "", "base64:***"] {
      #expect(RevokedText.bytes(of: text) == Array(text.utf8))
    }
  }

  @Test("leaves those keys that surely are still somebody's")
  func admits() {
    var keys = PlannedKeys(allowedSigners: "ola@x \(Self.key)\n*@z cert-authority \(Self.other)\n")
    let shown = keys.trust { $0 }.signers.entries.map(\.key.key.fingerprint)
    #expect(shown.count == 2)
    #expect(keys.admits(fingerprint: shown[0], of: ["ola@x"]))
    #expect(!keys.admits(fingerprint: shown[0], of: ["ola@y"]) && !keys.admits(fingerprint: shown[1], of: ["a@z"]))
    keys = PlannedKeys(allowedSigners: keys.allowedSigners, revoked: "\(Self.key)\n")
    #expect(!keys.admits(fingerprint: shown[0], of: ["ola@x"]))
    keys = PlannedKeys(allowedSigners: keys.allowedSigners, revoked: "garbage")
    #expect(!keys.admits(fingerprint: shown[0], of: ["ola@x"]))
  }
}

extension Plan {
  /// Its person, known by other accounts or principals.
  fileprivate mutating func know(accounts: [String]? = nil, principals: [String]? = nil) {
    people[0] = PlannedPerson(
      id: people[0].id, roles: people[0].roles, accounts: accounts ?? people[0].accounts,
      principals: principals ?? people[0].principals)
  }

  fileprivate mutating func trust(_ signers: String, revoked: String? = RightsTests.gone) {
    keys = PlannedKeys(allowedSigners: signers, revoked: revoked)
  }
}

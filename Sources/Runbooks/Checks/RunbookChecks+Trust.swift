internal import Diagnostics
internal import SSHSignatures

// The keys that people sign with: each line is one that OpenSSH reads, and each key is one person's.

extension RunbookChecks {
  /// The files of keys as signatures are held against them; `nil` where there are none.
  var trust: Trust? {
    runbook.keys.map { keys in
      // When a key is valid is no matter here, so neither is the zone.
      Trust(allowedSigners: keys.allowedSigners, revoked: keys.revoked) { $0 }
    }
  }

  mutating func checkTrust() {
    guard let keys = runbook.keys, let trust else { return }
    for (file, problems) in [
      (keys.signersFile, trust.signers.problems), (keys.revokedFile, trust.revocationProblems),
    ] {
      for problem in problems {
        findings.append(.unreadableTrust(problem.message, at: SourceSpan(file: file, line: problem.line, column: 1)))
      }
    }
    // Two lines may give one key to two persons as well as one line may.
    var owners: [PublicKey: [String]] = [:]
    for entry in trust.signers.entries where !entry.isAuthority {
      let known = owners[entry.key.key] ?? []
      let more = runbook.people.filter { person in
        !known.contains(person.id.value) && person.principals.contains { entry.covers($0.value) }
      }
      owners[entry.key.key] = known + more.map(\.id.value)
      guard !more.isEmpty, let persons = owners[entry.key.key], persons.count > 1 else { continue }
      findings.append(
        .sharedKey(
          entry.key.key.fingerprint, persons,
          at: SourceSpan(file: keys.signersFile, line: entry.line, column: 1)))
    }
  }

  /// How many of some persons can say yes at the same time: whoever signs, and by account the one who executes.
  func mostApprovals(of persons: [Person], excludesExecutors: Bool) -> (signing: Int, all: Int) {
    let signing = persons.count { person in missingProof(of: Person(person, accounts: [])) == nil }
    let byAccount = excludesExecutors ? 0 : min(1, persons.count - signing)
    return (signing, signing + byAccount)
  }

  /// Why a person cannot prove who it is; `nil` when an account or a key does.
  func missingProof(of person: Person) -> String? {
    if !person.accounts.isEmpty { return nil }
    let id = person.id.value
    guard !person.principals.isEmpty else { return "\(id) has neither accounts nor principals" }
    guard let trust else { return "\(id) has no account, and there is no trust/allowed_signers" }
    let entries = trust.signers.entries.filter { entry in
      entry.serves(Trust.namespace) && person.principals.contains { entry.covers($0.value) }
    }
    if entries.isEmpty { return "\(id) has no account, and no principal of \(id) has a key in trust/allowed_signers" }
    let isUsable = entries.contains { $0.isAuthority || trust.revocation(of: $0.key) == nil }
    return isUsable ? nil : "\(id) has no account, and every key of \(id) is revoked"
  }
}

extension Person {
  fileprivate init(_ person: Person, accounts: [Located<String>]) {
    self.init(id: person.id, roles: person.roles, accounts: accounts, principals: person.principals)
  }
}

extension Finding {
  static func mostlyByAccount(_ approval: Approval, signing: Int) -> Finding {
    let others = approval.not.contains("executor") ? "nobody else counts" : "by account only whoever executes counts"
    return Finding(
      code: "G184", severity: .warning,
      message:
        "\(approval.count) approvals by `\(approval.role)` are asked for; \(signing) of them can sign, and \(others)",
      location: approval.location, suggestion: "give their keys to `trust/allowed_signers`")
  }

  static func unreadableTrust(_ message: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G182", message: "nobody can sign with what stands here: \(message)", location: place,
      suggestion: "write what ssh-keygen(1) describes under ALLOWED SIGNERS and KEY REVOCATION LISTS")
  }

  static func sharedKey(_ fingerprint: String, _ persons: [String], at place: SourceSpan) -> Finding {
    let names = persons.map { "`\($0)`" }.joined(separator: " and ")
    return Finding(
      code: "G183", message: "the key \(fingerprint) can sign for \(names)", location: place,
      suggestion: "four eyes need two keys: give each key to one person")
  }
}

internal import Diagnostics
internal import Quantities

// Approvals, and the people who could give them.

extension RunbookChecks {
  mutating func checkPeople() {
    let stages = runbook.phases.flatMap(\.stages)
    let approvals = (runbook.phases.compactMap(\.approval) + stages.compactMap(\.approval))
    checkNames()
    if let first = runbook.people.first, runbook.salts == nil { findings.append(.noSalt(at: first.id.location)) }
    checkTrust()
    for author in runbook.authors where !runbook.people.contains(where: { $0.id.value == author.value }) {
      findings.append(.unknownPerson(author, known: runbook.people.map(\.id.value)))
    }
    guard asksForApprovals else { return }
    checkWalls()
    guard !approvals.isEmpty else { return }
    guard runbook.hasPeople else {
      if let first = approvals.first { findings.append(.noPeople(at: first.location)) }
      return
    }
    for approval in approvals { check(approval) }
  }

  /// Whether any environment does not leave approvals out.
  private var asksForApprovals: Bool {
    environments.contains { environment in !environment.ignore.contains { $0.value == .approvals } }
  }

  /// Behind a step that cannot be taken back there is no way home: somebody should say yes before it.
  private mutating func checkWalls() {
    for phase in runbook.phases where phase.approval == nil {
      for stage in phase.stages where stage.approval == nil {
        for step in stage.steps where step.undo.value == .impossible {
          findings.append(.unapprovedWall(step, stage: phase.path(of: stage)))
        }
      }
    }
  }

  private mutating func check(_ approval: Approval) {
    let holders = runbook.people.filter { $0.roles.contains { $0.value == approval.role } }
    guard !holders.isEmpty else {
      findings.append(.nobodyHasRole(approval.role, at: approval.location))
      return
    }
    let authors = approval.not.contains("author") ? Set(runbook.authors.map(\.value)) : []
    let allowed = holders.filter { !authors.contains($0.id.value) }
    let unproved = allowed.compactMap { missingProof(of: $0) }
    let able = allowed.count - unproved.count
    let most = mostApprovals(
      of: allowed.filter { missingProof(of: $0) == nil }, excludesExecutors: approval.not.contains("executor"))
    if able < approval.count {
      findings.append(.tooFewPeople(approval, able: able, unproved: unproved))
    } else if most.all < approval.count {
      findings.append(.mostlyByAccount(approval, signing: most.signing))
    }
    if let role = approval.emergency, !runbook.people.contains(where: { $0.roles.contains { $0.value == role.value } })
    {
      findings.append(.nobodyHasRole(role.value, at: role.location))
    }
  }

  private mutating func checkNames() {
    var owners: [String: String] = [:]
    for person in runbook.people {
      for (kind, names) in [("account", person.accounts), ("principal", person.principals)] {
        for name in names {
          if let other = owners.updateValue(person.id.value, forKey: "\(kind) \(name.value)"), other != person.id.value
          {
            findings.append(.sharedName(name, kind: kind, other: other))
          }
        }
      }
    }
  }
}

extension Finding {
  static func noPeople(at place: SourceSpan) -> Finding {
    Finding(
      code: "G161", message: "an approval is asked for, and nobody is known who could give it", location: place,
      suggestion: "write `trust/people.yaml`, or `ignore: [approvals]` in the environment")
  }

  static func nobodyHasRole(_ role: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G162", message: "nobody has the role `\(role)`", location: place,
      suggestion: "give it to somebody in `trust/people.yaml`")
  }

  static func tooFewPeople(_ approval: Approval, able: Int, unproved: [String]) -> Finding {
    let proof = unproved.isEmpty ? "" : " and can prove who they are (\(unproved.joined(separator: "; ")))"
    return Finding(
      code: "G163",
      message:
        "\(approval.count.counted("approval")) \(approval.count == 1 ? "is" : "are") asked for, and "
        + (able == 0 ? "nobody" : "only \(able.counted("person"))")
        + " with the role `\(approval.role)` may give one\(proof)", location: approval.location,
      suggestion: unproved.isEmpty
        ? "give the role to more persons, or ask for fewer approvals"
        : "give them `accounts:`, or their keys to `trust/allowed_signers`")
  }

  static func unapprovedWall(_ step: Step, stage: String) -> Finding {
    Finding(
      code: "G172", severity: .warning,
      message: "the step `\(step.id.value)` cannot be taken back, and `\(stage)` needs nobody's approval",
      location: step.location, suggestion: "add `approve:` to the stage or its phase")
  }

  static func sharedName(_ name: Located<String>, kind: String, other: String) -> Finding {
    Finding(
      code: "G164", message: "the \(kind) `\(name.value)` belongs to `\(other)` already", location: name.location,
      suggestion: "four eyes need two persons: give each \(kind) to one")
  }

  static func noSalt(at place: SourceSpan) -> Finding {
    let folder = place.file.hasSuffix("/people.yaml") ? String(place.file.dropLast("people.yaml".count)) : "trust/"
    return Finding(
      code: "G190", severity: .warning,
      message: "there is no `trust/salt`, so names that are erased from a record can be guessed back", location: place,
      suggestion: "make one, once: openssl rand -hex 32 > \(folder)salt")
  }

  static func unreadableSalt(at place: SourceSpan) -> Finding {
    Finding(
      code: "G191", message: "this is not a salt: at least 32 hexadecimal digits, and nothing else", location: place,
      suggestion: "make one: openssl rand -hex 32")
  }

  static func unknownPerson(_ author: Located<String>, known: [String]) -> Finding {
    Finding(
      code: "G165", message: "`\(author.value)` is nobody in `trust/people.yaml`", location: author.location,
      suggestion: "write the identifier of a person",
      notes: known.isEmpty ? [] : ["known: \(known.joined(separator: ", "))"])
  }
}

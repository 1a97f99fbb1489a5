public import Engine
public import Journaling
public import Plans
public import Quantities

/// Looks at what people sent before it becomes an event: who they are, and whether what they signed holds.
public struct Door {
  private let plan: Plan
  private let digest: Digest
  private let proposed: Digest?
  private let journal: Journal

  /// The door of a run.
  ///
  /// - Parameters:
  ///   - plan: the plan that it executes.
  ///   - digest: that plan's digest.
  ///   - proposed: the digest of the plan that shall take its place, if there is one.
  ///   - journal: where it is recorded.
  public init(plan: Plan, digest: Digest, proposed: Digest? = nil, journal: Journal) {
    self.proposed = proposed
    self.plan = plan
    self.digest = digest
    self.journal = journal
  }

  /// The command with the person's place in the plan, and what is wrong with it, if something is; `nil` when the letter
  /// cannot be read.
  public func admit(_ letter: Letter) -> OperatorCommand? {
    guard var command = OperatorCommand(letter), let json = try? JSON(parsing: letter.command.utf8) else { return nil }
    command.amendment = json["amendment"]?.string.flatMap { Digest(hex: $0) }
    guard [.amend, .approve, .reject, .emergency, .review, .force].contains(command.name) else { return command }
    command.until = json["until"]?.string.flatMap { Instant($0) }
    command.auth = "os"
    command.person = plan.people.firstIndex { $0.accounts.contains(letter.person) }
    if let line = json["statement"]?.string {
      command.flaw = check(line, signature: json["signature"]?.string ?? "", letter, &command)
    } else if json["plan"]?.string != digest.hex {
      command.flaw = "it speaks of another plan than the run executes"
    }
    return command
  }

  /// The plan that a command names, as the journal keeps it; `nil` when it names none, or none that can be read.
  public func plan(named command: OperatorCommand) -> Plan? {
    guard let digest = command.amendment, let bytes = try? journal.blob(digest) else { return nil }
    return try? Plan(canonical: bytes)
  }

  /// What is wrong with a signed statement; `nil` when it holds.
  private func check(_ line: String, signature: String, _ letter: Letter, _ command: inout OperatorCommand) -> String? {
    guard command.name == .approve, let statement = Statement(line: line) else {
      return "what was signed is not an approval of this version"
    }
    guard let keys = plan.keys else { return "the plan has no trust/allowed_signers" }
    guard let person = plan.people.firstIndex(where: { $0.id == statement.person }) else {
      return "`\(statement.person)` is nobody in trust/people.yaml"
    }
    if let proposed, statement.plan == proposed {
      command.amendment = proposed
    } else if statement.plan != digest {
      return "it approves the plan \(statement.plan.short), and the run executes \(digest.short)"
    }
    if statement.scope != letter.subject {
      return "it approves `\(statement.scope)`, and was sent for `\(letter.subject)`"
    }
    if statement.nonce != command.id { return "its nonce is not the one that it was sent under" }
    guard let root = try? journal.root(at: statement.size), root == statement.root else {
      return "the journal that was seen when it was signed is not this one"
    }
    var problem = "the person has no principal"
    for principal in plan.people[person].principals {
      do throws(Signatures.Problem) {
        try Signatures.verify(line, signature: signature, principal: principal, keys: keys)
        command.person = person
        command.auth = "ssh:\(principal)"
        command.until = statement.expires
        command.reason = statement.reason
        return nil
      } catch {
        problem = error.message
      }
    }
    return problem
  }
}

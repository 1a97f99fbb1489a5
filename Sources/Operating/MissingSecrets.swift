internal import Adapters
internal import Diagnostics
internal import Plans
internal import Quantities
internal import Runbooks

/// A secret that a plan needs and that cannot be read here.
struct MissingSecret {
  let use: SecretUse
  /// Why, in one sentence without a full stop. Never holds a secret.
  let because: String

  /// Who needs it, the first few by name.
  var users: String {
    let shown = use.users.prefix(4).joined(separator: ", ")
    return use.users.count > 4 ? "\(shown) and \(use.users.count - 4) more" : shown
  }

  /// Looks for every secret of a plan, once each.
  ///
  /// - Returns: those that cannot be read, in the order of the plan.
  static func all(of plan: Plan, in secrets: SecretResolver) -> [MissingSecret] {
    plan.secrets.compactMap { use in
      do throws(SecretFailure) {
        _ = try secrets.resolve(use.reference)
        return nil
      } catch {
        return MissingSecret(use: use, because: error.message)
      }
    }
  }
}

extension Refusal {
  /// Secrets are missing, so that nothing of a run is begun.
  init(_ missing: [MissingSecret], of run: String) {
    self.init(secrets: missing.map { "\($0.because), used by \($0.users)" }.joined(separator: "; "), of: run)
  }

  /// The same in words.
  init(secrets words: String, of run: String) {
    self.init(
      .failed, "\(run) needs secrets that are not here; nothing new was started", because: words,
      next: ["give them to this program, and say again: sanderling run \(run)"])
  }
}

extension Finding {
  static func missingSecret(_ missing: MissingSecret, at location: SourceSpan) -> Finding {
    Finding(
      code: "G316", severity: .warning, message: "\(missing.because), and \(missing.users) needs it",
      location: location, suggestion: "an executor does not start without it: it is looked for before anything begins")
  }
}

public import Engine
internal import Glibc
public import Looping
internal import Plans
public import Quantities
public import Records
public import SSHSignatures

/// Signatures of people: they are looked at in this process, and made by `ssh-keygen`, which has the keys.
public enum Signatures {
  /// Looks at a signature.
  ///
  /// - Parameters:
  ///   - check: what was signed, and who may have.
  ///   - namespace: for which purpose.
  ///   - instant: when: keys are valid for a time.
  /// - Returns: the key that signed, or why it does not count.
  public static func verdict(
    on check: SignatureCheck, for namespace: String = Trust.namespace, at instant: Instant
  ) -> SignatureVerdict {
    do throws(SSHProblem) {
      let signature = try ArmouredSignature(armour: Array(check.signature.utf8))
      guard signature.namespace == namespace else {
        return refused("it was made for `\(signature.namespace.prefix(60))`, and not for `\(namespace)`")
      }
      let words = try words(of: check, signedBy: signature)
      let trust = check.keys.trust(zone: localTime)
      let key = signature.key
      try trust.admit(
        key, asOneOf: check.principals, besides: check.others.map { ($0.person, $0.principals) },
        for: namespace, at: instant)
      return .holds(key: key.key.fingerprint, signed: words)
    } catch {
      return refused(error.message)
    }
  }

  private static func refused(_ why: String) -> SignatureVerdict { .refused("\(refusal): \(why)") }

  /// How it begins why a signature does not count.
  public static let refusal = "the signature does not count"

  /// What was signed to the byte: editors and mail end a line in their own way, or not at all.
  private static func words(
    of check: SignatureCheck, signedBy signature: ArmouredSignature
  ) throws(SSHProblem) -> String {
    for end in ["", "\n"] {
      let words = check.line + end
      do throws(SSHProblem) {
        try signature.verify(Array(words.utf8))
        return words
      } catch { continue }
    }
    let words = "\(check.line)\r\n"
    try signature.verify(Array(words.utf8))
    return words
  }

  /// The real time of one that the clock on the wall of this machine shows, both in seconds since 1970.
  public static func localTime(_ wall: Int64) -> Int64 {
    var (seconds, parts) = (time_t(wall), tm())
    gmtime_r(&seconds, &parts)
    return Int64(mktime(&parts))
  }
}

extension Door {
  /// Looks at a letter, its signature included.
  ///
  /// - Parameters:
  ///   - letter: the letter.
  ///   - instant: when: keys are valid for a time.
  /// - Returns: the command with the person's place in the plan, and what is wrong with it, if something is; `nil` when
  ///   the letter cannot be read.
  /// - Throws: ``JournalError`` when the record cannot be asked.
  public func admit(_ letter: Letter, at instant: Instant) throws(JournalError) -> OperatorCommand? {
    switch try look(at: letter) {
    case .unreadable: return nil
    case .command(let command): return command
    case .signed(let check):
      guard case .command(let command) = try look(at: letter, verdict: Signatures.verdict(on: check, at: instant))
      else {
        return nil
      }
      return command
    }
  }
}

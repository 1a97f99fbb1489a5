public import Quantities

/// Whom signatures are believed from: allowed signers and revocations.
public struct Trust: Sendable {
  /// The namespace of what people sign for runs: what is signed for anything else never counts there.
  public static let namespace = "sanderling"
  /// The namespace of what people sign so that a log goes on from a copy that lacks something.
  public static let incarnations = "sanderling-incarnation"

  public let signers: AllowedSigners
  /// `nil` where a part of the file cannot be read: then nothing counts.
  private let revocations: Result<Revocations?, Revocations.Unreadable>

  /// Reads both files.
  ///
  /// - Parameters:
  ///   - allowedSigners: the bytes of the one.
  ///   - revoked: those of the other, if there is one.
  ///   - zone: see ``AllowedSigners``.
  public init(allowedSigners: [UInt8], revoked: [UInt8]?, zone: (Int64) -> Int64) {
    signers = AllowedSigners(allowedSigners, zone: zone)
    do throws(Revocations.Unreadable) {
      revocations = .success(try revoked.map { bytes throws(Revocations.Unreadable) in try Revocations(bytes) })
    } catch {
      revocations = .failure(error)
    }
  }

  /// The lines of the file of revoked keys that OpenSSH would not read.
  public var revocationProblems: [AllowedSigners.Problem] {
    if case .failure(let error) = revocations { error.problems } else { [] }
  }

  /// Why a key does not count any more; `nil` while it does.
  public func revocation(of key: PresentedKey) -> String? {
    switch revocations {
    case .success(let revocations): revocations?.objection(to: key)
    case .failure(let error): "trust/revoked cannot be read (line \(error.problems.first?.line ?? 1))"
    }
  }

  /// Whether something signed with a key, alone or certified, could count as a principal's, at any time and for any
  /// purpose.
  public func couldSpeak(_ key: PresentedKey, for principal: String) -> Bool {
    signers.entries.contains { entry in
      guard entry.covers(principal) else { return false }
      if !entry.isAuthority { return entry.key.key == key.key }
      return key.certificate.map { $0.authority == entry.key.key && $0.principals.contains(principal) } ?? false
    }
  }

  /// When the keys of some principals count for approvals, those that are revoked left out; one span for each line.
  public func times(of principals: [String]) -> [KeyTime] {
    signers.entries.filter { entry in
      entry.serves(Self.namespace) && principals.contains { entry.covers($0) }
        && (entry.isAuthority || revocation(of: entry.key) == nil)
    }.map(\.time)
  }

  /// Makes sure that a key may sign for a principal.
  ///
  /// - Parameters:
  ///   - key: the key that signed.
  ///   - principal: whom it shall speak for.
  ///   - namespace: for which purpose.
  ///   - instant: when.
  /// - Throws: ``SSHProblem`` when it may not, with the reason that came nearest.
  public func admit(
    _ key: PresentedKey, as principal: String, for namespace: String, at instant: Instant
  ) throws(SSHProblem) {
    if let why = revocation(of: key) { throw SSHProblem(why) }
    let second = UInt64(clamping: instant.milliseconds / 1_000)
    var nearest = "the key \(key.key.fingerprint) is not one of \(principal) in trust/allowed_signers"
    for entry in signers.entries where entry.covers(principal) {
      guard let why = Self.objection(of: entry, to: key, principal, namespace, second) else { return }
      if !why.isEmpty { nearest = why }
    }
    throw SSHProblem(nearest)
  }

  /// Why an entry does not admit a key; empty when it is about another key.
  private static func objection(
    of entry: AllowedSigners.Entry, to key: PresentedKey, _ principal: String, _ namespace: String, _ second: UInt64
  ) -> String? {
    if entry.isAuthority {
      guard let certificate = key.certificate, certificate.authority == entry.key.key else { return "" }
      if let why = certificate.objection(to: principal, at: second) { return why }
    } else if entry.key != key {
      return ""
    }
    if !entry.serves(namespace) { return "the key may not be used for `\(namespace)` (line \(entry.line))" }
    if let after = entry.validAfter, second < after { return "the key is not valid yet (line \(entry.line))" }
    if let before = entry.validBefore, second > before { return "the key has expired (line \(entry.line))" }
    return nil
  }
}

/// When a key counts: from an instant on, up to another; `nil` for always.
public struct KeyTime: Hashable, Sendable {
  public var from: Instant?
  public var until: Instant?

  /// Whether it counts at some time from one instant to another.
  public func counts(from first: Instant, to last: Instant) -> Bool {
    (until.map { $0 >= first } ?? true) && (from.map { $0 <= last } ?? true)
  }
}

extension AllowedSigners.Entry {
  fileprivate var time: KeyTime {
    // Years of five digits are none that a plan has.
    func instant(_ second: UInt64) -> Instant { Instant(milliseconds: Int64(min(second, 253_402_300_799)) * 1_000) }
    return KeyTime(from: validAfter.map(instant), until: validBefore.map(instant))
  }
}

internal import Quantities
public import SSHSignatures

extension PlannedKeys {
  /// Both files as they are looked into.
  ///
  /// - Parameter zone: takes a time as the clock on the wall shows it, in seconds since 1970, and gives the real one.
  /// - Returns: whom signatures are believed from.
  public func trust(zone: (Int64) -> Int64) -> Trust {
    Trust(allowedSigners: Array(allowedSigners.utf8), revoked: revoked.map { RevokedText.bytes(of: $0) }, zone: zone)
  }

  /// Whether a key is surely still one of a person's: allowed by a line of its own and revoked by none. What only a
  /// certificate allows is not.
  package func admits(fingerprint: String, of principals: [String]) -> Bool {
    let trust = trust { $0 }
    return trust.signers.entries.contains { entry in
      !entry.isAuthority && entry.key.key.fingerprint == fingerprint && principals.contains { entry.covers($0) }
        && trust.revocation(of: entry.key) == nil
    }
  }
}

extension Change where Value == [SealedText] {
  /// Lines that go are less risk; any other change is more.
  static let signers = Change(.ranked) { _, _, _ in
  } compare: { old, new, title, comparison in
    guard !SealedText.areSame(old, new) else { return }
    comparison.note("\(title) changed", isLess(new, than: old) ? .shrank : .grew)
  }

  /// Whether only lines went, as far as all can be read.
  private static func isLess(_ new: [SealedText], than old: [SealedText]) -> Bool {
    guard (old + new).allSatisfy({ $0.text != nil }) else { return false }
    return lines(of: new).isSubset(of: lines(of: old))
  }

  private static func lines(of texts: [SealedText]) -> Set<String> {
    let texts = texts.compactMap(\.text).map { $0.drop(while: \.isWhitespace) }
    return Set(texts.filter { !$0.isEmpty && !$0.hasPrefix("#") }.map(String.init))
  }
}

extension Change where Value == [SealedText]? {
  /// More keys that do not count are less risk; any other change is more.
  static let revocations = Change(.ranked) { _, _, _ in
  } compare: { old, new, title, comparison in
    guard (old == nil) != (new == nil) || !SealedText.areSame(old ?? [], new ?? []) else { return }
    let isReadable = ((old ?? []) + (new ?? [])).allSatisfy { $0.text != nil }
    func text(_ lines: [SealedText]?) -> String? { lines?.compactMap(\.text).joined(separator: "\n") }
    let isMore = isReadable && RevokedText.revokes(text(new), atLeast: text(old))
    comparison.note("\(title) changed", isMore ? .shrank : .grew)
  }
}

extension Change where Value == String? {
  /// Nobody may declare emergencies is the least risk.
  static let emergencyRole = Change(
    .ranked, words: { role, _ in role ?? "nobody" }, risk: { $1 == nil ? .shrank : .grew })
}

/// How a file of revoked keys stands in a plan.
public enum RevokedText {
  private static let mark = "base64:"

  /// The text for the bytes of a file: as they are, or marked and in Base64 where they are no text.
  public static func text(of bytes: [UInt8]) -> String {
    if !RevocationList.isOne(bytes), let text = String(validating: bytes, as: UTF8.self) { return text }
    return mark + Base64.text(bytes)
  }

  /// The bytes of the file. What is marked and damaged stays a text, which no list of keys is: nothing counts then.
  public static func bytes(of text: String) -> [UInt8] {
    guard text.hasPrefix(mark), let bytes = Base64.bytes(text.dropFirst(mark.count).utf8) else {
      return Array(text.utf8)
    }
    return bytes
  }

  /// Whether everything that one file revokes the other revokes as well.
  fileprivate static func revokes(_ new: String?, atLeast old: String?) -> Bool {
    guard let old else { return true }
    guard let new, let before = try? Revocations(bytes(of: old)) else { return false }
    // One that cannot be read lets nothing count.
    guard let after = try? Revocations(bytes(of: new)) else { return true }
    return after.covers(before)
  }
}

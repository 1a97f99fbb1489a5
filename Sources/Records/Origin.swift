/// The name of a log, chosen once: it stands in its first entry, and in everything that leaves the machine about it.
public struct Origin: Hashable, Sendable {
  /// The name, such as `journal.example.org/retail`.
  public let name: String

  /// Takes a name; `nil` for one that a checkpoint could not hold: it is one line of 3 to 120 lower-case letters,
  /// digits, dots, hyphens and slashes, and begins and ends with a letter or digit.
  public init?(_ name: String) {
    let bytes = Array(name.utf8)
    let isPlain = { (byte: UInt8) in (97...122).contains(byte) || (48...57).contains(byte) }
    guard (3...120).contains(bytes.count), let first = bytes.first, let last = bytes.last, isPlain(first),
      isPlain(last),
      bytes.allSatisfy({ isPlain($0) || [45, 46, 47].contains($0) })
    else { return nil }
    self.name = name
  }
}

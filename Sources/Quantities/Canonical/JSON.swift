/// A JSON value whose objects keep one order and whose numbers are exact.
///
/// It exists because Foundation's JSON sorts and escapes otherwise, accepts duplicate keys, and merges keys that are
/// canonically equivalent: none of which a hashed record can live with.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A number with a fraction or an exponent, as it was written. Never part of an event.
  case decimal(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)

  /// Makes an object from pairs; of two pairs with the same key the later one stays.
  public static func dictionary(_ pairs: [(String, JSON)]) -> JSON { .object(JSONObject(pairs)) }

  /// The member of an object; `nil` for any other value or an absent key.
  public subscript(key: String) -> JSON? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  /// The text of a string; `nil` for any other value.
  public var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The value of an integer; `nil` for any other value.
  public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

  /// The value of a boolean; `nil` for any other value.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The elements of an array; empty for any other value.
  public var array: [JSON] { if case .array(let elements) = self { elements } else { [] } }

  /// The members of an object in canonical order; empty for any other value.
  public var members: [(key: String, value: JSON)] {
    if case .object(let object) = self { object.members } else { [] }
  }

  /// The text that an interpolation puts in place of this value: strings as they are, all else as canonical JSON.
  public var plainText: String { if case .string(let text) = self { text } else { canonicalText } }

  /// The canonical form (RFC 8785) as text.
  public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

  /// The canonical form (RFC 8785) as UTF-8.
  public var canonicalBytes: [UInt8] {
    var writer = CanonicalWriter()
    writer.value(self)
    return writer.bytes
  }
}

/// The members of a JSON object, in the order of RFC 8785: by UTF-16 code units of the key.
public struct JSONObject: Hashable, Sendable {
  private var storage: [Member]

  private struct Member: Hashable, Sendable {
    var key: String
    var value: JSON
  }

  /// Makes an object; of two pairs with the same key the later one stays.
  public init(_ pairs: [(String, JSON)] = []) {
    storage = []
    storage.reserveCapacity(pairs.count)
    for (key, value) in pairs { self[key] = value }
  }

  /// The members in canonical order.
  public var members: [(key: String, value: JSON)] { storage.map { ($0.key, $0.value) } }

  public var count: Int { storage.count }

  /// The first key that is none of these; `nil` when there is none.
  public func firstKey(notIn known: Set<String>) -> String? { storage.first { !known.contains($0.key) }?.key }

  /// The value of a key, compared by its bytes and not by canonical equivalence.
  public subscript(key: String) -> JSON? {
    get {
      let index = position(of: key)
      return index < storage.count && sameBytes(storage[index].key, key) ? storage[index].value : nil
    }
    set {
      let index = position(of: key)
      let present = index < storage.count && sameBytes(storage[index].key, key)
      switch (newValue, present) {
      case (let value?, true): storage[index].value = value
      case (let value?, false): storage.insert(Member(key: key, value: value), at: index)
      case (nil, true): storage.remove(at: index)
      case (nil, false): break
      }
    }
  }

  /// Adds a member.
  ///
  /// - Returns: whether it did: not when the key is there already.
  mutating func insert(_ key: String, _ value: JSON) -> Bool {
    let index = position(of: key)
    if index < storage.count, sameBytes(storage[index].key, key) { return false }
    storage.insert(Member(key: key, value: value), at: index)
    return true
  }

  private func position(of key: String) -> Int {
    if let last = storage.last, canonicallyPrecedes(last.key, key) { return storage.count }
    var low = 0
    var high = storage.count
    while low < high {
      let middle = (low + high) / 2
      if canonicallyPrecedes(storage[middle].key, key) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Whether two strings have the same bytes. Swift's `==` would call "é" and "e\u{301}" equal.
func sameBytes(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

/// The order of keys in RFC 8785, which is that of their UTF-16 units.
func canonicallyPrecedes(_ left: String, _ right: String) -> Bool {
  let answer = left.utf8.withContiguousStorageIfAvailable { left in
    right.utf8.withContiguousStorageIfAvailable { right in bytesPrecede(left, right) }
  }
  return (answer ?? nil).flatMap { $0 } ?? left.utf16.lexicographicallyPrecedes(right.utf16)
}

/// The same by the bytes of UTF-8; `nil` where these have another order: what takes two units of UTF-16 comes before
/// the last characters that take one.
private func bytesPrecede(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool? {
  for index in 0..<min(left.count, right.count) where left[index] != right[index] {
    return left[index] >= 0xEE && right[index] >= 0xEE ? nil : left[index] < right[index]
  }
  return left.count < right.count
}

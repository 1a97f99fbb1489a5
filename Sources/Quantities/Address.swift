/// Where in an address something is inserted: that decides how.
enum AddressPlace {
  /// Nothing stands before it.
  case start
  /// In the name of the server.
  case authority
  /// In a segment of the path.
  case path
  /// In the query, or behind it.
  case query

  /// The place behind a piece of an address.
  init(after text: String) {
    if text.isEmpty {
      self = .start
    } else if text.contains("?") || text.contains("#") {
      self = .query
    } else if let scheme = text.firstRange(of: "://"), !text[scheme.upperBound...].contains("/") {
      self = .authority
    } else {
      self = .path
    }
  }

  /// Data as it stands in an address at this place: it arrives there as it is, and changes nothing around it.
  ///
  /// - Parameters:
  ///   - data: what is inserted.
  ///   - isWhole: whether it is the whole address, and so may have several segments and a query of its own.
  /// - Returns: the data, percent-encoded where it has to be.
  func inserted(_ data: String, isWhole: Bool) -> String {
    switch self {
    case .start where isWhole || data.contains("://"): PercentEncoding.encoded(data, keeping: Self.isAllowed)
    case .authority:
      PercentEncoding.encoded(data) { PercentEncoding.isUnreserved($0) || $0 == UInt8(ascii: ":") }
    case .start, .path, .query: PercentEncoding.encoded(data)
    }
  }

  /// The characters that may stand in an address at all (RFC 3986, 2).
  private static func isAllowed(_ byte: UInt8) -> Bool {
    PercentEncoding.isUnreserved(byte) || Array("%:/?#[]@!$&'()*+,;=".utf8).contains(byte)
  }
}

extension Template {
  /// Puts values in place of the references of an address. What a reference stands for is data there: in a path one
  /// segment, in a query one value, percent-encoded. An address that is one reference and nothing else may have several
  /// segments, and keeps what is encoded in it; so does one that begins with a whole address.
  ///
  /// - Parameter lookup: the value of a reference, or `nil` when there is none.
  /// - Returns: the address, or the first reference without a value.
  public func address(_ lookup: (Reference) -> String?) -> Result<String, MissingReference> {
    filled(lookup) { AddressPlace(after: $1).inserted($0, isWhole: parts.count == 1) }
  }

  /// The address with some of its references replaced by what they stand for, which is data: see ``address(_:)``.
  ///
  /// - Parameter known: what a reference stands for, itself maybe with references; `nil` leaves it as it is.
  /// - Returns: the address, which has the references that are left.
  public func address(knowing known: (Reference) -> Template?) -> Template {
    var result: [Part] = []
    // What is known later stands as one letter, so that the place of what follows can be told.
    var before = ""
    for part in parts {
      guard case .reference(let reference) = part, let value = known(reference) else {
        result.append(part)
        if case .literal(let text) = part { before += text } else { before += "x" }
        continue
      }
      let place = AddressPlace(after: before)
      // One that begins with a whole address is one, also where something in it is known later.
      let isWhole = parts.count == 1 || place == .start && value.text.contains("://")
      for piece in value.parts {
        guard case .literal(let text) = piece else {
          result.append(piece)
          before += "x"
          continue
        }
        let inserted = place.inserted(text, isWhole: isWhole)
        result.append(.literal(inserted))
        before += inserted
      }
    }
    return Template(parts: result)
  }
}

import Quantities

extension Hold {
  /// The fields under which a hold is written, in events and snapshots alike.
  var json: JSON {
    switch self {
    case .budget(let level, let failed, let limit):
      .dictionary([
        ("failed", .integer(Int64(failed))), ("level", .string(level)), ("limit", .integer(Int64(limit))),
        ("why", .string("budget")),
      ])
    case .rolledBack(let scope): .dictionary([("scope", .string(scope)), ("why", .string("rolled_back"))])
    case .blocked(let path): .dictionary([("path", .string(path)), ("why", .string("blocked"))])
    case .evidence(let by): .dictionary([("by", .string(by)), ("why", .string("evidence"))])
    case .nobodyLive(let path): .dictionary([("path", .string(path)), ("why", .string("nobody_live"))])
    }
  }

  /// Reads those fields.
  init(_ json: JSON) throws(FormError) {
    let why = try Form.text.member("why", of: json)
    switch why {
    case "budget":
      self = .budget(
        level: try Form.text.member("level", of: json), failed: try Form.count.member("failed", of: json),
        limit: try Form.count.member("limit", of: json))
    case "rolled_back": self = .rolledBack(scope: try Form.text.member("scope", of: json))
    case "blocked": self = .blocked(path: try Form.text.member("path", of: json))
    case "evidence": self = .evidence(by: try Form.text.member("by", of: json))
    case "nobody_live": self = .nobodyLive(path: try Form.text.member("path", of: json))
    default: throw FormError("is no reason of a hold").inside("why")
    }
  }
}

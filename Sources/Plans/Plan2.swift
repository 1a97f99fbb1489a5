import Quantities

/// Plans of format 2, which held the names of people.
enum Plan2 {
  /// The same plan in the members of format 3, and what opens its commitments. There is no secret behind those: what
  /// they hide stands in the plan as it was recorded.
  static func upgraded(_ json: JSON, _ opened: inout [Digest: Opening]) -> JSON {
    guard case .object(var plan) = json else { return json }
    if case .array(let people)? = plan["people"] {
      plan["people"] = .array(people.map { person($0, &opened) })
    }
    if let owner = plan["owner"] { plan["owner"] = sealed(owner, &opened) }
    if case .object(var keys)? = plan["keys"] {
      for key in ["allowed_signers", "revoked"] { keys[key] = keys[key].map { lines($0, &opened) } }
      plan["keys"] = .object(keys)
    }
    return .object(plan)
  }

  private static func person(_ json: JSON, _ opened: inout [Digest: Opening]) -> JSON {
    guard case .object(var person) = json, let name = person["id"], let accounts = person["accounts"],
      let principals = person["principals"]
    else { return json }
    let known = JSON.dictionary([("accounts", accounts), ("name", name), ("principals", principals)])
    (person["accounts"], person["principals"]) = (nil, nil)
    person["identity"] = commitment(to: known.canonicalBytes, &opened)
    return .object(person)
  }

  private static func lines(_ json: JSON, _ opened: inout [Digest: Opening]) -> JSON {
    guard let text = json.string else { return json }
    return .array(
      text.split(separator: "\n", omittingEmptySubsequences: false).map {
        commitment(to: Array($0.utf8), &opened)
      })
  }

  private static func sealed(_ json: JSON, _ opened: inout [Digest: Opening]) -> JSON {
    json.string.map { commitment(to: Array($0.utf8), &opened) } ?? json
  }

  private static func commitment(to body: [UInt8], _ opened: inout [Digest: Opening]) -> JSON {
    let opening = Opening(salt: [], body: body)
    opened[opening.commitment] = opening
    return .string(opening.commitment.hex)
  }
}

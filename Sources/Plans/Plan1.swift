import Quantities

/// Plans of format 1, which held sentences for people beside what they decide by.
enum Plan1 {
  /// The same plan in the members of format 2.
  static func upgraded(_ json: JSON) -> JSON? {
    guard case .object(var plan) = json else { return nil }
    plan["format"] = nil
    plan["guards"] = nil
    for key in ["ignored", "unexecuted"] {
      plan[key] = plan[key].map { parts in
        .array(parts.array.map { .dictionary([("of", .array([$0])), ("part", .string("described"))]) })
      }
    }
    for key in ["forecast", "signals", "triggers"] where plan[key] == nil { plan[key] = .array([]) }
    plan["evidence_scale"] = plan["evidence_scale"] ?? .integer(1)
    plan["phases"] = each(plan["phases"]) { $0["approval"] = nil }
    plan["triggers"] = each(plan["triggers"]) { trigger in
      trigger["condition"] = without("text", trigger["condition"])
      let lasting = [("for_ms", trigger["for_ms"]), ("of", trigger["of"])].compactMap { key, value in
        value.map { (key, $0) }
      }
      trigger["persistence"] = .dictionary(lasting)
      (trigger["for_ms"], trigger["of"]) = (nil, nil)
    }
    plan["stages"] = each(plan["stages"], stage)
    return .object(plan)
  }

  private static func stage(_ stage: inout JSONObject) {
    stage["pace"] = stage["pace"].map(pace)
    stage["caps"] = each(stage["caps"]) { $0["pace"] = $0["pace"].map(pace) }
    stage["gate"] = stage["gate"].map { gate in
      guard case .object(var object) = gate else { return gate }
      object["conditions"] = each(object["conditions"]) { $0["text"] = nil }
      return .object(object)
    }
    stage["waves"] = each(stage["waves"]) { wave in
      guard let first = wave["first_start"], let last = wave["last_start"] else { return }
      wave["starts"] = .dictionary([("first", first), ("last", last)])
      (wave["first_start"], wave["last_start"]) = (nil, nil)
    }
  }

  /// `{"count":20,"text":"20 per week",…}` names its period in words alone.
  private static func pace(_ pace: JSON) -> JSON {
    guard case .object(var object) = pace else { return pace }
    object["period"] = object["text"]?.string?.split(separator: " ").last.map { .string(String($0)) }
    object["text"] = nil
    return .object(object)
  }

  private static func without(_ key: String, _ json: JSON?) -> JSON? {
    guard case .object(var object)? = json else { return json }
    object[key] = nil
    return .object(object)
  }

  private static func each(_ json: JSON?, _ change: (inout JSONObject) -> Void) -> JSON? {
    guard case .array(let elements)? = json else { return json }
    return .array(
      elements.map { element in
        guard case .object(var object) = element else { return element }
        change(&object)
        return .object(object)
      })
  }
}

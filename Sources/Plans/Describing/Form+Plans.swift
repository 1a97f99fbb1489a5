public import Quantities

extension Form where Value == ArgumentTemplate {
  /// A tree of arguments, its texts as they are written.
  static let arguments = Form<JSON>.any.mapped(
    or: "is not a tree of arguments", into: { $0.json }, back: { ArgumentTemplate($0) })
}

extension Form where Value == SignalExtent {
  /// `global`, `target`, or the name of an attribute.
  static let extent = Form<String>.text.mapped(or: "is not an extent", into: { $0.text }, back: { SignalExtent($0) })
}

extension Form where Value == NoDataPolicy {
  /// A word, and what it needs: the other signal, or for how long.
  public static let noData = Form(
    schema: .dictionary([
      ("properties", .dictionary([("for_ms", Form<Span>.span.schema), ("signal", Form<Int>.place.schema)])),
      ("required", .array([.string("policy")])), ("type", .string("object")),
    ]),
    write: { policy, writer in
      writer.object {
        switch policy {
        case .hold: $0.member("policy", "hold")
        case .breach: $0.member("policy", "breach")
        case .idle(let signal):
          $0.member("policy", "idle")
          $0.member("signal", signal)
        case .zero(let signal):
          $0.member("policy", "zero")
          $0.member("signal", signal)
        case .carry(let span):
          $0.member("for_ms", span.milliseconds)
          $0.member("policy", "carry")
        }
      }
    },
    read: { (json: JSON) throws(FormError) in
      let policy: NoDataPolicy
      switch json["policy"]?.string {
      case "hold": policy = .hold
      case "breach": policy = .breach
      case "idle": policy = .idle(signal: try Form<Int>.place.member("signal", of: json))
      case "zero": policy = .zero(signal: try Form<Int>.place.member("signal", of: json))
      case "carry": policy = .carry(try Form<Span>.span.member("for_ms", of: json))
      default: throw FormError("is not a policy")
      }
      let needs = policy.signal != nil ? "signal" : json["policy"]?.string == "carry" ? "for_ms" : "policy"
      try json.expect(only: "policy", needs)
      return policy
    })
}

extension Form where Value == PlannedTrigger.Persistence {
  /// `{"for_ms":300000}`, or `{"of":[8,10]}`.
  static let persistence = Form(
    schema: .dictionary([
      ("maxProperties", .integer(1)), ("minProperties", .integer(1)),
      ("properties", .dictionary([("for_ms", Form<Span>.span.schema), ("of", Form<Int>.count.list.schema)])),
      ("type", .string("object")),
    ]),
    write: { persistence, writer in
      writer.object {
        switch persistence {
        case .lasting(let span): $0.member("for_ms", span.milliseconds)
        case .share(let part, let whole):
          $0.key("of")
          $0.array {
            $0.integer(Int64(part))
            $0.integer(Int64(whole))
          }
        }
      }
    },
    read: { (json: JSON) throws(FormError) in
      guard let share = json["of"] else {
        try json.expect(only: "for_ms")
        return .lasting(try Form<Span>.span.member("for_ms", of: json))
      }
      try json.expect(only: "of")
      let numbers = try Form<Int>.integer(1...1_000).list.read(share)
      guard numbers.count == 2, numbers[0] <= numbers[1] else { throw FormError("is not a share such as [8,10]") }
      return .share(of: numbers[0], in: numbers[1])
    })
}

extension Form where Value == PlannedUndo {
  /// A call, `"none"` or `"irreversible"`.
  static let undo = Form(
    schema: .dictionary([
      (
        "anyOf",
        .array([
          PlannedCall.fields.form.schema,
          .dictionary([("enum", .array([.string("none"), .string("irreversible")]))]),
        ])
      )
    ]),
    write: { undo, writer in
      switch undo {
      case .call(let call): PlannedCall.fields.form.write(call, &writer)
      case .nothing: writer.string("none")
      case .impossible: writer.string("irreversible")
      }
    },
    read: { (json: JSON) throws(FormError) in
      switch json {
      case .string("none"): .nothing
      case .string("irreversible"): .impossible
      case .null, .bool, .integer, .decimal, .string, .array, .object: .call(try PlannedCall.fields.form.read(json))
      }
    })
}

extension Form where Value == FreezeInterval {
  /// Whole days, wall-clock times, or instants: from one until another, or for so long.
  static let interval = Form(
    schema: .dictionary([
      (
        "properties",
        .dictionary([
          ("kind", .dictionary([("enum", .array(["days", "instants", "lasting", "local"].map(JSON.string)))]))
        ])
      ),
      ("required", .array(["from", "kind"].map(JSON.string))), ("type", .string("object")),
    ]),
    write: { interval, writer in
      func write<Edge>(_ from: Edge, _ kind: String, _ until: Edge, _ form: Form<Edge>) {
        writer.object {
          $0.key("from")
          form.write(from, &$0)
          $0.member("kind", kind)
          $0.key("until")
          form.write(until, &$0)
        }
      }
      switch interval {
      case .days(let from, let until): write(from, "days", until, .date)
      case .local(let from, let until): write(from, "local", until, LocalTime.fields.form)
      case .instants(let from, let until): write(from, "instants", until, .instant)
      case .lasting(let from, let days, let minutes):
        writer.object {
          $0.member("days", days)
          $0.key("from")
          LocalTime.fields.form.write(from, &$0)
          $0.member("kind", "lasting")
          $0.member("minutes", minutes)
        }
      }
    },
    read: { (json: JSON) throws(FormError) in
      func edge<Edge>(_ key: String, _ form: Form<Edge>) throws(FormError) -> Edge {
        try form.member(key, of: json)
      }
      let time = LocalTime.fields.form
      if json["kind"]?.string == "lasting" {
        try json.expect(only: "days", "from", "kind", "minutes")
        // A hundred years.
        return .lasting(
          from: try edge("from", time), days: try edge("days", .integer(0...36_525)),
          minutes: try edge("minutes", .integer(0...52_596_000)))
      }
      try json.expect(only: "from", "kind", "until")
      switch json["kind"]?.string {
      case "days": return .days(from: try edge("from", .date), until: try edge("until", .date))
      case "local": return .local(from: try edge("from", time), until: try edge("until", time))
      case "instants": return .instants(from: try edge("from", .instant), until: try edge("until", .instant))
      default: throw FormError("is neither days, instants, lasting nor local")
      }
    })
}

extension Form where Value == PlannedCondition {
  /// A condition as the plan has it.
  public static var condition: Form { PlannedCondition.fields.form }
}

extension JSON {
  /// An object has no other members than those that its form knows: what is not read would be lost in silence.
  fileprivate func expect(only keys: String...) throws(FormError) {
    if let stranger = members.first(where: { !keys.contains($0.key) }) {
      throw FormError("is nothing that this version knows").inside(stranger.key)
    }
  }
}

public import Quantities

extension PlannedWindow {
  /// Writes the canonical form.
  public func encode(to writer: inout CanonicalWriter) {
    writer.object { window in
      window.member("closes", closes)
      window.key("days")
      window.array { for day in days { $0.integer(Int64(day)) } }
      window.member("latest_start_ms", latestStart.milliseconds)
      window.member("opens", opens)
      window.member("zone", ifPresent: zone)
    }
  }

  /// Reads the canonical form.
  ///
  /// - Parameters:
  ///   - json: the value.
  ///   - path: where the value stands, for the error.
  /// - Throws: ``PlanError`` when a member is missing or out of its range.
  public init(_ json: JSON, path: String) throws(PlanError) {
    let reader = MemberReader(value: json, path: path)
    var days: [Int] = []
    for day in try reader.array("days") {
      guard let number = day.integer, (1...7).contains(number) else { throw reader.wrong("days", "a list of 1 to 7") }
      days.append(Int(number))
    }
    self.init(
      days: days, opens: Int(try reader.integer("opens", in: 0...1_439)),
      closes: Int(try reader.integer("closes", in: 0...1_440)), zone: try reader.optionalText("zone"),
      latestStart: Span(milliseconds: try reader.integer("latest_start_ms", in: 0...Int64.max)))
  }
}

extension PlannedFreeze {
  /// Writes the canonical form.
  public func encode(to writer: inout CanonicalWriter) {
    writer.object { freeze in
      freeze.member("categories", strings: categories)
      freeze.key("intervals")
      freeze.array { for interval in intervals { interval.encode(to: &$0) } }
      freeze.member("summary", summary)
    }
  }

  /// Reads the canonical form.
  ///
  /// - Parameters:
  ///   - json: the value.
  ///   - path: where the value stands, for the error.
  /// - Throws: ``PlanError`` when a member is missing or of another kind.
  public init(_ json: JSON, path: String) throws(PlanError) {
    let reader = MemberReader(value: json, path: path)
    var categories: [String] = []
    for category in try reader.array("categories") {
      guard let text = category.string else { throw reader.wrong("categories", "a list of texts") }
      categories.append(text)
    }
    var intervals: [FreezeInterval] = []
    for (index, interval) in try reader.array("intervals").enumerated() {
      intervals.append(try FreezeInterval(interval, path: "\(path).intervals[\(index)]"))
    }
    self.init(summary: try reader.text("summary"), categories: categories, intervals: intervals)
  }
}

extension FreezeInterval {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      switch self {
      case .days(let from, let until):
        $0.member("from", from.text)
        $0.member("kind", "days")
        $0.member("until", until.text)
      case .local(let from, let until):
        $0.key("from")
        from.encode(to: &$0)
        $0.member("kind", "local")
        $0.key("until")
        until.encode(to: &$0)
      case .instants(let from, let until):
        $0.member("from", from.text)
        $0.member("kind", "instants")
        $0.member("until", until.text)
      }
    }
  }

  fileprivate init(_ json: JSON, path: String) throws(PlanError) {
    let reader = MemberReader(value: json, path: path)
    switch try reader.text("kind") {
    case "days": self = .days(from: try reader.date("from"), until: try reader.date("until"))
    case "local":
      self = .local(
        from: try LocalTime(try reader.member("from"), path: "\(path).from"),
        until: try LocalTime(try reader.member("until"), path: "\(path).until"))
    case "instants": self = .instants(from: try reader.instant("from"), until: try reader.instant("until"))
    default: throw reader.wrong("kind", "days, local or instants")
    }
  }
}

extension LocalTime {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("date", date.text)
      $0.member("minutes", minutes)
      $0.member("zone", ifPresent: zone)
    }
  }

  fileprivate init(_ json: JSON, path: String) throws(PlanError) {
    let reader = MemberReader(value: json, path: path)
    self.init(
      date: try reader.date("date"), minutes: Int(try reader.integer("minutes", in: 0...1_440)),
      zone: try reader.optionalText("zone"))
  }
}

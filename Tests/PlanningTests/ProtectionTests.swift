import Diagnostics
import Testing

@testable import Plans

/// Each configuration is looked at once as it is, and once as its finding advises.
@Suite("What cannot protect")
struct ProtectionTests {
  /// A runbook of four shops with one signal, and what is said of it with these codes.
  private func findings(
    signal: String = "every: 1s, no_data: hold", more: String = "", waves: String = "size: 1", stage: String = "",
    top: String = "", shops: String = "abcd", isError: Bool = false
  ) throws -> [Finding] {
    let (plan, findings) = try planned(
      """
      sanderling: 1
      runbook: test
      inventories: { shops: [ \(shops.map { "{ id: \($0) }" }.joined(separator: ", ")) ] }
      signals: { errs: { query: feed, \(signal) } }
      \(more)
      \(top)
      phases:
        - id: p
          stages:
            - id: s
              targets: shops
              waves: { \(waves) }
              steps: [ { id: install, uses: noop, undo: none } ]
              \(stage)
      environment:
        providers: { p: { adapter: process } }
        operations: { feed: { provider: p, with: { command: [ x ] }, idempotency: natural } }
      """)
    #expect((plan == nil) == isError)
    return findings.filter { ("G320"..."G329").contains($0.code) }
  }

  private func trigger(_ rest: String) -> String { "triggers: [ { id: errors, when: errs > 5, \(rest) } ]" }

  @Test("is a bake that lasts longer than its deadline")
  func bakes() throws {
    let found = try findings(stage: "bake: { time: 2h, deadline: 1h }")
    #expect(
      found.map(\.message) == [
        "the bake of stage `s` can only expire: its deadline is 1h, and it lasts 2h at least"
      ])
    #expect(found.first?.code == "G321" && found.first?.suggestion?.contains("longer than 2h") == true)
    #expect(try findings(stage: "bake: { cycles: 2, deadline: 1d }").map(\.code) == ["G321"])
    #expect(try findings(stage: "bake: { time: 2h, deadline: 3h }").isEmpty)
    #expect(try findings(stage: "bake: { time: 2h }").isEmpty)
  }

  @Test("is a trigger that needs longer than a change is watched")
  func triggers() throws {
    let found = try findings(more: trigger("for: 10s, do: rollback, scope: wave"))
    #expect(
      found.map(\.message) == [
        "the trigger `errors` needs 10s of breaches (`for: 10s`), and a change is sure to be watched for 0s only: it "
          + "may never fire"
      ])
    #expect(found.first?.code == "G320")
    let minute = "every: 1m, no_data: hold"
    for persistence in ["for: 1h", "of: 50/100"] {
      let found = try findings(signal: minute, more: trigger(persistence), stage: "bake: 5m")
      #expect(found.map(\.code) == ["G320"], "\(persistence)")
    }
    // The advice.
    #expect(try findings(more: trigger("for: 10s"), stage: "bake: 10s").isEmpty)
    #expect(try findings(more: trigger("for: 10s, watch_after: 10s")).isEmpty)
    #expect(try findings(signal: minute, more: trigger("of: 5/10"), stage: "bake: 5m").isEmpty)
    #expect(try findings(signal: minute, more: trigger("of: 6/10"), stage: "bake: 5m").isEmpty)
    #expect(try findings(signal: minute, more: trigger("of: 7/10"), stage: "bake: 5m").map(\.code) == ["G320"])
    // What else makes a watch longer.
    #expect(try findings(signal: minute, more: trigger("for: 1h"), waves: "pace: 1 per week").isEmpty)
    #expect(try findings(signal: minute, more: trigger("for: 15m, scope: stage"), stage: "bake: 5m").isEmpty)
    #expect(try findings(signal: minute, more: trigger("for: 21m, scope: run"), stage: "bake: 5m").count == 1)
    let events = "bake: { events: 5 per target, counted_by: errs }"
    #expect(try findings(signal: minute, more: trigger("for: 1h"), stage: events).isEmpty)
  }

  @Test("is a trigger whose signal has no value yet while it watches", arguments: ["window: 24h", "settle: 2h"])
  func values(late: String) throws {
    let signal = "every: 1m, no_data: breach, \(late)"
    let found = try findings(signal: signal, more: trigger("for: 2m"), stage: "bake: 5m")
    #expect(found.map(\.code) == ["G322"])
    #expect(found.first?.message.contains("is sure to be watched for 5m only") == true, "\(found)")
    #expect(try findings(signal: signal, more: trigger("for: 2m, watch_after: 24h"), stage: "bake: 5m").isEmpty)
  }

  @Test(
    "is a gate that can only expire",
    arguments: [
      ("every: 1m, window: 24h", "1d30m", "1d30m"), ("every: 1m, settle: 2h", "2h31m", "2h31m"),
      ("every: 2h", "2h30m", "2h30m"),
    ])
  func gates(signal: String, first: String, advice: String) throws {
    func found(_ deadline: String) throws -> [Finding] {
      try findings(
        signal: signal + ", no_data: hold", more: "gates: { healthy: [ errs < 5 ] }",
        stage: "gate: { require: healthy, hold: 30m, deadline: \(deadline) }")
    }
    let expired = try found("1h")
    #expect(expired.map(\.code) == ["G321"])
    #expect(expired.first?.message.contains("can pass after \(first) at the earliest") == true, "\(expired)")
    #expect(try found(advice).isEmpty)
  }

  @Test("is a gate that waits for several signals, and the first of the slowest is named")
  func gatesOfSeveral() throws {
    let found = try findings(
      signal: "every: 1m, no_data: hold }, x: { query: feed, every: 2h, no_data: hold }, y: { query: feed, every: 2h, "
        + "no_data: hold",
      more: "gates: { healthy: [ errs < 5, x < 5, y < 5 ] }",
      stage: "gate: { require: healthy, hold: 30m, deadline: 1h }")
    #expect(found.count == 1 && found.first?.message.contains("`x`") == true, "\(found)")
  }

  @Test("are conditions that exclude each other, and a trigger that fires on what the gate demands")
  func contradictions() throws {
    func found(_ conditions: String, trigger when: String = "errs > 100") throws -> [String] {
      try findings(
        more:
          "gates: { healthy: [ \(conditions) ], other: [ errs >= 0 ] }\ntriggers: [ { id: t, when: \(when), for: 1s } ]",
        stage: "gate: { require: [ healthy, other ], hold: 1m }"
      ).map(\.message)
    }
    let never = "the gate can never open: `errs < 5` and `errs > 6` exclude each other"
    #expect(try found("errs < 5, errs > 6") == [never])
    #expect(
      try found("errs > 6, errs < 5") == ["the gate can never open: `errs > 6` and `errs < 5` exclude each other"])
    #expect(try found("errs < 5, errs >= 5").count == 1)
    #expect(try found("errs < 0").count == 1)
    #expect(try found("errs <= 5, errs >= 5") == [])
    #expect(try found("errs < 9, errs > 6, errs < 8") == [])
    // A looser condition after a tighter one takes nothing back.
    for order in [
      "errs < 6, errs < 9, errs > 7", "errs > 7, errs > 2, errs < 6", "errs <= 5, errs < 5, errs >= 5",
      "errs < 5, errs <= 5, errs >= 5",
    ] { #expect(try found(order).count == 1) }
    #expect(
      try found("errs > 10", trigger: "errs > 5") == [
        "the gate demands `errs > 10`, and whatever passes it is a breach of the trigger `t`: `errs > 5`"
      ])
    #expect(try found("errs > 5", trigger: "errs > 5").count == 1)
    #expect(try found("errs >= 5", trigger: "errs > 5") == [])
    #expect(try found("errs >= 5", trigger: "errs >= 5").count == 1)
    #expect(try found("errs < 3", trigger: "errs <= 3").count == 1)
    #expect(try found("errs < 4", trigger: "errs < 3") == [])
  }

  @Test("is a tolerance that no wave, phase or run can use up")
  func tolerances() throws {
    let found = try findings(waves: "size: 4, tolerate: 9")
    #expect(
      found.map(\.message) == ["a wave of stage `s` never stops: it tolerates 9 failures and has 4 targets at most"])
    #expect(found.first?.suggestion == "write 3 or less")
    #expect(try findings(waves: "size: 1, tolerate: 1").map(\.code) == ["G324"])
    #expect(try findings(waves: "size: 4, tolerate: \"100 %\"").map(\.code) == ["G324"])
    #expect(
      try findings(waves: "sizes: [2, 3], tolerate: 2", shops: "abcde").map(\.message) == [
        "the first wave of stage `s` never stops: it tolerates 2 failures and has 2 targets at most"
      ])
    #expect(try findings(top: "tolerate: 4").map(\.message).first?.hasPrefix("the run never stops") == true)
    #expect(try findings(waves: "size: 4, tolerate: { phase: 4 }") == [])
    for sound in ["size: 4, tolerate: 3", "sizes: [1, 3], tolerate: 1", "size: 1", "size: 4, tolerate: \"75 %\""] {
      #expect(try findings(waves: sound) == [], "\(sound)")
    }
    #expect(try findings(top: "tolerate: 3") == [])
  }

  @Test("is a window that closes before anybody may start, and a freeze without an end")
  func windows() throws {
    func window(_ latest: String) -> String {
      "window: { days: mon-thu, between: \"22:00-02:00\", zone: Europe/Lisbon, latest_start: \(latest) }"
    }
    let found = try findings(stage: window("5h"), isError: true)
    #expect(
      found.map(\.message) == [
        "no target of stage `s` can ever start: its window is open from 22:00 to 02:00, 4h, and `latest_start: 5h` "
          + "leaves nothing of it"
      ])
    #expect(try findings(stage: window("4h"), isError: true).map(\.code) == ["G325"])
    #expect(try findings(stage: window("3h59m")) == [])
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270105\nDURATION:P5000D\nEND:VEVENT\nEND:VCALENDAR\n"
    let (plan, frozen) = try planned(
      """
      sanderling: 1
      runbook: test
      starts: 2027-01-05
      calendars: [cal.ics]
      inventories: { shops: [ { id: a } ] }
      phases: [ { id: p, stages: [ { id: s, targets: shops, steps: [ { id: x, uses: noop, undo: none } ] } ] } ]
      """, files: ["book/cal.ics": text])
    #expect(plan != nil)
    #expect(
      frozen.map(\.message) == [
        "1 target of wave 1 of stage `s` cannot start within eleven years: a freeze or window never lets it"
      ])
  }

  @Test("is a value that is carried for less than an interval")
  func carrying() throws {
    let gate = "gates: { healthy: [ errs < 5 ] }"
    let stage = "gate: { require: healthy, hold: 3m }"
    let found = try findings(signal: "every: 1m, no_data: carry 10s", more: gate, stage: stage)
    #expect(
      found.map(\.message) == ["`no_data: carry 10s` carries nothing: the next evaluation comes after `every: 1m`"])
    #expect(found.first?.suggestion == "write `carry 2m` or longer, or `hold`")
    #expect(try findings(signal: "every: 1m, no_data: carry 2m", more: gate, stage: stage) == [])
    let own = try findings(
      signal: "every: 1m, no_data: hold", more: trigger("for: 1m, no_data: carry 30s"), stage: "bake: 5m")
    #expect(own.map(\.code) == ["G326"])
  }

  @Test("is a signal that says nothing about those it is asked about")
  func silent() throws {
    func said(_ guarded: String, _ stage: String) throws -> [Finding] {
      try planned(
        """
        sanderling: 1
        runbook: test
        inventories: { kiosks: [ { id: k1 } ], shops: [ { id: a, region: eu } ] }
        signals: { errs: { query: feed, per: region, every: 1m, no_data: hold } }
        \(guarded)
        phases:
          - id: p
            stages:
              - { id: s, targets: shops, bake: 5m, steps: [ { id: install, uses: noop, undo: none } ] }
              - id: k
                targets: kiosks
                steps: [ { id: install, uses: noop, undo: none } ]
                \(stage)
        environment:
          providers: { p: { adapter: process } }
          operations: { feed: { provider: p, with: { command: [ x ] }, idempotency: natural } }
        """
      ).findings.filter { $0.code == "G328" }
    }
    let watched = try said(trigger("for: 1m, scope: run"), "bake: 5m")
    #expect(
      watched.map(\.message) == [
        "the trigger `errors` watches nobody in stage `k`: `errs` is measured for each region, which its targets have not"
      ])
    #expect(watched.first?.severity == .warning)
    for (guarded, stage) in [
      ("gates: { healthy: [ errs < 5 ] }", "gate: { require: healthy, hold: 3m }"),
      ("", "bake: { events: 5 per target, counted_by: errs }"),
    ] {
      let found = try said(guarded, stage)
      #expect(found.map(\.severity) == [.error], "\(found)")
    }
  }
}

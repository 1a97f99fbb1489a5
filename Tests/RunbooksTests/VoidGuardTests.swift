import Diagnostics
import Quantities
import Runbooks
import Testing

@Suite("A guard that would hold nobody")
struct VoidGuardTests {
  // MARK: - Values of attributes

  @Test(
    "has no blanks around what it matches, wherever that is written",
    arguments: ["NL ", " NL", "\\tNL", "NL\\u00a0", "\\u200bNL", "NL\\ufeff"])
  func blanksInline(written: String) {
    let findings = load(["runbook.yaml": runbook(stores: "{ id: a, country: \"\(written)\" }")]).findings
    #expect(findings.map(\.code).filter { $0 == "G131" } == ["G131"], "\(findings)")
    #expect(findings.first { $0.code == "G131" }?.severity == .error)
    #expect(findings.first { $0.code == "G131" }?.replacement == "NL")
  }

  @Test("finds blanks where they are in an inventory that is written in the runbook")
  func blanksAreLocated() {
    expectFindings(
      runbook(stores: "{ id: a, country: ①\"NL \"② }, { id: b, country: \"NL \" }"),
      "①–② G131 a space stands around the value `NL `; write `NL` without the space")
    expectFindings(
      runbook(stores: "{ id: a, region: ①\" eu\"② }"),
      "①–② G131 a space stands around the value ` eu`; write `eu` without the space")
    expectFindings(
      runbook(stores: "{ id: a, city: ①\"Oslo \"② }"),
      "①–② G131 a space stands around the value `Oslo `; write `Oslo` without the space")
  }

  @Test(
    "makes blanks errors in every attribute that something matches, and warnings in the others",
    arguments: [
      ("targets: stores\nselect: { where: { tier: a } }", "", true),
      ("targets: stores\nselect: { spread: tier }", "", true),
      ("targets: stores\nwaves: { size: 1, caps: { tier: 1 per day } }", "", true),
      ("targets: stores\nwaves: { size: 1, tolerate: { tier: 1 } }", "", true),
      ("targets: stores", "signals: { load: { query: process, every: 1m, per: tier } }", true),
      ("targets: stores", "", false),
    ])
  func matchedAttributes(stage: String, top: String, isError: Bool) {
    let text = runbook(top: top, stage: stage, stores: "{ id: a, tier: a }, { id: b, tier: \"a \" }")
    let csv = text.split(separator: "\n").map {
      $0.hasPrefix("inventories:") ? "inventories: { stores: stores.csv }" : $0
    }
    let both = [
      load(["runbook.yaml": text]),
      load(["runbook.yaml": csv.joined(separator: "\n"), "stores.csv": "id,tier\na,a\nb,a \n"]),
    ]
    for loaded in both {
      let found = loaded.findings.filter { $0.code == "G131" }
      #expect(found.map(\.severity) == [isError ? .error : .warning], "\(loaded.findings)")
    }
  }

  @Test("has one spelling for a value: letter case does not part two countries in one place and not in another")
  func spellings() {
    expectFindings(
      runbook(stores: "{ id: a, country: NL }, { id: b, country: ①nl② }, { id: c, country: NL }"),
      "①–② G186 `nl` and `NL` are one `country` in two spellings: a freeze takes them for one, and caps, budgets, "
        + "filters and signals for two; write `NL`")
    expectFindings(
      runbook(
        stage: "targets: stores\nwaves: { size: 1, caps: { tier: 1 per day } }",
        stores: "{ id: a, tier: Gold }, { id: b, tier: ①GOLD② }"),
      "①–② G186 `GOLD` and `Gold` are one `tier` in two spellings: a freeze takes them for one, and caps, budgets, "
        + "filters and signals for two; write `Gold`")
    // What nothing matches may be written in any way, and so may a country and a region.
    expectFindings(runbook(stores: "{ id: a, note: x }, { id: b, note: X }"))
    expectFindings(runbook(stores: "{ id: a, country: US, region: us }"))
    // Across inventories, too: a freeze and a signal speak about both.
    let text = runbook().split(separator: "\n").map {
      $0.hasPrefix("inventories:") ? "inventories: { stores: stores.csv, sites: [ { id: x, country: nl } ] }" : $0
    }
    expectFindings(
      text.joined(separator: "\n").replacing("country: nl", with: "country: ①nl②"),
      "①–② G186 `nl` and `NL` are one `country` in two spellings: a freeze takes them for one, and caps, budgets, "
        + "filters and signals for two; write `NL`",
      files: ["stores.csv": "id,country\na,NL\nb,NL\n"])
  }

  @Test("says which targets have no value of an attribute by which others are held")
  func missingValues() {
    let freeze = calendar("DTSTART:20271224\nCATEGORIES:nl")
    let text = runbook(
      top: "calendars: [ freezes.ics ]", stores: "{ id: a, country: NL }, { id: ①b② }, { id: c, country: \"\" }")
    expectFindings(
      text,
      "①–② G187 2 targets of `stores` have no `country`: a freeze that names one never holds them: b, c; "
        + "give them a `country`",
      files: ["freezes.ics": freeze])
    // Nobody is held by a country here.
    expectFindings(
      text.filter { !"①②".contains($0) }, files: ["freezes.ics": calendar("DTSTART:20271224")])
    expectFindings(
      runbook(
        top: "signals: { load: { query: process, every: 1m, per: region, no_data: hold } }\n"
          + "triggers: [ { id: busy, when: load > 5, for: 2m } ]",
        stores: "{ id: a, region: eu }, { id: ①b② }"),
      "①–② G187 1 target of `stores` has no `region`: `load`, which is measured for each, says nothing about it: b; "
        + "give it a `region`")
  }

  // MARK: - Calendars

  @Test("reads what a whole calendar freezes, and lets an event say otherwise")
  func verbsOfCalendar() throws {
    let text = calendar("DTSTART:20271224", "DTSTART:20271225\nX-SANDERLING-VERBS:apply")
      .replacing("VERSION:2.0", with: "VERSION:2.0\nX-SANDERLING-VERBS:rollback,apply")
    let loaded = loadCalendar(text)
    #expect(loaded.findings.filter { $0.severity == .error } == [])
    #expect(loaded.runbook?.calendarFiles.first?.freezes.map(\.verbs) == [["rollback", "apply"], ["apply"]])
  }

  @Test("refuses words of ours that it does not know, and places where they mean nothing")
  func verbsElsewhere() {
    let top = runbook(top: "calendars: [ freezes.ics ]")
    let plain = calendar("DTSTART:20271224")
    expectFindings(
      top, "①–② G158 `X-SANDERLING-VERB` is not a property; write `X-SANDERLING-VERBS`",
      files: ["freezes.ics": plain.replacing("VERSION:2.0", with: "VERSION:2.0\n①X-SANDERLING-VERB②:apply")])
    expectFindings(
      top, "①–② G158 `rolback` cannot be frozen; write `rollback`",
      files: ["freezes.ics": plain.replacing("VERSION:2.0", with: "VERSION:2.0\nX-SANDERLING-VERBS:①rolback②")])
    for component in ["VTODO", "VJOURNAL", "VTIMEZONE"] {
      let found = load([
        "runbook.yaml": top,
        "freezes.ics": plain.replacing(
          "END:VCALENDAR",
          with: "BEGIN:\(component)\nX-SANDERLING-VERBS:rollback\nEND:\(component)\nEND:VCALENDAR"),
      ]).findings
      #expect(
        found.contains { $0.code == "G158" && $0.message == "`X-SANDERLING-VERBS` means nothing in `\(component)`" },
        "\(found)")
    }
  }

  // MARK: - Zero, and twice

  @Test("does not last for no time at all")
  func zero() {
    let gate = "targets: stores\ngate: { require: healthy, "
    let cases: [(top: String, stage: String)] = [
      ("", "targets: stores\napprove: { role: lead, expires: ①0s② }"),
      ("", "targets: stores\nbake: { events: 5 per target, counted_by: response_time, deadline: ①0h② }"),
      ("", gate + "deadline: ①0s② }"), ("", gate + "valid_for: ①0s0ms② }"),
    ]
    for (top, stage) in cases {
      let text = runbook(
        top: signals + "\ngates: { healthy: [ response_time < 3 s ] }\n" + top, stage: stage)
      let written = text.split(separator: "①")[1].split(separator: "②")[0]
      let found = load(["runbook.yaml": text.filter { !"①②".contains($0) }]).findings
      #expect(
        found.contains { $0.code == "G109" && $0.message == "`\(written)` is not a duration above zero" }, "\(found)")
    }
    for signal in ["every: ①0s②", "every: 1m, no_data: ①carry 0s②"] {
      let text = runbook(top: "signals: { load: { query: process, \(signal) } }")
      let found = load(["runbook.yaml": text.filter { !"①②".contains($0) }]).findings
      #expect(found.contains { $0.code == "G109" }, "\(signal): \(found)")
    }
    for step in ["timeout: 0s", "undo: { uses: noop, timeout: 0s }", "probe: { timeout: 0s }"] {
      let undo = step.hasPrefix("undo") ? "" : ", undo: none"
      let found = load(["runbook.yaml": runbook(steps: "{ id: one, uses: noop\(undo), \(step) }")]).findings
      #expect(found.contains { $0.code == "G109" && $0.message.contains("above zero") }, "\(step): \(found)")
    }
  }

  @Test("makes a target live once")
  func cutovers() {
    expectFindings(
      runbook(
        steps:
          "{ id: one, uses: noop, undo: none, cutover: true }, { id: ①two②, uses: noop, undo: none, cutover: true }"),
      "①–② G189 the stage `roll-out` makes its targets live twice, at `one` and at `two`; "
        + "write `cutover: true` at the step from which on people work with the target, and at no other")
  }

  // MARK: - Policies

  @Test("asks for its silence a signal that can answer")
  func policies() {
    func text(_ first: String, _ second: String, _ policy: String) -> String {
      runbook(
        top: """
          signals:
            ①errors②: { query: process, every: 1m, per: \(first), no_data: \(policy) }
            requests: { query: process, every: 1m, per: \(second) }
          """)
    }
    for policy in ["idle when requests is 0", "zero when requests is live"] {
      expectFindings(
        text("target", "country", policy),
        "①–② G188 `no_data: \(policy)` of `errors` never speaks: `errors` is measured for each target, and `requests` "
          + "for each country; measure `requests` with `per: target`, or with `per: global`")
      expectFindings(
        text("global", "target", policy),
        "①–② G188 `no_data: \(policy)` of `errors` never speaks: `errors` is measured of everything, and `requests` "
          + "for each target; measure `requests` with `per: global`")
      expectFindings(text("target", "global", policy))
      expectFindings(text("country", "country", policy))
    }
    expectFindings(
      runbook(
        top: """
          signals:
            errors: { query: process, every: 1m, per: target }
            requests: { query: process, every: 1m, per: country }
          triggers: [ { id: ①failing②, when: errors > 5, for: 2m, no_data: zero when requests is live } ]
          """),
      "①–② G188 `no_data: zero when requests is live` of the trigger `failing` never speaks: `errors` is measured for "
        + "each target, and `requests` for each country; measure `requests` with `per: target`, or with `per: global`")
  }
}

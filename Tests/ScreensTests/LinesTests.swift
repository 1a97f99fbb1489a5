import Engine
import History
import Plans
import Quantities
import Runbooks
import Testing

@testable import Screens

@Suite("Event lines")
struct LinesTests {
  @Test("are fewer than five a wave when nothing fails")
  func quiet() {
    var run = SmallRun(examplePlan(targets: 200))
    while run.turn() {}
    #expect(run.state.outcome == .done)
    let shown = run.records.filter { EventLines.isShown($0.event, verbose: false) }
    let waves = run.state.plan.stages.reduce(0) { $0 + $1.waves.count }
    #expect(shown.count < 5 * waves + 5)
    #expect(shown.count { if case .wave = $0.event.subject { true } else { false } } < 5 * waves)
    let verbose = run.records.filter { EventLines.isShown($0.event, verbose: true) }
    #expect(verbose.count > 200 * 3 * 2)
  }

  @Test("use the words of the journal, in lines and in JSON", arguments: [21, 22, 23] as [UInt64])
  func words(seed: UInt64) {
    var run = SmallRun(examplePlan(), seed: seed, trouble: 40)
    for _ in 0..<200 where !run.turn() { run.intervene() }
    for record in run.records {
      let json = EventLines.json(record.seq, record.event, index: run.state.index, detail: record.detail)
      #expect(json["type"]?.string == record.event.kind.type)
      #expect(json["seq"]?.integer == record.seq)
      guard let line = EventLines.text(record.event, index: run.state.index, detail: record.detail) else {
        #expect(record.event.kind == .timerDue)
        continue
      }
      let words = line.split(separator: " ")
      #expect(String(words[1]) == json["severity"]?.string)
      #expect(String(words[2]) == record.event.kind.type)
      #expect(!line.contains("\n") && !line.contains("\u{1B}"))
    }
  }

  @Test("say all that was measured, and of which series, in lines and in JSON, whatever a signal is called")
  func measured() throws {
    var plan = examplePlan()
    for (place, name) in ["at", "seq"].enumerated() where plan.signals.indices.contains(place) {
      plan.signals[place].name = name
    }
    let start = Instant(milliseconds: 1_802_553_225_000)
    func samples(_ name: String, _ series: [String], _ rows: [[Reading]]) -> Samples {
      Samples(
        signal: 0, name: name, series: series,
        rows: rows.enumerated().map {
          Samples.Row(at: start + Span(milliseconds: Int64($0.offset) * 1_000), readings: $0.element)
        })
    }
    let event = Event(
      .sampled([
        samples("at", [""], [[.value(Fixed(7))], [.value(Fixed(8))]]),
        samples("seq", ["eu", "us"], [[.value(.zero), .missing(.infinite)]]), samples("at", [""], [[.value(Fixed(9))]]),
      ]), at: start)
    let line = try #require(EventLines.text(event, index: PlanIndex(plan), detail: .none))
    #expect(
      line.hasSuffix(
        #"measured="at 21:13:45 7, 21:13:46 8; seq[eu/us] 21:13:45 0/!infinite; at 21:13:45 9""#))
    let json = EventLines.json(5, event, index: PlanIndex(plan), detail: .none)
    #expect(json["seq"]?.integer == 5 && json["at"]?.string == start.text && json["type"]?.string == "signal_sampled")
    let measured = try #require(json["measured"]?.array)
    #expect(measured.map { $0["signal"]?.string } == ["at", "seq", "at"])
    #expect(measured.map { $0["samples"]?.array.count } == [2, 1, 1])
    #expect(measured[1]["series"]?.array.compactMap(\.string) == ["eu", "us"])
    #expect(measured[1]["samples"]?.array.first?["values"]?.array.compactMap(\.string) == ["0", "!infinite"])
  }

  @Test("say what a failed attempt said")
  func failed() {
    let plan = examplePlan()
    let address = StepAddress(target: TargetKey(stage: 1, row: 0), step: 1)
    let event = Event(
      .failed(.apply, attempt: 1, failure: Failure(isTransient: true, retryAfter: .minute, reason: "quota 40/40")),
      subject: .step(address), at: Instant(milliseconds: 1_802_553_225_000))
    #expect(
      EventLines.text(event, index: PlanIndex(plan), detail: .none)
        == "2027-02-13T21:13:45Z warn  step_failed path=full-scale/stores/1/store-0/enable attempt=1 class=transient "
        + "retry_after=1m reason=\"quota 40/40\"")
  }

  @Test("name a person once, and the account where that proves who it was")
  func persons() {
    var plan = examplePlan()
    plan.people = [PlannedPerson(id: "ola", roles: [], accounts: ["root"])]
    let event = Event(
      .commandReceived(OperatorCommand(name: .approve, id: "c", person: 0, auth: "os")),
      at: Instant(milliseconds: 1_802_553_225_000))
    func line(_ detail: EventDetail) -> String? { EventLines.text(event, index: PlanIndex(plan), detail: detail) }
    #expect(
      line(EventDetail(actor: "ola", account: "root"))
        == "2027-02-13T21:13:45Z info  command_received auth=os command=approve actor=ola account=root")
    #expect(line(.none)?.hasSuffix("auth=os command=approve person=ola") == true)
  }

  @Test("of runs as data name those that cannot be read: a program must not take them for none")
  func unreadable() {
    let json = StatusScreen.json([], unreadable: [("r-2", "event 7 cannot be read")])
    #expect(
      json.canonicalText
        == #"{"runs":[],"unreadable":[{"run":"r-2","why":"event 7 cannot be read"}],"version":1}"#)
  }

  @Test("say that a run is alive")
  func alive() {
    let run = SmallRun(examplePlan())
    let line = EventLines.alive(state: run.state, run: "r-1")
    #expect(
      line.hasSuffix("run.alive run=r-1 wave=foundation/platform/1 done=0 running=1 waiting=0 failed=0 in_doubt=0"))
  }

  @Test("above the live screen are one for each target that goes well")
  func log() {
    var run = SmallRun(examplePlan(targets: 12))
    while run.turn() {}
    let lines = run.records.compactMap {
      RunScreen.logLine($0.event, index: run.state.index, took: nil, style: .plain)
    }
    #expect(lines.count { $0.contains("✓ done") && $0.contains("store-") } == 12)
    #expect(lines.count < 12 + 3 * 6 + 4)
  }
}

@Suite("Notices")
struct NoticeClassTests {
  @Test("are asked for in the words in which events know them")
  func words() {
    #expect(EventEntry.NoticeClass.allCases.map(\.rawValue) == Notice.Class.allCases.map(\.rawValue))
  }
}

@Suite("CSV")
struct CSVTests {
  @Test(
    "cannot become a formula and keeps its cells",
    arguments: [
      ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", " x"), ("\t=x", "' =x"), ("\rx", "␍x"),
      ("a\u{1B}[2Jb\u{202E}c", "a␛[2Jb\u{FFFD}c"),
      ("a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\""), ("a\r\nb", "\"a\r\nb\""), ("plain", "plain"), ("", ""),
      ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
    ])
  func cells(text: String, cell: String) {
    #expect(CSV.cell(text) == cell)
  }

  @Test("has a header and one row for each record")
  func rows() {
    let run = SmallRun(examplePlan())
    let text = HistoryScreen.csv(run.records, index: run.state.index)
    #expect(text.hasPrefix("seq,at,severity,type,subject,actor,fact,reason,cause\r\n"))
    #expect(text.utf8.count { $0 == 0x0A } == run.records.count + 1)
  }
}

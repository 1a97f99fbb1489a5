import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("The entry of an event")
struct EventEntryTests {
  private static func read(_ type: String, _ data: String, payload: String? = nil) throws -> Event.Kind {
    try Event(
      RecordedEvent(
        type: type, subject: "p/s/1/t1/b", at: Make.start, cause: nil, data: try JSON(canonical: Array(data.utf8)),
        payload: try payload.map { try JSON(canonical: Array($0.utf8)) }),
      index: PlanIndex(RecordTests.watched)
    ).kind
  }

  private static func refusal(_ type: String, _ data: String, payload: String? = nil) -> String? {
    do {
      _ = try read(type, data, payload: payload)
      return nil
    } catch {
      return (error as? EventError)?.message
    }
  }

  @Test("is found for every event, under its name alone")
  func found() {
    for kind in RecordTests.kinds {
      #expect(kind.entry.names.contains(kind.type))
      #expect(EventEntry.named[kind.type] === kind.entry)
    }
    #expect(EventEntry.all.count == Set(RecordTests.kinds.map { ObjectIdentifier($0.entry) }).count)
  }

  @Test("names what it cannot read")
  func unreadable() {
    #expect(Self.refusal("wave_dreamed", "{}") == "this version knows no event `wave_dreamed`")
    #expect(Self.refusal("wave_finished", #"{"done":1,"failed":2}"#) == "`skipped` of event `wave_finished` is missing")
    #expect(
      Self.refusal("wave_started", #"{"colour":"red","targets":1}"#)
        == "`colour` of event `wave_started` is nothing that this version knows")
    #expect(
      Self.refusal("step_failed", #"{"attempt":1,"class":"odd"}"#)
        == "`class` of event `step_failed` is neither transient nor permanent")
    #expect(
      Self.refusal("target_undone", #"{"complete":1}"#) == "`complete` of event `target_undone` is not true or false")
    #expect(
      Self.refusal("command_received", #"{"command":"resolve","id":"i","until":"soon"}"#)?.hasPrefix("`until` of")
        == true)
    #expect(
      Self.refusal("gate_forced", #"{"evidence":[{}],"persons":[0]}"#)?.hasPrefix("`evidence[0].condition` of") == true)
    let strange = #"{"measured":[{"samples":[],"series":[],"signal":"none"}]}"#
    #expect(
      Self.refusal("signal_sampled", strange)
        == "`measured` of event `signal_sampled` names the signal `none`, which the plan has not")
    #expect(
      Self.refusal("step_succeeded", #"{"attempt":1}"#, payload: #"{"outputs":{"id":7}}"#)?.hasPrefix("`outputs`")
        == true)
  }

  @Test(
    "of a command takes no member that it cannot read for one that is not there",
    arguments: [
      ("command", "1"), ("command", #""hop""#), ("id", "1"), ("as", #""maybe""#), ("person", #""ola""#),
      ("person", "-1"),
      ("auth", "1"), ("until", "1"), ("until", #""soon""#), ("amendment", #""abc""#), ("flaw", "true"),
    ])
  func commands(key: String, value: String) {
    var members = ["command": #""resolve""#, "id": #""i""#]
    members[key] = value
    let data = "{\(members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}"
    #expect(Self.refusal("command_received", data)?.hasPrefix("`\(key)` of event") == true, "\(data)")
    #expect(Self.refusal("command_received", #"{"command":"resolve","id":"i"}"#) == nil)
  }

  @Test("of a command takes no reason and no outputs that it cannot read for erased ones")
  func commandPayloads() {
    for payload in [#"{"reason":7}"#, #"{"outputs":{"a":1}}"#, #"{"outputs":"a"}"#] {
      #expect(
        Self.refusal("command_received", #"{"command":"resolve","id":"i"}"#, payload: payload) != nil, "\(payload)")
    }
  }

  @Test("reads what was erased as nothing, and what the first builds wrote as they read it")
  func old() throws {
    #expect(
      try Self.read("step_failed", #"{"attempt":1,"class":"transient"}"#)
        == .failed(.apply, attempt: 1, failure: Failure(isTransient: true, reason: "")))
    #expect(try Self.read("undo_succeeded", #"{"attempt":2}"#) == .succeeded(.undo, attempt: 2, outputs: [:]))
    #expect(
      try Self.read("command_received", #"{"command":"pause","id":"i"}"#)
        == .commandReceived(OperatorCommand(name: .pause, id: "i")))
    #expect(try Self.read("run_created", #"{"nonce":"n"}"#) == .runCreated(nonce: "n"))
    #expect(
      try Self.read("rollback_started", #"{"scope":"run","targets":4}"#)
        == .rollbackStarted(scope: "run", targets: 4, stopsAt: nil))
    #expect(try Self.read("signal_sampled", #"{"samples":[],"series":[],"signal":"s"}"#) == .sampled([]))
  }

  @Test("of a command that was void stays one when the words are erased")
  func erasedFlaw() throws {
    let command = OperatorCommand(name: .approve, id: "i", flaw: "`mira` is nobody in trust/people.yaml")
    let kind = Event.Kind.commandReceived(command)
    let data = String(decoding: kind.data, as: UTF8.self)
    #expect(data.contains(#""void":true"#) && !data.contains("mira"))
    guard case .commandReceived(let read) = try Self.read("command_received", data) else { return }
    #expect(read.flaw == "it was void when it came")
    #expect(
      try Self.read("command_received", data, payload: kind.payload().map { String(decoding: $0, as: UTF8.self) })
        == kind)
  }

  @Test("says something of every event, and names persons")
  func words() {
    var plan = RecordTests.watched
    plan.people = ["ola", "mira", "kim"].map {
      PlannedPerson(id: $0, roles: [], accounts: [], principals: [], isAuthor: false)
    }
    let context = EventContext(PlanIndex(plan), RecordTests.step)
    for kind in RecordTests.kinds {
      #expect(!kind.saying(in: context).words.isEmpty, "\(kind.type)")
      let shown = kind.fields(in: context)
      #expect(shown.allSatisfy { (kind.entry.keys + kind.entry.erasableKeys).contains($0.key) }, "\(kind.type)")
    }
    let asked = Event.Kind.gateForceAsked(person: 1)
    #expect(asked.saying(in: context).words == "mira asks to force the gate")
    #expect(asked.fields(in: context).map(\.value) == [.string("mira")])
    let other = EventContext(PlanIndex(plan), .run, people: ["ed", "jo"])
    #expect(asked.saying(in: other).words == "jo asks to force the gate")
    #expect(Event.Kind.gateForceAsked(person: 7).saying(in: other).words == "somebody asks to force the gate")
  }

  @Test("holds persons under their pseudonyms, also in its sentences, and tells of them by name while that is known")
  func pseudonyms() throws {
    var plan = RecordTests.watched
    let salts = try #require(SaltSource(String(repeating: "0f", count: 32)))
    plan.people = ["ola", "mira"].map { PlannedPerson(name: $0, roles: [], salts: salts) }
    let sentence = "\(plan.people[1].id) has approved it already"
    let kinds: [Event.Kind] = [
      .commandRefused(reason: sentence), .approvalVoided(id: "x", person: 1, why: sentence),
      .amendmentDropped(plan: Digest(of: [1]), why: sentence),
    ]
    for kind in kinds {
      let written = String(decoding: kind.data + (kind.payload() ?? []), as: UTF8.self)
      #expect(written.contains("p_") && !written.contains("mira"))
      let context = EventContext(PlanIndex(plan), .run)
      #expect(kind.saying(in: context).words.hasSuffix("mira has approved it already"))
      let event = Event(kind, at: Make.start)
      #expect(event.reason(in: context) == "mira has approved it already")
      #expect(kind.fields(in: context).contains { $0.value.string == "mira has approved it already" })
    }
    let bytes = plan.canonicalBytes
    #expect(!String(decoding: bytes, as: UTF8.self).contains("mira"))
    // Who has the plan alone knows nobody; who has what opens it knows all, and nothing else opens it.
    var closed = try Plan(canonical: bytes)
    #expect(closed == plan && closed.people[1].name == plan.people[1].id && closed.people[1].pseudonym == nil)
    #expect(kinds[0].saying(in: EventContext(PlanIndex(closed), .run)).words.contains(plan.people[1].id))
    closed.open { _ in Opening(salt: [1], body: plan.openings[0].body) }
    #expect(closed.people[1].name == plan.people[1].id)
    let openings = Dictionary(plan.openings.map { ($0.commitment, $0) }) { first, _ in first }
    closed.open { openings[$0] }
    #expect(closed.people.map(\.name) == ["ola", "mira"] && closed.people[1].pseudonym?.id == closed.people[1].id)
    #expect(SaltSource("0f") == nil && SaltSource("not hexadecimal, but as long as one should be") == nil)
  }

  @Test("shows the fields that it writes, and of what can be erased what is no text of people and no output")
  func fields() throws {
    let context = EventContext(PlanIndex(RecordTests.watched), RecordTests.step)
    // Persons are shown by name, clocks in words, samples themselves and not how many they are.
    let otherwise: Set<String> = ["person", "persons", "clock", "count", "first", "last", "void", "signed"]
    let hidden: Set<String> = ["reason", "outputs", "salt", "secret", "id", "text", "files"]
    for kind in RecordTests.kinds {
      let payload = try kind.payload().map { try JSON(canonical: $0).members.filter { !hidden.contains($0.key) } } ?? []
      let written = (try JSON(canonical: kind.data).members + payload).filter { !otherwise.contains($0.key) }
      let shown = kind.fields(in: context).filter { !otherwise.contains($0.key) && !hidden.contains($0.key) }
      let own = written.filter { !hidden.contains($0.key) }.sorted { $0.key < $1.key }
      #expect(shown.map(\.key) == own.map(\.key) && shown.map(\.value) == own.map(\.value), "\(kind.type)")
    }
  }
}

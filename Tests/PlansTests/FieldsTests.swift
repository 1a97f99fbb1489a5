import Quantities
import Testing

@testable import Plans

/// Everything that can be derived from the descriptions, for every field of the plan.
@Suite("The description of a plan")
struct FieldsTests {
  @Test("reads back what it wrote, with every field filled")
  func roundTrip() throws {
    let plan = try fullPlan()
    #expect(try Plan(canonical: plan.canonicalBytes) == plan)
    for text in Self.unfilled(plan) { Issue.record("`\(text)` is empty in the plan that should fill every field") }
  }

  @Test("is recorded as what it is, in whatever order arguments were written")
  func recordable() throws {
    var plan = try fullPlan()
    let members = ["shell", "environment"].map {
      ArgumentTemplate.Member(name: $0, value: .constant(.string($0)))
    }
    plan.providers[0].configuration = .members(members)
    var other = plan
    other.providers[0].configuration = .members(members.reversed())
    #expect(try plan.recordableBytes() == other.recordableBytes() && plan == other)
    #expect(plan.differences(from: other).isEmpty)
  }

  @Test("holds no sentence for people: every text is a name, a word, a value, or a summary that somebody wrote")
  func noProse() throws {
    for (path, leaf) in Self.leaves(of: try fullPlan().canonical) {
      guard let text = leaf.string, path.last != .key("summary"), path.last != .key("allowed_signers") else { continue }
      #expect(!text.contains(" ") || text == "retry once", "\(Self.words(path)) is `\(text)`")
    }
  }

  /// One changed leaf after the other: each is seen, and counts as grown risk unless the description proves it smaller.
  @Test("sees a change of every field, with the risk that the field states")
  func everyChange() throws {
    let plan = try fullPlan()
    let json = plan.canonical
    var seen = 0
    for (path, leaf) in Self.leaves(of: json) {
      let meaning = Self.meaning(of: path)
      for changed in Self.variants(of: leaf) {
        guard let other = Self.plan(Self.replaced(json, path, changed)), other != plan else { continue }
        let found = other.differences(from: plan)
        let place = "\(Self.words(path)): \(leaf.canonicalText) → \(changed.canonicalText)"
        seen += 1
        switch meaning {
        case .same: #expect(!found.isEmpty || path.first == .key("amends"), "unseen: \(place)")
        case .more, .less:
          guard let (before, after) = Self.numbers(leaf, changed) else { continue }
          let isGrown = (after > before) == (meaning == .more)
          #expect(found.contains { $0.risk == (isGrown ? .grew : .shrank) }, "\(place): \(found)")
        case .grew: #expect(found.contains { $0.risk == .grew }, "\(place): \(found)")
        case .ranked: #expect(found.contains { $0.risk != .same }, "\(place): \(found)")
        case .identity, .inner:
          guard path.first != .key("amends"), path.first != .key("sources"), path.first != .key("asks"),
            path.first != .key("projections")
          else { continue }
          #expect(!found.isEmpty, "unseen: \(place)")
        }
      }
    }
    // Every field of every planned value was reached, most of them more than once.
    #expect(seen > 250, "\(seen)")
  }

  @Test("counts another order of phases, stages and steps as more risk, and one of persons as none")
  func order() throws {
    var old = try fullPlan()
    let phase = old.stages[0].phase
    var second = old.stages[0]
    second.id = "second"
    var step = second.steps[0]
    step.id = "second"
    old.stages[0].steps.append(step)
    old.people.append(PlannedPerson(id: "zoe", roles: ["manager"]))
    old.stages.insert(second, at: 1)
    old.phases.append(PlannedPhase(id: "later"))
    func risk(of noun: String, _ change: (inout Plan) -> Void) -> PlanDifference.Risk? {
      var new = old
      change(&new)
      return new.differences(from: old).first { $0.text.hasSuffix("the order of the \(noun) changed") }?.risk
    }
    let last = old.phases.count - 1
    #expect(
      risk(of: "phases") { plan in
        plan.phases.swapAt(phase, last)
        for stage in plan.stages.indices where plan.stages[stage].phase == phase { plan.stages[stage].phase = last }
      } == .grew)
    #expect(risk(of: "stages") { $0.stages.swapAt(0, 1) } == .grew)
    #expect(risk(of: "steps") { $0.stages[0].steps.swapAt(0, 1) } == .grew)
    #expect(risk(of: "persons") { $0.people.reverse() } == .same)
    #expect(risk(of: "stages") { _ in } == nil)
  }

  /// What the house issue tried by hand: nobody was asked for any of these.
  @Test("asks for approval where a comparison, a bake, a rollback or the cut-over is weakened")
  func weakened() throws {
    let plan = try fullPlan()
    let changes: [(String, (inout Plan) -> Void)] = [
      ("comparison error % 5 → 20", { $0.stages[1].gate?.comparison?.error = 20 }),
      ("comparison looks 3 → 10", { $0.stages[1].gate?.comparison?.looks = 10 }),
      ("comparison match country → none", { $0.stages[1].gate?.comparison?.match = [] }),
      ("comparison before 1d → 0s", { $0.stages[1].gate?.comparison?.before = .zero }),
      ("comparison margin 0.3 → 3", { $0.stages[1].gate?.comparison?.margin = Fixed(millionths: 3_000_000) }),
      ("bake counted by questions → speed", { $0.stages[1].bakeEvents?.signal = 0 }),
      ("rollback concurrency 2 → 40", { $0.undoConcurrency = 40 }),
      (
        "makes the target live true → false",
        {
          $0.stages[1].steps[0].isCutover = false
          $0.stages[1].steps[1].isCutover = true
        }
      ),
      ("timeout 1m → 1h", { $0.signals[0].timeout = .hour }),
      ("provider lab → other", { $0.signals[0].provider = "other" }),
      ("unit s → ms", { $0.signals[0].unit = "ms" }),
      ("freeze of rollbacks `Christmas` changed", { $0.rollbackFreezes[0].intervals.removeLast() }),
      ("gate deadline 1h → none", { $0.stages[1].gate?.deadline = nil }),
      ("gate valid_for 1h → ever", { $0.stages[1].gate?.validFor = nil }),
      (
        "pace 20 per week → 5 per day",
        { $0.stages[1].pace = PlannedPace(count: 5, period: .day, carry: 2, boundaries: []) }
      ),
      ("not before", { $0.stages[1].notBefore = nil }),
      ("who is told by tell of rollback changed", { $0.notices = [] }),
    ]
    for (words, change) in changes {
      var other = plan
      change(&other)
      let found = other.differences(from: plan)
      #expect(found.contains { $0.risk == .grew && $0.text.contains(words) }, "\(words): \(found.map(\.text))")
    }
  }

  @Test("says which targets have another value in a column that both plans have, and nothing of one that is new")
  func columns() throws {
    let old = try fullPlan()
    var new = old
    new.inventories[0].columns.append("shoe")
    new.inventories[0].values.append(new.inventories[0].values[0].map { _ in "42" })
    #expect(new.differences(from: old).filter { $0.text.contains("`shoe` of") } == [])
    let country = try #require(new.inventories[0].columns.firstIndex(of: "country"))
    new.inventories[0].values[country][0] = "QQ"
    let found = new.differences(from: old).filter { $0.text.contains("`country` of") }
    #expect(!found.isEmpty && found.allSatisfy { $0.risk == .grew && $0.text.hasSuffix("(a) changed") }, "\(found)")
  }

  @Test("says that an added wave tolerates more only where it does", arguments: [(1, false), (2, false), (3, true)])
  func addedWave(tolerate: Int, isMore: Bool) throws {
    var old = try fullPlan()
    for wave in old.stages[1].waves.indices { old.stages[1].waves[wave].tolerate = wave == 0 ? 2 : 1 }
    var new = old
    new.stages[1].waves.append(PlannedWave(targets: [], tolerate: tolerate))
    let found = new.differences(from: old).filter { $0.text.contains("tolerate in an added wave \(tolerate)") }
    #expect(found.map(\.risk) == (isMore ? [.grew] : []))
  }

  /// A guard that goes, a wall that goes, a person who is asked no more: none of it is less risk.
  @Test("calls smaller only what is proven smaller")
  func proven() throws {
    var plan = try fullPlan()
    plan.triggers[0].action = .hold
    let back = plan.stages[1].steps[1].call
    let changes: [(String, PlanDifference.Risk, (inout Plan) -> Void)] = [
      ("idempotency key → natural", .grew, { $0.stages[1].steps[0].call.idempotency = .natural }),
      ("idempotency key → none", .shrank, { $0.stages[1].steps[0].call.idempotency = .none }),
      ("undo irreversible → none", .grew, { $0.stages[1].steps[2].undo = .nothing }),
      ("undo irreversible → store.back", .grew, { $0.stages[1].steps[2].undo = .call(back) }),
      ("undo none → irreversible", .grew, { $0.stages[1].steps[1].undo = .impossible }),
      ("undo none → store.back", .shrank, { $0.stages[1].steps[1].undo = .call(back) }),
      ("probe (store.look) added", .grew, { $0.stages[1].steps[2].call.probe = $0.stages[1].steps[0].call.probe }),
      ("probe timeout 1m → 1h", .grew, { $0.stages[1].steps[0].call.probe?.timeout = .hour }),
      ("timeout 1h → 1s", .grew, { $0.stages[1].steps[0].call.timeout = .second }),
      ("wait between attempts", .grew, { $0.stages[1].steps[0].wait = SpanRange(low: .zero, high: .zero) }),
      ("does hold → rollback", .shrank, { $0.triggers[0].action = .rollback }),
      ("does hold → stop", .grew, { $0.triggers[0].action = .stop }),
      ("bake deadline 2d → 1d", .shrank, { $0.stages[1].bakeDeadline = .day }),
      ("bake deadline 2d → none", .grew, { $0.stages[1].bakeDeadline = nil }),
      ("on_breach rollback → stop", .grew, { $0.stages[1].gate?.onBreach = .stop }),
      ("after a rollback `retry once` → `hold`", .shrank, { $0.stages[1].then = .hold }),
      ("after a rollback `retry once` → `stop`", .grew, { $0.stages[1].then = .stop }),
      ("freeze of rollbacks `Christmas` changed", .grew, { $0.rollbackFreezes.append($0.freezes[0].later) }),
      ("freeze `Christmas` changed", .grew, { $0.freezes.append($0.freezes[0].later) }),
      ("`country` of 3 targets (a, b, c) changed", .grew, { $0.inventories[0].columns[0] = "name" }),
      ("approval 2 approvals by managers other than the author", .grew, { $0.phases[1].approvalRule?.count = 1 }),
      (
        "other than the executor, none in an emergency of on-call, for 1d", .grew,
        { $0.phases[1].approvalRule?.excludesAuthors = false }
      ),
      ("for 1d → 2 approvals", .shrank, { $0.phases[1].approvalRule?.expires = .hour }),
      ("for 1h", .shrank, { $0.phases[1].approvalRule?.expires = .hour }),
      ("2h before its end", .shrank, { $0.stages[1].window?.latestStart = .hour + .hour }),
      ("window mon tue", .grew, { $0.stages[1].window?.days = [1] }),
      ("who is told by tell of rollback changed", .grew, { $0.notices[0].form = .slack }),
    ]
    for (words, risk, change) in changes {
      var other = plan
      change(&other)
      let found = other.differences(from: plan)
      #expect(found.contains { $0.risk == risk && $0.text.contains(words) }, "\(words): \(found)")
      #expect(risk == .grew || found.allSatisfy { $0.risk != .grew }, "\(words): \(found)")
    }
  }

  @Test("calls it less where a date is set before which nothing starts, and more where it goes or comes earlier")
  func notBefore() throws {
    func risk(_ old: Int64?, _ new: Int64?) throws -> PlanDifference.Risk? {
      var plans = [try fullPlan(), try fullPlan()]
      for (place, days) in [old, new].enumerated() {
        plans[place].stages[1].notBefore = days.map { Instant(milliseconds: $0 * 86_400_000) }
      }
      return plans[1].differences(from: plans[0]).first { $0.text.contains("not before") }?.risk
    }
    #expect(try risk(nil, 20_000) == .shrank && risk(20_000, 20_001) == .shrank)
    #expect(try risk(20_000, nil) == .grew && risk(20_001, 20_000) == .grew && risk(20_000, 20_000) == nil)
  }

  @Test("compares places of a plan by their names")
  func places() throws {
    let plan = try fullPlan()
    var other = plan
    other.signals.swapAt(0, 1)
    for (index, trigger) in other.triggers.enumerated() {
      other.triggers[index].condition.signal = 1 - trigger.condition.signal
    }
    other.triggers[0].noData = .zero(signal: 0)
    other.signals[1].noData = .idle(signal: 0)
    other.stages[1].gate?.conditions[0].signal = 1
    other.stages[1].gate?.comparison?.signal = 0
    other.stages[1].bakeEvents?.signal = 0
    #expect(other != plan)
    #expect(other.differences(from: plan).isEmpty)
  }

  @Test("refuses what stands beside the plan")
  func beside() throws {
    let json = try fullPlan().canonical
    let plan = JSON.dictionary([("format", .integer(2)), ("plan", json)])
    #expect(throws: Never.self) { try Plan(canonical: plan.canonicalBytes) }
    let more = JSON.dictionary([("format", .integer(2)), ("plan", json), ("triggers", .array([]))])
    #expect(throws: PlanError.self) { try Plan(canonical: more.canonicalBytes) }
  }

  @Test("refuses what it does not know, and says where", arguments: ["{\"format\":2}", "{\"format\":3,\"plan\":{}}"])
  func refuses(text: String) {
    #expect(throws: PlanError.self) { try Plan(canonical: Array(text.utf8)) }
  }

  @Test("names the member that is wrong by its path")
  func path() throws {
    let json = try fullPlan().canonical
    let path: [Step] = [.key("stages"), .index(1), .key("gate"), .key("hold_ms")]
    #expect(throws: FormError.self) { try Plan.fields.form.read(Self.replaced(json, path, .string("x"))) }
    do throws(FormError) {
      _ = try Plan.fields.form.read(Self.replaced(json, path, .string("x")))
    } catch {
      #expect(error.path == "stages[1].gate.hold_ms" && error.problem.contains("is not an integer"))
    }
    do throws(FormError) {
      _ = try Plan.fields.form.read(Self.replaced(json, [.key("bogus")], .string("x")))
    } catch {
      #expect(error.path == "bogus")
    }
  }

  @Test("refuses a member that it would not keep, in whatever has a form of its own")
  func strangers() throws {
    let json = try fullPlan().canonical
    let places: [[Step]] = [
      [], [.key("stages"), .index(1)], [.key("signals"), .index(0), .key("no_data")],
      [.key("triggers"), .index(1), .key("no_data")], [.key("triggers"), .index(0), .key("persistence")],
      [.key("triggers"), .index(1), .key("persistence")], [.key("freezes"), .index(0), .key("intervals"), .index(1)],
      [.key("providers"), .index(0), .key("configuration")],
      [.key("stages"), .index(1), .key("steps"), .index(0), .key("undo")],
    ]
    for place in places {
      #expect(Self.plan(Self.replaced(json, place + [.key("since")], .string("2"))) == nil, "\(Self.words(place))")
    }
    #expect(Self.plan(json) != nil)
  }

  @Test("has a row for every field that decides something")
  func review() throws {
    let rows = try fullPlan().review
    for word in [
      "hold", "on_breach", "valid_for", "watch_after", "after a rollback", "settle", "makes the target live",
    ] {
      #expect(rows.contains { $0.title == word }, "\(word)")
    }
    #expect(rows.contains { $0.place == "stage `one/stores`:" && $0.title == "approval" })
    #expect(rows.contains { $0.place.hasSuffix("gate comparison") && $0.title == "looks" && $0.text == "3" })
  }
}

extension PlannedFreeze {
  /// The same a year later.
  fileprivate var later: PlannedFreeze {
    let days = (CivilDate(dayNumber: 20_822), CivilDate(dayNumber: 20_824))
    return PlannedFreeze(
      summary: summary, categories: categories, intervals: [.days(from: days.0, until: days.1)])
  }
}

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
    for text in try Self.unfilled(plan) { Issue.record("`\(text)` is empty in the plan that should fill every field") }
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

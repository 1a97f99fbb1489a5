import Quantities
import Testing

@testable import Engine
@testable import Looping
@testable import Plans

@Suite("The queues of those who are told")
struct NoticesTests {
  private static let now = LoopBench.start

  private static func plan(_ notices: [PlannedNotice]) -> Plan {
    var plan = LoopBench.plan()
    plan.notices = notices
    return plan
  }

  private static func message(_ seq: Int64, _ kind: Event.Kind = .runFinished(.done)) throws -> Message {
    let plan = plan([])
    let message = Message(
      about: Event(kind, subject: .run, at: now), at: "", PlanIndex(plan), seq: seq, runbook: "bench", run: "r-1",
      nonce: "n")
    return try #require(message)
  }

  private static func seconds(_ count: Int64, _ milliseconds: Int64 = 0) -> Instant {
    now + Span(milliseconds: count * 1_000 + milliseconds)
  }

  private static func tellings(_ orders: [Order]) -> [Telling] {
    orders.compactMap { if case .tell(let telling) = $0 { telling } else { nil } }
  }

  @Test("take what is of their classes and what was not told yet")
  func take() throws {
    var notices = Notices(
      Self.plan([LoopBench.notice([.finished]), LoopBench.notice([.waves, .rollback], "other")]))
    #expect(!notices.isBusy && notices.openCount == 0 && notices.nextDue == nil)
    for seq in [4, 5, 6] { notices.take(try Self.message(Int64(seq)), unlessTold: [0: 5, 1: 0]) }
    notices.take(try Self.message(7, .rollbackFinished(undone: 1, blocked: false)), unlessTold: [0: 9])
    #expect(notices.isBusy)
    let told = Self.tellings(notices.due(at: Self.now))
    #expect(told.map(\.message.seq) == [6, 7] && told.map(\.number) == [1, 2])
    #expect(told.map(\.notice.operation) == ["tell", "other"] && notices.openCount == 2)
    // One at a time each.
    #expect(notices.due(at: Self.now).isEmpty && notices.nextDue == nil)
  }

  @Test("hand out one after the other, in order, and say under which place each was delivered")
  func order() throws {
    var notices = Notices(Self.plan([LoopBench.notice([.waves], "other"), LoopBench.notice([.finished])]))
    for seq in [1, 2] { notices.take(try Self.message(Int64(seq))) }
    #expect(Self.tellings(notices.due(at: Self.now)).map(\.message.seq) == [1])
    #expect(notices.answer(7, .delivered, now: Self.now) == nil)
    #expect(notices.answer(1, .delivered, now: Self.now) == .noticeDelivered(notice: 1, seq: 1))
    #expect(notices.answer(1, .delivered, now: Self.now) == nil && notices.isBusy && notices.openCount == 0)
    #expect(Self.tellings(notices.due(at: Self.now)).map(\.number) == [2])
    #expect(notices.answer(2, .never("gone"), now: Self.now) == .noticeFailed(notice: 1, seq: 2, reason: "gone"))
    #expect(!notices.isBusy && notices.due(at: Self.now).isEmpty)
  }

  @Test("try again after a second, then twice as long each time, at most a minute; a delivery begins that anew")
  func again() throws {
    var notices = Notices(Self.plan([LoopBench.notice([.finished])]))
    notices.take(try Self.message(1))
    notices.take(try Self.message(2))
    var at: Int64 = 0
    var number = 0
    for wait in [1, 2, 4, 8, 16, 32, 60, 60] as [Int64] {
      number += 1
      #expect(Self.tellings(notices.due(at: Self.seconds(at))).map(\.number) == [number], "before \(wait)")
      #expect(notices.answer(number, .again, now: Self.seconds(at)) == nil)
      #expect(notices.nextDue == Self.seconds(at + wait) && notices.isBusy && notices.openCount == 0)
      #expect(notices.due(at: Self.seconds(at + wait, -1)).isEmpty)
      at += wait
    }
    #expect(Self.tellings(notices.due(at: Self.seconds(at))).map(\.message.seq) == [1])
    #expect(notices.answer(number + 1, .delivered, now: Self.seconds(at)) == .noticeDelivered(notice: 0, seq: 1))
    #expect(Self.tellings(notices.due(at: Self.seconds(at))).map(\.message.seq) == [2])
    #expect(notices.answer(number + 2, .again, now: Self.seconds(at)) == nil)
    #expect(notices.nextDue == Self.seconds(at + 1))
  }

  @Test("are due when the first of them is, and those that wait for an answer or have nothing to tell are not")
  func due() throws {
    var notices = Notices(
      Self.plan([LoopBench.notice([.finished], "a"), LoopBench.notice([.finished], "b"), LoopBench.notice([.waves])])
    )
    notices.take(try Self.message(1))
    #expect(notices.due(at: Self.now).count == 2)
    #expect(notices.answer(1, .again, now: Self.seconds(9)) == nil && notices.nextDue == Self.seconds(10))
    #expect(notices.answer(2, .again, now: Self.seconds(3)) == nil && notices.nextDue == Self.seconds(4))
    #expect(Self.tellings(notices.due(at: Self.seconds(4))).map(\.notice.operation) == ["b"])
    #expect(notices.nextDue == Self.seconds(10))
    notices.stop()
    #expect(
      !notices.isBusy && notices.openCount == 0 && notices.nextDue == nil && notices.due(at: Self.seconds(60)).isEmpty)
  }

  @Test("keep what is on its way when the plan changes, under its new place, and nothing else")
  func move() throws {
    let (tell, shout) = (LoopBench.notice([.finished]), LoopBench.notice([.finished], "shout"))
    var notices = Notices(Self.plan([tell, shout, tell]))
    for seq in [1, 2] { notices.take(try Self.message(Int64(seq))) }
    #expect(notices.due(at: Self.now).count == 3)
    #expect(notices.answer(2, .again, now: Self.now) == nil)
    notices.move(to: Self.plan([shout, tell]))
    // The second one was not on its way; of two equal ones the first is kept.
    #expect(notices.openCount == 1 && notices.isBusy)
    #expect(notices.answer(3, .delivered, now: Self.now) == nil && notices.answer(2, .delivered, now: Self.now) == nil)
    #expect(notices.answer(1, .delivered, now: Self.now) == .noticeDelivered(notice: 1, seq: 1))
    #expect(!notices.isBusy)
  }
}

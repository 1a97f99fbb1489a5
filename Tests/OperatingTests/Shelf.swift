import Adapters
import Conducting
import Engine
import Foundation
import Journaling
import Looping
import Operating
import Quantities
import Records
import Synchronization
import Testing

/// A directory with a runbook and a journal, and desks in front of it: everything that a shell would have, and no shell.
struct Shelf {
  let directory: String
  var book: String { "\(directory)/book" }
  var journal: String { "\(directory)/journal.sqlite" }

  /// Two phases; the second needs a manager. Whoever sits at the desk is Ola, unless somebody else is named.
  static let runbook = """
    sanderling: 1
    runbook: moved
    inventories: { sites: sites.csv }
    phases:
      - id: one
        stages:
          - { id: s, targets: sites, waves: { size: 1, tolerate: 0 }, steps: [ { id: a, uses: noop, undo: none } ] }
      - id: two
        approve: { count: 1, role: manager }
        stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ]
    """

  init(_ runbook: String = Self.runbook) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "desk-\(UUID().uuidString)")
      .path(percentEncoded: false)
    try write("runbook.yaml", runbook)
    try write("sites.csv", "id\nams\nlis")
    try write(
      "trust/people.yaml",
      """
      sanderling: 1
      people:
        ola: { roles: [manager], accounts: [ola] }
        ida: { roles: [manager], accounts: [ida] }
        eve: { roles: [clerk], accounts: [eve] }
      """)
  }

  /// Writes a file of the runbook.
  func write(_ name: String, _ text: String) throws {
    let file = URL(filePath: "\(book)/\(name)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data((text + "\n").utf8).write(to: file)
  }

  /// What the desk gets of the machine.
  func surroundings(_ person: String = "ola") -> Surroundings {
    let clock = WallClock()
    return Surroundings(
      person: person, executor: "test:1", clock: { clock.read() }, zones: NoZones(),
      nonce: { UUID().uuidString }, patience: .seconds(20), accounts: { _, _ in nil })
  }

  /// The desk, with somebody in front of it.
  func desk(_ person: String = "ola", access: Journal.Access = .create) throws -> Desk {
    try Desk(journal: journal, access: access, surroundings: surroundings(person))
  }

  /// Plans the runbook, or a part of it.
  func planned(_ part: PartAsk = PartAsk()) throws -> PlannedRunbook {
    var ask = PlanningAsk(book)
    ask.part = part
    return try surroundings().plan(ask, beside: part.isEmpty ? nil : try desk())
  }

  /// Starts the runbook, or goes on with it.
  @discardableResult
  func start(another: Bool = false, part: PartAsk = PartAsk()) async throws -> Started {
    try await desk().start(try StartAsk(try planned(part), startsAnother: another))
  }

  /// Works on a run until nothing can be done.
  @discardableResult
  func work(
    _ name: String? = nil, patience: Span? = .zero, attendant: any Attendant = Seat()
  ) async throws -> Departure {
    let desk = try desk()
    let execution = desk.execution(
      of: try desk.run(name), adapter: { _ in NoopAdapter() },
      secrets: SecretResolver(environment: [:], reading: { _ in "" }))
    return try await execution.follow(patience: patience) { _, _ in attendant }
  }

  /// Sends a command about the newest open run.
  @discardableResult
  func send(_ ask: Ask, as person: String = "ola") async throws -> Receipt {
    try await desk(person).commanding(nil).send(ask, reason: try Reason("a test asks"))
  }
}

/// Somebody who looks on, and can tell the executor to leave.
final class Seat: Attendant {
  private let conductor = Mutex<Conductor?>(nil)
  private let counts = Mutex((begun: 0, ended: 0))

  func take(_ notice: Conductor.Notice) {}
  func watch(_ conductor: Conductor) async {}
  func begin(_ conductor: Conductor) {
    self.conductor.withLock { $0 = conductor }
    counts.withLock { $0.begun += 1 }
  }

  func end(_ state: RunState) {
    conductor.withLock { $0 = nil }
    counts.withLock { $0.ended += 1 }
  }

  /// How often the work began: once for each plan.
  var beginnings: Int { counts.withLock { $0.begun } }
  /// Whether every beginning has its end.
  var isOver: Bool { counts.withLock { $0.begun == $0.ended } }

  /// Returns when the work has begun.
  func began() async {
    while beginnings == 0 { await Task.yield() }
  }

  /// Tells the executor to leave.
  func leave() { conductor.withLock { $0 }?.mailbox.post(.drain) }
}

/// The refusal that something ends with.
func refusal(_ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Refusal
{
  do {
    try await body()
  } catch let refusal as Refusal {
    return refusal
  }
  Issue.record("nothing was refused", sourceLocation: sourceLocation)
  throw CancellationError()
}

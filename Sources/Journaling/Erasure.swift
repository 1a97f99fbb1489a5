internal import Foundation
internal import GRDB
internal import Glibc
internal import Quantities
public import Records

/// What was taken away about a person.
public struct Erasure: Equatable, Sendable {
  /// The pseudonyms whose names are gone.
  public var people: [String] = []
  /// The entries whose texts are gone.
  public var entries: [Int64] = []
  /// The commitments of plans that are not opened any more: who the person is, and keys.
  public var commitments: [String] = []
  /// How many these are.
  public var openings: Int { commitments.count }
  /// The fingerprints of keys that are gone: entries that name them still do.
  public var fingerprints: [String] = []
  /// How many commands in the inbox are gone.
  public var letters = 0
  /// How many plans have one of the words in what the runbook wrote: they are a part of the log, and stay.
  public var plans = 0
  /// Whether runs were pruned and no plan that is here says which accounts and keys the person has: those that went may
  /// have had some.
  public var mayHaveHadMore = false
  /// Whether nobody of that name was there any more, and what was left of an earlier erasure is out of the file now.
  public var finishesEarlier = false
}

/// Why a person is not taken out: the reason names the person, and would be kept. Nothing was changed.
public struct ReasonNamesPerson: Error, Equatable, Sendable {}

extension Journal {
  /// Takes a person out of the journal: the name behind each pseudonym with its salt, accounts, principals and keys,
  /// what the person wrote and signed, and every text with one of these words in it. The log stays whole, and says that
  /// it was done.
  ///
  /// - Parameters:
  ///   - name: the identifier of the person, or an account that belongs to nobody of a plan.
  ///   - more: other names of the person, which no plan that is here knows.
  ///   - reason: why; what was asked for must not be named in it.
  ///   - account: who does it.
  ///   - clock: when.
  /// - Returns: what was taken away.
  /// - Throws: ``JournalError``: `busy` while an executor is at work, `failed` for a person whom the journal does not
  ///   know, or whose name is in the directory of an open run; ``ReasonNamesPerson``. Nothing was changed then.
  public func erase(
    _ name: String, also more: [String] = [], reason: String, actor account: String, clock: ClockReading
  ) throws -> Erasure {
    let held = try holdAll()
    defer { for descriptor in held { close(descriptor) } }
    do {
      try queue.inDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON; \(Schema.audit)") }
      let erasure = try write(under: nil, clock: clock) { batch -> Erasure? in
        var search = PersonSearch([name] + more, in: batch.database, path: path)
        guard let erasure = try search.erase(reason: reason) else { return nil }
        // Whoever is erased and does it alone stands there as nobody else.
        let own = search.isOf(account: account) ? erasure.people.first : nil
        try batch.record(erasure, reason: reason, by: try own ?? batch.pseudonym(ofAccount: account))
        try batch.oweForgetting()
        return erasure
      }
      if let erasure {
        try forgetPages()
        return erasure
      }
      guard owedForgettingAtFirst else {
        throw JournalError.failed(path: path, detail: "nobody in it is called `\(name)`; `history` shows who is")
      }
      try finishForgetting()
      var finished = Erasure()
      finished.finishesEarlier = true
      return finished
    } catch {
      throw JournalError.sorted(error, path: path)
    }
  }
}

extension Batch {
  /// So many entries, and so many commitments, are named by one.
  private static let (most, mostCommitments) = (4_000, 400)

  /// Says in the log what was taken away: no more than that an honest reader needs to tell it from damage.
  fileprivate mutating func record(_ erasure: Erasure, reason: String, by pseudonym: String) throws {
    let who = Actor(kind: .person, id: pseudonym, auth: "account")
    var (rest, commitments) = (erasure.entries[...], erasure.commitments.sorted()[...])
    repeat {
      let data = JSON.dictionary([
        ("commitments", .array(commitments.prefix(Self.mostCommitments).map { .string($0) })),
        ("entries", .array(rest.prefix(Self.most).map { .integer($0) })),
        ("letters", .integer(Int64(erasure.letters))), ("openings", .integer(Int64(erasure.commitments.count))),
        ("people", .array(erasure.people.map { .string($0) })),
      ])
      try append(
        Draft(
          run: 0, type: "payloads_erased", subject: "", at: clock.instant, cause: nil, actor: who, plan: nil,
          data: data.canonicalBytes, payload: JSON.dictionary([("reason", .string(reason))]).canonicalBytes))
      rest = rest.dropFirst(Self.most)
      commitments = commitments.dropFirst(Self.mostCommitments)
    } while !rest.isEmpty || !commitments.isEmpty
  }
}

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
}

extension Journal {
  /// Takes a person out of the journal: the name behind each pseudonym with its salt, accounts, principals and keys,
  /// what the person wrote, and every text with one of these words in it. The log stays whole, and says that
  /// it was done.
  ///
  /// - Parameters:
  ///   - name: the identifier of the person, or an account that belongs to nobody of a plan.
  ///   - reason: why; what was asked for must not be named in it.
  ///   - account: who does it.
  ///   - clock: when.
  /// - Returns: what was taken away.
  /// - Throws: ``JournalError``: `busy` while an executor is at work, `failed` for a person whom the journal does not
  ///   know, or whose name is in the directory of an open run. Nothing was changed then.
  public func erase(
    _ name: String, reason: String, actor account: String, clock: ClockReading
  ) throws(JournalError) -> Erasure {
    let held = try holdAll()
    defer { for descriptor in held { close(descriptor) } }
    do {
      try queue.inDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
      let erasure = try write(under: nil, clock: clock) { batch in
        var search = PersonSearch(name, in: batch.database, path: path)
        let erasure = try search.erase()
        // Whoever is erased and does it alone stands there as nobody else.
        let own = search.isOf(account: account) ? erasure.people.first : nil
        try batch.record(erasure, reason: reason, by: try own ?? batch.pseudonym(ofAccount: account))
        return erasure
      }
      try forgetPages()
      return erasure
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// What was deleted stands in free pages and in the write-ahead log until both are written anew.
  func forgetPages() throws {
    try queue.inDatabase { database in
      try database.execute(sql: "VACUUM")
      let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      guard row?[0] as Int64? == 0 else {
        throw JournalError.failed(
          path: path,
          detail: "what was erased is still in \(path)-wal, because somebody reads the journal; do the same once more"
        )
      }
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

/// Looks for everything of a person, and takes it away.
private struct PersonSearch {
  private let name: String
  private let database: Database
  private let path: String
  /// The words that nothing may hold afterwards.
  private var words: Set<String> = []
  /// The same in lower case, as they stand in a text and in JSON.
  private var folded: [[UInt8]] = []
  private var accounts: [String] = []
  private var erasure = Erasure()

  init(_ name: String, in database: Database, path: String) {
    (self.name, self.database, self.path) = (name, database, path)
  }

  mutating func erase() throws -> Erasure {
    words = [name]
    let own = try ownOpenings()
    try findPeople()
    guard !own.isEmpty || !erasure.people.isEmpty else {
      throw JournalError.failed(path: path, detail: "nobody in it is called `\(name)`; `history` shows who is")
    }
    try checkDirectories()
    try eraseOpenings(own)
    try erasePayloads()
    try eraseLetters()
    for id in erasure.people { try database.execute(sql: "DELETE FROM people WHERE id = ?", arguments: [id]) }
    // A state that was kept holds texts of those who wait.
    try database.execute(sql: "DELETE FROM snapshots")
    return erasure
  }

  /// Whether an account is the person's.
  func isOf(account: String) -> Bool { account == name || accounts.contains(account) }

  /// What opens the plans' commitments to this person; they say which words to look for.
  private mutating func ownOpenings() throws -> [String] {
    var found: [String] = []
    for row in try Row.fetchAll(database, sql: "SELECT commitment, body FROM openings") {
      let body: Data = row["body"]
      guard let json = try? JSON(canonical: Array(body)), json["name"]?.string == name else { continue }
      found.append(row["commitment"])
      accounts += (json["accounts"]?.array ?? []).compactMap(\.string)
      words.formUnion((json["principals"]?.array ?? []).compactMap(\.string))
    }
    words.formUnion(accounts)
    folded = words.filter { !$0.isEmpty }.map { $0.lowercased() }.flatMap { word in
      [Array(word.utf8), Array(JSON.string(word).canonicalBytes.dropFirst().dropLast())]
    }
    return found
  }

  private mutating func findPeople() throws {
    for row in try Row.fetchAll(database, sql: "SELECT * FROM people") {
      let known: String = row["name"]
      let isAccount: Bool = row["is_account"]
      if known == name || isAccount && accounts.contains(known) { erasure.people.append(row["id"]) }
    }
    erasure.people.sort()
  }

  /// An open run needs its directory, and one that is over does not.
  private func checkDirectories() throws {
    for row in try Row.fetchAll(database, sql: "SELECT run, directory, outcome FROM registry") {
      let directory: String = row["directory"]
      guard holds(Array(directory.utf8)) else { continue }
      guard row["outcome"] as String? != nil else {
        throw JournalError.failed(
          path: path,
          detail: "r-\(row["run"] as Int64) is open, and its directory has one of the words to erase; end it first")
      }
      try database.execute(
        sql: "UPDATE registry SET directory = '' WHERE run = ?", arguments: [row["run"] as Int64])
    }
    for row in try Row.fetchAll(database, sql: "SELECT run, owner FROM leases") {
      let owner: String = row["owner"]
      guard holds(Array(owner.utf8)) else { continue }
      try database.execute(sql: "UPDATE leases SET owner = '' WHERE run = ?", arguments: [row["run"] as Int64])
    }
  }

  private mutating func eraseOpenings(_ own: [String]) throws {
    var gone = Set(own)
    for row in try Row.fetchAll(database, sql: "SELECT commitment, body FROM openings") {
      let body: Data = row["body"]
      // Whoever shares an account by mistake keeps what else there is about them.
      if (try? JSON(canonical: Array(body)))?["accounts"] == nil, holds(Array(body)) { gone.insert(row["commitment"]) }
    }
    for commitment in gone {
      try database.execute(sql: "DELETE FROM openings WHERE commitment = ?", arguments: [commitment])
    }
    erasure.commitments = gone.sorted()
  }

  /// What the person did is told by the entry; what the person wrote, and what others wrote about them, is a payload.
  private mutating func erasePayloads() throws {
    let ids = Set(erasure.people)
    var keys: Set<String> = []
    let rows = try Row.fetchCursor(
      database, sql: "SELECT p.seq, p.body, e.body AS entry FROM payloads p JOIN events e ON e.seq = p.seq ORDER BY 1")
    while let row = try rows.next() {
      let (payload, entry): (Data, Data) = (row["body"], row["entry"])
      let actor = (try? JSON(parsing: Array(entry)))?["actor"]
      let isTheirs = ids.contains(actor?["id"]?.string ?? "")
      if isTheirs || holds(Array(payload)) { erasure.entries.append(row["seq"]) }
      if isTheirs, let auth = actor?["auth"]?.string, auth.hasPrefix("ssh:") { keys.insert(String(auth.dropFirst(4))) }
    }
    erasure.fingerprints = keys.sorted()
    for seq in erasure.entries { try database.execute(sql: "DELETE FROM payloads WHERE seq = ?", arguments: [seq]) }
  }

  private mutating func eraseLetters() throws {
    for row in try Row.fetchAll(database, sql: "SELECT place, person, command FROM inbox") {
      let (person, command): (String, String) = (row["person"], row["command"])
      guard accounts.contains(person) || person == name || holds(Array(command.utf8)) else { continue }
      try database.execute(sql: "DELETE FROM inbox WHERE place = ?", arguments: [row["place"] as Int64])
      erasure.letters += 1
    }
  }

  /// Whether one of the words stands in a text, by itself: `ola` does not stand in `cola`.
  private func holds(_ bytes: [UInt8]) -> Bool {
    // What is no text has no letters to fold but those of ASCII.
    let text =
      String(validating: bytes, as: UTF8.self).map { Array($0.lowercased().utf8) }
      ?? bytes.map { (65...90).contains($0) ? $0 + 32 : $0 }
    return folded.contains { word in
      guard word.count <= text.count else { return false }
      return (0...text.count - word.count).contains { place in
        guard text[place] == word[0], text[place..<place + word.count].elementsEqual(word) else { return false }
        let before = place > 0 ? text[place - 1] : 0
        let after = place + word.count < text.count ? text[place + word.count] : 0
        return !Self.isOfWord(before) && !Self.isOfWord(after)
      }
    }
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (48...57).contains(byte) || byte >= 0x80 || byte == UInt8(ascii: "_")
  }
}

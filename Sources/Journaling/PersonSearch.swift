internal import Foundation
internal import GRDB
internal import Quantities
internal import Records

/// Looks for everything of a person in a journal, and takes it away.
struct PersonSearch {
  /// What the person is called: by the plan, and as whoever asks says beside it.
  private let names: Set<String>
  private let database: Database
  private let path: String
  private var accounts: Set<String> = []
  /// The keys of the person, as signatures have them in them.
  private var keys: [Data] = []
  /// The words that nothing may hold afterwards.
  private var words = WordSearch([])
  /// The same, and the pseudonyms: what a person signs names itself by one.
  private var marks = WordSearch([])
  private var erasure = Erasure()

  init(_ names: [String], in database: Database, path: String) {
    (self.names, self.database, self.path) = (Set(names.filter { !$0.isEmpty }), database, path)
  }

  /// Takes everything away.
  ///
  /// - Parameter reason: why; it must not have one of the words in it.
  /// - Returns: what was taken away; `nil` when nobody is called so, and then nothing was.
  /// - Throws: ``ReasonNamesPerson``; ``JournalError`` for a directory of an open run that has one of the words in it.
  mutating func erase(reason: String) throws -> Erasure? {
    let own = try ownOpenings()
    try findPeople()
    guard !own.isEmpty || !erasure.people.isEmpty else { return nil }
    guard !words.holds(reason) else { throw ReasonNamesPerson() }
    try checkDirectories()
    try eraseOpenings(own)
    try erasePayloads()
    try eraseLetters()
    for id in erasure.people { try database.execute(sql: "DELETE FROM people WHERE id = ?", arguments: [id]) }
    // A state that was kept holds texts of those who wait.
    try database.execute(sql: "DELETE FROM snapshots")
    let plans = try Data.fetchCursor(database, sql: "SELECT body FROM blobs")
    while let plan = try plans.next() { if words.holds(plan) { erasure.plans += 1 } }
    erasure.mayHaveHadMore = try own.isEmpty && Journal.hasPruned(database)
    return erasure
  }

  /// Whether an account is the person's.
  func isOf(account: String) -> Bool { names.contains(account) || accounts.contains(account) }

  /// What opens the plans' commitments to this person; they say which words to look for.
  private mutating func ownOpenings() throws -> [String] {
    var found: [String] = []
    var principals: Set<String> = []
    for row in try Row.fetchAll(database, sql: "SELECT commitment, body FROM openings") {
      let body: Data = row["body"]
      guard let json = try? JSON(canonical: Array(body)), let name = json["name"]?.string, names.contains(name) else {
        continue
      }
      found.append(row["commitment"])
      accounts.formUnion((json["accounts"]?.array ?? []).compactMap(\.string))
      principals.formUnion((json["principals"]?.array ?? []).compactMap(\.string))
    }
    words = WordSearch(names.union(accounts).union(principals))
    return found
  }

  private mutating func findPeople() throws {
    for row in try Row.fetchAll(database, sql: "SELECT * FROM people") {
      let known: String = row["name"]
      let isAccount: Bool = row["is_account"]
      if names.contains(known) || isAccount && accounts.contains(known) { erasure.people.append(row["id"]) }
    }
    erasure.people.sort()
    marks = WordSearch(erasure.people)
  }

  /// An open run needs its directory, and one that is over does not.
  private func checkDirectories() throws {
    for row in try Row.fetchAll(database, sql: "SELECT run, directory, outcome FROM registry") {
      let directory: String = row["directory"]
      guard words.holds(directory) else { continue }
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
      guard words.holds(owner) else { continue }
      try database.execute(sql: "UPDATE leases SET owner = '' WHERE run = ?", arguments: [row["run"] as Int64])
    }
  }

  private mutating func eraseOpenings(_ own: [String]) throws {
    var gone = Set(own)
    for row in try Row.fetchAll(database, sql: "SELECT commitment, body FROM openings") {
      let body: Data = row["body"]
      // Whoever shares an account by mistake keeps what else there is about them.
      guard (try? JSON(canonical: Array(body)))?["accounts"] == nil, words.holds(body) else { continue }
      gone.insert(row["commitment"])
      keys += Self.keys(in: body)
    }
    for commitment in gone {
      try database.execute(sql: "DELETE FROM openings WHERE commitment = ?", arguments: [commitment])
    }
    erasure.commitments = gone.sorted()
  }

  /// The keys of a line of `allowed_signers`.
  private static func keys(in line: Data) -> [Data] {
    line.split(separator: UInt8(ascii: " ")).filter { $0.starts(with: "AAAA".utf8) }
      .compactMap { Data(base64Encoded: Data($0)) }
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
      if isTheirs || isAbout(payload) { erasure.entries.append(row["seq"]) }
      if isTheirs, let auth = actor?["auth"]?.string, auth.hasPrefix("ssh:") { keys.insert(String(auth.dropFirst(4))) }
    }
    erasure.fingerprints = keys.sorted()
    for seq in erasure.entries { try database.execute(sql: "DELETE FROM payloads WHERE seq = ?", arguments: [seq]) }
  }

  /// What waits and is theirs, or about them, goes. What was taken up stands in the log: here nobody reads it any more,
  /// whosever it is, and what is left is which entry it became.
  private mutating func eraseLetters() throws {
    let entries = Set(erasure.entries)
    let rows = try Row.fetchAll(database, sql: "SELECT place, subject, person, command, seq FROM inbox")
    for row in rows {
      let (person, command, subject): (String, String, String) = (row["person"], row["command"], row["subject"])
      let seq: Int64? = row["seq"]
      let isTheirs = isOf(account: person) || isAbout(Data(command.utf8)) || words.holds(subject)
      guard isTheirs || seq.map({ entries.contains($0) }) ?? false else { continue }
      erasure.letters += 1
      if seq == nil {
        try database.execute(sql: "DELETE FROM inbox WHERE place = ?", arguments: [row["place"] as Int64])
      }
    }
    try database.execute(sql: "UPDATE inbox SET subject = '', command = '', person = '' WHERE seq IS NOT NULL")
  }

  /// Whether a text names the person, by a word or a pseudonym, or was signed with one of their keys.
  private func isAbout(_ text: Data) -> Bool {
    if words.holds(text) || marks.holds(text) { return true }
    guard !keys.isEmpty, let json = try? JSON(parsing: Array(text)),
      let armour = json["signature"]?.string ?? json["signed"]?["signature"]?.string
    else { return false }
    let lines = armour.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
    guard let signature = Data(base64Encoded: lines.joined()) else { return false }
    return keys.contains { signature.range(of: $0) != nil }
  }
}

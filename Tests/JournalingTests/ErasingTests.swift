import Foundation
import GRDB
import Quantities
import Records
import Testing

@testable import Journaling

/// What is left of a person, or of a run, when it was taken away: nothing, also where that took two times.
@Suite("A journal that something is taken out of")
struct ErasingTests {
  private let clock = RecordTests.clock
  private let path = FileManager.default.temporaryDirectory.appending(path: "erase-\(UUID().uuidString)/j.sqlite")
    .path(percentEncoded: false)

  private let person = Pseudonym(of: "mira", salt: [7])
  private let opening = Opening(
    salt: [7], body: Array(#"{"accounts":["mjansen"],"name":"mira","principals":["mira@example.com"]}"#.utf8))

  private func open(_ moment: Duration = .seconds(5)) throws -> Journal {
    try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 1), origin: nil, moment: moment)
  }

  /// A journal with a person whom a plan knows.
  private func made(_ moment: Duration = .seconds(5)) throws -> Journal {
    let journal = try open(moment)
    try journal.write(under: nil, clock: clock) { batch in
      try batch.keep(KeptBlob([1], openings: [opening], people: [person]))
      try batch.append(RecordTests.draft("about her", payload: "as Mira (mjansen) asked"))
    }
    return journal
  }

  private func send(_ id: String, _ command: String, by account: String = "root", to journal: Journal) throws {
    try journal.send(
      Letter(id: id, run: 1, subject: "", command: command, person: account, auth: "os", sent: clock.instant))
  }

  /// The bytes of the journal and what lies beside it.
  private func bytes() -> String {
    ["", "-wal", "-shm"].map { end in
      String(decoding: (try? Data(contentsOf: URL(filePath: path + end))) ?? Data(), as: UTF8.self)
    }.joined()
  }

  @Test("keeps of a command that was taken up which entry it became, and no more")
  func taken() throws {
    let journal = try made()
    try send("a", #"{"reason":"I looked at the network"}"#, by: "mjansen", to: journal)
    try journal.write(under: nil, clock: clock) { batch in
      try batch.take(command: "a", as: try batch.append(RecordTests.draft("taken")))
    }
    let row = try journal.queue.read { try Row.fetchOne($0, sql: "SELECT subject, command, person, seq FROM inbox") }
    #expect(row.map { [$0[0], $0[1], $0[2]] as [String] } == ["", "", ""] && row?[3] as Int64? == 2)
    #expect(try journal.taken(of: 1).map(\.id) == ["a"] && journal.event(ofCommand: "a") == 2)
  }

  @Test("loses what a person signed, wherever it lies, and knows it by the pseudonym, the key and the entry")
  func signed() throws {
    let journal = try made()
    let key = Data("AAAA-this-is-the-blob-of-a-key-of-hers".utf8)
    let line = Data("AAAA".utf8) + key
    let blob = Data(base64Encoded: line.base64EncodedString()) ?? Data()
    #expect(blob == line)
    // As ssh-keygen writes a key: Base64 that begins with a length of four bytes.
    let published = Data([0, 0, 0, 11]) + key
    let signers = Opening(
      salt: [8], body: Array("mira@example.com ssh-ed25519 \(published.base64EncodedString())".utf8))
    let statement = #"{\"person\":\"\#(person.id)\",\"reason\":\"REASON\"}"#
    func letter(_ reason: String, signature: String = "-") -> String {
      #"{"command":"approve","signature":"\#(signature)","statement":"\#(statement.replacing("REASON", with: reason))"}"#
    }
    let armour = "-----BEGIN SSH SIGNATURE-----\\n\((Data([1]) + published + Data([2])).base64EncodedString())\\n-----"
    try journal.write(under: nil, clock: clock) { try $0.keep(opening: signers) }
    try send("waits", letter("red waits"), to: journal)
    try send("key", #"{"signature":"\#(armour)","statement":"green by key"}"#, to: journal)
    try send("taken", letter("blue taken"), to: journal)
    try send("other", #"{"command":"approve","statement":"somebody else's"}"#, by: "tomas", to: journal)
    try journal.write(under: nil, clock: clock) { batch in
      var said = RecordTests.draft("by her", payload: "yellow said")
      said.actor = Actor(kind: .person, id: person.id, auth: "ssh:SHA256:x")
      let seq = try batch.append(said)
      // As an earlier version left it.
      try batch.database.execute(sql: "UPDATE inbox SET seq = ? WHERE id = 'taken'", arguments: [seq])
    }
    for word in ["red waits", "green by key", "blue taken", "yellow said"] {
      #expect(bytes().contains(word), "\(word)")
    }
    let erasure = try journal.erase("mira", reason: "asked for it", actor: "root", clock: clock)
    #expect(erasure.letters == 3 && erasure.openings == 2 && erasure.fingerprints == ["SHA256:x"])
    for word in ["red waits", "green by key", "blue taken", "yellow said"] {
      #expect(!bytes().contains(word), "\(word)")
    }
    #expect(try journal.letters(to: 1).map(\.id) == ["other"] && journal.event(ofCommand: "taken") == 2)
  }

  @Test("takes no reason that names whom it is about, by any of the words")
  func reasons() throws {
    let journal = try made()
    let before = try journal.checkpoint()
    for reason in ["Mira asked for it", "for mjansen", "mail of mira@example.com", "as M. Jansen said"] {
      #expect(throws: ReasonNamesPerson.self, "\(reason)") {
        try journal.erase("mira", also: ["Jansen"], reason: reason, actor: "root", clock: clock)
      }
    }
    #expect(try journal.checkpoint().root == before.root && bytes().contains("mjansen"))
  }

  @Test("loses what somebody knows beside the plans, too")
  func more() throws {
    let journal = try made()
    try journal.write(under: nil, clock: clock) { batch in
      try batch.append(RecordTests.draft("about her", payload: "as Miranda asked"))
      _ = try batch.pseudonym(ofAccount: "mja")
      _ = try batch.keep(blob: Array(#"{"command":"mail mja"}"#.utf8))
      _ = try batch.keep(blob: Array(#"{"command":"mail mjab"}"#.utf8))
    }
    let erasure = try journal.erase("mira", also: ["mja", "miranda"], reason: "asked", actor: "root", clock: clock)
    #expect(erasure.people.count == 2 && erasure.entries == [1, 2] && !erasure.mayHaveHadMore)
    // What a runbook wrote is a part of the log: that it stays is said.
    #expect(erasure.plans == 1)
    #expect(try journal.people().values.sorted() == ["root"])
  }

  @Test("is finished by whoever opens it to write, when somebody was killed before the pages were written anew")
  func killed() throws {
    do {
      let journal = try made()
      try journal.write(under: nil, clock: clock) { batch in
        var search = PersonSearch(["mira"], in: batch.database, path: path)
        #expect(try search.erase(reason: "asked") != nil)
        try batch.oweForgetting()
      }
      #expect(try journal.owesForgetting() && bytes().contains("mjansen"))
    }
    let reader = try Journal(path: path, access: .read, clock: clock, chance: SeededChance(seed: 1))
    #expect(try reader.owesForgetting())
    let journal = try open()
    #expect(try !journal.owesForgetting() && journal.owedForgettingAtFirst)
    #expect(!bytes().contains("mjansen"))
    #expect(try !open().owedForgettingAtFirst)
  }

  @Test("says what a reader keeps from it, and is done when the same is said once more")
  func read() throws {
    let journal = try made(.zero)
    do {
      let reader = try Journal(path: path, access: .read, clock: clock, chance: SeededChance(seed: 1))
      try reader.keepMoment()
      let refused = #expect(throws: JournalError.self) {
        try journal.erase("mira", reason: "asked for it", actor: "root", clock: clock)
      }
      #expect(refused?.message.contains("somebody reads the journal") == true)
      // Nobody is kept from work by that.
      let second = try open(.zero)
      #expect(try second.owedForgettingAtFirst && second.owesForgetting() && bytes().contains("mjansen"))
      #expect(throws: JournalError.self) { try second.erase("mira", reason: "asked", actor: "root", clock: clock) }
      withExtendedLifetime(reader) {}
    }
    let third = try open(.zero)
    let again = try third.erase("mira", reason: "asked", actor: "root", clock: clock)
    #expect(again.finishesEarlier && again.people.isEmpty)
    #expect(try !third.owesForgetting() && !bytes().contains("mjansen"))
    #expect(throws: JournalError.self) {
      try open(.zero).erase("mira", reason: "asked", actor: "root", clock: clock)
    }
  }

  @Test("has nothing beside it that attempts of killed executors printed, and leaves alone what is at work")
  func outputs() throws {
    let journal = try made()
    let lease = try journal.takeOver(run: 2, owner: "x", clock: clock)
    let folders = ["r-1", "r-2"].map { Journal.outputDirectory(beside: path, of: $0) }
    for folder in folders {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data("mira did\n".utf8).write(to: URL(filePath: "\(folder)/4711"))
    }
    try journal.write(under: nil, clock: clock) { try $0.oweForgetting() }
    try journal.finishForgetting()
    #expect(folders.map { FileManager.default.fileExists(atPath: $0) } == [false, true])
    withExtendedLifetime(lease) {}
  }

  @Test("knows of a person what only a plan said that was pruned")
  func pruned() throws {
    let journal = try open()
    let key = Opening(salt: [8], body: Array("mira@example.com ssh-ed25519 AAAA".utf8))
    let body = #"{"people":["\#(opening.commitment.hex)","\#(key.commitment.hex)"]}"#
    for plan in [body, "{}"] {
      _ = try journal.register(
        runbook: "a", environment: "b",
        plan: KeptBlob(Array(plan.utf8), openings: [opening, key], people: [person]), directory: "/", after: nil,
        clock: clock)
    }
    try journal.write(under: nil, clock: clock) { batch in
      try batch.append(RecordTests.draft("of the run"))
      try batch.append(RecordTests.draft("about her", run: 2, payload: "as mjansen asked"))
      try batch.note(outcome: "done", of: 1)
    }
    let run = try #require(try journal.runs().last)
    func prune() throws {
      _ = try journal.prune([run], archive: Digest(of: [1]), reason: "old", actor: "ola", clock: clock) { _, _, _ in }
    }
    try send("a", "{}", to: journal)
    let waits = #expect(throws: JournalError.self) { try prune() }
    #expect(waits?.message.contains("the command a waits") == true)
    #expect(try !journal.isPruned(run: 1) && journal.letters(to: 1).count == 1)
    try journal.queue.write { try $0.execute(sql: "DELETE FROM inbox") }
    try prune()
    #expect(try journal.blob(run.plan) == nil && journal.opening(key.commitment) == nil)
    #expect(try journal.opening(opening.commitment) == opening && !journal.owesForgetting())
    let erasure = try journal.erase("mira", reason: "asked for it", actor: "root", clock: clock)
    #expect(erasure.openings == 1 && erasure.entries.count == 1 && !erasure.mayHaveHadMore)
    #expect(!bytes().contains("mjansen"))
    // Of whom nothing is known but the name, nobody can tell what else there was.
    try journal.write(under: nil, clock: clock) { try $0.keep(Pseudonym(of: "tomas", salt: [1])) }
    #expect(try journal.erase("tomas", reason: "asked for it", actor: "root", clock: clock).mayHaveHadMore)
  }
}

import Foundation
import GRDB
import Quantities
import Records
import Testing

@testable import Journaling

/// What a journal promises about names, lengths, files, and what people take back.
@Suite("A journal that is kept for years")
struct KeptTests {
  private let clock = RecordTests.clock
  private let directory = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID().uuidString)")
  private var path: String { directory.appending(path: "test.sqlite").path(percentEncoded: false) }

  private func open(_ access: Journal.Access = .create) throws -> Journal {
    try Journal(path: path, access: access, clock: clock, chance: SeededChance(seed: 1))
  }

  @Test("takes another name behind a pseudonym for damage")
  func renamed() throws {
    let journal = try open()
    let person = Pseudonym(of: "dana", salt: [1, 2, 3])
    try journal.write(under: nil, clock: clock) { batch in
      try batch.keep(person)
      _ = try batch.pseudonym(ofAccount: "tomas")
    }
    #expect(try journal.people()[person.id] == "dana")
    for (change, id) in [("name = 'mira' WHERE name = 'dana'", person.id), ("name = 'x' WHERE is_account", nil)] {
      let copy = try KeptTests().open()
      try copy.write(under: nil, clock: clock) { batch in
        try batch.keep(person)
        _ = try batch.pseudonym(ofAccount: "tomas")
      }
      try copy.queue.write { try $0.execute(sql: "UPDATE people SET \(change)") }
      let problem = #expect(throws: JournalError.self) { try copy.people() }
      #expect(problem?.message.contains("another name was put behind the pseudonym \(id ?? "p_")") == true)
    }
  }

  @Test("keeps no entry that is longer than 65,535 bytes, and nothing of its transaction")
  func longest() throws {
    let journal = try open()
    let long = RecordTests.draft(String(repeating: "x", count: 65_300))
    try journal.write(under: nil, clock: clock) { try $0.append(long) }
    var longer = long
    longer.subject += String(repeating: "x", count: 300)
    #expect(throws: JournalError.self) {
      try journal.write(under: nil, clock: clock) { batch in
        try batch.append(RecordTests.draft("before"))
        try batch.append(longer)
      }
    }
    #expect(try journal.checkpoint().size == 2)
  }

  @Test("has a name of 3 to 120 letters", arguments: [(2, false), (3, true), (120, true), (121, false)])
  func lengthOfName(length: Int, isTaken: Bool) {
    #expect((Origin(String(repeating: "a", count: length)) != nil) == isTaken)
  }

  @Test("is called what was chosen when it was made, and nothing else later")
  func origin() throws {
    func open(_ origin: String?) throws -> Journal {
      try Journal(
        path: path, access: .create, clock: clock, chance: SeededChance(seed: 1), origin: origin.flatMap(Origin.init))
    }
    #expect(try open("journal.example.org/retail").origin() == "journal.example.org/retail")
    #expect(try open(nil).origin() == "journal.example.org/retail")
    let refused = #expect(throws: JournalError.self) { try open("journal.example.org/other") }
    #expect(refused?.message.contains("its origin is `journal.example.org/retail`") == true)
    #expect(Origin("az/09")?.name == "az/09" && Origin("z0-z")?.name == "z0-z" && Origin("9za") != nil)
    #expect(Origin("Journal") == nil && Origin("a b c") == nil && Origin("-ab") == nil && Origin("ab/") == nil)
  }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test("is the user's own, with all that lies beside it, whatever the umask")
  func modes() throws {
    let journal = try open()
    let lease = try journal.takeOver(run: 1, owner: "x", clock: clock)
    try journal.write(under: lease, clock: clock) { try $0.append(RecordTests.draft("x")) }
    #expect(mode(directory.path(percentEncoded: false)) == 0o700)
    for end in ["", "-wal", "-shm", ".r-1.lock"] { #expect(mode(path + end) == 0o600, "\(end)") }
  }

  @Test("is read from where nothing can be written, and nothing is left there")
  func still() throws {
    do {
      let journal = try open()
      try journal.write(under: nil, clock: clock) { try $0.append(RecordTests.draft("x")) }
    }
    let (name, isStill) = Journal.nameToRead(path)
    #expect(name == path && !isStill, "its owner may write: SQLite keeps its own order")
    let url = "file:\(path)?immutable=1"
    var configuration = Configuration()
    configuration.readonly = true
    let before = try FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false)).sorted()
    let size = try DatabaseQueue(path: url, configuration: configuration).inDatabase { try Journal.size($0) }
    #expect(size == 2)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false)).sorted() == before)
  }

  /// A journal in place of a newer one, with the lock of an executor that wrote more.
  private func shortened() throws -> (kept: Int64, lost: Int64) {
    let journal = try open()
    _ = try journal.register(
      runbook: "a", environment: "b", plan: KeptBlob([1]), directory: "/", after: nil, clock: clock)
    try journal.queue.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
    let kept = try journal.checkpoint().size
    var lease: Lease? = try journal.takeOver(run: 1, owner: "x", clock: clock)
    for _ in 0..<3 { try journal.write(under: lease, clock: clock) { try $0.append(RecordTests.draft("x")) } }
    lease = nil
    return (kept, try journal.checkpoint().size)
  }

  @Test("gives no run the number of one that was entered, whatever became of the list")
  func numbers() throws {
    let journal = try open()
    func register() throws -> Int64? {
      try journal.register(
        runbook: "a", environment: "b", plan: KeptBlob([1]), directory: "/", after: nil, clock: clock)?.number
    }
    #expect(try register() == 1 && register() == 2)
    try journal.queue.write { try $0.execute(sql: "DELETE FROM registry") }
    #expect(try register() == 3)
  }

  @Test("goes on from a copy when two persons say so, and says for ever what was given up")
  func incarnation() throws {
    let (kept, lost) = try shortened()
    for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
    try FileManager.default.moveItem(atPath: path + ".copy", toPath: path)
    let refused = #expect(throws: JournalError.self) { try open(.write) }
    #expect(refused?.message.contains("sanderling audit incarnate") == true)
    let persons = ["ola", "mira"].map { Pseudonym(of: $0, salt: [1]) }
    func incarnate(_ persons: [Pseudonym]) throws -> (origin: String, seq: Int64) {
      let journal = try Journal.opened(lost: path, clock: clock, chance: SeededChance(seed: 3))
      guard let loss = try journal.loss(beyond: nil) else { throw CancellationError() }
      return try journal.incarnate(
        words: persons.map { IncarnationWord(person: $0, auth: "account", reason: "the disk died") }, over: loss,
        clock: clock)
    }
    for few in [[], [persons[0]], [persons[0], persons[0]]] {
      #expect(throws: JournalError.self) { try incarnate(few) }
    }
    let origin: String
    do {
      let (name, seq) = try incarnate(persons)
      #expect(seq == kept && name.hasSuffix("/2"))
      origin = name
    }
    let journal = try open(.write)
    #expect(try journal.origin() == origin)
    var said: JSON?
    try journal.entries(of: 0) { entry in
      if entry.type == "log_incarnated" { said = entry.data }
      return true
    }
    #expect(said?["given_up"]?["size"]?.integer == lost && said?["kept"]?["size"]?.integer == kept)
    #expect(said?["persons"]?.array == persons.map { .string($0.id) })
    #expect(try journal.takeOver(run: 1, owner: "y", clock: clock).epoch == 2, "1 wrote what is lost")
    #expect(throws: CancellationError.self) { try incarnate(persons) }
  }

  /// The bytes of the journal and what lies beside it.
  private func bytes() -> String {
    ["", "-wal", "-shm"].map { end in
      String(decoding: (try? Data(contentsOf: URL(filePath: path + end))) ?? Data(), as: UTF8.self)
    }.joined()
  }

  @Test("loses every trace of a person, keeps its root, and says that it was done")
  func erasure() throws {
    let journal = try open()
    let opening = Opening(
      salt: [7], body: Array(#"{"accounts":["mjansen"],"name":"mira","principals":["mira@example.com"]}"#.utf8))
    let key = Opening(salt: [8], body: Array("mira@example.com ssh-ed25519 AAAA".utf8))
    let other = Opening(salt: [9], body: Array("miranda@example.com ssh-ed25519 BBBB".utf8))
    let person = Pseudonym(of: "mira", salt: [7])
    try journal.write(under: nil, clock: clock) { batch in
      try batch.keep(KeptBlob([1], openings: [opening, key, other], people: [person]))
      var said = RecordTests.draft("by her", payload: "I looked at it")
      said.actor = Actor(kind: .person, id: person.id, auth: "account")
      try batch.append(said)
      try batch.append(RecordTests.draft("about her", payload: "as Mira (mjansen) asked"))
      try batch.append(RecordTests.draft("about nobody", payload: "miranda and mirabelle"))
      for _ in 0..<200 { try batch.append(RecordTests.draft("more", payload: "mira@example.com wrote")) }
    }
    try journal.send(
      Letter(
        id: "a", run: 1, subject: "", command: "{}", person: "mjansen", auth: "os", sent: clock.instant))
    #expect(bytes().contains("mjansen"))
    let before = try journal.checkpoint()
    #expect(throws: JournalError.self) { try journal.erase("tom", reason: "asked", actor: "root", clock: clock) }
    let erasure = try journal.erase("mira", reason: "asked for it", actor: "root", clock: clock)
    #expect(erasure.people == [person.id] && erasure.openings == 2 && erasure.letters == 1)
    #expect(erasure.entries == [1, 2] + (4..<204).map { Int64($0) })
    let left = bytes()
    for word in ["mjansen", "mira@example.com", "Mira ", "\"mira\""] { #expect(!left.contains(word), "\(word)") }
    #expect(left.contains("miranda and mirabelle") && left.contains("miranda@example.com"))
    #expect(try journal.root(at: before.size) == before.root)
    #expect(try journal.opening(opening.commitment) == nil && journal.opening(other.commitment) == other)
    var types: [String] = []
    try journal.entries(of: 0) { entry in
      types.append(entry.type)
      return true
    }
    #expect(types == ["log_created", "payloads_erased"])
    // Who erases oneself is not written down again.
    _ = try journal.write(under: nil, clock: clock) { try $0.pseudonym(ofAccount: "tomas") }
    _ = try journal.erase("tomas", reason: "asked for it", actor: "tomas", clock: clock)
    #expect(try !bytes().contains("tomas") && !journal.people().values.contains("tomas"))
  }

  @Test("finds a person in capital letters of any alphabet, and behind the escapes of JSON")
  func spellings() throws {
    let journal = try open()
    let opening = Opening(
      salt: [7], body: Array(#"{"accounts":["CORP\\\\åsa"],"name":"Åsa","principals":["Åsa@example.com"]}"#.utf8))
    try journal.write(under: nil, clock: clock) { batch in
      try batch.keep(KeptBlob([1], openings: [opening], people: [Pseudonym(of: "Åsa", salt: [7])]))
      for text in [#"{"reason":"as ÅSA said"}"#, #"{"reason":"CORP\\\\Åsa did"}"#, #"{"reason":"Åsa@Example.com"}"#] {
        try batch.append(RecordTests.draft("about", payload: text))
      }
      try batch.append(RecordTests.draft("about nobody", payload: #"{"reason":"åsand"}"#))
    }
    let erasure = try journal.erase("Åsa", reason: "asked for it", actor: "root", clock: clock)
    #expect(erasure.entries == [1, 2, 3])
    #expect(!bytes().lowercased().contains("åsa@") && bytes().contains("åsand"))
  }
}

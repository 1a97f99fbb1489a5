import Checkpoints
import Quantities
import Testing

/// Known answers: the examples of C2SP's `signed-note`, of Go's `note` package, and some that Python made.
enum Known {
  static let foo = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
  static let fooNote = """
    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

    """
  static let neumannKey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
  static let neumann = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
  static let neumannNote = """
    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

    """
  static let log = "journal.example/retail+ad9a012b+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
  static let auditor = "witness.example/auditor+8205a638+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
  static let logLine =
    "— journal.example/retail rZoBK9bi3sBgBMoCtWkcz7pusHQDmEgaLdYPG1w5efpKkrpdIlTSwCGYpaeGnCPG1Kk6MuOYviFK3b/CrYk5xJWUag4=\n"
  static let auditorLine =
    "— witness.example/auditor ggWmOAAAAABrc3Vg6uL9J8dAmOBSCqTrh58Yv25B1iXLtS21GTw1scsn5LRaIyf00vTL5QBYbAtpVPGMOzkMmxVp1fUghuImTd4EAQ==\n"
  static let checkpoint = "journal.example/retail\n3\nhWxdfelKccmmcHTWgpGaedOXAu1BELtM4Ewog854ViQ=\n"
}

@Suite("A signed note")
struct SignedNoteTests {
  @Test(
    "of the specification and of Go verifies",
    arguments: [(Known.foo, Known.fooNote), (Known.neumann, Known.neumannNote)])
  func known(key: String, text: String) throws {
    let key = try VerifierKey(key)
    let note = try SignedNote(text.utf8)
    #expect(try note.verified(by: [key]).map(\.key) == [key])
    #expect(note.bytes == Array(text.utf8))
  }

  @Test("is made as Go makes it, byte for byte")
  func made() throws {
    let key = try SigningKey(Known.neumannKey)
    #expect(key.verifier.text == Known.neumann && key.text == Known.neumannKey)
    let note = try SignedNote(Known.neumannNote.utf8)
    #expect(try SignedNote(signing: note.text, with: key).bytes == Array(Known.neumannNote.utf8))
  }

  @Test("of a log, and a cosignature, are what Python makes")
  func python() throws {
    let log = try #require(
      SigningKey(name: "journal.example/retail", kind: .note, seed: Array(repeating: 1, count: 32)))
    let auditor = try #require(
      SigningKey(name: "witness.example/auditor", kind: .cosignature, seed: Array(repeating: 2, count: 32)))
    #expect(log.verifier.text == Known.log && auditor.verifier.text == Known.auditor)
    #expect(try log.sign(Known.checkpoint).line == Known.logLine)
    #expect(try auditor.sign(Known.checkpoint, at: 1_802_728_800).line == Known.auditorLine)
    let note = try SignedNote((Known.checkpoint + "\n" + Known.logLine + Known.auditorLine).utf8)
    let verified = try note.verified(by: [log.verifier, auditor.verifier])
    #expect(verified.map(\.time) == [nil, 1_802_728_800])
  }

  @Test("counts no line of a key that is not known, also with its name or its identifier alone")
  func strangers() throws {
    let key = try VerifierKey(Known.neumann)
    let same = try #require(SigningKey(name: "PeterNeumann", kind: .note, seed: Array(repeating: 9, count: 32)))
    let text = try SignedNote(Known.neumannNote.utf8).text
    let note = try SignedNote(signing: text, with: same)
    #expect(throws: NoteError.self) { try note.verified(by: [key]) }
    var both = note
    both.add(try SignedNote(Known.neumannNote.utf8).signatures[0])
    #expect(try both.verified(by: [key]).count == 1)
  }

  @Test("is refused as a whole when a line of a known key does not fit")
  func forged() throws {
    let changed = Known.fooNote.replacing("an example", with: "no example")
    #expect(throws: NoteError.self) { try SignedNote(changed.utf8).verified(by: [VerifierKey(Known.foo)]) }
  }

  @Test("verifies after no change of a byte")
  func flips() throws {
    let (key, bytes) = (try VerifierKey(Known.foo), Array(Known.fooNote.utf8))
    for place in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[place] ^= 1 << bit
        #expect(throws: NoteError.self, "\(place).\(bit)") { try SignedNote(changed).verified(by: [key]) }
      }
    }
  }

  @Test(
    "is none without these",
    arguments: [
      "", "\n", "\n\n", "a", "a\n", "a\n\n", "a\n\n\n", "a\n\n— x", "a\n\n— x \n", "a\n\n— x AAAA\n",
      "a\n\n- x AAAAAAAA\n",
      "a\n\n—  AAAAAAAA\n", "a\n\n— x+y AAAAAAAA\n", "a\n\n— x\u{a0}y AAAAAAAA\n", "a\r\n\n— x AAAAAAAA\n",
      "a\t\n\n— x AAAAAAAA\n",
      "a\n\n— x AAAAAAB=\n", "a\n\n— x AAAAAAA\n", "a\n\n— x AAAA AAAA\n", "a\n\n— x AAAAAAAA",
      "a\n\n— x AAAAAAAA\nb\n",
      "\u{0}\n\n— x AAAAAAAA\n",
    ])
  func malformed(text: String) { #expect(throws: NoteError.self) { try SignedNote(text.utf8) } }

  @Test("is none when it is not UTF-8, too long, or has too many signatures; sixteen are read")
  func limits() throws {
    #expect(throws: NoteError.self) { try SignedNote([0xFF, 0x0A, 0x0A] + Array("— x AAAAAAAA\n".utf8)) }
    let line = "— x AAAAAAAA\n"
    #expect(try SignedNote("a\n\n\(String(repeating: line, count: 16))".utf8).signatures.count == 16)
    #expect(throws: NoteError.self) { try SignedNote("a\n\n\(String(repeating: line, count: 65))".utf8) }
    #expect(throws: NoteError.self) { try SignedNote("\(String(repeating: "a", count: 70_000))\n\n\(line)".utf8) }
  }

  @Test(
    "has no key like these",
    arguments: [
      "", "+", "++", "x+530d903a+", "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
      "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ])
  func keys(text: String) {
    #expect(throws: NoteError.self) { try VerifierKey(text) }
    #expect(throws: NoteError.self) { try SigningKey("PRIVATE+KEY+" + text) }
  }

  @Test("tells two names apart that look the same")
  func names() throws {
    let seed = [UInt8](repeating: 3, count: 32)
    let one = try #require(SigningKey(name: "caf\u{e9}", kind: .note, seed: seed))
    let other = try #require(SigningKey(name: "cafe\u{301}", kind: .note, seed: seed))
    #expect(one.verifier != other.verifier)
    let note = try SignedNote(signing: "a\n", with: one)
    #expect(throws: NoteError.self) { try note.verified(by: [other.verifier]) }
  }
}

@Suite("A checkpoint")
struct CheckpointTests {
  @Test("is read and written")
  func form() throws {
    let checkpoint = try Checkpoint(text: Known.checkpoint)
    #expect(
      checkpoint.origin == "journal.example/retail" && checkpoint.size == 3 && checkpoint.text == Known.checkpoint)
    #expect(checkpoint.root.hex == "856c5d7de94a71c9a67074d682919a79d39702ed4110bb4ce04c2883ce785624")
    #expect(try Checkpoint(text: Known.checkpoint + "more\n").extensions == ["more"])
  }

  @Test(
    "is none like these",
    arguments: [
      "", "\n", "a\n3\n", "a\n03\nhWxdfelKccmmcHTWgpGaedOXAu1BELtM4Ewog854ViQ=\n",
      "a\n-3\nhWxdfelKccmmcHTWgpGaedOXAu1BELtM4Ewog854ViQ=\n", "a\n+3\nhWxdfelKccmmcHTWgpGaedOXAu1BELtM4Ewog854ViQ=\n",
      "a\n99999999999999999999\nhWxdfelKccmmcHTWgpGaedOXAu1BELtM4Ewog854ViQ=\n", "a\n3\nhWxdfelK\n", "\n3\nhWxdfelK\n",
      "a\n3\nhWxdfelKccmmcHTWgpGaedOXAu1BELtM4Ewog854ViQ=", "a\n3\nhWxdfelKccmmcHTWgpGaedOXAu1BELtM4Ewog854ViQ=\n\nx\n",
      "a\n3\nhWxdfelKccmmcHTWgpGaedOXAu1BELtM4Ewog854ViR=\n",
    ])
  func malformed(text: String) { #expect(throws: NoteError.self) { try Checkpoint(text: text) } }

  @Test("stands after others in one file")
  func files() throws {
    let one = Known.checkpoint + "\n" + Known.logLine
    let two = Known.checkpoint + "\n" + Known.logLine + Known.auditorLine
    let found = try SignedCheckpoint.all(in: Array((one + two + one).utf8))
    #expect(found.map { String(decoding: $0.bytes, as: UTF8.self) } == [one, two, one])
    #expect(try SignedCheckpoint.all(in: []).isEmpty)
    #expect(throws: NoteError.self) { try SignedCheckpoint.all(in: Array((one + "a\n").utf8)) }
    #expect(throws: NoteError.self) { try SignedCheckpoint.all(in: Array((one + "a").utf8)) }
  }
}

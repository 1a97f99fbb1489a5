import Auditing
import Foundation
import Quantities
import Testing

@testable import Journaling
@testable import Operating
@testable import Records

/// A bundle in one file: what is written, and what strangers may send instead.
@Suite("A bundle as a tar")
struct BundleTarTests {
  private let shelf: Shelf
  private var tar: String { "\(shelf.directory)/bundle.tar" }

  init() throws {
    shelf = try Shelf()
    try FileManager.default.createDirectory(atPath: shelf.directory, withIntermediateDirectories: true)
    let clock = ClockReading(instant: Instant(milliseconds: 1_800_000_000_000), monotonic: 5, boot: "b")
    do {
      let journal = try Journal(path: shelf.journal, access: .create, clock: clock, chance: SeededChance(seed: 7))
      let plan = KeptBlob(Array("{\"plan\":1}".utf8))
      let run = try #require(
        try journal.register(
          runbook: "book", environment: "local", plan: plan, directory: "/srv", after: nil, clock: clock))
      let lease = try journal.takeOver(run: 1, owner: "test", clock: clock)
      _ = try journal.write(under: lease, clock: clock) { batch in
        try batch.append(
          Draft(
            run: 1, type: "tested", subject: "a", at: clock.instant, cause: nil,
            actor: Actor(kind: .person, id: try batch.pseudonym(ofAccount: "dana"), auth: "os"), plan: run.plan,
            data: Array("{}".utf8), payload: Array("{\"reason\":\"why\"}".utf8)))
      }
    }
    try AuditDesk(shelf.journal, surroundings: shelf.surroundings()).export(toTar: tar)
  }

  private func write(_ bytes: [UInt8]) throws -> String {
    let path = "\(shelf.directory)/other-\(UUID().uuidString).tar"
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  /// Why a file is not taken; `nil` when it is.
  private func refusal(_ bytes: [UInt8]) -> String? {
    let found: Result<[String: [UInt8]], TarArchive.Problem> = bytes.withUnsafeBytes { bytes in
      Result { () throws(TarArchive.Problem) in try TarArchive.read(bytes) }
    }
    switch found {
    case .success(let files): return BundleFiles(contents: files).problems.first
    case .failure(let problem): return problem.message
    }
  }

  @Test("is verified as its directory is, the same bytes each time, and nothing else is left behind")
  func whole() async throws {
    let desk = try AuditDesk(tar, surroundings: shelf.surroundings())
    let found = try await desk.verify(trust: nil, witness: nil)
    #expect(found.flaws.isEmpty && found.size == 3 && found.passed.contains(.files), "\(found.flaws)")
    let again = "\(shelf.directory)/again.tar"
    try AuditDesk(shelf.journal, surroundings: shelf.surroundings()).export(toTar: again)
    #expect(FileManager.default.contentsEqual(atPath: tar, andPath: again))
    let names = try FileManager.default.contentsOfDirectory(atPath: shelf.directory)
    #expect(!names.contains { $0.hasSuffix(".files") || $0.hasSuffix(".new") }, "\(names)")
    let taken = #expect(throws: Refusal.self) {
      try AuditDesk(shelf.journal, surroundings: shelf.surroundings()).export(toTar: tar)
    }
    #expect(taken?.kind == .usage)
  }

  @Test("shows each byte that was changed", arguments: 0..<4)
  func sweep(part: Int) throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: tar)))
    #expect(refusal(bytes) == nil)
    // There is no list of exceptions: heads have sums, contents digests, and what is between them is zero.
    for place in stride(from: part, to: bytes.count, by: 4) {
      var changed = bytes
      changed[place] ^= UInt8(1 << (place / 4 % 8))
      #expect(refusal(changed) != nil, "byte \(place)")
    }
  }

  @Test("shows that it was cut, wherever that is")
  func cut() throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: tar)))
    for end in stride(from: 0, to: bytes.count, by: 97) {
      #expect(refusal(Array(bytes[..<end]))?.contains("it is cut") == true, "at \(end)")
    }
    #expect(refusal(bytes + [1])?.contains("behind its end") == true)
    #expect(refusal(bytes + [UInt8](repeating: 0, count: 512)) == nil)
    #expect(refusal(bytes + [UInt8](repeating: 7, count: 512))?.contains("behind its end") == true)
    #expect(throws: Refusal.self) {
      try AuditDesk(try write(Array(bytes[..<700])), surroundings: shelf.surroundings())
    }
    #expect(throws: Refusal.self) { try AuditDesk(try write([]), surroundings: shelf.surroundings()) }
  }

  /// A head as anybody can make it.
  private func head(_ name: String, size: String = "00000000000", kind: Character = "0") -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ place: Int) { bytes.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    put(name, 0)
    put(size, 124)
    put("        ", 148)
    put(String(kind), 156)
    put("ustar", 257)
    let sum = String(bytes.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum, 148)
    bytes[154] = 0
    return bytes
  }

  @Test(
    "holds files with plain names, and nothing that leads anywhere",
    arguments: [
      ("../evil", "0", "leads out"), ("/etc/passwd", "0", "leads out"), ("a/../../b", "0", "leads out"),
      ("a//b", "0", "leads out"), ("a/./b", "0", "leads out"), ("a\\b", "0", "leads out"), ("", "0", "leads out"),
      ("a\nb", "0", "leads out"), ("link", "1", "a hard link"), ("link", "2", "a symbolic link"),
      ("device", "3", "of the kind `3`"), ("pipe", "6", "of the kind `6`"), ("pax", "x", "an extended head"),
      ("long", "L", "a long name"),
    ])
  func hostile(name: String, kind: Character, words: String) {
    let end = [UInt8](repeating: 0, count: 1_024)
    #expect(refusal(head(name, kind: kind) + end)?.contains(words) == true, "\(name)")
  }

  @Test("has sizes that are true, and each name once")
  func sizes() {
    let end = [UInt8](repeating: 0, count: 1_024)
    for size in ["77777777777", "00000002001"] {
      #expect(refusal(head("a", size: size) + end)?.contains("it is cut: `a` has") == true)
    }
    // The way of GNU to write sizes beyond eight gigabytes, and what is no number.
    for size in ["\u{0}0000000000", "-0000000001", "0000000000 ", "00000000009"] {
      #expect(refusal(head("a", size: size) + end)?.contains("the size of `a` cannot be read") == true)
    }
    #expect(refusal(head("a") + head("a") + end)?.contains("it has `a` twice") == true)
    #expect(refusal(head("a/", kind: "5") + head("a") + end)?.contains("it has `a` twice") == true)
    #expect(refusal(head("a", size: "00000000001", kind: "5") + end)?.contains("has bytes") == true)
    let dirty = [UInt8(1)] + [UInt8](repeating: 9, count: 511)
    #expect(refusal(head("a", size: "00000000001") + dirty + end)?.contains("behind the end of `a`") == true)
    var changed = head("a")
    changed[0] ^= 1
    #expect(refusal(changed + end)?.contains("is no head of a file, or was changed") == true)
  }
}

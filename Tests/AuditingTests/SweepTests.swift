import Auditing
import Checkpoints
import Foundation
import Journaling
import Quantities
import Records
import Testing

/// Every byte of what an audit reads, changed one at a time.
@Suite("A byte that is changed")
struct SweepTests {
  private let sample: SampleJournal
  private let ask: VerificationAsk

  init() throws {
    // As small as it can be with a stored hash.
    sample = try SampleJournal(sizes: [8, 16, 18])
    ask = VerificationAsk(logKeys: [sample.key.verifier], held: [try sample.held(18)])
  }

  private func expectFound(_ record: LooseRecord, _ what: String) async {
    let found = await Verifier.verify(record, ask)
    #expect(found.verdict == .damaged, "\(what)")
  }

  @Test("in an entry is found")
  func entries() async throws {
    for line in sample.record.lines.indices {
      for place in sample.record.lines[line].body.indices {
        var record = sample.record
        record.lines[line].body[place] ^= UInt8(1 << (place % 8))
        await expectFound(record, "entry \(line), byte \(place)")
      }
    }
  }

  @Test("beside an entry is found")
  func copies() async throws {
    for line in sample.record.lines.indices {
      var changes: [(inout LooseRecord.Line) -> Void] = [
        { $0.run ^= 1 }, { $0.epoch ^= 1 }, { $0.at ^= 1 }, { $0.seq ^= 64 },
      ]
      for place in sample.record.lines[line].type.indices { changes.append { $0.type[place] ^= 1 } }
      for place in sample.record.lines[line].subject.indices { changes.append { $0.subject[place] ^= 1 } }
      for place in (sample.record.lines[line].payload ?? []).indices { changes.append { $0.payload?[place] ^= 1 } }
      for place in (sample.record.lines[line].salt ?? []).indices { changes.append { $0.salt?[place] ^= 1 } }
      for (number, change) in changes.enumerated() {
        var record = sample.record
        change(&record.lines[line])
        await expectFound(record, "beside entry \(line), change \(number)")
      }
    }
  }

  @Test("in the tree, a plan, a checkpoint or the list of runs is found")
  func rest() async throws {
    for (id, hash) in sample.record.stored {
      for place in hash.indices {
        var record = sample.record
        record.stored[id]?[place] ^= 1
        await expectFound(record, "node \(id)")
      }
    }
    for (digest, body) in sample.record.plans {
      for place in body.indices {
        var record = sample.record
        record.plans[digest]?[place] ^= 1
        await expectFound(record, "plan")
      }
    }
    for (number, person) in sample.record.people.enumerated() {
      let salt = try #require(person.salt)
      for place in salt.indices {
        var record = sample.record
        record.people[number].salt?[place] ^= 1
        await expectFound(record, "the salt of \(person.id)")
      }
      for place in person.name.utf8.indices {
        var record = sample.record
        record.people[number].name.replaceSubrange(place...place, with: "x")
        await expectFound(record, "the name of \(person.id)")
      }
    }
    for (number, kept) in sample.record.kept.enumerated() {
      for place in kept.note.indices {
        var record = sample.record
        record.kept[number].note[place] ^= 1
        await expectFound(record, "checkpoint \(number), byte \(place)")
      }
      var record = sample.record
      record.kept[number].size ^= 1
      await expectFound(record, "the size of checkpoint \(number)")
    }
    for column in ["runbook", "environment", "plan", "directory", "created_ms"] {
      let value = try #require(sample.record.runs[0].values[column] ?? nil)
      let text = Array(value.utf8)
      #expect(!text.isEmpty)
      for place in text.indices {
        var (record, changed) = (sample.record, text)
        changed[place] ^= 1
        record.runs[0].values[column] = String(decoding: changed, as: UTF8.self)
        await expectFound(record, "\(column), byte \(place)")
      }
    }
  }

  @Test("in the file itself is found, or changes nothing that an audit reads")
  func file() async throws {
    // The journal of the sample was closed, so SQLite has brought everything into the file.
    #expect(!FileManager.default.fileExists(atPath: sample.path + "-wal"))
    let bytes = try Data(contentsOf: URL(filePath: sample.path))
    let copy = sample.path + ".copy"
    // Some of a hundred thousand: a prime number apart, so that they fall on everything in time.
    for place in stride(from: 0, to: bytes.count, by: 211) {
      var changed = bytes
      changed[place] ^= 0x10
      try changed.write(to: URL(filePath: copy))
      defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + end) } }
      guard
        let opened = try? Journal(
          path: copy, access: .read, clock: SampleJournal.clock, chance: SeededChance(seed: 1))
      else { continue }
      let found = await Verifier.verify(opened, ask)
      guard found.verdict != .damaged else { continue }
      let read = try LooseRecord(copy: opened)
      #expect(read.lines == sample.record.lines && read.stored == sample.record.stored, "byte \(place)")
      #expect(read.plans == sample.record.plans && read.kept.map(\.note) == sample.record.kept.map(\.note), "\(place)")
    }
  }
}

import Auditing
import Checkpoints
import Foundation
import Quantities
import Records
import Testing

/// A record that hands out few entries at a time, as one with long ones does.
private struct PiecemealRecord: WrappingRecord {
  var whole: LooseRecord
  let most: Int

  func page(from seq: Int64, count: Int) throws -> StoredPage { try whole.page(from: seq, count: min(most, count)) }
}

@Suite("A record in small pieces")
struct PiecemealTests {
  @Test("is judged as in one piece, whole and damaged", arguments: [1, 2, 7, 39])
  func same(most: Int) async throws {
    let sample = try SampleJournal()
    let ask = VerificationAsk(logKeys: [sample.key.verifier], held: [try sample.held(40)])
    var damaged = sample.record
    damaged.lines[11].body[20] ^= 1
    var gap = sample.record
    gap.lines.remove(at: 17)
    for record in [sample.record, damaged, gap] {
      let one = await Verifier.verify(record, ask)
      let many = await Verifier.verify(PiecemealRecord(whole: record, most: most), ask)
      #expect(one.flaws == many.flaws && one.root == many.root && one.size == many.size)
      #expect(one.withheld == many.withheld && one.passed == many.passed && one.sentence == many.sentence)
    }
  }

  @Test("that are as large as a page may be, a page has one entry at least and not many more")
  func bounds() {
    var page = StoredPage()
    let long = [UInt8](repeating: 32, count: StoredPage.mostBytes)
    #expect(!page.isFull)
    long.withUnsafeBytes { page.add(seq: 0, copies: nil, body: $0, payload: nil) }
    #expect(page.isFull && page.rows.count == 1)
  }
}

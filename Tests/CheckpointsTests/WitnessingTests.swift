import Checkpoints
import Quantities
import Testing

@Suite("A witness")
struct WitnessingTests {
  let log: SigningKey
  let key: SigningKey
  let witness: Cosigner

  init() throws {
    log = try #require(SigningKey(name: "log.example", kind: .note, seed: Array(repeating: 5, count: 32)))
    key = try #require(SigningKey(name: "witness.example", kind: .cosignature, seed: Array(repeating: 6, count: 32)))
    witness = Cosigner(key: key, logs: [log.verifier])
  }

  private func request(_ old: Int, _ size: Int, seed: UInt8 = 0, key: SigningKey? = nil) throws -> WitnessRequest {
    let slow = SlowLog(size, seed: seed)
    return WitnessRequest(
      old: Int64(old),
      proof: try #require(Proof.consistency(from: Int64(min(old, size)), to: Int64(size), slow.subtree)),
      checkpoint: try SignedCheckpoint(slow.checkpoint("log.example"), with: key ?? log))
  }

  private func ask(_ request: WitnessRequest, knowing size: Int?) -> (WitnessAnswer, keep: SignedCheckpoint?) {
    witness.answer(
      request.bytes, newest: { _ in size.map { SlowLog($0).checkpoint("log.example") } }, at: 1_700_000_000)
  }

  @Test("cosigns what goes on from what it knows", arguments: [(nil, 0, 7), (7, 7, 20), (20, 20, 20), (nil, 0, 0)])
  func cosigns(known: Int?, old: Int, size: Int) throws {
    let request = try request(old, size)
    #expect(try WitnessRequest(request.bytes) == request)
    let (answer, kept) = ask(request, knowing: known)
    guard case .cosigned(let lines) = answer else { throw Surprise(answer) }
    var checkpoint = request.checkpoint
    let verified = try checkpoint.add(lines: Array(lines.utf8), of: [key.verifier])
    #expect(verified.map(\.time) == [1_700_000_000] && kept == checkpoint && answer.status == 200)
    #expect(try checkpoint.note.verified(by: [log.verifier, key.verifier]).count == 2)
    #expect(WitnessAnswer(status: 200, body: Array(answer.body.utf8)) == answer)
  }

  @Test("cosigns nothing else")
  func refuses() throws {
    let stranger = try #require(SigningKey(name: "log.example", kind: .note, seed: Array(repeating: 8, count: 32)))
    #expect(try ask(request(0, 9), knowing: 7).0 == .conflict(size: 7))
    #expect(try ask(request(7, 9), knowing: nil).0 == .conflict(size: 0))
    #expect(try ask(request(7, 9, seed: 1), knowing: 7).0.status == 422)
    #expect(try ask(request(7, 7, seed: 1), knowing: 7).0 == .conflict(size: 7))
    #expect(try ask(request(9, 7), knowing: 9).0.status == 400)
    #expect(try ask(request(0, 7, key: stranger), knowing: nil).0.status == 403)
    let other = try #require(SigningKey(name: "other.example", kind: .note, seed: Array(repeating: 5, count: 32)))
    var foreign = try request(0, 7)
    foreign.checkpoint = try SignedCheckpoint(SlowLog(7).checkpoint("other.example"), with: other)
    #expect(ask(foreign, knowing: nil).0.status == 404)
    var more = try request(0, 7)
    more.proof = [Digest(of: [])]
    #expect(ask(more, knowing: nil).0.status == 422)
    var empty = try request(0, 0)
    empty.checkpoint = try SignedCheckpoint(
      Checkpoint(origin: "log.example", size: 0, root: Digest(of: [1])), with: log)
    #expect(ask(empty, knowing: nil).0.status == 422)
  }

  @Test("takes any bytes without trapping, and cosigns none of them")
  func hostile() throws {
    let bytes = try request(7, 20).bytes
    for place in bytes.indices {
      for change in [UInt8(0x0A), 0x20, 0xFF, bytes[place] ^ 1] where change != bytes[place] {
        var changed = bytes
        changed[place] = change
        let (answer, kept) = witness.answer(changed, newest: { _ in SlowLog(7).checkpoint("log.example") }, at: 0)
        #expect(answer.status != 200 && kept == nil, "\(place) \(change)")
      }
      let cut = witness.answer(Array(bytes.prefix(place)), newest: { _ in nil }, at: 0)
      #expect(cut.0.status != 200)
    }
  }

  @Test("is understood, whatever it says")
  func answers() {
    #expect(WitnessAnswer(status: 409, body: Array("12\n".utf8)) == .conflict(size: 12))
    #expect(WitnessAnswer(status: 409, body: Array("twelve\n".utf8)).status == 409)
    #expect(WitnessAnswer(status: 503, body: [0xFF, 0x1B]) == .refused(status: 503, because: "\u{FFFD}"))
    #expect(WitnessAnswer.conflict(size: 3).body == "3\n")
  }

  private struct Surprise: Error {
    let answer: WitnessAnswer
    init(_ answer: WitnessAnswer) { self.answer = answer }
  }
}

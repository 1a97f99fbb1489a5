public import Quantities

/// What a log asks of a witness: to cosign a checkpoint, with the proof that nothing was changed since the last one
/// (C2SP `tlog-witness`, `add-checkpoint`).
public struct WitnessRequest: Equatable, Sendable {
  /// The size of the newest checkpoint that the witness is thought to know.
  public var old: Int64
  /// The proof that the log of that size is the beginning of the new one.
  public var proof: [Digest]
  /// The new checkpoint.
  public var checkpoint: SignedCheckpoint

  public init(old: Int64, proof: [Digest], checkpoint: SignedCheckpoint) {
    (self.old, self.proof, self.checkpoint) = (old, proof, checkpoint)
  }

  /// The body of the request.
  public var bytes: [UInt8] {
    let lines = ["old \(old)"] + proof.map { Base64.text($0.bytes) } + [""]
    return Array(lines.map { $0 + "\n" }.joined().utf8) + checkpoint.bytes
  }

  /// Reads the body of a request. Nothing of it is verified.
  ///
  /// - Throws: ``NoteError`` for a body that is none.
  public init(_ bytes: [UInt8]) throws(NoteError) {
    guard bytes.count <= SignedNote.largest else { throw NoteError("the request is too long") }
    var lines = Lines(bytes)
    guard let line = lines.next(), line.starts(with: "old ".utf8), let old = Checkpoint.number(line.dropFirst(4)) else {
      throw NoteError("the first line of a request is `old` and a size")
    }
    self.init(old: old, proof: try lines.hashes(), checkpoint: try SignedCheckpoint(lines.rest))
  }
}

/// What comes back from a witness.
public enum WitnessAnswer: Equatable, Sendable {
  /// Its signature lines.
  case cosigned(String)
  /// It knows another checkpoint than was thought, of this size.
  case conflict(size: Int64)
  /// It does not cosign, and why. The status is one of HTTP.
  case refused(status: Int, because: String)

  /// The status of HTTP.
  public var status: Int {
    switch self {
    case .cosigned: 200
    case .conflict: 409
    case .refused(let status, _): status
    }
  }

  /// What stands behind the status.
  public var body: String {
    switch self {
    case .cosigned(let lines): lines
    case .conflict(let size): "\(size)\n"
    case .refused(_, let why): why + "\n"
    }
  }

  /// Reads what a witness answered.
  ///
  /// - Parameters:
  ///   - status: the status of HTTP.
  ///   - body: the body; only its beginning is kept as a reason.
  public init(status: Int, body: [UInt8]) {
    let line = body.last == SignedNote.newline ? body.dropLast() : body[...]
    switch status {
    case 200: self = .cosigned(String(decoding: body, as: UTF8.self))
    case 409:
      let size = Checkpoint.number(line)
      self = size.map { .conflict(size: $0) } ?? .refused(status: status, because: "it did not say which size it knows")
    default:
      let words = String(decoding: line.prefix(200), as: UTF8.self)
      self = .refused(
        status: status, because: words.unicodeScalars.filter { $0.value >= 0x20 }.map(String.init).joined())
    }
  }
}

/// A witness: it keeps one checkpoint for each log, and cosigns the next one when nothing before it was changed.
public struct Cosigner: Sendable {
  private let key: SigningKey
  /// The keys of the logs that it knows. The name of a key is the origin of its log.
  private let logs: [VerifierKey]

  /// A witness with its key, for some logs.
  public init(key: SigningKey, logs: [VerifierKey]) {
    (self.key, self.logs) = (key, logs)
  }

  /// What a witness does with a request.
  ///
  /// Whoever calls it makes what it returns durable before the answer leaves, and lets nobody else in meanwhile.
  ///
  /// - Parameters:
  ///   - request: the body of the request.
  ///   - newest: the newest checkpoint that was cosigned for a log, by its origin; `nil` for none.
  ///   - time: seconds since 1970.
  /// - Returns: the answer, and the checkpoint to keep when it cosigned.
  public func answer(
    _ request: [UInt8], newest: (_ origin: String) throws -> Checkpoint?, at time: Int64
  ) rethrows -> (WitnessAnswer, keep: SignedCheckpoint?) {
    let read: WitnessRequest
    do throws(NoteError) { read = try WitnessRequest(request) } catch {
      return (.refused(status: 400, because: error.message), nil)
    }
    let (old, next) = (read.old, read.checkpoint.checkpoint)
    let known = logs.filter { $0.name.utf8.elementsEqual(next.origin.utf8) }
    guard !known.isEmpty else { return (.refused(status: 404, because: "this witness does not know that log"), nil) }
    do throws(NoteError) { _ = try read.checkpoint.note.verified(by: known) } catch {
      return (.refused(status: 403, because: error.message), nil)
    }
    guard old <= next.size else {
      return (.refused(status: 400, because: "the old size is larger than the checkpoint"), nil)
    }
    let last = try newest(next.origin)
    guard old == last?.size ?? 0 else { return (.conflict(size: last?.size ?? 0), nil) }
    let empty = Digest(of: [])
    guard next.size > 0 || next.root == empty else {
      return (.refused(status: 422, because: "an empty log has another root"), nil)
    }
    // As C2SP's tlog-witness wants it: there is no proof of nothing, and another root is another log.
    if old == next.size, let last, last.root != next.root { return (.conflict(size: last.size), nil) }
    guard Proof.shows(read.proof, from: old, last?.root ?? empty, to: next.size, next.root) else {
      let what = "the log was changed: what was \(old) entries is not the beginning of these \(next.size)"
      return (.refused(status: 422, because: what), nil)
    }
    var signed = read.checkpoint
    do throws(NoteError) {
      let line = try key.sign(signed.note.text, at: time).line
      _ = try signed.add(lines: Array(line.utf8), of: [key.verifier])
      return (.cosigned(line), signed)
    } catch {
      return (.refused(status: 500, because: error.message), nil)
    }
  }
}

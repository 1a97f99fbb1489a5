internal import Checkpoints
internal import Quantities
internal import Records

/// Compares what others have seen of a log with the log.
struct CheckpointJudge {
  private let history: HashedHistory
  private let ask: VerificationAsk
  private let origins: [String]
  /// The times at which the log went on from a copy that lacked something.
  private let incarnations: [Incarnation]
  /// The keys that the log's checkpoints may be signed with.
  let logKeys: [VerifierKey]
  private(set) var fitting = 0
  private(set) var witnessed: [Verification.Witnessed] = []
  private(set) var seen: [Verification.Witnessed] = []
  private(set) var flaws: [Flaw] = []
  private(set) var remarks: [String] = []
  private(set) var unjudged: [String] = []
  /// The sizes at which the log is what somebody outside saw, and those at which it is what its own key signed. Who has
  /// the machine has the key, so the second say nothing where the first contradict.
  private var good: (outside: [Int64], inside: [Int64]) = ([0], [0])

  init(
    history: HashedHistory, ask: VerificationAsk, origins: [String], announced: [String], incarnations: [Incarnation]
  ) {
    (self.history, self.ask, self.origins, self.incarnations) = (history, ask, origins, incarnations)
    let own = announced.compactMap { try? VerifierKey($0) }
    logKeys = ask.logKeys.isEmpty ? own : ask.logKeys
    if own.count < announced.count { unjudged.append("the log announces a key that this program does not know") }
    if !ask.logKeys.isEmpty, let strange = own.first(where: { !ask.logKeys.contains($0) }) {
      flaws.append(Flaw(.checkpoints, "the log announces the key `\(strange.text)`, which you do not trust"))
    }
  }

  /// The farthest place before a size up to which nothing can have been changed.
  private func lastGood(before size: Int64, isOutside: Bool) -> Int64 {
    let known = isOutside ? good.outside : good.outside + good.inside
    return known.filter { $0 < size }.max() ?? 0
  }

  /// Compares one checkpoint with the log.
  private mutating func fits(_ size: Int64, _ root: Digest, _ origin: String, isOutside: Bool) -> Bool {
    let first = lastGood(before: size, isOutside: isOutside)
    guard let own = history.root(at: size) else {
      flaws.append(
        Flaw(
          .checkpoints, first: min(first, history.size),
          "the log has \(history.size) entries, and there were \(size) when a checkpoint was made", anchor: origin))
      return false
    }
    guard own == root else {
      flaws.append(
        Flaw(
          .checkpoints, first: first, last: size - 1,
          "the first \(size) entries are not those of a checkpoint", anchor: origin))
      return false
    }
    if isOutside { good.outside.append(size) } else { good.inside.append(size) }
    return true
  }

  /// Judges those that lie beside the log.
  mutating func judge(kept: [KeptCheckpoint]) {
    for one in kept {
      let place = "the checkpoint of \(one.size) entries beside the log"
      do throws(NoteError) {
        let signed = try SignedCheckpoint(one.note)
        let verified = try signed.note.verified(by: logKeys + ask.witnessKeys)
        guard verified.contains(where: { logKeys.contains($0.key) }) else {
          throw NoteError("the log's key did not sign it")
        }
        let checkpoint = signed.checkpoint
        guard checkpoint.size == one.size, origins.contains(checkpoint.origin) else {
          throw NoteError("it is one of another size or another log")
        }
        guard fits(checkpoint.size, checkpoint.root, place, isOutside: false) else { continue }
        fitting += 1
        for signature in verified where ask.witnessKeys.contains(signature.key) {
          witnessed.append(witness(signature, checkpoint.size))
        }
      } catch {
        flaws.append(
          Flaw(
            .checkpoints, first: lastGood(before: one.size, isOutside: false),
            "\(place) does not count: \(error.message)"))
      }
    }
  }

  private func witness(_ signature: VerifiedSignature, _ size: Int64) -> Verification.Witnessed {
    Verification.Witnessed(
      size: size, at: signature.time.map { Instant(milliseconds: min($0, 253_402_300_799) * 1_000) },
      by: signature.key.name)
  }

  /// Judges those that the auditor holds. Where one lies proves that nobody changed it.
  mutating func judge(held: [VerificationAsk.Held]) {
    for one in held.sorted(by: { $0.checkpoint.checkpoint.size < $1.checkpoint.checkpoint.size }) {
      let checkpoint = one.checkpoint.checkpoint
      guard origins.contains(checkpoint.origin) else {
        unjudged.append("\(one.source) is about the log `\(checkpoint.origin)`, which this is not")
        continue
      }
      var signatures: [VerifiedSignature] = []
      do throws(NoteError) {
        signatures = try one.checkpoint.note.verified(by: logKeys + ask.witnessKeys)
      } catch {
        unjudged.append("\(one.source) cannot be judged: \(error.message)")
        continue
      }
      if let loss = incarnations.first(where: { $0.former == checkpoint.origin }), checkpoint.size > loss.kept {
        judge(checkpoint, of: one.source, givenUpAt: loss)
        continue
      }
      guard fits(checkpoint.size, checkpoint.root, one.source, isOutside: true) else { continue }
      let signed = signatures.filter { ask.witnessKeys.contains($0.key) }.map { witness($0, checkpoint.size) }
      witnessed +=
        signed.isEmpty ? [Verification.Witnessed(size: checkpoint.size, at: nil, by: one.source)] : signed
    }
  }

  /// Judges a checkpoint of what the log had before it went on from a copy that lacks it. That it is not there is no
  /// damage, as far as persons said so; and no further.
  private mutating func judge(_ checkpoint: Checkpoint, of source: String, givenUpAt loss: Incarnation) {
    let (lost, isKnown) = (loss.givenUp, loss.givenUp.root.bytes.contains { $0 != 0 })
    if checkpoint.size > lost.size {
      flaws.append(
        Flaw(
          .checkpoints, first: loss.kept,
          "persons gave up the entries of `\(loss.former)` up to \(lost.size - 1) at entry \(loss.seq), and there were "
            + "\(checkpoint.size): more is lost than they said", anchor: source))
    } else if checkpoint.size == lost.size, isKnown, checkpoint.root != lost.root {
      flaws.append(
        Flaw(
          .checkpoints, first: loss.kept,
          "what persons gave up at entry \(loss.seq) is not what `\(loss.former)` had", anchor: source))
    } else {
      remarks.append(
        "\(source) knows \(checkpoint.size) entries of `\(loss.former)`, and those from \(loss.kept) on were given up "
          + "at entry \(loss.seq)")
    }
  }

  /// Judges what people saw when they approved.
  mutating func judge(seen: [SeenCheckpoint]) {
    for one in seen {
      let source = "what \(one.person) saw at entry \(one.seq)"
      guard one.size <= one.seq else {
        flaws.append(Flaw(.checkpoints, first: one.seq, last: one.seq, "\(source) has entries that came later"))
        continue
      }
      guard fits(one.size, one.root, source, isOutside: false) else { continue }
      self.seen.append(Verification.Witnessed(size: one.size, at: Instant(one.at), by: one.person))
    }
  }
}

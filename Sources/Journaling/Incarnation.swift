internal import Foundation
internal import GRDB
internal import Glibc
public import Quantities
public import Records

/// What a journal lacks.
public struct Loss: Equatable, Sendable {
  /// The log that there is: its name, the number of its entries, and the root over them.
  public var origin: String
  public var kept: (size: Int64, root: Digest)
  /// What an executor wrote last, or somebody else knows; a root of zeros where only the size is known.
  public var givenUp: (size: Int64, root: Digest)

  public static func == (left: Loss, right: Loss) -> Bool {
    left.origin == right.origin && left.kept == right.kept && left.givenUp == right.givenUp
  }
}

extension Journal {
  /// Opens a journal that is refused because it lacks what executors wrote. Nothing may be executed from it.
  ///
  /// - Throws: ``JournalError``.
  public static func opened(
    lost path: String, clock: ClockReading, chance: any Chance
  ) throws(JournalError) -> Journal {
    try Journal(
      path: path, access: .write, clock: clock, chance: chance, origin: nil, moment: .seconds(5), ignoresLocks: true)
  }

  /// What it lacks.
  ///
  /// - Parameter size: how many entries somebody else knows, where no executor of this machine wrote more than that.
  /// - Returns: what there is and what is given up; `nil` when it lacks nothing.
  /// - Throws: ``JournalError``.
  public func loss(beyond size: Int64?) throws(JournalError) -> Loss? {
    var newest: Witness?
    for lock in Self.locks(beside: path) {
      guard let seen = try Witness.read(lock.file) else { continue }
      if seen.size > newest?.size ?? 0 { newest = seen }
    }
    do {
      if let size, size > newest?.size ?? 0, try checkpoint().size < size {
        // Whoever knows more says how much, and not always what: no root is known then.
        newest = Digest(bytes: [UInt8](repeating: 0, count: 32)).map { Witness(size: size, root: $0, epoch: 1) }
      }
      guard let newest, try lacks(newest) else { return nil }
      return Loss(origin: try origin(), kept: try checkpoint(), givenUp: (newest.size, newest.root))
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// Goes on from a journal that lacks what executors wrote, because somebody put an older copy in its place or its
  /// newest entries were lost. That is said in the log, for ever: who wanted it, what there is, and what is given up.
  ///
  /// - Parameters:
  ///   - words: what two or more persons said.
  ///   - loss: what they said it about.
  ///   - clock: when.
  /// - Returns: the name of the log from here on, and the number of the entry that says so.
  /// - Throws: ``JournalError``: `failed` when something else is missing or too few persons say so, `busy` while an
  ///   executor is at work.
  public func incarnate(
    words: [IncarnationWord], over loss: Loss, clock: ClockReading
  ) throws(JournalError) -> (origin: String, seq: Int64) {
    guard Set(words.map(\.person.id)).count >= 2 else {
      throw .failed(path: path, detail: "two persons have to say so; nothing was changed")
    }
    let locks = Self.locks(beside: path)
    let held = try holdAll()
    defer { for descriptor in held { close(descriptor) } }
    do {
      guard try self.loss(beyond: loss.givenUp.size) == loss else {
        throw JournalError.failed(path: path, detail: "it lacks something else than they said; nothing was changed")
      }
      let origin = try nextOrigin()
      let draft = Draft.logIncarnated(
        words: words, kept: loss.kept, givenUp: loss.givenUp, origin: origin, at: clock.instant)
      let seq = try write(under: nil, clock: clock) { batch in
        for word in words { try batch.keep(word.person) }
        return try batch.append(draft)
      }
      // What is there now is what later executors have to find; no number of one is given a second time.
      let after = try checkpoint()
      for (lock, descriptor) in zip(locks, held) {
        let epoch = try Witness.read(lock.file)?.epoch ?? 1
        var text = Witness(size: after.size, root: after.root, epoch: epoch).text
        guard text.withUTF8({ pwrite(descriptor, $0.baseAddress, $0.count, 0) }) > 0 else {
          throw JournalError.readOnly(path: lock.file)
        }
        ftruncate(descriptor, off_t(text.utf8.count))
      }
      return (origin, seq)
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// The locks of all runs, in their order: nobody may be at work, and nobody begins meanwhile.
  ///
  /// - Returns: their descriptors, for as long as they are open.
  func holdAll() throws(JournalError) -> [Int32] {
    for run in try runs() where isExecuted(run: run.number) {
      throw .busy(run: run.number, owner: try owner(of: run.number) ?? "another process")
    }
    var held: [Int32] = []
    for lock in Self.locks(beside: path) {
      let descriptor = OwnFile.open(lock.file)
      guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        for other in held { close(other) }
        if descriptor < 0 { throw .readOnly(path: lock.file) }
        close(descriptor)
        throw .busy(run: lock.run, owner: "an executor that is at work")
      }
      held.append(descriptor)
    }
    return held
  }

  /// Whether the journal has not got what an executor wrote.
  private func lacks(_ seen: Witness) throws -> Bool {
    guard let root = try root(at: seen.size) else { return true }
    return root != seen.root
  }

  /// The name of the log with the number of its next life: `journal.example.org/retail/2`.
  private func nextOrigin() throws(JournalError) -> String {
    var lives = 1
    do {
      try entries(of: 0) { entry in
        if entry.type == Draft.incarnated { lives += 1 }
        return true
      }
    } catch {
      throw JournalError(error, path: path)
    }
    let origin = try origin()
    let stem = lives > 1 && origin.hasSuffix("/\(lives)") ? String(origin.dropLast("/\(lives)".count)) : origin
    return "\(stem)/\(lives + 1)"
  }
}

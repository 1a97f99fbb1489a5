internal import Conducting
internal import Foundation
internal import Glibc
internal import Journaling
internal import Quantities
internal import Records

/// What became of a person's word that a journal goes on without what it lacks.
public enum Incarnated: Equatable, Sendable {
  /// It is kept, and a second person has to say it, too.
  case asked(file: String)
  /// The log goes on under another name; the entry says who wanted it and what is given up.
  case done(origin: String, seq: Int64)
}

extension Desk {
  /// Lets a journal go on that lacks what an executor wrote, or an anchor knows: two persons say so, one after the
  /// other, each from an account of their own.
  ///
  /// - Parameters:
  ///   - path: the journal. It cannot be opened as usual: that is why somebody asks.
  ///   - reason: why; it stands in the log.
  ///   - size: how many entries an anchor knows, where no executor on this machine wrote them; `nil` for what the locks
  ///     beside the journal say.
  ///   - surroundings: who says it, and when.
  /// - Returns: what became of it.
  /// - Throws: ``Refusal`` when one person says it twice, when nothing is missing, or while an executor is at work.
  public static func incarnate(
    journal path: String, reason: Reason, beyond size: Int64?, surroundings: Surroundings
  ) throws(Refusal) -> Incarnated {
    let file = path + ".incarnation"
    return try refusing {
      guard let data = FileManager.default.contents(atPath: file) else {
        let word = JSON.dictionary([
          ("at", .string(surroundings.now.text)), ("person", .string(surroundings.person)),
          ("reason", .string(reason.text)),
        ])
        // Whoever may write the journal may read it: its group is that of the folder.
        let isKept = FileManager.default.createFile(
          atPath: file, contents: Data(word.canonicalBytes), attributes: [.posixPermissions: 0o640])
        guard isKept else { throw Refusal(.failed, "\(file) cannot be written") }
        return .asked(file: file)
      }
      guard let word = try? JSON(canonical: Array(data)), let first = word["person"]?.string,
        let why = word["reason"]?.string, let at = word["at"]?.string.flatMap({ Instant($0) })
      else { throw Refusal(.failed, "\(file) is not what the first person left; remove it and begin anew") }
      var status = stat()
      guard stat(file, &status) == 0, status.st_uid != getuid(), first != surroundings.person else {
        throw Refusal(
          .failed, "\(first) has said so already, and a second person has to", because: "four eyes are two accounts")
      }
      guard surroundings.now - at < .day, at <= surroundings.now else {
        throw Refusal(.stale, "what \(first) said is older than a day", next: ["remove \(file) and begin anew"])
      }
      let chance = SystemChance()
      let persons = [first, surroundings.person].map { Pseudonym(of: $0, salt: chance.salt()) }
      let (origin, seq) = try Journal.incarnate(
        path: path, persons: persons, reason: "\(why); \(reason.text)", beyond: size, clock: surroundings.clock(),
        chance: chance)
      try FileManager.default.removeItem(atPath: file)
      return .done(origin: origin, seq: seq)
    }
  }
}

public import Quantities

/// A log at one moment: its name, how many entries it has, and the root over them (C2SP `tlog-checkpoint`).
public struct Checkpoint: Equatable, Sendable {
  /// The log's name. It is pinned by whoever verifies, and never learned from the log.
  public var origin: String
  /// How many entries it has.
  public var size: Int64
  /// The root over them, as RFC 6962 has it.
  public var root: Digest
  /// Lines of others after these three; ours have none.
  public var extensions: [String]

  public init(origin: String, size: Int64, root: Digest) {
    (self.origin, self.size, self.root, extensions) = (origin, size, root, [])
  }

  /// Reads the text of a note.
  ///
  /// - Throws: ``NoteError`` for a text that is no checkpoint.
  public init(text: String) throws(NoteError) {
    guard text.utf8.last == SignedNote.newline else { throw NoteError("a checkpoint ends with a line break") }
    let lines = text.utf8.dropLast().split(separator: SignedNote.newline, omittingEmptySubsequences: false)
    guard lines.count >= 3, lines.allSatisfy({ !$0.isEmpty }) else {
      throw NoteError("a checkpoint has at least three lines, and none is empty")
    }
    guard let size = Self.number(lines[1]) else { throw NoteError("the second line of a checkpoint is its size") }
    guard let root = Base64.bytes(lines[2]).flatMap({ Digest(bytes: $0) }) else {
      throw NoteError("the third line of a checkpoint is the root, 32 bytes as base64")
    }
    self.init(origin: String(decoding: lines[0], as: UTF8.self), size: size, root: root)
    extensions = lines.dropFirst(3).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The text of its note.
  public var text: String {
    ([origin, "\(size)", Base64.text(root.bytes)] + extensions).map { $0 + "\n" }.joined()
  }

  /// Reads a decimal number without sign or leading zeroes; `nil` for anything else, and for what does not fit.
  static func number(_ digits: some Collection<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { return nil }
    return Int64(String(decoding: digits, as: UTF8.self))
  }

  public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }
}

/// A checkpoint with the signatures below it.
public struct SignedCheckpoint: Equatable, Sendable {
  /// What is signed, as values.
  public let checkpoint: Checkpoint
  /// What is signed, as bytes, with the signatures.
  public private(set) var note: SignedNote

  /// Signs a checkpoint.
  public init(_ checkpoint: Checkpoint, with key: SigningKey) throws(NoteError) {
    self.checkpoint = checkpoint
    note = try SignedNote(signing: checkpoint.text, with: key)
  }

  /// Takes a note whose text is a checkpoint.
  public init(_ note: SignedNote) throws(NoteError) {
    checkpoint = try Checkpoint(text: note.text)
    self.note = note
  }

  /// Reads a note whose text is a checkpoint. Nothing of it is verified.
  public init(_ bytes: some Collection<UInt8>) throws(NoteError) { try self.init(SignedNote(bytes)) }

  /// Reads notes that stand one after the other, as a file of them has it.
  ///
  /// - Returns: the checkpoints, in their order.
  /// - Throws: ``NoteError`` when one cannot be read.
  public static func all(in bytes: [UInt8]) throws(NoteError) -> [SignedCheckpoint] {
    var (found, start): ([SignedCheckpoint], Int) = ([], 0)
    let mark = Array("— ".utf8)
    while start < bytes.count {
      // A note ends behind the last of its signature lines: the next line is another note's, or the end.
      var (end, hasSignature) = (start, false)
      while end < bytes.count {
        let isSignature = bytes[end...].starts(with: mark)
        if hasSignature, !isSignature { break }
        hasSignature = hasSignature || isSignature
        end = (bytes[end...].firstIndex(of: SignedNote.newline) ?? bytes.count - 1) + 1
      }
      found.append(try SignedCheckpoint(bytes[start..<end]))
      start = end
    }
    return found
  }

  /// How many bytes of a text are whole checkpoints, as far as that can be seen from its lines: what stands behind the
  /// last signature line was cut off while it was written.
  ///
  /// - Parameter bytes: checkpoints behind each other.
  /// - Returns: all of them, where nothing was cut off.
  public static func whole(of bytes: [UInt8]) -> Int {
    let mark = Array("— ".utf8)
    var (start, whole) = (0, 0)
    while start < bytes.count, let end = bytes[start...].firstIndex(of: SignedNote.newline) {
      if bytes[start...].starts(with: mark) { whole = end + 1 }
      start = end + 1
    }
    return whole
  }

  /// Where the first note begins that stands whole in a part of a file: behind the last signature line of another.
  ///
  /// - Returns: its place; `nil` where none does.
  public static func firstStart(in bytes: [UInt8]) -> Int? {
    let mark = Array("— ".utf8)
    // The first line is the end of one.
    var start = (bytes.firstIndex(of: SignedNote.newline) ?? bytes.count - 1) + 1
    var isBehind = false
    while start < bytes.count, let end = bytes[start...].firstIndex(of: SignedNote.newline) {
      let isSignature = bytes[start...].starts(with: mark)
      if isBehind, !isSignature { return start }
      isBehind = isSignature
      start = end + 1
    }
    return nil
  }

  /// Takes over signatures of known keys that fit.
  ///
  /// - Parameters:
  ///   - lines: signature lines, as a witness answers them.
  ///   - keys: those that are known; lines of others are left out.
  /// - Returns: those that were taken over.
  /// - Throws: ``NoteError`` when one cannot be read, or does not fit, or no known key signed.
  public mutating func add(lines: some Collection<UInt8>, of keys: [VerifierKey]) throws(NoteError)
    -> [VerifiedSignature]
  {
    let cosigned = try SignedNote(Array(note.text.utf8) + [SignedNote.newline] + Array(lines))
    let verified = try cosigned.verified(by: keys)
    for signature in cosigned.signatures where keys.contains(where: { signature.isOf($0) }) { note.add(signature) }
    return verified
  }

  /// The whole note.
  public var bytes: [UInt8] { note.bytes }
}

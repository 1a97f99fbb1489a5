public import Checkpoints
public import Quantities

/// Where the checkpoints of a journal go, and what waits until they are there: a file of lines beside the journal.
///
/// It belongs to the journal and not to a runbook: all runs of a journal share one log.
public struct AnchorPolicy: Equatable, Sendable {
  /// A place outside of the machine, or at least outside of the journal.
  public struct Anchor: Equatable, Sendable {
    /// What the place is.
    public enum Kind: Equatable, Sendable {
      /// A file that only grows, such as one on another machine's disk.
      case file(String)
      /// A work tree of git: one commit for each checkpoint, pushed where a remote is named.
      case git(directory: String, push: Push?)
      /// A command that reads the checkpoint.
      case command([String])
      /// A witness, over HTTP.
      case witness(VerifierKey, url: String)
      /// A witness behind a command, such as `ssh`.
      case witnessCommand(VerifierKey, [String])
    }

    /// Where git pushes to.
    public struct Push: Equatable, Sendable {
      public var remote: String
      public var branch: String
    }

    public var name: String
    public var kind: Kind
  }

  /// What may wait for anchors.
  public enum Point: String, Sendable, CaseIterable {
    /// The targets of a wave that begins.
    case wave
    /// A step that cannot be undone.
    case irreversible
  }

  /// What happens while anchors cannot be reached.
  public enum Absence: String, Sendable, CaseIterable {
    /// Work goes on, and says so.
    case warn
    /// Work forward waits. A rollback never does.
    case hold
  }

  public var anchors: [Anchor] = []
  /// So many of ``among`` have to have a checkpoint before it counts as anchored.
  public var require = 1
  /// The names of the anchors that count.
  public var among: [String] = []
  /// How old the newest anchored checkpoint may be while work goes forward.
  public var maxLag: Span?
  /// What waits for its checkpoint.
  public var before: Set<Point> = []
  public var onUnreachable = Absence.warn

  /// Why a file of anchors cannot be read.
  public struct Problem: Error, Equatable, Sendable {
    /// Where and what, in one sentence without a full stop.
    public let message: String
  }

  /// No anchors at all.
  public init() {}

  /// Reads a file of anchors.
  ///
  /// - Parameters:
  ///   - text: its text.
  ///   - file: what it is called, for messages.
  /// - Throws: ``Problem`` with the line and the column of what is wrong.
  public init(_ text: String, file: String) throws(Problem) {
    var rules: [PolicyLine] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = PolicyLine(String(line), place: "\(file):\(number + 1)")
      guard let key = words.words.first, !key.text.hasPrefix("#") else { continue }
      if key.text != "anchor" { rules.append(words) }
      switch key.text {
      case "anchor": try addAnchor(words)
      case "require": try takeRequire(words)
      case "max-lag":
        let word = try words.word(1, "a time such as 1h")
        guard let span = Span(word.text), span > .zero else { throw words.problem(1, "`\(word.text)` is no time") }
        maxLag = span
        try words.end(after: 2)
      case "before": before = Set(try words.all("wave or irreversible", { Point(rawValue: $0) }))
      case "on-unreachable":
        onUnreachable = try words.only("warn or hold", { Absence(rawValue: $0) })
      default:
        throw words.problem(
          0, "`\(key.text)` is none of anchor, require, max-lag, before, on-unreachable")
      }
    }
    if anchors.isEmpty, let rule = rules.first {
      throw rule.problem(0, "there is no anchor that it could be about; name one with `anchor`")
    }
    if among.isEmpty { among = anchors.map(\.name) }
    for name in among where !anchors.contains(where: { $0.name == name }) {
      throw Problem(message: "\(file): `require` names the anchor `\(name)`, which there is not")
    }
    guard anchors.isEmpty || require <= among.count else {
      throw Problem(message: "\(file): `require` asks for \(require) of \(among.count)")
    }
  }

  private mutating func takeRequire(_ words: PolicyLine) throws(Problem) {
    let word = try words.word(1, "a number")
    guard let count = Int(word.text), (1...20).contains(count) else {
      throw words.problem(1, "`\(word.text)` is no number from 1 to 20")
    }
    require = count
    among = words.words.dropFirst(2).map(\.text).filter { $0 != "of" }
    for (number, name) in among.enumerated() where among.firstIndex(of: name) != number {
      throw Problem(message: "\(words.place): `require` names the anchor `\(name)` twice")
    }
  }

  private mutating func addAnchor(_ words: PolicyLine) throws(Problem) {
    let name = try words.word(1, "a name").text
    guard !anchors.contains(where: { $0.name == name }) else {
      throw words.problem(1, "there is an anchor `\(name)` already")
    }
    let kind = try words.word(2, "file, git, command or witness").text
    switch kind {
    case "file":
      anchors.append(Anchor(name: name, kind: .file(try words.word(3, "a path").text)))
      try words.end(after: 4)
    case "git":
      let directory = try words.word(3, "a directory").text
      var push: Anchor.Push?
      if words.words.count > 4 {
        push = Anchor.Push(remote: words.words[4].text, branch: try words.word(5, "a branch").text)
      }
      anchors.append(Anchor(name: name, kind: .git(directory: directory, push: push)))
      try words.end(after: 6)
    case "command":
      _ = try words.word(3, "a command")
      anchors.append(Anchor(name: name, kind: .command(words.words.dropFirst(3).map(\.text))))
    case "witness": anchors.append(Anchor(name: name, kind: try witness(words)))
    default: throw words.problem(2, "`\(kind)` is none of file, git, command, witness")
    }
  }

  private func witness(_ words: PolicyLine) throws(Problem) -> Anchor.Kind {
    let text = try words.word(3, "the witness's verifier key").text
    let key: VerifierKey
    do throws(NoteError) { key = try VerifierKey(text) } catch { throw words.problem(3, error.message) }
    guard key.kind == .cosignature else { throw words.problem(3, "this is the key of a log, and not of a witness") }
    let way = try words.word(4, "an address, or `command` and one").text
    if way == "command" {
      _ = try words.word(5, "a command")
      return .witnessCommand(key, words.words.dropFirst(5).map(\.text))
    }
    guard way.hasPrefix("https://") || way.hasPrefix("http://") else {
      throw words.problem(4, "`\(way)` is no address that begins with https:// or http://")
    }
    try words.end(after: 5)
    return .witness(key, url: way.hasSuffix("/") ? String(way.dropLast()) : way)
  }
}

/// The words of a line, with their columns.
private struct PolicyLine {
  var words: [(text: String, column: Int)] = []
  let place: String
  private var end = 1

  init(_ line: String, place: String) {
    self.place = place
    var (word, start) = ("", 1)
    for (offset, letter) in line.enumerated() {
      if letter == " " || letter == "\t" {
        if !word.isEmpty { words.append((word, start)) }
        word = ""
      } else {
        if word.isEmpty { start = offset + 1 }
        word.append(letter)
      }
      end = offset + 2
    }
    if !word.isEmpty { words.append((word, start)) }
  }

  func problem(_ number: Int, _ what: String) -> AnchorPolicy.Problem {
    let column = words.indices.contains(number) ? words[number].column : end
    return AnchorPolicy.Problem(message: "\(place):\(column): \(what)")
  }

  func word(_ number: Int, _ what: String) throws(AnchorPolicy.Problem) -> (text: String, column: Int) {
    guard words.indices.contains(number) else { throw problem(number, "\(what) is missing") }
    return words[number]
  }

  func end(after count: Int) throws(AnchorPolicy.Problem) {
    if words.count > count { throw problem(count, "`\(words[count].text)` is one word too many") }
  }

  func all<Value>(_ what: String, _ read: (String) -> Value?) throws(AnchorPolicy.Problem) -> [Value] {
    _ = try word(1, what)
    var values: [Value] = []
    for (number, word) in words.enumerated().dropFirst() {
      guard let value = read(word.text) else { throw problem(number, "`\(word.text)` is not \(what)") }
      values.append(value)
    }
    return values
  }

  func only<Value>(_ what: String, _ read: (String) -> Value?) throws(AnchorPolicy.Problem) -> Value {
    let values = try all(what, read)
    try end(after: 2)
    return values[0]
  }
}

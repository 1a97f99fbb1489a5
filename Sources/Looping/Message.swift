internal import Engine
public import Plans
public import Quantities

/// What somebody is told about an event. It is words: nothing in it is a number of a plan, so it outlives an amendment.
public struct Message: Equatable, Sendable {
  /// The event.
  public var seq: Int64
  /// One line.
  var title: String
  /// What to do or where to look.
  var text: String
  /// The event's name.
  var type: String
  /// When it happened.
  public var at: Instant
  /// The path that it is about.
  var subject: String
  /// What no other run has, in any journal.
  private var nonce: String
  /// The class of the event.
  var kind: PlannedNotice.Class

  /// What is said about an event; `nil` when nobody is told about it. The path is that of its subject under the plan
  /// that was in force when it was recorded, and so is the index.
  init?(
    about event: Event, at path: String, _ index: PlanIndex, seq: Int64, runbook: String, run: String, nonce: String
  ) {
    guard let notice = event.kind.noticeClass else { return nil }
    let words = event.kind.saying(in: EventContext(index, event.subject)).words
    title = "\(runbook) \(run)\(path.isEmpty ? "" : " \(path)"): \(words)"
    kind = notice
    text =
      switch notice {
      case .finished, .waves: "sanderling history \(run)"
      case .needsPerson, .evidence, .rollback, .emergency: "sanderling why \(run)"
      }
    self.seq = seq
    type = event.kind.type
    at = event.at
    subject = path
    self.nonce = nonce
  }

  /// The body in the form that the receiver reads.
  public func body(as form: PlannedNotice.Form, run: String) -> JSON {
    switch form {
    case .slack: return .dictionary([("text", .string("\(title)\n`\(text)`"))])
    case .teams:
      let block: (String, Bool) -> JSON = { text, isBold in
        .dictionary([
          ("text", .string(text)), ("type", .string("TextBlock")), ("weight", .string(isBold ? "Bolder" : "Default")),
          ("wrap", .bool(true)),
        ])
      }
      let card = JSON.dictionary([
        ("$schema", .string("http://adaptivecards.io/schemas/adaptive-card.json")), ("type", .string("AdaptiveCard")),
        ("version", .string("1.4")), ("body", .array([block(title, true), block(text, false)])),
      ])
      return .dictionary([
        ("type", .string("message")),
        (
          "attachments",
          .array([
            .dictionary([
              ("content", card), ("contentType", .string("application/vnd.microsoft.card.adaptive")),
            ])
          ])
        ),
      ])
    case .text: return .string("\(title)\n\(text)\n")
    case .cloudevents:
      return .dictionary(
        [
          ("data", .dictionary([("next", .string(text)), ("text", .string(title))])),
          ("datacontenttype", .string("application/json")), ("id", .string("\(run)-\(seq)")),
          ("source", .string("sanderling/\(nonce)/\(run)")), ("specversion", .string("1.0")),
          ("time", .string(at.text)),
          ("type", .string("sanderling.\(type)")),
          // An attribute must not be empty; what is about the run as a whole has no subject.
        ] + (subject.isEmpty ? [] : [("subject", .string(subject))]))
    }
  }
}

internal import Engine
internal import Plans
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
  /// The class of the event.
  var kind: String

  /// The class of an event; `nil` when nobody is told about it.
  static func kind(of event: Event) -> String? {
    switch event.kind {
    case .runHeld, .parked, .awaitsPerson, .undoBlocked, .approvalAsked: "needs_person"
    case .amendmentProposed(_, _, let needs): needs.isEmpty ? nil : "needs_person"
    case .triggerFired, .triggerUnstable, .gateExpired, .gateForced: "evidence"
    case .rollbackStarted, .rollbackFinished: "rollback"
    case .waveFinished: "waves"
    case .runFinished: "finished"
    case .emergencyDeclared, .emergencyReviewed: "emergency"
    default: nil
    }
  }

  /// What is said about an event; `nil` when nobody is told about it. The path is that of its subject under the plan
  /// that was in force when it was recorded.
  init?(about event: Event, at path: String, seq: Int64, runbook: String, run: String) {
    guard let kind = Self.kind(of: event) else { return nil }
    self.kind = kind
    self.seq = seq
    title = "\(runbook) \(run): \(Self.words(event, path: path))"
    text = kind == "finished" || kind == "waves" ? "sanderling history \(run)" : "sanderling why \(run)"
    type = event.kind.type
    at = event.at
    subject = path
  }

  private static func words(_ event: Event, path: String) -> String {
    let place = path.isEmpty ? "" : "\(path) "
    switch event.kind {
    case .runHeld(let hold): return "held, \(hold.words)"
    case .parked(_, _, let rule): return "\(place)is in doubt: \(rule)"
    case .approvalAsked(let have, let wanted): return "waits for approval of \(path), \(have) of \(wanted) so far"
    case .amendmentProposed(let plan, _, let needs):
      return "plan \(plan.short) is proposed, approval of \(needs.joined(separator: " and ")) is needed"
    case .awaitsPerson: return "\(place)is to be done by a person"
    case .undoBlocked: return "\(place)could not be taken back"
    case .triggerFired(let firing):
      let series = firing.series.isEmpty ? "" : " in \(firing.series)"
      let value = firing.samples.last?.reading.words ?? "nothing measured"
      return "trigger \(firing.trigger) fired\(series): \(value), limit \(firing.limit.spoken)"
    case .triggerUnstable(let id, _, _): return "trigger \(id) is unstable"
    case .gateExpired(let verdict, _): return "the gate of \(place)expired: \(verdict.words)"
    case .gateForced: return "the gate of \(place)was FORCED"
    case .rollbackStarted(let scope, let targets, _, let by):
      return "rollback of the \(scope) \(place)(\(targets) targets)\(by.map { ", by \($0)" } ?? "")"
    case .rollbackFinished(let undone, let blocked):
      return "\(undone) targets undone\(blocked ? ", and no further" : "")"
    case .waveFinished(let done, let failed, _): return "\(place)finished: \(done) done, \(failed) failed"
    case .runFinished(let outcome): return "run \(outcome.rawValue.replacing("_", with: " "))"
    case .emergencyDeclared: return "EMERGENCY: approvals of \(place)are lifted"
    case .emergencyReviewed: return "the emergency of \(place)was reviewed"
    default: return event.kind.type
    }
  }

  /// The body in the form that the receiver reads.
  public func body(as form: String, run: String) -> JSON {
    switch form {
    case "slack": return .dictionary([("text", .string("\(title)\n`\(text)`"))])
    case "teams":
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
    case "text": return .string("\(title)\n\(text)\n")
    default:
      return .dictionary([
        ("data", .dictionary([("next", .string(text)), ("text", .string(title))])),
        ("datacontenttype", .string("application/json")), ("id", .string("\(run)-\(seq)")),
        ("source", .string("sanderling/\(run)")), ("specversion", .string("1.0")), ("subject", .string(subject)),
        ("time", .string(at.text)), ("type", .string("sanderling.\(type)")),
      ])
    }
  }
}

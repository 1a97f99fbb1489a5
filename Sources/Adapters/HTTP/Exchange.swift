internal import HTTP
internal import Quantities

/// A request with its response, and what that means.
struct Exchange {
  let plan: HTTPCall
  let response: HTTPResponse
  let redactor: Redactor

  private var status: Int64 { Int64(response.status) }

  /// The request and the status, for people.
  var firstLine: String {
    redactor.redact("\(plan.request.method) \(RequestAddress.shown(plan.request.url))") + " → \(response.status)"
  }

  private var bodyText: String { redactor.redact(String(decoding: response.body, as: UTF8.self)) }

  private var json: JSON? { try? body.get() }

  /// The body as JSON, or why it cannot be read as that.
  private var body: Result<JSON, HTTPCall.Problem> {
    if response.isCut {
      return .failure(.init(sentence: "the body is longer than the \(plan.request.maxBodyBytes) bytes that are read"))
    }
    do throws(JSONError) {
      return .success(try JSON(parsing: response.body))
    } catch {
      if let coding = response.header("content-encoding"), coding.lowercased() != "identity" {
        return .failure(.init(sentence: "the body is compressed (`\(coding.prefix(40))`), which nobody asked for"))
      }
      let reason = response.body.isEmpty ? "it is empty" : "\(error.message), at byte \(error.offset + 1)"
      return .failure(.init(sentence: "the body is no JSON: \(reason)"))
    }
  }

  private var answer: Answer {
    let text = bodyText
    let limit = 65_536
    let isLong = text.utf8.count > limit
    let body = isLong ? String(decoding: text.utf8.prefix(limit), as: UTF8.self) : text
    var answer = Answer(log: body.isEmpty ? firstLine : "\(firstLine)\n\(body)", isCut: isLong || response.isCut)
    guard !plan.outputs.isEmpty else { return answer }
    var notes: [String] = []
    switch self.body {
    case .failure(let problem):
      answer.unread = redactor.redact(problem.sentence)
      notes = [problem.sentence]
    case .success(let json):
      for (name, path) in plan.outputs {
        if let value = path.value(in: json) {
          answer.outputs[name] = redactor.redact(value.plainText)
        } else {
          notes.append("the body has no `\(path.text)`, so there is no output `\(name)`")
        }
      }
    }
    answer.log = (notes.map { redactor.redact("sanderling: \($0)") } + [answer.log]).joined(separator: "\n")
    return answer
  }

  /// The status and the beginning of the body, on one line.
  private var sentence: String {
    let words = bodyText.unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }
    return words.isEmpty ? "status \(status)" : "status \(status): \(words.joined())"
  }

  /// What the response to an action means.
  var outcome: ApplyOutcome {
    let isExpected = plan.expect.map { $0.contains(status) } ?? (200...299).contains(status)
    if isExpected { return checked }
    switch status {
    case 429, 503: return transient
    case 409 where response.header("retry-after") != nil: return transient
    case 501: return permanent(sentence)
    case 408, 500...599: return plan.request.isSafe ? transient : .unknown(because: sentence, answer: answer)
    case 400...499: return permanent(sentence)
    default:
      // Success of a kind that nobody expected, or a redirect: something may have happened.
      let reason = "status \(status) is not one that the step expects"
      return plan.request.isSafe ? permanent(reason) : .unknown(because: reason, answer: answer)
    }
  }

  private var checked: ApplyOutcome {
    guard !plan.check.isEmpty else { return .applied(answer) }
    guard let json else {
      let reason = "status \(status), but the body is not JSON, so `check` cannot be answered"
      return plan.request.isSafe ? permanent(reason) : .unknown(because: reason, answer: answer)
    }
    let problems = plan.check.compactMap { $0.problem(in: json, secrets: redactor) }
    return problems.isEmpty ? .applied(answer) : permanent(redactor.redact(problems.joined(separator: "; ")))
  }

  private var transient: ApplyOutcome {
    let wait = retryAfter(response)
    let note = wait == longestRetryAfter ? " (it asks to be left alone for a year or longer: a year is believed)" : ""
    return .notApplied(because: sentence + note, retry: .transient(after: wait), answer: answer)
  }

  private func permanent(_ reason: String) -> ApplyOutcome {
    .notApplied(because: reason, retry: .permanent, answer: answer)
  }

  /// What the response to a probe means.
  var finding: ProbeOutcome {
    if plan.notApplied.contains(status) { return .notApplied }
    let isApplied = plan.applied.map { $0.contains(status) } ?? (200...299).contains(status)
    guard isApplied else { return .unknown(because: sentence) }
    guard !plan.appliedWhen.isEmpty else { return .applied(answer) }
    guard let json else { return .unknown(because: "status \(status), but the body is not JSON") }
    return plan.appliedWhen.allSatisfy { $0.problem(in: json, secrets: redactor) == nil }
      ? .applied(answer) : .notApplied
  }
}

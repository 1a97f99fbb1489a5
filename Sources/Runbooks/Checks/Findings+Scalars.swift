package import Diagnostics
internal import Quantities
internal import Vocabularies

// What can be wrong with a single value.

extension Finding {
  static func notABoolean(_ text: String, subject: String, quoted: Bool, at place: SourceSpan) -> Finding {
    let meaning =
      switch text.lowercased() {
      case "yes", "on", "y", "true": "true"
      case "no", "off", "n", "false": "false"
      default: String?.none
      }
    return Finding(
      code: meaning == nil || quoted ? "G106" : "G108",
      message: "\(subject) is `\(text)`, but `true` or `false` is wanted",
      location: place, suggestion: "write `\(meaning ?? "true` or `false")`", replacement: meaning)
  }

  static func plainTrap(_ text: String, readAs reading: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G108", severity: .warning, message: "other tools read a plain `\(text)` as `\(reading)`", location: place,
      suggestion: "write `\"\(text)\"`", replacement: "\"\(text)\"")
  }

  static func badScalar(_ text: String, subject: String, form: ScalarForm, at place: SourceSpan) -> Finding {
    let meant = form.meant(by: text)
    return Finding(
      code: "G109", message: "`\(text)` is not \(form.name)", location: place,
      suggestion: advice(meant) ?? "write \(form.name) \(form.example)",
      replacement: meant.count == 1 ? meant[0] : nil,
      notes: meant.isEmpty ? [] : ["\(subject) is \(form.name) \(form.example)"])
  }

  /// A number that has the form and may be meant as another one.
  static func doubtful(_ text: String, form: ScalarForm, at place: SourceSpan) -> Finding {
    let meant = form.meant(by: text)
    return Finding(
      code: "G109", message: "`\(text)` can be read as two numbers", location: place,
      suggestion: advice(meant) ?? "write it without the point, or with fewer decimals")
  }

  /// What to write; two texts are asked, not guessed.
  private static func advice(_ meant: [String]) -> String? {
    meant.isEmpty
      ? nil
      : "write " + meant.map { "`\($0)`" }.joined(separator: " or ")
        + (meant.count > 1 ? ", whichever is meant" : "")
  }

  /// A comma between braces ends a member, also where it was meant to stand before decimals.
  static func commaInBraces(_ text: String, at place: SourceSpan) -> Finding {
    let meant = WrittenNumbers.readings(of: text)
    return Finding(
      code: "G109", message: "`\(text)` is two members, since a comma ends a member between braces", location: place,
      suggestion: advice(meant) ?? "put the value into quotes", replacement: meant.count == 1 ? meant[0] : nil)
  }

  /// The same between brackets, where it ends an element.
  static func commaInBrackets(_ text: String, at place: SourceSpan) -> Finding {
    let meant = text.replacing(",", with: ".")
    return Finding(
      code: "G109", message: "`\(text)` is two elements, since a comma ends an element between brackets",
      location: place, suggestion: "write `\(meant)`", replacement: meant)
  }

  static func badName(_ name: Located<String>, form: ScalarForm) -> Finding {
    let hint = form.hint(name.value)
    return Finding(
      code: "G109", message: "`\(name.value)` is not \(form.name)", location: name.location,
      suggestion: hint.map { "write `\($0)`" } ?? "write \(form.name) \(form.example)", replacement: hint)
  }

  static func notAChoice(_ text: String, subject: String, words: [String], at place: SourceSpan) -> Finding {
    let nearest = words.first { $0 == text.lowercased() } ?? Spelling.nearest(to: text, among: words)
    let known = words.map { "`\($0)`" }.joined(separator: ", ")
    return Finding(
      code: "G109", message: "`\(text)` is not a value of \(subject)", location: place,
      suggestion: nearest.map { "write `\($0)`" } ?? "write one of \(known)", replacement: nearest,
      notes: nearest == nil ? [] : ["values of \(subject): \(known)"])
  }

  static func notANumber(_ text: String, subject: String, quoted: Bool, at place: SourceSpan) -> Finding {
    // `20 stores` is 20; `1,5` is no whole number, and not 15.
    let numbers = WrittenNumbers.readings(of: text).map { reading in
      String(reading.drop { !$0.isNumber && $0 != "-" }.prefix { $0.isNumber || "-.".contains($0) })
    }.filter { Int($0) != nil }
    let number = numbers.count == 1 ? numbers[0] : nil
    return Finding(
      code: "G106", message: "\(subject) is `\(text)`, but a whole number is wanted", location: place,
      suggestion: (advice(numbers) ?? "write a whole number") + (number != nil && quoted ? " without quotes" : ""),
      replacement: number)
  }

  static func outOfRange(_ value: Int, subject: String, range: ClosedRange<Int>, at place: SourceSpan) -> Finding {
    let nearest = value < range.lowerBound ? range.lowerBound : range.upperBound
    return Finding(
      code: "G139", message: "\(subject) is \(value), but must lie between \(range.lowerBound) and \(range.upperBound)",
      location: place, suggestion: "write `\(nearest)`", replacement: String(nearest))
  }

  static func version(_ text: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G140", message: "this program reads version 1 of the language, and the file says `\(text)`",
      location: place,
      suggestion: "write `1`", replacement: "1")
  }

  static func badSecret(_ text: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G109", message: "`\(text)` is not a reference to a secret", location: place,
      suggestion: "write `{ secret: env:NAME }`, `{ secret: file:PATH }` or `{ secret: keyvault:NAME }`")
  }

  static func secretInCommand(operation: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G160",
      message: "the command of `\(operation)` holds a secret, which everybody who lists processes can read",
      location: place, suggestion: "hand it over with `set: { NAME: { secret: … } }` or `stdin`")
  }

  static func insideText(
    _ name: String, kind: String, operation: String, line: Int, at place: SourceSpan
  ) -> Finding {
    Finding(
      code: "G185",
      message: "`\(name)` is \(kind), and `\(operation)` (line \(line)) puts it into the middle of a text",
      location: place,
      suggestion: "let the operation have `${with.\(name)}` alone as a value, or hand over a text")
  }

  static func plainSecret(_ key: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G128", severity: .warning, message: "`\(key)` looks like a secret, and its value stands in the file",
      location: place, suggestion: "write `{ secret: env:NAME }`", replacement: "{ secret: env:NAME }")
  }

  static func secretInAddress(_ part: String, of key: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G128", severity: .warning, message: "\(part) in the address `\(key)` looks like a secret", location: place,
      suggestion: "hand it over in a header, `{ secret: env:NAME }`, or make the whole address a secret")
  }

  static func secretParameter(_ name: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G128", severity: .warning,
      message: "the parameter `\(name)` looks like a secret, and its value stands in the file and in every plan",
      location: place, suggestion: "write `{ secret: env:NAME }` where it is used")
  }

  /// A value that is none of its parameter's type.
  package static func parameterValue(
    _ text: String, name: String, kind: Parameter.Kind, at place: SourceSpan
  ) -> Finding {
    let wanted =
      switch kind {
      case .string: "text"
      case .integer: "a whole number such as `20`"
      case .boolean: "`true` or `false`"
      case .duration: "a duration such as `30s`, `5m` or `2h`"
      }
    return Finding(
      code: "G109", message: "`\(text)` is not a value of the \(kind.rawValue) parameter `\(name)`", location: place,
      suggestion: "write \(wanted)")
  }
}

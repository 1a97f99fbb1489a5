internal import Quantities
internal import Vocabularies

// The small written forms of the forecast.

extension ScalarForm {
  static let estimate = ScalarForm(
    "an estimate", example: "such as `3000 tokens`, `2400..3000..4200 tokens`, `4 /day` or `40..60 %`",
    pattern: "^[0-9.]+ ?.*$", takesNumbers: true, accepts: { WrittenEstimate($0) != nil },
    hint: { estimateHint($0) }, isDoubtful: { isDoubtful($0) })

  static let estimateOrName = ScalarForm(
    "a number or a column", example: "such as `50` or `users`", takesNumbers: true,
    accepts: { WrittenEstimate($0) != nil || ScalarForm.name.accepts($0) },
    isDoubtful: { WrittenNumbers.isDoubtful($0, inPieces: true) })

  static let fallback = ScalarForm(
    "an availability or `location`", example: "such as `99.9 %` or `location`", takesNumbers: true,
    accepts: { WrittenEstimate($0) != nil || $0 == "location" })

  static let change = ScalarForm(
    "an estimate or a factor", example: "such as `9000 tokens` or `x3`", takesNumbers: true,
    accepts: { EstimateChange($0) != nil }, hint: { estimateHint($0) }, isDoubtful: { isDoubtful($0) })

  static let figure = ScalarForm(
    "the name of a figure", example: "such as `peak_rate` or `cost.model`", pattern: "^[A-Za-z0-9_.-]+$",
    accepts: { isMade(of: $0, extra: "_.-", upper: true) })

  static let per = ScalarForm(
    "an amount, a time, or both", example: "such as `1000000 tokens`, `hour` or `GB month`", takesNumbers: true,
    accepts: { WrittenPer($0) != nil }, isDoubtful: { WrittenNumbers.isDoubtful($0, inPieces: true) })

  private static func estimateHint(_ text: String) -> String? {
    let plain = text.replacing(" - ", with: "..").replacing("–", with: "..")
    if plain != text, WrittenEstimate(plain) != nil { return plain }
    let swapped = plain.replacing(" per ", with: " /")
    return WrittenEstimate(swapped) == nil ? nil : swapped
  }

  /// What has a unit that is no measure is counted in whole pieces: tokens, requests.
  private static func isDoubtful(_ text: String) -> Bool {
    guard let unit = WrittenEstimate(text)?.dimension.unit else { return WrittenNumbers.isDoubtful(text) }
    let isMoney = unit.utf8.count == 3 && unit == unit.uppercased()
    return WrittenNumbers.isDoubtful(text, inPieces: !["", "s", "bytes"].contains(unit) && !isMoney)
  }
}

extension EstimateChange {
  /// Whether a text may be meant as another number: `2.000` as two thousand.
  public static func isDoubtful(_ text: String) -> Bool { ScalarForm.change.isDoubtful(text) }

  /// What was probably meant by a text that is no change, or a doubtful one; two texts where two numbers can be meant.
  public static func meant(by text: String) -> [String] { ScalarForm.change.meant(by: text) }
}

/// What a price buys: an amount, a time, or an amount for a time.
struct WrittenPer {
  let amount: Double
  let unit: String
  let time: Double?

  init?(_ text: String) {
    var words = text.split(separator: " ").map(String.init)
    var time: Double?
    if let last = words.last, last.first?.isNumber == false,
      let (factor, dimension) = WrittenUnit.read(last), dimension == .time
    {
      time = factor
      words.removeLast()
    }
    if words.isEmpty {
      guard time != nil else { return nil }
      (amount, unit) = (1, "")
    } else {
      let text = words.joined(separator: " ")
      guard let written = WrittenEstimate(text) ?? WrittenEstimate("1 " + text), written.low == written.high,
        written.mid > 0, !written.dimension.isRate
      else { return nil }
      (amount, unit) = (written.mid, written.dimension.unit)
    }
    self.time = time
  }
}

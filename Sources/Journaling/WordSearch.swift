internal import Foundation
internal import Quantities

/// Looks for words in what people wrote and programs printed: `ola` does not stand in `cola`.
///
/// A text is looked at as a reader sees it: strings of JSON without their escapes, also where JSON stands in a text of
/// JSON, without colours of a terminal and marks that nobody sees, in small letters. All but letters and digits, of any
/// alphabet, ends a word.
struct WordSearch {
  /// Texts in texts are looked into so deep.
  private static let depth = 4

  private let words: [[Unicode.Scalar]]

  init(_ words: some Sequence<String>) {
    self.words = words.map { Self.seen($0) }.filter { !$0.isEmpty }
  }

  /// Whether one of the words stands in some bytes: JSON, or any text.
  func holds(_ bytes: some Collection<UInt8>) -> Bool {
    // Most of what is kept has nothing in it that a reader would see in another way.
    if bytes.allSatisfy({ (0x20..<0x7F).contains($0) && !"\\%=".utf8.contains($0) }) {
      return stand(in: bytes.map { Unicode.Scalar((65...90).contains($0) ? $0 + 32 : $0) })
    }
    if let json = try? JSON(parsing: Array(bytes)) { return holds(json) }
    return holds(String(decoding: bytes, as: UTF8.self))
  }

  private func holds(_ json: JSON) -> Bool {
    switch json {
    case .null, .bool: false
    case .integer(let number): holds("\(number)")
    case .decimal(let text), .string(let text): holds(text)
    case .array(let elements): elements.contains { holds($0) }
    case .object(let object): object.members.contains { holds($0.key) || holds($0.value) }
    }
  }

  /// Whether one of the words stands in a text.
  func holds(_ text: String) -> Bool {
    var text = text
    for _ in 0..<Self.depth {
      if stands(inForms: text) { return true }
      guard text.utf8.contains(UInt8(ascii: "\\")) else { return false }
      text = Self.unescaped(text)
    }
    return stands(inForms: text)
  }

  /// In a text as it is, and as one that was written for an address or for mail: `%20ola`, `=20ola`.
  private func stands(inForms text: String) -> Bool {
    if stand(in: Self.seen(text)) { return true }
    let bytes = Array(text.utf8)
    guard bytes.contains(where: { "%=".utf8.contains($0) }) else { return false }
    var (result, place): ([UInt8], Int) = ([], 0)
    while place < bytes.count {
      if "%=".utf8.contains(bytes[place]), let byte = Self.number(in: bytes, at: place + 1, 2, radix: 16) {
        result.append(UInt8(byte))
        place += 3
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return stand(in: Self.seen(String(decoding: result, as: UTF8.self)))
  }

  private func stand(in text: [Unicode.Scalar]) -> Bool {
    words.contains { word in
      guard word.count <= text.count else { return false }
      return (0...text.count - word.count).contains { place in
        guard text[place] == word[0], text[place..<place + word.count].elementsEqual(word) else { return false }
        let end = place + word.count
        return !(place > 0 && Self.isOfWord(text[place - 1])) && !(end < text.count && Self.isOfWord(text[end]))
      }
    }
  }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (97...122).contains(scalar.value) || (48...57).contains(scalar.value) }
    if scalar.properties.isIdeographic || unspaced.contains(where: { $0.contains(scalar.value) }) { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber: return true
    default: return scalar.properties.isAlphabetic
    }
  }

  /// Alphabets without spaces between words, beside those of ideographs: Thai, Lao, Burmese, Khmer, kana.
  private static let unspaced: [ClosedRange<UInt32>] = [
    0xE00...0xEFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF,
  ]

  /// A text as a reader sees it.
  private static func seen(_ text: String) -> [Unicode.Scalar] {
    let plain = text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCompatibilityMapping
    let scalars = Array(plain.lowercased().unicodeScalars)
    var seen: [Unicode.Scalar] = []
    seen.reserveCapacity(scalars.count)
    var place = 0
    while place < scalars.count {
      let scalar = scalars[place]
      place += 1
      let isCSI = scalar == "\u{9B}" || scalar == "\u{1B}" && place < scalars.count && scalars[place] == "["
      if isCSI {
        // A colour: digits and signs, and a letter at its end.
        if scalar == "\u{1B}" { place += 1 }
        while place < scalars.count, (0x20...0x3F).contains(scalars[place].value) { place += 1 }
        if place < scalars.count, (0x40...0x7E).contains(scalars[place].value) { place += 1 }
      } else if scalar == "\u{1B}", place < scalars.count {
        // Any other command of a terminal; what may stand in it, as in a title, is looked at.
        place += 1
        seen.append(" ")
      } else if scalar.isASCII || scalar.properties.generalCategory != .format {
        seen.append(scalar)
      }
    }
    return seen
  }

  /// A number of so many digits; `nil` where there are none.
  private static func number(in bytes: [UInt8], at start: Int, _ count: Int, radix: Int) -> UInt32? {
    guard start + count <= bytes.count, bytes[start] != UInt8(ascii: "+") else { return nil }
    return UInt32(String(decoding: bytes[start..<start + count], as: UTF8.self), radix: radix)
  }

  /// A text with its escapes taken for what they mean, as JSON, C and shells write them.
  private static func unescaped(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var (result, place): ([UInt8], Int) = ([], 0)
    func number(at start: Int, _ count: Int, radix: Int) -> UInt32? {
      Self.number(in: bytes, at: start, count, radix: radix)
    }
    while place < bytes.count {
      guard bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count else {
        result.append(bytes[place])
        place += 1
        continue
      }
      let mark = bytes[place + 1]
      place += 2
      if mark == UInt8(ascii: "u"), let code = number(at: place, 4, radix: 16) {
        result += Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        place += 4
      } else if mark == UInt8(ascii: "x"), let byte = number(at: place, 2, radix: 16) {
        result.append(UInt8(byte))
        place += 2
      } else if (0x30...0x33).contains(mark), let byte = number(at: place - 1, 3, radix: 8) {
        result.append(UInt8(byte))
        place += 2
      } else if "eE".utf8.contains(mark) {
        result.append(0x1B)
      } else {
        result.append("abfnrtv".utf8.contains(mark) ? UInt8(ascii: " ") : mark)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

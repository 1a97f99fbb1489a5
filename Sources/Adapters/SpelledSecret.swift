/// A secret, found in text however another program wrote it.
///
/// It is compared byte by byte, and each byte may stand as it is, behind the escapes of JSON (`\"`, `\/`, `\u0026`,
/// up to three times over, `\046`), as an entity of HTML or XML by name or number, percent-encoded once or twice, or as
/// mail writes it (`=26`, and lines that are broken with `=`): whichever bytes a program thinks safe, and in whichever
/// mixture. Its first byte must be where the search begins.
struct SpelledSecret: Sendable {
  private let secret: [UInt8]

  init(_ secret: [UInt8]) {
    self.secret = secret
  }

  /// The length in bytes of the secret itself.
  var count: Int { secret.count }

  /// Where the secret ends that begins at an index; `nil` when none does.
  ///
  /// - Complexity: O(length of the secret), with a small factor for text that is full of escapes.
  func end(in text: [UInt8], from start: Int) -> Int? {
    guard let first = secret.first, text[start] == first || Self.begins(text[start]) else { return nil }
    // By how much of the secret is read: where in the text that may be. Escapes can be read in two ways.
    var fronts: [[Int]] = Array(repeating: [], count: secret.count + 1)
    fronts[0] = [start]
    for read in secret.indices {
      var number = 0
      while number < fronts[read].count {
        let place = fronts[read][number]
        number += 1
        guard place < text.count else { continue }
        // A line that was broken in the middle goes on with the next byte of the secret.
        if read > 0, let end = Self.softBreak(text, place), !fronts[read].contains(end) { fronts[read].append(end) }
        for unit in Self.units(in: text, at: place, wanted: secret[read]) {
          guard secret[read...].starts(with: unit.bytes) else { continue }
          let next = read + unit.bytes.count
          if !fronts[next].contains(place + unit.length) { fronts[next].append(place + unit.length) }
        }
      }
      fronts[read] = []
    }
    // The longest: what is left of an escape behind it would tell how it ends.
    return fronts[secret.count].max()
  }

  private static func begins(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "&"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "="): true
    default: false
    }
  }

  private typealias Unit = (bytes: [UInt8], length: Int)

  /// What can stand at a place of a text: the bytes that it means, and how long it is.
  private static func units(in text: [UInt8], at place: Int, wanted: UInt8) -> [Unit] {
    var units: [Unit] = text[place] == wanted ? [([wanted], 1)] : []
    switch text[place] {
    case UInt8(ascii: "+"): units.append(([UInt8(ascii: " ")], 1))
    case UInt8(ascii: "%"): units += percent(text, place)
    case UInt8(ascii: "&"): units += entity(text, place)
    case UInt8(ascii: "="):
      // Quoted-printable, as mail has it.
      if place + 3 <= text.count, let value = hexadecimal(text[(place + 1)..<(place + 3)]) {
        units.append(([UInt8(value)], 3))
      }
    case UInt8(ascii: "\\"): units += escapes(text, place)
    default: break
    }
    return units
  }

  /// `%2F`, `%252F` and so on. `%251b` may be one byte written twice over, or a percent sign before two letters.
  private static func percent(_ text: [UInt8], _ place: Int) -> [Unit] {
    var units: [Unit] = []
    var digits = place + 1
    while digits + 2 <= text.count, let value = hexadecimal(text[digits..<(digits + 2)]) {
      units.append(([UInt8(value)], digits + 2 - place))
      guard value == UInt8(ascii: "%") else { break }
      digits += 2
    }
    return units
  }

  /// `&amp;`, `&#38;`, `&#x26;`, and `&amp;quot;` for what was written twice, or an ampersand before a word.
  private static func entity(_ text: [UInt8], _ place: Int) -> [Unit] {
    var units: [Unit] = []
    var name = place + 1
    while let found = named(text, name) {
      units.append((Array(String(found.scalar).utf8), found.end - place))
      guard found.scalar == "&" else { break }
      name = found.end
    }
    return units
  }

  private static let names: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "sol": "/", "plus": "+", "equals": "=", "percnt": "%",
    "num": "#", "colon": ":", "semi": ";", "commat": "@", "excl": "!", "quest": "?", "dollar": "$", "ast": "*",
    "lpar": "(", "rpar": ")", "lsqb": "[", "rsqb": "]", "lcub": "{", "rcub": "}", "bsol": "\\", "lowbar": "_",
    "grave": "`", "verbar": "|", "comma": ",", "period": ".", "Hat": "^", "Tab": "\t", "NewLine": "\n",
    "nbsp": "\u{A0}",
  ]

  /// The entity whose name begins at a place, and where it ends, the semicolon included.
  private static func named(_ text: [UInt8], _ place: Int) -> (scalar: Unicode.Scalar, end: Int)? {
    guard place < text.count, let length = text[place...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
      return nil
    }
    let name = String(decoding: text[place..<length], as: UTF8.self)
    let scalar: Unicode.Scalar?
    if name.hasPrefix("#x") || name.hasPrefix("#X") {
      scalar = UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
    } else if name.hasPrefix("#") {
      scalar = UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
    } else {
      scalar = names[name]
    }
    return scalar.map { ($0, length + 1) }
  }

  /// Where a line goes on that quoted-printable broke off: behind `=` and the end of the line.
  private static func softBreak(_ text: [UInt8], _ place: Int) -> Int? {
    guard text[place] == UInt8(ascii: "=") else { return nil }
    var end = place + 1
    if end < text.count, text[end] == 0x0D { end += 1 }
    return end < text.count && text[end] == 0x0A ? end + 1 : nil
  }

  /// `\"`, `\/`, `\n`, `\u0026`, `\x26` and `\046`, with as many backslashes as it was written times over; a backslash
  /// itself is one, two, four or eight.
  private static func escapes(_ text: [UInt8], _ place: Int) -> [Unit] {
    let run = text[place...].prefix { $0 == UInt8(ascii: "\\") }.count
    var units: [Unit] = [2, 4, 8].filter { $0 <= run }.map { ([UInt8(ascii: "\\")], $0) }
    let after = place + run
    guard after < text.count, run <= 8 else { return units }
    let length = run + 1
    switch text[after] {
    case UInt8(ascii: "u"): if let unit = utf16(text, after) { units.append((unit.bytes, run + unit.length)) }
    case UInt8(ascii: "x"):
      if after + 3 <= text.count, let value = hexadecimal(text[(after + 1)..<(after + 3)]) {
        units.append(([UInt8(value)], run + 3))
      }
    case 0x30...0x37: units += octal(text, after, behind: run)
    case UInt8(ascii: "n"): units.append(([0x0A], length))
    case UInt8(ascii: "r"): units.append(([0x0D], length))
    case UInt8(ascii: "t"): units.append(([0x09], length))
    case UInt8(ascii: "b"): units.append(([0x08], length))
    case UInt8(ascii: "f"): units.append(([0x0C], length))
    // Shells and scripts put a backslash before any sign.
    case let sign where sign > 0x20 && sign < 0x7F && !isWord(sign): units.append(([sign], length))
    default: break
    }
    return units
  }

  /// The byte of `\7`, `\57` or `\057`: where it ends the text does not say.
  private static func octal(_ text: [UInt8], _ place: Int, behind run: Int) -> [Unit] {
    var (units, value): ([Unit], Int) = ([], 0)
    for (number, digit) in text[place...].prefix(3).enumerated() {
      guard (0x30...0x37).contains(digit) else { break }
      value = value * 8 + Int(digit - 0x30)
      if value < 256 { units.append(([UInt8(value)], run + number + 1)) }
    }
    return units
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte < 0x80 && (Unicode.Scalar(byte).properties.isAlphabetic || (0x30...0x39).contains(byte))
  }

  /// The letter behind `\u`, of two such where one is half of it.
  private static func utf16(_ text: [UInt8], _ place: Int) -> Unit? {
    guard place + 5 <= text.count, let first = hexadecimal(text[(place + 1)..<(place + 5)]) else { return nil }
    if let scalar = Unicode.Scalar(first) { return (Array(String(scalar).utf8), 5) }
    // The second half has as many backslashes as the first.
    let second = place + 5
    let run = text[second...].prefix { $0 == UInt8(ascii: "\\") }.count
    let digits = second + run + 1
    guard (0xD800..<0xDC00).contains(first), run > 0, digits + 4 <= text.count, text[digits - 1] == UInt8(ascii: "u"),
      let low = hexadecimal(text[digits..<(digits + 4)]), (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (low - 0xDC00))
    else { return nil }
    return (Array(String(scalar).utf8), digits + 4 - place)
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(digit - 0x57)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(digit - 0x37)
      default: return nil
      }
    }
    return value
  }
}

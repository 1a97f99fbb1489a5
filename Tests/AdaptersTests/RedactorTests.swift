import Quantities
import Testing

@testable import Adapters

@Suite("The redactor")
struct RedactorTests {
  @Test("finds a secret of several lines, and each of its lines, quoted in JSON")
  func lines() throws {
    let secret = "{\n\t\"key\": \"s3cr\\et-one\",\r\n\t\"id\": \"another\u{1}\"\n}"
    var redactor = Redactor()
    redactor.learn(secret)
    let whole = String(decoding: JSON.string(secret).canonicalBytes, as: UTF8.self)
    #expect(redactor.redact(whole) == "\"\(Redactor.mark)\"")
    let line = String(decoding: JSON.string("\t\"key\": \"s3cr\\et-one\",").canonicalBytes, as: UTF8.self)
    #expect(!redactor.redact(line).contains("s3cr"))
  }

  @Test("finds a secret in the forms in which it travels")
  func forms() {
    var redactor = Redactor()
    redactor.learn(#"p/ss "w"rd"#)
    for text in [#"p/ss "w"rd"#, "p%2Fss%20%22w%22rd", #"p/ss \"w\"rd"#] {
      #expect(redactor.redact("<\(text)>") == "<‹secret›>")
    }
  }

  /// Ways in which programs write one byte of a text, the byte itself first.
  private static func spellings(_ byte: UInt8, _ random: inout SplitMix64) -> [String] {
    let digits = String(byte, radix: 16)
    let two = (byte < 16 ? "0" : "") + digits
    let sign = String(UnicodeScalar(byte))
    var ways = [
      sign, "%\(two)", "%\(two.uppercased())", "%25\(two)", "%2525\(two)", "\\u00\(two)", "\\u00\(two.uppercased())",
      "\\\\u00\(two)", "&#\(byte);", "&#x\(two);", "&#X\(two.uppercased());", "&amp;#\(byte);",
    ]
    let names: [UInt8: String] = [0x26: "amp", 0x3C: "lt", 0x3E: "gt", 0x22: "quot", 0x27: "apos", 0x2F: "sol"]
    if let name = names[byte] { ways += ["&\(name);", "&amp;\(name);"] }
    if byte == 0x5C { ways += ["\\\\", "\\\\\\\\"] }
    if [0x22, 0x2F, 0x27].contains(byte) { ways += ["\\\(sign)", "\\\\\\\(sign)"] }
    if byte == 0x20 { ways.append("+") }
    return ways
  }

  @Test("finds a secret whose sign before two digits could be read as one that is written twice over")
  func ambiguous() {
    var redactor = Redactor()
    redactor.learn("X%1b25-&lt;%")
    for text in ["X%251b25-&amp;lt;%", "X%25%31b%32%35-&#38;lt;%25", "X%25251b25-&amp;amp;lt;%2525"] {
      #expect(redactor.redact("<\(text)>") == "<‹secret›>", "\(text)")
    }
  }

  @Test("finds a secret in Base64 within Base64, and in what other forms it has there")
  func nested() {
    let secret = "CANARY7/abc+d\"q&w"
    var redactor = Redactor()
    redactor.learn(secret)
    func code(_ text: String) -> String { Base64.text(Array(text.utf8)) }
    for inside in [
      code("ci:\(secret)"), "{\"p\":\"CANARY7\\/abc\\u002bd\\\"q\\u0026w\"}", "CANARY7%2Fabc%2Bd%22q%26w",
      "CANARY7/abc+d&quot;q&amp;w",
    ] {
      for before in ["", "x", "xy"] {
        let written = code("\(before){\"auths\":{\"reg\":{\"auth\":\"\(inside)\"}}}")
        for form in [written, written.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")] {
          #expect(redactor.redact("<\(form)>") == "<‹secret›>", "\(inside)")
          #expect(redactor.redact("token \(code(form)) here") == "token ‹secret› here", "\(inside)")
        }
      }
    }
    // What only looks like it stays.
    for plain in ["/usr/local/bin/program", code("nothing of it, however long it may be"), "AAAAAAAA"] {
      #expect(redactor.redact(plain) == plain)
    }
  }

  @Test("finds a secret in whichever mixture of escapes, entities and percent signs it is written", arguments: 0..<40)
  func mixtures(round: Int) throws {
    var random = SplitMix64(seed: UInt64(round))
    let signs = Array(#"abcXYZ019"\/&<>'+%= ;:#.-_~!"#.utf8)
    for _ in 0..<50 {
      let secret = (0..<Int.random(in: 8...24, using: &random)).map { _ in signs.randomElement(using: &random) ?? 0x61 }
      // A backslash before a sign can be read as an escape of that sign; what is sure is that it is found.
      var redactor = Redactor()
      redactor.learn(String(decoding: secret, as: UTF8.self))
      let written = secret.map { Self.spellings($0, &random).randomElement(using: &random) ?? "" }.joined()
      let shown = redactor.redact("before \(written) after")
      #expect(shown.contains(Redactor.mark), "\(String(decoding: secret, as: UTF8.self)) as \(written)")
      #expect(shown.utf8.count < "before ‹secret› after".utf8.count + 8, "\(written) → \(shown)")
    }
  }

  @Test(
    "finds a secret as other languages write it",
    arguments: [
      #"CANARY7/abc+d\"q\u0026w\u003c9\u003eK=%z"#, #"CANARY7/abc\u002Bd\u0022q\u0026w\u003C9\u003EK=%z"#,
      #"CANARY7\/abc+d\"q&w<9>K=%z"#, "CANARY7/abc+d&quot;q&amp;w&lt;9&gt;K=%z", "CANARY7/abc+d\"q&amp;w&lt;9&gt;K=%z",
      "CANARY7/abc%2Bd%22q%26w%3C9%3EK%3D%25z", "CANARY7%252Fabc%252Bd%2522q%2526w%253C9%253EK%253D%2525z",
      #"{\"e\":\"CANARY7/abc+d\\\"q\\u0026w\\u003c9\\u003eK=%z\"}"#,
    ])
  func languages(text: String) {
    var redactor = Redactor()
    redactor.learn(#"CANARY7/abc+d"q&w<9>K=%z"#)
    let shown = redactor.redact("key: \(text)")
    #expect(shown.contains(Redactor.mark) && !shown.contains("CANARY") && !shown.contains("K="), "\(shown)")
  }

  @Test("leaves a text without the secret as it is, also one that is full of escapes")
  func others() {
    var redactor = Redactor()
    redactor.learn(#"p/ss "w"rd"#)
    for text in [
      "", "\\", "%", "&", "%2", "&#", "&#;", "&amp;", #"\u"#, #"\u00"#, #"\ud800"#, #"\ud83d\ude00"#,
      String(repeating: "\\", count: 5_000), String(repeating: "%25", count: 5_000),
      String(repeating: "&amp;", count: 5_000),
      "p/ss w", "p%2Fss%20", #"p\/ss \"w\""#,
    ] { #expect(redactor.redact(text) == text) }
  }

  @Test("blacks out before anything is cut: half a secret is not found")
  func excerpt() {
    var redactor = Redactor()
    redactor.learn("c4n4ry-s3cr3t")
    let text = String(repeating: "y", count: 75) + "c4n4ry-s3cr3t"
    #expect(redactor.excerpt(text, 80) == String(repeating: "y", count: 75) + "‹secr")
  }

  @Test("does not black out what is too short to be a secret")
  func short() {
    var redactor = Redactor()
    redactor.learn("abc")
    #expect(redactor.isEmpty)
  }

  @Test("hides a secret in Base64 wherever it starts", arguments: ["", "u:", "user:", "a:b:"])
  func base64(prefix: String) {
    var redactor = Redactor()
    redactor.learn("c4n4ry-s3cr3t")
    let text = encode(Array((prefix + "c4n4ry-s3cr3t").utf8))
    #expect(redactor.redact(text).contains(Redactor.mark))
  }

  private func encode(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
      let number = group[0] << 16 | group[1] << 8 | group[2]
      for (index, shift) in [18, 12, 6, 0].enumerated() {
        text.append(start + index <= bytes.count ? alphabet[number >> shift & 63] : "=")
      }
    }
    return text
  }
}

/// Ways of writing that are no web page and no JSON.
@Suite("The redactor, of mail, dumps and texts that were quoted again and again")
struct RedactorDumpTests {
  private static let secret = "p/ss\"w\\rd&="

  private func redacted(_ text: String) -> String {
    var redactor = Redactor()
    redactor.learn(Self.secret)
    return redactor.redact(text)
  }

  @Test("finds a secret that was written as JSON three times over")
  func levels() {
    var text = Self.secret
    for level in 1...3 {
      text = String(JSON.string(text).canonicalText.dropFirst().dropLast())
      #expect(redacted("<\(text)>") == "<‹secret›>", "\(level)")
    }
  }

  @Test("finds a secret in octal escapes of any length")
  func octal() {
    let long = Self.secret.utf8.map { byte in
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }.joined()
    #expect(redacted("<\(long)>") == "<‹secret›>")
    #expect(redacted(#"<p\57ss\42w\134rd\46\75>"#) == "<‹secret›>")
  }

  @Test("finds a secret in mail, whose lines are broken anywhere")
  func mail() {
    #expect(redacted("<p=2Fss=22w=5Crd&=3D>") == "<‹secret›>")
    #expect(redacted("<p=2fss=\r\n=22w=\n\\rd&=3D>") == "<‹secret›>")
  }

  @Test("finds a secret in pairs of digits, however they are kept apart", arguments: ["", ":", " ", "-"])
  func pairs(separator: String) {
    let digits = Self.secret.utf8.map { String($0, radix: 16) }
    #expect(redacted("<\(digits.joined(separator: separator))>") == "<‹secret›>")
    #expect(redacted("<\(digits.joined(separator: separator).uppercased())>") == "<‹secret›>")
  }

  @Test("leaves alone what only looks like it")
  func plain() {
    for text in ["a=b", "x = 1\ny = 2", #"C:\57\new"#, "01:02:03", "=\n=\n="] { #expect(redacted(text) == text) }
  }
}

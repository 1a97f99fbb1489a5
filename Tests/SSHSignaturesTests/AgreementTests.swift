import Foundation
import Quantities
import Testing

@testable import SSHSignatures

/// Every answer of ours is that of the real `ssh-keygen -Y verify`, on good, damaged and hostile input.
@Suite("Signatures as ssh-keygen sees them", .enabled(if: Workshop.isThere, "there is no ssh-keygen on this machine"))
struct AgreementTests {
  static let kinds: [(kind: String, bits: String?)] = [
    ("ed25519", nil), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "1024"), ("rsa", "2048"),
    ("rsa", "3072"),
  ]

  @Test("count for every kind of key, and not with other words, another name, key or purpose", arguments: kinds)
  func everyKind(kind: String, bits: String?) throws {
    let shop = try Workshop()
    defer { shop.close() }
    try shop.makeKey("mira", kind, bits: bits)
    try shop.makeKey("other")
    let good = Question(try shop.sign("the words", key: "mira"), by: "mira@example.com \(try shop.text("mira.pub"))")
    #expect(try good.expectAgreement(in: shop, "good"))
    var changed = good
    changed.message = "the word"
    #expect(try !changed.expectAgreement(in: shop, "other words"))
    changed = good
    changed.principal = "tomas@example.com"
    #expect(try !changed.expectAgreement(in: shop, "another name"))
    changed = good
    changed.namespace = "git"
    #expect(try !changed.expectAgreement(in: shop, "another purpose"))
    changed.signature = Array(try shop.sign("the words", key: "mira", namespace: "git").utf8)
    #expect(try changed.expectAgreement(in: shop, "that purpose"))
    changed = good
    changed.signers = Array("mira@example.com \(try shop.text("other.pub"))".utf8)
    #expect(try !changed.expectAgreement(in: shop, "another key"))
  }

  @Test("are judged alike when any byte is another one, or they end early", arguments: [0, 1, 4], [false, true])
  func damaged(kind: Int, isCertified: Bool) throws {
    let shop = try Workshop()
    defer { shop.close() }
    try shop.makeKey("mira", Self.kinds[kind].kind, bits: Self.kinds[kind].bits)
    try shop.makeKey("authority")
    try shop.certify("mira", by: "authority", ["-I", "id", "-n", "mira@example.com", "-z", "5"])
    let key = isCertified ? "cert-authority \(try shop.text("authority.pub"))" : try shop.text("mira.pub")
    let signature = try shop.sign("the words", key: isCertified ? "mira-cert.pub" : "mira")
    var question = Question(signature, by: "mira@example.com \(key)")
    #expect(try question.expectAgreement(in: shop, "good"))
    let blob = try dearmour(signature)
    var dice = Dice(seed: UInt64(kind))
    for _ in 0..<20 {
      var changed = blob
      switch dice.number(below: 4) {
      case 0: changed.removeLast(1 + dice.number(below: blob.count - 1))
      case 1: changed.insert(UInt8(dice.number(below: 256)), at: dice.number(below: blob.count + 1))
      default: changed[dice.number(below: blob.count)] ^= UInt8(1 << dice.number(below: 8))
      }
      question.signature = Array(armour(changed).utf8)
      try question.expectAgreement(in: shop, "\(hexadecimal(changed))")
    }
  }

  @Test("of tokens count with their flags, counter and application", arguments: [true, false])
  func tokens(isEd25519: Bool) throws {
    let shop = try Workshop()
    defer { shop.close() }
    let token = try Token(isEd25519: isEd25519)
    defer { token.close() }
    let good = Question(try token.sign("the words"), by: "mira@example.com \(token.line)\n")
    #expect(try good.expectAgreement(in: shop, "good"))
    let blob = try dearmour(try token.sign("the words"))
    for place in blob.count - 5..<blob.count {
      var changed = blob
      changed[place] ^= 1
      var question = good
      question.signature = Array(armour(changed).utf8)
      #expect(try !question.expectAgreement(in: shop, "flags or counter"))
    }
    let other = try Token(isEd25519: isEd25519, application: "ssh:other")
    defer { other.close() }
    var question = good
    question.signature = Array(try other.sign("the words").utf8)
    #expect(try !question.expectAgreement(in: shop, "another token"))
  }

  /// Lines of `allowed_signers`; `KEY` is that of the one who signed, `OTHER` that of somebody else.
  static let lines = [
    "mira@example.com KEY", "*@example.com KEY", "mira@*,tomas@example.com KEY",
    "tomas@example.com,mira@example.com KEY",
    "!mira@example.com,*@example.com KEY", "*@example.com,!mira@example.com KEY", "m?ra@example.com KEY", "* KEY",
    "MIRA@example.com KEY", "mira@example.co KEY", "mira@example.com,, KEY", ", KEY", "*,!*@example.com KEY",
    "\"mira@example.com\" KEY", "\"mira@example.com,tomas\" KEY", "mira@\"example.com\" KEY", "\"mira@example.com KEY",
    "  \tmira@example.com\t KEY", "# mira@example.com KEY", "mira@example.com", "mira@example.com ",
    "mira@example.com namespaces=\"sanderling\" KEY", "mira@example.com namespaces=\"git,sander*\" KEY",
    "mira@example.com namespaces=\"git\" KEY", "mira@example.com namespaces=\"!sanderling,*\" KEY",
    "mira@example.com namespaces=sanderling KEY", "mira@example.com namespaces=\"sanderling KEY",
    "mira@example.com NameSpaces=\"sanderling\" KEY", "mira@example.com namespaces=\"a\",namespaces=\"sanderling\" KEY",
    "mira@example.com namespaces=\"sand\\\"x,sanderling\" KEY", "mira@example.com namespaces=\"\" KEY",
    "mira@example.com valid-after=\"20270601\" KEY", "mira@example.com valid-after=\"20270602\" KEY",
    "mira@example.com valid-before=\"20270601\" KEY", "mira@example.com valid-before=\"202706011200\" KEY",
    "mira@example.com valid-before=\"20270601120000Z\" KEY", "mira@example.com valid-before=\"20270601115959Z\" KEY",
    "mira@example.com valid-after=\"20270601120000Z\" KEY", "mira@example.com valid-after=\"20270601120001\" KEY",
    "mira@example.com valid-after=\"2027060\" KEY", "mira@example.com valid-after=\"20271301\" KEY",
    "mira@example.com valid-after=\"20270101\",valid-before=\"20260101\" KEY",
    "mira@example.com valid-after=\"20270101\",valid-before=\"20280101UTC\" KEY",
    "mira@example.com valid-after=\"20270101\" valid-before=\"20280101\" KEY",
    "mira@example.com cert-authority KEY", "mira@example.com CERT-AUTHORITY,namespaces=\"sanderling\" KEY",
    "mira@example.com no-touch-required KEY", "mira@example.com namespaces=\"sanderling\", KEY",
    "mira@example.com namespaces=\"sanderling\",,valid-after=\"20270101\" KEY",
    "mira@example.com cert-authorityx KEY", "mira@example.com namespaces=\"sanderling\"x KEY",
    "mira@example.com OTHER", "mira@example.com OTHER\nmira@example.com KEY", "nonsense\nmira@example.com KEY",
    "mira@example.com nonsense nonsense\nmira@example.com KEY", "mira@example.com namespaces=\"git\" KEY\n* KEY",
    "mira@example.com KEY\r\n", "mira@example.com KEY and a comment\r\ntomas@example.com OTHER\r\n",
    "\u{FEFF}mira@example.com KEY",
    "\u{FEFF}# a comment\nmira@example.com KEY", "\n\n   \n\r\nmira@example.com KEY",
    "mira@example.com ssh-ed25519 AAAA",
    "mira@example.com ssh-rsa BLOB", "mira@example.com BLOB", "mira@example.com ssh-ed25519 BLOB",
    "mira@example.com ssh-ed25519  \t BLOB", "mira@example.com ssh-ed25519 BLOB=",
    "mira@example.com ssh-ed25519 BLOB#x",
    "mira@example.com ssh-ed25519 BLOB\tcomment",
  ]

  @Test("are believed from the same lines of allowed_signers", arguments: [false, true])
  func signers(isFar: Bool) throws {
    let shop = try Workshop()
    defer { shop.close() }
    try shop.makeKey("mira")
    try shop.makeKey("other")
    let signature = try shop.sign("the words", key: "mira")
    let (key, other) = (try shop.text("mira.pub").trimmed, try shop.text("other.pub").trimmed)
    let blob = String(key.split(separator: " ")[1])
    var counted = 0
    for line in Self.lines {
      let text = line.replacing("KEY", with: key).replacing("OTHER", with: other).replacing("BLOB", with: blob)
      var question = Question(signature, by: line.hasSuffix("\n") ? text : text + "\n")
      if isFar { (question.zone, question.offset) = ("UTC+3", 10_800) }
      counted += try question.expectAgreement(in: shop, line) ? 1 : 0
    }
    #expect(counted > 25 && counted < Self.lines.count - 25)
  }

  /// Options of `ssh-keygen -s`, and of the line of the authority.
  static let certificates: [(made: [String], line: String)] = [
    (["-n", "mira@example.com"], "cert-authority"), (["-n", "mira@example.com,tomas@example.com"], "cert-authority"),
    (["-n", "tomas@example.com"], "cert-authority"), ([], "cert-authority"),
    (["-n", "*@example.com"], "cert-authority"),
    (["-n", "mira@example.com", "-h"], "cert-authority"), (["-n", "mira@example.com"], ""),
    (["-n", "mira@example.com"], "cert-authority,namespaces=\"git\""),
    (["-n", "mira@example.com"], "cert-authority,valid-before=\"20270101\""),
    (["-n", "mira@example.com", "-V", "20270101:20280101"], "cert-authority"),
    (["-n", "mira@example.com", "-V", "20270101:20270601115959"], "cert-authority"),
    (["-n", "mira@example.com", "-V", "20270101:20270601120000"], "cert-authority"),
    (["-n", "mira@example.com", "-V", "20270601120000:20280101"], "cert-authority"),
    (["-n", "mira@example.com", "-V", "20270601120001:20280101"], "cert-authority"),
    (["-n", "mira@example.com", "-O", "clear"], "cert-authority"),
    (["-n", "mira@example.com"], "cert-authority,other"),
  ]

  @Test("by certificates count under the same authorities, names and times", arguments: ["ed25519", "ecdsa", "rsa"])
  func certified(kind: String) throws {
    let shop = try Workshop()
    defer { shop.close() }
    try shop.makeKey("mira", kind)
    for (name, kind) in [("authority", kind), ("stranger", "ed25519")] { try shop.makeKey(name, kind) }
    for authority in ["authority", "stranger"] {
      for (made, line) in Self.certificates {
        try shop.certify("mira", by: authority, ["-I", "id"] + made)
        let signers = "*@example.com \(line.isEmpty ? "" : line + " ")\(try shop.text("authority.pub"))"
        let question = Question(try shop.sign("the words", key: "mira-cert.pub"), by: signers)
        try question.expectAgreement(in: shop, "\(authority) \(made) \(line)")
      }
    }
    // A key that is allowed itself does not count in the clothes of a certificate, nor the other way round.
    try shop.certify("mira", by: "authority", ["-I", "id", "-n", "mira@example.com"])
    let signature = try shop.sign("the words", key: "mira-cert.pub")
    for signers in [try shop.text("mira.pub"), try shop.text("mira-cert.pub")] {
      try Question(signature, by: "mira@example.com \(signers)").expectAgreement(in: shop, signers)
      try Question(try shop.sign("the words", key: "mira"), by: "mira@example.com \(signers)")
        .expectAgreement(in: shop, "plain \(signers)")
    }
  }

  @Test("do not count where a critical option is asked for that nobody here keeps, though ssh-keygen takes them")
  func criticalOption() throws {
    let shop = try Workshop()
    defer { shop.close() }
    try shop.makeKey("mira")
    try shop.makeKey("authority")
    try shop.certify(
      "mira", by: "authority", ["-I", "id", "-n", "mira@example.com", "-O", "source-address=192.0.2.0/24"])
    let signers = "mira@example.com cert-authority \(try shop.text("authority.pub"))"
    let question = Question(try shop.sign("the words", key: "mira-cert.pub"), by: signers)
    #expect(question.answered() == "the certificate has the critical option `source-address`")
  }

  /// What `ssh-keygen -k` reads, or the plain file, by name.
  static let lists: [String: String] = [
    "key": "KEY", "other key": "OTHER", "sha1": "sha1: KEY", "sha256": "sha256: KEY", "hash": "hash: FINGERPRINT",
    "serial": "serial: 5", "other serial": "serial: 6", "range": "serial: 3-9", "wide": "serial: 1-1000000",
    "many": (1...40).map { "serial: \($0 * 5)" }.joined(separator: "\n"), "id": "id: of-mira", "other id": "id: x",
    "authority": "AUTHORITY", "empty": "",
  ]

  @Test("do not count when the same lists say that they are revoked", arguments: lists.keys.sorted(), [false, true])
  func revoked(name: String, isCertified: Bool) throws {
    let shop = try Workshop()
    defer { shop.close() }
    for key in ["mira", "other", "authority"] { try shop.makeKey(key) }
    try shop.certify("mira", by: "authority", ["-I", "of-mira", "-n", "mira@example.com", "-z", "5"])
    let fingerprint = try shop.keygen(["-l", "-f", "mira.pub"]).words.split(separator: " ")[1]
    let list = try #require(Self.lists[name]).replacing("KEY", with: try shop.text("mira.pub").trimmed)
      .replacing("OTHER", with: try shop.text("other.pub").trimmed).replacing("FINGERPRINT", with: fingerprint)
      .replacing("AUTHORITY", with: try shop.text("authority.pub").trimmed)
    let key = isCertified ? "cert-authority \(try shop.text("authority.pub"))" : try shop.text("mira.pub")
    var question = Question(
      try shop.sign("the words", key: isCertified ? "mira-cert.pub" : "mira"), by: "mira@example.com \(key)")
    if !list.contains(":") {
      for end in ["\n", "\r\n"] {
        question.revoked = Array("# revoked\(end)\(list)\(end)".utf8)
        try question.expectAgreement(in: shop, "plain \(name)")
      }
      question.revoked = Array("\(list)\nnonsense\n".utf8)
      #expect(try !question.expectAgreement(in: shop, "damaged \(name)"))
    }
    try shop.write("list", Array("\(list)\n".utf8))
    for authority in [["-s", "authority.pub"], ["-s", "none"]] {
      // Serials without an authority are for any.
      try shop.revoke(authority + ["list"])
      question.revoked = try shop.bytes("krl")
      try question.expectAgreement(in: shop, "\(name) \(authority)")
    }
    let whole = try shop.bytes("krl")
    var dice = Dice(seed: UInt64(name.utf8.reduce(0) { $0 + Int($1) }))
    for _ in 0..<5 {
      var changed = whole
      if dice.number(below: 3) == 0 {
        changed.removeLast(1 + dice.number(below: whole.count - 9))
      } else {
        changed[8 + dice.number(below: whole.count - 8)] ^= UInt8(1 << dice.number(below: 8))
      }
      question.revoked = changed
      try question.expectAgreement(in: shop, "\(name) \(hexadecimal(changed))")
    }
  }

  @Test("have fingerprints as ssh-keygen -l shows them", arguments: kinds)
  func fingerprints(kind: String, bits: String?) throws {
    let shop = try Workshop()
    defer { shop.close() }
    try shop.makeKey("mira", kind, bits: bits)
    let shown = try shop.keygen(["-l", "-f", "mira.pub"]).words.split(separator: " ")[1]
    let key = try PresentedKey(line: try shop.bytes("mira.pub"))
    #expect(key.key.fingerprint == shown)
  }
}

/// A generator that gives the same numbers every time.
struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func number(below bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 11) % bound
  }
}

extension String {
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

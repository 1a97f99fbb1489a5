import Quantities
import Testing

@testable import SSHSignatures

/// Bytes of a stranger: each is read or refused, and none traps.
@Suite("What nobody sane would write")
struct HostileTests {
  /// A key of 32 bytes, whatever they are.
  private static let key: [UInt8] = {
    var writer = WireWriter()
    writer.string(Array("ssh-ed25519".utf8))
    writer.string([UInt8](repeating: 7, count: 32))
    return writer.bytes
  }()

  @Test("is refused as a key, a signature and a list, at every length and with every byte changed")
  func noise() {
    var envelope = WireWriter()
    envelope.raw(Array("SSHSIG".utf8))
    envelope.number32(1)
    for part in [Self.key, Array("sanderling".utf8), [], Array("sha512".utf8), [0, 0, 0, 1, 65]] {
      envelope.string(part)
    }
    var list = WireWriter()
    list.raw(Array("SSHKRL\n".utf8) + [0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 32))
    for kind in [1, 2, 3, 5] as [UInt8] {
      list.raw([kind])
      list.string(Self.key)
    }
    for whole in [Self.key, envelope.bytes, list.bytes] {
      for place in whole.indices {
        for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
          var changed = whole
          changed[place] = value
          for bytes in [changed, Array(whole.prefix(place))] {
            _ = try? PresentedKey(blob: bytes)
            let signed = try? ArmouredSignature(armour: Array(armour(bytes).utf8))
            #expect((try? signed?.verify([1])) == nil)
            let trust = Trust(allowedSigners: bytes, revoked: bytes) { $0 }
            #expect(trust.signers.entries.isEmpty)
          }
        }
      }
    }
  }

  @Test(
    "says which line is wrong, and how",
    arguments: [
      ("a@b", "a key is missing behind the principals"), ("\"a KEY", "a quote is not closed"),
      ("a cert-authority", "a key is missing behind the options"),
      ("a nonsense KEY", "`nonsense` is neither a key nor an option"),
      ("a ssh-ed25519 AAA?", "the Base64 of the key is damaged"), ("a ssh-ed25519 AAAA", "the key is cut short"),
      ("a ssh-rsa BLOB", "it says `ssh-rsa`, and the key is `ssh-ed25519`"),
      ("a ssh-dss AAAAB3NzaC1kc3M=", "`ssh-dss` is no kind of key that can sign here"),
      ("a valid-before=\"soon\" KEY", "the time of `valid-before` is none: write it like 20271231 or 202712312359Z"),
      (
        "a valid-before=\"20270230Z\" KEY",
        "the time of `valid-before` is none: write it like 20271231 or 202712312359Z"
      ),
    ])
  func problems(line: String, message: String) {
    let blob = Base64.text(Self.key)
    let text = "# people\n\(line.replacing("KEY", with: "ssh-ed25519 \(blob)").replacing("BLOB", with: blob))\n"
    let signers = AllowedSigners(Array(text.utf8)) { $0 }
    #expect(signers.problems == [.init(line: 2, message: message)] && signers.entries.isEmpty)
  }

  @Test("takes Base64 in one form alone")
  func base64() {
    for bytes in [[], [1], [1, 2], [1, 2, 3], Array(0...255)] as [[UInt8]] {
      #expect(Base64.bytes(withSpaces: Array(Base64.text(bytes).utf8)) == bytes)
    }
    for text in ["A", "AA", "AAA", "AA=", "AA==A", "AB==", "AAB=", "====", "A===", "AA-_"] {
      #expect(Base64.bytes(withSpaces: Array(text.utf8)) == nil, "\(text)")
    }
    #expect(Base64.bytes(withSpaces: Array(" A\r\nA = =\t".utf8)) == [0])
  }

  @Test("matches patterns in time that does not explode")
  func patterns() {
    let pattern = PatternList(Array(String(repeating: "*a", count: 40).utf8))
    #expect(!pattern.matches(String(repeating: "a", count: 39)))
    #expect(pattern.matches(String(repeating: "a", count: 40)))
  }
}

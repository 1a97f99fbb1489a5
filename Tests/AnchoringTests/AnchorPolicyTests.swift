import Foundation
import Quantities
import Testing

@testable import Anchoring

@Suite("A file of anchors")
struct AnchorPolicyTests {
  private static let key = "auditor.example/w1+829a4efa+BF6Z2xLyhmMy6zMIR1GKd/Qc31T7PUvJN4TcOwbTw5P3"

  @Test("says where checkpoints go, and what waits")
  func reads() throws {
    let policy = try AnchorPolicy(
      """
      # Where checkpoints go.

        anchor wall  file  /mnt/worm/x
      anchor history git /srv/anchors origin main
      anchor local git work
      anchor bucket command put-object --bucket audit
      anchor auditor witness \(Self.key) https://witness.example/retail/
      anchor desk witness \(Self.key) command ssh auditor@desk
      require 2 of wall auditor
      max-lag 1h
      before wave irreversible
      on-unreachable hold
      """, file: "x.anchors")
    #expect(policy.anchors.map(\.name) == ["wall", "history", "local", "bucket", "auditor", "desk"])
    #expect(policy.anchors[1].kind == .git(directory: "/srv/anchors", push: .init(remote: "origin", branch: "main")))
    #expect(policy.anchors[2].kind == .git(directory: "work", push: nil))
    #expect(policy.anchors[3].kind == .command(["put-object", "--bucket", "audit"]))
    guard case .witness(_, let url) = policy.anchors[4].kind,
      case .witnessCommand(_, let words) = policy.anchors[5].kind
    else { throw CancellationError() }
    #expect(url == "https://witness.example/retail" && words == ["ssh", "auditor@desk"])
    #expect(policy.require == 2 && policy.among == ["wall", "auditor"] && policy.maxLag == .hour)
    #expect(policy.before == [.wave, .irreversible] && policy.onUnreachable == .hold)
  }

  @Test("without words about it wants one of all, and warns")
  func standard() throws {
    let policy = try AnchorPolicy("anchor a file x\nanchor b file y", file: "x")
    #expect(
      policy.require == 1 && policy.among == ["a", "b"] && policy.onUnreachable == .warn && policy.before.isEmpty)
    #expect(try AnchorPolicy("", file: "x").anchors.isEmpty)
  }

  @Test("is the same with the line ends of other systems")
  func lineEnds() throws {
    let text = "# where\nanchor a file x\non-unreachable hold\nbefore wave\n"
    let policy = try AnchorPolicy(text, file: "f")
    #expect(policy.anchors == [AnchorPolicy.Anchor(name: "a", kind: .file("x"))] && policy.onUnreachable == .hold)
    for end in ["\r\n", "\r"] {
      #expect(try AnchorPolicy(text.replacing("\n", with: end), file: "f") == policy)
    }
  }

  @Test(
    "says what is wrong, and where",
    arguments: [
      ("anchr a file x", "f:1:1: `anchr` is none of"), ("anchor", "f:1:7: a name is missing"),
      ("anchor a", "f:1:9: file, git, command or witness is missing"),
      ("anchor a flie x", "f:1:10: `flie` is none of file, git, command, witness"),
      ("anchor a file", "f:1:14: a path is missing"), ("anchor a file x y", "f:1:17: `y` is one word too many"),
      ("anchor a git d origin", "f:1:22: a branch is missing"), ("anchor a command", "f:1:17: a command is missing"),
      ("anchor a file x\nanchor a file y", "f:2:8: there is an anchor `a` already"),
      ("anchor a witness x https://y", "f:1:18: a verifier key has the form"),
      (
        "anchor a witness example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k https://y",
        "f:1:18: this is the key of a log"
      ),
      ("anchor a witness \(key) ftp://y", "f:1:91: `ftp://y` is no address"),
      ("anchor a witness \(key) command", "f:1:98: a command is missing"),
      ("require", "f:1:8: a number is missing"), ("require 0", "f:1:9: `0` is no number from 1 to 20"),
      ("require 1 of b\nanchor a file x", "f: `require` names the anchor `b`, which there is not"),
      ("require 2\nanchor a file x", "f: `require` asks for 2 of 1"),
      ("require 2 of a a\nanchor a file x", "f:1: `require` names the anchor `a` twice"),
      ("# none\nbefore wave", "f:2:1: there is no anchor that it could be about"),
      ("max-lag", "f:1:8: a time such as 1h is missing"),
      ("max-lag soon", "f:1:9: `soon` is no time"), ("max-lag 0s", "f:1:9: `0s` is no time"),
      ("before", "f:1:7: wave or irreversible is missing"),
      ("before waves", "f:1:8: `waves` is not wave or irreversible"),
      ("on-unreachable", "f:1:15: warn or hold is missing"),
      ("on-unreachable wait", "f:1:16: `wait` is not warn or hold"),
      ("on-unreachable warn hold", "f:1:21: `hold` is one word too many"),
    ])
  func wrong(text: String, message: String) {
    let problem = #expect(throws: AnchorPolicy.Problem.self) { try AnchorPolicy(text, file: "f") }
    #expect(problem?.message.hasPrefix(message) ?? false, "\(problem?.message ?? "")")
  }

  @Test("is shown in docs/audit.md as it is read")
  func page() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/audit.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let example = try #require(page.components(separatedBy: "```\n").first { $0.hasPrefix("# NAME is yours.") })
    let policy = try AnchorPolicy(example, file: "docs/audit.md")
    #expect(policy.anchors.count == 5 && policy.require == 1 && policy.onUnreachable == .hold)
    for word in AnchorPolicy.Point.allCases.map(\.rawValue) + AnchorPolicy.Absence.allCases.map(\.rawValue) {
      #expect(page.contains(word))
    }
    #expect(page.contains("exit 0 says that it has it, \(AnchorClient.dataError) that"))
  }
}

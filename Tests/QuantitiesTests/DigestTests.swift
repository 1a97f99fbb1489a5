import Diagnostics
import Quantities
import Testing

@Suite("Digests and spelling")
struct DigestTests {
  @Test(
    "SHA-256 gives the vectors of NIST",
    arguments: zip(
      ["", "abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"],
      [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
      ]))
  func vectors(text: String, hex: String) {
    #expect(Digest(of: Array(text.utf8)).hex == hex)
    #expect(Digest(hex: hex)?.hex == hex)
  }

  @Test(
    "a word is only suggested when it is near",
    arguments: zip(
      ["requires", "respone_time", "wave", "xyz", "undo"], ["require", "response_time", "waves", nil, "undo"]))
  func spelling(word: String, suggestion: String?) {
    #expect(Spelling.nearest(to: word, among: ["require", "response_time", "waves", "undo"]) == suggestion)
  }
}

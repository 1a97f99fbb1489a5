import Testing

@testable import Journaling

@Suite("A word that is looked for")
struct WordSearchTests {
  private func holds(_ text: String, _ words: String...) -> Bool { WordSearch(words).holds(Array(text.utf8)) }

  @Test(
    "is found where a reader sees it by itself",
    arguments: [
      "dana", "Dana said", "by\ndana", "by\tdana\tand", #"{"log":"at 7\nDana: done"}"#, #"{"log":"a\tdana"}"#,
      #"{"log":"\u001b[31mdana\u001b[0m did"}"#, #"{"log":"\u001b[1;32mda\u001b[0mna"}"#, "\u{1B}[31mdana\u{1B}[0m",
      "“Dana”", "‚dana‘", "«Dana»", "…dana—", "„dana“", #"{"log":"{\"who\":\"by\\ndana\"}"}"#,
      #"{"log":"{\"a\":\"{\\\"b\\\":\\\"\\\\ndana\\\"}\"}"}"#, #"{"log":"\\x1b[32mdana"}"#, #"{"log":"\\033[32mdana"}"#,
      #"{"dana":1}"#, #"{"a":["b","dana@example.com"]}"#, "dana_admin", "x-dana-1", "x.dana", "ｄａｎａ", "da\u{AD}na",
      "da\u{200B}na", #"{"log":"\u0064ana"}"#, #"{"log":"\\u0064ana"}"#, "\u{1B}]0;dana\u{7}", #"CORP\dana"#,
      "/users?name=ida%20dana", "a%3Ddana", "=20dana", "https://x/%64ana", #"{"log":"by\n%0Adana"}"#, "100 % dana",
    ])
  func found(text: String) { #expect(holds(text, "Dana")) }

  @Test(
    "is not found in another one",
    arguments: [
      "danas", "xdana", "dana2", "2dana", "danaé", "édana", "Даdana", "", "d ana", #"{"log":"bandana"}"#, "dana\u{301}",
    ])
  func apart(text: String) { #expect(!holds(text, "dana")) }

  @Test("is found in every alphabet, however its letters are put together")
  func alphabets() {
    #expect(holds("as ÅSA said", "Åsa") && holds("A\u{30A}SA", "åsa") && holds("Åsa", "a\u{30A}sa"))
    #expect(!holds("åsand", "åsa") && holds("это Ольга.", "ольга") && !holds("ольгаа", "ольга"))
    // Where no spaces stand between words, none are asked for.
    #expect(holds("由张伟批准", "张伟") && holds("\\303\\245sa", "åsa") && holds(#"{"log":"\\xc3\\xa5sa"}"#, "åsa"))
    #expect(holds(#"{"uid":4711}"#, "4711") && !holds(#"{"uid":47110}"#, "4711"))
    #expect(!holds("anything", "") && !holds("anything"))
  }
}

import Testing

@testable import Screens

@Suite("Commands that are printed to be copied")
struct FollowUpTests {
  @Test("name the journal where it is not the one that is found, and only where they take it")
  func names() {
    func named(_ text: String) -> String { FollowUp.naming("x.sqlite", in: text) }
    #expect(named("sanderling why r-1") == "sanderling why --journal x.sqlite r-1")
    #expect(
      named("do  sanderling retry a/b --run r-1 --reason \"…\"\nor sanderling status")
        == "do  sanderling retry --journal x.sqlite a/b --run r-1 --reason \"…\"\nor sanderling status --journal x.sqlite"
    )
    #expect(named("see `sanderling audit verify`") == "see `sanderling audit verify --journal x.sqlite`")
    for text in [
      "sanderling validate", "sanderling 0.1.0", "sanderling runs",
      "/srv/sanderling run", "my-sanderling run", "sanderling  run", "sanderling", "",
    ] {
      #expect(named(text) == text)
    }
    #expect(named("sanderling report plan book") == "sanderling report plan --journal x.sqlite book")
    #expect(FollowUp.naming(nil, in: "sanderling why r-1") == "sanderling why r-1")
  }

  @Test("quote a path that a shell would read otherwise")
  func quotes() {
    #expect(FollowUp.naming("a b/it's", in: "sanderling run r-1") == "sanderling run --journal 'a b/it'\\''s' r-1")
  }
}

import Operating
import Testing

/// What a shell can offer while a path is typed.
@Suite("An offer of places")
struct PlacesTests {
  private func offers(_ typed: String, _ kinds: Set<PlaceKind>, atMost most: Int = 100) throws -> [String] {
    try Shelf().planned().plan.places(beginning: typed, of: kinds, atMost: most)
  }

  @Test("goes one level further, and on where there is one way")
  func levels() throws {
    let all = Set(PlaceKind.allCases)
    #expect(try offers("", [.phase]) == ["one", "two"])
    #expect(try offers("o", [.phase, .stage]) == ["one", "one/s"])
    #expect(try offers("one/s/", [.wave]) == ["one/s/1", "one/s/2"])
    #expect(try offers("one/s/2", [.step]) == ["one/s/2/lis/a"])
    #expect(try offers("one/s/1/ams/", all) == ["one/s/1/ams/a"])
    #expect(try offers("tw", all) == ["two", "two/s", "two/s/1", "two/s/1/-", "two/s/1/-/a"])
    #expect(try offers("", [.target]) == ["one/", "two/", "ams", "lis"])
  }

  @Test("is none for what is not in the plan, and for more than anybody reads")
  func none() throws {
    for typed in ["three", "one/x/", "one/s/9/", "one/s/x/", "one/s/1/lis/", "one/s/1/ams/a/", "/", "//"] {
      #expect(try offers(typed, Set(PlaceKind.allCases)) == [], "\(typed)")
    }
    #expect(try offers("", []) == [])
    #expect(try offers("one/s/", [.wave], atMost: 1) == [])
  }
}

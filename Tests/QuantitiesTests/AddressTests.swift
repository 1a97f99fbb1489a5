import Quantities
import Testing

@Suite("An address with data in it")
struct AddressTests {
  private func address(_ template: String, _ value: String) throws -> String {
    try Template(template).address { _ in value }.get()
  }

  @Test(
    "takes it as it is, by the place where it stands",
    arguments: [
      ("/stores/${target.v}", "ams-001", "/stores/ams-001"),
      ("/stores/${target.v}", "../../admin/delete-all", "/stores/..%2F..%2Fadmin%2Fdelete-all"),
      ("/stores/${target.v}", "Oslo, Karl Johans gate", "/stores/Oslo%2C%20Karl%20Johans%20gate"),
      ("/stores/${target.v}/x", "50%25", "/stores/50%2525/x"),
      ("/stores/${target.v}", "x?on=0&store=all#frag", "/stores/x%3Fon%3D0%26store%3Dall%23frag"),
      ("/q?store=${target.v}&on=1", "x?on=0&store=all#frag", "/q?store=x%3Fon%3D0%26store%3Dall%23frag&on=1"),
      ("/q?store=${target.v}&on=1", "a+b=c d", "/q?store=a%2Bb%3Dc%20d&on=1"),
      ("/q#${target.v}", "a&b", "/q#a%26b"),
      ("/stores/${target.v}", "Tromsø", "/stores/Troms%C3%B8"),
      ("${target.v}/x", "a/b", "a%2Fb/x"),
      ("${target.v}/x", "https://a.example/v1", "https://a.example/v1/x"),
      ("https://${target.v}/x", "a.example:8080", "https://a.example:8080/x"),
      ("https://${target.v}/x", "a.example/evil?", "https://a.example%2Fevil%3F/x"),
      ("https://a.example/${target.v}", "a/b", "https://a.example/a%2Fb"),
      ("${target.v}", "/stores/a b?x=1&y=%20", "/stores/a%20b?x=1&y=%20"),
    ])
  func placed(template: String, value: String, whole: String) throws {
    #expect(try address(template, value) == whole)
  }

  @Test("names the first reference without a value")
  func missing() throws {
    let template = try Template("/a/${target.x}/${target.y}")
    guard case .failure(let missing) = template.address({ $0 == .target("x") ? "1" : nil }) else {
      Issue.record("it has a value")
      return
    }
    #expect(missing.reference == .target("y"))
  }

  @Test("keeps what is known later, and encodes what is known now")
  func partly() throws {
    let template = try Template("/a/${with.id}?b=${with.id}&c=${target.v}")
    let handed = try Template("x/${target.y}&")
    let known = template.address(knowing: { $0 == .argument("id") ? handed : nil })
    #expect(known.text == "/a/x%2F${target.y}%26?b=x%2F${target.y}%26&c=${target.v}")
    #expect(try known.address { _ in "1/2" }.get() == "/a/x%2F1%2F2%26?b=x%2F1%2F2%26&c=1%2F2")
    let base = try Template("https://${target.host}/api")
    let whole = try Template("${with.base}/v1").address(knowing: { _ in base })
    #expect(whole.text == "https://${target.host}/api/v1")
    #expect(try whole.address { _ in "a/b" }.get() == "https://a%2Fb/api/v1")
  }
}

import Diagnostics
import Runbooks
import Testing

@Suite("An inventory")
struct InventoryTests {
  private func expectCSV(_ csv: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let text = runbook().split(separator: "\n").map {
      $0.hasPrefix("inventories:") ? "inventories: { stores: stores.csv }" : $0
    }
    expectFindings(text.joined(separator: "\n"), expected, files: ["stores.csv": csv], sourceLocation: sourceLocation)
  }

  @Test("may have quotes, CRLF, a byte order mark and no last line break")
  func forms() throws {
    let text = runbook().replacing(/\{ stores: \[.*\] \}/, with: "{ stores: stores.csv }")
    let loaded = load([
      "runbook.yaml": text, "stores.csv": "\u{FEFF}id,name\r\na,\"A \"\"x\"\", y\"\r\nb,\"two\nlines\"\r\nc,é",
    ])
    let inventory = try #require(loaded.runbook?.inventories.first)
    #expect(inventory.ids == ["a", "b", "c"])
    #expect(inventory.column("name") == ["A \"x\", y", "two\nlines", "é"])
    #expect(inventory.lines == [2, 3, 5])
    #expect(loaded.runbook?.sources.map(\.path) == ["runbook.yaml", "stores.csv"])
  }

  @Test(
    "says which character parts its fields where that is none of ours",
    arguments: [
      ("id\tname\n1\ta\n", "tabs"), ("id|name\n1|a\n", "`|`"), ("\"id\"\t\"na,me\"\n\"1\"\t\"a\"\n", "tabs"),
      ("\u{FEFF}\"id\"|\"name\"\r\n\"1\"|\"a\"\r\n", "`|`"),
    ])
  func foreign(text: String, found: String) {
    let book = runbook().replacing(/\{ stores: \[.*\] \}/, with: "{ stores: stores.csv }")
    let findings = load(["runbook.yaml": book, "stores.csv": text]).findings.filter {
      $0.location.file == "book/stores.csv" || $0.location.file == "stores.csv"
    }
    #expect(findings.map(\.code) == ["G130"], "\(findings)")
    #expect(findings.first?.message.contains("parted by \(found), and") == true, "\(findings)")
  }

  @Test("may part its fields with semicolons, as Excel does in most of Europe")
  func semicolons() throws {
    let text = runbook().replacing(/\{ stores: \[.*\] \}/, with: "{ stores: stores.csv }")
    let loaded = load([
      "runbook.yaml": text, "stores.csv": "id;\"a, b\";country\r\na;1,5;NL\r\nb;\"2;3\";\r\n",
    ])
    let inventory = try #require(loaded.runbook?.inventories.first)
    #expect(inventory.ids == ["a", "b"] && inventory.columns == ["id", "a, b", "country"])
    #expect(inventory.column("a, b") == ["1,5", "2;3"] && inventory.column("country") == ["NL", ""])
    expectCSV(
      "id,a;b\na,1\n①a②,2\n",
      "①–② G132 the target `a` stands twice in the inventory; remove one of the two, or give it another id")
    expectCSV("id;country\na;①NL ②\n", "①–② G131 a space stands around the value `NL `; write `NL` without the space")
  }

  @Test("has no spaces around its countries")
  func space() {
    expectCSV(
      "id,city,country\na,Osløø,①NO ②\n", "①–② G131 a space stands around the value `NO `; write `NO` without the space"
    )
  }

  @Test("has each target once")
  func duplicate() {
    expectCSV(
      "id\na\n①a②\n",
      "①–② G132 the target `a` stands twice in the inventory; remove one of the two, or give it another id")
  }

  @Test("has a column id")
  func missingColumn() {
    expectCSV("①ID②,city\na,b\n", "①–② G133 the inventory has no column `id`; write `id`")
  }

  @Test("names zones that exist")
  func zone() {
    expectCSV(
      "id,zone\na,①Europe/Olso②\nb,UTC\n", "①–② G134 `Europe/Olso` is not a time zone; write `Europe/Oslo`")
  }

  @Test("has as many fields in each line as the first one names")
  func fields() {
    expectCSV(
      "id,city\na,Oslo,NO\nb,c\n",
      "stores.csv:2:1 G135 this line has 3 fields, but the first line names 2; put a value that contains a comma in quotes"
    )
  }

  @Test("is not empty")
  func empty() {
    expectCSV("id\n", "stores.csv G137 the inventory has no targets; add a line for each target")
  }

  @Test("closes its quotes")
  func quotes() {
    expectCSV(
      "id\na\n①\"②b\n", "①–② G130 a quote is not closed; put the whole field in quotes, and double the quotes inside it"
    )
  }

  @Test(
    "lies inside the runbook's directory and exists",
    arguments: [
      (
        "../stores.csv",
        "①–② G111 the path `../stores.csv` leaves the runbook's directory; move the file beside the runbook and write its path relative to the runbook"
      ),
      ("stroes.csv", "①–② G111 there is no file `stroes.csv`; write `stores.csv`"),
    ])
  func path(path: String, expected: String) {
    let text = runbook().replacing(/\{ stores: \[.*\] \}/, with: "{ stores: ①\(path)② }")
    expectFindings(text, expected, files: ["stores.csv": "id\na\n"])
  }

  @Test("is UTF-8")
  func utf8() {
    let text = runbook().replacing(/\{ stores: \[.*\] \}/, with: "{ stores: stores.csv }")
    let loaded = RunbookFile.load(
      path: "runbook.yaml", adapters: adapters, environment: nil,
      reading: { $0 == "runbook.yaml" ? Array(text.utf8) : [0x69, 0x64, 0x0A, 0xE9, 0x0A] }, listing: { _ in [] })
    #expect(loaded.findings.map(\.code) == ["G136"])
    #expect(loaded.findings.first.map { $0.location.line > 0 && $0.location.column > 0 } == true)
  }

  @Test("never stops the program, wherever it is broken")
  func broken() {
    let text = runbook().replacing(/\{ stores: \[.*\] \}/, with: "{ stores: stores.csv }")
    let csv = "id,name,zone\r\na,\"x, \"\"y\"\"\",UTC\nb,ø,Europe/Oslo\n"
    for index in csv.indices {
      for broken in ["", "\"", ",", "\r", "\n", " ", "\u{0}"] {
        var changed = csv
        changed.replaceSubrange(index...index, with: broken)
        _ = load(["runbook.yaml": text, "stores.csv": changed])
        _ = load(["runbook.yaml": text, "stores.csv": String(csv[..<index]) + broken])
      }
    }
  }
}

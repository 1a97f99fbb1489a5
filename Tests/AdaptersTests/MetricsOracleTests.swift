import Foundation
import Quantities
import Testing

@testable import Adapters

/// The parser that the makers of Prometheus ship for Python.
private enum OfficialParser {
  static let isAvailable = (try? read([])) != nil

  /// What it reads on each page: `name{label="value",…} number`, sorted; `nil` where it refuses the page.
  static func read(_ pages: [String]) throws -> [[String]?] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    let input = Foundation.Pipe()
    let output = Foundation.Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = try JSONEncoder().encode(pages)
    // Written beside the reading: pages of more than a pipe holds would wait for each other.
    let writer = Thread {
      try? input.fileHandleForWriting.write(contentsOf: text); try? input.fileHandleForWriting.close()
    }
    writer.start()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode([[String]?].self, from: answer)
  }

  private static let script = """
    import json, struct, sys
    from prometheus_client.parser import text_string_to_metric_families
    def word(sample):
        labels = ",".join(sorted("%s=%s" % (k, json.dumps(v, ensure_ascii=True)) for k, v in sample.labels.items()))
        return "%s{%s} %s" % (sample.name, labels, struct.pack(">d", float(sample.value)).hex())
    def read(page):
        try:
            return sorted(word(s) for f in text_string_to_metric_families(page) for s in f.samples)
        except Exception:
            return None
    json.dump([read(page) for page in json.load(sys.stdin)], sys.stdout)
    """
}

/// Numbers from a seed.
private struct Numbers {
  var state: UInt64

  mutating func next(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }

  mutating func pick(_ items: [String]) -> String { items[next(items.count)] }
}

@Suite(
  "A page of metrics, read beside the official parser,",
  .enabled(if: OfficialParser.isAvailable, "there is no python3 with prometheus_client"))
struct MetricsOracleTests {
  /// What we read on each page, in the same words.
  private static func ours(_ page: String) -> [String]? {
    guard let samples = try? MetricsPage.samples(Array(page.utf8), wanted: { _ in true }) else { return nil }
    return samples.map { sample in
      let labels = sample.labels.map { "\($0.key)=\(quoted($0.value))" }.sorted().joined(separator: ",")
      // Any one NaN stands for all.
      let bits = sample.value.isNaN ? Double.nan.bitPattern : sample.value.bitPattern
      return "\(sample.name){\(labels)} " + String(repeating: "0", count: bits.leadingZeroBitCount / 4)
        + (bits == 0 ? "" : String(bits, radix: 16))
    }.sorted()
  }

  /// As Python's `json.dumps` does it.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0x0A: result += "\\n"
      case 0x0D: result += "\\r"
      case 0x09: result += "\\t"
      case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default:
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result + "\""
  }

  private static func hasEmptyTerm(_ page: String) throws -> Bool {
    try Regex("[{,][ \\t]*=?[ \\t]*[,}]").firstMatch(in: page) != nil
  }

  private static func compare(_ pages: [String]) throws {
    for (page, theirs) in zip(pages, try OfficialParser.read(pages)) {
      let ours = ours(page)
      // The Python parser passes over labels without name and value; the one of the server refuses them, as we do.
      if ours == nil, theirs != nil, try hasEmptyTerm(page) { continue }
      #expect(ours == theirs, "\(page.debugDescription)")
    }
  }

  @Test("is the same on every edge of the format")
  func edges() throws {
    try Self.compare([
      "", "\n\n", "a 1", "a 1\n", " a 1", "\ta\t1", "a{} 1", "a {} 1", "a{b=\"c\"}1", "a{b=\"c\"} 1 2", "a 1 2",
      "a{b = \"c\"} 1", "a { b\t=\t\"c\" , d=\"e\" } 1", "a{b=\"c\",} 1", "a{,b=\"c\"} 1", "a{b=\"c\",,d=\"e\"} 1",
      "a{b=\"c\" d=\"e\"} 1", "a{b=c} 1", "a{b=\"c} 1", "a{b=\"c\" 1", "a{b} 1", "a{=\"c\"} 1", "a{b=\"\\a\"} 1",
      "a{b=\"\\\\\"} 1", "a{b=\"\\\"\"} 1", "a{b=\"x\\ny\"} 1", "a{b=\"\\\\n\"} 1", "a{b=\"}\"} 1", "a{b=\"{\"} 1",
      "a{b=\",\"} 1", "a{b=\"=\"} 1", "a{b=\"#\"} 1", "a{b=\"\"} 1", "a{b=\"é\"} 1", "a{b=\"\u{1F600}\"} 1",
      "{\"my.metric\"} 7", "{\"my.metric\", r=\"a\"} 7", "{r=\"a\", \"my.metric\"} 7", "{r=\"a\"} 7", "{} 7", "{\"a\"}",
      "a{\"b.c\"=\"d\"} 1", "a{\"b\"} 1", "a{b=\"c\",b=\"d\"} 1", "a", "a ", "a x", "a{b=\"c\"}", "1a 1", "a-b 1",
      "a:b 1", ":a 1", "_a 1", "é 1", "a Inf", "a +Inf", "a -Inf", "a inf", "a NaN", "a nan", "a Infinity", "a 1e5",
      "a 1E-5", "a +5", "a -5", "a 5.", "a .5", "a 1_000", "a 0x10", "a 1e", "a --1", "a 1e400", "a 1e-400", "a 0.1",
      "a 9007199254740993", "a 1 x", "a 1 1700000000000", "# a 1", " # a 1", "#a{", "a 1\r\nb 2\r\n", "a 1\n\n\nb 2",
      "a 1 # {x=\"y\"} 3", "a{b=\"c\"} 1 # {x=\"y\"} 0.5", "# HELP a x\n# TYPE a gauge\na 1\n# EOF\n", "a  1",
      "a{b=\"c\"}  1",
      "a{b=\"c\"}\t1", "a 1 ", "a 1\t", "a b 1", "a{a=\"\\", "a{a=\"\\\"", "\"a\" 1", "{\"a\" 1", "{\"a", "{",
    ])
  }

  @Test("is the same on 4,000 lines that may stand on one, or nearly")
  func generated() throws {
    var numbers = Numbers(state: 20_261_129)
    let names = ["a", "errors", "errors_total", "job:rate:1m", "_x", "Z9"]
    let labels = ["r", "region", "le", "a_b", "\"q.r\"", "\"with blank\""]
    let values = ["", "a", "eu west", "\\\\", "\\\"", "\\n", "\\a", "}", "{", ",", "=", "#", "é", "\\\\n", " x "]
    let figures = [
      "1", "0", "-1", "50", "3.5e2", "1e-7", "+Inf", "-Inf", "NaN", "0.1", "12345678901234567890", "5.", ".5",
    ]
    let blanks = ["", "", "", " ", "  ", "\t"]
    let faults = ["\"", "{", "}", ",", "=", "\\", "x", " ", "_", "1"]
    let pages = (0..<4_000).map { _ -> String in
      var pairs: [String] = []
      var left = labels
      for _ in 0..<numbers.next(4) {
        let label = left.remove(at: numbers.next(left.count))
        let value = (0..<numbers.next(4)).map { _ in numbers.pick(values) }.joined()
        pairs.append("\(label)\(numbers.pick(blanks))=\(numbers.pick(blanks))\"\(value)\"")
      }
      var name = numbers.pick(names)
      if numbers.next(5) == 0 {
        pairs.insert("\"\(name).x\"", at: numbers.next(pairs.count + 1))
        name = ""
      }
      let separator = "\(numbers.pick(blanks)),\(numbers.pick(blanks))"
      let tail = numbers.next(4) == 0 ? "," : ""
      var line = numbers.pick(blanks) + name
      if !pairs.isEmpty || numbers.next(3) == 0 {
        line += "\(numbers.pick(blanks)){\(numbers.pick(blanks))\(pairs.joined(separator: separator))"
        line += "\(pairs.isEmpty ? "" : tail)\(numbers.pick(blanks))}\(numbers.pick(blanks))"
      } else {
        line += " "
      }
      line += numbers.pick(figures)
      if numbers.next(4) == 0 { line += " 1700000000000" }
      // Nearly: one letter too many or too few inside of the labels.
      if numbers.next(3) == 0, let open = line.firstIndex(of: "{"), let close = line.lastIndex(of: "}"), open < close {
        let place = line.index(open, offsetBy: 1 + numbers.next(line.distance(from: open, to: close)))
        if numbers.next(2) == 0 {
          line.insert(contentsOf: numbers.pick(faults), at: place)
        } else {
          line.remove(at: place)
        }
      }
      return line
    }
    try Self.compare(pages)
  }
}

@Suite("A line of a page of metrics")
struct MetricsLineTests {
  private static func read(_ page: String, wanted: String = "errors") throws -> [PageSample] {
    try MetricsPage.samples(Array(page.utf8)) { $0 == wanted }
  }

  @Test(
    "is read wherever the format allows a blank",
    arguments: [
      #"errors{r="b"} 50"#, #"errors {r="b"} 50"#, #"  errors{r="b"} 50"#, "\terrors\t{\tr\t=\t\"b\"\t}\t50\t",
      #"errors{ r = "b" , } 50"#, #"{"errors", r="b"} 50"#, #"{ r="b" , "errors" } 50"#,
    ])
  func blanks(line: String) throws {
    #expect(try Self.read(line) == [PageSample(name: "errors", labels: ["r": "b"], value: 50)])
  }

  @Test("keeps a backslash that escapes nothing")
  func backslash() throws {
    #expect(try Self.read(#"errors{r="\a\\b\"c\n"} 1"#).first?.labels == ["r": "\\a\\b\"c\n"])
  }

  @Test(
    "that cannot be read and may be about a wanted metric makes the page a failure",
    arguments: [
      (#"errors{r="a" 4"#, "labels that do not end"), ("errors x", "no number"), ("errors", "no number"),
      (#"errors{r=a} 4"#, "without quotes"), ("errors 4 soon", "no time"), ("errors 4 5 6", "more than"),
      ("errors\u{a0}4", "does not begin"), ("{errors=4", "without quotes"), ("errors{} 0x10", "no number"),
      ("errors 1\nerrors 2", "second time"), (#"errors{r="a",r="b"} 1"#, "twice"),
      ("errors{\u{7}} 1", "cannot be read"),
    ])
  func failures(page: String, sentence: String) {
    #expect {
      try Self.read(page)
    } throws: { error in
      (error as? MetricsPage.Problem)?.sentence.contains(sentence) ?? false
    }
  }

  @Test("of another metric is passed over, whatever stands behind its name")
  func others() throws {
    #expect(try Self.read("other{ broken\nother x y z\nerrors 3\nerrors_total nonsense").map(\.value) == [3])
  }

  @Test("has its own time where one stands behind its value, in milliseconds, or in seconds in OpenMetrics")
  func times() throws {
    let instant = MeasuredTime.at(Instant(milliseconds: 1_700_000_000_500))
    #expect(try Self.read("errors 1 1700000000500").first?.at == instant)
    let seconds = try MetricsPage.samples(Array("errors 1 1700000000.5".utf8), times: .seconds) { _ in true }
    #expect(seconds.first?.at == instant)
    #expect(try Self.read("errors 1").first?.at == nil)
  }
}

/// One line of a `/metrics` page.
struct PageSample: Equatable, Sendable {
  var name: String
  var labels: [String: String]
  var value: Double
}

/// Reads the text format of Prometheus (0.0.4) and OpenMetrics, as far as samples go: comments, types, exemplars and
/// timestamps are passed over, since what counts is when we looked.
enum MetricsPage {
  /// The samples of some metrics, in the order of the page.
  ///
  /// - Parameters:
  ///   - bytes: the page.
  ///   - wanted: whether the samples of a name are wanted.
  /// - Returns: the samples; lines that cannot be read are left out.
  static func samples(_ bytes: [UInt8], wanted: (String) -> Bool) -> [PageSample] {
    var samples: [PageSample] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: " ") else { continue }
      let end = line.firstIndex { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard let end else { continue }
      let name = String(decoding: line[..<end], as: UTF8.self)
      guard wanted(name), let sample = sample(name, line[end...]) else { continue }
      samples.append(sample)
    }
    return samples
  }

  private static func sample(_ name: String, _ line: ArraySlice<UInt8>) -> PageSample? {
    var rest = line
    var labels: [String: String] = [:]
    if rest.first == UInt8(ascii: "{") {
      guard let read = self.labels(&rest) else { return nil }
      labels = read
    }
    let words = rest.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
    guard let text = words.first.map({ String(decoding: $0, as: UTF8.self) }), let value = Double(text) else {
      return nil
    }
    return PageSample(name: name, labels: labels, value: value)
  }

  /// Reads `{name="value",…}`, with `\\`, `\"` and `\n` in values.
  private static func labels(_ rest: inout ArraySlice<UInt8>) -> [String: String]? {
    rest.removeFirst()
    var labels: [String: String] = [:]
    while true {
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
      if rest.first == UInt8(ascii: "}") {
        rest.removeFirst()
        return labels
      }
      guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let name = String(decoding: rest[..<equals], as: UTF8.self)
      rest = rest[(equals + 1)...]
      guard rest.popFirst() == UInt8(ascii: "\""), let value = quoted(&rest) else { return nil }
      labels[name.trimmed] = value
    }
  }

  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String? {
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escaped = rest.popFirst() else { return nil }
      bytes.append(escaped == UInt8(ascii: "n") ? UInt8(ascii: "\n") : escaped)
    }
    return nil
  }
}

extension String {
  /// The text without spaces around it.
  fileprivate var trimmed: String {
    var slice = self[...]
    while slice.first == " " { slice.removeFirst() }
    while slice.last == " " { slice.removeLast() }
    return String(slice)
  }
}

internal import Glibc
internal import Quantities

/// The object with the outputs of a command: from the file that was named, or else the last line.
struct PrintedOutputs {
  /// The object; `nil` when there is none, or none that can be read.
  private(set) var object: JSON?
  /// Why what looks like outputs cannot be read, in one sentence without a full stop. Quotes keys only.
  private(set) var reason: String?
  /// Whether nothing was written to the file that was named.
  private(set) var isAbsent = false

  /// The largest file that is read, in bytes.
  static let fileLimit = 16 << 20

  /// Reads what a command answered before it ended.
  init(of command: ProcessCommand, _ output: ProcessOutput) {
    if let file = command.outputsFile {
      guard let content = bytes(ofFile: file, limit: Self.fileLimit + 1) else {
        isAbsent = true
        return
      }
      guard content.count <= Self.fileLimit else {
        reason = "the file with the outputs is longer than \(Self.fileLimit) bytes"
        return
      }
      read(content, from: "the file with the outputs", mustBeObject: true)
    } else if output.isLastLineCut {
      if Self.opensObject(output.lastLine) {
        reason = "the last line looks like a JSON object, and is longer than \(LineSplitter.limit) bytes"
      }
    } else if output.lastLine.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "}") {
      // Nothing else ends with a line that begins so.
      reason = "the last line is the end of an object that stands on several lines; outputs stand on one"
    } else {
      read(output.lastLine, from: "the last line", mustBeObject: false)
    }
  }

  private mutating func read(_ bytes: [UInt8], from source: String, mustBeObject: Bool) {
    do throws(JSONError) {
      let value = try JSON(parsing: bytes)
      if case .object = value { return object = value }
      if mustBeObject { reason = "\(source) is no JSON object" }
    } catch {
      guard mustBeObject || Self.opensObject(bytes) else { return }
      reason = "\(source) is no JSON: \(Self.fault(error, in: bytes))"
    }
  }

  /// Whether the first character is `{`, also after a byte order mark.
  private static func opensObject(_ bytes: [UInt8]) -> Bool {
    let rest = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
    return rest.first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: "{")
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// What is wrong, and at which byte, counted from 1.
  private static func fault(_ error: JSONError, in bytes: [UInt8]) -> String {
    if bytes.starts(with: byteOrderMark) { return "it begins with a byte order mark" }
    return "\(error.message), at byte \(error.offset + 1)"
  }
}

extension ProcessCommand {
  /// Takes away what this attempt or an earlier one wrote: it is no answer of the next.
  func discardOutputs() {
    if let file = outputsFile { unlink(file) }
  }
}

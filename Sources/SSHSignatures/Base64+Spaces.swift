internal import Quantities

extension Base64 {
  /// The bytes that a text stands for, as OpenSSH reads it: white space does not matter, the padding does.
  ///
  /// - Returns: `nil` when it is not Base64.
  static func bytes(withSpaces text: some Collection<UInt8>) -> [UInt8]? { bytes(text.filter { !isSpace($0) }) }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

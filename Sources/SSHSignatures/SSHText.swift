/// Bytes as text.
public enum SSHText {
  /// The Base64 of some bytes, with its padding.
  public static func base64(_ bytes: [UInt8]) -> String { Base64.encode(bytes) }

  /// The bytes that Base64 stands for; `nil` when it is none.
  public static func bytes(base64 text: String) -> [UInt8]? { Base64.decode(Array(text.utf8)) }
}

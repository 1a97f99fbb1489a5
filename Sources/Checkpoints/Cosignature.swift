/// What a witness signs: the checkpoint, and when it saw it (C2SP `tlog-cosignature`, Ed25519).
enum Cosignature {
  /// The message: a header, the time, and the checkpoint's text.
  static func message(_ text: String, at time: Int64) -> [UInt8] {
    Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
  }

  /// The time as it stands before the signature: eight bytes, the highest first.
  static func bytes(of time: Int64) -> [UInt8] {
    let number = UInt64(max(0, time))
    return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
  }

  /// The time and the signature; `nil` when these are not the bytes of a cosignature.
  static func parts(_ bytes: [UInt8]) -> (time: Int64, signature: [UInt8])? {
    guard bytes.count == 8 + Ed25519.signatureSize else { return nil }
    let number = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let time = Int64(exactly: number) else { return nil }
    return (time, Array(bytes.dropFirst(8)))
  }
}

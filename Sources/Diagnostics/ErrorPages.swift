/// What a finding means, why it matters, and how it is put right.
public struct ErrorPage: Equatable, Sendable {
  /// The code, such as `G104`.
  public let code: String
  /// The whole page: the bytes of `docs/errors/CODE.md`, which begins with `# CODE: `.
  public let markdown: String

  init(_ bytes: [UInt8]) {
    markdown = String(decoding: bytes, as: UTF8.self)
    code = String(markdown.dropFirst(2).prefix { $0 != ":" })
  }
}

/// The pages of all codes, for `sanderling explain`.
///
/// Their one source is `docs/errors`. `Pages` beside this file is a link to it, and the package manager puts each file
/// into the program, as bytes with a name made of the file's.
public enum ErrorPages {
  /// Every page, in the order of the codes.
  public static let all: [ErrorPage] = files(PackageResources.self).map(ErrorPage.init)

  /// The page of a code; `nil` when there is none.
  public static func page(_ code: String) -> ErrorPage? { all.first { $0.code == code } }

  private static func files(_ bytes: PackageResources.Type) -> [[UInt8]] {
    [
      bytes.G101_md, bytes.G102_md, bytes.G103_md, bytes.G104_md, bytes.G105_md, bytes.G106_md, bytes.G107_md,
      bytes.G108_md, bytes.G109_md, bytes.G110_md, bytes.G111_md, bytes.G112_md, bytes.G113_md, bytes.G114_md,
      bytes.G115_md, bytes.G116_md, bytes.G117_md, bytes.G118_md, bytes.G119_md, bytes.G120_md, bytes.G121_md,
      bytes.G122_md, bytes.G123_md, bytes.G124_md, bytes.G125_md, bytes.G126_md, bytes.G127_md, bytes.G128_md,
      bytes.G129_md, bytes.G130_md, bytes.G131_md, bytes.G132_md, bytes.G133_md, bytes.G134_md, bytes.G135_md,
      bytes.G136_md, bytes.G137_md, bytes.G138_md, bytes.G139_md, bytes.G140_md, bytes.G141_md, bytes.G142_md,
      bytes.G143_md, bytes.G144_md, bytes.G145_md, bytes.G146_md, bytes.G147_md, bytes.G148_md, bytes.G149_md,
      bytes.G150_md, bytes.G151_md, bytes.G152_md, bytes.G153_md, bytes.G154_md, bytes.G155_md, bytes.G156_md,
      bytes.G157_md, bytes.G158_md, bytes.G159_md, bytes.G160_md, bytes.G161_md, bytes.G162_md, bytes.G163_md,
      bytes.G164_md, bytes.G165_md, bytes.G166_md, bytes.G167_md, bytes.G168_md, bytes.G169_md, bytes.G170_md,
      bytes.G171_md, bytes.G172_md, bytes.G173_md, bytes.G174_md, bytes.G175_md, bytes.G176_md, bytes.G178_md,
      bytes.G180_md, bytes.G181_md, bytes.G182_md, bytes.G183_md, bytes.G184_md, bytes.G185_md, bytes.G186_md,
      bytes.G187_md, bytes.G188_md, bytes.G189_md, bytes.G190_md, bytes.G191_md, bytes.G192_md,
      bytes.G301_md, bytes.G302_md, bytes.G303_md, bytes.G304_md, bytes.G306_md, bytes.G307_md, bytes.G309_md,
      bytes.G310_md, bytes.G311_md, bytes.G312_md, bytes.G313_md, bytes.G314_md, bytes.G315_md, bytes.G316_md,
      bytes.G317_md, bytes.G318_md, bytes.G319_md,
      bytes.G320_md, bytes.G321_md, bytes.G322_md, bytes.G323_md, bytes.G324_md, bytes.G325_md, bytes.G326_md,
      bytes.G327_md, bytes.G328_md, bytes.G329_md,
      bytes.G401_md, bytes.G402_md, bytes.G403_md, bytes.G404_md, bytes.G405_md, bytes.G406_md, bytes.G407_md,
      bytes.G408_md, bytes.G409_md, bytes.G410_md, bytes.G411_md, bytes.G412_md, bytes.G413_md, bytes.G414_md,
      bytes.G415_md, bytes.G416_md, bytes.G417_md, bytes.G418_md,
      bytes.G511_md,
    ]
  }
}

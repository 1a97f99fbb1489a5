public import Diagnostics
internal import Quantities
public import Vocabularies

/// Reads runbooks. The module touches no file itself: whoever calls passes how to read and how to list.
public enum RunbookFile {
  /// Reads a runbook: a directory with `runbook.yaml`, `environments/*.yaml` and inventories, or a single `.yaml` file.
  ///
  /// All findings of all files are collected; nothing is thrown.
  ///
  /// - Parameters:
  ///   - path: the directory or the file, as the user gave it. Findings name files that way.
  ///   - adapters: what the adapters declare that the runbook can use.
  ///   - environment: the environment; `nil` checks all of them, and chooses one when there is exactly one.
  ///   - reading: the bytes of a file, at `path` joined with the name of the file.
  ///   - listing: the names of the files in a directory; empty when there is none.
  /// - Returns: what could be read, and all that is wrong with it.
  public static func load(
    path: String, adapters: [AdapterFacts], environment: String?, reading: (String) throws -> [UInt8],
    listing: (String) -> [String]
  ) -> LoadedRunbook {
    // The loader lives no longer than this call, so the closures need not escape.
    withoutActuallyEscaping(reading) { reading in
      withoutActuallyEscaping(listing) { listing in
        var loader = RunbookLoader(path: path, adapters: adapters, reading: reading, listing: listing)
        return loader.load(environment: environment)
      }
    }
  }
}

/// A runbook with everything that was found while reading it.
public struct LoadedRunbook: Sendable {
  /// The runbook; `nil` when there is an error among the findings.
  public var runbook: Runbook?
  /// The environment that was asked for, or the only one; `nil` when there are several, or an error.
  public var environment: Environment?
  /// The names of all environments, sorted.
  public var environmentNames: [String]
  /// What is wrong, in reading order.
  public var findings: [Finding]
  /// The text of each file that was read, by its name in findings.
  public var sources: [String: String]
}

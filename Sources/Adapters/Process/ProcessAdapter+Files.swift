internal import Glibc
public import Quantities

extension ProcessAdapter {
  /// The program and every word of the command that is the path of a file: a script that an interpreter reads says more
  /// of what happens than the interpreter. Words of a text for the shell count as far as spaces tell them apart.
  public func calledFiles(configuration: JSON, arguments: JSON, directory: String) -> [(name: String, path: String)] {
    let place = (arguments["directory"] ?? configuration["directory"])?.string
    let folder = place.map { absolute($0, from: directory) } ?? directory
    let words: [String]
    switch arguments["command"] ?? configuration["command"] ?? .null {
    case .array(let elements): words = elements.map { $0.string ?? "" }
    case .string(let text): words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    case .null, .bool, .integer, .decimal, .object: return []
    }
    var found: [(name: String, path: String)] = []
    for (number, word) in words.enumerated() where !word.isEmpty && !word.utf8.contains(0) {
      guard found.count < Self.mostFiles else { break }
      if found.contains(where: { $0.name == word }) { continue }
      let path = word.contains("/") || number > 0 ? absolute(word, from: folder) : inPath(word, from: folder)
      guard let path, isFile(path) else { continue }
      found.append((word, path))
    }
    return found
  }

  /// Says why a program could not be started, before it is needed.
  ///
  /// - Parameters:
  ///   - program: its name or path.
  ///   - directory: where it would be started, relative to `base`.
  ///   - base: the directory of the runbook.
  ///   - path: where programs are looked for, as PATH has it.
  /// - Returns: a sentence without a full stop; `nil` where it could be started.
  public func objection(
    to program: String, in directory: String, from base: String, path: String?
  ) -> String? {
    let folder = absolute(directory, from: absolute(base, from: "."))
    guard isDirectory(folder) else { return "there is no directory `\(folder)`" }
    do throws(ProcessCommand.Problem) {
      _ = try ProcessCommand.find(program, in: folder, path: path)
      return nil
    } catch { return error.sentence }
  }

  /// A command that names more files than that names data.
  private static let mostFiles = 16

  private func inPath(_ name: String, from folder: String) -> String? {
    (variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").lazy
      .map { absolute(name, from: absolute(String($0), from: folder)) }.first { access($0, X_OK) == 0 && isFile($0) }
  }

  private func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}

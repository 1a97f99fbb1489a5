public import Quantities

extension ProcessAdapter {
  /// Why a command could not begin on this machine: its directory or its program is not there.
  ///
  /// - Parameters:
  ///   - configuration: the provider's.
  ///   - arguments: the call's, which win.
  ///   - directory: where relative paths start.
  ///   - isOpen: whether a text has something in it that is known only later.
  /// - Returns: a sentence without a full stop; `nil` when both are there, and when they are not known yet.
  public func lacking(
    configuration: JSON, arguments: JSON, directory: String, isOpen: (String) -> Bool
  ) -> String? {
    let place = (arguments["directory"] ?? configuration["directory"])?.string
    if let place, isOpen(place) { return nil }
    let folder = place.map { absolute($0, from: directory) } ?? directory
    guard isDirectory(folder) else { return "there is no directory `\(folder)`" }
    let set = arguments["set"]?["PATH"] ?? configuration["set"]?["PATH"]
    guard case .array(let words)? = arguments["command"] ?? configuration["command"], let name = words.first?.string,
      !name.isEmpty, !isOpen(name), !name.utf8.contains(0), set == nil || set?.string != nil
    else { return nil }
    do throws(ProcessCommand.Problem) {
      _ = try ProcessCommand.find(name, in: folder, path: set?.string ?? variable("PATH"))
      return nil
    } catch {
      return error.sentence
    }
  }
}

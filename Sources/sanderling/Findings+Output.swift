import Diagnostics
import Operating
import Quantities
import Screens

extension StyleOptions {
  /// Writes findings in the form that fits the reader.
  ///
  /// - `output`: where to: where findings are the result, to standard output.
  func report(_ found: Found, to output: Output = .error) {
    if json {
      Output.standard.write(FindingsScreen.json(found.findings).canonicalText + "\n")
    } else if output.isTerminal {
      output.tell(
        FindingsScreen.text(
          found.findings, sources: found.sources, style: style(for: output), files: found.sources.count))
    } else {
      output.tell(FindingsScreen.lines(found.findings))
    }
  }

  /// Asks the desk, and writes what it found in the files before the refusal goes on.
  ///
  /// - Throws: ``Exit/files`` when errors in the files are the whole reason: they have said it themselves.
  func reporting<Answer>(_ ask: () throws -> Answer) throws -> Answer {
    do {
      return try ask()
    } catch let refusal as Refusal {
      if !refusal.found.findings.isEmpty { report(refusal.found) }
      if refusal.found.findings.hasErrors { throw Exit(refusal.kind) }
      throw refusal
    }
  }
}

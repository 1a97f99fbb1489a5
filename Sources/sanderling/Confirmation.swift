import Foundation
import Operating
import Records

/// A yes to what is not taken back by another command: asked for on a terminal, given by `--yes` elsewhere.
enum Confirmation {
  /// Asks.
  ///
  /// - Parameters:
  ///   - what: what will be done, behind `type r-1 to`: `roll back`.
  ///   - noun: what needs the yes: `a rollback`.
  ///   - run: the run that it is done to; its name is the answer.
  ///   - isGiven: whether it was given already.
  ///   - look: how one looks at it first, if one can.
  /// - Throws: ``Refusal`` for every other answer, and where there is nobody to ask.
  static func ask(
    to what: String, noun: String, of run: RegisteredRun, isGiven: Bool, look: String? = nil
  ) throws {
    if isGiven { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw Refusal(.usage, "\(noun) needs a yes", next: ["say --yes" + (look.map { ", or \($0)" } ?? "")])
    }
    Output.error.tell("type \(run.name) to \(what): ")
    guard readLine() == run.name else { throw Refusal(.usage, "nothing was changed") }
  }
}

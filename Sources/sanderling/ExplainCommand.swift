import ArgumentParser
import Diagnostics
import Operating

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain a finding, such as G104.")

  @Argument(help: "The code of a finding.", completion: .list(ErrorPages.all.map(\.code)))
  var code: String

  func run() throws {
    let wanted = code.uppercased()
    guard let page = ErrorPages.page(wanted) else {
      let nearest = Spelling.nearest(to: wanted, among: ErrorPages.all.map(\.code))
      throw Refusal(
        .usage, "there is no finding `\(code)`",
        next: nearest.map { ["sanderling explain \($0)"] } ?? ["codes look like G104; `validate` prints them"])
    }
    Output.standard.write(page.markdown)
  }
}

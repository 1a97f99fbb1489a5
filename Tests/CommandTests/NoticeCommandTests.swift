import Foundation
import Testing

/// Notices of the real program, to a receiver that writes down what it is told.
@Suite("A notice of the program")
struct NoticeCommandTests {
  private static let runbook = """
    sanderling: 1
    runbook: told
    notify: [ { on: [waves], uses: ops.tell } ]
    inventories: { sites: [ { id: a } ] }
    phases:
      - id: one
        stages:
          - { id: s, targets: sites, steps: [ { id: move, uses: noop, undo: none } ] }
          - { id: t, steps: [ { id: sign, uses: manual, with: { instruction: "Sign it." }, undo: none } ] }
    environment:
      providers: { shell: { adapter: process, shell: true } }
      operations:
        ops.tell:
          provider: shell
          with: { command: "cat >> told; if [ -e slow ]; then exec sleep 20; fi" }
          idempotency: natural
    """

  @Test("is told again by the next executor when the first one was killed before it knew that it arrived")
  func killed() throws {
    let program = try Program()
    try program.write("told.yaml", Self.runbook)
    try program.write("slow", "")
    let first = try program.start(["run", "told.yaml"])
    while !program.read("told").contains("wave_finished"), first.isRunning { usleep(20_000) }
    kill(first.processIdentifier, SIGKILL)
    first.waitUntilExit()
    #expect(program.read("told").split(separator: "\n").count == 1)
    try FileManager.default.removeItem(atPath: "\(program.directory)/slow")
    let second = try program.run("run", "told.yaml", "--until-blocked")
    #expect(second.status == 9, "\(second.out)\(second.err)")
    // The same event under the same identifier: whoever reads it knows that it is one.
    let told = program.read("told").split(separator: "\n")
    #expect(told.count == 2 && told.first == told.last, "\(told)")
    #expect(try program.run("run", "told.yaml", "--until-blocked").status == 9)
    #expect(program.read("told").split(separator: "\n").count == 2)
  }
}

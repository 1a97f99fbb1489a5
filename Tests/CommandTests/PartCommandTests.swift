import Foundation
import Testing

/// Runs of a few targets, as a person types them.
@Suite("A run of some targets")
struct PartCommandTests {
  private static let book = """
    sanderling: 1
    runbook: shops
    inventories: { shops: [ {id: a, region: eu}, {id: b, region: us}, {id: c, region: eu} ] }
    environment:
      providers: { sh: { adapter: process, shell: true } }
      operations:
        put: { provider: sh, with: { command: 'echo put ${target.id} >> ledger' }, idempotency: none }
        take: { provider: sh, with: { command: 'echo take ${target.id} >> ledger' }, idempotency: natural }
        look: { provider: sh, with: { command: 'test ! -f fail-${target.id}' }, idempotency: natural }
    phases:
      - id: p
        stages:
          - id: s
            targets: shops
            waves: { size: 3, concurrency: 1, tolerate: 2 }
            steps: [ { id: put, uses: put, UNDO }, { id: look, uses: look, undo: none } ]
    """

  private func program(undo: String) throws -> Program {
    let program = try Program()
    try program.write("book.yaml", Self.book.replacing("UNDO", with: undo))
    return program
  }

  @Test("begins the plan that `plan` shows, and what failed in it is begun anew by a run of those alone")
  func failedAgain() throws {
    let program = try program(undo: "undo: take")
    let shown = try program.run("plan", "book.yaml", "--only-first", "2")
    #expect(shown.out.contains("PART") && shown.out.contains("2 of 3 targets: the first 2"), "\(shown.out)\(shown.err)")
    #expect(shown.out.contains("sanderling run book.yaml --only-first 2"), "\(shown.out)")
    #expect(try program.run("plan", "book.yaml", "--only-first", "2", "--out", "two.plan").status == 0)
    try program.write("fail-b", "")
    let first = try program.run("run", "book.yaml", "--only-first", "2", "--plan", "two.plan")
    #expect(first.status == 0 && program.read("ledger") == "put a\nput b\ntake b\n", "\(first.err)")
    let repair = try program.run("plan", "book.yaml", "--only-failed-of", "r-1")
    #expect(repair.out.contains("1 of 3 targets: those that failed or were skipped in r-1"), "\(repair.out)")
    try FileManager.default.removeItem(atPath: "\(program.directory)/fail-b")
    let again = try program.run("run", "book.yaml", "--only-failed-of", "r-1")
    #expect(again.status == 0 && program.read("ledger") == "put a\nput b\ntake b\nput b\n", "\(again.err)")
    #expect(try program.run("history", "r-2").out.contains("1 of 3 targets"))
    let whole = try program.run("run", "book.yaml")
    #expect(whole.err.contains("r-1, r-2 did 2 of these 3 already, such as a"), "\(whole.err)")
    #expect(try program.run("run", "book.yaml", "--only-rest", "--only-where", "region=eu").status == 0)
    #expect(program.read("ledger") == "put a\nput b\ntake b\nput b\nput c\n")
  }

  @Test("that `run` would refuse is shown with the refusal, in each form, and without the command to begin it")
  func refused() throws {
    let program = try program(undo: "undo: take")
    #expect(try program.run("run", "book.yaml", "--only", "a").status == 0)
    for (names, why) in [("a", "r-1 did all of this already"), ("a,b", "r-1 did 1 of these 2 already, such as a")] {
      let shown = try program.run("plan", "book.yaml", "--only", names)
      #expect(shown.status == 0 && shown.out.contains("Refused   by `run` as the journal is now: \(why)"))
      #expect(!shown.out.contains("Next      sanderling run book.yaml --only \(names)\n"), "\(shown.out)")
      #expect(shown.out.contains("Next      sanderling run book.yaml --only \(names) --new   # to do it all again"))
      #expect(try program.run("run", "book.yaml", "--only", names).err.contains(why))
      for form in [["plan", "book.yaml", "--json"], ["report", "plan", "book.yaml", "--markdown"]] {
        let other = try program.run(form + ["--only", names])
        #expect(other.status == 0 && other.err.contains(": \(why)"), "\(form): \(other.err)")
      }
    }
    let fine = try program.run("plan", "book.yaml", "--only", "b")
    #expect(fine.out.contains("Next      sanderling run book.yaml --only b\n") && fine.err.isEmpty, "\(fine.out)")
    // What is open goes on, so it is not refused.
    try program.write("two.yaml", program.read("book.yaml").replacing("tolerate: 2", with: "tolerate: 0"))
    try program.write("fail-c", "")
    #expect(try program.run("run", "two.yaml", "--only", "c", "--until-blocked").status == 9)
    #expect(try !program.run("plan", "two.yaml", "--only", "c").out.contains("Refused"))
    let taken = try program.run("plan", "two.yaml", "--only", "b,c")
    #expect(taken.out.contains("Refused") && taken.out.contains("works on other targets"), "\(taken.out)")
  }

  @Test("is one with targets: an empty name is none, and does not mean all of them", arguments: ["", ",", "a,", ",a"])
  func empty(names: String) throws {
    let program = try program(undo: "undo: take")
    for command in ["plan", "run"] {
      let refused = try program.run(command, "book.yaml", "--only", names)
      #expect(refused.status == 2 && refused.err.contains("one of them is empty"), "\(refused.err)")
    }
    #expect(!program.has("journal.sqlite") && !program.has("ledger"))
  }

  @Test("is printed as it has to be typed: with its journal, parameters and targets")
  func printed() throws {
    let program = try program(undo: "undo: take")
    try program.write("set.yaml", "parameters: { mode: { type: string, default: dry } }")
    let book = program.read("book.yaml").replacing(
      "runbook: shops", with: "runbook: shops\nparameters: { mode: { type: string, default: dry } }")
    try program.write("my book.yaml", book)
    let shown = try program.run(
      "plan", "my book.yaml", "--journal", "other.sqlite", "--set", "mode=it is live", "--only", "a")
    let next = try #require(shown.out.split(separator: "\n").last { $0.contains("Next") })
    let command = next.drop { $0 != "s" }.trimmingCharacters(in: .whitespaces)
    #expect(
      command.hasPrefix("sanderling run --journal ") && command.contains("--set mode='it is live' --only a"),
      "\(command)")
    #expect(try program.shell("\(command.replacing("sanderling", with: Program.binary)) --yes > said 2>&1") == 0)
    #expect(program.has("other.sqlite") && !program.has("journal.sqlite") && program.read("ledger") == "put a\n")
    let again = try program.run(
      "run", "my book.yaml", "--journal", "other.sqlite", "--set", "mode=it is live", "--only", "a")
    #expect(again.err.contains("'my book.yaml' --set mode='it is live' --only a --new"), "\(again.err)")
  }

  @Test("of what is left can be had after a run was given up, and still does nothing unsafe twice")
  func aborted() throws {
    let program = try program(undo: "undo: take")
    try program.write("fail-a", "")
    try program.write("fail-b", "")
    try program.write("fail-c", "")
    #expect(try program.run("run", "book.yaml", "--until-blocked").status == 9)
    #expect(try program.run("abort", "--yes", "--reason", "given up").status == 0)
    #expect(try program.run("run", "r-1").status == 1)
    for name in ["a", "b", "c"] { try FileManager.default.removeItem(atPath: "\(program.directory)/fail-\(name)") }
    #expect(try program.run("run", "book.yaml").err.contains("that was the answer"))
    let failed = try program.run("run", "book.yaml", "--only-failed-of", "r-1", "--until-blocked")
    #expect(failed.status == 0, "\(failed.err)")
  }

  @Test("goes on where it was, and works beside another part")
  func twoOpen() throws {
    let program = try program(undo: "undo: take")
    try program.write("two.yaml", program.read("book.yaml").replacing("tolerate: 2", with: "tolerate: 0"))
    try program.write("fail-a", "")
    try program.write("fail-b", "")
    #expect(try program.run("run", "two.yaml", "--only", "a", "--until-blocked").status == 9)
    #expect(try program.run("run", "two.yaml", "--only", "c", "--new").status == 0)
    #expect(try program.run("run", "two.yaml", "--only", "b", "--new", "--until-blocked").status == 9)
    for (target, run) in [("a", "r-1"), ("b", "r-3")] {
      let again = try program.run("run", "two.yaml", "--only", target, "--until-blocked")
      #expect(again.status == 9 && again.err.contains("why \(run)") || again.err.contains("\(run) "), "\(again.err)")
    }
  }

  @Test("is done where all stages of it are, and what is left of it is no success")
  func halfDone() throws {
    let program = try program(undo: "undo: take")
    let note = """
      steps: [ { id: note, uses: noop, undo: none } ]
            - id: t
              targets: shops
              select: { from: all }
              waves: { size: 3, concurrency: 1, tolerate: 2 }
              steps: [ { id: put
      """
    let book = program.read("book.yaml").replacing("steps: [ { id: put", with: note)
    try program.write("book.yaml", book)
    try program.write("fail-b", "")
    #expect(try program.run("run", "book.yaml", "--only", "a,b").status == 0)
    let again = try program.run("run", "book.yaml", "--only", "b")
    #expect(again.status == 1 && again.err.contains("r-1 did some stages of these already"), "\(again.err)")
    let shown = try program.run("plan", "book.yaml", "--only-rest")
    #expect(shown.out.contains("2 of 3 targets") && shown.out.contains("1 live already"), "\(shown.out)")
  }

  @Test("is refused where a step may stand that is not known to be safe a second time, and says what to do")
  func stands() throws {
    let program = try program(undo: "irreversible: true")
    try program.write("fail-b", "")
    #expect(try program.run("run", "book.yaml").status == 0)
    try FileManager.default.removeItem(atPath: "\(program.directory)/fail-b")
    let refused = try program.run("run", "book.yaml", "--only-failed-of", "r-1")
    #expect(refused.status == 1, "\(refused.err)")
    #expect(refused.err.contains("p/s/1/b/put may stand since r-1"), "\(refused.err)")
    #expect(refused.err.contains("sanderling run book.yaml --only-failed-of r-1 --new"), "\(refused.err)")
    #expect(program.read("ledger") == "put a\nput b\nput c\n")
    #expect(try program.run("run", "book.yaml", "--only-failed-of", "r-1", "--new").status == 0)
    #expect(program.read("ledger") == "put a\nput b\nput c\nput b\n")
  }

  @Test("is not asked for beside a run that has its plan, nor together with what it is not")
  func usage() throws {
    let program = try program(undo: "undo: take")
    #expect(try program.run("run", "r-1", "--only", "a").err.contains("goes on with its recorded plan"))
    #expect(try program.run("run", "book.yaml", "--with", "p/s").status == 2)
    #expect(try program.run("run", "book.yaml", "--only-first", "0").status == 2)
    #expect(try program.run("plan", "book.yaml", "--only-rest", "--only-failed-of", "r-1").status == 2)
    #expect(!program.has("journal.sqlite"))
  }
}

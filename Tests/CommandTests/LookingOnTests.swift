import Foundation
import Testing

/// What can be seen of a run from another terminal than that of its executor.
@Suite("Somebody who looks on")
struct LookingOnTests {
  private static let book = """
    sanderling: 1
    runbook: seen
    inventories: { t: [ {id: good}, {id: bad}, {id: late} ] }
    environment:
      providers: { sh: { adapter: process, shell: true } }
      operations:
        go:
          provider: sh
          idempotency: natural
          with: { command: 'echo "hello ${target.id}"; printf "\\\\033[2J"; if [ ${target.id} = bad ] && [ ! -f mended ]; then exit 3; fi; [ ${target.id} != late ] || while [ ! -f go ]; do sleep 0.05; done' }
    phases:
      - id: p
        stages:
          - { id: s, targets: t, waves: { size: 3, concurrency: 2, tolerate: 1 }, steps: [ { id: go, uses: go, undo: none } ] }
    """

  @Test("sees events as they are recorded, reads what was printed, and has all that failed tried again")
  func whole() throws {
    let program = try Program()
    try program.write("book.yaml", Self.book)
    let executor = try program.start(["run", "book.yaml"])
    while try !program.run("why", "bad").out.contains("bad failed since") { usleep(50_000) }
    let out = "\(program.directory)/seen"
    try Data().write(to: URL(filePath: out))
    let watching = try program.start(["watch"], out: try #require(FileHandle(forWritingAtPath: out)))
    let logs = try program.run("logs", "bad")
    #expect(logs.status == 0 && logs.out.contains("── p/s/1/bad/go, ") && logs.out.contains("hello bad"), "\(logs.out)")
    #expect(!logs.out.contains("\u{1B}") && !logs.out.contains("hello good"))
    // It is at work: what it has printed so far is in no record yet.
    #expect(try program.run("logs", "late/go").out.hasPrefix("── p/s/1/late/go, at work\n"))
    #expect(try program.run("retry", "--reason", "the disk is mended").status == 2)
    try program.write("mended", "")
    let retried = try program.run("retry", "--failed", "--reason", "the disk is mended")
    #expect(retried.status == 0 && retried.err.contains("done: retry r-1 p/s/1/bad"), "\(retried.err)")
    #expect(try program.run("retry", "--failed", "--reason", "the disk is mended").err.contains("has failed"))
    try program.write("go", "")
    executor.waitUntilExit()
    watching.waitUntilExit()
    #expect(executor.terminationStatus == 0 && watching.terminationStatus == 0)
    let seen = program.read("seen")
    #expect(seen.contains("target_retried path=p/s/1/bad") && seen.contains("run_finished outcome=done"), "\(seen)")
    #expect(try program.run("watch", "r-1").status == 0)
    #expect(try program.run("watch", "r-7").status == 2)
  }

  @Test("follows all steps of a wave at once, each line with its step before it, and to the last line")
  func together() throws {
    let program = try Program()
    let command =
      #"'for n in 1 2; do echo "$n of ${target.id}"; while [ ! -f go-$n ]; do sleep 0.05; done; done; echo last'"#
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: together
      inventories: { t: [ {id: a}, {id: longer}, {id: c} ] }
      environment:
        providers: { sh: { adapter: process, shell: true } }
        operations: { go: { provider: sh, idempotency: natural, with: { command: \(command) } } }
      phases:
        - id: p
          stages:
            - { id: s, targets: t, waves: { size: 3, concurrency: 3, tolerate: 2 }, steps: [ { id: go, uses: go, undo: none } ] }
      """)
    let executor = try program.start(["run", "book.yaml"])
    while try !program.run("logs", "p/s/1").out.contains("1 of c") { usleep(50_000) }
    var followers: [Process] = []
    for (name, place) in [("wave", ["p/s/1"]), ("run", []), ("target", ["longer"])] {
      try Data().write(to: URL(filePath: "\(program.directory)/\(name)"))
      let out = try #require(FileHandle(forWritingAtPath: "\(program.directory)/\(name)"))
      followers.append(try program.start(["logs"] + place + ["-f"], out: out))
    }
    while !["wave", "run", "target"].allSatisfy({ program.read($0).contains("1 of longer") }) { usleep(50_000) }
    try program.write("go-1", "")
    while !program.read("wave").contains("2 of c") { usleep(50_000) }
    try program.write("go-2", "")
    executor.waitUntilExit()
    for follower in followers { follower.waitUntilExit() }
    #expect(executor.terminationStatus == 0 && followers.allSatisfy { $0.terminationStatus == 0 })
    for (file, above) in [("wave", ""), ("run", "p/s/1/")] {
      let lines = program.read(file).split(separator: "\n").map(String.init)
      for target in ["a", "longer", "c"] {
        let its = lines.filter { $0.hasPrefix("\(above)\(target)/go ") }
        #expect(its.map { $0.split(separator: "|")[1] } == [" 1 of \(target)", " 2 of \(target)", " last"], "\(lines)")
      }
    }
    #expect(program.read("target") == "── p/s/1/longer/go, at work\n1 of longer\n2 of longer\nlast\n")
  }

  @Test("is told which targets failed at the end, by the last line and by why")
  func failed() throws {
    let program = try Program()
    try program.write("book.yaml", Self.book)
    try program.write("go", "")
    let end = try program.run("run", "book.yaml")
    #expect(end.status == 0 && end.err.contains("1 failed within the budget (p/s/1/bad)"), "\(end.err)")
    #expect(try program.run("why").out.contains("failed: p/s/1/bad"))
  }
}

import Foundation
import Testing

/// Times and files as people write them on the command line, and terminals that cannot move a cursor.
@Suite("A reader's choice")
struct ReaderTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write("small.yaml", CommandTests.small)
  }

  @Test("of a time is read in every form in which one is printed")
  func since() throws {
    #expect(try program.run("run", "small.yaml").status == 0)
    let all = try program.run("history", "--events", "--zone", "Asia/Tokyo").out.split(separator: "\n")
    let form = #/(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?|\d+ \w{3} \d\d:\d\d(:\d\d)?)/#
    let printed = try #require(all[1].firstMatch(of: form)).1
    #expect(all[0].contains("TIME (Asia/Tokyo)"))
    let same = try program.run("history", "--since", String(printed), "--zone", "Asia/Tokyo")
    #expect(same.status == 0 && same.out.split(separator: "\n").count == all.count, "\(printed) \(same)")
    for time in ["1h", "2027-01-01", "2026-01-01 20:30", "2026-01-01T20:30:00Z", "2026-01-01T20:30:00+01:00"] {
      #expect(try program.run("history", "--since", time).status == 0, "\(time)")
    }
    let later = try program.run("history", "--since", "2190-01-01T00:00+01:00", "--csv").out
    #expect(later.split(whereSeparator: \.isNewline).count == 1)
    for wrong in ["yesterday", "25:00", "2026-13-01", "2026-01-01T20:30:00+1"] {
      let result = try program.run("history", "--since", wrong)
      #expect(result.status == 2 && result.err.contains("is no time"), "\(wrong)")
    }
  }

  @Test("of a zone holds everywhere, and UTC has one name")
  func zones() throws {
    #expect(try program.run("run", "small.yaml").status == 0)
    #expect(try program.run("history", environment: ["TZ": "Etc/UTC"]).out.contains("times in UTC,"))
    #expect(try program.run("history", environment: ["TZ": "Asia/Tokyo"]).out.contains("times in Asia/Tokyo,"))
    #expect(try program.run("history", "--utc", environment: ["TZ": "Asia/Tokyo"]).out.contains("times in UTC,"))
    #expect(try program.run("history", "--zone", "Mars/Olympus").status == 2)
    #expect(try program.run("status", "--all", "--utc").status == 0)
    #expect(try program.run("why", "r-1", "--zone", "Europe/Lisbon").status == 0)
  }

  @Test(
    "of a terminal without a cursor gets plain lines",
    .enabled(if: Program.hasPython, "python3 is not installed"),
    arguments: [("dumb", ""), ("", ""), ("xterm", "--plain")])
  func plain(kind: String, option: String) throws {
    let run = ["run", "small.yaml", "--yes"] + (option.isEmpty ? [] : [option])
    let seen = try program.onTerminal(run, environment: ["TERM": kind])
    #expect(seen.status == 0 && seen.said.contains("run_finished outcome=done"), "\(seen)")
    #expect(!seen.said.contains("\u{1B}"))
  }

  @Test("of a file to write never replaces what is no file, and leaves a link a link")
  func files() throws {
    let things = "mkfifo pipe; ln -s nowhere dangling; echo untouched > real; ln -s real link; mkdir folder"
    #expect(try program.shell(things) == 0)
    for name in ["/dev/null", "pipe", "dangling", "folder", "/dev/stdout", ""] {
      let result = try program.run("plan", "small.yaml", "--out", name)
      #expect(result.status == 2, "\(name): \(result.err)")
    }
    #expect(try program.shell("test -c /dev/null && test -p pipe && test -L dangling && test ! -e nowhere") == 0)
    #expect(try program.run("plan", "small.yaml", "--out", "link").status == 0)
    #expect(try program.shell("test -L link && ! grep -q untouched real") == 0)
    #expect(try program.run("report", "plan", "small.yaml", "--html", "/dev/null").status == 2)
  }

  @Test("of no directory for a new runbook is refused")
  func nameless() throws {
    for name in ["", " "] {
      let result = try program.run("init", name)
      #expect(result.status == 2 && result.err.contains("nothing was written"))
    }
  }
}

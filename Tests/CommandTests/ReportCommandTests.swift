import Foundation
import Testing

@Suite("Reports")
struct ReportCommandTests {
  @Test("a run becomes a page and Markdown, and the page is the same when it is made again")
  func run() throws {
    let program = try Program()
    try program.write("small.yaml", CommandTests.small)
    #expect(try program.run("run", "small.yaml").status == 0)
    let made = try program.run("report", "r-1", "--html", "run.html")
    #expect(made.status == 0 && made.out.isEmpty && made.err == "written: run.html\n")
    let page = program.read("run.html")
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("3 of 3 targets done") && page.contains("log entries"))
    #expect(try program.run("report", "r-1", "--html", "again.html").status == 0)
    #expect(program.read("again.html") == page)
    let markdown = try program.run("report", "r-1")
    #expect(markdown.status == 0 && markdown.out.hasPrefix("# small, inline: r-1\n"))
    #expect(try program.run("report", "r-9").status != 0)
    #expect(try program.run("report", "r-1", "--html", "none/run.html").status == 1)
    #expect(try program.run("report", "r-1", "--html", "a", "--markdown").status == 2)
  }

  @Test("a plan becomes a page, Markdown, a calendar and a diagram, and a changed one says what changed")
  func plan() throws {
    let program = try Program()
    try program.write("small.yaml", "starts: 2027-03-01\n" + CommandTests.small)
    let kept = try program.run("plan", "small.yaml", "--out", "kept.plan")
    #expect(kept.status == 0, "\(kept.err)")
    try program.write(
      "small.yaml", "starts: 2027-03-01\n" + CommandTests.small.replacing("tolerate: 1", with: "tolerate: 2"))
    #expect(try program.run("report", "plan", "small.yaml", "--diff", "kept.plan", "--html", "p.html").status == 0)
    let page = program.read("p.html")
    #expect(page.contains(">GREW</td>") && page.contains("echo a &gt;&gt; done"))
    #expect(try program.run("report", "plan", "small.yaml").out.hasPrefix("# small, inline: plan "))
    #expect(try program.run("report", "plan", "small.yaml", "--mermaid").out.hasPrefix("flowchart LR\n"))
    #expect(try program.run("report", "plan", "small.yaml", "--ics", "p.ics").status == 0)
    let calendar = program.read("p.ics")
    #expect(calendar.contains("DTSTART:20270301T000000Z\r\n") && calendar.contains("SEQUENCE:0\r\n"))
    try program.write("small.yaml", "starts: 2027-03-08\n" + CommandTests.small)
    #expect(try program.run("report", "plan", "small.yaml", "--ics", "p.ics").status == 0)
    let moved = program.read("p.ics")
    #expect(moved.contains("DTSTART:20270308T000000Z\r\n") && !moved.contains("SEQUENCE:0\r\n"))
    #expect(try program.run("report", "plan", "small.yaml", "--mermaid", "--markdown").status == 2)
  }
}

import Foundation
import Testing

/// `./install`: what it puts where, and that it takes away exactly that.
@Suite("The installation")
struct InstallTests {
  let program: Program

  init() throws { program = try Program() }

  private func install(_ words: String) throws -> Int32 {
    try program.shell("'\(Program.repository)/install' \(words) > out 2> err")
  }

  @Test("puts the program with manual, completions and schemas below a prefix, and removes nothing else")
  func whole() throws {
    let put = "--program '\(Program.binary)' prefix"
    #expect(try install(put) == 0, "\(program.read("err"))")
    for path in [
      "bin/sanderling", "share/man/man1/sanderling-run.1", "share/man/man5/sanderling-runbook.5",
      "share/bash-completion/completions/sanderling", "share/zsh/site-functions/_sanderling",
      "share/fish/vendor_completions.d/sanderling.fish", "share/sanderling/schema/runbook.schema.json",
      "share/doc/sanderling/operations.md", "share/doc/sanderling/LICENSE",
    ] { #expect(program.has("prefix/\(path)"), "\(path)") }
    #expect(try program.shell("prefix/bin/sanderling --version > version") == 0)
    #expect(program.read("version") == "\(try program.run("--version").out)")
    try program.write("prefix/share/man/man1/other.1", "of somebody else")
    try program.write("prefix/share/sanderling/mine", "of somebody else")
    // Again: a file of the first time that is no more goes.
    try program.write("prefix/share/sanderling/old", "of an older version")
    #expect(try program.shell("echo share/sanderling/old >> prefix/share/sanderling/installed") == 0)
    #expect(try install(put) == 0, "\(program.read("err"))")
    #expect(!program.has("prefix/share/sanderling/old"))
    #expect(try install("--remove prefix") == 0)
    #expect(try program.shell("find prefix -type f | sort > left") == 0)
    #expect(program.read("left") == "prefix/share/man/man1/other.1\nprefix/share/sanderling/mine\n")
    #expect(try install("--remove prefix") == 1)
  }

  @Test("puts pages there that lead to nothing that is not there")
  func links() throws {
    #expect(try install("--program '\(Program.binary)' prefix") == 0, "\(program.read("err"))")
    let doc = URL(filePath: "\(program.directory)/prefix/share/doc/sanderling")
    let files = FileManager.default.enumerator(at: doc, includingPropertiesForKeys: nil)
    var count = 0
    for case let page as URL in try #require(files) where page.pathExtension == "md" {
      let text = try String(contentsOf: page, encoding: .utf8)
      for link in text.matches(of: #/\]\(([^()#:\s]+)(#[^()\s]*)?\)/#).map({ String($0.1) }) {
        let file = page.deletingLastPathComponent().appending(path: link).standardizedFileURL
        #expect(FileManager.default.fileExists(atPath: file.path), "\(page.lastPathComponent) leads to \(link)")
        count += 1
      }
    }
    #expect(count > 20)
  }

  @Test("leaves what somebody else put there, and says so")
  func foreign() throws {
    try program.write("prefix/bin/sanderling", "another one")
    #expect(try install("--program '\(Program.binary)' prefix") == 1)
    #expect(program.read("err").contains("./install did not put it there"))
    #expect(program.read("prefix/bin/sanderling") == "another one")
    #expect(!program.has("prefix/share"))
  }

  @Test("is refused without a place, with two, and with a list that leads elsewhere")
  func refused() throws {
    #expect(try install("") == 2)
    #expect(try install("''") == 2)
    #expect(try install("a b") == 2)
    #expect(try install("--nonsense a") == 2)
    try program.write("prefix/share/sanderling/installed", "../outside\n")
    try program.write("outside", "kept")
    #expect(try install("--remove prefix") == 1)
    #expect(program.read("outside") == "kept")
  }
}

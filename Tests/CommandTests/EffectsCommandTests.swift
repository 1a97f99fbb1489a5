import Foundation
import Testing

@Suite("The program and the world")
struct EffectsCommandTests {
  @Test("does not take back a step that was refused, and what it takes back stands in log and history")
  func refused() throws {
    let program = try Program()
    try program.write("shared/customers/data", "ten years")
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: create-customers
      phases:
        - id: p
          stages:
            - id: s
              steps: [ { id: before, uses: do, undo: take-back }, { id: create, uses: db.create, undo: db.drop } ]
      environment:
        operations:
          do: { provider: process, with: { command: [ touch, did ] } }
          take-back: { provider: process, with: { command: [ rm, did ] } }
          db.create: { provider: process, with: { command: [ mkdir, shared/customers ] } }
          db.drop: { provider: process, with: { command: [ rm, -rf, shared/customers ] } }
      """)
    let result = try program.run("run", "book.yaml", "--until-blocked")
    #expect(program.read("shared/customers/data") == "ten years" && !program.has("did"))
    #expect(result.out.contains("undo_succeeded path=p/s/1/-/before"), "\(result.out)")
    #expect(!result.out.contains("undo_succeeded path=p/s/1/-/create"))
    #expect(try program.run("history").out.contains("failed, undone alone: before"))
  }

  @Test("says why a step that missed an output failed: what the earlier one printed")
  func unread() throws {
    let program = try Program()
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: nearly
      phases:
        - id: p
          stages:
            - id: s
              steps:
                - { id: one, uses: make, undo: unmake }
                - { id: two, uses: use, with: { id: "${steps.one.outputs.id}" }, undo: use }
      environment:
        operations:
          make: { provider: process, with: { command: [ echo, '{"id": "x", "load": NaN}' ] } }
          unmake: { provider: process, with: { command: [ touch, unmade ] } }
          use: { provider: process, with: { command: [ touch, "used-${with.id}" ] } }
      """)
    let result = try program.run("run", "book.yaml", "--until-blocked")
    let reason = "the last line is no JSON: no JSON value starts like this, at byte 21"
    #expect(
      result.out.contains("step_failed") && result.out.contains("what step `one` answered could not be read: \(reason)")
    )
    #expect(program.has("unmade") && !result.out.contains("undo_blocked"), "\(result.out)")
  }

  @Test("names everything that waits for a person, first what stops most")
  func why() throws {
    let program = try Program()
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: blocked-undo
      phases:
        - id: p
          stages:
            - id: s
              steps: [ { id: one, uses: make, undo: unmake }, { id: two, uses: fail, undo: none } ]
      environment:
        operations:
          make: { provider: process, with: { command: [ "true" ] } }
          unmake: { provider: process, with: { command: [ "false" ] } }
          fail: { provider: process, with: { command: [ "false" ] } }
      """)
    try program.run("run", "book.yaml", "--until-blocked")
    let why = try program.run("why").out
    #expect(why.split(separator: "\n")[0].contains("the undo of p/s/1/-/one failed for good: exit 1"), "\(why)")
    #expect(why.contains("1 target failed, and `tolerate` for the wave is 0"))
    for command in ["retry p/s/1/-/one", "resolve p/s/1/-/one --as succeeded", "skip p/s/1/-/one"] {
      #expect(why.contains("sanderling \(command)"), "\(command)")
    }
    #expect(!why.contains("at work"))
  }

  @Test("lets a person end a wait, and does not call a target done that was skipped")
  func waits() throws {
    let program = try Program()
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: later
      inventories: { t: [ { id: a }, { id: b } ] }
      phases:
        - id: p
          stages:
            - { id: s, targets: t, waves: { tolerate: 1 }, steps: [ { id: one, uses: ask, undo: none } ] }
      environment:
        operations:
          ask:
            provider: process
            with:
              command: [ sh, -c, '[ $1 = b ] || { echo asked >> asked; echo {\\"retry_after\\": 31000000}; exit 75; }', x, "${target.id}" ]
      """)
    try program.run("run", "book.yaml", "--until-blocked")
    #expect(try program.run("retry", "a", "--reason", "it is free").status == 0)
    try program.run("run", "r-1", "--until-blocked")
    #expect(program.read("asked") == "asked\nasked\n")
    #expect(try program.run("skip", "a", "--yes", "--reason", "cannot wait").status == 0)
    let over = try program.run("run", "r-1", "--until-blocked")
    #expect(
      over.status == 0 && over.err.contains("1 of 2 targets done") && over.err.contains("1 skipped"), "\(over.err)")
    let why = try program.run("why", "r-1", "p/s/1/a").out
    #expect(why.contains("skipped") && !why.contains("is done"), "\(why)")
  }

  /// Refuses to connect to `refused`, drops what is for `opened` after it has said yes, and says nothing to others.
  private static let proxy = #"""
    import http.server, os
    class H(http.server.BaseHTTPRequestHandler):
        def log_message(self, *a): pass
        def do_CONNECT(self):
            open("requests", "a").write(self.path + "\n")
            if self.path.startswith("refused"): self.send_response(503); self.end_headers()
            elif self.path.startswith("opened"): self.send_response(200); self.end_headers()
            self.close_connection = True
    s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
    print(s.server_address[1], os.getpid(), flush=True)
    s.serve_forever()
    """#

  @Test(
    "knows that nothing was sent to a server that no proxy led to: it is tried again, and nobody is asked",
    .enabled(if: Program.hasPython, "there is no python3 to be a proxy"), arguments: ["refused", "opened", "silent"])
  func proxy(host: String) throws {
    let program = try Program()
    try program.write("proxy.py", Self.proxy)
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: refused-by-the-proxy
      phases:
        - id: p
          stages:
            - id: s
              steps: [ { id: one, uses: ask, undo: none, retry: { attempts: 2, wait: 0s..0s } } ]
      environment:
        providers: { srv: { adapter: http, base: "https://\(host).invalid" } }
        operations: { ask: { provider: srv, idempotency: none, with: { method: POST, url: /ok } } }
      """)
    let status = try program.shell(
      """
      python3 proxy.py > port &
      until [ -s port ]; do sleep 0.05; done
      read port proxy < port
      https_proxy="http://127.0.0.1:$port" '\(Program.binary)' run book.yaml --until-blocked --journal j.sqlite \\
        > out 2>&1
      code=$?
      kill -9 $proxy
      exit $code
      """)
    let out = program.read("out")
    #expect(status == 9 && out.contains("not sent: "), "\(out)")
    #expect(!out.contains("step_parked") && !out.contains("in_doubt"), "\(out)")
    #expect(program.read("requests").split(separator: "\n") == ["\(host).invalid:443", "\(host).invalid:443"])
  }

  @Test("names a secret that was forgotten before it begins, and goes on with it")
  func secret() throws {
    let program = try Program()
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: forgotten-export
      phases: [ { id: p, stages: [ { id: s, steps: [ { id: make, uses: make, undo: none }, { id: use, uses: use, undo: none } ] } ] } ]
      environment:
        operations:
          make: { provider: process, with: { command: [ touch, made ] } }
          use: { provider: process, with: { command: [ touch, used ], set: { TOKEN: { secret: env:NO_SUCH_TOKEN } } } }
      """)
    #expect(try program.run("plan", "book.yaml").out.contains("G316"))
    let refused = try program.run("run", "book.yaml", "--until-blocked")
    #expect(refused.status == 1 && refused.err.contains("`NO_SUCH_TOKEN`, used by p/s/use"), "\(refused.err)")
    #expect(!program.has("made"))
    let run = try program.run("run", "book.yaml", "--until-blocked", environment: ["NO_SUCH_TOKEN": "abcd-1234"])
    #expect(run.status == 0 && program.has("used"), "\(run.err)")
  }
}

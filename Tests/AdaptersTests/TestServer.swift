import Foundation
import Testing

/// A real HTTP server in Python, on a port that the kernel chooses. It ends when its standard input does.
final class TestServer: Sendable {
  let base: String
  private let process: Process
  private let input: Pipe

  /// Whether there is a Python to run it.
  static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") || find() != nil

  private static func find() -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  init() throws {
    process = Process()
    process.executableURL = URL(filePath: Self.find() ?? "/usr/bin/python3")
    process.arguments = ["-c", Self.script]
    input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let byte = output.fileHandleForReading.readData(ofLength: 1)
      if byte.isEmpty { break }
      line += byte
    }
    base = "http://127.0.0.1:" + String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.terminate()
  }

  /// `/status/N?name=value` answers N with headers; `/echo` tells what came; `/hang` never answers; `/drop` closes;
  /// `/raw/HEX` answers with these bytes.
  private static let script = #"""
    import http.server, json, os, sys, threading, time, urllib.parse
    seen = {}
    class H(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *a): pass
        def answer(self, status, body=b"", headers={}):
            self.send_response(status)
            for k, v in headers.items(): self.send_header(k, v)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD": self.wfile.write(body)
        def handle_any(self):
            n = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(n)
            url = urllib.parse.urlsplit(self.path)
            q = dict(urllib.parse.parse_qsl(url.query))
            text = q.pop("body", "").encode()
            kind = url.path.split("/")[1]
            seen[kind] = seen.get(kind, 0) + 1
            if kind == "status": self.answer(int(url.path.split("/")[2]), text, q)
            elif kind == "echo":
                said = {"method": self.command, "path": self.path, "body": body.decode(),
                        "headers": {k.lower(): v for k, v in self.headers.items()}}
                self.answer(200, json.dumps(said).encode(), {"Content-Type": "application/json"})
            elif kind == "hang": print("hang", flush=True); time.sleep(60)
            elif kind == "drop": self.close_connection = True
            elif kind == "raw":
                self.wfile.write(bytes.fromhex(url.path.split("/")[2]))
                self.close_connection = True
            elif kind == "seen": self.answer(200, json.dumps(seen).encode())
            elif kind == "big": self.answer(200, b"x" * 1000000)
            elif kind == "redirect": self.answer(302, b"", {"Location": "/status/200?body=there"})
            else: self.answer(404, b"nothing here")
        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_any
    class S(http.server.ThreadingHTTPServer):
        request_queue_size = 256
        def handle_error(self, *a): pass
    s = S(("127.0.0.1", 0), H)
    s.daemon_threads = True
    print(s.server_address[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    s.serve_forever()
    """#
}

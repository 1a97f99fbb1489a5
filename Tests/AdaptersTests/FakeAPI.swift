import Foundation
import Synchronization

/// A server that answers every request with one body, or with another where its path has a word in it, and remembers
/// what was asked last.
final class FakeAPI: Sendable {
  let base: String
  private let process: Process
  private let output: Pipe
  private let input = Pipe()
  private let path = Mutex("")

  init(_ body: String, status: Int = 200, where word: String = "", then other: String = "") throws {
    process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.script, body, word, other, String(status)]
    output = Pipe()
    process.standardOutput = output
    process.standardInput = input
    process.standardError = FileHandle.nullDevice
    try process.run()
    base = "http://127.0.0.1:" + Self.line(output)
  }

  // It ends when its standard input does: a signal would only reach a wrapper around it.
  deinit { try? input.fileHandleForWriting.close() }

  /// The path of the newest request; waits until there was one.
  var lastPath: String {
    path.withLock { path in
      if path.isEmpty { path = Self.line(output) }
      return path
    }
  }

  private static func line(_ pipe: Pipe) -> String {
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let byte = pipe.fileHandleForReading.readData(ofLength: 1)
      if byte.isEmpty { break }
      line += byte
    }
    return String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static let script = #"""
    import http.server, os, sys, threading
    class H(http.server.BaseHTTPRequestHandler):
        def log_message(self, *a): pass
        def do_GET(self):
            print(self.path, flush=True)
            body, word, other = sys.argv[1:4]
            body = (other if word and word in self.path else body).encode()
            self.send_response(int(sys.argv[4]))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
    s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
    print(s.server_address[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    s.serve_forever()
    """#
}

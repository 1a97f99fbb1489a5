"""What the two servers share: JSON in, JSON out, one thread per connection."""

import json
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import daemons
from common import settings

LARGEST_BODY = 65536


class Refusal(Exception):
    """An answer other than 200."""

    def __init__(self, status, text, **headers):
        super().__init__(text)
        self.status, self.headers = status, headers


class Handler(BaseHTTPRequestHandler):
    """Calls `get(path)` or `post(path, body)` of a subclass; what they return is the answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60

    def do_GET(self):
        self.reply(lambda: self.get(self.path))

    def do_POST(self):
        self.reply(lambda: self.post(self.path, self.body()))

    def get(self, path):
        raise Refusal(404, f"nothing at {path}")

    def post(self, path, body):
        raise Refusal(404, f"nothing at {path}")

    def body(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            raise Refusal(413 if length.isdigit() else 411, f"a body of at most {LARGEST_BODY} bytes is needed")
        try:
            value = json.loads(self.rfile.read(int(length)))
        except ValueError:
            raise Refusal(400, "the body is not JSON") from None
        if not isinstance(value, dict):
            raise Refusal(400, "the body is not a JSON object")
        return value

    def reply(self, work):
        headers, status = {}, 200
        try:
            value = work()
        except Refusal as refusal:
            status, headers, value = refusal.status, refusal.headers, {"error": str(refusal)}
        except Exception as error:  # an answer in any case; the log has the rest
            print(f"{self.command} {self.path}: {error!r}", file=sys.stderr, flush=True)
            status, value = 500, {"error": "this server has a fault; see its log"}
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        data = text.encode()
        self.send_response(status)
        plain = "text/plain; version=0.0.4; charset=utf-8"
        self.send_header("Content-Type", plain if isinstance(value, str) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, header in headers.items():
            self.send_header(name.replace("_", "-"), str(header))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(name, handler):
    """Takes the port, says so in the pid file, and serves until TERM."""
    port = settings()["ports"][name]
    try:
        server = Server(("127.0.0.1", port), handler)
    except OSError as error:
        sys.exit(f"port {port} for `{name}`: {error.strerror}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    daemons.announce(name)
    server.serve_forever(poll_interval=60)

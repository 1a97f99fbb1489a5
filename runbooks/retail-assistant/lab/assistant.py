"""The inventory assistant of one place: finds the document that answers a question about one store.

    python3 assistant.py NAME [IMAGE]

`GET /health`, `GET /metrics`, `POST /ask {store, question}` with the place's key as bearer token.
"""

import hmac
import re
import sqlite3
import sys
import threading
import time

import web
from common import Problem, connect, place

NAME = sys.argv[1] if len(sys.argv) > 1 else "poc"
IMAGE = sys.argv[2] if len(sys.argv) > 2 else "assistant:poc"
STOP_WORDS = set("a an and are at can do does for how i in is it me my of on the there to what when where you".split())
BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]


class Numbers:
    """Counts for `/metrics`."""

    def __init__(self):
        self.lock, self.answered, self.failed, self.seconds = threading.Lock(), 0, 0, 0.0
        self.buckets = [0] * len(BUCKETS)

    def add(self, seconds, good):
        with self.lock:
            self.answered += good
            self.failed += not good
            self.seconds += seconds
            self.buckets = [n + (seconds <= limit) for n, limit in zip(self.buckets, BUCKETS)]

    def text(self):
        with self.lock:
            total = self.answered + self.failed
            lines = ["# TYPE assistant_answers_total counter"]
            lines += [f'assistant_answers_total{{place="{NAME}",outcome="answered"}} {self.answered}']
            lines += [f'assistant_answers_total{{place="{NAME}",outcome="failed"}} {self.failed}']
            lines += ["# TYPE assistant_answer_seconds histogram"]
            for limit, count in [*zip(BUCKETS, self.buckets), ("+Inf", total)]:
                lines += [f'assistant_answer_seconds_bucket{{place="{NAME}",le="{limit}"}} {count}']
            lines += [f'assistant_answer_seconds_sum{{place="{NAME}"}} {self.seconds:.6f}']
            lines += [f'assistant_answer_seconds_count{{place="{NAME}"}} {total}', ""]
            return "\n".join(lines)


NUMBERS = Numbers()


class Assistant(web.Handler):
    def get(self, path):
        if path == "/health":
            documents = self.query("SELECT count(*) FROM documents")[0][0]
            return {"status": "ok", "region": NAME, "image": IMAGE, "documents": documents}
        if path == "/metrics":
            return NUMBERS.text()
        return super().get(path)

    def post(self, path, body):
        if path != "/ask":
            return super().post(path, body)
        self.check_key()
        began = time.perf_counter()
        try:
            document, title, text = self.find(str(body.get("store", "")), str(body.get("question", "")))
        except web.Refusal:
            NUMBERS.add(time.perf_counter() - began, good=False)
            raise
        took = time.perf_counter() - began
        NUMBERS.add(took, good=True)
        return {
            "answer": text, "title": title, "document": document, "store": body["store"], "region": NAME,
            "took_ms": round(took * 1000, 2),
        }

    def find(self, store, question):
        """The best document by BM25 among those of the store; a hit in the title weighs four times."""
        words = [word for word in re.findall(r"\w+", question.lower()) if word not in STOP_WORDS]
        if not words or not re.fullmatch(r"[a-z]{3}-\d{3}", store):
            raise web.Refusal(400, "a store and a question are needed")
        wanted = " OR ".join(f'"{word}"' for word in words[:30])
        found = self.query(
            """SELECT documents.id, documents.title, documents.body FROM words
               JOIN documents ON documents.rowid = words.rowid
               WHERE words MATCH ? ORDER BY bm25(words, 0, 4, 1), documents.id LIMIT 1""",
            f'store : "{store}" AND {{title body}} : ({wanted})',
        )
        if not found:
            raise web.Refusal(404, f"nothing is known about this in {store}")
        return found[0]

    def query(self, text, *values):
        try:
            connection = connect(NAME, readonly=True)
            try:
                return connection.execute(text, values).fetchall()
            finally:
                connection.close()
        except (Problem, sqlite3.OperationalError) as error:
            raise web.Refusal(503, f"no documents: {error}", Retry_After=1) from None

    def check_key(self):
        try:
            with open(place("keys", f"{NAME}.key"), encoding="utf-8") as file:
                key = file.read().strip()
        except OSError:
            raise web.Refusal(503, f"the key of {NAME} is missing", Retry_After=1) from None
        if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), f"Bearer {key}".encode()):
            raise web.Refusal(401, "wrong key")


if __name__ == "__main__":
    web.serve(NAME, Assistant)

"""The inventory assistant of one place: finds the document that answers a question about one store.

    python3 assistant.py NAME [IMAGE]

`GET /health`, `GET /metrics`, `POST /ask {store, question}` with the place's key as bearer token. A question without a
store is a canary: it is answered when the documents can be read. `X-Weight` says for how many real questions one stands;
only questions that have it are customers', and only those meet the faults of `fault.py`.
"""

import hmac
import re
import sqlite3
import sys
import time

import fault
import web
from common import Problem, connect, place
from fault import Faults
from numbers_page import Numbers

NAME = sys.argv[1] if len(sys.argv) > 1 else "poc"
IMAGE = sys.argv[2] if len(sys.argv) > 2 else "assistant:poc"
STOP_WORDS = set("a an and are at can do does for how i in is it me my of on the there to what when where you".split())
NUMBERS, FAULTS = Numbers(NAME), Faults(NAME)


class Assistant(web.Handler):
    def get(self, path):
        if path == "/health":
            documents = self.query("SELECT count(*) FROM documents")[0][0]
            return {"status": "ok", "region": NAME, "image": IMAGE, "documents": documents}
        if path == "/metrics":
            return NUMBERS.page()
        return super().get(path)

    def post(self, path, body):
        if path != "/ask":
            return super().post(path, body)
        self.check_key()
        began = time.perf_counter()
        store, weight = str(body.get("store", "")), self.weight()
        kind = FAULTS.now() if weight is not None else None
        dearer = fault.DEARER if kind == "cost" else 1
        try:
            if kind == "slow":
                time.sleep(FAULTS.delay())
            if kind == "errors" and FAULTS.strikes():
                raise web.Refusal(500, "the language model gave no answer")
            value = self.answer(store, str(body.get("question", "")))
        except web.Refusal as refusal:
            NUMBERS.add(time.perf_counter() - began, refusal.status < 500, store, weight or 0, dearer)
            raise
        NUMBERS.add(time.perf_counter() - began, True, store, weight or 0, dearer)
        return value | {"region": NAME, "took_ms": round((time.perf_counter() - began) * 1000, 2)}

    def weight(self):
        text = self.headers.get("X-Weight")
        try:
            return None if text is None else min(max(0.0, float(text)), 1e6)
        except ValueError:
            raise web.Refusal(400, "X-Weight is not a number") from None

    def answer(self, store, question):
        if not store:
            return {"answer": "here", "documents": self.query("SELECT count(*) FROM documents")[0][0]}
        document, title, text = self.find(store, question)
        return {"answer": text, "title": title, "document": document, "store": store}

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

"""A burst of questions through the front door at a steady rate.

    python3 load.py burst 100/s 10s

Fails when more than one in a hundred is not answered, or the 95th percentile is above three seconds.
"""

import http.client
import json
import re
import threading
import time
from queue import Empty, Queue

from common import Problem, answer, connect, main, manifest, settings

WORKERS = 16


def burst(rate, duration):
    per_second, seconds = number(rate, r"(\d+)/s"), number(duration, r"(\d+)s")
    stores = manifest()["stores"]
    routed = [row[0] for row in connect("routes", readonly=True).execute("SELECT store FROM routes ORDER BY store")]
    questions = [(store, stores[store]["question"]) for store in routed]
    if not questions:
        raise Problem("no store has a route: there is nobody to ask")
    waiting, took, failed, began = Queue(), [], [], time.monotonic()
    for index in range(per_second * seconds):
        waiting.put((began + index / per_second, *questions[index % len(questions)]))
    workers = [threading.Thread(target=work, args=(waiting, took, failed)) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    asked = len(took) + len(failed)
    slow = sorted(took)[int(0.95 * (len(took) - 1))] if took else 0.0
    if len(failed) * 100 > asked or slow > 3:
        first = f"; the first: {failed[0]}" if failed else ""
        raise Problem(f"{len(failed)} of {asked} questions failed, p95 {slow:.3f} s{first}")
    answer(questions=asked, failed=len(failed), p95_ms=round(slow * 1000))


def work(waiting, took, failed):
    """Takes questions as they fall due. Time counts from when a question was due, so a queue shows as slowness."""
    connection = http.client.HTTPConnection("127.0.0.1", settings()["ports"]["front"], timeout=10)
    while True:
        try:
            due, store, question = waiting.get_nowait()
        except Empty:
            return connection.close()
        time.sleep(max(0, due - time.monotonic()))
        try:
            body = json.dumps({"store": store, "question": question})
            connection.request("POST", "/ask", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read().decode()
            if response.status == 200:
                took.append(time.monotonic() - due)
            else:
                failed.append(f"{store}: {response.status} {text[:200]}")
        except (OSError, http.client.HTTPException) as error:
            failed.append(f"{store}: {error!r}")
            connection.close()


def number(text, form):
    found = re.fullmatch(form, text)
    if not found:
        raise Problem(f"`{text}` is not of the form {form}")
    return int(found[1])


if __name__ == "__main__":
    main({"burst": burst})

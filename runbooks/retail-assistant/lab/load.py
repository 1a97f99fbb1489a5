"""Questions through the front door.

    python3 load.py burst 100/s 10s    a burst; fails when one in a hundred is not answered, or p95 is above three seconds
    python3 load.py serve              what the stores ask all day, until it is stopped

Of every region that has stores, about twenty questions a second are asked on behalf of all of them; a region that is
monitored and has no store yet is asked as many canaries. The rate does not fall when answers are slow.
"""

import http.client
import json
import os
import re
import signal
import threading
import time
from queue import Empty, Queue

import daemons
from common import Problem, answer, connect, main, manifest, place, settings

WORKERS = 16
RATE = 20  # questions a second in a region
USERS, CALLS = 50, 2.6  # of a real store, and of each of its users in a day: four questions, a third from caches
CANARIES = 70 / 3600  # a second in each region, as forecast.yaml has them
IN_FLIGHT = 200  # a region that is behind by more is not asked for a while


def serve():
    """Asks for each region in turn. Reads routes and monitoring five times a second."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    daemons.announce("load")
    stores, regions, looked, number, flying = manifest()["stores"], {}, 0.0, 0, {}
    due = time.monotonic()
    while True:
        if time.monotonic() - looked > 0.2:
            looked, regions = time.monotonic(), asked_regions()
        for region, live in regions.items():
            if flying.setdefault(region, [0])[0] < IN_FLIGHT:
                store = live[number % len(live)] if live else None
                weight = (len(live) * USERS * CALLS / 86400 + CANARIES) / RATE
                body = {"store": store, "question": stores[store]["question"]} if store else {"region": region}
                flying[region][0] += 1
                threading.Thread(target=ask, args=(body, weight, flying[region]), daemon=True).start()
        number += 1
        due = max(due + 1 / RATE, time.monotonic() - 1)
        time.sleep(max(0, due - time.monotonic()))


def asked_regions():
    """The live stores of each region that is monitored."""
    try:
        monitored = {name.removesuffix(".json") for name in os.listdir(place("monitoring")) if name.endswith(".json")}
        connection = connect("routes", readonly=True)
        routes = connection.execute("SELECT store, route FROM routes ORDER BY store").fetchall()
        connection.close()
    except (OSError, Problem):
        return {}
    return {region: [store for store, route in routes if route == region] for region in sorted(monitored)}


def ask(body, weight, flying):
    """One customer's question. What comes of it is measured where it is answered."""
    try:
        front = http.client.HTTPConnection("127.0.0.1", settings()["ports"]["front"], timeout=30)
        headers = {"Content-Type": "application/json", "X-Weight": f"{weight:.9f}", "Connection": "close"}
        front.request("POST", "/ask", json.dumps(body), headers)
        front.getresponse().read()
        front.close()
    except (OSError, http.client.HTTPException):
        pass
    finally:
        flying[0] -= 1


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
    main({"burst": burst, "serve": serve})

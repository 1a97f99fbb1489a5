"""The front door: sends each store's questions to the assistant of its route, and measures the answers.

`POST /ask {store, question}`, `GET /route/STORE`, `GET /health`, and for signals `GET /metrics/NAME` with one value
for each region whose monitoring is enabled: `response_time` (95th percentile), `error_rate`, `llm_cost`.
"""

import http.client
import json
import os
import threading
import time
from collections import defaultdict, deque

import web
from common import connect, place, settings

PORTS = settings()["ports"]
PERIOD = 300  # seconds over which signals are computed
EUR_PER_ANSWER = 0.004  # what an answer of the real assistant costs; here no language model is asked


class Measurements:
    """The newest answers of each route: when, how long, and whether they were answers."""

    def __init__(self):
        self.lock, self.rows = threading.Lock(), defaultdict(deque)

    def add(self, route, seconds, good):
        with self.lock:
            self.rows[route].append((time.monotonic(), seconds, good))

    def recent(self, route):
        with self.lock:
            rows, oldest = self.rows[route], time.monotonic() - PERIOD
            while rows and rows[0][0] < oldest:
                rows.popleft()
            return list(rows)


MEASURED = Measurements()


def response_time(rows):
    return sorted(seconds for _, seconds, _ in rows)[int(0.95 * (len(rows) - 1))]


def error_rate(rows):
    return 100 * sum(not good for _, _, good in rows) / len(rows)


def llm_cost(rows):
    return EUR_PER_ANSWER * len(rows) * 86400 / PERIOD


SIGNALS = {"response_time": ("s", response_time), "error_rate": ("%", error_rate), "llm_cost": ("EUR/day", llm_cost)}


class FrontDoor(web.Handler):
    def get(self, path):
        if path == "/health":
            return {"status": "ok"}
        if path.startswith("/route/"):
            store = path.removeprefix("/route/")
            return {"store": store, "route": route_of(store)}
        if path.removeprefix("/metrics/") in SIGNALS:
            return signal(path.removeprefix("/metrics/"))
        return super().get(path)

    def post(self, path, body):
        if path != "/ask":
            return super().post(path, body)
        route = route_of(str(body.get("store", "")))
        began = time.perf_counter()
        status, value = forward(route, body)
        MEASURED.add(route, time.perf_counter() - began, good=status < 500)
        if status != 200:
            headers = {"Retry_After": 1} if status == 503 else {}
            raise web.Refusal(status, str(value.get("error", "no answer")), **headers)
        return value


def route_of(store):
    connection = connect("routes", readonly=True)
    row = connection.execute("SELECT route FROM routes WHERE store = ?", (store,)).fetchone()
    connection.close()
    if not row:
        raise web.Refusal(404, f"{store or 'this store'} has no assistant yet")
    return row[0]


def forward(route, body):
    """Asks the assistant of a route; an assistant that cannot be reached is a 503."""
    try:
        with open(place("keys", f"{route}.key"), encoding="utf-8") as file:
            key = file.read().strip()
        upstream = http.client.HTTPConnection("127.0.0.1", PORTS[route], timeout=10)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "Connection": "close"}
        upstream.request("POST", "/ask", json.dumps(body), headers)
        response = upstream.getresponse()
        value = json.loads(response.read())
        upstream.close()
        return response.status, value
    except (OSError, http.client.HTTPException, ValueError) as error:
        return 503, {"error": f"the assistant of {route} does not answer: {error}"}


def signal(name):
    unit, compute = SIGNALS[name]
    regions = sorted(file.removesuffix(".json") for file in os.listdir(place("monitoring")) if file.endswith(".json"))
    values = {}
    for region in regions:
        rows = MEASURED.recent(region)
        # No answers, no value: what missing data mean is the runbook's word, not ours.
        values[region] = {"value": round(compute(rows), 4), "count": len(rows)} if rows else {"value": None, "count": 0}
    return {"signal": name, "unit": unit, "values": values}


if __name__ == "__main__":
    web.serve("front", FrontDoor)

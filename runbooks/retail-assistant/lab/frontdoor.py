"""The front door: sends each store's questions to the assistant of its route, and measures the answers.

`POST /ask {store, question}`, or `{region, question}` for a canary; `GET /route/STORE`, `GET /health`. `GET /metrics`
has what the stores feel, by region; `GET /metrics/REGION` is the page of that region's assistant.
"""

import http.client
import json
import threading
import time

import web
from common import connect, place, settings
from numbers_page import Histogram

PORTS = settings()["ports"]


class Measurements:
    """What the stores feel, by region."""

    def __init__(self):
        self.lock, self.seconds, self.errors = threading.Lock(), {}, {}

    def add(self, route, seconds, good):
        with self.lock:
            self.seconds.setdefault(route, Histogram()).add(seconds)
            self.errors[route] = self.errors.get(route, 0) + (not good)

    def page(self):
        with self.lock:
            lines = ["# TYPE frontdoor_response_seconds histogram"]
            for region, histogram in sorted(self.seconds.items()):
                lines += histogram.lines("frontdoor_response_seconds", f'region="{region}"')
            lines += ["# TYPE frontdoor_errors_total counter"]
            lines += [f'frontdoor_errors_total{{region="{r}"}} {n}' for r, n in sorted(self.errors.items())]
        return "\n".join([*lines, ""])


MEASURED = Measurements()


class FrontDoor(web.Handler):
    def get(self, path):
        if path == "/health":
            return {"status": "ok"}
        if path.startswith("/route/"):
            store = path.removeprefix("/route/")
            return {"store": store, "route": route_of(store)}
        if path == "/metrics":
            return MEASURED.page()
        if path.removeprefix("/metrics/") in PORTS and path != "/metrics/front":
            return page_of(path.removeprefix("/metrics/"))
        return super().get(path)

    def post(self, path, body):
        if path != "/ask":
            return super().post(path, body)
        region = str(body.get("region", "")) if "store" not in body else ""
        route = region if region in PORTS and region != "front" else route_of(str(body.get("store", "")))
        began = time.perf_counter()
        status, value = forward(route, body, self.headers.get("X-Weight"))
        # Only customers' questions and canaries are measured: the runbook's own checks are neither.
        if self.headers.get("X-Weight") is not None:
            MEASURED.add(route, time.perf_counter() - began, good=status < 500)
        if status != 200:
            headers = {"Retry_After": 1} if status == 503 else {}
            raise web.Refusal(status, str(value.get("error", "no answer")), **headers)
        return value


def page_of(region):
    try:
        upstream = http.client.HTTPConnection("127.0.0.1", PORTS[region], timeout=5)
        upstream.request("GET", "/metrics", headers={"Connection": "close"})
        return upstream.getresponse().read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise web.Refusal(503, f"the assistant of {region} does not answer: {error}") from None


def route_of(store):
    connection = connect("routes", readonly=True)
    row = connection.execute("SELECT route FROM routes WHERE store = ?", (store,)).fetchone()
    connection.close()
    if not row:
        raise web.Refusal(404, f"{store or 'this store'} has no assistant yet")
    return row[0]


def forward(route, body, weight):
    """Asks the assistant of a route; an assistant that cannot be reached is a 503."""
    try:
        with open(place("keys", f"{route}.key"), encoding="utf-8") as file:
            key = file.read().strip()
        upstream = http.client.HTTPConnection("127.0.0.1", PORTS[route], timeout=10)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "Connection": "close"}
        if weight is not None:
            headers["X-Weight"] = weight
        upstream.request("POST", "/ask", json.dumps(body), headers)
        response = upstream.getresponse()
        value = json.loads(response.read())
        upstream.close()
        return response.status, value
    except (OSError, http.client.HTTPException, ValueError) as error:
        return 503, {"error": f"the assistant of {route} does not answer: {error}"}


if __name__ == "__main__":
    web.serve("front", FrontDoor)

"""Makes the assistants slow, wrong or expensive, for those who ask them; the runbook's own checks are served as ever.

    python3 lab/fault.py slow|errors|cost [--region eu|us|apac|all] [--after STORES]
    python3 lab/fault.py none
    python3 lab/fault.py                 says what is on

`--after 3`: the fault begins when three stores are routed to regions, so that a migration meets it on its way.
"""

import argparse
import json
import os
import sys
import threading
import time

from common import Problem, connect, place, settings, write_whole

KINDS = ["slow", "errors", "cost"]
SECONDS = 6.5  # what `slow` adds to an answer in the end
RISE = 0.5  # seconds a second on the way there: answers never stop coming, so it is slowness that is measured
EVERY = 5  # `errors` fails one in so many
DEARER = 3  # `cost` multiplies tokens by


class Faults:
    """What is on, looked at twenty times a second at most."""

    def __init__(self, region):
        self.region, self.lock, self.looked, self.kind, self.count = region, threading.Lock(), 0.0, None, 0
        self.since = None

    def now(self):
        with self.lock:
            if time.monotonic() - self.looked > 0.05:
                self.looked, self.kind = time.monotonic(), self.read()
                self.since = None if self.kind is None else self.since or self.looked
            return self.kind

    def delay(self):
        """What `slow` adds to an answer now."""
        with self.lock:
            return 0.0 if self.since is None else min(SECONDS, RISE * (time.monotonic() - self.since))

    def read(self):
        try:
            with open(place("fault.json"), encoding="utf-8") as file:
                fault = json.load(file)
        except (OSError, ValueError):
            return None
        if fault["region"] not in ("all", self.region) or moved() < fault["after"]:
            return None
        return fault["kind"]

    def strikes(self):
        """Whether this one is the one in five."""
        with self.lock:
            self.count += 1
            return self.count % EVERY == 0


def moved():
    """How many stores are routed to regions."""
    try:
        connection = connect("routes", readonly=True)
        try:
            return connection.execute("SELECT count(*) FROM routes WHERE route != 'poc'").fetchone()[0]
        finally:
            connection.close()
    except Exception:  # before the lab is whole, nothing is moved
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", nargs="?", choices=[*KINDS, "none"])
    parser.add_argument("--region", choices=["eu", "us", "apac", "all"], default="all")
    parser.add_argument("--after", type=int, default=0, metavar="STORES")
    wanted = parser.parse_args()
    settings()
    path = place("fault.json")
    if wanted.kind in KINDS:
        fault = {"kind": wanted.kind, "region": wanted.region, "after": wanted.after}
        write_whole(path, json.dumps(fault) + "\n")
    elif wanted.kind == "none" and os.path.exists(path):
        os.unlink(path)
    if not os.path.exists(path):
        return print("no fault")
    with open(path, encoding="utf-8") as file:
        fault = json.load(file)
    state = "on" if moved() >= fault["after"] else f"begins at {fault['after']} stores, {moved()} are there"
    print(f"{fault['kind']} in {fault['region']}: {state}")


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(str(problem))

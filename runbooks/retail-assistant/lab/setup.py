"""Builds the starting point: the pilot system with all documents, its assistant, and the front door.

    python3 lab/setup.py

Run again, it keeps what is there and starts the servers that should run and do not (after a reboot, say).
LAB_PORT=8300 moves all ports: front door 8300, pilot 8301, regions 8311 to 8313.
"""

import csv
import json
import os
import sqlite3
import sys
import time

import daemons
import documents
import goods
import ledger
from common import RUNBOOK, WORK, Problem, database, manifest, place, write_whole

PORT = 7300  # the ports in regions.csv are written for this one
ROUTES = """
CREATE TABLE routes (store TEXT PRIMARY KEY, route TEXT NOT NULL, previous TEXT, changed_by TEXT NOT NULL);
"""


def port():
    text = os.environ.get("LAB_PORT") or str(PORT)
    if not text.isdigit() or not 1024 <= int(text) <= 65000:
        raise Problem(f"LAB_PORT is `{text}`: a number from 1024 to 65000 is needed")
    return int(text)


def inventory(name):
    with open(os.path.join(RUNBOOK, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def setup():
    began = time.monotonic()
    for name in ("keys", "log", "monitoring", "pids"):
        os.makedirs(place(name), exist_ok=True)
    if not os.path.exists(place("manifest.json")):
        base = port()
        ports = {"front": base, "poc": base + 1}
        ports |= {row["id"]: base + int(row["port"]) - PORT for row in inventory("regions.csv")}
        write_whole(place("lab.json"), json.dumps({"ports": ports}) + "\n")
        stores = inventory("stores.csv")
        for name in os.listdir(WORK):
            if name.endswith(".new"):  # left by a setup that was killed
                os.unlink(place(name))
        small("ledger", ledger.SCHEMA + ledger.ARCHIVE)
        small("routes", ledger.SCHEMA + ROUTES, [row["id"] for row in stores if row["poc"] == "yes"])
        write_whole(place("keys", "poc.key"), os.urandom(32).hex() + "\n", mode=0o600)
        entries = {}
        documents.remove_files(database("poc"))
        documents.create("poc", {"location": "head office"}, lambda connection: fill(connection, stores, entries))
        # Last, because its presence says that all the rest is there.
        write_whole(place("manifest.json"), json.dumps({"stores": entries}, indent=1) + "\n")
    wanted = {"front", "load"} | ({"poc"} if os.path.exists(database("poc")) else set())
    wanted |= {name.removesuffix(".json") for name in os.listdir(place("pids")) if name.endswith(".json")}
    for name in sorted(wanted):
        daemons.start(name)
    total = sum(entry["count"] for entry in manifest()["stores"].values())
    print(f"The lab is in {WORK}: {total:,} documents, servers: {', '.join(sorted(wanted))}. "
          f"{time.monotonic() - began:.1f} s")


def small(name, schema, pilots=()):
    """Makes one of the two small databases anew."""
    documents.remove_files(database(name))
    connection = sqlite3.connect(database(name))
    connection.executescript("PRAGMA journal_mode = WAL;" + schema)
    rows = [(store, "poc", None, "setup") for store in pilots]
    if rows:
        connection.executemany("INSERT INTO routes VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()


def fill(connection, stores, entries):
    for store in stores:
        rows = goods.documents_of(store)
        connection.executemany("INSERT INTO documents (id, store, title, body) VALUES (?, ?, ?, ?)", rows)
        count, checksum = documents.checksum_of(connection, store["id"])
        question, document = goods.question_of(store, rows)
        entries[store["id"]] = {
            "region": store["region"], "pilot": store["poc"] == "yes", "count": count, "checksum": checksum,
            "question": question, "document": document,
        }


if __name__ == "__main__":
    try:
        setup()
    except Problem as problem:
        sys.exit(str(problem))

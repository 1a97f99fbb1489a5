"""What the runbook does to one region: its key, its database, its assistant, its monitoring.

    python3 region.py VERB REGION ...

Creating what is there and removing what is not there change nothing.
"""

import json
import os

import daemons
import documents
import ledger
from common import Problem, answer, connect, database, main, place, settings, write_whole


def create_key(region):
    path = place("keys", f"{region}.key")
    if os.path.exists(path):
        ledger.catch_up("secret-created", region)
    else:
        write_whole(path, os.urandom(32).hex() + "\n", mode=0o600)
        ledger.note("secret-created", region)
    answer(reference=f"file:{path}")  # where it is, never what it is


def remove_key(region):
    remove(place("keys", f"{region}.key"), "secret-removed", region)


def key_state(region):
    say(os.path.exists(place("keys", f"{region}.key")))


def create_database(region, location):
    if not os.path.exists(database(region)):
        documents.create(region, {"region": region, "location": location})
    answer(database=os.path.basename(database(region)), location=location)


def remove_database(region):
    """Removes an empty database. One with documents is refused: the stores have to be taken back first."""
    if os.path.exists(database(region)):
        connection = connect(region)
        left = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
        connection.close()
        if left:
            raise Problem(f"{region} still holds {left} documents: take its stores back first")
        ledger.archive(region)
        documents.remove_files(database(region))
        ledger.note("database-removed", region)
    else:
        ledger.catch_up("database-removed", region)
    answer(removed=region)


def database_state(region):
    say(os.path.exists(database(region)))


def start_assistant(region, image):
    for needed in (database(region), place("keys", f"{region}.key")):
        if not os.path.exists(needed):
            raise Problem(f"the assistant of {region} needs {needed}")
    daemons.start(region, image)
    answer(url=f"http://127.0.0.1:{settings()['ports'][region]}", image=image)


def stop_assistant(region):
    daemons.stop(region)
    answer(stopped=region)


def assistant_state(region):
    say(daemons.alive(region))


def enable_monitoring(region):
    path = place("monitoring", f"{region}.json")
    scrape = f"http://127.0.0.1:{settings()['ports'][region]}/metrics"
    if os.path.exists(path):
        ledger.catch_up("monitoring-enabled", region)
    else:
        write_whole(path, json.dumps({"region": region, "scrape": scrape}) + "\n")
        ledger.note("monitoring-enabled", region)
    answer(scrape=scrape)


def disable_monitoring(region):
    remove(place("monitoring", f"{region}.json"), "monitoring-disabled", region)


def monitoring_state(region):
    say(os.path.exists(place("monitoring", f"{region}.json")))


def remove(path, kind, region):
    if os.path.exists(path):
        os.unlink(path)
        ledger.note(kind, region)
    else:
        ledger.catch_up(kind, region)
    answer(removed=os.path.basename(path))


def say(applied):
    answer(state="applied" if applied else "not-applied")


if __name__ == "__main__":
    main({
        "create-key": create_key, "remove-key": remove_key, "key-state": key_state,
        "create-database": create_database, "remove-database": remove_database, "database-state": database_state,
        "start-assistant": start_assistant, "stop-assistant": stop_assistant, "assistant-state": assistant_state,
        "enable-monitoring": enable_monitoring, "disable-monitoring": disable_monitoring,
        "monitoring-state": monitoring_state,
    })

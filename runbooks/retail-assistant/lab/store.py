"""What the runbook does to one store.

    python3 store.py VERB STORE REGION

Every verb may be repeated, and killed at any moment: each change is one transaction.
"""

import os
import time

import documents
import ledger
from common import Problem, answer, connect, main, manifest, report, writing

BATCH = 50
PAUSE = float(os.environ.get("LAB_PAUSE") or 0)  # seconds after each batch, to watch or to kill a migration


def preflight(store, region):
    """Can this store be moved? Changes nothing."""
    import daemons

    expected = of_manifest(store)["count"]
    source = connect("poc", readonly=True)
    found = documents.count_of(source, store)
    if found != expected:
        raise Problem(f"{store} has {found} documents at the source, {expected} are expected")
    connect(region, readonly=True).execute("SELECT 1 FROM progress LIMIT 1")
    if not daemons.alive(region):
        raise Problem(f"the assistant of {region} does not run", transient=True)
    answer(documents=found)


def backfill(store, region):
    """Copies the store's documents in batches, and reports the id of the newest committed one as the cursor."""
    total = of_manifest(store)["count"]
    source, target = connect("poc", readonly=True), connect(region)
    promised = os.environ.get("SANDERLING_CURSOR", "")
    cursor, done = progress_of(target, store)
    if promised > cursor:
        print(f"the cursor says {promised}, {region} has documents up to {cursor or 'none'}: {region} is right")
    while True:
        with writing(target):
            # Read under the write lock: if another process copies the same store, both see each other's batches.
            cursor, done = progress_of(target, store)
            batch = source.execute(
                "SELECT id, store, title, body FROM documents WHERE store = ? AND id > ? ORDER BY id LIMIT ?",
                (store, cursor, BATCH),
            ).fetchall()
            if batch:
                first, last, done = batch[0][0], batch[-1][0], done + len(batch)
                target.executemany("INSERT INTO documents (id, store, title, body) VALUES (?, ?, ?, ?)", batch)
                target.execute("INSERT OR REPLACE INTO progress VALUES (?, ?, ?)", (store, last, done))
                ledger.record(target, "batch-inserted", f"{region}/{store}", len(batch), f"{first}..{last}")
        if not batch:
            break
        report(last, done, total)
        time.sleep(PAUSE)
    answer(documents=done)


def documents_state(store, region):
    """A probe: how much of the store is in the region?"""
    total = of_manifest(store)["count"]
    cursor, done = progress_of(connect(region, readonly=True), store)
    state = "applied" if done == total else "partial" if done else "not-applied"
    answer(state=state, cursor=cursor, documents=done)


def verify(store, region):
    """Count and checksum in the region against what the store had before the migration."""
    expected = of_manifest(store)
    count, checksum = documents.checksum_of(connect(region, readonly=True), store)
    if count != expected["count"]:
        raise Problem(f"{store}: {region} has {count} of {expected['count']} documents")
    if checksum != expected["checksum"]:
        raise Problem(f"{store}: all {count} documents are in {region}, but their text differs from the source")
    answer(count=count, checksum=checksum)


def purge(store, region):
    """Takes the store's documents out of the region. With none there, nothing happens."""
    if route_of(store) == region:
        raise Problem(f"{store} is still answered from {region}: switch its route back first")
    target = connect(region)
    with writing(target):
        count = target.execute("DELETE FROM documents WHERE store = ?", (store,)).rowcount
        target.execute("DELETE FROM progress WHERE store = ?", (store,))
        if count:
            ledger.record(target, "documents-purged", f"{region}/{store}", count)
    answer(purged=count)


def enable(store, region, checksum):
    """Switches the store's route to the region, and remembers the route before."""
    with writing(connect("routes")) as routes:
        before = routes.execute("SELECT route FROM routes WHERE store = ?", (store,)).fetchone()
        previous = before[0] if before else None
        if previous != region:
            routes.execute(
                "INSERT OR REPLACE INTO routes (store, route, previous, changed_by) VALUES (?, ?, ?, ?)",
                (store, region, previous, os.environ.get("SANDERLING_KEY", "")),
            )
            ledger.record(routes, "route-switched", store, detail=f"{previous or 'none'} -> {region}, {checksum}")
    answer(route=region, previous=previous)


def disable(store, region):
    """Gives the store the route that it had before. With another route there, nothing happens."""
    with writing(connect("routes")) as routes:
        row = routes.execute("SELECT route, previous FROM routes WHERE store = ?", (store,)).fetchone()
        if not row or row[0] != region:
            return answer(restored=False)
        previous = row[1]
        if previous:
            routes.execute("UPDATE routes SET route = ?, previous = NULL WHERE store = ?", (previous, store))
        else:
            routes.execute("DELETE FROM routes WHERE store = ?", (store,))
        ledger.record(routes, "route-restored", store, detail=f"{region} -> {previous or 'none'}")
    answer(restored=True, route=previous)


def of_manifest(store):
    stores = manifest()["stores"]
    if store not in stores:
        raise Problem(f"there is no store `{store}` in the lab")
    return stores[store]


def progress_of(connection, store):
    row = connection.execute("SELECT cursor, done FROM progress WHERE store = ?", (store,)).fetchone()
    return row or ("", 0)


def route_of(store):
    row = connect("routes", readonly=True).execute("SELECT route FROM routes WHERE store = ?", (store,)).fetchone()
    return row[0] if row else None


if __name__ == "__main__":
    main({
        "preflight": preflight, "backfill": backfill, "documents-state": documents_state, "verify": verify,
        "purge": purge, "enable": enable, "disable": disable,
    })

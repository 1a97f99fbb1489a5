"""Looks at the whole lab and says whether everything is where it should be.

    python3 lab/check.py                       all stores moved, answered from their region
    python3 lab/check.py --expect poc          nothing moved: as before the migration, or after a full rollback
    python3 lab/check.py --expect consistent   each store is wholly moved or wholly not (after a partial rollback)

Judged against `manifest.json`, which `setup.py` wrote before anything moved. Exit 1 when something is wrong.
"""

import argparse
import http.client
import json
import os
import sys

import daemons
import documents
import ledger
from common import Problem, connect, database, manifest, settings


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--expect", choices=["migrated", "poc", "consistent"], default="migrated")
    expect = parser.parse_args().expect
    stores = manifest()["stores"]
    regions = sorted({entry["region"] for entry in stores.values()})
    held = {region: contents(region) for region in regions}
    routes = dict(connect("routes", readonly=True).execute("SELECT store, route FROM routes"))
    effects = ledger.effects(["ledger", "routes", "poc", *regions])
    wrong, copied = ledger.judge(effects)
    table = {region: dict.fromkeys(["stores", "moved", "documents", "answered"], 0) for region in regions}
    for store, entry in stores.items():
        row, faults = table[entry["region"]], []
        row["stores"] += 1
        moved = routes.get(store) == entry["region"]
        should_be_moved = moved if expect == "consistent" else expect == "migrated"
        if moved != should_be_moved:
            faults.append(f"its route is {routes.get(store) or 'none'}")
        faults += misplaced(store, entry, held, should_be_moved, copied)
        route = entry["region"] if should_be_moved else "poc" if entry["pilot"] else None
        faults += wrong_answer(store, entry, route)
        row["moved"] += moved
        row["documents"] += held[entry["region"]].get(store, (0, ""))[0]
        row["answered"] += bool(route) and not faults
        wrong += [f"{store}: {fault}" for fault in faults]
    strangers = {(region, store) for region in regions for store in held[region] if store not in stores}
    wrong += [f"{region} has documents of {store}, which is not in the manifest" for region, store in sorted(strangers)]
    show(table, wrong, effects, expect)
    return 1 if wrong else 0


def contents(region):
    """What a region has: store → (count, checksum)."""
    if not os.path.exists(database(region)):
        return {}
    connection = connect(region, readonly=True)
    stores = [row[0] for row in connection.execute("SELECT DISTINCT store FROM documents")]
    return {store: documents.checksum_of(connection, store) for store in stores}


def misplaced(store, entry, held, moved, copied):
    """What is wrong with where the store's documents are."""
    for region, stores in held.items():
        count, checksum = stores.get(store, (0, ""))
        here = moved and region == entry["region"]
        if count != (entry["count"] if here else 0):
            yield f"{region} has {count} documents of {entry['count'] if here else 0}"
        elif here and checksum != entry["checksum"]:
            yield f"the text of its documents in {region} differs from the source"
        written = copied.get(f"{region}/{store}", 0)
        if written != count:
            yield f"the ledger says {written} documents were copied to {region}, it has {count}"


def wrong_answer(store, entry, route):
    """Asks the store's question through the front door."""
    front = http.client.HTTPConnection("127.0.0.1", settings()["ports"]["front"], timeout=20)
    try:
        body = json.dumps({"store": store, "question": entry["question"]})
        front.request("POST", "/ask", body, {"Content-Type": "application/json", "Connection": "close"})
        response = front.getresponse()
        said = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        return [f"the front door does not answer: {error}"]
    if not route:
        return [] if response.status == 404 else [f"it has an answer before it was moved ({response.status})"]
    if response.status != 200:
        return [f"no answer: {response.status} {said.get('error', '')}"]
    expected = (route, store, entry["document"])
    got = tuple(said.get(name) for name in ("region", "store", "document"))
    return [] if got == expected else [f"answered by {' '.join(map(str, got))}, not by {' '.join(expected)}"]


def show(table, wrong, effects, expect):
    print(f"{'region':<8}{'stores':>8}{'moved':>8}{'documents':>12}{'answered':>10}")
    total = {name: sum(row[name] for row in table.values()) for name in next(iter(table.values()))}
    for name, row in [*table.items(), ("total", total)]:
        print(f"{name:<8}{row['stores']:>8}{row['moved']:>8}{row['documents']:>12,}{row['answered']:>10}")
    pilot = "running" if daemons.alive("poc") else "stopped" if os.path.exists(database("poc")) else "retired"
    print(f"pilot system: {pilot}; effects in the ledger: {len(effects):,}")
    for fault in wrong[:20]:
        print(f"  wrong: {fault}")
    if len(wrong) > 20:
        print(f"  and {len(wrong) - 20} more")
    print(f"{len(wrong)} faults" if wrong else f"All is as it should be ({expect}).")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit(str(problem))

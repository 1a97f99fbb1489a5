"""The end of the pilot system: its assistant is stopped and its documents are deleted. There is no way back.

    python3 poc.py delete | state
"""

import os

import daemons
import documents
import ledger
from common import Problem, answer, connect, database, main, manifest


def delete():
    """Refuses as long as a single store still depends on the pilot system."""
    stores = manifest()["stores"]
    routes = connect("routes", readonly=True)
    moved = routes.execute("SELECT count(*) FROM routes WHERE route != 'poc'").fetchone()[0]
    if moved != len(stores):
        raise Problem(f"{len(stores) - moved} of {len(stores)} stores are not answered from their region yet")
    if not os.path.exists(database("poc")):
        ledger.catch_up("poc-deleted", "poc")
    daemons.stop("poc")
    if os.path.exists(database("poc")):
        ledger.archive("poc")
        documents.remove_files(database("poc"))
        ledger.note("poc-deleted", "poc")
    answer(deleted="poc.sqlite")


def state():
    """A probe. `partial` when the assistant is stopped and the documents are still there."""
    if not os.path.exists(database("poc")):
        answer(state="applied")
    else:
        answer(state="not-applied" if daemons.alive("poc") else "partial")


if __name__ == "__main__":
    main({"delete": delete, "state": state})

"""The effect ledger: one row for each thing that really happened, so that a test can judge what was done twice.

Rows cannot be changed. Where the effect is in a database, its row is written in the same transaction, in a table
`effects` of that database; effects outside of databases are written to `ledger.sqlite` right after they happened.
"""

import os
import sqlite3
import time

from common import connect, database, writing

SCHEMA = """
CREATE TABLE effects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
  count INTEGER NOT NULL, detail TEXT NOT NULL, path TEXT NOT NULL, attempt TEXT NOT NULL, key TEXT NOT NULL
);
CREATE TRIGGER effects_stay BEFORE UPDATE ON effects BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER effects_last BEFORE DELETE ON effects BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
"""

# The ledger of a database that is taken away moves here; a second try of the same move changes nothing.
ARCHIVE = """
CREATE TABLE archived (
  origin TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
  count INTEGER NOT NULL, detail TEXT NOT NULL, path TEXT NOT NULL, attempt TEXT NOT NULL, key TEXT NOT NULL,
  PRIMARY KEY (origin, seq)
);
"""

# What takes an effect back. After an effect, the same one may only come again when it was taken back in between.
OPPOSITES = {
    "secret-created": "secret-removed",
    "database-created": "database-removed",
    "assistant-started": "assistant-stopped",
    "monitoring-enabled": "monitoring-disabled",
    "route-switched": "route-restored",
    "poc-deleted": "",  # nothing takes this back
}

COLUMNS = "at, kind, subject, count, detail, path, attempt, key"


def record(connection, kind, subject, count=1, detail=""):
    """Writes an effect in the transaction that is open on `connection`."""
    step = [os.environ.get(f"SANDERLING_{name}", "") for name in ("PATH", "ATTEMPT", "KEY")]
    connection.execute(
        f"INSERT INTO effects ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (time.time_ns(), kind, subject, count, detail, *step),
    )


def note(kind, subject, detail=""):
    """Writes an effect that just happened outside of every database."""
    with writing(connect("ledger")) as connection:
        record(connection, kind, subject, detail=detail)


def catch_up(kind, subject):
    """Writes an effect that is there and not written: its process may have died between the effect and the row."""
    taken_back = {undoing: doing for doing, undoing in OPPOSITES.items()}
    opposite = OPPOSITES.get(kind) or taken_back.get(kind, "")
    with writing(connect("ledger")) as connection:
        last = connection.execute(
            """SELECT kind FROM (SELECT at, kind, subject FROM effects UNION ALL SELECT at, kind, subject FROM archived)
               WHERE subject = ? AND kind IN (?, ?) ORDER BY at DESC LIMIT 1""",
            (subject, kind, opposite),
        ).fetchone()
        missing = last == (opposite,) if kind in taken_back else last != (kind,)
        if missing:
            record(connection, kind, subject, detail="found done")


def archive(name):
    """Keeps the effects of a database that is about to go away."""
    with connect(name, readonly=True) as source:
        origin = source.execute("SELECT value FROM about WHERE name = 'birth'").fetchone()[0]
        rows = source.execute(f"SELECT seq, {COLUMNS} FROM effects").fetchall()
    source.close()
    with writing(connect("ledger")) as connection:
        connection.executemany(
            f"INSERT OR IGNORE INTO archived (origin, seq, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(f"{name} {origin}", *row) for row in rows],
        )


def effects(names):
    """All effects of these databases and of the archive, in the order in which they happened."""
    rows = []
    for name in names:
        if os.path.exists(database(name)):
            connection = connect(name, readonly=True)
            rows += connection.execute(f"SELECT seq, {COLUMNS} FROM effects").fetchall()
            if name == "ledger":
                rows += connection.execute(f"SELECT seq, {COLUMNS} FROM archived").fetchall()
            connection.close()
    # A database that died between being archived and being removed is read twice: the same row is one effect.
    return sorted(set(row[1:] for row in rows))


def judge(rows):
    """What the ledger proves to be wrong, in sentences, and how many documents each `region/store` received."""
    wrong, current, copied = [], {}, {}
    doing = {undoing: kind for kind, undoing in OPPOSITES.items()}
    for _, kind, subject, count, detail, path, _, _ in rows:
        if kind in OPPOSITES or kind in doing:
            pair = (doing.get(kind, kind), subject)
            if current.get(pair) == kind:
                wrong.append(f"{subject}: {kind} twice in a row (the second time by {path or 'hand'})")
            current[pair] = kind
        elif kind == "batch-inserted":
            first, last = detail.split("..")
            total, newest = copied.get(subject, (0, ""))
            if first <= newest:
                wrong.append(f"{subject}: documents {detail} copied again after {newest}")
            copied[subject] = (total + count, max(last, newest))
        elif kind == "documents-purged":
            total, _ = copied.pop(subject, (0, ""))
            if total != count:
                wrong.append(f"{subject}: {count} documents purged, {total} were copied")
    return wrong, {subject: total for subject, (total, _) in copied.items()}

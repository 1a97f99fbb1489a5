"""Where things are, how databases are opened, and how a verb ends. Everything else in the lab builds on this."""

import json
import os
import sqlite3
import sys

RUNBOOK = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORK = os.path.abspath(os.environ.get("SANDERLING_LAB") or os.path.join(RUNBOOK, "work"))
TRANSIENT = 75  # EX_TEMPFAIL: nothing happened, and trying again may help


class Problem(Exception):
    """Something that a person should read. `transient` when trying again may help."""

    def __init__(self, text, transient=False):
        super().__init__(text)
        self.transient = transient


def place(*names):
    """A path inside the lab's working directory."""
    return os.path.join(WORK, *names)


def settings():
    """What `setup.py` decided: the ports. One file, so that every process of a lab agrees."""
    return read_json("lab.json")


def manifest():
    """What each store had before the migration: count, checksum, a question and where its answer stands."""
    return read_json("manifest.json")


def read_json(name):
    try:
        with open(place(name), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        raise Problem(f"there is no lab in {WORK}: run `python3 lab/setup.py` first") from None


def write_whole(path, text, mode=0o644):
    """Writes a file so that nobody ever sees half of it."""
    temporary = f"{path}.{os.getpid()}.new"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


def database(name):
    """The path of a database: `poc`, `routes`, `ledger`, or a region."""
    return place(f"{name}.sqlite")


def connect(name, readonly=False):
    """Opens a database that exists. Transactions are explicit; writers wait for each other for up to 20 seconds."""
    path = database(name)
    if not os.path.exists(path):
        raise Problem(f"there is no database `{name}` ({path})")
    mode = "ro" if readonly else "rw"
    connection = sqlite3.connect(f"file:{path}?mode={mode}", uri=True, timeout=20, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


class writing:
    """A transaction that has the write lock from its start, so what it reads cannot change before it writes."""

    def __init__(self, connection):
        self.connection = connection

    def __enter__(self):
        self.connection.execute("BEGIN IMMEDIATE")
        return self.connection

    def __exit__(self, kind, *_):
        self.connection.execute("COMMIT" if kind is None else "ROLLBACK")


def report(cursor, done, total):
    """Tells the orchestrator how far the committed work reaches. Call it after the commit, never before."""
    print("sanderling: " + json.dumps({"cursor": cursor, "done": done, "total": total}), flush=True)


def answer(**members):
    """The last line: outputs of an operation, or the state that a probe found."""
    print(json.dumps(members, ensure_ascii=False), flush=True)


def main(verbs):
    """Runs `verbs[argv[1]](*argv[2:])` and turns problems into exit codes."""
    name, arguments = (sys.argv[1:2] or ["(none)"])[0], sys.argv[2:]
    if name not in verbs:
        sys.exit(f"`{name}` is not one of: {', '.join(verbs)}")
    code = verbs[name].__code__
    if len(arguments) != code.co_argcount:
        sys.exit(f"usage: {name} {' '.join(code.co_varnames[:code.co_argcount]).upper()}")
    try:
        verbs[name](*arguments)
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(TRANSIENT if problem.transient else 1)
    except sqlite3.Error as error:
        busy = "locked" in str(error) or "busy" in str(error)
        print(f"database: {error}", file=sys.stderr)
        sys.exit(TRANSIENT if busy else 1)

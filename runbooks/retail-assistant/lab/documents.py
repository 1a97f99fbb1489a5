"""A database of documents: its tables, its search index, and the checksum of what a store has in it."""

import hashlib
import os
import sqlite3
import time

import ledger
from common import database

SCHEMA = """
CREATE TABLE documents (id TEXT PRIMARY KEY, store TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX documents_of_store ON documents (store, id);
CREATE VIRTUAL TABLE words USING fts5 (store, title, body, content = 'documents');
CREATE TRIGGER words_follow_insert AFTER INSERT ON documents BEGIN
  INSERT INTO words (rowid, store, title, body) VALUES (new.rowid, new.store, new.title, new.body);
END;
CREATE TRIGGER words_follow_delete AFTER DELETE ON documents BEGIN
  INSERT INTO words (words, rowid, store, title, body) VALUES ('delete', old.rowid, old.store, old.title, old.body);
END;
-- How far a store's copy reaches: written in the transaction that inserts the documents.
CREATE TABLE progress (store TEXT PRIMARY KEY, cursor TEXT NOT NULL, done INTEGER NOT NULL);
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def create(name, about, fill=None):
    """Creates a database whole or not at all: it is built under another name and then renamed."""
    path = database(name)
    building = f"{path}.{os.getpid()}.new"
    connection = sqlite3.connect(building, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    for statement in statements(SCHEMA + ledger.SCHEMA):
        connection.execute(statement)
    connection.executemany("INSERT INTO about VALUES (?, ?)", {**about, "birth": str(time.time_ns())}.items())
    if fill:
        fill(connection)
    ledger.record(connection, "database-created", name, detail=about.get("location", ""))
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    remove_files(path, suffixes=["-wal", "-shm"])
    os.rename(building, path)


def statements(script):
    """Splits a script; `executescript` would commit the transaction that is open."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def remove_files(path, suffixes=("-wal", "-shm", "")):
    for suffix in suffixes:
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)


def count_of(connection, store):
    return connection.execute("SELECT count(*) FROM documents WHERE store = ?", (store,)).fetchone()[0]


def checksum_of(connection, store):
    """The number of a store's documents, and SHA-256 over all their text in the order of their ids."""
    digest, count = hashlib.sha256(), 0
    rows = connection.execute("SELECT id, title, body FROM documents WHERE store = ? ORDER BY id", (store,))
    for row in rows:
        digest.update("\x1f".join(row).encode() + b"\x1e")
        count += 1
    return count, digest.hexdigest()

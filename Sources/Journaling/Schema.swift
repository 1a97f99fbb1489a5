import GRDB

/// The tables of a journal of format 2. One of format 1 is read as it is: its columns have the same names.
enum Schema {
  /// `SDLG`: tells our files from other databases.
  static let applicationID = 0x5344_4C47
  /// The format that is written.
  static let version = 2

  /// What refuses every deletion of an entry. Pruning takes it away and puts it back, in one transaction.
  static let undeleted = """
    CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    """

  /// What makes an empty file a journal.
  private static let statements = """
    CREATE TABLE events (
      seq INTEGER PRIMARY KEY,
      run INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      type TEXT NOT NULL,
      subject TEXT NOT NULL,
      body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX events_by_run ON events (run, seq);
    CREATE TRIGGER events_are_dense BEFORE INSERT ON events
      WHEN NEW.seq <> (SELECT coalesce(max(seq), -1) + 1 FROM events)
      BEGIN SELECT RAISE(ABORT, 'the log has no gaps and no second versions'); END;
    CREATE TRIGGER events_are_fenced BEFORE INSERT ON events
      WHEN NEW.epoch < (SELECT epoch FROM leases WHERE run = NEW.run)
      BEGIN SELECT RAISE(ABORT, 'this executor was taken over'); END;
    CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    \(undeleted)

    CREATE TABLE nodes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
    CREATE TRIGGER nodes_are_not_replaced BEFORE INSERT ON nodes
      WHEN EXISTS (SELECT 1 FROM nodes WHERE id = NEW.id)
      BEGIN SELECT RAISE(ABORT, 'the tree is append-only'); END;
    CREATE TRIGGER nodes_are_not_updated BEFORE UPDATE ON nodes
      BEGIN SELECT RAISE(ABORT, 'the tree is append-only'); END;
    CREATE TRIGGER nodes_are_not_deleted BEFORE DELETE ON nodes
      BEGIN SELECT RAISE(ABORT, 'the tree is append-only'); END;

    CREATE TABLE payloads (seq INTEGER PRIMARY KEY, salt BLOB NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE blobs (digest TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
    CREATE TABLE openings (commitment TEXT PRIMARY KEY, salt BLOB NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE people (
      id TEXT PRIMARY KEY, salt BLOB NOT NULL, name TEXT NOT NULL, is_account INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX people_by_account ON people (name) WHERE is_account;

    CREATE TABLE registry (
      run INTEGER PRIMARY KEY,
      runbook TEXT NOT NULL,
      environment TEXT NOT NULL,
      plan TEXT NOT NULL,
      directory TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      outcome TEXT
    ) STRICT;
    CREATE TABLE leases (
      run INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, owner TEXT NOT NULL, since_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE inbox (
      place INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      run INTEGER NOT NULL,
      subject TEXT NOT NULL,
      command TEXT NOT NULL,
      person TEXT NOT NULL,
      auth TEXT NOT NULL,
      sent_ms INTEGER NOT NULL,
      seq INTEGER
    ) STRICT;
    CREATE TABLE snapshots (
      run INTEGER NOT NULL, seq INTEGER NOT NULL, format INTEGER NOT NULL, salt BLOB NOT NULL, body BLOB NOT NULL,
      PRIMARY KEY (run, seq)
    ) STRICT;

    CREATE VIEW runs AS
      SELECT 'r-' || r.run AS run, r.runbook, r.environment, substr(r.plan, 1, 12) AS plan,
        strftime('%Y-%m-%dT%H:%M:%SZ', r.created_ms / 1000, 'unixepoch') AS created,
        coalesce(r.outcome, 'open') AS outcome,
        (SELECT count(*) FROM events e WHERE e.run = r.run) AS events
      FROM registry r;
    CREATE VIEW log AS
      SELECT e.seq, 'r-' || e.run AS run, strftime('%Y-%m-%dT%H:%M:%fZ', e.at_ms / 1000.0, 'unixepoch') AS at,
        e.type, e.subject, json_extract(CAST(e.body AS TEXT), '$.cause') AS cause,
        json_extract(CAST(e.body AS TEXT), '$.actor.kind') AS actor_kind,
        coalesce(p.name, json_extract(CAST(e.body AS TEXT), '$.actor.id')) AS actor,
        json_extract(CAST(e.body AS TEXT), '$.data') AS data,
        CAST((SELECT body FROM payloads WHERE payloads.seq = e.seq) AS TEXT) AS payload
      FROM events e LEFT JOIN people p ON p.id = json_extract(CAST(e.body AS TEXT), '$.actor.id');
    CREATE VIEW attempts AS
      SELECT i.seq, i.run, i.subject AS step, substr(i.type, 1, 4) AS direction,
        json_extract(i.data, '$.attempt') AS attempt, json_extract(i.data, '$.operation') AS operation,
        i.at AS intended, json_extract(i.data, '$.key') AS key,
        (SELECT substr(o.type, 6) FROM log o WHERE o.seq > i.seq AND o.cause = i.seq AND o.subject = i.subject
          AND o.type NOT LIKE '%_cursor_recorded' ORDER BY o.seq LIMIT 1) AS outcome,
        (SELECT o.at FROM log o WHERE o.seq > i.seq AND o.cause = i.seq AND o.subject = i.subject
          AND o.type NOT LIKE '%_cursor_recorded' ORDER BY o.seq LIMIT 1) AS ended
      FROM log i WHERE i.type IN ('step_intended', 'undo_intended');
    CREATE VIEW decisions AS
      SELECT seq, run, at, type, subject, cause, data FROM log WHERE actor_kind = 'engine';
    CREATE VIEW commands AS
      SELECT c.seq, c.run, c.at, json_extract(c.data, '$.command') AS command, c.subject, c.actor AS person,
        json_extract(c.payload, '$.reason') AS reason,
        (SELECT d.type FROM log d WHERE d.seq > c.seq AND d.cause = c.seq ORDER BY d.seq LIMIT 1) AS decision
      FROM log c WHERE c.type = 'command_received';
    """

  /// Makes the tables, in one transaction.
  static func create(in database: Database) throws {
    try database.inTransaction(.immediate) {
      // Two processes may open a new file at the same time: the second one finds the work done.
      if try Int.fetchOne(database, sql: "PRAGMA user_version") == 0 {
        try database.execute(sql: statements)
        try database.execute(sql: "PRAGMA user_version = \(version); PRAGMA application_id = \(applicationID)")
      }
      return .commit
    }
  }
}

extension Schema {
  /// Checkpoints, and views for auditors with the plain shell. They are made where they are missing: they lie
  /// beside the log, and journals that were begun without them go on.
  static let audit = """
    CREATE TABLE IF NOT EXISTS checkpoints (
      size INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, note BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS pruned (seq INTEGER PRIMARY KEY, run INTEGER NOT NULL, leaf BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS forgetting (since_ms INTEGER PRIMARY KEY, vacuumed INTEGER NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS pruned_by_run ON pruned (run);
    CREATE TRIGGER IF NOT EXISTS pruned_is_not_updated BEFORE UPDATE ON pruned
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    CREATE TRIGGER IF NOT EXISTS pruned_is_not_deleted BEFORE DELETE ON pruned
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    CREATE TRIGGER IF NOT EXISTS pruned_is_of_no_entry BEFORE INSERT ON pruned
      WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq) OR EXISTS (SELECT 1 FROM pruned WHERE seq = NEW.seq)
      BEGIN SELECT RAISE(ABORT, 'an entry that is there was not pruned'); END;
    CREATE TRIGGER IF NOT EXISTS events_are_not_of_pruned_runs BEFORE INSERT ON events
      WHEN EXISTS (SELECT 1 FROM pruned WHERE run = NEW.run)
      BEGIN SELECT RAISE(ABORT, 'this run was pruned'); END;
    CREATE INDEX IF NOT EXISTS events_of_emergencies ON events (seq)
      WHERE type IN ('emergency_declared', 'emergency_reviewed');
    CREATE VIEW IF NOT EXISTS approvals AS
      SELECT l.seq, l.run, l.at, l.type AS said, l.subject AS scope,
        coalesce(
          (SELECT p.name FROM people p WHERE p.id = json_extract(CAST(b.body AS TEXT),
            '$.plan.people[' || json_extract(l.data, '$.person') || '].id')),
          json_extract(CAST(b.body AS TEXT), '$.plan.people[' || json_extract(l.data, '$.person') || '].id'),
          json_extract(CAST(b.body AS TEXT), '$.people[' || json_extract(l.data, '$.person') || '].id')) AS person,
        json_extract(l.data, '$.auth') AS proof, json_extract(l.data, '$.until') AS until,
        (SELECT json_extract(c.payload, '$.reason') FROM log c WHERE c.seq = l.cause) AS reason,
        (SELECT v.at FROM log v WHERE v.type = 'approval_voided' AND v.run = l.run
          AND json_extract(v.data, '$.id') = json_extract(l.data, '$.id') ORDER BY v.seq LIMIT 1) AS voided
      FROM log l JOIN events e ON e.seq = l.seq
        LEFT JOIN blobs b ON b.digest = json_extract(CAST(e.body AS TEXT), '$.plan')
      WHERE l.type IN ('approval_counted', 'approval_rejected', 'amendment_approved', 'emergency_declared',
        'emergency_reviewed');
    CREATE VIEW IF NOT EXISTS overrides AS
      SELECT seq, run, at, command AS what, subject, person, reason FROM commands
        WHERE command IN ('resolve', 'skip', 'retry', 'hold', 'release', 'rollback', 'abort', 'cancel', 'limit')
          AND coalesce(decision, '') <> 'command_refused'
      UNION ALL SELECT l.seq, l.run, l.at, l.type, l.subject,
          (SELECT c.actor FROM log c WHERE c.seq = l.cause AND c.actor_kind = 'person'),
          (SELECT json_extract(c.payload, '$.reason') FROM log c WHERE c.seq = l.cause)
        FROM log l WHERE l.type IN ('gate_forced', 'emergency_declared', 'plan_amended')
      ORDER BY seq;
    CREATE VIEW IF NOT EXISTS evidence AS
      SELECT seq, run, at, type, subject, cause, data FROM log
      WHERE type IN ('gate_opened', 'gate_expired', 'gate_forced', 'gate_compared', 'gate_hold_broken', 'trigger_fired',
        'bake_interrupted', 'bake_expired', 'signal_sampled', 'comparison_measured');
    """
}

import Engine
import Forecasting
public import History
import Plans
public import Quantities

/// What is proved about the log that a report was made from.
public struct LogProof: Equatable, Sendable {
  /// In words: `intact up to entry 1,204; the tail rests on this machine's word`.
  public var words: String
  /// What the log lost and goes on without, in sentences without full stops.
  public var losses: [String]
  /// Whether nothing in it was found to be otherwise than it was written.
  public var isIntact: Bool
  /// How many entries the log has, and the root of its tree.
  public var size: Int64
  public var root: Digest

  public init(words: String, losses: [String] = [], isIntact: Bool, size: Int64, root: Digest) {
    self.words = words
    self.losses = losses
    self.isIntact = isIntact
    self.size = size
    self.root = root
  }
}

/// The report of a run: for a manager the first screen, for an auditor all of it.
public struct RunPage {
  let report: RunReport
  let run: String
  let digest: Digest
  let proof: LogProof
  let times: LocalTimes

  /// - Parameters:
  ///   - report: what is known of the run.
  ///   - run: its name.
  ///   - digest: of the plan in force.
  ///   - proof: what is proved about the log.
  ///   - zones: for times in the programme's zone.
  public init(_ report: RunReport, run: String, digest: Digest, proof: LogProof, zones: any ZoneTable) {
    self.report = report
    self.run = run
    self.digest = digest
    self.proof = proof
    times = LocalTimes(zone: report.plan.zone, zones: zones)
  }

  /// The page: one file. The same run gives the same bytes.
  public var html: String { document.html }

  /// The same without drawings, for a pull request.
  public var markdown: String { document.markdown }

  private var document: Document {
    Document(
      title: "\(report.plan.runbook), \(report.plan.environment): \(run)",
      subtitle: "Plan \(digest.short) · \(times.minute(report.began)) to \(times.minute(report.ended)), "
        + "times in \(times.name(at: report.began))",
      opening: [.box(proof.words, isWarning: !proof.isIntact)] + losses
        + [.box(summary, isWarning: report.outcome == .aborted || report.outcome == .rolledBack)],
      sections: [
        exceptions, approvals, phases, waves, signals, rollbacks, doubts, measured, targets, events, method,
      ].compactMap { $0 },
      footer: "Made by sanderling report \(run) from \(Spoken.number(Double(proof.size))) log entries with root "
        + "\(proof.root.hex); plan \(digest.hex). The same journal gives the same page.")
  }

  // MARK: - The first screen

  private var losses: [Document.Piece] {
    proof.losses.map { .box("This journal lost something: \($0).", isWarning: true) }
  }

  /// What came of it, in a few sentences.
  private var summary: String {
    var tally = Tally()
    for target in report.targets { tally.add(target.status) }
    let outcome =
      report.outcome.map { "The run is \($0 == .done ? "done" : $0 == .rolledBack ? "rolled back" : "given up")" }
      ?? "The run is open"
    var parts = [
      "\(outcome) after \(LocalTimes.took(report.began, report.ended)): "
        + report.plan.progress(tally.done)
        + (tally.failed > 0 ? ", \(tally.failed) failed" : "") + (tally.skipped > 0 ? ", \(tally.skipped) skipped" : "")
        + (tally.undone > 0 ? ", \(tally.undone) taken back" : "") + "."
    ]
    let late = report.phases.compactMap { phase -> String? in
      guard let planned = phase.planned.to, let ended = phase.ended else { return nil }
      let days = ended - times.start(of: planned.adding(days: 1))
      return days > .zero ? "\(phase.id) ended \(days.spoken) after its planned end" : nil
    }
    if !late.isEmpty { parts.append(late.joined(separator: "; ") + ".") }
    let fired = report.exceptions.count { $0.kind == .trigger }
    let facts = [
      fired > 0 ? fired.counted("trigger") + " fired" : nil,
      report.rollbacks.isEmpty ? nil : report.rollbacks.count.counted("rollback"),
      report.doubts.isEmpty ? nil : report.doubts.count.counted("step") + " in doubt",
      overrides > 0 ? overrides.counted("decision") + " of a person against the rules" : nil,
    ].compactMap { $0 }
    parts.append(
      facts.isEmpty ? "No trigger fired, nothing was rolled back or forced." : facts.joined(separator: ", ") + ".")
    return parts.joined(separator: " ")
  }

  private var overrides: Int {
    report.approvals.count { $0.kind == .emergency || $0.kind == .forced }
  }

  private var exceptions: Document.Section {
    let rows = report.exceptions.map { entry in
      [
        times.second(entry.at), entry.path.isEmpty ? "the run" : entry.path, entry.fact, entry.actor ?? "",
        entry.reason ?? "", String(entry.seq),
      ]
    }
    return Document.Section(
      title: "What was out of the ordinary",
      pieces: rows.isEmpty
        ? [.text("Nothing failed, was refused, held, forced or taken back, and nobody stepped in.")]
        : [.table(.init(titles: ["when", "where", "what", "who", "why", "entry"], rows: rows, right: [5]))])
  }

  private var approvals: Document.Section {
    let rows = report.approvals.map { approval in
      [
        times.minute(approval.at), approval.kind.rawValue, approval.path.isEmpty ? "the run" : approval.path,
        approval.person, approval.auth, approval.until.map(times.minute) ?? "", approval.reason ?? "",
        approval.voided.map { "void since \(times.minute($0.at)): \($0.why)" } ?? "", String(approval.seq),
      ]
    }
    let titles = ["when", "what", "of", "by", "proof", "until", "reason", "void", "entry"]
    return Document.Section(
      title: "Approvals and overrides",
      pieces: rows.isEmpty
        ? [.text("The plan asked for no approval, and none was given.")]
        : [.table(.init(titles: titles, rows: rows, right: [8]))])
  }
}

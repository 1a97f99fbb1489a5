public import Quantities

/// A runbook as it was written: parsed, checked, and with the place of everything that a later stage may complain
/// about.
public struct Runbook: Sendable {
  /// The identifier, from `runbook:`.
  public var id: Located<String>
  /// One sentence for people.
  public var summary: String?
  /// Who answers for it.
  public var owner: String?
  /// The day on which the programme starts.
  public var starts: Located<CivilMoment>?
  /// The last day of the programme.
  public var deadline: Located<CivilDate>?
  /// The programme's own IANA zone; `UTC` when none is written.
  public var zone: Located<String>
  /// The inventories by name, in the order of the file.
  public var inventories: [Inventory] = []
  /// The calendar files, and how they are read.
  public var calendars: [CalendarSource]
  /// The calendar files as they were read, in the order of ``calendars``; those that cannot be read are missing.
  public var calendarFiles: [Calendar] = []
  /// Path of the forecast, relative to the runbook.
  public var forecast: Located<String>?
  /// The numbers of the forecast that conditions compare with, in the order of the file.
  public var forecastQuantities: [ForecastQuantity] = []
  /// The performance model, where the forecast has one.
  public var model: ForecastModel?
  /// Path of the risk register, relative to the runbook.
  public var risks: Located<String>?
  /// The risk register, as it was read.
  public var register: RiskRegister?
  /// The parameters in the order of the file.
  public var parameters: [Parameter]
  /// The signals in the order of the file.
  public var signals: [Signal]
  /// The named gates in the order of the file.
  public var gates: [NamedGate]
  /// The triggers in the order of the file.
  public var triggers: [Trigger]
  /// The phases in the order of the file.
  public var phases: [Phase]
  /// Failures that the whole run tolerates.
  public var tolerate: Tolerance?
  /// The persons who wrote it, by their identifiers.
  public var authors: [Located<String>]
  /// The persons of the programme, in the order of the file.
  public var people: [Person] = []
  /// Whether there is a file with persons.
  public var hasPeople = false
  /// The secret of `trust/salt`, from which the salts of people are made; `nil` without such a file.
  public var salts: SaltSource?
  /// The keys that people sign with, if there are any.
  public var keys: TrustedKeys?
  /// How many targets are undone at once; `nil` for as many as any stage works on at once.
  public var undoConcurrency: Int?
  /// Who is told what.
  public var notify: [Notice]
  /// By adapter: the arguments that are addresses, in which what interpolations stand for is encoded.
  public var addresses: [String: [String]] = [:]
  /// The files that were read, in reading order, with their bytes' digest.
  public var sources: [Source] = []

  /// What one file says; the rest comes from other files.
  init(
    id: Located<String>, summary: String?, owner: String?, authors: [Located<String>],
    starts: Located<CivilMoment>?, deadline: Located<CivilDate>?, zone: Located<String>, calendars: [CalendarSource],
    forecast: Located<String>?, risks: Located<String>?, parameters: [Parameter], signals: [Signal],
    gates:
      [NamedGate], triggers: [Trigger], phases: [Phase], tolerate: Tolerance?, undoConcurrency: Int?,
    notify:
      [Notice]
  ) {
    self.id = id
    self.summary = summary
    self.owner = owner
    self.authors = authors
    self.starts = starts
    self.deadline = deadline
    self.zone = zone
    self.calendars = calendars
    self.forecast = forecast
    self.risks = risks
    self.parameters = parameters
    self.signals = signals
    self.gates = gates
    self.triggers = triggers
    self.phases = phases
    self.tolerate = tolerate
    self.undoConcurrency = undoConcurrency
    self.notify = notify
  }
}

/// A file that a runbook consists of.
public struct Source: Hashable, Sendable {
  /// The path relative to the runbook's directory, the same on every machine.
  public var path: String
  /// The digest of the file's bytes.
  public var digest: Digest

  public init(path: String, digest: Digest) {
    self.path = path
    self.digest = digest
  }
}

/// A value that is given from outside, with a default.
public struct Parameter: Sendable {
  /// The type of a parameter's value.
  public enum Kind: String, Sendable, CaseIterable { case string, integer, boolean, duration }

  public var name: Located<String>
  /// The type.
  public var kind: Kind
  /// The value when nobody gives one; `nil` makes the parameter required.
  public var standard: String?
  /// One sentence for people.
  public var summary: String?
}

/// A quantity that is measured.
public struct Signal: Sendable {
  /// Over what one value of the signal speaks.
  public enum Extent: Hashable, Sendable {
    case global
    case target
    /// One value for each value of this attribute.
    case attribute(String)
  }

  /// What missing data mean.
  public enum NoData: Hashable, Sendable {
    case hold
    case breach
    case idle(when: String)
    case zero(when: String)
    case carry(Span)
  }

  public var name: Located<String>
  /// The unit, such as `s` or `%`.
  public var unit: String
  /// The operation that measures.
  public var query: Located<String>
  /// Over what one value speaks.
  public var extent: Extent
  /// The sampling interval.
  public var every: Span
  /// How long after its time a sample is final.
  public var settle: Span
  /// How far back each value looks: the half-open window before its time.
  public var window: Span
  /// The fewest events under a ratio that make it count.
  public var minimumCount: Int?
  /// What missing data mean; `nil` when nothing is written.
  public var noData: NoData?
}

/// Somebody who is told when something happens.
public struct Notice: Sendable {
  /// What somebody may be told about.
  public enum Class: String, Hashable, Sendable, CaseIterable {
    /// A person has to decide or to do something.
    case needsPerson = "needs_person"
    /// A trigger fired, or a gate expired or was forced.
    case evidence
    /// A rollback began or ended.
    case rollback
    /// A wave is over.
    case waves
    /// The run is over.
    case finished
    /// Approvals were lifted.
    case emergency
  }

  /// What the message looks like.
  public enum Form: String, Hashable, Sendable, CaseIterable { case text, slack, teams, cloudevents }

  /// About what.
  public var classes: [Class]
  /// The operation that tells: of an `http` or `process` provider.
  public var uses: Located<String>
  /// What the message looks like.
  public var form: Form
}

/// A number that the forecast projects: constant, by how many targets are live, or a figure of the model.
public struct ForecastQuantity: Sendable {
  /// What is projected for a number of targets; between two points the projection is a straight line.
  public struct Point: Hashable, Sendable {
    /// The number of live targets.
    public var targets: Int
    /// The projected value.
    public var value: Fixed
  }

  /// The name, without `forecast.`.
  public var name: Located<String>
  public var unit: String
  /// The inventory whose live targets count; `nil` for a constant.
  public var inventory: Located<String>?
  /// The projection by rising numbers of targets; one point for a constant, none when it comes from the model.
  public var points: [Point]
  /// The figure of the model that it is.
  public var figure: Located<String>?
}

/// A named list of conditions.
public struct NamedGate: Sendable {
  public var name: Located<String>
  /// All must be true.
  public var conditions: [Located<Condition>]
}

/// Something that must never become true while targets are exposed.
public struct Trigger: Sendable {
  /// What a firing trigger does.
  public enum Action: String, Sendable, CaseIterable { case hold, rollback, stop }
  /// How the breach must last.
  public enum Persistence: Hashable, Sendable {
    case lasting(Span)
    case share(of: Int, in: Int)
  }

  /// The identifier.
  public var id: Located<String>
  /// The condition.
  public var when: Located<Condition>
  /// How long, or how often, it must be true.
  public var persistence: Persistence
  /// What it does.
  public var action: Action
  /// What it does it to.
  public var scope: Scope
  /// How long after the change it still watches.
  public var watchAfter: Span
  /// The risks that it serves.
  public var mitigates: [String]
  /// Its own policy for missing data.
  public var noData: Signal.NoData?
}

/// How far a hold or a rollback reaches.
public enum Scope: String, Hashable, Sendable, CaseIterable { case target, wave, stage, phase, run }

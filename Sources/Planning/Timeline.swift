import Plans
import Quantities
import Runbooks

/// Lays waves on the calendar, as early as starts, windows, freezes, gates, bakes, pace and caps allow, as if no step
/// took time.
///
/// The instants are those of a run whose every request is answered at once, so that none of its targets can start
/// before its plan says.
struct Timeline {
  /// The next instant at which something can begin; `nil` when the programme has no start.
  private(set) var now: Instant?
  let days: LocalDays

  init(starts: CivilMoment?, days: LocalDays) {
    now = starts.flatMap { days.instant(of: $0) }
    self.days = days
  }

  /// The day of the next instant.
  var day: CivilDate? { now.map { days.day(of: $0) } }

  /// Moves to the first day of a phase, or the time on it, when that is later.
  mutating func enter(notBefore moment: CivilMoment?) {
    guard let start = moment.flatMap({ days.instant(of: $0) }) else { return }
    now = now.map { max($0, start) } ?? start
  }

  /// Moves to the day on which the rest of a run is planned anew, where the plan has a calendar.
  mutating func goOn(from day: CivilDate?) {
    if now != nil { enter(notBefore: day.map { CivilMoment($0) }) }
  }

  /// Gives each wave of a stage its instants and its days.
  ///
  /// `begun` are waves of the stage that a run has begun already: the others follow them.
  mutating func lay(_ waves: inout [PlannedWave], course: StageCourse, begun: [PlannedWave] = []) {
    guard var now else { return }
    var use = StageUse()
    for wave in begun {
      guard let first = wave.starts?.first ?? wave.earliest.flatMap({ days.start(of: $0) }) else { continue }
      // When each of its targets began stands in the run: the earliest that it can have been is when the wave began.
      if let pace = course.pace {
        use.begin(pace, at: first)
        use.spend(pace, wave.targets.count, at: first)
      }
      now = max(now, course.end(of: wave.targets, startedAt: wave.starts?.last ?? first))
    }
    for index in waves.indices {
      let targets = waves[index].targets
      now = course.beginning(of: targets, from: now, use)
      if let pace = course.pace { use.begin(pace, at: now) }
      let starts = course.starts(of: targets, from: now, &use) ?? WaveStarts(first: now, last: now)
      let end = course.end(of: targets, startedAt: starts.last)
      waves[index].starts = starts
      waves[index].ends = end
      waves[index].earliest = days.day(of: starts.first)
      // What ends at midnight does not go on on the next day.
      waves[index].latest = days.day(of: end > starts.last ? end + Span(milliseconds: -1) : end)
      now = end
    }
    self.now = now
  }
}

/// Local days of one zone.
struct LocalDays {
  let zone: String
  let zones: any ZoneTable

  /// When a day begins; `nil` in a zone that nobody knows.
  func start(of day: CivilDate) -> Instant? { zones.instant(of: day, in: zone) }

  /// When a moment on the clock of the zone is; `nil` in a zone that nobody knows.
  func instant(of moment: CivilMoment) -> Instant? { zones.instant(of: moment, in: zone) }

  /// The day that an instant lies in.
  func day(of instant: Instant) -> CivilDate {
    (instant + Span(milliseconds: Int64(zones.offset(of: zone, at: instant) ?? 0) * 1_000)).utcDate
  }
}

/// What decides when the waves of a stage begin and end.
struct StageCourse {
  /// In real time.
  var pace: PlannedPace?
  /// In real time, with the values of their attributes by row.
  var caps: [(values: [String], pace: PlannedPace)] = []
  var openings: Openings
  /// How long the gate of each wave must hold.
  var hold = Span.zero
  /// How long each wave bakes after that.
  var bake = Span.zero
  /// The whole local days that it bakes.
  var cycles = 0
  /// How long the events of a wave take from its last target on, where that is asked.
  var eventTime: (([Int32]) -> Span)?

  /// The earliest end of a wave whose last target started, and was done, at an instant.
  func end(of rows: [Int32], startedAt last: Instant) -> Instant {
    let opened = last + hold
    let baked = max(opened + bake, last + (eventTime?(rows) ?? .zero))
    return openings.end(of: cycles, daysAfter: opened, rows).map { max($0, baked) } ?? baked
  }

  /// When a wave begins: its pace has room for all its targets, and one of them may start.
  func beginning(of rows: [Int32], from start: Instant, _ use: StageUse) -> Instant {
    var now = start
    while true {
      let paced = pace.flatMap { use.pace?.earliest(of: rows.count, at: now, $0) } ?? now
      guard let opens = opening(of: rows, from: max(now, paced), use), opens > now else { return max(now, paced) }
      now = opens
    }
  }

  /// When the first of some targets may start, at an instant or after it; `nil` when none ever may.
  private func opening(of rows: [Int32], from start: Instant, _ use: StageUse) -> Instant? {
    if caps.isEmpty { return openings.groups(of: rows, from: start).first?.start }
    let queues = queues(of: rows)
    var now = start
    while true {
      let obstacles = queues.map { obstacle(of: $0, at: now, use) }
      if obstacles.contains(where: { $0 == nil }) { return now }
      guard let next = obstacles.compactMap({ $0 ?? nil }).min(), next > now else { return nil }
      now = next
    }
  }

  /// When the first and the last of some targets start; `nil` when none ever may. Those that never may are left out.
  func starts(of rows: [Int32], from start: Instant, _ use: inout StageUse) -> WaveStarts? {
    if caps.isEmpty {
      let groups = openings.groups(of: rows, from: start)
      if let pace { for group in groups { use.spend(pace, group.count, at: group.start) } }
      guard let first = groups.first, let last = groups.last else { return nil }
      return WaveStarts(first: first.start, last: last.start)
    }
    var queues = queues(of: rows)
    var starts: WaveStarts?
    var now = start
    while !queues.isEmpty {
      // As a run does: of the targets that may start, the one that stands first in the wave.
      while let position = queues.indices.filter({ obstacle(of: queues[$0], at: now, use) == nil })
        .min(by: { queues[$0].places[queues[$0].head] < queues[$1].places[queues[$1].head] })
      {
        let row = Int(rows[queues[position].places[queues[position].head]])
        if let pace { use.spend(pace, 1, at: now) }
        for (number, cap) in caps.enumerated() { use.spend(cap.pace, number, cap.values[row], at: now) }
        starts = WaveStarts(first: starts?.first ?? now, last: now)
        queues[position].head += 1
        if queues[position].head == queues[position].places.count { queues.remove(at: position) }
      }
      queues.removeAll { obstacle(of: $0, at: now, use) == .some(nil) }
      guard let next = queues.compactMap({ obstacle(of: $0, at: now, use) ?? nil }).min(), next > now else { break }
      now = next
    }
    return starts
  }

  /// Targets of a wave that the same things keep from starting.
  private struct Queue {
    var row: Int32
    var places: [Int]
    var head = 0
  }

  private struct Kind: Hashable {
    var site: StartSite
    var values: [String]
  }

  private func queues(of rows: [Int32]) -> [Queue] {
    var position: [Kind: Int] = [:]
    var queues: [Queue] = []
    for (place, row) in rows.enumerated() {
      let kind = Kind(site: openings.site(of: row), values: caps.map { $0.values[Int(row)] })
      if let known = position[kind] {
        queues[known].places.append(place)
      } else {
        position[kind] = queues.count
        queues.append(Queue(row: row, places: [place]))
      }
    }
    return queues
  }

  /// What keeps the targets of a queue from starting: `nil` for nothing, else until when, where `nil` is for ever.
  private func obstacle(of queue: Queue, at now: Instant, _ use: StageUse) -> Instant?? {
    if case .closed(_, let reopens) = openings.verdict(of: queue.row, at: now) { return .some(reopens) }
    let full = caps.enumerated().compactMap { number, cap in
      use.end(ofFull: cap.pace, number, cap.values[Int(queue.row)], at: now)
    }
    return full.max().map { .some($0) }
  }
}

/// What the waves of a stage have used of its pace and its caps so far.
struct StageUse {
  private(set) var pace: PaceState?
  private var begunAt: Instant?
  /// By cap and value: the targets that started in the period that was current then.
  private var capped: [Int: [String: (period: Instant, count: Int)]] = [:]

  mutating func begin(_ pace: PlannedPace, at now: Instant) {
    self.pace = self.pace ?? PaceState(pace, beginningAt: now)
  }

  mutating func spend(_ pace: PlannedPace, _ targets: Int, at now: Instant) {
    self.pace?.spend(targets, at: now, pace)
  }

  mutating func spend(_ cap: PlannedPace, _ number: Int, _ value: String, at now: Instant) {
    let since = begunAt ?? now
    begunAt = since
    let period = cap.period(of: now, since: since).start
    let before = capped[number]?[value].flatMap { $0.period == period ? $0.count : nil } ?? 0
    capped[number, default: [:]][value] = (period, before + 1)
  }

  /// When the current period of a cap ends that is used up for a value; `nil` when it is not.
  func end(ofFull cap: PlannedPace, _ number: Int, _ value: String, at now: Instant) -> Instant? {
    let period = cap.period(of: now, since: begunAt ?? now)
    guard let use = capped[number]?[value], use.period == period.start, use.count >= cap.count else { return nil }
    return period.end
  }
}

import Runbooks

/// The targets of the inventory that brings the load, sorted into classes that behave alike.
///
/// Ten thousand stores in twenty zones are a few dozen classes: a model is evaluated by class, never by target.
struct Population: Sendable {
  /// Targets in one cell and zone that share their caches and their residency.
  struct Class: Hashable, Sendable {
    /// The cell, by its place in the model.
    var cell: Int
    /// The time zone, by its place in ``zones``.
    var zone: Int
    /// For each cache of the model: which of its partitions.
    var partitions: [Int]
    /// The value of the attribute that residency goes by; empty without.
    var residence: String
  }

  let classes: [Class]
  /// For each target its class; -1 for one in no cell.
  let classOf: [Int32]
  let zones: [String]
  /// For each target its users; 0 where the model has one number for all.
  let users: [Double]
  /// For each stock of the model, for each target, how much of it lies there; empty where one number says it.
  let stocks: [[Double]]
  /// For each cache, the number of its partitions.
  let partitionCounts: [Int]

  /// Sorts the targets of an inventory.
  ///
  /// - `model`: a model whose names were checked against the inventory.
  /// - `standard`: the zone of targets that name none.
  init(model: ForecastModel, inventory: Inventory, standard: String) {
    let count = inventory.count
    let zoneColumn = inventory.column("zone")
    let cellColumn = model.cells.by.flatMap { inventory.column($0.value) }
    let residenceColumn = model.residency.flatMap { inventory.column($0.by.value) }
    let cells = Dictionary(
      model.cells.places.enumerated().map { ($0.element.name.value, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    let cacheColumns = model.caches.map { $0.by.compactMap { inventory.column($0.value) } }
    var partitions = [[[String]: Int]](repeating: [:], count: model.caches.count)
    var zoneIndex: [String: Int] = [:]
    var zones: [String] = []
    var index: [Class: Int32] = [:]
    var classes: [Class] = []
    var classOf = [Int32](repeating: -1, count: count)
    for row in 0..<count {
      guard let cell = cellColumn == nil ? 0 : cells[cellColumn?[row] ?? ""] else { continue }
      let zone = zoneColumn?[row] ?? standard
      let zoneNumber = zoneIndex[zone] ?? zones.count
      if zoneNumber == zones.count {
        zoneIndex[zone] = zoneNumber
        zones.append(zone)
      }
      let shared = cacheColumns.indices.map { cache in
        let key = [String(cell)] + cacheColumns[cache].map { $0[row] }
        let number = partitions[cache][key] ?? partitions[cache].count
        partitions[cache][key] = number
        return number
      }
      let kind = Class(cell: cell, zone: zoneNumber, partitions: shared, residence: residenceColumn?[row] ?? "")
      let number = index[kind] ?? Int32(classes.count)
      if Int(number) == classes.count {
        index[kind] = number
        classes.append(kind)
      }
      classOf[row] = number
    }
    (self.classes, self.classOf, self.zones) = (classes, classOf, zones)
    func numbers(_ column: String?) -> [Double] {
      column.flatMap { inventory.column($0) }.map { $0.map { Double($0) ?? 0 } } ?? []
    }
    users = numbers(model.load.usersColumn?.value)
    allUsers = users.reduce(0, +)
    stocks = model.load.stocks.map { numbers($0.column?.value) }
    partitionCounts = partitions.map(\.count)
    var cellTargets = [Double](repeating: 0, count: max(1, model.cells.places.count))
    var cellUsers = cellTargets
    for row in 0..<count where classOf[row] >= 0 {
      let cell = classes[Int(classOf[row])].cell
      cellTargets[cell] += 1
      if row < users.count { cellUsers[cell] += users[row] }
    }
    (self.cellTargets, self.cellUsers) = (cellTargets, cellUsers)
    zoneOf = classes.map(\.zone)
    partitionOf = model.caches.indices.map { cache in classes.map { $0.partitions[cache] } }
  }

  /// For each class its zone, and for each cache the partition of each class: what is looked up in every hour.
  let zoneOf: [Int]
  /// See ``zoneOf``.
  let partitionOf: [[Int]]

  /// By cell, the targets of the whole inventory, and their users by the column.
  let cellTargets: [Double]
  /// See ``cellTargets``.
  let cellUsers: [Double]

  /// The users of all targets.
  let allUsers: Double

  var count: Int { classOf.count }
}

/// The targets that are live, summed by class and by the day since which they are.
public struct LiveTargets: Sendable {
  /// Those of one class that went live on one day.
  struct Group: Sendable {
    var kind: Int
    /// The day since which they are live, as a day number; `nil` for ever.
    var since: Int?
    var targets: Double
    var users: Double
    var stocks: [Double]
  }

  var groups: [Group] = []
  private var index: [Key: Int] = [:]

  private struct Key: Hashable {
    var kind: Int
    var since: Int?
  }

  /// No target.
  public static let none = LiveTargets()

  init() {}

  /// The number of live targets.
  public var count: Int { Int(groups.reduce(0) { $0 + $1.targets }) }

  mutating func add(_ row: Int, since day: Int?, of population: Population) {
    let kind = Int(population.classOf[row])
    guard kind >= 0 else { return }
    let key = Key(kind: kind, since: day)
    let place = index[key] ?? groups.count
    if place == groups.count {
      index[key] = place
      groups.append(
        Group(kind: kind, since: day, targets: 0, users: 0, stocks: population.stocks.map { _ in 0 }))
    }
    groups[place].targets += 1
    if !population.users.isEmpty { groups[place].users += population.users[row] }
    for stock in population.stocks.indices where !population.stocks[stock].isEmpty {
      groups[place].stocks[stock] += population.stocks[stock][row]
    }
  }
}

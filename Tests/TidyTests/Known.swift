/// What the rules find and let pass, by the beginning of what they say.
enum Known {
  /// Codes that no check finds and that have a page: `why` and the docs explain by them.
  static let codes: Set<String> = ["G511"]

  // For good.

  /// Called by a library, by name.
  static let calledByOthers = [
    // ArgumentParser calls it before `run`.
    "Sources/sanderling/RunCommand.swift", "Sources/sanderling/ReaderOptions.swift",
    "Sources/sanderling/PartOptions.swift", "Sources/sanderling/StatusCommand.swift",
    // Whoever compares decisions, and `audit incarnate`.
    "Sources/Engine/Event.swift", "Sources/Journaling/Incarnation.swift",
  ]
  /// Needed although nothing imports it.
  static let unimported = [
    // The program must be built before its tests start it.
    "CommandTests names sanderling"
  ]

  /// A table: one line for each event.
  static let long = ["Sources/Engine/Events/Event+Entry.swift"]
}

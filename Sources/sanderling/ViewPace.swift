/// How often a live view is drawn: as often as a person sees, and never so often that drawing takes more than a
/// twenty-fifth of the time.
struct ViewPace {
  /// The shortest time between two pictures.
  let least: Duration
  private static let most = Duration.seconds(2)
  private let clock = ContinuousClock()

  /// Draws, and says how long to wait before the next time.
  func pause(after draw: () async throws -> Void) async rethrows -> Duration {
    let begin = clock.now
    try await draw()
    return min(Self.most, max(least, (clock.now - begin) * 24))
  }
}

/// A small generator whose numbers are the same on every machine: a seed is a whole simulation.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// True in so many cases of a hundred.
  mutating func chance(_ percent: Int) -> Bool { int(0...99) < percent }

  /// A number of a range.
  mutating func int(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  /// One of some values, all as likely.
  mutating func pick<Value>(_ values: [Value]) -> Value { values[int(0...(values.count - 1))] }
}

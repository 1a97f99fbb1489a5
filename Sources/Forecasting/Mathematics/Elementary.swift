internal import RealModule

/// The elementary functions that the formulas need. One place, so that everything rests on the same library.
enum Elementary {
  static func exp(_ value: Double) -> Double { Double.exp(value) }
  static func log(_ value: Double) -> Double { Double.log(value) }
  static func power(_ base: Double, _ exponent: Double) -> Double { Double.pow(base, exponent) }
  /// The chance that a standard normal variable is below a value.
  static func normal(_ value: Double) -> Double { 0.5 * Double.erfc(-value / 2.0.squareRoot()) }
}

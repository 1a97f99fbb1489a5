public import Plans
public import Quantities
public import Records

extension Record {
  /// A plan under its digest, with who its people are as far as nobody erased that; `nil` when there is none.
  ///
  /// - Throws: ``JournalError``; ``PlanError`` for bytes that are no plan of this version.
  public func keptPlan(_ digest: Digest) throws -> Plan? {
    guard let bytes = try blob(digest) else { return nil }
    var plan = try Plan(canonical: bytes)
    try plan.open { commitment in try opening(commitment) }
    return plan
  }
}

extension Plan {
  /// The plan as a record keeps it.
  ///
  /// - Throws: ``PlanError`` when it cannot be represented; it must not run then.
  public func kept() throws(PlanError) -> KeptBlob {
    KeptBlob(try recordableBytes(), openings: openings, people: people.compactMap(\.pseudonym))
  }
}

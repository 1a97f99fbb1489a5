import Foundation
import Planning
import Plans
import Quantities
import Runbooks
import Testing
import Vocabularies

/// Files that the version before format 2 wrote, byte for byte: `Tests/Fixtures/format1/README.md`.
private enum Old {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/format1").path(percentEncoded: false)

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
  }
}

@Suite("A plan of format 1")
struct FormatTests {
  @Test(
    "is read, keeps the digest that was approved, and is written in the present format",
    arguments: ["full", "recorded", "retail-local", "retail-production"])
  func reads(name: String) throws {
    let bytes = try Old.bytes("\(name)-plan.json")
    let plan = try Plan(canonical: bytes)
    #expect(plan.digest == Digest(of: bytes) && plan.isOfOlderFormat)
    #expect(plan.canonicalBytes != bytes)
    let again = try Plan(canonical: plan.canonicalBytes)
    #expect(!again.isOfOlderFormat && again.digest == Digest(of: plan.canonicalBytes))
    #expect(again.canonicalBytes == plan.canonicalBytes)
    #expect(again.differences(from: plan).isEmpty && plan.differences(from: again).isEmpty)
    #expect(try again.recordableBytes() == again.canonicalBytes)
  }

  @Test("is the same as what is planned of the same files now", arguments: [("full", "lab"), ("recorded", nil)])
  func same(name: String, environment: String?) throws {
    let old = try Plan(canonical: try Old.bytes("\(name)-plan.json"))
    let loaded = RunbookFile.load(
      path: "\(Old.folder)/\(name)", adapters: ["process", "http", "manual", "noop"].map { .lenient($0) },
      environment: environment,
      reading: { path in Array(try Data(contentsOf: URL(filePath: path))) },
      listing: { path in ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() })
    let (plan, findings) = Planner.plan(
      try #require(loaded.runbook), in: try #require(loaded.environment), zones: TestZones())
    let new = try #require(plan, "\(loaded.findings + findings)")
    // The tests have zone data of another name, freezes that come back were laid out for some years then, and a pass
    // that held for ever holds for an hour now, where the runbook says nothing. Waves were laid out by whole days.
    let found = new.differences(from: old).filter {
      !$0.text.hasPrefix("zone data ") && !($0.text.hasPrefix("freeze `") && $0.text.hasSuffix("` changed"))
        && !$0.text.hasSuffix("valid_for ever → 1h") && !$0.text.contains(": other times for ")
        && !$0.text.contains(": first day ")
        && !$0.text.contains(": last day ") && !$0.text.contains("starts of the periods")
    }
    #expect(found.isEmpty, "\(found.map(\.text))")
    #expect(new.inputs == old.inputs)
  }

  @Test("that lacks a guard is not taken for the one that has it")
  func guards() throws {
    let old = try Plan(canonical: try Old.bytes("full-plan.json"))
    var new = try Plan(canonical: old.canonicalBytes)
    new.ignored = []
    #expect(new.differences(from: old).map(\.risk) == [.shrank])
    new.ignored = [LeftOutPart(.cycleBake, of: ["roll/pilots"]), LeftOutPart(.gate, of: ["roll/rest"])]
    #expect(new.differences(from: old).map(\.text) == ["left out by the environment: gate of stage `roll/rest`"])
  }
}

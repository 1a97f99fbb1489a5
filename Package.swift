// swift-tools-version: 6.2
import PackageDescription

/// The rules that every target of ours keeps. Dependencies keep their own.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// What the simulation runs, and what computes, is optimised where it is to run for long: `SANDERLING_OPTIMIZED=1 swift
/// build`.
let simulated: Set<String> = [
  "Quantities", "Plans", "Engine", "Records", "Looping", "Checkpoints", "Auditing", "Forecasting", "SimulationTests",
]
let isOptimized = Context.environment["SANDERLING_OPTIMIZED"] != nil

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let realNumbers = Target.Dependency.product(name: "RealModule", package: "swift-numerics")

let package = Package(
  name: "sanderling",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
  ],
  targets: [
    // How well the kernel keeps the wall clock.
    .systemLibrary(name: "CClock"),
    // The system's libcrypto: SHA-256, Ed25519, signatures.
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    // The system's libcurl: HTTP with TLS, proxies and client certificates.
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

    // The system's libsqlite3, for signals that are queries on a database. The journal has GRDB.
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

    // Times, spans, amounts, conditions, canonical JSON, digests.
    .target(name: "Quantities", dependencies: ["CCrypto"]),
    // What is wrong, where, and what to write instead.
    .target(name: "Diagnostics", resources: [.embedInCode("Pages")]),
    // Shapes of what people write, and what adapters declare in them.
    .target(name: "Vocabularies", dependencies: ["Diagnostics", "Quantities"]),
    // What OpenSSH writes: keys, signatures, allowed signers, certificates, revocations. Pure.
    .target(name: "SSHSignatures", dependencies: ["CCrypto", "Quantities"]),
    // Text → a checked runbook.
    .target(name: "Runbooks", dependencies: ["SSHSignatures", "Vocabularies", "Diagnostics", "Quantities", yams]),
    // Load, capacity, cost and availability, from the model of a runbook. Pure.
    .target(name: "Forecasting", dependencies: ["Runbooks", "Quantities", realNumbers]),
    // The plan as values: canonical form, digest, differences with their risk, conflicts, calendars. Pure.
    .target(name: "Plans", dependencies: ["SSHSignatures", "Quantities"]),
    // A runbook → a plan: who × what × when × limits.
    .target(name: "Planning", dependencies: ["Plans", "Runbooks", "Forecasting", "Diagnostics", "Quantities"]),
    // A plan + events → decisions. Pure.
    .target(name: "Engine", dependencies: ["Plans", "Quantities"]),
    // Events → what people ask about them.
    .target(name: "History", dependencies: ["Engine", "Plans", "Quantities"]),
    // What a loop needs of a record: bytes, sequence numbers, digests; and its form in memory. Pure.
    .target(name: "Records", dependencies: ["Quantities"]),
    // Signed notes, checkpoints, proofs and witnesses, as C2SP has them. Pure.
    .target(name: "Checkpoints", dependencies: ["CCrypto", "Records", "Quantities"]),
    // The record's form on disk: SQLite.
    .target(name: "Journaling", dependencies: ["CSQLite", "Records", "Quantities", grdb]),
    // The one loop: news in, a record to append to, orders out. No clock, no task, no file, no chance. Pure.
    .target(name: "Looping", dependencies: ["Engine", "Plans", "Records", "Quantities"]),
    // A record judged: its bytes, its tree, what others saw of it; who did what, and why. Pure.
    .target(
      name: "Auditing",
      dependencies: ["Checkpoints", "Looping", "Records", "Engine", "Plans", "SSHSignatures", "Quantities"]),
    // Brings checkpoints to places outside of the machine, and asks them what they know.
    .target(
      name: "Anchoring", dependencies: ["Adapters", "HTTP", "Checkpoints", "Records", "Quantities"]),
    // Starts and collects children: the part that may use nothing but system calls.
    .target(name: "CSpawn"),
    // Threads for work that blocks.
    .target(name: "Threads"),
    // A small asynchronous HTTP client over libcurl.
    .target(name: "HTTP", dependencies: ["CCurl", "Threads"]),
    // What providers can do: the protocol and the built-in adapters.
    .target(
      name: "Adapters",
      dependencies: [
        "CSQLite", "CSpawn", "HTTP", "Threads", "Vocabularies", "Diagnostics", "Quantities",
      ]),
    // The loop in the wall world: tasks, adapters, timers, processes, keys.
    .target(
      name: "Conducting",
      dependencies: [
        "Looping", "Records", "Engine", "Plans", "SSHSignatures", "Adapters", "Vocabularies", "Quantities", "CClock",
      ]),
    // The desk: asks and answers as values, for shells that only parse and print.
    .target(
      name: "Operating",
      dependencies: [
        "Anchoring", "Auditing", "Checkpoints", "Conducting", "HTTP", "Looping", "Records", "Adapters", "Journaling",
        "History", "Engine", "Planning", "Plans", "SSHSignatures", "Runbooks", "Diagnostics", "Quantities",
      ]),
    // Values → text for terminals.
    .target(
      name: "Screens",
      dependencies: [
        "Auditing", "Checkpoints", "History", "Engine", "Planning", "Plans", "Forecasting", "Runbooks", "Vocabularies",
        "Diagnostics", "Quantities",
      ]),
    // Values → HTML and SVG, one file that stands alone.
    .target(
      name: "Reports",
      dependencies: [
        "Screens", "History", "Engine", "Planning", "Plans", "Forecasting", "Runbooks", "Diagnostics", "Quantities",
      ]),
    // The command: one file per sub-command.
    .executableTarget(
      name: "sanderling",
      dependencies: [
        "Auditing", "Checkpoints", "Screens", "Reports", "Operating", "Conducting", "Looping", "Records", "Adapters",
        "Journaling", "History",
        "Engine",
        "Planning", "Plans",
        "Forecasting",
        "Runbooks", "Diagnostics", "Quantities", arguments,
      ]
    ),

    // Rules of each module, fast.
    .testTarget(name: "QuantitiesTests", dependencies: ["Quantities", "Diagnostics"]),
    .testTarget(name: "SSHSignaturesTests", dependencies: ["SSHSignatures", "Quantities", "CCrypto"]),
    .testTarget(name: "RunbooksTests", dependencies: ["Runbooks", "Vocabularies", "Diagnostics", "Quantities"]),
    .testTarget(
      name: "ForecastingTests",
      dependencies: ["Forecasting", "Runbooks", "Vocabularies", "Diagnostics", "Quantities"]),
    .testTarget(name: "PlansTests", dependencies: ["Plans", "SSHSignatures", "Quantities"]),
    .testTarget(
      name: "PlanningTests",
      dependencies: ["Engine", "Planning", "Plans", "Runbooks", "Vocabularies", "Diagnostics", "Quantities"]),
    .testTarget(name: "EngineTests", dependencies: ["Engine", "Plans", "Quantities"], exclude: ["Golden"]),
    .testTarget(name: "JournalingTests", dependencies: ["Journaling", "Records", "Quantities", grdb]),
    .testTarget(
      name: "AdaptersTests",
      dependencies: ["Adapters", "HTTP", "Runbooks", "Vocabularies", "Diagnostics", "Quantities"]),
    .testTarget(
      name: "ConductingTests",
      dependencies: [
        "Conducting", "Looping", "Records", "Engine", "Plans", "Journaling", "Adapters", "Vocabularies", "Quantities",
      ]),
    .testTarget(
      name: "OperatingTests",
      dependencies: [
        "Operating", "Auditing", "Conducting", "Looping", "Records", "Adapters", "Journaling", "Screens", "History",
        "Engine", "Plans", "Diagnostics", "Quantities", grdb,
      ]),
    // Known answers of the C2SP specifications, and hostile input.
    .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "Records", "Quantities"]),
    // Damaged records of every kind, and who finds what.
    .testTarget(
      name: "AuditingTests", dependencies: ["Auditing", "Checkpoints", "Journaling", "Records", "Quantities"],
      exclude: ["verify.py"]),
    // Files, git, commands and witnesses that know something, or are not there.
    .testTarget(name: "AnchoringTests", dependencies: ["Anchoring", "Checkpoints", "Records", "Quantities"]),
    // The loop, turn by turn.
    .testTarget(name: "LoopingTests", dependencies: ["Looping", "Records", "Engine", "Plans", "Quantities"]),
    .testTarget(name: "HistoryTests", dependencies: ["History", "Engine", "Plans", "Quantities"]),
    .testTarget(
      name: "ScreensTests",
      dependencies: ["Screens", "History", "Engine", "Planning", "Plans", "Runbooks", "Diagnostics", "Quantities"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Reports", "History", "Engine", "Planning", "Plans", "Diagnostics", "Quantities"]),
    // Seeds × faults × crashes against the loop that ships, in a simulated world, with invariants.
    .testTarget(
      name: "SimulationTests",
      dependencies: ["Screens", "History", "Auditing", "Looping", "Records", "Engine", "Plans", "Quantities"]),
    // What people read, byte for byte.
    .testTarget(
      name: "GoldenTests",
      dependencies: [
        "Screens", "Reports", "Planning", "Plans", "Forecasting", "Adapters", "Runbooks", "Diagnostics", "Quantities",
      ],
      exclude: ["Golden", "Wrong"]),
    // The built binary: exit codes, pipes, signals, kill -9.
    .testTarget(
      name: "CommandTests", dependencies: ["sanderling", "Screens", "Quantities"],
      exclude: ["shells.py", "terminal.py"]),
    // Rules of the repository itself.
    .testTarget(
      name: "TidyTests",
      dependencies: ["Adapters", "Diagnostics", "Engine", "Plans", "Quantities", "Runbooks"]),
    // Ratios against a floor that is measured in the same run: `Tests/Benchmarks/run`.
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Checkpoints", "Conducting", "Looping", "Records", "Engine", "Plans", "Journaling", "Adapters", "History",
        "Reports", "Quantities", grdb,
      ],
      path: "Tests/Benchmarks", exclude: ["run"]),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = strict + [.treatAllWarnings(as: .error)]
  if isOptimized, simulated.contains(target.name) { target.swiftSettings?.append(.unsafeFlags(["-O"])) }
}

/// While one works in one room: `SANDERLING_TESTS=EngineTests,TidyTests swift build --build-tests` builds these alone.
if let asked = Context.environment["SANDERLING_TESTS"]?.split(separator: ",").map(String.init) {
  package.targets.removeAll { $0.isTest && !asked.contains($0.name) }
}

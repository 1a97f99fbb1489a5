import Adapters

/// The runbook that `init` writes: small, commented, and able to run at once.
///
/// Editors find the schema of each file by its first line, in a copy that lies beside: it is there without a network,
/// and of the version that wrote the file.
enum Starter {
  /// The files by path, in the order in which a newcomer reads them.
  static func files(id: String) -> [(path: String, text: String)] {
    [("runbook.yaml", runbook(id: id)), ("environments/local.yaml", environment), ("sites.csv", inventory)]
      + SchemaCommand.Kind.written.map { (".schema/\($0.fileName)", $0.text) }
  }

  private static func runbook(id: String) -> String {
    """
    # yaml-language-server: $schema=.schema/runbook.schema.json
    sanderling: 1
    runbook: \(id)
    summary: Move six sites to the new system, in three waves.
    owner: platform-operations

    # Who: targets and their attributes. The column `id` names each target.
    inventories:
      sites: sites.csv

    # What may change from run to run: `sanderling plan … --set greeting=hello`.
    parameters:
      greeting: { type: string, default: welcome, summary: What each new site says first. }

    # A phase is a chapter; a stage is one roll-out over an inventory; a wave is a batch of targets.
    phases:
      - id: foundation
        stages:
          - id: platform
            # A stage without `targets` is done once.
            steps:
              # Every step says what takes it back: an operation, or `none`, or `irreversible: true`.
              - { id: directory, uses: platform.create, undo: platform.remove }

      - id: roll-out
        tolerate: 2                      # the phase stops at failure 3
        stages:
          - id: sites
            targets: sites
            select: { spread: [region], seed: 7 }
            waves: { sizes: [1, 2, 3], concurrency: 2, tolerate: 1 }
            bake: 1s                     # how long a wave must stay up before the next one
            steps:
              - { id: move, uses: site.move, undo: site.restore, timeout: 1m, retry: { attempts: 3, wait: 1s..10s } }
              - { id: check, uses: site.check, with: { expected: "${parameters.greeting}" }, undo: none }

    """
  }

  private static var environment: String {
    let adapters = AdapterRegistry.names
    return """
      # yaml-language-server: $schema=../.schema/environment.schema.json
      sanderling: 1
      environment: local
      summary: This machine. Every site is a file in the directory work/.

      # A provider is a configured adapter: \(adapters.dropLast().joined(separator: ", ")) or \(adapters.last ?? "").
      providers:
        shell: { adapter: process, shell: true, directory: . }

      # An operation is a name for something that a provider does. Say whether doing it twice is harmless:
      # idempotency: natural (yes), key (the provider knows the key), none (a person decides when in doubt).
      operations:
        platform.create: { provider: shell, with: { command: "mkdir -p work" }, idempotency: natural }
        platform.remove: { provider: shell, with: { command: "rm -rf work" }, idempotency: natural }
        site.move:
          provider: shell
          with: { command: "echo ${parameters.greeting} > work/${target.id}" }
          idempotency: natural
          probe: site.moved
        # A probe looks and changes nothing; its last line says what it saw.
        site.moved:
          provider: shell
          with:
            command: |
              if [ -s work/${target.id} ]; then echo '{"state":"applied"}'; else echo '{"state":"not-applied"}'; fi
          idempotency: natural
        site.restore: { provider: shell, with: { command: "rm -f work/${target.id}" }, idempotency: natural }
        site.check:
          provider: shell
          # What stands in a text of a shell is a part of its program; a variable is data.
          with: { command: 'test "$(cat work/${target.id})" = "$EXPECTED"', set: { EXPECTED: "${with.expected}" } }
          idempotency: natural

      """
  }

  private static let inventory = """
    id,name,region,zone
    ams-01,Amsterdam,eu,Europe/Amsterdam
    lis-01,Lisbon,eu,Europe/Lisbon
    nyc-01,New York,us,America/New_York
    chi-01,Chicago,us,America/Chicago
    syd-01,Sydney,apac,Australia/Sydney
    tyo-01,Tokyo,apac,Asia/Tokyo

    """
}

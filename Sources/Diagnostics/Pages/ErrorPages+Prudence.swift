extension ErrorPages {
  /// Pages about what works and does less than it seems to: G170 and on.
  static let prudence: [ErrorPage] = [
    ErrorPage(
      code: "G170", title: "A gate in shadow that can never open",
      text: #"""
        A gate with `shadow: true` measures and reports, and decides nothing; so it delays nothing either, and is
        measured only while the wave bakes. Without a bake it is never measured. With one that is not longer than its
        `hold` it never gets as far as opening, however healthy the wave is.

        Wrong:

        ```yaml
        bake: 10m
        gate: { require: healthy, hold: 30m, shadow: true }
        ```

        Right:

        ```yaml
        bake: 2h
        gate: { require: healthy, hold: 30m, shadow: true }
        ```
        """#
    ),
    ErrorPage(
      code: "G171", title: "A ratio without a smallest count in a gate",
      text: #"""
        The signal is a percentage, and a gate opens on it. With two requests in the interval and no failure it is 0 %,
        so at night the gate opens on next to nothing; with one failure it is 50 %. `min_count` says how many events
        must stand under the ratio before it counts; with fewer it is unknown, and the gate waits. In a trigger the same
        is an error (G126).

        Wrong:

        ```yaml
        error_rate: { unit: "%", query: metrics.error_rate, every: 30s, no_data: hold }
        ```

        Right:

        ```yaml
        error_rate: { unit: "%", query: metrics.error_rate, every: 30s, no_data: hold, min_count: 300 }
        ```

        A percentage that is no share of events, such as the use of a disk, has no count: give it another unit, such as
        `unit: percent`.
        """#
    ),
    ErrorPage(
      code: "G172", title: "A step that cannot be taken back, and nobody approves it",
      text: #"""
        An irreversible step is a wall: a rollback stops at it, and everything older stays as it is. So somebody should
        say yes before it is crossed. `approve:` at the stage or its phase makes each of its waves wait for that; best
        give such a step a stage of its own.

        Wrong:

        ```yaml
        - id: retire-poc
          steps: [ { id: delete-poc, uses: poc.delete, irreversible: true } ]
        ```

        Right:

        ```yaml
        - id: retire-poc
          approve: { count: 2, role: release-manager, not: author }
          steps: [ { id: delete-poc, uses: poc.delete, irreversible: true } ]
        ```

        Where every environment leaves approvals out (`ignore: [approvals]`), nothing is said.
        """#
    ),
  ]
}

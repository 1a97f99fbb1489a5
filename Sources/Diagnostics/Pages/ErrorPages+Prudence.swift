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
    )
  ]
}

extension ErrorPages {
  /// Pages about what is well formed and means something impossible: G121 to G129.
  static let meaning: [ErrorPage] = [
    ErrorPage(
      code: "G121", title: "The units do not fit",
      text: #"""
        A limit must have the unit of its signal; `ms`, `s`, `m` and `h` convert into each other, nothing else does. A
        share of the forecast must be a percentage. Without a unit, 3000 could be milliseconds or seconds, and a gate
        that is wrong by a factor of a thousand always opens.

        Wrong:

        ```yaml
        signals: { latency: { unit: s, query: metrics.latency, every: 30s, no_data: breach } }
        gates:   { healthy: [ latency < 3000 ] }
        ```

        Right:

        ```yaml
        signals: { latency: { unit: s, query: metrics.latency, every: 30s, no_data: breach } }
        gates:   { healthy: [ latency < 3000 ms ] }
        ```
        """#
    ),
    ErrorPage(
      code: "G122", title: "Names refer to each other in a circle",
      text: #"""
        Operations refer to each other through `undo` and `probe`, signals through `no_data`. A circle has no end: to
        undo the undo of an undo says nothing.

        Wrong:

        ```yaml
        operations:
          mail.copy:  { provider: mail, undo: mail.purge }
          mail.purge: { provider: mail, undo: mail.copy }
        ```

        Right:

        ```yaml
        operations:
          mail.copy:  { provider: mail, undo: mail.purge }
          mail.purge: { provider: mail, idempotency: natural }
        ```
        """#
    ),
    ErrorPage(
      code: "G123", title: "The stage gets no targets",
      text: #"""
        Without `select: { from: all }` a stage takes the targets that no earlier stage over the same inventory took.
        Here the earlier ones take all; or no target has the attribute value that `where` asks for. A stage that does
        nothing is almost always a mistake, and one that shows only when the programme is over.

        Wrong:

        ```yaml
        - { id: pilots, targets: stores, steps: [ … ] }       # takes every store
        - { id: others, targets: stores, steps: [ … ] }       # nothing is left
        ```

        Right:

        ```yaml
        - { id: pilots, targets: stores, select: { count: 20 }, steps: [ … ] }
        - { id: others, targets: stores, steps: [ … ] }       # every store that the pilots did not take
        ```
        """#
    ),
    ErrorPage(
      code: "G124", title: "The step does not say how it is taken back",
      text: #"""
        Every step says one of three things: `undo: OPERATION`, `undo: none` (there is nothing to take back), or
        `irreversible: true` (it cannot be taken back, and a rollback stops there). When its operation has an `undo` in
        every environment, the step need not repeat it. A step that says both has this code, too. The time to think
        about the way back is now and not at night.

        Wrong:

        ```yaml
        - { id: enable, uses: assistant.enable }
        ```

        Right:

        ```yaml
        - { id: enable, uses: assistant.enable, undo: assistant.disable }
        - { id: ask,    uses: assistant.ask,    undo: none }
        - { id: delete, uses: poc.delete,       irreversible: true }
        ```
        """#
    ),
    ErrorPage(
      code: "G125", title: "Missing data have no meaning",
      text: #"""
        A trigger watches a signal that does not say what it means when there are no data. "No answer" may be the
        outage itself or only a late sample; nobody but you can know. `breach` takes absence as the fault, `hold` takes
        it as unknown, `carry 24h` keeps the last value for that long, `idle when requests is 0` takes it as rest when
        nothing was asked, and `zero when requests is live` takes it as 0 while the other signal has data.

        Wrong:

        ```yaml
        signals:  { latency: { unit: s, query: metrics.latency, every: 30s } }
        triggers: [ { id: slow, when: latency > 5 s, for: 5m } ]
        ```

        Right:

        ```yaml
        signals:  { latency: { unit: s, query: metrics.latency, every: 30s, no_data: breach } }
        triggers: [ { id: slow, when: latency > 5 s, for: 5m } ]
        ```
        """#
    ),
    ErrorPage(
      code: "G126", title: "A ratio without a smallest count",
      text: #"""
        The signal is a percentage and a trigger acts on it. With two requests in the interval, one failure
        is 50 %. `min_count` says how many events must stand under the ratio before it counts; with fewer it is
        unknown.

        Wrong:

        ```yaml
        error_rate: { unit: "%", query: metrics.error_rate, every: 30s, no_data: hold }
        ```

        Right:

        ```yaml
        error_rate: { unit: "%", query: metrics.error_rate, every: 30s, no_data: hold, min_count: 300 }
        ```
        """#
    ),
    ErrorPage(
      code: "G127", title: "Dates stand in an impossible order",
      text: #"""
        The deadline lies before the start, or a phase starts before the programme or after its deadline. No plan can
        be made from that.

        Wrong:

        ```yaml
        starts: 2027-04-02
        deadline: 2027-01-04
        ```

        Right:

        ```yaml
        starts: 2027-01-04
        deadline: 2027-04-02
        ```
        """#
    ),
    ErrorPage(
      code: "G128", title: "A secret stands in the file",
      text: #"""
        A warning. The key looks like a secret and its value is written out. Files are committed, hashed into the plan,
        mailed for approval and kept for years; a secret in them is not secret. Write where it is instead: it is read
        when it is needed and blacked out in everything that a provider prints.

        Wrong:

        ```yaml
        providers:
          mail:
            adapter: http
            base: "https://mail.example"
            headers: { Authorization: "Bearer 83hd73" }
        ```

        Right:

        ```yaml
        providers:
          mail:
            adapter: http
            base: "https://mail.example"
            headers: { Authorization: { secret: env:MAIL_AUTHORIZATION } }
        ```
        """#
    ),
    ErrorPage(
      code: "G129", title: "A wave is larger than the pace",
      text: #"""
        A pace of 20 per week admits 20 targets in a calendar week. A wave of 25 fits into no week, so it could never
        start.

        Wrong:

        ```yaml
        waves: { size: 25, pace: 20 per week }
        ```

        Right:

        ```yaml
        waves: { size: 10, pace: 20 per week }      # two waves a week
        ```
        """#
    ),
    ErrorPage(
      code: "G160", title: "A secret in a command",
      text: #"""
        The arguments of a process can be read by every user of the machine, while it runs and often in logs long after.
        A secret must not be among them.

        Wrong:

        ```yaml
        release: { provider: shell, with: { command: [ship, --token, { secret: env:TOKEN }] } }
        ```

        Right: in the environment of the process, or on its standard input.

        ```yaml
        release: { provider: shell, with: { command: [ship], set: { TOKEN: { secret: env:TOKEN } } } }
        ```
        """#
    ),
  ]
}

extension ErrorPages {
  /// Pages about plans and doubts: from G301.
  static let planning: [ErrorPage] = [
    ErrorPage(
      code: "G301", title: "The deadline cannot be met",
      text: #"""
        A warning. Laid on the calendar as early as starts, bakes, gate holds and pace allow, the last wave ends after
        `deadline`. The finding says when, how many targets are done by then, and which pace would do, everything
        before it unchanged. The plan can still be made and run. A stage that is paced by the week has its whole last
        week: when only the weekend of it lies after the deadline, it is in time.

        Wrong:

        ```yaml
        starts: 2027-01-04
        deadline: 2027-02-26          # eight weeks
        # one stage, 200 targets
        waves: { pace: 20 per week }
        ```

        Right:

        ```yaml
        waves: { pace: 25 per week }
        ```
        """#
    ),
    ErrorPage(
      code: "G302", title: "This version plans it and does not execute it",
      text: #"""
        A warning for `plan`, and the reason why `run` refuses with exit code 3. Comparisons with control
        targets are read, checked and shown, and not executed yet; windows and whole days of bake mean nothing in
        compressed time. A run that left them out in silence would be less safe than its runbook says. An environment
        can leave them out by name; plan and history then say so.

        Wrong:

        ```yaml
        # environments/local.yaml
        environment: local
        ```

        Right, when this environment can do without them:

        ```yaml
        environment: local
        time: { windows: ignore }
        ignore: [ comparisons, cycles ]
        ```
        """#
    ),
    ErrorPage(
      code: "G303", title: "The stage asks for more targets than are left",
      text: #"""
        `select.count` is larger than what earlier stages and `where` leave of the inventory. A stage that quietly took
        fewer would be a smaller pilot than the one that was agreed.

        Wrong:

        ```yaml
        # stores.csv has 200 lines
        - { id: pilots, targets: stores, select: { count: 190 }, steps: [ … ] }
        - { id: others, targets: stores, select: { count: 20 },  steps: [ … ] }
        ```

        Right:

        ```yaml
        - { id: pilots, targets: stores, select: { count: 190 }, steps: [ … ] }
        - { id: others, targets: stores, select: { count: 10 },  steps: [ … ] }
        ```
        """#
    ),
    ErrorPage(
      code: "G304", title: "The stage has no targets",
      text: #"""
        A warning. Earlier stages over the same inventory took every target that this stage could have. It stays in the
        plan without a wave and does nothing.

        Wrong:

        ```yaml
        - { id: europe, targets: stores, select: { where: { region: eu } }, steps: [ … ] }
        - { id: again,  targets: stores, select: { where: { region: eu } }, steps: [ … ] }
        ```

        Right:

        ```yaml
        - { id: again,  targets: stores, select: { from: all, where: { region: eu } }, steps: [ … ] }
        ```
        """#
    ),
    ErrorPage(
      code: "G306", title: "A wave never fits its pace",
      text: #"""
        After selection and cutting, a wave has more targets than the pace admits in one day or week, so it could never
        start. It is the same mistake as G129, which is found earlier, while the files are read; this code guards the
        plan itself.

        Wrong:

        ```yaml
        waves: { sizes: [ 5, 30 ], pace: 20 per week }
        ```

        Right:

        ```yaml
        waves: { sizes: [ 5, 20 ], pace: 20 per week }
        ```
        """#
    ),
    ErrorPage(
      code: "G307", title: "A parameter has no value",
      text: #"""
        A value is looked for in this order: `--set NAME=VALUE`, the environment's `parameters:`, the parameter's
        `default`. None of them has one. G142 finds the same mistake while the files are read; this code guards the
        plan itself.

        Wrong:

        ```yaml
        parameters: { image: { type: string } }
        ```

        Right:

        ```yaml
        parameters: { image: { type: string, default: "assistant:2.4.0" } }
        ```
        """#
    ),
    ErrorPage(
      code: "G309", title: "Fewer targets run at once than asked for",
      text: #"""
        A warning. Admission is strict unless the runbook says otherwise: failed, in doubt and running targets together
        never exceed `tolerate` + 1, so the budget holds whatever those in flight do. `concurrency: 4` with `tolerate:
        1` therefore means 2 at once, and 1 after a failure. `admission: eager` lets all of them run, and a bad moment
        can then cost more targets than `tolerate` says.

        Wrong:

        ```yaml
        waves: { concurrency: 4, tolerate: 1 }
        ```

        Right:

        ```yaml
        waves: { concurrency: 2, tolerate: 1 }      # or tolerate: 3, or admission: eager
        ```
        """#
    ),
    ErrorPage(
      code: "G511", title: "A step is in doubt, and a person decides",
      text: #"""
        The intent was recorded and the outcome is not known: a timeout, a lost process, an answer that cannot be read.
        "Failed" needs evidence, and there is none. The engine first probes, if the operation has a `probe`; then this
        table decides:

        | `idempotency` | no probe | applied | not applied | partial | unknown |
        |---|---|---|---|---|---|
        | `natural` | again | success | again | again | again |
        | `key` | again, same key | success | again, same key | again at the cursor | again, same key |
        | `none` | **a person** | success | again | **a person** | **a person** |
        | step is irreversible | **a person** | success | **a person** | **a person** | **a person** |

        When all attempts are used, "again" becomes "failed", and the target is undone. "A person" parks this target
        alone; the others go on. Look at the system itself, then say what you saw:

        ```
        sanderling why PATH
        sanderling resolve PATH --as succeeded --reason "the route is there"
        sanderling resolve PATH --as not-applied --reason "no row was written"      # it is tried again
        sanderling resolve PATH --as failed --reason "half done, cannot go on"      # the target is undone
        ```

        Wrong (a doubt can never be settled without a person):

        ```yaml
        ticket.open: { provider: desk, with: { … } }
        ```

        Right:

        ```yaml
        ticket.open: { provider: desk, with: { … }, probe: ticket.state, idempotency: key }
        ```
        """#
    ),
    ErrorPage(
      code: "G310", title: "Targets cannot start in the first week of their wave",
      text: #"""
        A freeze or a window keeps some targets of a wave from starting for a week or longer. The wave waits for them,
        and so does every wave after it.

        That can be right: nobody moves a shop in its peak week. Then the plan's dates say what it costs. Otherwise move
        the start of the phase, or put other targets into the wave:

        ```yaml
        waves: { sizes: [2, 6, 12], order: [ams-001, lis-001] }
        ```

        `sanderling plan DIR --wave PATH` lists the targets of a wave with their zones.
        """#
    ),
    ErrorPage(
      code: "G311", title: "A signal is asked of somebody who cannot measure",
      text: #"""
        The query of a signal is an operation whose provider has an adapter without eyes: `manual` and `noop` do things
        and measure nothing. Gates would wait for ever, and triggers would never fire.

        Bind the query to a provider that measures:

        ```yaml
        providers:
          metrics: { adapter: prometheus, server: "http://prometheus:9090" }
        operations:
          metrics.error_rate:
            provider: metrics
            with: { query: "100 * sum by (region) (rate(errors_total[${with.window}]))", by: region }
        ```

        or leave out what uses the signal, loudly, in the environment: `ignore: [gates, triggers]`.
        """#
    ),
    ErrorPage(
      code: "G312", title: "A comparison has too few targets",
      text: #"""
        That all of n targets are better than their controls has, by chance, the probability one half to the power of n:
        12.5 % for three, 1.6 % for six. Three pilots can prove nothing this way, however good they look, and the
        comparison is not asked for where it could only say that.

        With an `error` of 5 % a single look needs five targets, and three looks (the default), which share that error,
        need six.

        Rely on the gate's limits and the bake while there are few targets; look less often, or accept more error:

        ```yaml
        gate: { require: healthy, hold: 30m, compare: { signal: till_time, margin: 0.3 s, looks: 1, error: 10 } }
        ```
        """#
    ),
    ErrorPage(
      code: "G313", title: "A projection is nothing before the first target",
      text: #"""
        A trigger compares with a share of a quantity that is 0 for 0 live targets, and something is changed before the
        first of them is live: a platform stage, say. 150 % of nothing is nothing, so the first cent is a breach and
        takes the platform back.

        Write what the quantity is without any target:

        ```yaml
        quantities:
          llm_cost:
            unit: EUR/day
            by: stores
            points: [ { targets: 0, value: 22 }, { targets: 200, value: 1122 } ]
        ```
        """#
    ),
    ErrorPage(
      code: "G314", title: "Freezes move the end of the plan",
      text: #"""
        A warning. The same plan without its calendars would end earlier: the finding says by how many days, and whether
        the deadline would be met without them. G310 says which waves wait for frozen targets, `plan --wave PATH` when
        each of them may start.
        """#
    ),
  ]
}

extension ErrorPages {
  /// Pages about signals that cannot carry what is built on them: G143 to G149.
  static let evidence: [ErrorPage] = [
    ErrorPage(
      code: "G143", title: "An error counter without a sign of life",
      text: #"""
        The trigger acts on a count of errors. Such a counter often appears with the first error only, and it is silent
        both when all is well and when whoever counts is dead. Without a second signal that is always there, nobody can
        tell the two apart.

        Wrong:

        ```yaml
        errors: { unit: "", query: metrics.errors, every: 30s, no_data: hold }
        ```

        Right: the count is 0 as long as the heart beats, and unknown otherwise.

        ```yaml
        errors:    { unit: "", query: metrics.errors, every: 30s, no_data: zero when heartbeat is live }
        heartbeat: { unit: "", query: metrics.up, every: 30s }
        ```
        """#
    ),
    ErrorPage(
      code: "G144", title: "A bake waits for events that nobody counts",
      text: #"""
        `events: 200 per target` says how many events each target must have seen since it went live. Which signal
        counts them must be said: its value is a running total, such as a Prometheus counter. A total that falls has
        begun again at nothing, so what it shows then is added.

        Right:

        ```yaml
        bake: { time: 48h, events: 200 per target, counted_by: questions }
        ```
        """#
    ),
    ErrorPage(
      code: "G145", title: "The signal does not speak about single targets",
      text: #"""
        A trigger with `scope: target` takes back the one target that misbehaves, and a comparison takes the target as
        its unit. Both need one value for each target. A value for a region cannot say which of its stores is slow.

        Right:

        ```yaml
        store_response: { unit: s, query: metrics.store_response, per: target, every: 1m, no_data: hold }
        ```
        """#
    ),
    ErrorPage(
      code: "G146", title: "A query reads what a signal does not give",
      text: #"""
        The operation that measures a signal is asked for a window, not for a target. It can read `${with.window}` and
        `${with.every}` (durations such as `5m`), `${with.signal}` and `${with.series}`; an operation that reads
        `${with.series}` is asked once for each series. `${target.…}` works in signals with `per: target` only, and
        such an operation is asked once for each target.

        Right:

        ```yaml
        metrics.error_rate:
          provider: prometheus
          with: { query: "100 * sum by (region) (rate(errors_total[${with.window}]))", by: region }
        ```
        """#
    ),
    ErrorPage(
      code: "G147", title: "A quantity of the forecast is not one",
      text: #"""
        A quantity is constant (`value`), or it grows with the live targets of an inventory (`by` and `points`, by
        rising numbers of targets; between two points it is a straight line). Conditions compare with the number for
        the targets that are live when the sample was taken. Arguments of steps can only take constant ones.

        Right:

        ```yaml
        quantities:
          index_size: { unit: GB, value: 12 }
          llm_cost:
            unit: EUR/day
            by: stores
            points: [ { targets: 0, value: 22 }, { targets: 200, value: 1122 } ]
        ```
        """#
    ),
    ErrorPage(
      code: "G148", title: "The forecast has no such quantity",
      text: #"""
        A condition or an argument names `forecast.NAME`, and the file under `forecast:` has no quantity of that name.

        Wrong:

        ```yaml
        triggers: [ { id: llm-cost, when: llm_cost > 150 % of forecast.lm_cost, for: 30m } ]
        ```

        Right:

        ```yaml
        triggers: [ { id: llm-cost, when: llm_cost > 150 % of forecast.llm_cost, for: 30m } ]
        ```
        """#
    ),
    ErrorPage(
      code: "G149", title: "A comparison has nothing to compare",
      text: #"""
        A comparison takes, for each target, the mean of a signal over the time that the gate holds, and the mean of the
        same length an earlier period before. So the stage needs targets, the gate a `hold` of at least one sampling
        interval, and the earlier period must lie before the hold.

        Wrong:

        ```yaml
        gate: { require: healthy, hold: 30m, compare: { signal: till_time, margin: 0.3 s, before: 10m } }
        ```

        Right: the same hour of the same weekday.

        ```yaml
        gate: { require: healthy, hold: 30m, compare: { signal: till_time, margin: 0.3 s, before: 7d } }
        ```
        """#
    ),
  ]
}

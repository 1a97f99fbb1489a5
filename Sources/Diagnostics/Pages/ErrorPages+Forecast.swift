extension ErrorPages {
  /// Pages about the performance model as it is written: G166 to G168.
  static let forecast: [ErrorPage] = [
    ErrorPage(
      code: "G166", title: "Units that do not fit",
      text: #"""
        A number of the forecast measures something else than its place asks for: a time where a rate belongs, tokens
        where a share does, or a price per token for something that is counted in bytes. A share is at most everything:
        `99.9` is no share, `99.9 %` is one; a likelihood is a share, too.

        Wrong:

        ```yaml
        load: { of: stores, users: users, questions: 4 }
        ```

        Right:

        ```yaml
        load: { of: stores, users: users, questions: 4 /day }
        ```

        Times are `ms s min h day week month`, sizes `B KB MB GB TB KiB MiB GiB`, shares `%`; any other word is a unit
        of its own, such as `tokens` or `RU`. `/s`, `/min`, `/day` make a rate.
        """#
    ),
    ErrorPage(
      code: "G167", title: "A part of the model is incomplete",
      text: #"""
        Something in the forecast needs more, or other, keys than it has: a cache says how its hits come about with
        `hits`, or with `keeps` and `items`, or with `recall` and `paraphrases`; a need of a component says `takes` and
        `carries`, or `of` and `carries`, or `of`, `slots` and `holds`, and a unit carries more than nothing; a stock
        says `column` or `each`.

        ```yaml
        caches:
          - { id: exact, keeps: 1 h, items: 2000 }
        components:
          app: { needs: [{ of: calls, slots: 40, holds: answer }] }
        ```
        """#
    ),
    ErrorPage(
      code: "G168", title: "A name that the model does not have",
      text: #"""
        The forecast refers to an amount, a price, a figure, a cell, a stock or a column that is nowhere defined. The
        finding lists those that are.

        ```yaml
        takes:
          calls: { prompt: 3000 tokens }
        components:
          model: { costs: [{ price: gpt-in, of: prompt }] }   # `gpt-in` stands in the price list
        ```
        """#
    ),
    ErrorPage(
      code: "G169", title: "A name that the runbook or the risk register does not have",
      text: #"""
        A risk names a step, gate, trigger, scenario or signal that the runbook or its forecast does not have, or a
        trigger `mitigates` a risk that is not in the register.

        ```yaml
        # risks.yaml
        risks:
          llm-outage: { mitigation: { triggers: [slow-answers], scenarios: [region-lost] }, early_sign: response_time }
        # runbook.yaml
        triggers:
          - { id: slow-answers, when: response_time > 5 s, for: 5m, mitigates: [llm-outage] }
        ```
        """#
    ),
  ]
}

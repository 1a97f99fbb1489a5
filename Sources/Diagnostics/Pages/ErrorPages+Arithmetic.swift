extension ErrorPages {
  /// Pages about what the arithmetic of a model finds: from G401.
  static let arithmetic: [ErrorPage] = [
    page(
      "G401", "A wave needs more than there is",
      """
      After the named wave a location of the component needs more units at its peak than its `quota` or `most` allows.
      With `limits: refuse` in the forecast this is an error, and the plan is not made. So it is where no number of
      units carries what the model asks for: an amount is far too large then, or a unit carries next to nothing.

      If more can be asked for, say how long that takes: the plan then says what to ask for and until when.
      """,
      "model: { needs: [{ takes: [prompt, most], carries: 1000 tokens/min }], quota: 300, granted_in: 14d }"),
    page(
      "G402", "A burst that nothing absorbs",
      """
      A burst is over before new units are ready, or a limit on tokens in a minute spreads it over many minutes. Means
      do not show it: platforms with bursts are sized by them. Each cell has its part of the burst; the finding names
      the one that it is worst for.

      Raise `least`, raise the quota, or let a queue take the burst and say how long people may wait.
      """,
      "app: { needs: [{ of: calls, slots: 40, holds: answer }], least: 3, ready: 60 s }"),
    page(
      "G403", "The availability goal cannot be reached",
      """
      All parts without `soft: true` are needed, so their availabilities multiply; locations of one cell stand in for
      each other, except for the share of failures that takes all of them (`common_cause`). The product is below the
      goal.
      """,
      "cells: { by: region, places: { eu: { locations: [north, west] } }, common_cause: 5 % }"),
    page(
      "G404", "Something is taken away soon",
      """
      The maker of a component has announced its end within the programme, or within two years after it. What is built
      now will have to be moved then.
      """,
      "model: { retires: 2027-04-14 }"),
    page(
      "G405", "Data outside of the zones that are allowed",
      """
      Targets of a country, or of another attribute, are served by a cell whose data lie in a zone that is not allowed
      for them, or a component works on their requests anywhere in the world, or a value of the attribute has no
      rule.
      """,
      "residency: { by: country, zones: { CH: [ch], DE: [eu] } }"),
    page(
      "G406", "A goal that nothing guards",
      """
      No gate requires the goal and no trigger has it as its limit: between the goal and the next limit the programme
      misses what it promised, and goes on.
      """,
      "gates: { healthy: [\"response_time < 3 s\"] }"),
    page(
      "G407", "A window that holds too little",
      """
      A trigger looks at a share. Its window holds fewer events than `min_count` asks for, so it can never speak; or
      so few that a healthy platform breaches the limit by chance more often than once in a hundred windows.
      """,
      "signals: { error_rate: { unit: \"%\", window: 1h, min_count: 200 } }"),
    page(
      "G408", "Documents that do not agree",
      """
      Under `stated:` several documents give different numbers for one figure. None of them is compared with the
      model.
      """,
      "stated: [{ figure: hits, value: 40..60 %, source: design }, { figure: hits, value: 50 %, source: budget }]"),
    page(
      "G409", "A document says something else than the model",
      """
      What a document states under `stated:` is further from the model than `within` (20 %). The calculation of the
      model stands beside it: one of the two is wrong.
      """,
      "stated: [{ figure: tokens_per_call, value: 500 tokens, source: the budget, within: 20 % }]"),
    page(
      "G410", "Concurrent in no meaning of the word",
      """
      A document states a number of concurrent users. People who are logged in, people in a session and requests in
      flight are three numbers, tied to the rate of questions by Little's law; the stated one is none of them.
      """,
      "stated: [{ figure: in_session, value: 55, source: the budget }]"),
    page(
      "G411", "A price of something else",
      """
      The price list says what a price is `for`, and a line of a bill charges another amount with it, such as the
      prompt at the price of the completion.
      """,
      "costs: [{ price: gpt-in, of: prompt }, { price: gpt-out, of: completion }]"),
    page(
      "G412", "A size that is not offered",
      """
      A component asks for a larger `size` than its maker offers.
      """,
      "app: { size: { cpu: 4, memory: 8 GiB }, offered: { cpu: 4, memory: 8 GiB } }"),
    page(
      "G413", "Answers take too long",
      """
      At the peak the share of answers that the goal names takes longer than the goal. Percentiles come from the
      mixture of hits, calls and waits: a cache that answers half of the questions hardly moves the 95th percentile.
      """,
      "goals: { answer: 3 s, percentile: 80 % }"),
    page(
      "G414", "It costs too much",
      """
      When all targets are live the platform costs more than the goal.
      """,
      "goals: { cost: 30000 EUR/month }"),
    page(
      "G415", "An old price",
      """
      A line of the price list is older than a year when the programme starts.
      """,
      "gpt-in: { price: 2.75 USD, per: 1000000 tokens, date: 2026-08-11, source: the price page }"),
  ]

  /// A warning about numbers, with what can be written about it.
  private static func page(_ code: String, _ title: String, _ text: String, _ example: String) -> ErrorPage {
    ErrorPage(
      code: code, title: title,
      text: """
        \(code == "G401" ? "A warning or an error." : "A warning.") \(text)

        ```yaml
        \(example)
        ```
        """)
  }
}

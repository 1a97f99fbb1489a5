extension ErrorPages {
  /// Pages about the form of files: G101 to G110.
  static let syntax: [ErrorPage] = [
    ErrorPage(
      code: "G101", title: "The file is not valid YAML",
      text: #"""
        The text cannot be read as YAML at this place, so nothing after it can be judged. The usual causes are a text
        that starts with a special character (`%`, `@`, `*`, `&`), a `: ` inside a text without quotes, a bracket that
        is not closed, or keys of one mapping that do not start in one column. Control characters, an empty file and
        more than 64 levels of nesting have this code, too.

        Wrong:

        ```yaml
        signals:
          error_rate: { unit: %, query: metrics.error_rate, every: 30s }
        ```

        Right:

        ```yaml
        signals:
          error_rate: { unit: "%", query: metrics.error_rate, every: 30s }
        ```
        """#
    ),
    ErrorPage(
      code: "G102", title: "A tab stands in the indentation",
      text: #"""
        YAML allows only spaces in front of a key. A tab looks the same in many editors and has no agreed width, so the
        reader cannot know to which mapping the line belongs.

        Wrong (`→` is a tab):

        ```yaml
        stages:
          - id: move
        →   targets: offices
        ```

        Right:

        ```yaml
        stages:
          - id: move
            targets: offices
        ```
        """#
    ),
    ErrorPage(
      code: "G103", title: "The same thing is said twice",
      text: #"""
        A key stands twice in one mapping, or `waves` has both `size` and `sizes`. Most YAML readers keep the last one
        in silence; for a limit or a bake time that would be the wrong one half of the time. So it is an error.

        Wrong:

        ```yaml
        - id: move
          targets: offices
          bake: 24h
          bake: 48h
        ```

        Right:

        ```yaml
        - id: move
          targets: offices
          bake: 48h
        ```
        """#
    ),
    ErrorPage(
      code: "G104", title: "The key is not known",
      text: #"""
        This mapping has no such key. It is an error and not a warning, because a misspelt `gate` or `tolerate` would
        be a safety rule that silently does not hold. The finding lists the keys that do exist; docs/language.md
        explains them.

        Wrong:

        ```yaml
        gate: { requires: healthy, hold: 30m }
        ```

        Right:

        ```yaml
        gate: { require: healthy, hold: 30m }
        ```
        """#
    ),
    ErrorPage(
      code: "G105", title: "Something that is needed is missing",
      text: #"""
        A required key is absent. The same code stands for three things that are missing in another way: a trigger must
        say how long the breach lasts (`for` or `of`, not both), a condition that compares with `forecast.x` needs
        `forecast:` in the runbook, and a step must hand over every `${with.x}` that its operation reads.

        Wrong:

        ```yaml
        triggers:
          - { id: errors, when: error_rate > 1 % }
        ```

        Right:

        ```yaml
        triggers:
          - { id: errors, when: error_rate > 1 %, for: 2m }
        ```
        """#
    ),
    ErrorPage(
      code: "G106", title: "The value has the wrong kind",
      text: #"""
        A text stands where a list is wanted, a quoted number where a number is wanted, nothing where something is
        wanted. Nothing is converted by guessing, because a guess that is right today is wrong in the next file.

        Wrong:

        ```yaml
        gates:
          healthy: error_rate < 1 %
        ```

        Right:

        ```yaml
        gates:
          healthy: [ error_rate < 1 % ]
        ```
        """#
    ),
    ErrorPage(
      code: "G107", title: "Anchors, aliases and tags are not allowed",
      text: #"""
        YAML can name a value with `&name` and repeat it with `*name`, and can force a type with `!tag`. A runbook has
        neither: a reviewer must see what holds at a place without looking elsewhere, and ten lines of aliases can grow
        to a gigabyte. Write the value out. A text that really starts with `&`, `*` or `!` goes in quotes.

        Wrong:

        ```yaml
        - { id: pilots,  window: &nights { between: "21:00-05:00" } }
        - { id: rollout, window: *nights }
        ```

        Right:

        ```yaml
        - { id: pilots,  window: { between: "21:00-05:00" } }
        - { id: rollout, window: { between: "21:00-05:00" } }
        ```
        """#
    ),
    ErrorPage(
      code: "G108", title: "Other tools read this word differently",
      text: #"""
        Sanderling keeps a plain `NO` as the text NO and a plain `21:00` as the text 21:00. Many YAML tools read
        `false` and 1260 instead. As a text this is a warning: put it in quotes, and all agree. Where `true` or `false`
        is wanted, `yes`, `no`, `on` and `off` are errors.

        Wrong:

        ```yaml
        select: { where: { country: NO } }
        steps: [ { id: delete, uses: poc.delete, irreversible: yes } ]
        ```

        Right:

        ```yaml
        select: { where: { country: "NO" } }
        steps: [ { id: delete, uses: poc.delete, irreversible: true } ]
        ```
        """#
    ),
    ErrorPage(
      code: "G109", title: "The value does not have the form that is wanted",
      text: #"""
        The kind is right and the form is not: a duration with words, a date with slashes, an identifier with capitals,
        a word that is not among the choices, a secret that is no reference. Durations are whole numbers with `ms`,
        `s`, `m`, `h`, `d` or `w`, without spaces: `90s`, `1h30m`.

        Wrong:

        ```yaml
        bake: 24 hours
        then: retry
        ```

        Right:

        ```yaml
        bake: 24h
        then: retry once
        ```
        """#
    ),
    ErrorPage(
      code: "G110", title: "An id is used twice, or does not fit its file",
      text: #"""
        Ids of phases, of stages in one phase, of steps in one stage and of triggers must differ: they become the step
        path `phase/stage/wave/target/step`, which must name one thing for the whole life of the run. An environment
        must carry the name of its file.

        Wrong:

        ```yaml
        # environments/production.yaml
        environment: prod
        ```

        Right:

        ```yaml
        # environments/production.yaml
        environment: production
        ```
        """#
    ),
  ]
}

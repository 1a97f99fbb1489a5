extension ErrorPages {
  /// Pages about names that refer to nothing: G111 to G120.
  static let names: [ErrorPage] = [
    ErrorPage(
      code: "G111", title: "A file cannot be read",
      text: #"""
        The file does not exist, or its path leaves the directory of the runbook. Paths are relative to the runbook, so
        that a directory can be moved, reviewed and hashed as a whole: no path starts with `/` or contains `..`. An
        environment that was asked for and does not exist has this code, too.

        Wrong:

        ```yaml
        inventories: { stores: ../shared/stores.csv }
        ```

        Right:

        ```yaml
        inventories: { stores: stores.csv }
        ```
        """#
    ),
    ErrorPage(
      code: "G112", title: "The signal is not defined",
      text: #"""
        A condition, a comparison or a policy for missing data names a signal that the runbook does not define. A gate
        on a signal that does not exist could never open, and a trigger on it could never fire.

        Wrong:

        ```yaml
        signals: { response_time: { unit: s, query: metrics.p95, every: 30s, no_data: breach } }
        gates:   { healthy: [ respone_time < 3 s ] }
        ```

        Right:

        ```yaml
        signals: { response_time: { unit: s, query: metrics.p95, every: 30s, no_data: breach } }
        gates:   { healthy: [ response_time < 3 s ] }
        ```
        """#
    ),
    ErrorPage(
      code: "G113", title: "The gate is not defined",
      text: #"""
        `gate: { require: … }` of a stage names conditions that stand under `gates:` at the top of the runbook. This
        name does not stand there.

        Wrong:

        ```yaml
        gates: { healthy: [ error_rate < 1 % ] }
        phases: [ { id: p, stages: [ { id: s, gate: { require: helthy }, steps: [ … ] } ] } ]
        ```

        Right:

        ```yaml
        gates: { healthy: [ error_rate < 1 % ] }
        phases: [ { id: p, stages: [ { id: s, gate: { require: healthy }, steps: [ … ] } ] } ]
        ```
        """#
    ),
    ErrorPage(
      code: "G114", title: "The operation is not defined",
      text: #"""
        A step, a signal, a `probe` or an `undo` names an operation that the environment does not have. All
        environments are checked, so that a runbook that works in staging does not fail in production at the first
        step. The name of an adapter (`process`, `http`, `manual`, `noop`) can stand in place of an operation.

        Wrong:

        ```yaml
        # environments/production.yaml
        operations:
          mail.switch: { provider: mail, with: { … } }
        # runbook.yaml
        steps: [ { id: switch, uses: mail.swich, undo: none } ]
        ```

        Right:

        ```yaml
        steps: [ { id: switch, uses: mail.switch, undo: none } ]
        ```
        """#
    ),
    ErrorPage(
      code: "G115", title: "The provider or adapter is not known",
      text: #"""
        An operation names a provider that the environment does not define, or a provider names an adapter that this
        version does not have. Adapters are `process`, `http`, `manual` and `noop`.

        Wrong:

        ```yaml
        providers:
          mail: { adapter: https, base: "https://mail.example" }
        ```

        Right:

        ```yaml
        providers:
          mail: { adapter: http, base: "https://mail.example" }
        ```
        """#
    ),
    ErrorPage(
      code: "G116", title: "The inventory or target is not known",
      text: #"""
        `targets:` names an inventory that the runbook does not have, `waves.order` names a target that the inventory
        does not have, or a stage without `targets:` has `select:` or `waves:`, which mean nothing there.

        Wrong:

        ```yaml
        inventories: { stores: stores.csv }
        phases: [ { id: p, stages: [ { id: s, targets: shops, steps: [ … ] } ] } ]
        ```

        Right:

        ```yaml
        inventories: { stores: stores.csv }
        phases: [ { id: p, stages: [ { id: s, targets: stores, steps: [ … ] } ] } ]
        ```
        """#
    ),
    ErrorPage(
      code: "G117", title: "The attribute is not a column of the inventory",
      text: #"""
        `spread`, `where`, `tolerate`, `per` and `${target.x}` refer to columns of the inventory. This one has no such
        column. A window that counts in the zone of each target needs the column `zone`.

        Wrong:

        ```yaml
        # stores.csv: id,city,country,zone
        waves: { tolerate: { wave: 1, contry: 1 } }
        ```

        Right:

        ```yaml
        waves: { tolerate: { wave: 1, country: 1 } }
        ```
        """#
    ),
    ErrorPage(
      code: "G118", title: "The parameter is not defined",
      text: #"""
        `${parameters.x}`, or the `parameters:` of an environment, names a parameter that the runbook does not define.
        Only the runbook defines parameters, so one place lists everything that can differ from run to run.

        Wrong:

        ```yaml
        parameters: { image: { type: string, default: "assistant:2.4.0" } }
        steps: [ { id: start, uses: assistant.start, with: { image: "${parameters.imagee}" }, undo: none } ]
        ```

        Right:

        ```yaml
        parameters: { image: { type: string, default: "assistant:2.4.0" } }
        steps: [ { id: start, uses: assistant.start, with: { image: "${parameters.image}" }, undo: none } ]
        ```
        """#
    ),
    ErrorPage(
      code: "G119", title: "The interpolation is not one, or has no value here",
      text: #"""
        The forms are `${target.x}`, `${parameters.x}`, `${steps.id.outputs.x}`, `${forecast.x}`, and `${with.x}`
        inside the operations of an environment. There is nothing else: no expressions, no defaults, no functions. Some
        have no value at some places: `${target.x}` in a stage without targets, `${with.x}` outside of operations,
        `${forecast.x}` without a forecast. `$${` stands for a plain `${`.

        Wrong:

        ```yaml
        with: { image: "${params.image}", region: "${target.region | upper}" }
        ```

        Right:

        ```yaml
        with: { image: "${parameters.image}", region: "${target.region}" }
        ```
        """#
    ),
    ErrorPage(
      code: "G120", title: "The step has no outputs to refer to",
      text: #"""
        `${steps.id.outputs.x}` refers to what an earlier step of the same stage answered for the same target. The step
        named here does not exist, or comes later. An environment knows no steps: hand the output over in the step's
        `with`, and read it there as `${with.x}`.

        Wrong:

        ```yaml
        - { id: enable, uses: assistant.enable, with: { sum: "${steps.verify.outputs.checksum}" } }
        - { id: verify, uses: documents.verify, undo: none }
        ```

        Right:

        ```yaml
        - { id: verify, uses: documents.verify, undo: none }
        - { id: enable, uses: assistant.enable, with: { sum: "${steps.verify.outputs.checksum}" } }
        ```
        """#
    ),
  ]
}

extension ErrorPages {
  /// Pages about inventories, numbers and leftovers: G130 to G142.
  static let inventory: [ErrorPage] = [
    ErrorPage(
      code: "G130", title: "The CSV file is malformed",
      text: #"""
        A quote stands in the middle of a field, is not closed, or has text behind it; or a column has no name or the
        name of another one. Where quotes are broken, the fields after them are not what was meant, so the values are
        not checked further.

        Wrong:

        ```
        id,name
        ams-001,The "old" harbour
        ```

        Right:

        ```
        id,name
        ams-001,"The ""old"" harbour"
        ```
        """#
    ),
    ErrorPage(
      code: "G131", title: "A space stands around a value",
      text: #"""
        `NO ` and `NO` are two values: a filter, a budget or a spread over the column would treat them as two
        countries. In `id`, in `country` and in column names it is an error, elsewhere a warning.

        Wrong:

        ```
        id,city,country
        osl-001,Oslo,NO 
        ```

        Right:

        ```
        id,city,country
        osl-001,Oslo,NO
        ```
        """#
    ),
    ErrorPage(
      code: "G132", title: "A target stands twice",
      text: #"""
        Two lines of the inventory, or two entries of an inline one, have the same `id`. The id is part of every step
        path and idempotency key, so it must name one target.

        Wrong:

        ```
        id,city
        ams-001,Amsterdam
        ams-001,Amsterdam
        ```

        Right:

        ```
        id,city
        ams-001,Amsterdam
        ams-002,Amsterdam
        ```
        """#
    ),
    ErrorPage(
      code: "G133", title: "The inventory has no column `id`",
      text: #"""
        The first line of the CSV file names the columns, and one of them must be `id`: it names each target in plans,
        commands and history. Ids consist of letters, digits, `.`, `_` and `-`.

        Wrong:

        ```
        store,city
        ams-001,Amsterdam
        ```

        Right:

        ```
        id,city
        ams-001,Amsterdam
        ```
        """#
    ),
    ErrorPage(
      code: "G134", title: "The time zone does not exist",
      text: #"""
        A zone in the inventory is not an IANA name. Abbreviations such as CET or EST are ambiguous or do not follow
        summer time, and a city alone is not a name.

        Wrong:

        ```
        id,zone
        lis-001,Lisbon
        ```

        Right:

        ```
        id,zone
        lis-001,Europe/Lisbon
        ```
        """#
    ),
    ErrorPage(
      code: "G135", title: "A line has the wrong number of fields",
      text: #"""
        The first line names the columns; every other line must have as many fields. The usual cause is a comma inside
        a value without quotes, which moves every value after it into the wrong column.

        Wrong:

        ```
        id,city,zone
        osl-001,Oslo, Norway,Europe/Oslo
        ```

        Right:

        ```
        id,city,zone
        osl-001,"Oslo, Norway",Europe/Oslo
        ```
        """#
    ),
    ErrorPage(
      code: "G136", title: "The file is not UTF-8",
      text: #"""
        Names of places and people have letters beyond ASCII. In another encoding they would be read as other letters,
        in step paths and in the history. A byte order mark is accepted.

        Wrong: a file that a spreadsheet saved as "CSV (Windows-1252)".

        Right: the same file saved as "CSV UTF-8", or converted:

        ```
        iconv -f WINDOWS-1252 -t UTF-8 stores.csv > stores.utf8.csv
        ```
        """#
    ),
    ErrorPage(
      code: "G137", title: "The inventory is empty",
      text: #"""
        The file has a first line with column names and no line after it. Every stage over it would be done at once and
        do nothing.

        Wrong:

        ```
        id,city,country
        ```

        Right:

        ```
        id,city,country
        ams-001,Amsterdam,NL
        ```
        """#
    ),
    ErrorPage(
      code: "G138", title: "Something is defined and never used",
      text: #"""
        A warning. A signal, gate, inventory, parameter, operation or provider is defined, and nothing refers to it.
        Mostly a name was changed in one place only, and the thing that should protect the run does not. Not reported
        while the files have errors, because a misspelt name leaves another one unused.

        Wrong:

        ```yaml
        gates:
          healthy: [ error_rate < 1 % ]
          cheap:   [ llm_cost < 1500 EUR/day ]       # no stage requires it
        ```

        Right:

        ```yaml
        gate: { require: [ healthy, cheap ], hold: 30m }
        ```
        """#
    ),
    ErrorPage(
      code: "G139", title: "The number is out of range",
      text: #"""
        A number lies outside of what its key allows, or `select.count` asks for more targets than the inventory has.

        Wrong:

        ```yaml
        # stores.csv has 200 lines
        select: { count: 250 }
        retry: { attempts: 0 }
        ```

        Right:

        ```yaml
        select: { count: 200 }
        retry: { attempts: 1 }
        ```
        """#
    ),
    ErrorPage(
      code: "G140", title: "The version of the language is another one",
      text: #"""
        `sanderling: 1` says for which version of the language a file was written. This program reads version 1. A file
        for a later version may mean something else by the same words, so it is not read as far as it goes.

        Wrong:

        ```yaml
        sanderling: 2
        ```

        Right:

        ```yaml
        sanderling: 1
        ```
        """#
    ),
    ErrorPage(
      code: "G141", title: "The stage has too many steps",
      text: #"""
        A stage may have 60 steps. The engine keeps what must be undone of each target in one machine word, and a list
        of more than 60 actions is hard to review. Split the stage: the second one takes the same targets with `select:
        { from: all }`.

        Wrong:

        ```yaml
        - { id: move, targets: stores, steps: [ … 75 steps … ] }
        ```

        Right:

        ```yaml
        - { id: prepare, targets: stores, steps: [ … 40 steps … ] }
        - { id: switch,  targets: stores, select: { from: all }, steps: [ … 35 steps … ] }
        ```
        """#
    ),
    ErrorPage(
      code: "G142", title: "A parameter has no value in an environment",
      text: #"""
        The parameter has no `default`, and this environment gives no value. Every environment must be complete, so
        that a plan never depends on what somebody happens to type.

        Wrong:

        ```yaml
        # runbook.yaml
        parameters: { image: { type: string } }
        # environments/production.yaml has no `parameters:`
        ```

        Right:

        ```yaml
        # environments/production.yaml
        parameters: { image: "assistant:2.4.0" }
        ```
        """#
    ),
  ]
}

extension ErrorPages {
  /// Pages about calendar files: G150 to G159.
  static let calendars: [ErrorPage] = [
    ErrorPage(
      code: "G150", title: "The calendar file is malformed",
      text: #"""
        The file is not iCalendar (RFC 5545) or not a whole one: it does not start with `BEGIN:VCALENDAR`, a `BEGIN` has
        no `END`, or a line is no property. A file that is cut off loses freezes, so nothing of it is believed. A long
        line may be folded: each further line starts with a space.

        Wrong:

        ```
        BEGIN:VCALENDAR
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20271224
        END:VCALENDAR
        ```

        Right:

        ```
        BEGIN:VCALENDAR
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20271224
        END:VEVENT
        END:VCALENDAR
        ```
        """#
    ),
    ErrorPage(
      code: "G151", title: "An event lacks a property, or has it twice",
      text: #"""
        Each event needs one `DTSTART`, and at most one each of `DTEND`, `DURATION`, `RRULE`, `SUMMARY`, `STATUS`,
        `TRANSP`, `UID` and `RECURRENCE-ID`. `DTEND` and `DURATION` exclude each other.

        Wrong:

        ```
        DTSTART:20271224T080000Z
        DTEND:20271224T180000Z
        DURATION:PT8H
        ```

        Right:

        ```
        DTSTART:20271224T080000Z
        DTEND:20271224T180000Z
        ```
        """#
    ),
    ErrorPage(
      code: "G152", title: "A date, a time or a duration cannot be read",
      text: #"""
        Days are written `20271224`; times `20271224T180000` on the clock of `TZID` or, without one, of each target, and
        `20271224T180000Z` in UTC; durations `P1D` or `PT2H30M`. `TZID` and `Z` exclude each other. Periods
        (`VALUE=PERIOD`) are not supported.

        Wrong:

        ```
        DTSTART;VALUE=DATE:24.12.2027
        ```

        Right:

        ```
        DTSTART;VALUE=DATE:20271224
        ```
        """#
    ),
    ErrorPage(
      code: "G153", title: "The time zone of the calendar does not exist",
      text: #"""
        A `TZID` must be an IANA name. The file may describe zones of its own in `VTIMEZONE` blocks, under names such as
        `W. Europe Standard Time`; these blocks are not read, because their rules are often out of date.

        Wrong:

        ```
        DTSTART;TZID=W. Europe Standard Time:20271224T080000
        ```

        Right:

        ```
        DTSTART;TZID=Europe/Amsterdam:20271224T080000
        ```
        """#
    ),
    ErrorPage(
      code: "G154", title: "The event has no extent",
      text: #"""
        A freeze must last: its end is exclusive and later than its start, and on the same clock. So an event of one
        whole day ends on the next day, or has no `DTEND`; an event with a time of day needs `DTEND` or `DURATION`.
        `RDATE`, `EXDATE` and `RECURRENCE-ID` are written in the same form as `DTSTART`; those of an event with `TZID`
        may also be in UTC.

        Wrong:

        ```
        DTSTART;VALUE=DATE:20271224
        DTEND;VALUE=DATE:20271224
        ```

        Right:

        ```
        DTSTART;VALUE=DATE:20271224
        DTEND;VALUE=DATE:20271225
        ```
        """#
    ),
    ErrorPage(
      code: "G155", title: "The recurrence rule is not supported",
      text: #"""
        Rules that count in days are executed: `FREQ=DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY` with `INTERVAL`, `COUNT` or
        `UNTIL`, `BYDAY`, `BYMONTHDAY`, `BYMONTH`, `BYSETPOS` and `WKST`. Another part is refused rather than left out:
        without it the rule would freeze other days than its author meant.

        Wrong:

        ```
        RRULE:FREQ=YEARLY;BYWEEKNO=51
        ```

        Right:

        ```
        RRULE:FREQ=YEARLY;BYMONTH=12;BYDAY=3MO
        ```
        """#
    ),
    ErrorPage(
      code: "G156", title: "The rule does not name the event's start",
      text: #"""
        `DTSTART` is the first occurrence, so the rule must name it. RFC 5545 leaves open what happens otherwise, and
        calendar programs differ: one freezes the start and another does not.

        Wrong:

        ```
        DTSTART;VALUE=DATE:20271101
        RRULE:FREQ=MONTHLY;BYDAY=4FR
        ```

        Right:

        ```
        DTSTART;VALUE=DATE:20271126
        RRULE:FREQ=MONTHLY;BYDAY=4FR
        ```
        """#
    ),
    ErrorPage(
      code: "G157", title: "An exception hits no occurrence",
      text: #"""
        A warning. `EXDATE` and `RECURRENCE-ID` name the exact start of one occurrence, with its time of day. One that
        hits nothing changes nothing: a day that somebody believes to be free stays frozen.

        Wrong:

        ```
        DTSTART;TZID=Europe/Amsterdam:20270104T180000
        RRULE:FREQ=WEEKLY
        EXDATE;TZID=Europe/Amsterdam:20270111T000000
        ```

        Right:

        ```
        DTSTART;TZID=Europe/Amsterdam:20270104T180000
        RRULE:FREQ=WEEKLY
        EXDATE;TZID=Europe/Amsterdam:20270111T180000
        ```
        """#
    ),
    ErrorPage(
      code: "G158", title: "The verb cannot be frozen",
      text: #"""
        `X-SANDERLING-VERBS` says what an event freezes: `apply`, `rollback` or both. Without it `apply` is frozen, and
        retreat never is.

        Wrong:

        ```
        X-SANDERLING-VERBS:deploy
        ```

        Right:

        ```
        X-SANDERLING-VERBS:apply,rollback
        ```
        """#
    ),
    ErrorPage(
      code: "G159", title: "The calendar freezes nothing",
      text: #"""
        A warning. The file has no event, or all of them are cancelled (`STATUS:CANCELLED`) or take no time
        (`TRANSP:TRANSPARENT`). An export that went wrong looks like this.

        Wrong:

        ```
        BEGIN:VCALENDAR
        END:VCALENDAR
        ```

        Right:

        ```
        BEGIN:VCALENDAR
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20271224
        SUMMARY:Christmas Eve
        END:VEVENT
        END:VCALENDAR
        ```
        """#
    ),
  ]
}

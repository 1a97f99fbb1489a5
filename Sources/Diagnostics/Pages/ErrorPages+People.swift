extension ErrorPages {
  /// Pages about approvals and people: G161 to G165.
  static let people: [ErrorPage] = [
    ErrorPage(
      code: "G161", title: "An approval that nobody could give",
      text: #"""
        A phase or stage has `approve:`, and the runbook has no `trust/people.yaml`. A run would wait for ever.

        ```yaml
        # trust/people.yaml
        sanderling: 1
        people:
          mira: { roles: [release-manager], accounts: [mira], principals: [mira@example.com] }
        ```

        An environment that shall do without says so, and plan, run and history repeat it: `ignore: [approvals]`.
        """#
    ),
    ErrorPage(
      code: "G162", title: "Nobody has the role",
      text: #"""
        An approval asks for a role that no person in `trust/people.yaml` has. Roles are compared letter by letter:
        `release-manager` is not `release_manager`.
        """#
    ),
    ErrorPage(
      code: "G163", title: "Too few persons could approve",
      text: #"""
        Approvals count persons, not accounts or keys. Once the authors of the runbook are taken out (`not: author`),
        fewer persons have the role than approvals are needed. Give the role to more persons, or ask for fewer.
        """#
    ),
    ErrorPage(
      code: "G164", title: "Two persons share an account or a key",
      text: #"""
        Whoever uses a shared account could be either person, so an approval from it would prove nothing. Give each
        account and each principal to one person.
        """#
    ),
    ErrorPage(
      code: "G165", title: "The author is nobody",
      text: #"""
        `authors:` names persons by their identifiers in `trust/people.yaml`: an approval with `not: author` must know
        whom it excludes.
        """#
    ),
  ]
}

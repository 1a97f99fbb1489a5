"""Where a Swift file can be changed so that it means something else.

The text is masked first: comments and strings become blanks of the same length, so an offset in the mask is an offset in
the file. What follows is a small reader of tokens and braces, not a parser; a mutant that does not compile costs seconds
and is counted apart.
"""

import bisect
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One change of one place."""

    file: str
    start: int
    end: int
    after: str
    kind: str
    before: str
    line: int
    column: int
    # The declarations around it, outermost first: `RunState.foldStep`.
    within: str
    # The line as it stands, without blanks at its ends, and how it reads with the change.
    text: str
    changed: str
    # How many equal changes of equal lines stand before it in the same declaration.
    repeat: int

    @property
    def key(self):
        """What names the mutant when lines move."""
        return "\t".join([self.file, self.within, self.text, self.changed, str(self.repeat)])


def mask(text):
    """The text with comments and strings blanked, line breaks kept. Strings keep their quotes."""
    out = list(text)
    position, size = 0, len(text)

    def blank(start, end):
        for place in range(start, end):
            if out[place] != "\n":
                out[place] = " "

    while position < size:
        if text.startswith("//", position):
            end = text.find("\n", position)
            end = size if end < 0 else end
            blank(position, end)
            position = end
        elif text.startswith("/*", position):
            depth, end = 1, position + 2
            while end < size and depth:
                if text.startswith("/*", end):
                    depth, end = depth + 1, end + 2
                elif text.startswith("*/", end):
                    depth, end = depth - 1, end + 2
                else:
                    end += 1
            blank(position, end)
            position = end
        elif text.startswith("#/", position):
            end = text.find("/#", position + 2)
            end = size if end < 0 else end + 2
            blank(position + 1, end)
            position = end
        elif opening := re.compile(r'(#*)("""|")').match(text, position):
            end = string_end(text, opening.end(), opening[1], opening[2])
            blank(opening.end(), end - len(opening[2]) - len(opening[1]))
            position = end
        else:
            position += 1
    return "".join(out)


def string_end(text, position, hashes, quote):
    """The offset after a string whose content starts here."""
    escape = "\\" + hashes
    while position < len(text):
        if text.startswith(quote + hashes, position):
            return position + len(quote) + len(hashes)
        if text.startswith(escape + "(", position):
            position = interpolation_end(text, position + len(escape) + 1)
        elif text.startswith(escape, position):
            position += len(escape) + 1
        else:
            position += 1
    return position


def interpolation_end(text, position):
    depth = 1
    while position < len(text) and depth:
        opening = re.compile(r'(#*)("""|")').match(text, position)
        if opening:
            position = string_end(text, opening.end(), opening[1], opening[2])
            continue
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        position += 1
    return position


@dataclass
class Scope:
    """A pair of braces."""

    kind: str
    name: str
    start: int
    end: int
    header: str
    parent: "Scope | None"

    def up(self):
        scope = self
        while scope:
            yield scope
            scope = scope.parent

    @property
    def path(self):
        return ".".join(reversed([scope.name for scope in self.up() if scope.name]))

    @property
    def code(self):
        """The innermost function, initialiser or accessor."""
        return next((scope for scope in self.up() if scope.kind in CODE), None)


CODE = {"func", "init", "deinit", "subscript", "var"}
TYPES = {"extension", "struct", "enum", "class", "actor", "protocol"}
CONTROL = {"if", "else", "guard", "for", "while", "repeat", "do", "catch", "switch", "defer"}
TOKEN = re.compile(r"\.?[A-Za-z_]\w*|[{}()\[\]=\n]")


def scopes(masked):
    """All pairs of braces, in the order of their beginnings."""
    found, stack, depth = [], [], 0
    # What the next brace at this depth belongs to: kind, name, where it starts, depth.
    pending = None
    for token in TOKEN.finditer(masked):
        word = token[0]
        if word in "([":
            depth += 1
        elif word in ")]":
            depth -= 1
        elif word == "{":
            kind, name, start = "closure", "", token.start()
            if pending and pending[3] == depth:
                kind, name, start = pending[:3]
                pending = None
            scope = Scope(kind, name, token.start(), len(masked), masked[start : token.start()], stack[-1][0] if stack else None)
            found.append(scope)
            # A closure in a signature or a condition: what it belongs to goes on behind it.
            stack.append((scope, depth, pending))
            depth, pending = 0, None
        elif word == "}":
            pending = None
            if stack:
                scope, depth, pending = stack.pop()
                scope.end = token.start()
        elif word == "\n":
            continue
        elif word == "=":
            if pending and pending[0] == "var" and pending[3] == depth:
                pending = None
        elif pending and depth > pending[3]:
            # A word of a signature or a condition: `func wait(for mailbox: Mailbox) {`.
            continue
        elif word in TYPES or word in CODE:
            # `case subscript`, `class func` and the like: the last word counts.
            name = re.compile(r"\s*`?([\w.]+|[^\s\w(]+)").match(masked, token.end())
            label = name[1] if name and word not in ("init", "deinit", "subscript") else word
            pending = (word, label, token.start(), depth)
        elif word in CONTROL and not (pending and pending[0] in CONTROL and word == "else" and pending[0] != "guard"):
            if word == "else" and pending and pending[0] == "guard":
                pass
            else:
                pending = (word, "", token.start(), depth)
    return found


SWAPS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "&&": "||", "||": "&&", "==": "!=", "!=": "==", "+": "-", "-": "+",
    "+=": "-=", "-=": "+=", "*": "+", "&+": "&-", "...": "..<", "..<": "...",
}  # fmt: skip
NAMES = {
    "min": "max", "max": "min", ".min": ".max", ".max": ".min", ".first": ".last", ".last": ".first",
    ".firstIndex": ".lastIndex", ".lastIndex": ".firstIndex", ".removeFirst": ".removeLast",
    ".removeLast": ".removeFirst", ".prefix": ".suffix", ".suffix": ".prefix", ".dropFirst": ".dropLast",
    ".dropLast": ".dropFirst", ".isSubset": ".isSuperset", ".union": ".intersection",
    ".grew": ".shrank", ".shrank": ".grew", ".more": ".less", ".less": ".more",
}  # fmt: skip
CALLED = {"min", "max", ".min", ".max", ".prefix", ".suffix", ".dropFirst", ".dropLast", ".union"}
OPERATOR = re.compile(r"(?<= )(?:<=|>=|&&|\|\||==|!=|\+=|-=|&\+|<|>|\+|-|\*)(?=[ \n])|(?<=[\w)\]])(?:\.\.\.|\.\.<)(?=[\w(])")
LIST_BEFORE = re.compile(r"\.(map|compactMap|flatMap|filter|sorted|prefix|suffix|joined|reversed)\([^()]*\)\s*$")
LIST_AFTER = re.compile(r"\s*[\w.]+\.(map|compactMap|flatMap|filter|sorted|prefix|suffix|joined|reversed)\b")
NUMBER = re.compile(r"(?<![\w.$])\d[\d_]*(?![\w.]*\w)")
# Statements that a mutant may not touch: they change no meaning, or only that of the tests.
QUIET = re.compile(r"\b(precondition|assert|reserveCapacity|preconditionFailure|capacity:)|\? \" *\" : \"")
KEYWORD = re.compile(
    r"(?:let|var|return|guard|if|for|while|switch|case|default|break|continue|throw|defer|func|struct|enum|class|actor"
    r"|public|private|fileprivate|internal|package|import|else|do|repeat|typealias|static|extension|init|subscript"
    r"|mutating|nonisolated|indirect|protocol|catch|yield|in|get|set)\b|[@#]")


class File:
    """The mutants of one file."""

    def __init__(self, path, text):
        self.path, self.text, self.masked = path, text, mask(text)
        self.scopes = scopes(self.masked)
        self.breaks = [-1] + [place for place, letter in enumerate(text) if letter == "\n"]
        self.found, self.repeats = [], {}

    def mutants(self):
        for step in (self.operators, self.constants, self.conditions, self.statements, self.flow):
            step()
        return sorted(self.found, key=lambda one: (one.start, one.end, one.kind, one.after))

    def scope(self, place):
        """The innermost braces around a place."""
        inner = None
        for scope in self.scopes:
            if scope.start < place < scope.end:
                inner = scope
            elif scope.start > place:
                break
        return inner

    def add(self, start, end, after, kind, anywhere=False):
        scope = self.scope(start)
        if not anywhere and not (scope and scope.code):
            return
        row = bisect.bisect_left(self.breaks, start)
        first = self.breaks[row - 1] + 1
        last = self.text.find("\n", end)
        last = len(self.text) if last < 0 else last
        flat = lambda text: " ".join(text.split())
        text = flat(self.text[first:last])
        changed = flat(self.text[first:start] + after + self.text[end:last])
        if text == changed or QUIET.search(self.masked[first:last]):
            return
        within = scope.path if scope else ""
        same = (within, text, changed)
        self.repeats[same] = self.repeats.get(same, 0) + 1
        self.found.append(
            Mutant(self.path, start, end, after, kind, self.text[start:end], row, start - first + 1, within, text,
                changed, self.repeats[same]))  # fmt: skip

    def operators(self):
        for match in OPERATOR.finditer(self.masked):
            word, start = match[0], match.start()
            line = self.masked[self.masked.rfind("\n", 0, start) + 1 : start]
            if re.search(r"\bfunc\s*$|\boperator\s*$|\b(func|init|extension|struct|enum|protocol)\b.*\bwhere\b", line):
                continue
            if re.match(r"\s*(public |package )?extension\b|\s*\)?.*->.*\bwhere\b", line):
                continue
            # `"a" + b` and `[a] + b` put things together; there is no other operator for them.
            near = (self.masked[:start].rstrip()[-1:], self.masked[match.end() :].lstrip()[:1])
            if word in "+-+=-=" and ({*near} & {*'"[]'} or near[1] == "["):
                continue
            # Of lists, too, and the type checker looks for one for minutes.
            if word in "+-" and (LIST_BEFORE.search(line) or LIST_AFTER.match(self.masked, match.end())):
                continue
            self.add(start, match.end(), SWAPS[word], "operator", anywhere=True)
        for match in re.finditer(r"(?:(?<!\.)\.)?\b[A-Za-z]\w*\b", self.masked):
            word = match[0]
            if word not in NAMES or re.match(r"\s*:", self.masked[match.end() :]):
                continue
            if word in CALLED and self.masked[match.end() : match.end() + 1] != "(":
                continue
            # What is looked up by its name is there once: its first is its last.
            ahead = self.masked[match.end() : self.masked.find("\n", match.end())]
            if "irst" in word and re.match(r"\(where:|\(of:| ?\{", ahead) and (" == " in ahead or "(of:" in ahead):
                continue
            self.add(match.start(), match.end(), NAMES[word], "operator", anywhere=True)

    def constants(self):
        for count, match in enumerate(NUMBER.finditer(self.masked)):
            value = int(match[0].replace("_", ""))
            self.add(match.start(), match.end(), str(value + (1 if value == 0 or count % 2 else -1)), "constant", anywhere=True)
        for match in re.finditer(r"(?<![.\w])(true|false)\b", self.masked):
            self.add(*match.span(), "false" if match[0] == "true" else "true", "constant", anywhere=True)
        for match in re.finditer(r"(?<![.\w])return ([^\n{}]+)", self.masked):
            code = (self.scope(match.start()) or Scope("", "", 0, 0, "", None)).code
            if code and re.search(r"->\s*[\w.\[\]<>: ]+\?\s*$", code.header) and match[1].strip() != "nil":
                self.add(match.start(1), match.start(1) + len(match[1].rstrip()), "nil", "constant")

    def conditions(self):
        for match in re.finditer(r"(?<![.\w])(if|guard)\b(?= )", self.masked):
            end = self.until(match.end(), r"\{" if match[1] == "if" else r"else\b")
            clauses = self.clauses(match.end(), end) if end else []
            for number, (start, stop) in enumerate(clauses):
                if not self.negate(start, stop) or len(clauses) == 1:
                    continue
                # The clause goes with the comma after it, the last one with the comma before it.
                if number + 1 < len(clauses):
                    self.add(start, clauses[number + 1][0], "", "clause")
                else:
                    self.add(clauses[number - 1][1], stop, "", "clause")
        for match in re.finditer(r"(?<![.\w])for\b(?= )[^\n{]*?\b(where) ", self.masked):
            end = self.until(match.end(), r"\{")
            if end:
                stop = match.end() + len(self.masked[match.end() : end].rstrip())
                if self.negate(match.end(), stop):
                    self.add(match.start(1), stop, "", "clause")

    def negate(self, start, stop):
        clause = self.text[start:stop]
        if re.match(r"(let|var|case|#|_)\b|#", clause) or not clause:
            return False
        simple = re.fullmatch(r"!([\w.?]+(\([^()]*\))?)", clause)
        self.add(start, stop, simple[1] if simple else f"!({clause})", "negated")
        return True

    def until(self, place, wanted):
        """Where a word or brace follows outside of brackets; `None` when the statement ends before."""
        depth, pattern = 0, re.compile(wanted)
        while place < len(self.masked):
            letter = self.masked[place]
            if depth == 0 and pattern.match(self.masked, place):
                return place
            if letter in "([{":
                depth += 1
            elif letter in ")]}":
                depth -= 1
                if depth < 0:
                    return None
            place += 1
        return None

    def clauses(self, start, end):
        parts, depth, first = [], 0, start
        for place in range(start, end + 1):
            letter = self.masked[place] if place < end else ","
            if letter in "([{":
                depth += 1
            elif letter in ")]}":
                depth -= 1
            elif letter == "," and depth == 0:
                part = self.masked[first:place]
                head = first + len(part) - len(part.lstrip())
                parts.append((head, first + len(part.rstrip())))
                first = place + 1
        return parts

    def statements(self):
        """Assignments and calls that can be left out."""
        starts = {match.end() for match in re.finditer(r"(?m)^ +(?=\S)", self.masked)}
        for scope in self.scopes:
            if scope.kind in CONTROL or (scope.kind in CODE and "->" not in scope.header and scope.kind != "var"):
                starts.add(scope.start + 1 + len(re.match(r"[ ]*", self.masked[scope.start + 1 :])[0]))
        for match in re.finditer(r"(?m)^ *(?:case\b[^\n]*?|default):(?= \S) ", self.masked):
            starts.add(match.end())
        for start in sorted(starts):
            self.statement(start)

    def statement(self, start):
        scope = self.scope(start)
        if not scope or not scope.code or KEYWORD.match(self.masked, start) or not re.match(r"[A-Za-z_]", self.masked[start:]):
            return
        before = self.masked[scope.start + 1 : start]
        if before.count("(") + before.count("[") != before.count(")") + before.count("]"):
            return
        ahead = before.rstrip()
        labelled = ahead.endswith(":")
        if ahead and (ahead[-1] in ",=(&|+-*/?<>.[" or re.search(r"\b(return|in|else|try|await|where)$", ahead)):
            return
        end = self.statement_end(start, scope)
        if end is None:
            return
        code = self.masked[start:end]
        # A label of an argument, or an element of a list.
        if code.endswith(",") or re.match(r"\w+:", code):
            return
        assignment = re.match(r"[\w.?!]+(?:\[[^=\n]*?\])?[\w.?!\[\]]* (?:=|[-+*|&]=) ", code)
        if not assignment and not re.match(r"(?:try |await )*[\w.?!\[\]]+\(", code):
            return
        rest = self.masked[end : scope.end].strip()
        last = not rest or rest.startswith(("case ", "default:"))
        # In a function that gives a value, the last call is the value.
        if not assignment and last and (scope.kind == "closure" or "->" in scope.code.header or scope.code.kind == "var"):
            return
        # In an initialiser, what is assigned is a stored property: without it nothing compiles.
        if assignment and scope.code.kind == "init" and re.match(r"self(\.| = )", code):
            return
        field = re.match(r"fold|encode|write|decode|read", scope.code.name) or ".member(" in code
        alone = labelled and last or labelled and rest.startswith(("case ", "default:"))
        self.add(start, end, "break" if alone else "", "field" if field else "statement")

    def statement_end(self, start, scope):
        depth, place = 0, start
        while place < scope.end:
            letter = self.masked[place]
            if letter in "([{":
                depth += 1
            elif letter in ")]}":
                depth -= 1
            elif depth == 0 and letter in ";\n":
                following = self.masked[place : scope.end].lstrip()
                if letter == "\n" and re.match(r"[.?:&|+\-*/<>=]", following):
                    place += 1
                    continue
                break
            place += 1
        return start + len(self.masked[start:place].rstrip()) if depth == 0 else None

    def flow(self):
        for match in re.finditer(r"(?<![.\w])(break|continue|return)(?=\s*[\n}])", self.masked):
            scope = self.scope(match.start())
            around = next((one for one in scope.up() if one.kind in ("for", "while", "repeat", "switch", *CODE)), None)
            if match[1] == "return":
                if not any(one.kind == "guard" for one in scope.up()) and not re.search(r":\s*$", self.masked[: match.start()]):
                    self.add(*match.span(), "", "flow")
            elif match[1] == "continue":
                self.add(*match.span(), "break", "flow")
            elif around and around.kind in ("for", "while", "repeat"):
                self.add(*match.span(), "continue", "flow")

"""Many changes in one text, of which the running program takes one.

The body of the function, initialiser or accessor around a change is written once for each change and once as it stands:

    { if mutantOfEngine == 17 { the body with change 17 } else { the body } }

so that one build serves all of them, and the variable SANDERLING_MUTANT chooses. A number, `true` or `false` outside of
any body becomes an expression that chooses. What is left has to be built alone.
"""

import re
from dataclasses import dataclass, field

import sites

VARIABLE = "SANDERLING_MUTANT"
ACCESSOR = re.compile(
    r"\s*(?:(?:mutating|nonmutating|nonisolated)\s+)*(?:get|set|_read|_modify|willSet|didSet)\b[^{}\n]*\{")  # fmt: skip
SIGNATURE = re.compile(r"[^{}\n]*?\bin\b(?=[ \n])")
LITERAL = re.compile(r"\d[\d_]*|true|false")


@dataclass(frozen=True)
class Change:
    """One change of one file, under the number by which it is chosen."""

    number: int
    file: str
    start: int
    end: int
    after: str


def least(text, before, after):
    """What differs between two texts of which the first stands at a place of the file: start, end, what is put there."""
    start = text.index(before)
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return start + head, start + len(before) - tail, after[head : len(after) - tail]


def name_of(file):
    """The constant that holds the number, in the module of a file: each has its own, so that no import is added."""
    return "mutantOf" + file.split("/")[1]


def switch(module):
    """A file for a module that reads the number once."""
    return (
        "import Glibc\n\n"
        f'public let mutantOf{module}: Int = getenv("{VARIABLE}").flatMap {{ Int(String(cString: $0)) }} ?? 0\n'
    )


def body(file, start, end):
    """Where the text begins and ends that is copied for a change, and whether it is a value."""
    inner, scope = None, file.scope(start)
    while scope and scope.kind not in sites.TYPES:
        if scope.kind in sites.CODE and end <= scope.end and not (scope.kind == "var" and ":" not in scope.header):
            if not ACCESSOR.match(file.masked, scope.start + 1):
                return scope.start + 1, scope.end, gives_value(scope)
            value = bool(inner and re.search(r"\bget\b[^{}]*$", file.masked[scope.start : inner.start]))
            return (inner.start + 1, inner.end, value) if inner else None
        inner, scope = scope, scope.parent
    # A closure that stands in no function: the one that holds all others.
    if not inner or inner.kind != "closure":
        return None
    signature = SIGNATURE.match(file.masked, inner.start + 1)
    low = signature.end() if signature else inner.start + 1
    return (low, inner.end, True) if low <= start and end <= inner.end else None


def gives_value(scope):
    if scope.kind in ("init", "deinit"):
        return False
    if scope.kind != "func":
        return True
    depth = 0
    for match in re.finditer(r"[(\[]|[)\]]|->", scope.header):
        if match[0] == "->" and depth == 0:
            return True
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(match[0], 0)
    return False


def lone_value(text, start):
    """Where the only expression of a body begins that begins here; `None` when it has statements."""
    file = sites.File("", text)
    scope = file.scope(start)
    inside = file.masked[start : scope.end]
    if not inside.strip():
        return None
    first = start + len(inside) - len(inside.lstrip())
    chooses = re.match(r"(if|switch)\b", file.masked[first:])
    if not chooses and sites.KEYWORD.match(file.masked, first):
        return None
    if chooses and re.search(r"\breturn\b", file.masked[first : scope.end]):
        return None
    end = file.statement_end(first, scope)
    if end is None:
        end = scope.end
    return first if not file.masked[end : scope.end].strip() else None


@dataclass
class Page:
    """A text as it is written, with who owns which of its lines."""

    parts: list = field(default_factory=list)
    line: int = 1
    # First line, last line, numbers of the changes, whether the lines belong to that change alone.
    spans: list = field(default_factory=list)

    def write(self, text):
        self.parts.append(text)
        self.line += text.count("\n")

    @property
    def text(self):
        return "".join(self.parts)

    def owners(self, line):
        """The changes to which a line belongs, and whether it is the own text of one."""
        around = [span for span in self.spans if span[0] <= line <= span[1]]
        if not around:
            return [], False
        _, _, numbers, own = min(around, key=lambda span: span[1] - span[0])
        return numbers, own


class Combination:
    """The changes of one file in one text."""

    def __init__(self, name, text, changes):
        self.text = text
        self.file = sites.File(name, text)
        self.choice = name_of(name)
        # Start, end → whether it is a value, its changes; `None` for a literal, which has no body.
        self.items, self.alone = {}, []
        for one in changes:
            # In the closure of a result builder no body can be chosen, and a literal can.
            scope = self.file.scope(one.start)
            is_literal = LITERAL.fullmatch(text[one.start : one.end]) and LITERAL.fullmatch(one.after)
            if is_literal and not (scope and scope.code):
                self.items.setdefault((one.start, one.end), (None, []))[1].append(one)
            elif found := body(self.file, one.start, one.end):
                self.items.setdefault(found[:2], (found[2], []))[1].append(one)
            else:
                self.alone.append(one.number)

    def page(self):
        page = Page()
        self.render(page, 0, len(self.text))
        return page

    def render(self, page, low, high):
        """Writes a part of the file, with everything in it that has changes."""
        place = low
        for (start, end), item in sorted(self.items.items(), key=lambda one: (one[0][0], -one[0][1])):
            if start < place or end > high:
                continue
            page.write(self.text[place:start])
            self.choose(page, start, end, *item)
            place = end
        page.write(self.text[place:high])

    def choose(self, page, start, end, value, changes):
        first = page.line
        if value is None:
            choices = [f"{self.choice} == {one.number} ? {one.after}" for one in changes]
            page.write("(" + " : ".join([*choices, self.text[start:end]]) + ")")
            page.spans.append((first, page.line, [one.number for one in changes], len(changes) == 1))
            return
        page.write(" ")
        for one in changes:
            page.write(f"if {self.choice} == {one.number} {{\n")
            own = page.line
            page.write(self.copy(start, end, value, one) + "\n")
            page.spans.append((own, page.line - 1, [one.number], True))
            page.write("} else ")
        page.write("{\n")
        begin = lone_value(self.text, start) if value else None
        if begin is not None:
            page.write(self.text[start:begin] + "return ")
        # The same braces are not looked at again, only what is inside of them.
        here = self.items.pop((start, end))
        self.render(page, start if begin is None else begin, end)
        self.items[(start, end)] = here
        page.write("\n} ")
        page.spans.append((first, page.line, [one.number for one in changes], False))

    def copy(self, start, end, value, one):
        changed = self.text[: one.start] + one.after + self.text[one.end :]
        end += len(changed) - len(self.text)
        begin = lone_value(changed, start) if value else None
        return changed[start:end] if begin is None else changed[start:begin] + "return " + changed[begin:end]

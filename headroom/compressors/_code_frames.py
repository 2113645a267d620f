"""Which lines must be shown around one, so that what is left of a body is still code.

A line deep inside a function is shown with the headers of the blocks that it stands in, with what closes them, and with
the other branches of the same statement: the `if` above an `else`, the `except` below a `try`. By indentation, brackets
and keywords; no parser. Below `code`, which folds what lies between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from headroom.compressors._code_lines import SQL, Source

__all__ = ["balance", "framed"]

_CONTINUES = re.compile(
    r"[})\]]|</|/>|;;|(?:else|elif|elsif|elseif|except|finally|catch|rescue|ensure|end|fi|done|esac|case|default|then|do)\b"
)
"""How a line begins that goes on with the statement or the block that began above it, at the same indentation."""
_OPERATOR = re.compile(r"(?:\|\||&&|(?<![-+*/])[-+*/%?]|\\|(?<![=!<>])=|\b(?:and|or|not))\s*$")
_OPERATOR_ENDS = frozenset("|&-+*/%?\\=drt")
_LEADS = re.compile(r"\s*(?:\|\||&&|\?\s|\?\.|:\s|\.\w|\+\s)")
_LONE = re.compile(r"\s*(?:\}\s*)?(?:(?:else\s+)?(?:if|for|foreach|while)\b.*\)|else)\s*(?://.*|/\*[^*]*\*/\s*)?$")
"""How a line ends or begins that goes on, and one that wants a statement below it."""
_LONE_HEAD = re.compile(r"\s*(?:\}\s*)?(?:else\s+)?(?:if|for|foreach|while)\b")
_LAST_OF_HEAD = re.compile(r"\)\s*(?://.*|/\*[^*]*\*/\s*)?$")
_REMARK = re.compile(r"\s*(?://|/\*|\*[ /])")
_HEAD_GOES_ON = re.compile(r"[^,;{]*[:,]\s*$")
_HEAD_LEADS = re.compile(r"\s+(?:extends|implements|throws|where|with|permits|:)\b.*|\s+:\s.*")
_OPEN_CASE = re.compile(r"\s*(?:case\b[^:]*,|(?:class|struct)\b[^;{]*[:,]\s*)$")
_CLOSES = re.compile(r"\s*[})\]]")
_LONGEST, _DEEPEST = 24, 6
_NOTHING: Mapping[int, int] = MappingProxyType({})
_ROUNDS = 8
"""Lines that come along may bring others along; so often that is looked at."""
_ENDS = (",", ";", "}", "{")
_SIGNS = frozenset("/*#-")
_COMMENTS = (re.compile(r"//|/?\*|#"), re.compile(r"#|--"))
_ACCESS = re.compile(r"(?:public|private|protected|signals)(?:\s+\w+)?:$")
"""What stands at the indentation of the type that it is in."""
_NAMESPACE = re.compile(r"(?:inline\s+)?namespace\b\s*([\w:]*)\s*\{$")
_END_OF_NAMESPACE = re.compile(r"\}\s*(?://|/\*).*\bnamespace\b\s*([\w:]*)")
"""Between them nothing is indented, as a rule."""
_DIRECTIVE = re.compile(r"#\s*(if|el|endif)")


def framed(
    source: Source,
    first: int,
    end: int,
    lines: Sequence[int],
    pays: Callable[[int, int], bool] | None = None,
    *,
    skips: Mapping[int, int] = _NOTHING,
) -> list[int]:
    """`lines` between `first` and `end`, exclusive, and those that frame them; ascending. So are lines between these that
    would not pay to be folded: `pays` is asked for the first and the last of them. Of lines
    between a key of `skips` and its value, exclusive, none is looked at: for bodies that are shown or folded as one."""
    if not lines:
        return []
    above, links = _frames(source, first, end, skips)
    shown: set[int] = set()
    todo = list(lines)
    for _ in range(_ROUNDS):
        while todo:
            i = todo.pop()
            if i in shown:
                continue
            shown.add(i)
            todo += above.get(i, ())
            todo += links.get(i, ())
            if source.hashes or not any(j > i and _CLOSES.match(source.code[j]) for j in links.get(i, ())):
                todo += _rest(source, i, end)
            else:
                todo += _arguments(source, i, end)
        for a, b in pairwise([first - 1, *sorted(shown), end]):
            if b - a > 1 and pays is not None and not pays(a + 1, b - 1):
                todo += range(a + 1, b)
    return sorted(shown)


def _rest(source: Source, i: int, end: int) -> list[int]:
    """The lines that end a statement that line `i` leaves open: its brackets, as in `f(a,`, an operator, a lone `if (a)`."""
    code, inside = source.code, source.inside
    left, open_ended = balance(code[i]), _leaves_open(source, code[i])
    head = left > 0 and not source.hashes and _LONE_HEAD.match(code[i]) is not None
    found: list[int] = []
    listed = _OPEN_CASE.match(code[i]) is not None
    for j in range(i + 1, end):
        if left <= 0 and not open_ended and not _LEADS.match(code[j]):
            return found
        listed = listed or (left <= 0 and code[j].lstrip()[:2] == ": ")
        within = inside[j] and j + 1 < end and inside[j + 1]
        if not within:
            found.append(j)
            if open_ended and not source.hashes and (inside[j] or _REMARK.match(code[j])):
                continue  # what an open `if (a)` wants is a statement
            left += balance(code[j])
            open_ended = not code[j].strip() or _leaves_open(source, code[j])
            if head and left <= 0:  # the last line of a condition of several lines
                head = False
                open_ended = open_ended or _LAST_OF_HEAD.search(code[j]) is not None
            open_ended = open_ended or (listed and code[j].rstrip()[-1:] == ",")
            if len(found) > _LONGEST or left > _DEEPEST:
                return []
    return found if left <= 0 else []


def _arguments(source: Source, i: int, end: int) -> list[int]:
    """The lines that end the header of a block: what is in parentheses, as in `if (f(a,`, and what follows until it opens."""
    code, found = source.code, list[int]()
    left = code[i].count("(") - code[i].count(")")
    goes_on = _HEAD_GOES_ON.search(code[i]) is not None
    for j in range(i + 1, end):
        goes_on = goes_on or _HEAD_LEADS.match(code[j]) is not None
        if (left <= 0 and not goes_on) or len(found) > _LONGEST:
            break
        found.append(j)
        left += code[j].count("(") - code[j].count(")")
        goes_on = _HEAD_GOES_ON.search(code[j]) is not None
    return found if left <= 0 else []


def _leaves_open(source: Source, line: str) -> bool:
    last = line.rstrip()[-1:]
    return (last in _OPERATOR_ENDS and _OPERATOR.search(line) is not None) or (
        not source.hashes and (_LONE.match(line) is not None or _OPEN_CASE.match(line) is not None)
    )


def balance(line: str) -> int:
    """How many brackets a line opens and does not close."""
    return sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))


def _frames(
    source: Source, first: int, end: int, skips: Mapping[int, int]
) -> tuple[dict[int, tuple[int, ...]], dict[int, list[int]]]:
    """For each line the header of the block that it stands in; and the parts of one statement, each linked to the next."""
    above: dict[int, tuple[int, ...]] = {}
    links: dict[int, list[int]] = {}
    blocks: list[tuple[int, int]] = []
    directives: list[int] = []
    namespaces: list[tuple[str, int]] = []
    comment = _COMMENTS[source.sign != "//"]
    i = first
    code, inside, braced = source.code, source.inside, not source.hashes
    while i < end:
        i = skips.get(i, i)
        if i >= end:
            break
        line, here = code[i], i
        text = line.strip()
        i += 1
        if not text:
            continue
        width = line.find(text[0])
        last = text[-1]
        if last == "\\" and braced:
            _link(links, here, here + 1)
        if text[0] in _SIGNS and comment.match(text):
            above[here] = tuple(j for w, j in blocks[-1:] if w < width)
            if braced and text[0] == "#":
                _directive(text, here, directives, links)
        elif last == ":" and braced and _ACCESS.match(text):
            above[here] = tuple(j for _, j in blocks[-1:])
            continue
        else:
            before = -1
            while blocks and blocks[-1][0] >= width:
                w, before = blocks.pop()
                before = before if w == width else -1
            above[here] = (blocks[-1][1],) if blocks else ()
            if "namespace" in text and _namespace(text, here, namespaces, links):
                before = -1
            if before >= 0 and _goes_on(source, before, text):
                _link(links, before, here)
            blocks.append((width, here))
        if i < end and inside[i]:
            i = _string(source, i, end, above, links)
    if source.language in SQL:
        _statements(source, first, end, links)
    elif source.language == "php":
        _markup(source, first, end, links)
    return above, links


def _goes_on(source: Source, before: int, text: str) -> bool:
    """Whether a line with this text goes on with what began on line `before`, at the same indentation."""
    if source.language in SQL:
        text = text.lower()
    return _CONTINUES.match(text) is not None or (
        text == "{" and not source.code[before].rstrip().endswith(_ENDS)  # else it opens the next one of several
    )


def _statements(source: Source, first: int, end: int, links: dict[int, list[int]]) -> None:
    """A statement of SQL lasts until a semicolon."""
    last = -1
    for i in range(first, end):
        text = source.code[i].strip()
        if text and not text.startswith("--"):
            if last >= 0 and not source.code[last].rstrip().endswith(";"):
                _link(links, last, i)
            last = i


def _markup(source: Source, first: int, end: int, links: dict[int, list[int]]) -> None:
    """Mark-up in PHP stands between what ends the code and what begins it again."""
    opener = -1
    for i in range(first, end):
        line = source.code[i]
        if "?>" not in line and "<?" not in line:
            if opener >= 0:
                links.setdefault(i, []).append(opener)
            continue
        if opener >= 0:
            links.setdefault(i, []).append(opener)
        if line.rfind("?>") > line.rfind("<?"):
            opener = i if opener < 0 else opener
        elif opener >= 0:
            _link(links, opener, i)
            opener = -1


def _link(links: dict[int, list[int]], one: int, other: int) -> None:
    links.setdefault(one, []).append(other)
    links.setdefault(other, []).append(one)


def _namespace(text: str, i: int, open_ones: list[tuple[str, int]], links: dict[int, list[int]]) -> bool:
    """What opens a namespace and what closes the one of the same name belong together. Whether it does one of both."""
    opened, ended = _NAMESPACE.match(text), _END_OF_NAMESPACE.match(text)
    if opened is not None:
        open_ones.append((opened[1], i))
    elif ended is not None:
        at = next((n for n in range(len(open_ones) - 1, -1, -1) if open_ones[n][0] == ended[1]), -1)
        if at >= 0:
            _link(links, open_ones[at][1], i)
            del open_ones[at:]
    return opened is not None or ended is not None


def _directive(text: str, i: int, open_ones: list[int], links: dict[int, list[int]]) -> None:
    """`#if`, `#else` and `#endif` belong together."""
    m = _DIRECTIVE.match(text)
    if m is None:
        return
    if m[1] != "if" and open_ones:
        _link(links, open_ones.pop(), i)
    if m[1] != "endif":
        open_ones.append(i)


def _string(source: Source, i: int, end: int, above: dict[int, tuple[int, ...]], links: dict[int, list[int]]) -> int:
    """The line after a string of several lines of which the second is `i`: any of its lines needs the first and the last."""
    opener, stop = i - 1, i
    while stop < end and source.inside[stop]:
        stop += 1
    if stop > i:
        links.setdefault(opener, []).append(stop - 1)
        for j in range(i, stop):
            above[j] = (opener,)
    return stop

"""JUnit's XML, which test runners of most languages write: what did not pass stays whole, what passed becomes counts.

    testsuite name=quay tests=54 failures=1 …
    FAILED t.test_crane test_moves (0.01 s, line 12)
    TypeError: …
    ⋯ 53 passed: t.test_crane: test_keeps ×9, test_lifts, …

Read by tags, since a runner may write elements in any order (`_xml` knows lists only) and all of it on one line. Nothing is
known of other XML. `test_run` stands above.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from headroom.compressors._api import Elision, Rendition
from headroom.compressors._xml import decoded
from headroom.lines import FOLD
from headroom.relevance import matching_lines

__all__ = ["NOTE", "begins", "report"]

NOTE = "JUnit XML as text"
_CASES = re.compile(r"\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<testsuites?\b", re.DOTALL)
_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<data>.*?)\]\]>|<!--.*?-->|<\?.*?\?>"
    r"|<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]*)(?P<tail>(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*(?P<closed>/?)>|(?P<odd><)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LARGEST = 2_000_000
_DEEPEST = 20
_OUTPUTS = {"system-out": "printed", "system-err": "printed to stderr"}
_QUIET = frozenset(("system-out", "system-err", "properties"))
"""Children of a test that passed."""
_VERDICTS = {"failure": "FAILED", "error": "ERROR", "skipped": "SKIPPED"}
_FINE = frozenset(("", "run", "completed", "passed", "pass", "success", "ok"))
_SUITES = frozenset(("testsuite", "testsuites"))
_FEWEST_SUITES, _MOST_SUITES = 3, 40
"""Suites that went well stand together from so many on; so many are named."""
_OWN = frozenset(("classname", "name", "time", "file", "line", "status", "result"))
_HEADING = re.compile(r"^-{3,} Captured \w+ -{3,}[ \t]*\n", re.MULTILINE)
"""What pytest writes above the output of a test, whether there is any or not."""
_TIMES = re.compile(r"\b(?:slow\w*|dura\w+|how long|times?|timings?|seconds?|fast\w*)\b", re.IGNORECASE)
_MOST_NAMES = 12
_MOST_ASKED = 12
_MOST_PRINTED = 6
_LONG_OUTPUT = 40
_ENDS = 10, 20
"""Lines of a long output of a whole suite that are shown of its beginning and of its end."""
_PARAMETERS = re.compile(r"[\[({].*\Z|(?<=[a-zA-Z_])\d+\Z", re.DOTALL)


@dataclass(slots=True)
class _Node:
    name: str
    attributes: dict[str, str]
    at: int
    children: list[_Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


def begins(head: str) -> bool:
    """Whether a text that begins so is a report."""
    return _CASES.match(head) is not None


def report(text: str, query: str | None) -> Rendition | None:
    """The report as text; None where it is not well-formed, or tests that passed are what somebody wants to know about."""
    if len(text) > _LARGEST or (query and _TIMES.search(query)):
        return None
    try:
        root = _read(text)
    except ValueError:
        return None
    made = _Report(text, query)
    made.suite(root)
    if not made.passed:
        return None
    gone = [Elision(ranges=(), count=made.passed, unit="values", summary="tests that passed")]
    return Rendition(text="\n".join(made.out), note=NOTE, elisions=(*gone, *made.cut), lossless=False)


class _Report:
    """Writes it, suite by suite."""

    def __init__(self, text: str, query: str | None) -> None:
        self.out: list[str] = []
        self.cut: list[Elision] = []
        self.passed = 0
        self._query = query
        self._lines = [m.end() for m in re.finditer("\n", text)]
        self._known: dict[str, str] = {}

    def suite(self, node: _Node) -> None:
        """A suite, with those inside it."""
        cases = [child for child in node.children if child.name == "testcase"]
        self.out.append(_said(node.name, node.attributes))
        asked = self._asked(cases)
        fine = [case for i, case in enumerate(cases) if _passed(case) and i not in asked]
        routine = set(map(id, fine))
        suites = [child for child in node.children if child.name in _SUITES and self._is_fine(child)]
        whole = set(map(id, suites)) if len(suites) >= _FEWEST_SUITES else set()
        for child in node.children:
            if id(child) in whole:
                continue
            if child.name in _SUITES:
                self.suite(child)
            elif child.name in _OUTPUTS:
                self._output(child)
            elif child.name == "properties":
                self.out += [f"properties: {_properties(child)}"] if child.children else []
            elif id(child) not in routine:
                self._case(child)
        if whole:
            counts = [sum(case.name == "testcase" for case in suite.children) for suite in suites]
            self.passed += sum(counts)
            names = _few([f"{suite.get('name')} {n}" for suite, n in zip(suites, counts, strict=True)], _MOST_SUITES)
            self.out.append(f"{FOLD} {sum(counts):,} passed in {len(suites)} suites: {names}")
        if fine:
            self.passed += len(fine)
            printed = [case for case in fine if any(_output(c) for c in case.children if c.name in _OUTPUTS)]
            where = _few([f"{case.get('name')} (line {self._line(case)})" for case in printed], _MOST_PRINTED)
            not_shown = f"; output not shown: {where}" if printed else ""
            self.out.append(f"{FOLD} {len(fine):,} passed: {_names(fine)}{not_shown}")

    def _is_fine(self, suite: _Node) -> bool:
        """Whether all its tests passed, and nothing else is told of it."""
        cases = [child for child in suite.children if child.name == "testcase"]
        told = any(_output(child) for child in suite.children if child.name in _OUTPUTS)
        inside = any(child.name in _SUITES for child in suite.children)
        return bool(cases) and not told and not inside and all(map(_passed, cases)) and not self._asked(cases)

    def _asked(self, cases: Sequence[_Node]) -> set[int]:
        """Which tests the query names."""
        if not self._query:
            return set()
        names = "\n".join([f"{case.get('classname')} {case.get('name')}".replace("\n", " ") for case in cases])
        found = set(matching_lines(names, self._query))
        return found if len(found) <= _MOST_ASKED else set()

    def _line(self, node: _Node) -> int:
        return bisect_right(self._lines, node.at) + 1

    def _case(self, case: _Node) -> None:
        """A test that did not pass, or that is asked for."""
        names = [child.name for child in case.children if child.name not in _QUIET]
        verdict = _VERDICTS.get(names[0], names[0]) if names else (case.get("status") or "passed")
        told = [f"{case.get('time')} s" if case.get("time") else "", case.get("file"), f"line {self._line(case)}"]
        more = {k: v for k, v in case.attributes.items() if k not in _OWN}
        self.out.append(f"{verdict} {case.get('classname')} {case.get('name')} ({', '.join(filter(None, told))})")
        self.out += [_said("", more).strip()] if more else []
        for child in case.children:
            if child.name in _OUTPUTS:
                output = _output(child)
                self.out += [f"{_OUTPUTS[child.name]}:", output] if output else []
            elif child.name == "properties":
                self.out.append(f"properties: {_properties(child)}")
            else:
                self._failure(case, child, first=child.name == names[0])

    def _failure(self, case: _Node, child: _Node, *, first: bool) -> None:
        """Why it did not pass: the message, where the text below does not hold it, and the text."""
        body = child.text.strip("\n").rstrip()
        message = child.get("message").strip()
        within = all(line.strip() in body for line in message.split("\n"))
        whole = body if within and body else "\n".join(filter(None, [message, body]))
        kind = child.get("type")
        if kind and kind.rpartition(".")[2] not in whole:
            whole = f"{kind}: {whole}" if whole else kind
        if not first:
            self.out.append(f"{_VERDICTS.get(child.name, child.name)}:")
        known = self._known.setdefault(whole, case.get("name")) if len(whole) > len(NOTE) * 4 else case.get("name")
        if known != case.get("name"):
            self.out.append(f"as {known} above")
        elif whole:
            self.out.append(whole)

    def _output(self, node: _Node) -> None:
        """What a whole suite printed; of much of it, the beginning and the end."""
        output = _output(node)
        if not output:
            return
        lines = output.split("\n")
        self.out.append(f"{_OUTPUTS[node.name]} by the suite:")
        if len(lines) <= _LONG_OUTPUT or node.text.strip("\n") != output:
            self.out += lines
            return
        start = self._line(node) + len(node.text) - len(node.text.lstrip("\n"))
        first, last = start + _ENDS[0], start + len(lines) - _ENDS[1] - 1
        self.cut.append(Elision(ranges=((first, last),), count=last - first + 1, summary="output of a suite"))
        self.out += [*lines[: _ENDS[0]], f"{FOLD} lines {first}-{last}", *lines[-_ENDS[1] :]]


def _read(text: str) -> _Node:
    """The root. Raises ValueError where the text is no well-formed XML."""
    root = _Node("", {}, 0)
    stack = [root]
    at = 0
    for m in _TOKEN.finditer(text):
        here = stack[-1]
        if m.start() > at:
            here.texts.append(decoded(text[at : m.start()]))
        at = m.end()
        if m["odd"] is not None or len(stack) > _DEEPEST:
            raise ValueError(f"no tag at character {m.start()}")
        if m["data"] is not None:
            here.texts.append(m["data"])
        elif m["name"] and not m["end"]:
            own = {a[1]: decoded(a[2] if a[2] is not None else a[3]) for a in _ATTRIBUTE.finditer(m["tail"])}
            made = _Node(m["name"], own, m.start())
            here.children.append(made)
            if not m["closed"]:
                stack.append(made)
        elif m["name"]:
            if len(stack) < 2 or here.name != m["name"]:
                raise ValueError(f"</{m['name']}> closes nothing")
            stack.pop()
    if len(stack) > 1 or len(root.children) != 1 or text[at:].strip() or root.text.strip("\ufeff \t\r\n"):
        raise ValueError("not one root")
    return root.children[0]


def _said(name: str, attributes: dict[str, str]) -> str:
    return " ".join([name, *(f"{k}={v}" if v else f'{k}=""' for k, v in attributes.items())])


def _properties(node: _Node) -> str:
    return ", ".join([f"{child.get('name')}={child.get('value') or child.text.strip()}" for child in node.children])


def _passed(case: _Node) -> bool:
    fine = case.get("status").lower() in _FINE and case.get("result").lower() in _FINE
    return fine and all(child.name in _QUIET for child in case.children)


def _output(node: _Node) -> str:
    """What was printed, without headings above nothing."""
    parts = _HEADING.split(node.text)
    heads = _HEADING.findall(node.text)
    if not heads:
        return node.text.strip("\n")
    full = [(head, part) for head, part in zip(["", *heads], parts, strict=True) if part.strip()]
    return "".join([part if len(full) == 1 else head + part for head, part in full]).strip("\n")


def _names(cases: Sequence[_Node]) -> str:
    """Which tests they are: by class, those with parameters or a number at the end of the name together."""
    by_class: dict[str, dict[str, list[str]]] = {}
    for case in cases:
        name = case.get("name")
        alike = by_class.setdefault(case.get("classname"), {})
        alike.setdefault(_PARAMETERS.sub("*", name), []).append(name)
    return "; ".join(_classes(by_class))


def _classes(by_class: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    room = _MOST_NAMES
    for at, (name, alike) in enumerate(by_class.items()):
        if room <= 0:
            rest = [tests for others in list(by_class.values())[at:] for tests in others.values()]
            yield f"{sum(map(len, rest))} in {len(by_class) - at} more classes"
            return
        names = [f"{test} ×{len(own)}" if len(own) > 1 else own[0] for test, own in alike.items()]
        yield f"{name}: {_few(names)}" if name else _few(names)
        room -= max(1, len(names) // 2)


def _few(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    shown = names if len(names) <= most else [*names[: most - 2], f"{len(names) - most + 2} more"]
    return ", ".join(shown)

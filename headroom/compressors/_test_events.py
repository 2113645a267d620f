"""Test results that a machine was to read, an event or a case on a line: `go test -json` and JUnit's XML.

`labels` says of each line whether it belongs to a test that went as expected, in the words of `_routine`. Nothing here
folds. `test_run` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from headroom.compressors._routine import DETAIL

__all__ = ["begins", "labels"]

_PASSED = "passed"
_EVENT = re.compile(r'\s*\{(?=[^\n]{0,200}"Action": ?")(?=[^\n]{0,400}"(?:Package|ImportPath)": ?")')
_ACTION = re.compile(r'"Action": ?"([\w-]+)"')
_TEST = re.compile(r'"Package": ?"([^"]*)"(?:.*?"Test": ?"([^"]*)")?')
_CASES = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<testsuites?\b", re.DOTALL)
_OWN_LINE = re.compile(r"^\s*<testcase\b", re.MULTILINE)
_CASE = re.compile(r"\s*<testcase\b[^<>]*(?:/>|>\s*</testcase>)\s*\Z")


def begins(head: str) -> bool:
    """Whether a text that begins so is such a report."""
    return _EVENT.match(head) is not None or _is_cases(head)


def _is_cases(head: str) -> bool:
    """Whether these are cases on lines of their own: some tools write all of them on one."""
    return _CASES.match(head) is not None and _OWN_LINE.search(head) is not None


def labels(source: Sequence[str]) -> list[str | None] | None:
    """Per line: what routine it is, "" for a blank line, None for what is shown; None where this is no such report."""
    head = "\n".join(source[:8])
    if _is_cases(head):
        return [(_PASSED if _CASE.match(line) else None) if line.strip() else "" for line in source]
    return _events(source) if _EVENT.match(head) else None


def _events(source: Sequence[str]) -> list[str | None]:
    """An event goes with its test; those of a package, and of a test that did not pass, are shown."""
    tests: list[tuple[str, str] | None] = []
    passed: set[tuple[str, str]] = set()
    failed: set[tuple[str, str]] = set()
    out: list[str | None] = []
    for line in source:
        action, test = _ACTION.search(line), _TEST.search(line)
        own = (test[1], test[2]) if action and test and test[2] else None
        tests.append(own)
        ended = own is not None and action is not None and action[1] == "pass"
        if own is not None and action is not None:
            if ended:
                passed.add(own)
            elif action[1] == "fail":
                failed.add(own)  # maybe in another of several runs
        out.append("" if not line.strip() else _PASSED if ended else DETAIL)
    passed -= failed
    return [label if label == "" or own in passed else None for label, own in zip(out, tests, strict=True)]

"""SARIF: reports of scanners that carry all of their rules, with a manual for each.

Rules without a result go, and the help of the others; what a rule is called and says in a sentence stays. Works on a parsed
document; `crusher` stands above.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from headroom.compressors._api import Elision, Limits
from headroom.compressors._flow import flow

__all__ = ["Shorter", "is_sarif", "without_manuals"]

_HEAD = 600
_MANUAL = ("help", "fullDescription", "messageStrings", "defaultConfiguration", "relationships")
"""What is told of a rule beside its name, its short description and its properties; the first only where it is long."""
_SHORT = 160
_WORTH = 400
"""Characters below which nothing is left out."""


@dataclass(frozen=True, slots=True)
class Shorter:
    """What is left out of a report."""

    note: str
    elision: Elision


def is_sarif(text: str) -> bool:
    """Whether the text begins as such reports do, or ends so, as far as a glance tells."""
    return ("sarif" in text[:_HEAD] or "sarif" in text[-_HEAD:]) and '"runs"' in text


def without_manuals(value: Any, limits: Limits) -> Shorter | None:
    """Change a report so that of its rules the names and short descriptions are left, and only those that have results; None
    where it is no report, or has little of them."""
    runs = value.get("runs") if type(value) is dict else None
    if type(runs) is not list:
        return None
    gone = size = 0
    paths: list[str] = []
    for at, run in enumerate(runs):
        found = _results(run)
        for path, tool in _tools(run):
            rules = tool["rules"]
            kept = [_short(rule) for rule in rules if found is None or _has_result(rule, found)]
            less = len(flow(rules)) - len(flow(kept))
            if less >= _WORTH:
                tool["rules"] = kept
                gone += len(rules) - len(kept)
                size += less
                paths.append(f"runs[{at}].tool.{path}.rules")
    if not paths:
        return None
    ask = f': fields=["{paths[0]}"]' if limits.first_line == 1 else ""
    count = f"{gone:,} rules without results and " if gone else ""
    elision = Elision(ranges=(), count=max(1, gone), unit="values", summary=f"{count}help texts of rules")
    return Shorter(f"rules: {count}help texts left out{ask}", elision)


def _tools(run: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The driver and the extensions that have rules, and where they stand."""
    tool = run.get("tool") if type(run) is dict else None
    if type(tool) is not dict:
        return
    extensions = tool.get("extensions")
    parts = [("driver", tool.get("driver"))]
    parts += [(f"extensions[{i}]", e) for i, e in enumerate(extensions)] if type(extensions) is list else []
    for path, part in parts:
        if type(part) is dict and type(part.get("rules")) is list and all(type(r) is dict for r in part["rules"]):
            yield path, part


def _results(run: Any) -> set[str] | None:
    """The ids of rules that results name; None where one names its rule by its place alone."""
    results = run.get("results") if type(run) is dict else None
    found: set[str] = set()
    for result in results if type(results) is list else ():
        if type(result) is not dict:
            continue
        rule = result.get("rule")
        name = result.get("ruleId", rule.get("id") if type(rule) is dict else None)
        if name is None:
            return None
        found.add(str(name))
    return found


def _has_result(rule: dict[str, Any], found: set[str]) -> bool:
    name = str(rule.get("id"))
    return name in found or any(f.startswith(f"{name}/") for f in found)


def _short(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule without what is its manual."""
    return {k: v for k, v in rule.items() if k not in _MANUAL or len(flow(v)) <= _SHORT}

from __future__ import annotations

import json
from typing import Any

import pytest

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._flow import parse
from headroom.compressors._sarif import is_sarif, without_manuals
from headroom.compressors.crusher import SmartCrusher
from headroom.messages import Hint

MANUAL = "Moor a ship only at a berth that is free.\n\n```python\nif berth.free:\n    berth.moor(ship)\n```\n" * 4


def rule(number: int) -> dict[str, Any]:
    return {
        "id": f"quay/rule-{number}",
        "shortDescription": {"text": f"Berth of kind {number} used twice"},
        "help": {"text": MANUAL, "markdown": MANUAL},
        "properties": {"security-severity": f"{number}.5"},
    }


def result(number: int, line: int) -> dict[str, Any]:
    region = {"startLine": line, "startColumn": 5}
    place = {"physicalLocation": {"artifactLocation": {"uri": f"src/m{line}.py"}, "region": region}}
    return {"ruleId": f"quay/rule-{number}", "message": {"text": f"Used twice in {line}."}, "locations": [place]}


def report(rules: list[dict[str, Any]], results: list[dict[str, Any]]) -> dict[str, Any]:
    tool = {"driver": {"name": "QuayScan", "rules": rules}}
    return {
        "$schema": "https://x.test/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": tool, "results": results}],
    }


def crushed(document: Any, effort: Effort = Effort.MEDIUM) -> Rendition:
    return SmartCrusher().compress(json.dumps(document), Hint(), Limits(effort=effort))


@pytest.mark.parametrize("results", [20, 900])
def test_rules_with_results_stay_by_their_names_and_results_are_rows(results: int) -> None:
    made = crushed(report([rule(n) for n in range(40)], [result(7 + 9 * (n % 2), n) for n in range(results)]))

    assert "Berth of kind 7 used twice" in made.text
    assert "Berth of kind 16 used twice" in made.text
    assert "Berth of kind 8 " not in made.text
    assert "Moor a ship" not in made.text
    assert '38 rules without results and help texts left out: fields=["runs[0].tool.driver.rules"]' in made.note
    assert not made.lossless
    assert f"#2={results} rows" in made.text or f"{results} rows" in made.text


def test_without_leave_all_of_the_report_stays() -> None:
    made = crushed(report([rule(n) for n in range(9)], [result(7, 3)]), Effort.LIGHT)

    assert made.lossless
    assert "Berth of kind 8 used twice" in made.text


def test_of_rules_that_are_named_by_their_places_none_goes() -> None:
    own = {k: v for k, v in result(2, 5).items() if k != "ruleId"} | {"ruleIndex": 2}
    parsed = parse(json.dumps(report([rule(n) for n in range(5)], [result(1, 2), own])))
    assert parsed is not None

    made = without_manuals(parsed[0], Limits(effort=Effort.MEDIUM))

    assert made is not None
    assert len(parsed[0]["runs"][0]["tool"]["driver"]["rules"]) == 5
    assert made.note.startswith("rules: help texts left out")


@pytest.mark.parametrize(
    "document",
    [
        {"runs": 3, "$schema": "sarif"},
        {"runs": ["a", {"tool": "x"}, {"tool": {"driver": {"rules": ["r"]}}}]},
        {"runs": [{"tool": {"driver": {"rules": []}, "extensions": [{"rules": [{"id": "a"}]}]}, "results": ["r"]}]},
        report([], []),
        ["runs"],
    ],
)
def test_what_is_no_such_report_or_has_no_manuals_stays(document: Any) -> None:
    parsed = parse(json.dumps(document))
    assert parsed is not None

    assert without_manuals(parsed[0], Limits(effort=Effort.MEDIUM)) is None


def test_a_glance_tells_such_a_report() -> None:
    assert is_sarif(json.dumps(report([rule(1)], [])))
    assert not is_sarif('{"runs": [1, 2], "name": "race"}')

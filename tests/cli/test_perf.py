from __future__ import annotations

import json

import pytest

from headroom import perf
from headroom.cli import perf as door
from tests.cli.program import Program


@pytest.fixture(autouse=True)
def _two_workloads(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are measured by tests/perf."""
    chosen = [w for w in perf.workloads() if w.name in {"test run", "source file"}]
    monkeypatch.setattr(door, "workloads", lambda: chosen)


def test_the_table_has_a_row_per_workload_and_a_total(program: Program) -> None:
    ran = program("perf")
    lines = ran.text.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert lines[0] == "profile safe"
    assert lines[1].split() == [
        "WORKLOAD", "BEFORE", "AFTER", "SAVED", "FACTS", "TIME", "SPEED", "COUNTING", "RATIO",
    ]  # fmt: skip
    assert [line.split("  ")[0] for line in lines[2:5]] == ["test run", "source file", "all together"]
    assert " 11/11 " in lines[4]


def test_json_is_one_object_per_workload_and_profile(program: Program) -> None:
    found = [json.loads(line) for line in program("perf", "--profile", "all", "--json").text.splitlines()]
    assert [(f["workload"], f["profile"]) for f in found] == [
        (w, p) for p in ("safe", "balanced", "aggressive") for w in ("test run", "source file")
    ]
    assert all(f["reachable"] for f in found)
    assert all(f["seconds"] > 0 < f["counting_seconds"] for f in found)


def test_what_is_not_visible_is_named_below_the_table() -> None:
    lost = perf.Measure(
        workload="w",
        profile="safe",
        compressors=(),
        chars=10,
        tokens_before=5,
        tokens_after=5,
        facts=2,
        lost=("the fact",),
        reachable=False,
        seconds=1.0,
        counting_seconds=2.0,
    )
    table = door._table("safe", [lost])
    assert " 1/2 " in table
    assert "not visible in w: the fact\n" in table
    assert "NOT REACHABLE: an original of w" in table

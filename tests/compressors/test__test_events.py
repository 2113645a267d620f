"""Reports for machines: what belongs to tests that passed goes, what belongs to the others stays."""

from __future__ import annotations

import json

from headroom import Headroom, MemoryStore
from headroom.compressors._test_events import begins, labels


def events(outcomes: dict[str, str], separators: tuple[str, str] = (",", ":")) -> list[str]:
    """What `go test -json` prints."""
    out = []
    for name, outcome in outcomes.items():
        about: dict[str, object] = {"Time": "2026-03-01T10:00:00Z", "Package": "example.com/quay", "Test": name}
        said = f"    quay_test.go:9: {name} wants 3\n" if outcome == "fail" else f"--- PASS: {name}\n"
        steps: list[dict[str, object]] = [
            {"Action": "run"},
            {"Action": "output", "Output": said},
            {"Action": outcome, "Elapsed": 0.1},
        ]
        out += [json.dumps({**about, **step}, separators=separators) for step in steps]
    return [*out, json.dumps({"Action": "fail", "Package": "example.com/quay"}, separators=separators)]


def test_events_of_tests_that_passed_are_routine() -> None:
    for separators in ((",", ":"), (", ", ": ")):
        source = events({"TestA": "pass", "TestB": "fail", "TestC": "skip"}, separators)
        assert begins(source[0])
        found = labels(source)
        assert found is not None
        assert [label is None for label in found] == [False] * 3 + [True] * 7


def test_a_test_that_failed_in_one_of_several_runs_stays() -> None:
    source = [*events({"TestA": "pass", "TestB": "pass"}), *events({"TestA": "fail"})]
    found = labels(source)
    assert found is not None
    assert [label is None for label in found[:7]] == [True] * 3 + [False] * 3 + [True]


def test_cases_on_lines_of_their_own_are_told_from_one_another() -> None:
    passed = '  <testcase classname="t.Quay" name="keeps" time="0.1"/>'
    failed = [
        '  <testcase classname="t.Quay" name="moves" time="0.1">',
        '    <failure message="7 != 8"/>',
        "  </testcase>",
    ]
    source = ['<?xml version="1.0"?>', "<testsuites>", passed, *failed, passed, "</testsuites>"]
    found = labels(source)
    assert found == [None, None, "passed", None, None, None, "passed", None]
    assert labels(["".join(source)]) is None
    assert not begins("".join(source))


def test_other_json_and_other_xml_are_none() -> None:
    assert labels(['{"Action": "Buy", "Amount": 3}'] * 9) is None
    assert labels(["<users>", '  <user name="a"/>', "</users>"]) is None


def test_the_message_of_a_failed_test_is_shown_among_many_that_passed() -> None:
    outcomes = {f"TestKeeps{n}": "pass" for n in range(90)} | {"TestMoves": "fail"}
    result = Headroom(store=MemoryStore(), profile="balanced").compress_text("\n".join(events(outcomes)))
    assert result.block.compressor == "TestRunCompressor"
    assert "TestMoves wants 3" in result.text
    assert result.tokens_after < 0.1 * result.tokens_before

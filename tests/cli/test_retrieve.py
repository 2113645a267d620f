from __future__ import annotations

import json

import pytest

from tests.cli.program import LOG, Program


@pytest.fixture
def stored(program: Program) -> str:
    """The id of `LOG`."""
    return str(json.loads(program("compress", "--json", "-q", stdin=LOG.encode()).out)["id"])


def test_without_a_selector_the_original_comes_back_exactly(program: Program, stored: str) -> None:
    ran = program("retrieve", stored)
    assert (ran.code, ran.text, ran.err) == (0, LOG, "")


def test_lines_come_with_their_numbers(program: Program, stored: str) -> None:
    text = program("retrieve", stored, "--lines", "611,3-4").text
    assert "611│2026-03-01 10:11:00 INFO coupon SPRING26 was used by account 7\n" in text
    assert "3│2026-03-01 10:00:02" in text
    assert "611 lines" in text or "of 611" in text


def test_grep_finds_a_line(program: Program, stored: str) -> None:
    assert "611│" in program("retrieve", stored, "--grep", "coupon S[A-Z]+26").text


def test_absence_is_an_answer_and_no_failure(program: Program, stored: str) -> None:
    ran = program("retrieve", stored, "--grep", "out of memory")
    assert ran.code == 0
    assert "0 matches in all 611 lines" in ran.text


def test_words_find_the_best_lines_within_a_budget(program: Program, stored: str) -> None:
    ran = program("retrieve", stored, "--query", "coupon account", "--max-tokens", "100")
    assert "SPRING26" in ran.text
    assert ran.text.endswith("\n")


def test_fields_may_be_listed_or_given_often(program: Program) -> None:
    orders = json.dumps({"orders": [{"id": n, "status": "shipped", "note": "nothing special"} for n in range(99)]})
    stored = json.loads(program("compress", "--json", "-q", stdin=orders.encode()).out)["id"]
    listed = program("retrieve", stored, "--fields", "orders[7-9].id, orders[7].status").text
    often = program("retrieve", stored, "--fields", "orders[7-9].id", "--fields", "orders[7].status").text
    assert listed == often
    assert '"shipped"' in listed
    assert "│9" in listed


def test_rows_of_an_array_are_counted_from_0(program: Program) -> None:
    rows = json.dumps([{"id": n, "status": "shipped", "note": "nothing special"} for n in range(99)])
    stored = json.loads(program("compress", "--json", "-q", stdin=rows.encode()).out)["id"]
    assert '98│{"id": 98' in program("retrieve", stored, "--rows", "98").text


def test_an_unknown_id_has_its_own_code(program: Program) -> None:
    ran = program("retrieve", "hr_000000000000")
    assert (ran.code, ran.out, ran.err.count("\n")) == (3, b"", 1)
    assert "was never stored" in ran.err


def test_an_expired_id_has_another_code(program: Program, stored: str) -> None:
    assert program("store", "purge", "--all", "--yes").code == 0
    ran = program("retrieve", stored)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, b"", 1)
    assert "has been removed" in ran.err


@pytest.mark.parametrize("option", [("--grep", "("), ("--lines", "9-3"), ("--rows", "1"), ("--max-tokens", "5")])
def test_a_slice_that_cannot_be_understood_is_one_line(program: Program, stored: str, option: tuple[str, str]) -> None:
    ran = program("retrieve", stored, *option)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, b"", 1)

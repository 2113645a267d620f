"""Segments cover the text and keep its coordinates."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from headroom.compressors._segments import Segment, cut, cut_beside, numbered_from, titled, unwrapped
from tests.generators import TEXT

DOCUMENT = json.dumps([{"id": n, "name": f"item {n}"} for n in range(40)], indent=2)


@given(TEXT)
def test_segments_joined_give_the_text(text: str) -> None:
    """No line is lost, none is moved."""
    segments = cut(text)
    assert "\n".join(s.text for s in segments) == text
    at = 0
    for segment in segments:
        assert segment.first == at
        at += segment.text.count("\n") + 1


def test_a_json_document_in_the_output_of_a_command_is_a_segment() -> None:
    """What stands above and below stays outside."""
    before, inside, after = cut(f"Exit code 0\n{DOCUMENT}\ndone in 3s")
    assert (before.text, inside.text, after.text) == ("Exit code 0", DOCUMENT, "done in 3s")
    assert inside.special
    assert numbered_from(inside, 1) == f"lines 2-{2 + DOCUMENT.count(chr(10))}"


def test_lines_of_json_among_others_are_one_segment() -> None:
    lines = "\n".join(json.dumps({"ts": n, "msg": "request served", "ms": n * 7}) for n in range(30))
    parts = cut(f"starting\n{lines}\nstopped\n{{}}\n")
    assert [(part.first, part.special) for part in parts] == [(0, False), (1, True), (31, False)]
    assert parts[1].text == lines


def test_a_document_alone_is_not_cut() -> None:
    """It is of one kind."""
    assert cut(DOCUMENT) == [Segment(0, DOCUMENT, special=False)]


def test_fenced_output_is_a_segment_when_it_is_long() -> None:
    """The fences stay with the prose; code of a language is no output."""
    code = "\n".join(f"line_{n} = {n}" for n in range(60))
    parts = [s.text for s in cut(f"# Title\n\n```console\n{code}\n```\nend")]
    assert parts == ["# Title\n\n```console", code, "```\nend"]
    assert len(cut(f"# Title\n\n```python\n{code}\n```\nend")) == 1
    assert len(cut("# Title\n\n```python\nx = 1\n```\nend")) == 1


def test_hostile_brackets_cost_a_bounded_number_of_tries() -> None:
    """Ten thousand lines that all open a document."""
    text = '[{"a": \n' * 10_000
    assert len(cut(text)) == 1


LOG = "\n".join(f"2024-05-08 10:00:{n % 60:02} worker {n} is done" for n in range(40))


def test_outputs_one_below_the_other_are_segments() -> None:
    """Titles stand outside; a short output stays with its title."""
    text = f"=== state ===\nclean\n=== data ===\n{LOG}\n---\n{LOG}\n==> b.txt <==\nend"
    parts = [(s.text, s.special) for s in cut(text)]
    assert parts == [
        ("=== state ===\nclean\n=== data ===", False),
        (LOG, True),
        ("---", False),
        (LOG, True),
        ("==> b.txt <==\nend", False),
    ]


def test_what_an_agent_put_around_an_output_stands_outside() -> None:
    """The command's own text is one segment."""
    text = f"Exit code 1\n{LOG}\nShell cwd was reset to /srv"
    assert [s.text for s in cut(text)] == ["Exit code 1", LOG, "Shell cwd was reset to /srv"]


def test_an_output_that_begins_behind_a_word_is_a_segment() -> None:
    """It begins on the line on which the segment before it ends."""
    parts = cut_beside(f"<untrusted_context>\nOutput: {DOCUMENT}\nExit Code: 1\n</untrusted_context>")
    assert parts is not None
    assert [part.text for part in parts] == [
        "<untrusted_context>\nOutput: ",
        DOCUMENT,
        "Exit Code: 1\n</untrusted_context>",
    ]
    assert [part.first for part in parts] == [0, 1, 2 + DOCUMENT.count("\n")]
    assert cut_beside(f"Output: {LOG}") == [Segment(0, "Output: ", special=False), Segment(0, LOG, special=True)]
    assert cut_beside(LOG) is None


def test_the_output_alone_is_asked_for() -> None:
    """None where nothing stands around it."""
    assert unwrapped(f"Exit code 1\n{LOG}\nShell cwd was reset to /srv") == LOG
    assert unwrapped(LOG) is None


def test_a_document_with_many_rulers_is_of_one_kind() -> None:
    """Cutting it would only cost time."""
    text = "\n---\n".join([LOG] * 40)
    assert len(cut(text)) == 1


def test_sections_are_found_beside_documents() -> None:
    """Above, between and below."""
    text = f"=== log ===\n{LOG}\n=== data ===\n{DOCUMENT}\n---\n{LOG}\n$ echo\nend"
    assert [s.text for s in cut(text)] == ["=== log ===", LOG, "=== data ===", DOCUMENT, "---", LOG, "$ echo\nend"]


def test_titles_that_somebody_wrote_are_known() -> None:
    """Those of test runners and of diffs are none."""
    assert titled("a\n=== files ===\nb")
    assert titled("==> a.txt <==\nb")
    assert not titled("===== 3 failed in 0.1s ======\n" * 3)
    assert not titled("--- a/x.py\n+++ b/x.py\n=== RUN   TestX\n---\n")


ROWS = "total 48\n" + "".join(
    f"-rw-r--r--  1 ann staff  {n * 37:>6} May {n:>2} 10:00 berth_{n}.py\n" for n in range(10, 22)
)
BLAME = "".join(f"^1a2b3c4 (Ann Pilot 2026-03-01 10:00:00 +0000 {n:>2}) tide = tide + {n}\n" for n in range(1, 16))
FOUND = "".join(f"./src/harbour/quay_{n % 3}/berth_{n}.py\n" for n in range(20))


COUNTED = "".join(f"/srv/harbour/berth_{n}.py ({n} matches)\n" for n in range(12))


TREE = (
    "harbour\n" + "".join(f"├── quay_{n}\n│   ├── berth.py\n│   └── crane.py\n" for n in range(12)) + "└── tides.csv\n"
)
DRAWN = TREE.replace("── ", "───")
PLAIN = TREE.replace("├── ", "|-- ").replace("└── ", "`-- ").replace("│", "|")


@pytest.mark.parametrize("rows", [ROWS, BLAME, FOUND, COUNTED, f"./src:\n{ROWS}\n./tests:\n{ROWS}", TREE, DRAWN, PLAIN])
@pytest.mark.parametrize("sections", [True, False])
def test_rows_between_other_output_are_a_segment(rows: str, sections: bool) -> None:
    """What `python --version && ls -l && git log --oneline` prints."""
    text = f"Python 3.12.1\n{rows}0123abc Widen the quay\n4567def Dredge\nOn branch main\n"
    segments = cut(text, sections=sections)
    assert "\n".join(segment.text for segment in segments) == text
    (found,) = [segment for segment in segments if segment.special]
    assert found.text.strip("\n").endswith(rows.strip("\n"))
    assert "3.12.1" not in found.text
    assert "Widen" not in found.text


def test_rows_that_are_all_of_a_text_are_no_part_of_it() -> None:
    assert len(cut(ROWS.rstrip("\n"))) == 1
    assert len(cut("one\n" + "".join(ROWS.splitlines(keepends=True)[:4]) + "two\n" * 90)) == 1


RECORDS = "".join(
    f"{'*' * 27} {n}. row {'*' * 27}\n" + "".join(f"  field_{k}: {n}\n" for k in range(9)) for n in (1, 2, 3)
)


@pytest.mark.parametrize("sections", [True, False])
def test_what_stands_above_a_record_is_no_title(sections: bool) -> None:
    text = f"mysql> show\n{RECORDS}3 rows in set\n"
    assert [(s.text, s.special) for s in cut(text, sections=sections)] == [
        ("mysql> show", False),
        (RECORDS.rstrip("\n"), True),
        ("3 rows in set\n", False),
    ]


def test_titles_of_two_signs_part_outputs_and_those_that_are_closed_by_more_do_not() -> None:
    rows = "\n".join(f"row {n} of what this part prints" for n in range(30))

    assert titled(f"== head\n{rows}\n== tail of it\n{rows}")
    assert [s.text for s in cut(f"== head\n{rows}\n== tail of it\n{rows}", sections=True) if s.special] == [rows, rows]
    assert not titled(f"== 20240101 AddBerths: migrating ======\n{rows}\n==\n{rows}")


def test_rows_of_cells_below_what_says_of_them_are_a_segment() -> None:
    """As banks and measuring devices export them, with as many signs above."""
    rows = "Day;Ship;Paid to\r\n" + "".join(f'{n}.03.2026;"Gull; {n}";-{n},50\r\n' for n in range(10, 40))
    above, found = cut(f"Harbour dues;;\r\nFrom;1.3.2026;\r\n;;\r\n{rows}")
    assert found.special
    assert found.text == rows
    assert above.text.startswith("Harbour dues")
    prose = "Dear Ann,\n\nthe tides, the moon, and so on,\nare all right\n" + "yes, no, perhaps\n" * 9
    assert len(cut(prose)) == 1

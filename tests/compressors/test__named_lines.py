from __future__ import annotations

import json
from typing import Any

import pytest

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._flow import parse
from headroom.compressors._named_lines import may_name_lines, with_named_lines
from headroom.compressors.crusher import SmartCrusher, in_pieces
from headroom.messages import Hint

FILE = "\n".join(f"  const berth{n} = harbour.find('{n}')" for n in range(1, 61))


def report(*lines: int, **more: Any) -> dict[str, Any]:
    """What a linter says of a file."""
    messages = [{"ruleId": "no-shadow", "severity": 1, "message": f"'b{n}' is there.", "line": n} for n in lines]
    return {"filePath": "/srv/quay/src/a.js", "messages": messages, "errorCount": 0, "source": FILE, **more}


def crushed(document: Any, effort: Effort = Effort.MEDIUM) -> Rendition:
    return SmartCrusher().compress(json.dumps(document), Hint(), Limits(effort=effort))


def test_of_a_file_in_a_report_the_lines_stay_that_messages_name() -> None:
    made = crushed([report(3, 41), report(7), {**report(), "source": ""}])

    assert "3│  const berth3 = harbour.find('3')\\n41│  const berth41 = harbour.find('41')" in made.text
    assert "7│  const berth7 = harbour.find('7')" in made.text
    assert "berth8" not in made.text
    assert 'source: only lines that the record names, N│ = line N; all of one: fields=["[0].source"]' in made.note
    assert sum(e.count for e in made.elisions) == 58 + 59
    assert not made.lossless


@pytest.mark.parametrize("effort", [Effort.LOSSLESS, Effort.LIGHT])
def test_without_leave_all_of_the_file_stays(effort: Effort) -> None:
    made = crushed([report(3, 41), report(7)], effort)

    assert made.lossless
    assert "berth8 " in made.text


@pytest.mark.parametrize(
    "record",
    [
        report(),
        report(*range(1, 60)),
        {"body": FILE, "comments": [{"line": 4, "text": "why?"}]},
        {"content": FILE, "hits": [{"path": "src/b.js", "line": 4, "text": "why?"}]},
        {"content": FILE, "items": [{"line": 4, "sku": "A-3"}]},
        {"content": "short", "messages": [{"line": 4, "message": "why?"}]},
        {"content": FILE, "messages": [{"line": 400, "message": "why?"}]},
        {"content": FILE, "line": 4, "message": "why?"},
    ],
)
def test_texts_of_which_no_message_names_lines_stay(record: dict[str, Any]) -> None:
    parsed = parse(json.dumps(record))
    assert parsed is not None

    assert with_named_lines(parsed[0], Limits(effort=Effort.MEDIUM)) is None
    assert json.loads(json.dumps(parsed[0]))[next(iter(record.keys() & {"source", "body", "content"}))] in (
        FILE,
        "short",
    )


def test_lines_may_stand_deeper_in_a_message() -> None:
    record = {
        "content": FILE,
        "diagnostics": [{"message": "Not there.", "range": {"start": {"line": 9, "column": 4}, "end": {"line": 9}}}],
    }

    assert "9│  const berth9 = " in crushed(record).text


def test_a_large_report_says_once_how_to_ask() -> None:
    text = json.dumps([report(n, n + 5) for n in range(1, 41)])

    made = in_pieces(text, Hint(), Limits(effort=Effort.MEDIUM), size=20_000)

    assert made.note.count("fields=") == 1
    assert made.text.count("│  const") == 80


def test_a_glance_tells_whether_there_may_be_such_files() -> None:
    assert may_name_lines(json.dumps(report(3)))
    assert not may_name_lines(json.dumps({"source": FILE}))
    assert not may_name_lines(json.dumps({"line": 3, "text": "a\nb"}))

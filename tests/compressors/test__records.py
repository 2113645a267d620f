from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Limits
from headroom.compressors._flow import Num
from headroom.compressors._records import begins, records
from headroom.compressors.table import TableCompressor
from headroom.messages import NO_HINT
from tests.compressors.decode import decode

NAMES = st.sampled_from(["id", "name", "model name", "State", "(odd)"])
CELLS = st.sampled_from(["", "1", "1.50", "0x3", "a: b", "x | y", "NULL", "Gull", "2026-03-01 06:00:00+00"])
RECORDS = st.lists(st.dictionaries(NAMES, CELLS, min_size=1, max_size=5), min_size=3, max_size=12)
STYLES = st.sampled_from(["psql", "mysql", "sqlite", "blank", "tabs"])


def printed(found: list[dict[str, str]], style: str) -> str:
    out: list[str] = []
    for n, record in enumerate(found, 1):
        if style == "psql":
            out.append(f"-[ RECORD {n} ]------")
            out += [f"{k:<10} | {v}" for k, v in record.items()]
        elif style == "mysql":
            out.append(f"{'*' * 27} {n}. row {'*' * 27}")
            out += [f"{k:>12}: {v}" for k, v in record.items()]
        elif style == "sqlite":
            out += [*(f"{k:>12} = {v}" for k, v in record.items()), ""]
        else:
            out += [f"{k}: {v}" if style == "blank" else f"{k}\t: {v}" for k, v in record.items()] + [""]
    return "\n".join(out)


@settings(max_examples=300, deadline=None)
@given(RECORDS, STYLES)
def test_every_field_comes_back(found: list[dict[str, str]], style: str) -> None:
    try:
        below, made = records(printed(found, style))
    except ValueError:
        return
    assert below == []
    assert [{k: str(v) for k, v in record.items()} for record in made] == found
    assert all(isinstance(record.get("id"), (Num, str, type(None))) for record in made)


def test_records_become_rows_with_what_they_share_said_once() -> None:
    found = [{"Id": str(n), "User": "harbour", "State": "" if n % 5 else "locked"} for n in range(20)]
    text = printed(found, "mysql") + "\n20 rows in set (0.00 sec)\n"
    made = TableCompressor().compress(text, NO_HINT, Limits())
    below, _, body = made.text.partition("\n")
    assert below == "20 rows in set (0.00 sec)"
    assert made.lossless
    rows: list[Any] = [dict(row) for row in decode(body)]
    assert [{k: str(v) for k, v in row.items()} for row in rows] == found


@pytest.mark.parametrize(
    "text",
    [
        "Name: a\nPort: 1\n  more: 2\n\nName: b\nPort: 2\nSize: 3\n\nName: c\nPort: 3\nSize: 3",
        "Dear all: hello\nWe met: today\nIt was: fine\n\nThen: nothing\nAlso: no\nAnd: so",
        "a: 1\nb: 2\nc: 3",
        "plain words\n" * 9,
        "",
    ],
)
def test_what_is_no_list_of_records(text: str) -> None:
    assert not begins(text.split("\n")) or TableCompressor().compress(text, NO_HINT, Limits()).text == text

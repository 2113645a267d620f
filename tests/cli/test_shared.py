from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.cli import _shared


@given(st.binary())
def test_any_bytes_come_back_as_they_were(data: bytes) -> None:
    assert _shared.encode(data.decode("utf-8", "surrogateescape")) == data


@given(st.text(st.characters()))
def test_any_text_can_be_written(text: str) -> None:
    _shared.encode(text)


def test_a_lone_surrogate_that_stands_for_no_byte_is_written_as_it_is() -> None:
    assert _shared.encode("a\ud800b\udcff") == b"a\xed\xa0\x80b\xff"


@given(st.text(st.characters()))
def test_json_is_valid_utf8_and_means_the_same(text: str) -> None:
    line = _shared.to_json({"text": text})
    assert json.loads(line.encode()) == {"text": text}
    assert "\n" not in line


def test_json_is_readable_where_that_can_be() -> None:
    assert _shared.to_json(["→", "\ud800"]) == '["\\u2192", "\\ud800"]'
    assert _shared.to_json(["→"]) == '["→"]'


def test_a_note_is_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    _shared.note("two\n lines and a \udcff byte")
    assert capsys.readouterr().err == "headroom: two lines and a � byte\n"


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    assert _shared.table(("A", "NUMBER"), [("long", "1"), ("x", "20")], right=" >") == (
        "A     NUMBER\nlong       1\nx         20"
    )


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (1536, "1.5 kB"), (230_000, "225 kB"), (5e9, "4.7 GB")]
)
def test_sizes_are_in_words(count: float, words: str) -> None:
    assert _shared.size(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, "0 s"), (59, "59 s"), (90, "2 min"), (7260, "2 h"), (200_000, "2 d")]
)
def test_ages_are_in_words(seconds: float, words: str) -> None:
    assert _shared.ago(seconds) == words


def test_less_than_all_is_never_all() -> None:
    assert [_shared.share(part) for part in (0.983, 0.99999, 1.0)] == ["98.3%", "99.9%", "100.0%"]

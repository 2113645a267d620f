from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from headroom.proxy._sse import Splitter, data_of, event, json_of

LINES = st.lists(st.sampled_from(["data: a", "data:b", ": note", "event: é", "", "id: 1"]), max_size=12)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.lists(st.integers(0, 120), max_size=9))
def test_events_come_whole_and_joined_they_are_what_went_in(lines: list[str], end: str, cuts: list[int]) -> None:
    stream = "".join(f"{line}{end}" for line in lines).encode()
    places = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    splitter = Splitter()
    events = [found for a, b in pairwise(places) for found in splitter.feed(stream[a:b])]
    whole = Splitter()
    assert events == list(whole.feed(stream))
    assert b"".join(events) + splitter.rest() == stream
    assert all(found.endswith((end * 2).encode()) for found in events)


def test_data_of_several_lines_are_joined_and_a_comment_has_none() -> None:
    assert data_of(b"event: x\r\ndata: 1\r\ndata:2\r\n\r\n") == b"1\n2"
    assert data_of(b": keep-alive\n\n") is None
    assert data_of(b"\xef\xbb\xbfdata: x\n\n") == b"x"


def test_only_objects_are_read() -> None:
    assert json_of(b'{"a": 1}') == {"a": 1}
    assert [json_of(data) for data in (None, b"[DONE]", b"[1]", b"{", b"3")] == [None] * 5
    assert json_of(data_of(event({"é": "\ud800"}, "name"))) is not None

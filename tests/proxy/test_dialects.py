"""What holds in every shape, whatever clients and providers send."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.engine import Headroom
from headroom.markers import TOOL_NAME
from headroom.proxy import _kept, _sse, _tool
from headroom.proxy._dialects import DIALECTS
from headroom.proxy._turns import dumps
from headroom.store.memory import MemoryStore
from tests.proxy.shapes import KINDS, answer, events

SHAPES = pytest.mark.parametrize("shape", DIALECTS)
KEYS = st.sampled_from(
    "role content parts type id call_id name tool_calls function arguments input args functionCall functionResponse"
    " tool_call_id tool_use_id thoughtSignature signature encrypted_content output message choices candidates status".split()
)
WORDS = st.sampled_from(
    "assistant user model tool tool_use tool_result text thinking function_call reasoning function_call_output completed"
    f" a b {{}} read_log {TOOL_NAME}".split()
)
JUNK = st.recursive(
    WORDS | st.none() | st.integers(0, 2),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=30,
)


def test_the_tool_has_a_definition_in_each_shape() -> None:
    assert DIALECTS.keys() == _tool.DEFINITIONS.keys()


@SHAPES
@given(messages=st.lists(JUNK, max_size=6))
def test_any_request_passes_as_it_is_where_nothing_was_kept(shape: str, messages: list[Any]) -> None:
    body = {DIALECTS[shape].field: messages}
    found = _kept.put_back(Headroom(store=MemoryStore()), DIALECTS[shape], dumps(body), body)
    assert found == _kept.PutBack(dumps(body))


@SHAPES
@given(answer=st.dictionaries(KEYS, JUNK, max_size=5))
def test_any_answer_is_read_or_called_unreadable(shape: str, answer: dict[str, Any]) -> None:
    turn, called = DIALECTS[shape].read(answer)
    assert turn is None or called


@pytest.mark.parametrize(("shape", "kind"), list(zip(DIALECTS, KINDS, strict=True)))
@pytest.mark.parametrize("first", [TOOL_NAME, "read_log"])
def test_the_clients_call_goes_out_as_it_comes(shape: str, kind: str, first: str) -> None:
    second = "read_log" if first == TOOL_NAME else TOOL_NAME
    said = events(kind, answer(kind, "Both.", ("a", first, {"id": "hr_0"}), ("b", second, {"id": "hr_0"})))
    reader, splitter = DIALECTS[shape].stream(), _sse.Splitter()
    at_once = b"".join(map(reader.feed, splitter.feed(said)))
    turn, late = reader.end()
    assert b'"read_log"' in at_once
    assert b"read_log" not in late or kind == "responses"  # whose last event tells all that was said
    assert late
    assert TOOL_NAME.encode() not in at_once + late
    assert turn is not None
    assert turn.beside

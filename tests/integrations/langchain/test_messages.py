"""Messages keep their number, order, types, ids and unknown parts, whatever they hold."""

from __future__ import annotations

import copy
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")

from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
)

from headroom import Headroom, MemoryStore
from langchain_headroom import HeadroomCompressor
from langchain_headroom._messages import provider_messages
from tests.integrations.langchain.scripted import LOG, call

SHORT_LOG = "\n".join(LOG.splitlines()[:100])
ENGINE = Headroom(store=MemoryStore())
TEXTS = st.sampled_from(
    ["", "short", SHORT_LOG, SHORT_LOG.replace("job", "task"), "x" * 500, "\ud800\x00" * 300]
) | st.text(max_size=30)
PARTS = st.one_of(
    TEXTS,
    st.builds(lambda text: {"type": "text", "text": text, "extras": {"a": 1}}, TEXTS),
    st.builds(lambda text: {"type": "text", "text": text, "citations": [{"cited_text": "x"}]}, TEXTS),
    st.sampled_from(
        [
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            {"type": "tool_use", "id": "c1", "name": "f", "input": {}},
            {"type": "tool_result", "tool_use_id": "c1", "content": SHORT_LOG},
            {"type": "reasoning", "reasoning": SHORT_LOG},
            {"type": "text"},
            {},
        ]
    ),
)
CONTENT: Any = TEXTS | st.lists(PARTS, max_size=3)
IDS = st.sampled_from(["c1", "c2", "c3"])
MESSAGES: Any = st.one_of(
    st.builds(HumanMessage, content=CONTENT),
    st.builds(SystemMessage, content=CONTENT),
    st.builds(AIMessage, content=CONTENT),
    st.builds(call, st.sampled_from(["read_log", "read_file", "headroom_retrieve"]), IDS, path=st.just("src/a.py")),
    st.builds(ToolMessage, content=CONTENT, tool_call_id=IDS, status=st.sampled_from(["success", "error"]), id=TEXTS),
    st.builds(FunctionMessage, content=CONTENT, name=st.just("f")),
    st.builds(ChatMessage, content=CONTENT, role=st.sampled_from(["tool", "user", "robot"])),
    st.just(RemoveMessage(id="1")),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(MESSAGES, max_size=6))
def test_all_but_texts_of_results_stays_and_longer_histories_start_alike(messages: list[BaseMessage]) -> None:
    compressor = HeadroomCompressor(engine=ENGINE)
    given = copy.deepcopy(messages)
    out = compressor.invoke(messages)
    assert messages == given
    assert len(out) == len(given)
    for new, old in zip(out, given, strict=True):
        if new == old:
            continue
        assert isinstance(old, (ToolMessage, FunctionMessage, ChatMessage))
        assert new.response_metadata["headroom"]["chars_after"] < new.response_metadata["headroom"]["chars_before"]
        same = {"content": old.content, "response_metadata": old.response_metadata}
        assert new.model_copy(update=same) == old
        assert type(new.content) is type(old.content)
    assert compressor.invoke(out) == out
    for n in range(len(messages)):
        assert compressor.invoke(messages[:n]) == out[:n]


def test_the_engine_sees_texts_and_calls_and_nothing_else() -> None:
    image = {"type": "image_url", "image_url": {"url": "x"}}
    sent = provider_messages(
        [
            HumanMessage(["a", image]),
            call("f", n=1),
            ToolMessage("b", tool_call_id="c1"),
            FunctionMessage(content="d", name="g"),
        ]
    )
    assert sent == [
        {"role": "user", "content": ["a", {"type": "other"}]},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": {"n": 1}}}],
        },
        {"role": "tool", "content": "b", "tool_call_id": "c1", "name": None},
        {"role": "function", "content": "d", "name": "g"},
    ]

"""What all formats share: shape checks, hints, and putting changed texts back."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.exceptions import MessageFormatError
from headroom.messages import Block
from headroom.wire import anthropic_messages, detect, gemini, openai_chat, openai_responses
from headroom.wire._api import Call, Seen, WireFormat, render
from tests.wire import generate
from tests.wire.generate import leaves

BOTH: tuple[WireFormat, ...] = (openai_chat, anthropic_messages)  # whose messages either can read
ROLES = st.one_of(generate.openai, generate.anthropic)
EVERY = [
    (openai_chat, ROLES),
    (anthropic_messages, ROLES),
    (openai_responses, st.one_of(generate.responses, generate.openai)),
    (gemini, generate.gemini),
]
TOLD = generate.responses.filter(lambda items: all("role" in i or openai_responses.is_sign(i) for i in items))
ANY = st.one_of(generate.openai, generate.anthropic, TOLD, generate.gemini)


def blocks(wire: WireFormat, messages: Any) -> list[Block]:
    return [b for m in wire.parse(messages).messages for b in m.blocks]


@pytest.mark.parametrize(("wire", "shape"), EVERY)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_render_changes_the_chosen_texts_and_nothing_else(
    wire: WireFormat, shape: st.SearchStrategy[list[dict[str, Any]]], data: st.DataObject
) -> None:
    messages = data.draw(shape)
    before = copy.deepcopy(messages)
    found = blocks(wire, messages)
    chosen = data.draw(st.lists(st.sampled_from(found), unique_by=lambda b: b.path)) if found else []
    changed = {b.path: f"<{b.text}>" for b in chosen}

    after = wire.render(messages, changed)

    assert messages == before
    expected = dict(leaves(before)) | changed
    assert dict(leaves(after)) == expected
    assert [b.text for b in blocks(wire, after)] == [changed.get(b.path, b.text) for b in found]
    touched = {path[0] for path in changed}
    assert all(after[i] is messages[i] for i in range(len(messages)) if i not in touched)


@pytest.mark.parametrize(("wire", "shape"), EVERY)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_every_block_holds_the_text_at_its_path(
    wire: WireFormat, shape: st.SearchStrategy[list[dict[str, Any]]], data: st.DataObject
) -> None:
    messages = data.draw(shape)
    at = dict(leaves(messages))
    found = blocks(wire, messages)
    assert all(at[b.path] == b.text for b in found)
    assert len({b.path for b in found}) == len(found)
    assert len(wire.parse(messages).messages) == len(messages)
    assert wire.render(messages, {}) == messages
    assert wire.render(messages, {}) is not messages


@settings(max_examples=300, deadline=None)
@given(messages=st.one_of(ANY, st.tuples(ROLES, ROLES).map(lambda two: two[0] + two[1])), data=st.data())
def test_appending_messages_changes_no_earlier_block(messages: list[dict[str, Any]], data: st.DataObject) -> None:
    shorter = messages[: data.draw(st.integers(0, len(messages)))]
    whole = detect(messages).parse(messages)
    assert detect(shorter).parse(shorter).messages == whole.messages[: len(shorter)]


@pytest.mark.parametrize(("wire", "shape"), EVERY)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_appending_messages_of_a_named_format_changes_no_earlier_block(
    wire: WireFormat, shape: st.SearchStrategy[list[dict[str, Any]]], data: st.DataObject
) -> None:
    messages = data.draw(shape)
    shorter = messages[: data.draw(st.integers(0, len(messages)))]
    assert wire.parse(shorter).messages == wire.parse(messages).messages[: len(shorter)]


@pytest.mark.parametrize("wire", BOTH)
def test_missing_odd_and_unknown_fields_are_tolerated(wire: WireFormat) -> None:
    odd: list[dict[str, Any]] = [
        {"role": "user"},
        {"role": "user", "content": None},
        {"role": "assistant", "content": []},
        {"role": "assistant", "content": 7, "tool_calls": "?"},
        {"role": "assistant", "tool_calls": [None, {}, {"id": 3}, {"id": "a", "function": 5}], "function_call": 1},
        {"role": "tool", "tool_call_id": ["a"], "content": {"type": "text", "text": "x"}},
        {"role": "user", "content": [None, 1, {}, {"type": "text"}, {"type": ["text"]}, {"type": "tool_result"}]},
        {"role": "user", "content": [{"type": "document", "source": None}, {"type": "search_result", "content": 1}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": [], "input": "x"}, {"type": "tool_use"}]},
    ]
    assert blocks(wire, odd) == []
    assert blocks(wire, []) == []
    assert blocks(wire, ()) == []


@pytest.mark.parametrize("wire", BOTH)
def test_roles_are_mapped_and_an_unknown_role_is_fixed(wire: WireFormat) -> None:
    roles = ["system", "developer", "user", "assistant", "critic"]
    found = blocks(wire, [{"role": r, "content": [{"type": "text", "text": r}]} for r in roles])
    assert [b.role for b in found] == ["system", "system", "user", "assistant", "system"]
    assert [b.fixed for b in found] == [None, None, None, None, "unknown role 'critic'"]


def hint_of(arguments: Any, **seen: Any) -> Any:
    return Seen(calls={"a": Call("T", arguments)}, **seen).hint("a")


@pytest.mark.parametrize(
    "key", ["file_path", "path", "filePath", "notebook_path", "target_file", "absolute_path", "FilePath"]
)
def test_the_path_is_found_under_the_names_that_agents_use(key: str) -> None:
    assert hint_of({"x": 1, key: "/a/b.py"}).path == "/a/b.py"


def test_a_uri_is_a_path_and_several_paths_are_none() -> None:
    assert hint_of({"uri": "file:///a/b%20c.py"}).path == "/a/b c.py"
    assert hint_of({"paths": ["/a"]}).path == "/a"
    assert hint_of({"paths": ["/a", "/b"]}).path is None


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ({"command": "ls -l"}, "ls -l"),
        ({"cmd": ["bash", "-lc", "git diff | head"]}, "git diff | head"),
        ({"command": ["/bin/sh", "-c", "ls", "x"]}, "ls"),
        ({"command": ["git", "log", "--format=%h %s"]}, "git log '--format=%h %s'"),
        ({"script": "make"}, "make"),
        ({"command": "view", "path": "/a.py"}, None),
        ({"command": ""}, None),
        ({"command": {"a": 1}}, None),
    ],
)
def test_the_command_is_found_in_strings_and_argv_lists(arguments: dict[str, Any], command: str | None) -> None:
    assert hint_of(arguments).command == command


@pytest.mark.parametrize("bad", ["", "{", '{"command": "ls', "[1]", "null", "[" * 100_000, None, 3, ["ls"]])
def test_arguments_that_are_no_json_object_are_none(bad: Any) -> None:
    hint = hint_of(bad)
    assert (hint.tool, dict(hint.arguments), hint.command, hint.query) == ("T", {}, None, None)


def test_the_query_is_what_the_user_asked_and_what_the_call_looks_for() -> None:
    assert hint_of({"pattern": "def x", "path": "src"}, question="where is x?").query == "where is x?\ndef x"
    assert hint_of({"queries": ["a", "b"]}).query == "a\nb"
    assert hint_of({}, question="why?").query == "why?"


@pytest.mark.parametrize("wire", BOTH)
def test_a_long_question_keeps_both_its_ends_and_harness_text_is_no_question(wire: WireFormat) -> None:
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "first " + "x" * 9_000 + " last"},
        {"role": "user", "content": [{"type": "text", "text": "<system-reminder>be nice</system-reminder>"}]},
        {"role": "assistant", "content": "answer"},
        {"role": "tool", "content": "result"},
    ]
    query = blocks(wire, messages)[-1].hint.query
    assert query is not None
    assert len(query) == 4_000
    assert query.startswith("first x")
    assert query.endswith("x last")


def test_containers_keep_their_type_and_only_those_on_the_path_are_copied() -> None:
    class Special(dict[str, Any]):
        pass

    message = Special(role="user", content=({"type": "text", "text": "a", "n": [1]}, {"type": "image"}))
    after = render((message,), {(0, "content", 0, "text"): "b"})
    assert after == [{"role": "user", "content": ({"type": "text", "text": "b", "n": [1]}, {"type": "image"})}]
    assert type(after[0]) is Special
    assert after[0]["content"][1] is message["content"][1]
    assert after[0]["content"][0]["n"] is message["content"][0]["n"]


@pytest.mark.parametrize("path", [(), (1, "content"), (0, "text"), (0,), (0, "content", 0), (0, "content", 0, "text")])
def test_a_path_that_leads_to_no_text_is_an_error(path: Any) -> None:
    with pytest.raises(MessageFormatError, match="no text"):
        render([{"role": "user", "content": "a"}], {path: "b"})

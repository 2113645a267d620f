from __future__ import annotations

import json
from typing import Any

import pytest

from headroom.engine import Headroom
from headroom.exceptions import StoreError
from headroom.markers import TOOL_NAME
from headroom.proxy._tool import DEFINITIONS, is_given, is_offered, place, resolve
from headroom.store.memory import MemoryStore
from tests.proxy.rig import anthropic, chat, log_text


@pytest.fixture
def engine() -> Headroom:
    return Headroom(store=MemoryStore())


def test_a_slice_is_given_and_is_never_the_whole(engine: Headroom) -> None:
    found = engine.compress(chat(log_text(lines=3000))["messages"]).changed[0].id
    for arguments in ({"id": found}, json.dumps({"id": f" {found} ", "lines": ""}), {"id": found, "max_tokens": 10**9}):
        answer = resolve(engine, arguments)
        assert not answer.failed
        assert answer.text.startswith(f"[{found}")
        assert "job 0-1 done" in answer.text
        assert "job 0-2999 done" not in answer.text
    assert "ERROR worker-9" in resolve(engine, {"id": found, "grep": "ERROR"}).text
    assert "ERROR worker-9" in resolve(engine, {"id": found, "query": "quota tenant"}).text
    assert "no JSON" in resolve(engine, {"id": found, "fields": "a.b"}).text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("{", "must be a JSON object"),
        ("[" * 9999, "must be a JSON object"),
        (None, "must be a JSON object"),
        ({}, "must be a JSON object"),
        ({"id": 3}, "must be a JSON object"),
        ({"id": "hr_000000000000"}, "is no id that was shown here"),
        ({"id": "ID", "lines": [1]}, "lines: must be text"),
        ({"id": "ID", "fields": [1]}, "fields: must be text"),
        ({"id": "ID", "lines": "x"}, "is no range"),
        ({"id": "ID", "grep": "("}, "grep"),
    ],
)
def test_what_is_wrong_is_said_to_the_model(arguments: Any, said: str, engine: Headroom) -> None:
    found = engine.compress(chat(log_text())["messages"]).changed[0].id
    if isinstance(arguments, dict) and arguments.get("id") == "ID":
        arguments = {**arguments, "id": found}
    answer = resolve(engine, arguments)
    assert answer.failed
    assert said in answer.text


def test_an_original_that_was_removed_is_said_to_be_so(engine: Headroom) -> None:
    found = engine.compress(chat(log_text())["messages"]).changed[0].id
    engine.store.purge()
    assert "has been removed since" in resolve(engine, {"id": found}).text


class _Broken(MemoryStore):
    fault: Exception = StoreError("the disk is gone")

    def get(self, id: str) -> str:
        raise self.fault


def test_faults_are_said_and_not_raised() -> None:
    store = _Broken()
    assert "the disk is gone" in resolve(Headroom(store=store), {"id": "hr_0"}).text
    store.fault = ZeroDivisionError()
    assert "ZeroDivisionError" in resolve(Headroom(store=store), {"id": "hr_0"}).text


@pytest.mark.parametrize(
    ("shape", "body", "offered"),
    [
        ("openai_chat", chat(), True),
        ("openai_chat", chat(n=2), False),
        ("openai_chat", chat(tools=[]), False),
        ("openai_chat", chat(tools=None), False),
        ("openai_chat", chat(tools=["x"]), False),
        ("anthropic_messages", anthropic(), True),
        ("anthropic_messages", anthropic(tools=[{"name": TOOL_NAME}]), False),
        ("gemini", {"tools": [{"functionDeclarations": [{"name": "f"}]}]}, True),
        ("gemini", {"tools": [{"functionDeclarations": []}]}, False),
        ("gemini", {"tools": [{"googleSearch": {}}]}, False),
        ("another", chat(), False),
    ],
)
def test_it_is_offered_where_the_client_has_tools_of_its_own(shape: str, body: dict[str, Any], offered: bool) -> None:
    assert is_offered(shape, body) is offered


SPACES = [
    {"type": "namespace", "name": "clock", "tools": [{"type": "function", "name": "sleep"}]},
    {"type": "namespace", "name": "functions", "tools": [{"type": "custom", "name": "exec"}]},
]


@pytest.mark.parametrize(
    ("tools", "where"),
    [
        (SPACES, ("input", 1, "tools", 1, "tools")),
        (SPACES[:1], ("input", 1, "tools")),
        ([{"type": "function", "name": "f"}], ("input", 1, "tools")),
        ([], None),
        ([{"type": "function", "name": TOOL_NAME}], ("input", 1, "tools")),
    ],
)
def test_tools_may_stand_in_an_item_of_the_input(tools: list[dict[str, Any]], where: Any) -> None:
    item = {"type": "additional_tools", "role": "developer", "tools": tools}
    body = {"input": [{"role": "user", "content": "Why?"}, item, {**item, "tools": [{"name": "later"}]}]}
    if where is None:  # the next item with tools it is then
        where = ("input", 2, "tools")
    assert place("openai_responses", body) == where
    assert is_offered("openai_responses", body) is (TOOL_NAME not in str(tools))
    assert place("openai_responses", {**body, "tools": [{"type": "function", "name": "f"}]}) == ("tools",)


def test_gemini_has_it_in_the_list_of_the_clients_functions() -> None:
    body = {"tools": [{"function_declarations": [{"name": "f"}]}]}
    assert place("gemini", body) == ("tools", 0, "function_declarations")
    assert place("openai_chat", chat()) == ("tools",)
    assert json.loads(DEFINITIONS["gemini"])["name"] == TOOL_NAME
    assert is_given({"tools": [{"functionDeclarations": [{"name": TOOL_NAME}]}]})
    assert max(map(len, DEFINITIONS.values())) < 900  # it is paid for in each conversation

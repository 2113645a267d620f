"""`HeadroomCallback`: what it offers when, what it leaves alone, and that nothing of ours fails a call."""

from __future__ import annotations

import asyncio
import copy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")


from headroom import ConfigError, Headroom, MemoryStore
from headroom.engine import open_store
from litellm_headroom import HeadroomCallback, _loop, faults
from litellm_headroom._shapes import CHAT
from tests.integrations.litellm import conversations as c
from tests.integrations.litellm import table
from tests.integrations.litellm.entries import ask, read
from tests.integrations.litellm.untyped import litellm
from tests.integrations.litellm.upstream import DETAIL, LOG, Said, Upstream

loops = pytest.mark.skipif(not _loop.AVAILABLE, reason="this version of litellm answers no tool call in a callback")


# ------------------------------------------------------------------------------------------------------------ the tool


async def hook(callback: HeadroomCallback, call_type: str = "acompletion", **kwargs: Any) -> dict[str, Any]:
    return await callback.async_pre_call_deployment_hook(kwargs, call_type) or kwargs


@loops
async def test_the_tool_is_offered_from_the_first_request_that_has_tools(callback: HeadroomCallback) -> None:
    question = [{"role": "user", "content": "Hi."}]
    first = await hook(callback, messages=question, tools=[c.CHAT_TOOL])
    second = await hook(callback, messages=c.chat(), tools=[c.CHAT_TOOL])
    assert first["tools"] == second["tools"] == [c.CHAT_TOOL, dict(CHAT.tool)]
    assert "tools" not in await hook(callback, messages=question)
    text = await hook(callback, "aresponses", input="Hi.", tools=[c.RESPONSES_TOOL])
    assert c.tools(text) == ["run_report", "headroom_retrieve"]


@loops
@pytest.mark.parametrize(
    "more",
    [
        {"n": 2},
        {"functions": [{"name": "f"}]},
        {"tool_choice": "none"},
        {"max_agentic_loops": 0},
        {"response_format": {"type": "json_object"}, "tools": None},
        {"tools": [{"type": "web_search_preview"}]},
        {"tools": [c.CHAT_TOOL] * 128},
    ],
    ids=lambda more: next(iter(more)),
)
async def test_where_the_tool_could_do_harm_nothing_is_left_out(
    callback: HeadroomCallback, more: dict[str, Any]
) -> None:
    given = {"tools": [c.CHAT_TOOL], **more}
    sent = await hook(callback, messages=[*c.chat(), *c.chat(c.ROWS)], **given)
    assert sent["tools"] == given["tools"]
    assert DETAIL in sent["messages"][2]["content"]
    assert sent["messages"][5]["content"].startswith("[headroom hr_")


@loops
async def test_a_conversation_that_the_provider_keeps_is_not_sent_twice(callback: HeadroomCallback) -> None:
    for more in ({"background": True}, {"conversation": "conv_1"}):
        sent = await hook(callback, "aresponses", input=c.responses(), tools=[c.RESPONSES_TOOL], **more)
        assert sent["tools"] == [c.RESPONSES_TOOL]
        assert DETAIL in sent["input"][2]["output"]


@loops
async def test_what_the_provider_keeps_may_be_asked_for_later(callback: HeadroomCallback) -> None:
    """The shortened text went out with an earlier request; this one holds only what is new."""
    question = "Which job was skipped?"
    for new in (question, [{"role": "user", "content": question}]):
        sent = await hook(callback, "aresponses", input=new, previous_response_id="resp_1", stream=True)
        assert sent["input"] == new
        assert c.tools(sent) == ["headroom_retrieve"]
        assert sent["stream"] is False


@pytest.mark.usefixtures("callback")
async def test_a_tool_of_the_callers_own_is_the_callers_to_answer(upstream: Upstream) -> None:
    mine = {
        "type": "function",
        "function": {
            "name": "headroom_retrieve",
            "description": "Mine.",
            "parameters": {"type": "object", "properties": {"id": {"type": "string"}}},
        },
    }
    answer = await ask(upstream, tools=[c.CHAT_TOOL, mine])
    (body,) = upstream.bodies
    assert body["tools"] == [c.CHAT_TOOL, mine]
    assert DETAIL not in c.results(body)[0][1]
    assert answer.choices[0].message.tool_calls[0].function.name == "headroom_retrieve"


async def test_beside_another_tool_of_that_name_nothing_is_left_out(callback: HeadroomCallback) -> None:
    other = {"type": "function", "function": {"name": "headroom_retrieve", "parameters": {"properties": {"hash": {}}}}}
    sent = await hook(callback, messages=c.chat(), tools=[c.CHAT_TOOL, other])
    assert sent["tools"] == [c.CHAT_TOOL, other]
    assert DETAIL in sent["messages"][2]["content"]


async def test_without_the_tool_nothing_is_left_out_unless_the_caller_says_so(engine: Headroom) -> None:
    for elide, left_out in ((None, False), (True, True)):
        made = HeadroomCallback(engine=engine, retrieve=False, elide=elide)
        sent = await hook(made, messages=c.chat(), tools=[c.CHAT_TOOL])
        assert sent["tools"] == [c.CHAT_TOOL]
        assert (DETAIL not in sent["messages"][2]["content"]) is left_out


@loops
async def test_streams_can_be_left_alone(upstream: Upstream, engine: Headroom) -> None:
    litellm.callbacks = [HeadroomCallback(engine=engine, streams=False)]
    assert DETAIL in await read(await ask(upstream, stream=True))
    (body,) = upstream.bodies
    assert body["stream"] is True
    assert c.tools(body) == ["run_report"]
    upstream.bodies.clear()
    await ask(upstream)
    assert len(upstream.bodies) == 2


@loops
@pytest.mark.parametrize("shape", ["chat", "messages"])
@pytest.mark.usefixtures("callback")
async def test_a_stream_in_which_nothing_is_missing_comes_as_it_comes(upstream: Upstream, shape: str) -> None:
    upstream.play = lambda _: Said("one two three")
    if shape == "chat":
        parts = [part async for part in await ask(upstream, [{"role": "user", "content": "Hi."}], stream=True)]
        assert [p.choices[0].delta.content for p in parts[:3]] == ["one ", "two ", "three"]
    else:
        if not table.has_proxy():
            pytest.skip("LiteLLM streams Anthropic messages only where litellm[proxy] is installed")
        answer = await litellm.anthropic.messages.acreate(
            model="anthropic/claude-sonnet-4-5", max_tokens=9, messages=[{"role": "user", "content": "Hi."}],
            tools=[c.MESSAGES_TOOL], stream=True, api_base=upstream.url, api_key="none",
        )  # fmt: skip
        text = b"".join([part async for part in answer])
        assert b"ping" not in text
        assert text.count(b"content_block_delta\n") == 3
    assert c.tools(upstream.bodies[0]) == ["run_report", "headroom_retrieve"]
    assert upstream.bodies[0]["stream"] is True


@loops
@pytest.mark.usefixtures("callback")
async def test_options_of_a_stream_go_only_with_a_stream(upstream: Upstream) -> None:
    stream = await ask(upstream, stream=True, stream_options={"include_usage": True})
    usage = [part.usage for part in [part async for part in stream] if getattr(part, "usage", None)]
    assert [u.total_tokens for u in usage] == [95]
    options = {"stream": True, "stream_options": {"include_obfuscation": False}}
    provider = {"model": "openai/gpt-4o", "api_base": f"{upstream.url}/v1", "api_key": "none"}
    await read(await litellm.aresponses(input=c.responses(), tools=[c.RESPONSES_TOOL], **options, **provider))
    assert len(upstream.bodies) == 4
    assert not any("stream_options" in body or body.get("stream") for body in upstream.bodies)


# ----------------------------------------------------------------------------------------------------- what stays as it is


@pytest.mark.usefixtures("callback")
async def test_the_arguments_of_the_caller_are_not_touched(upstream: Upstream) -> None:
    messages, tools, metadata = c.chat(c.ROWS), [c.CHAT_TOOL], {"trace": "t"}
    before = copy.deepcopy((messages, tools))
    await ask(upstream, messages, tools=tools, metadata=metadata)
    litellm.completion(
        model="openai/gpt-4o", api_base=f"{upstream.url}/v1", api_key="none", messages=messages, tools=tools
    )
    assert (messages, tools) == before
    assert "compression_savings" not in metadata
    for body in upstream.bodies:
        assert len(c.results(body)[0][1]) < len(c.ROWS) / 2


@pytest.mark.usefixtures("callback")
async def test_rows_that_are_litellms_own_objects_are_understood(upstream: Upstream) -> None:
    user, assistant, tool = c.chat(c.ROWS)
    await ask(upstream, [user, litellm.Message(**assistant), tool])
    body = upstream.bodies[0]
    assert c.roles(body) == ["user", "assistant", "tool"]
    assert c.calls(body) == ["c1"]
    assert len(c.results(body)[0][1]) < len(c.ROWS) / 2


async def test_a_hook_that_fires_again_changes_nothing(callback: HeadroomCallback) -> None:
    once = await hook(callback, messages=[*c.chat(), *c.chat(c.ROWS)], tools=[c.CHAT_TOOL])
    twice = await hook(callback, **once)
    assert twice["messages"] == once["messages"]
    assert twice["tools"] == once["tools"]
    assert twice["metadata"] == once["metadata"]


async def test_a_slice_is_never_shortened_again(callback: HeadroomCallback) -> None:
    assert (
        await callback.async_pre_call_deployment_hook({"messages": c.chat(), "_agentic_loop_depth": 1}, "acompletion")
        is None
    )
    call = {"id": "c2", "type": "function", "function": {"name": "headroom_retrieve", "arguments": "{}"}}
    rows = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c2", "content": LOG},
    ]
    sent = await hook(callback, messages=[*c.chat(c.ROWS), *rows], tools=[c.CHAT_TOOL])
    assert sent["messages"][3:] == rows


@pytest.mark.parametrize(
    "more",
    [
        {"metadata": {"headroom": False}},
        {"litellm_metadata": {"headroom": False}},
        {"proxy_server_request": {"headers": {"X-Headroom-Bypass": "true"}}},
    ],
)
async def test_a_caller_may_have_a_request_as_it_is(callback: HeadroomCallback, more: dict[str, Any]) -> None:
    given = {"messages": c.chat(), "tools": [c.CHAT_TOOL], **more}
    assert await callback.async_pre_call_deployment_hook(given, "acompletion") is None


async def test_what_the_proxy_passes_through_is_shortened_in_every_shape(callback: HeadroomCallback) -> None:
    output = {"name": "run_report", "response": {"output": c.ROWS}}
    gemini = [
        {"role": "user", "parts": [{"text": c.QUESTION}]},
        {"role": "model", "parts": [{"functionCall": {"name": "run_report", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": output}]},
    ]
    for body in (
        {"messages": c.chat(c.ROWS)},
        {"messages": c.messages(c.ROWS), "system": "Be brief."},
        {"input": c.responses(c.ROWS)},
        {"contents": gemini},
    ):
        before = copy.deepcopy(body)
        sent = await callback.async_pre_call_hook(None, None, body, "pass_through_endpoint")
        assert body == before
        assert sent is not None
        assert list(sent) == list(body)
        assert "lossless" in str(sent)
        assert len(str(sent)) < len(str(body)) / 2
    assert await callback.async_pre_call_hook(None, None, {"input": "text"}, "pass_through_endpoint") is None


@pytest.mark.parametrize("call_type", ["aembedding", "atext_completion", "aimage_generation", None])
async def test_other_calls_are_none_of_ours(callback: HeadroomCallback, call_type: Any) -> None:
    assert await callback.async_pre_call_deployment_hook({"messages": c.chat(), "input": ["x"]}, call_type) is None
    assert await callback.async_pre_call_hook(None, None, {"messages": c.chat()}, "completion") is None


@pytest.mark.usefixtures("callback")
async def test_messages_by_position_go_out_as_they_are_and_that_is_said(upstream: Upstream) -> None:
    reason = "messages was passed by position, where LiteLLM shows it to no callback: pass messages="
    before = faults().get(reason, 0)
    await litellm.acompletion("openai/gpt-4o", c.chat(), api_base=f"{upstream.url}/v1", api_key="none")
    assert c.results(upstream.bodies[0]) == [("c1", LOG)]
    assert faults()[reason] == before + 1


@pytest.mark.usefixtures("callback")
async def test_twenty_turns_keep_their_prefix(upstream: Upstream) -> None:
    upstream.play = lambda turn: Said(calls=(("run_report", {"n": len(turn.results)}),))
    messages: list[Any] = [{"role": "user", "content": "Look at all reports."}]
    for n in range(20):
        answer = (await ask(upstream, messages)).choices[0].message
        output = "\n".join(
            f"12:{n:02d}:{i % 60:02d} INFO run {n} of host-{i % 7} took {i * 13 % 97} ms" for i in range(300)
        )
        messages += [answer, {"role": "tool", "tool_call_id": answer.tool_calls[0].id, "content": output}]
    assert len(upstream.bodies) == 20
    for earlier, later in pairwise(upstream.bodies):
        assert later["messages"][: len(earlier["messages"])] == earlier["messages"]
        assert later.get("tools") == earlier.get("tools")


# ------------------------------------------------------------------------------------------------------------- faults


def test_settings_that_cannot_be_used_are_told_at_once(engine: Headroom) -> None:
    for wrong in ({"profile": "bold"}, {"tools": {"x": "y"}}, {"keep": "x"}, {"store": MemoryStore()}):
        with pytest.raises(ConfigError):
            HeadroomCallback(engine=engine, **wrong)


async def test_a_store_that_cannot_be_written_leaves_the_request_as_it_was(upstream: Upstream, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    broken = HeadroomCallback(store=f"sqlite:///{tmp_path}/file/store.db")
    litellm.callbacks = [broken]
    assert DETAIL in await read(await ask(upstream, tools=None))
    assert c.results(upstream.bodies[0]) == [("c1", LOG)]
    assert any("store" in reason for reason in faults())


async def test_a_store_that_may_only_be_read_leaves_the_request_as_it_was(upstream: Upstream, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    open_store(url).close()
    litellm.callbacks = [HeadroomCallback(store=f"sqlite:///file:{tmp_path}/store.db?mode=ro&uri=true")]
    assert DETAIL in await read(await ask(upstream, tools=None))
    assert c.results(upstream.bodies[0]) == [("c1", LOG)]


@pytest.mark.parametrize("call_type", ["acompletion", "completion", "pass_through_endpoint"])
async def test_an_unforeseen_fault_leaves_the_request_as_it_was_and_is_counted(call_type: str) -> None:
    class Broken(Headroom):
        def compress(self, *args: Any, **kwargs: Any) -> Any:
            raise RuntimeError(f"unforeseen in {call_type}")

    callback = HeadroomCallback(engine=Broken(store=MemoryStore()))
    body = {"messages": c.chat(c.ROWS)}
    if call_type == "acompletion":
        assert await callback.async_pre_call_deployment_hook(dict(body), call_type) is None
    elif call_type == "completion":
        given = {"call_type": call_type, "additional_args": {"complete_input_dict": body}}
        callback.log_pre_api_call("m", [], given)
    else:
        assert await callback.async_pre_call_hook(None, None, body, call_type) is None
    assert body["messages"] == c.chat(c.ROWS)
    assert faults()[f"RuntimeError: unforeseen in {call_type}"] == 1


async def test_a_message_of_no_known_shape_is_litellms_to_refuse(callback: HeadroomCallback) -> None:
    given = {"messages": [{"content": "x" * 500}], "tools": []}
    assert await callback.async_pre_call_deployment_hook(given, "acompletion") is None


@pytest.mark.usefixtures("callback")
async def test_a_cancelled_task_is_cancelled(upstream: Upstream) -> None:
    huge = c.chat("\n".join(f"{n} {n * n} some words of line {n}" for n in range(200_000)))
    task = asyncio.create_task(ask(upstream, huge))
    await asyncio.sleep(0)  # it has begun
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert upstream.bodies == []


async def test_the_event_loop_goes_on_while_a_huge_text_is_shortened(callback: HeadroomCallback) -> None:
    huge = c.chat("\n".join(f"12:00:00 INFO line {n} took {n % 91} ms" for n in range(150_000)))
    done = asyncio.ensure_future(hook(callback, messages=huge, tools=[c.CHAT_TOOL]))
    turns = 0
    while not done.done():
        turns += 1
        await asyncio.sleep(0.001)
    assert turns > 5
    assert len((await done)["messages"][2]["content"]) < len(huge[2]["content"])

"""The loop: slices are read before other tools run, it ends, and no call gets out that the caller cannot answer."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")

from headroom import Headroom, MemoryStore
from litellm_headroom import HeadroomCallback, _loop
from litellm_headroom._shapes import NOTE
from tests.integrations.litellm import conversations as c
from tests.integrations.litellm.entries import ENTRIES, Ground, ask
from tests.integrations.litellm.untyped import litellm
from tests.integrations.litellm.upstream import DETAIL, LOG, Said, Turn, Upstream, script

pytestmark = pytest.mark.skipif(
    not _loop.AVAILABLE, reason="this version of litellm answers no tool call in a callback"
)
LOOPING = [entry for entry in ENTRIES if entry.hook and not entry.proxy]


@pytest.mark.parametrize("entry", LOOPING, ids=lambda e: e.name)
async def test_a_call_of_another_tool_waits_until_the_slice_is_read(
    entry: Any, upstream: Upstream, callback: HeadroomCallback
) -> None:
    def both(turn: Turn) -> Said:
        said = script(turn)
        return Said("Let me look.", (*said.calls, ("run_report", {}))) if said.calls else said

    upstream.play = both
    assert DETAIL in await entry.run(Ground(upstream, callback), LOG, False)
    second = upstream.bodies[1]
    assert len(c.calls(second)) == len(c.results(second)) == 2
    assert c.calls(second) == [call for call, _ in c.results(second)]
    assert "Let me look." in str(second)


@pytest.mark.parametrize("entry", LOOPING, ids=lambda e: e.name)
async def test_a_model_that_asks_forever_is_made_to_answer(
    entry: Any, upstream: Upstream, callback: HeadroomCallback
) -> None:
    def forever(turn: Turn) -> Said:
        found = turn.results[0].partition("[headroom ")[2].partition(" ")[0]
        if "headroom_retrieve" in turn.tools:
            return Said(calls=(("headroom_retrieve", {"id": found, "grep": "job 1234 "}),))
        return Said("That is enough.")

    upstream.play = forever
    assert await entry.run(Ground(upstream, callback), LOG, False) == "That is enough."
    assert len(upstream.bodies) == 1 + _loop.ROUNDS
    assert [c.tools(body) for body in upstream.bodies] == [["run_report", "headroom_retrieve"]] * 8 + [["run_report"]]


@pytest.mark.usefixtures("callback")
async def test_a_model_that_has_no_other_tool_is_forbidden_to_call_one(upstream: Upstream) -> None:
    sizes: list[int] = []

    def forever(turn: Turn) -> Said:
        sizes.append(len(turn.results))
        if upstream.bodies[-1].get("tool_choice") == "none":
            return Said("That is enough.")
        return Said(calls=(("headroom_retrieve", {"id": "hr_000000000000"}),))

    upstream.play = forever
    answer = await ask(upstream, tools=None, max_agentic_loops=2)
    assert answer.choices[0].message.content == "That is enough."
    assert sizes == [1, 2, 3]


@pytest.mark.parametrize(
    ("entry", "stream"),
    # LiteLLM itself ends a stream of Anthropic's with an error.
    [(e, s) for e in LOOPING for s in (False, True) if not (s and e.name == "`litellm.anthropic.messages.acreate`")],
)
async def test_no_call_that_the_caller_cannot_answer_gets_out_when_the_next_request_fails(
    entry: Any, upstream: Upstream, callback: HeadroomCallback, stream: bool
) -> None:
    upstream.fail = [200, 400, 400, 400]
    said = await entry.run(Ground(upstream, callback), LOG, stream)
    assert said == NOTE


@pytest.mark.usefixtures("callback")
async def test_when_the_next_request_fails_calls_of_other_tools_stay(upstream: Upstream) -> None:
    upstream.fail = [200, 400]
    upstream.play = lambda _: Said(calls=(("headroom_retrieve", {"id": "hr_0"}), ("run_report", {})))
    message = (await ask(upstream)).choices[0].message
    assert [call.function.name for call in message.tool_calls] == ["run_report"]
    assert message.content is None


async def test_a_fault_of_ours_leaves_no_call_that_the_caller_cannot_answer(upstream: Upstream) -> None:
    class Broken(HeadroomCallback):
        async def async_build_agentic_loop_plan(self, *args: Any, **kwargs: Any) -> Any:
            return await super().async_build_agentic_loop_plan(*args, **{**kwargs, "messages": None})

    litellm.callbacks = [Broken(engine=Headroom(store=MemoryStore()))]
    message = (await ask(upstream)).choices[0].message
    assert (message.content, message.tool_calls) == (NOTE, None)


@pytest.mark.usefixtures("callback")
async def test_a_forced_choice_of_a_tool_holds_in_the_next_request_too(upstream: Upstream) -> None:
    await ask(upstream, tool_choice="required")
    assert [body.get("tool_choice") for body in upstream.bodies] == ["required", "required"]

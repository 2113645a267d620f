"""`litellm_headroom.completion`: synchronous calls with everything, as a whole and as a stream."""

from __future__ import annotations

import logging
from typing import Any

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")


from headroom import Headroom, MemoryStore
from litellm_headroom import HeadroomCallback, completion, faults
from litellm_headroom._loop import ROUNDS
from tests.integrations.litellm import conversations as c
from tests.integrations.litellm.untyped import litellm
from tests.integrations.litellm.upstream import DETAIL, LOG, Said, Turn, Upstream, script


def ask(upstream: Upstream, headroom: HeadroomCallback | None, **more: Any) -> Any:
    given = {"messages": c.chat(), "tools": [c.CHAT_TOOL], "max_retries": 0, **more}
    return completion("openai/gpt-4o", api_base=f"{upstream.url}/v1", api_key="none", headroom=headroom, **given)


@pytest.fixture
def callback(engine: Headroom) -> HeadroomCallback:
    return HeadroomCallback(engine=engine)


def test_a_stream_passes_words_on_as_they_come_and_only_calls_wait(
    upstream: Upstream, callback: HeadroomCallback
) -> None:
    def talk(turn: Turn) -> Said:
        said = script(turn)
        return Said("Let me look. ", said.calls) if said.calls else said

    upstream.play = talk
    parts = iter(ask(upstream, callback, stream=True))
    assert next(parts).choices[0].delta.content == "Let "
    assert len(upstream.bodies) == 1
    rest = list(parts)
    assert not any(choice.delta.tool_calls for part in rest for choice in part.choices)
    text = "Let " + "".join(choice.delta.content or "" for part in rest for choice in part.choices)
    assert text == f"Let me look. It was: {DETAIL}"
    assert len(upstream.bodies) == 2


def test_calls_of_other_tools_are_the_callers(upstream: Upstream, callback: HeadroomCallback) -> None:
    upstream.play = lambda _: Said("Again.", (("run_report", {"of": "today"}),))
    answer = ask(upstream, callback)
    assert answer.choices[0].message.tool_calls[0].function.name == "run_report"
    whole = litellm.stream_chunk_builder(list(ask(upstream, callback, stream=True)))
    assert whole is not None
    assert whole.choices[0].message.content == "Again."
    assert whole.choices[0].message.tool_calls[0].function.arguments == '{"of": "today"}'
    assert whole.choices[0].finish_reason == "tool_calls"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_model_that_asks_forever_is_made_to_answer(
    upstream: Upstream, callback: HeadroomCallback, stream: bool
) -> None:
    upstream.play = lambda turn: (
        Said(calls=(("headroom_retrieve", {"id": "hr_000000000000"}),))
        if "headroom_retrieve" in turn.tools
        else Said("Enough.")
    )
    answer = ask(upstream, callback, stream=stream)
    said = "".join(p.choices[0].delta.content or "" for p in answer) if stream else answer.choices[0].message.content
    assert said == "Enough."
    assert len(upstream.bodies) == ROUNDS + 1


def test_errors_of_the_provider_are_the_callers(upstream: Upstream, callback: HeadroomCallback) -> None:
    upstream.fail = [200, 400]
    with pytest.raises(litellm.BadRequestError):
        ask(upstream, callback)


def test_the_callback_does_not_do_it_again(upstream: Upstream, callback: HeadroomCallback) -> None:
    litellm.callbacks = [callback]
    assert DETAIL in ask(upstream, callback).choices[0].message.content
    assert [c.tools(body) for body in upstream.bodies] == [["run_report", "headroom_retrieve"]] * 2


def test_a_request_can_be_sent_as_it_is(upstream: Upstream, callback: HeadroomCallback) -> None:
    ask(upstream, callback, metadata={"headroom": False})
    assert c.results(upstream.bodies[0]) == [("c1", LOG)]
    assert c.tools(upstream.bodies[0]) == ["run_report"]


def test_the_default_is_the_callback_of_the_name(upstream: Upstream) -> None:
    assert DETAIL in ask(upstream, None).choices[0].message.content
    assert len(upstream.bodies) == 2


def test_a_fault_of_ours_sends_the_request_as_it_is(upstream: Upstream, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Headroom):
        def compress(self, *args: Any, **kwargs: Any) -> Any:
            raise RuntimeError("unforeseen in the wrapper")

    with caplog.at_level(logging.WARNING, "litellm_headroom"):
        ask(upstream, HeadroomCallback(engine=Broken(store=MemoryStore())))
    assert c.results(upstream.bodies[0]) == [("c1", LOG)]
    assert faults()["RuntimeError: unforeseen in the wrapper"] == 1
    assert "left as it was" in caplog.text

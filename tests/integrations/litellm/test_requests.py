"""A request and its savings: what changed, what may be hidden, and what LiteLLM's logging and spend records are told."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import importlib
import json
from typing import Any

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")

import litellm
from litellm.integrations.custom_logger import CustomLogger

from headroom import Headroom
from litellm_headroom import HeadroomCallback, _loop
from litellm_headroom._engine import Settings
from litellm_headroom._requests import Savings, compress, is_bypassed, with_savings, worth_a_look
from tests.integrations.litellm import conversations as c
from tests.integrations.litellm import table
from tests.integrations.litellm.entries import ENTRIES, Ground
from tests.integrations.litellm.upstream import LOG, Said, Upstream

SAVINGS = Savings(
    blocks=1,
    tokens_before=9,
    tokens_after=2,
    tokens_saved=7,
    chars_before=30,
    chars_after=6,
    lossless=True,
    ids=["hr_1"],
)


class Recorder(CustomLogger):
    """Keeps what LiteLLM hands to loggers about a text of this size, and says when something came.

    LiteLLM logs late: calls of earlier tests are still coming in.
    """

    def __init__(self, chars: int) -> None:
        super().__init__()
        self.chars = chars
        self.events: list[dict[str, Any]] = []
        self.came = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    def log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        self._keep(kwargs)

    async def async_log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        self._keep(kwargs)

    def _keep(self, kwargs: Any) -> None:
        if told(kwargs).get("chars_before") == self.chars:
            self.events.append(kwargs)
            self.loop.call_soon_threadsafe(self.came.set)


def told(kwargs: Any) -> dict[str, Any]:
    """What the standard logging payload says of us."""
    metadata = (kwargs.get("standard_logging_object") or {}).get("metadata") or {}
    found: dict[str, Any] = (metadata.get("spend_logs_metadata") or {}).get("headroom") or {}
    return found


def test_what_changes_is_a_copy_and_the_rest_is_the_callers_own(engine: Headroom) -> None:
    rows = c.chat(c.ROWS)
    outcome = compress(engine, Settings(), rows)
    assert outcome.rows is not None
    assert outcome.savings is not None
    assert [new is old for new, old in zip(outcome.rows, rows, strict=True)] == [True, True, False]
    assert rows == c.chat(c.ROWS)
    assert outcome.savings.tokens_saved == outcome.savings.tokens_before - outcome.savings.tokens_after > 0
    assert outcome.savings.ids[0].startswith("hr_")
    assert outcome.savings.estimated


def test_what_is_hidden_is_known_also_when_it_comes_by_again(engine: Headroom) -> None:
    first = compress(engine, Settings(), c.chat(LOG))
    assert first.hidden
    again = compress(engine, Settings(), first.rows)
    assert (again.rows, again.savings, again.hidden) == (None, None, True)
    lossless = compress(engine, Settings(), c.chat(c.ROWS), elide=False)
    assert lossless.rows is not None
    assert not lossless.hidden


def test_short_conversations_are_not_looked_at() -> None:
    assert not worth_a_look([{"role": "user", "content": "Hi."}])
    assert not worth_a_look("Hi.")
    assert not worth_a_look(None)
    assert worth_a_look(c.chat())
    assert worth_a_look(c.messages())
    assert worth_a_look(c.responses())


def test_metadata_is_added_to_and_not_changed() -> None:
    given = {"trace": "t", "spend_logs_metadata": {"team": "a"}}
    told = with_savings(given, SAVINGS)
    assert given == {"trace": "t", "spend_logs_metadata": {"team": "a"}}
    assert told["trace"] == "t"
    assert told["spend_logs_metadata"]["team"] == "a"
    assert told["spend_logs_metadata"]["headroom"]["tokens_saved"] == 7
    assert told["compression_savings"] == {
        "tokens_before": 9,
        "tokens_after": 2,
        "tokens_saved": 7,
        "source": "headroom",
    }
    assert with_savings(None, SAVINGS)["compression_savings"] == told["compression_savings"]


def test_a_bypass_is_asked_for_in_so_many_words() -> None:
    assert is_bypassed({"metadata": {"headroom": False}})
    assert is_bypassed({"proxy_server_request": {"headers": {"X-HEADROOM-BYPASS": "1"}}})
    assert not is_bypassed({"metadata": {"headroom": True}, "litellm_metadata": None})
    assert not is_bypassed({"proxy_server_request": {"headers": {"x-headroom-bypass": "false"}}})
    assert not is_bypassed({})


LOGGED = [entry for entry in ENTRIES if not entry.proxy]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("entry", LOGGED, ids=lambda e: e.name)
async def test_savings_reach_the_standard_logging_payload_and_the_spend_record(
    entry: Any, stream: bool, upstream: Upstream, engine: Headroom
) -> None:
    if "messages.acreate`" in entry.name and not table.has_proxy():
        pytest.skip("LiteLLM logs these only where litellm[proxy] is installed")
    output = c.ROWS + " " * (2 * LOGGED.index(entry) + stream)
    callback, recorder = HeadroomCallback(engine=engine), Recorder(len(output))
    litellm.callbacks = [callback, recorder]
    upstream.play = lambda _: Said("Yes.")
    for _ in range(5):  # LiteLLM's logging task moves from one event loop to another, and may lose what was under way
        await entry.run(Ground(upstream, callback), output, stream)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(recorder.came.wait(), 5)
        if recorder.events:
            break
    kwargs = recorder.events[0]
    assert told(kwargs)["tokens_saved"] > 1000
    assert told(kwargs)["ids"][0].startswith("hr_")
    assert told(kwargs)["estimated"] is True
    if table.has_proxy() and _loop.AVAILABLE:  # earlier ones have no column for it
        assert saved_tokens(kwargs) == told(kwargs)["tokens_saved"]


def saved_tokens(kwargs: dict[str, Any]) -> int:
    """What LiteLLM's proxy would write into its spend tables."""
    spend = importlib.import_module("litellm.proxy.spend_tracking.compression_savings")
    payload = importlib.import_module("litellm.proxy.spend_tracking.spend_tracking_utils").get_logging_payload
    now = dt.datetime.now(dt.timezone.utc)
    row = payload(kwargs=kwargs, response_obj=litellm.ModelResponse(), start_time=now, end_time=now)
    found: int = spend.extract_compression_saved_tokens(json.loads(row["metadata"]))
    return found

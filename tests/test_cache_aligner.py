"""What a broken prefix costs."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from headroom import tokens
from headroom.cache_aligner import compare
from headroom.exceptions import MessageFormatError
from tests import requests


def with_date(day: int, shape: str = "anthropic_messages") -> dict[str, Any]:
    return requests.MAKERS[shape](system=f"{requests.PROMPT}\nToday's date: 2026-11-{day}\n{requests.PROMPT}")


def test_what_is_written_again_costs_the_difference_of_writing_and_reading() -> None:
    result = compare(with_date(23), requests.later("anthropic_messages", with_date(24)))
    count = tokens.counter_for("claude-sonnet-4-5").count
    assert result.cached
    assert result.kept + result.lost == result.tokens
    assert result.lost == pytest.approx(count(requests.PROMPT), rel=0.15)
    assert result.extra == pytest.approx(result.lost * 1.15, abs=0.1)
    assert "tokens are written again, which costs as much as" in str(result)
    assert not result.stable


def test_an_hours_breakpoint_costs_more() -> None:
    before, after = with_date(23), with_date(24)
    before["system"][0]["cache_control"] = {"type": "ephemeral", "ttl": "1h"}
    result = compare(before, after)
    assert result.extra == pytest.approx(result.lost * 1.9, abs=0.1)


@pytest.mark.parametrize(("model", "ratio"), [("gpt-5.1", 0.9), ("gpt-4o", 0.5), ("gpt-4.1", 0.75), ("gpt-5.6", 1.15)])
def test_other_models_have_other_prices(model: str, ratio: float) -> None:
    result = compare(with_date(23, "openai_chat"), with_date(24, "openai_chat"), model=model)
    assert result.extra == pytest.approx(result.lost * ratio, abs=0.1)


def test_where_nothing_was_cached_nothing_is_lost() -> None:
    small = compare(requests.chat(system="It is 10:30.", tools=()), requests.chat(system="It is 10:31.", tools=()))
    assert (small.cached, small.lost, small.extra) == (False, 0, 0.0)
    before, after = with_date(23), with_date(24)
    for block in (*before["tools"], *before["system"]):
        block.pop("cache_control", None)
    assert not compare(before, after).cached
    assert "nothing was cached" in str(compare(before, after))


def test_a_turn_of_many_blocks_that_loses_sight_of_the_cache_is_told_with_its_price() -> None:
    before = requests.anthropic()
    before["messages"][2]["content"][0] |= {"content": requests.PROMPT, "cache_control": {"type": "ephemeral"}}
    after = copy.deepcopy(before)
    del after["messages"][2]["content"][0]["cache_control"]
    calls = [{"type": "text", "text": f"call {n}"} for n in range(30)]
    calls[-1] |= {"cache_control": {"type": "ephemeral"}}  # type: ignore[dict-item]
    after["messages"] += [{"role": "user", "content": calls}]
    result = compare(before, after)
    assert [b.cause for b in result.breaks] == ["breakpoint out of reach"]
    assert 0 < result.lost < result.tokens
    assert compare(before, {**after, "cache_control": {"type": "ephemeral"}}).stable


@pytest.mark.parametrize("shape", requests.MAKERS)
def test_a_stable_request_costs_nothing(shape: str) -> None:
    before = requests.MAKERS[shape]()
    after = requests.later(shape, before)
    kept = copy.deepcopy((before, after))
    result = compare(before, after)
    assert (result.stable, result.lost, result.kept, result.shape) == (True, 0, result.tokens, shape)
    assert str(result).startswith("stable: ")
    assert (before, after) == kept


def test_a_body_of_no_known_format_is_refused() -> None:
    with pytest.raises(MessageFormatError):
        compare({}, {"prompt": "x"})

"""Ratios of cached input, by the names that models go by."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headroom.prices import cache_price


@pytest.mark.parametrize(
    ("model", "read", "write", "minimum"),
    [
        ("claude-sonnet-4-5-20250929", 0.1, 1.25, 1024),
        ("us.anthropic.claude-opus-4-5-v1:0", 0.1, 1.25, 4096),
        ("anthropic/claude-opus-4.6", 0.1, 1.25, 4096),
        ("claude-3-5-haiku-latest", 0.1, 1.25, 2048),
        ("gpt-5.1-codex", 0.1, 1.0, 1024),
        ("gpt-5.6", 0.1, 1.25, 1024),
        ("openai/gpt-4.1-mini", 0.25, 1.0, 1024),
        ("gpt-4o-2024-08-06", 0.5, 1.0, 1024),
        ("o3", 0.25, 1.0, 1024),
        ("o3-mini", 0.5, 1.0, 1024),
        ("gemini-2.5-pro", 0.1, 1.0, 2048),
        ("models/gemini-3-pro-preview", 0.1, 1.0, 4096),
        ("gemini-2.0-flash", 0.25, 1.0, 4096),
    ],
)
def test_a_model_has_its_ratios(model: str, read: float, write: float, minimum: int) -> None:
    price = cache_price(model)
    assert (price.read, price.write, price.minimum) == (read, write, minimum)


def test_an_hour_costs_twice_with_anthropic() -> None:
    assert cache_price("claude-sonnet-4-5").write_hour == 2.0


@pytest.mark.parametrize(
    ("shape", "write"), [("anthropic_messages", 1.25), ("openai_chat", 1.0), ("gemini", 1.0), ("", 1.0)]
)
def test_of_a_model_that_nobody_knows_the_wire_format_tells(shape: str, write: float) -> None:
    assert cache_price("my-finetune", shape).write == write
    assert cache_price(None, shape).write == write


def test_the_documentation_has_the_ratios_of_the_code() -> None:
    page = (Path(__file__).parent.parent / "docs" / "caching.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z][\w.-]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d,]+) \|$", page, re.MULTILINE)
    assert len(rows) > 5
    for model, read, write, hour, minimum in rows:
        price = cache_price(model)
        assert (f"{price.read}", f"{price.write}", f"{price.write_hour}") == (read, write, hour), model
        assert f"{price.minimum:,}" == minimum, model

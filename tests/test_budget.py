"""A budget is a promise."""

from __future__ import annotations

from typing import Any

import pytest

from headroom import BudgetError, Headroom, MemoryStore, markers, tokens
from headroom._budget import _level

COUNT = tokens.counter_for("gpt-5").count
SAID = (
    "Paragraph {n} says that thing number {m} is not like the others in any way.",
    "Nobody in the hall, says paragraph {n}, has ever asked for thing number {m}.",
    "As for thing number {m}, paragraph {n} is of two minds about it.",
    "Thing number {m} was lost in the move; paragraph {n} regrets that.",
)
PROSE = "\n".join(SAID[n * 37 // 10 % 4].format(n=n, m=n * 7) for n in range(200))


def results(*texts: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for n, text in enumerate(texts):
        call = {"id": f"c{n}", "type": "function", "function": {"name": "fetch", "arguments": "{}"}}
        messages += [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": f"c{n}", "content": text},
        ]
    return messages


@pytest.mark.parametrize("budget", [100, 300, 1000, 2500])
def test_the_result_fits_and_what_is_shown_are_whole_lines(budget: int) -> None:
    """By exact count."""
    result = Headroom(store=MemoryStore()).compress_text(PROSE, budget=budget, model="gpt-5")
    assert COUNT(result.text) == result.tokens_after <= budget
    assert result.tokens_after > budget * 0.5
    source = set(PROSE.split("\n"))
    for line in result.text.split("\n")[1:]:
        assert line.startswith("⋯") or line.partition("│")[2] in source or line in source


def test_what_the_query_names_is_kept() -> None:
    """The evidence comes first."""
    result = Headroom(store=MemoryStore()).compress_text(PROSE, budget=150, query="thing number 917")
    assert "thing number 917" in result.text


ISLANDS = "\n\n".join(
    f"Island {n} lies off the coast of Vessa. Its lighthouse was built in {1700 + 3 * n} by a family of shipwrights. "
    f"In summer a boat brings guests to the inn, which serves {n} kinds of soup. The harbour freezes in most winters."
    for n in range(60)
)


@pytest.mark.parametrize("profile", ["safe", "balanced", "aggressive"])
@pytest.mark.parametrize("budget", [150, 400, 1200])
def test_prose_fills_the_budget_with_what_the_query_asks_for(profile: str, budget: int) -> None:
    """Whatever the profile would have shown: the budget says how much may be read."""
    result = Headroom(store=MemoryStore(), profile=profile).compress_text(
        ISLANDS, query="When was the lighthouse of Island 41 built?", budget=budget, model="gpt-5"
    )
    assert budget * 0.7 < COUNT(result.text) <= budget
    assert "Its lighthouse was built in 1823" in result.text
    assert result.block.compressor == "Kompress"


def test_in_little_room_the_marker_is_short_and_still_tells_how_to_get_the_rest() -> None:
    engine = Headroom(store=MemoryStore(), profile="aggressive")
    query = "When was the lighthouse of Island 41 built?"
    little, more = (engine.compress_text(ISLANDS, query=query, budget=n, model="gpt-5") for n in (100, 400))
    (short,), (full,) = markers.find(little.text), markers.find(more.text)
    assert short.id == full.id
    assert engine.retrieve(short.id) == ISLANDS
    assert short.selectors == ("query",)
    assert short.note == ""
    assert set(full.selectors) > set(short.selectors)
    assert "1823" in little.text
    assert markers.left_out(short).keys() <= markers.left_out(full).keys()
    assert COUNT(markers.render(short)) <= 30 < COUNT(markers.render(full))


def test_prose_without_a_query_fills_the_budget_too() -> None:
    """With names and figures rather than with the beginning and the end."""
    result = Headroom(store=MemoryStore()).compress_text(ISLANDS, budget=400, model="gpt-5")
    assert 280 < COUNT(result.text) <= 400
    assert result.text.count("Island") > 5


@pytest.mark.parametrize(
    "script",
    [
        "这条铁路于一八九二年建成。车站在河边，每天有三班车。",
        "بنيت السكة الحديدية سنة ١٨٩٢. تقع المحطة على ضفة النهر؟ ",
    ],
)
def test_budgets_are_met_in_other_scripts_and_sentences_stay_whole(script: str) -> None:
    """No character is cut, none is altered."""
    text = "\n\n".join(f"{n}. {script * 4}" for n in range(60))
    result = Headroom(store=MemoryStore()).compress_text(text, budget=500, model="gpt-5")
    assert COUNT(result.text) <= 500
    for line in result.text.split("\n")[1:]:
        for piece in line.partition("│")[2].split("⋯"):
            assert piece.strip() in text


def test_large_results_give_before_small_ones() -> None:
    """Down to one common level."""
    small = PROSE[:1500]
    result = Headroom(store=MemoryStore()).compress(results(PROSE * 3, small), budget=2000, model="gpt-5")
    assert result.tokens_after <= 2000
    assert result.messages[3]["content"] == small


def test_a_budget_that_is_met_changes_nothing_more() -> None:
    """The profile alone decides then."""
    engine = Headroom(store=MemoryStore())
    assert engine.compress(results(PROSE), budget=10**6).messages == engine.compress(results(PROSE)).messages


def test_a_budget_that_cannot_be_met_names_what_stands_in_the_way() -> None:
    """And the remedy."""
    messages = [{"role": "system", "content": PROSE}, *results(PROSE)]
    with pytest.raises(BudgetError, match=r"system text at \[0, 'content'\].*Raise the budget"):
        Headroom(store=MemoryStore()).compress(messages, budget=500)


def test_one_long_line_is_cut_by_characters_and_says_so() -> None:
    """There is no line to show whole."""
    text = "word " * 20_000
    result = Headroom(store=MemoryStore()).compress_text(text, budget=400, model="gpt-5")
    assert result.tokens_after <= 400
    assert "⋯ chars " in result.text
    assert result.id is not None


def test_a_fitted_text_is_left_alone_the_next_time() -> None:
    """Idempotent under a budget as well."""
    engine = Headroom(store=MemoryStore())
    once = engine.compress(results(PROSE, PROSE[::-1]), budget=800).messages
    assert engine.compress(once, budget=800).messages == once


@pytest.mark.parametrize(
    ("sizes", "over", "level"),
    [([100, 50, 10], 30, 70), ([100, 50, 10], 60, 45), ([100, 100], 100, 50), ([30], 500, 24)],
)
def test_the_level_takes_from_the_largest(sizes: list[int], over: int, level: int) -> None:
    """What is above it sums up to what must go."""
    assert _level(sizes, over) == level


def test_what_was_fitted_is_not_what_the_ledger_remembers() -> None:
    """The next call without a budget shows what the profile chooses."""
    engine = Headroom(store=MemoryStore())
    engine.compress(results(PROSE), budget=300)
    assert engine.compress(results(PROSE)).messages == Headroom(store=MemoryStore()).compress(results(PROSE)).messages

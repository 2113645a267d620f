"""Texts of one query, shortened together: what none of them needs alone is left out where others say more."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import ConfigError, Headroom, MemoryStore, markers
from headroom.compressors._api import Limits, Rendition
from headroom.compressors.prose import Kompress
from headroom.compressors.raw import Raw
from headroom.exceptions import BudgetError
from headroom.messages import Hint
from headroom.tokens import counter_for

TOPICS = "pump valve boiler turbine sensor relay filter gasket rotor bearing".split()
QUERY = "How much oil does the turbine need?"


def page(n: int) -> str:
    """About one thing each, in one line, as splitters leave it."""
    topic = TOPICS[n % len(TOPICS)]
    said = [
        f"The {topic} of hall {n} was built in {1900 + n} by a company that no longer exists today.",
        f"Whoever runs the {topic} writes down {n * 17 % 89} figures a day into the book of the hall.",
        f"The {topic} needs {n * 3 + 7} litres of oil in a year and is inspected by two people in spring.",
        f"Its paint is grey, which the people who look after the {topic} like more than the green of old.",
        f"When it rains for a long time, the floor around the {topic} is wet and a sign is put up there.",
    ]
    return " ".join(said)


PAGES = [page(n) for n in range(10)]


@pytest.fixture
def engine() -> Headroom:
    return Headroom(store=MemoryStore(), profile="balanced")


def test_what_the_query_needs_of_all_texts_stays_and_the_rest_comes_back_by_id(engine: Headroom) -> None:
    results = engine.compress_texts(PAGES, query=QUERY)
    assert "The turbine needs 16 litres of oil" in results[3].text
    assert sum(len(r.text) for r in results) < 0.75 * sum(map(len, PAGES))
    for text, result in zip(PAGES, results, strict=True):
        assert result.original == text
        assert (result.id is None) == (result.text == text)
        assert result.id is None or engine.retrieve(result.id) == text


def test_every_span_is_visible_and_what_is_between_them_is_not(engine: Headroom) -> None:
    for text, result in zip(PAGES, engine.compress_texts(PAGES, query=QUERY), strict=True):
        assert all(text[a:b] in result.text for a, b in result.spans)
        shown = sum(b - a for a, b in result.spans)
        assert shown == len(text) or shown + result.block.elided["chars"] == pytest.approx(len(text), abs=2 * 10)


def test_a_text_of_which_nothing_is_shown_says_how_it_begins(engine: Headroom) -> None:
    pages = [
        *PAGES,
        *(f"Menu of week {n}. " + "Soup, bread and a pear are served in the canteen. " * 9 for n in range(4)),
    ]
    results = engine.compress_texts(pages, query=QUERY)[len(PAGES) :]
    for n, result in enumerate(results):
        marker = markers.head(result.text)
        assert marker is not None
        assert result.text == markers.render(marker)
        assert marker.note == f'begins "Menu of week {n}. Soup, bread"'
        assert marker.selectors == ("query",)


def test_one_text_alone_would_stay_whole(engine: Headroom) -> None:
    assert [engine.compress_text(text, query=QUERY).text for text in PAGES] == PAGES
    assert engine.compress_texts(PAGES[:1], query=QUERY)[0].text == PAGES[0]


@pytest.mark.parametrize("options", [{"profile": "safe"}, {"elide": False}, {"query": None}])
def test_without_query_or_leave_everything_stays(engine: Headroom, options: dict[str, object]) -> None:
    results = engine.compress_texts(PAGES, **{"query": QUERY, **options})  # type: ignore[arg-type]
    assert [r.text for r in results] == PAGES


def test_a_text_of_another_kind_is_shortened_as_its_kind(engine: Headroom) -> None:
    log = "\n".join(f"10:00:{n % 60:02d} INFO worker-{n % 4} job {n} done" for n in range(300))
    results = engine.compress_texts([*PAGES, log], query=QUERY)
    assert results[-1].block.kind == "log"
    assert {r.block.kind for r in results[:-1] if r.id} == {"prose"}


def test_the_same_texts_give_the_same_whatever_was_asked_before(engine: Headroom) -> None:
    engine.compress_texts(PAGES[:4], query=QUERY)
    engine.compress_texts(PAGES[::-1], query="What colour is the paint?")
    again = engine.compress_texts(PAGES, query=QUERY)
    fresh = Headroom(store=MemoryStore(), profile="balanced").compress_texts(PAGES, query=QUERY)
    assert [r.text for r in again] == [r.text for r in fresh]


def test_a_text_that_must_stay_whole_is_ranked_with_the_others() -> None:
    seen: list[str] = []

    class Watched(Kompress):
        def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
            seen.append(text)
            return super().compress(text, hint, limits)

    short = "Ada Moreau is the founder of Kestrel Works."
    engine = Headroom(store=MemoryStore(), profile="balanced", compressors=[Watched(), Raw()])
    results = engine.compress_texts([*PAGES, short], query=QUERY)
    assert short in seen[-1]
    assert results[-1].text == short


def test_a_deadline_that_is_over_leaves_the_texts_as_they_were(engine: Headroom) -> None:
    assert [r.text for r in engine.compress_texts(PAGES, query=QUERY, deadline=1e-9)] == PAGES


def test_a_fault_is_said_and_leaves_the_texts_as_they_were() -> None:
    class Broken(Kompress):
        def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
            raise ZeroDivisionError("a fault")

    engine = Headroom(store=MemoryStore(), profile="balanced", compressors=[Broken(), Raw()])
    results = engine.compress_texts(PAGES, query=QUERY)
    assert [r.text for r in results] == PAGES
    assert any("Kompress: ZeroDivisionError: a fault (the texts were" in w for w in results[0].warnings)


def test_a_text_that_was_shortened_is_left_alone(engine: Headroom) -> None:
    once = [r.text for r in engine.compress_texts(PAGES, query=QUERY)]
    twice = engine.compress_texts([text for text in once if text.startswith("[headroom")], query=QUERY)
    assert all(r.block.action == "unchanged" for r in twice)


def test_a_span_to_keep_stays(engine: Headroom) -> None:
    results = engine.compress_texts(PAGES, query=QUERY, keep=["green of old"])
    assert all("green of old" in r.text for r in results)


def test_a_budget_is_that_of_all_texts(engine: Headroom) -> None:
    count = counter_for("gpt-4o").count
    results = engine.compress_texts(PAGES, query=QUERY, budget=600, model="gpt-4o")
    assert sum(count(r.text) for r in results) <= 600
    with pytest.raises(BudgetError):
        engine.compress_texts(PAGES, query=QUERY, budget=20)


@pytest.mark.parametrize("profile", ["safe", "balanced", "aggressive"])
@pytest.mark.parametrize("budget", [70, 150, 400])
def test_little_room_goes_to_what_the_query_needs_most(profile: str, budget: int) -> None:
    """A text of which nothing fits comes back empty, and its id gives it back."""
    engine = Headroom(store=MemoryStore(), profile=profile)
    count = counter_for("gpt-4o").count
    results = engine.compress_texts(PAGES, query=QUERY, budget=budget, model="gpt-4o")
    assert budget * 0.5 < sum(count(r.text) for r in results) <= budget
    assert "The turbine needs 16 litres of oil" in results[3].text
    empty = [(text, r) for text, r in zip(PAGES, results, strict=True) if not r.text]
    assert empty
    for text, result in empty:
        assert result.id is not None
        assert engine.retrieve(result.id) == text
        assert result.spans == ()
        assert not result.block.lossless


def test_short_texts_are_whole_or_empty_where_there_is_a_budget(engine: Headroom) -> None:
    short = [text[: text.index(".", 200) + 1] for text in PAGES]
    assert max(map(len, short)) < 400
    results = engine.compress_texts(short, query="When was the turbine built?", budget=120, model="gpt-4o")
    assert results[3].text == short[3]
    assert results[3].spans == ((0, len(short[3])),)
    assert {r.text for r in results} <= {*short, ""}
    for text, result in zip(short, results, strict=True):
        assert result.text or engine.retrieve(str(result.id)) == text


SPEAKERS = "Ana Ben Cem Dora".split()


@pytest.mark.parametrize("part", [0.02, 0.1, 0.3])
def test_turns_of_a_talk_in_a_chunk_each_fit_any_budget(part: float) -> None:
    """Hundreds of them, most too short to be of a kind, and their headings and marks cost more than what they say."""
    said = ["{cough}", "Yes . {noise} {cough}", "{gap} um {noise} .", "Well I thought , {noise} you know , wait ."]
    turns = [f"{SPEAKERS[n * 7 % 4]}: {said[n * 5 % 4]}" for n in range(480)]
    turns[301] = "Dora: The turbine needs 61 litres of oil , if I read that right ."
    counter = counter_for("gpt-4o")
    budget = int(part * sum(map(counter.count, turns)))
    engine = Headroom(store=MemoryStore(), profile="aggressive")
    results = engine.compress_texts(turns, query=QUERY, budget=budget, model="gpt-4o")
    assert sum(counter.count(r.text) for r in results) <= budget
    assert results[301].text == turns[301]


def test_a_span_to_keep_stays_in_any_budget(engine: Headroom) -> None:
    results = engine.compress_texts(PAGES, query=QUERY, budget=150, keep=["hall 8"])
    assert "hall 8" in results[8].text
    assert any(not r.text for r in results)


def test_a_budget_that_all_texts_fit_leaves_none_out(engine: Headroom) -> None:
    assert all(r.text for r in engine.compress_texts(PAGES, query=QUERY, budget=5_000))


def test_a_budget_without_a_query_goes_to_names_and_figures(engine: Headroom) -> None:
    results = engine.compress_texts(PAGES, budget=200, model="gpt-4o")
    assert 0 < sum(r.tokens_after for r in results) <= 200


def test_what_is_no_list_of_texts_is_told(engine: Headroom) -> None:
    for wrong in ("one text", [b"bytes"]):
        with pytest.raises(ConfigError, match="list of str"):
            engine.compress_texts(wrong)  # type: ignore[arg-type]
    assert engine.compress_texts([]) == []


async def test_it_can_be_awaited(engine: Headroom) -> None:
    there = await engine.acompress_texts(PAGES, query=QUERY)
    assert [r.text for r in there] == [r.text for r in engine.compress_texts(PAGES, query=QUERY)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("ab. \n⋯│#|1"), max_size=900) | st.sampled_from(PAGES), max_size=6),
    st.sampled_from(["balanced", "aggressive"]),
    st.sampled_from([None, 100, 400]),
)
def test_any_texts_come_back(texts: list[str], profile: str, budget: int | None) -> None:
    engine = Headroom(store=MemoryStore(), profile=profile)
    try:
        results = engine.compress_texts(texts, query=QUERY, budget=budget)
    except BudgetError:
        assert budget is not None
        return
    assert budget is None or sum(r.tokens_after for r in results) <= budget
    assert [r.original for r in results] == texts
    for result in results:
        assert not result.warnings
        assert result.id is None or engine.retrieve(result.id) == result.original
        assert result.tokens_after <= result.tokens_before

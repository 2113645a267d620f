"""Compaction carried out: rarely, in one step, and then the same bytes for good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import headroom
from headroom import Headroom, MemoryStore
from headroom._compact import REASON
from headroom.compaction import Compaction
from headroom.exceptions import StoreError
from headroom.store._api import Saved, Store
from headroom.wire import detect
from tests.shapes import CONVERTERS

HOW = Compaction(high=9_000, low=3_000, turns=3)
COLD = Compaction(high=3_000, low=1_000, turns=1, read=0.0, write=9.0)  # pays only where the cache is cold
PAGE = "\n".join(
    f"Part {{0}}.{n} says that the thing with number {n * 7} is like no other, see ref-{{0}}x{n}." for n in range(40)
)


def asked(n: int, text: str, tool: str = "fetch", **arguments: Any) -> list[dict[str, Any]]:
    """A step: a call and its result."""
    function = {"name": tool, "arguments": json.dumps(arguments or {"url": f"https://x/{n}"})}
    call = {"id": f"c{n}", "type": "function", "function": function}
    answer = {"role": "tool", "tool_call_id": f"c{n}", "content": text}
    return [{"role": "assistant", "content": None, "tool_calls": [call]}, answer]


def steps(count: int, *before: dict[str, Any], first: int = 100) -> list[dict[str, Any]]:
    """A conversation of so many pages, behind what stands before."""
    messages = [{"role": "user", "content": "Read all pages."}, *before]
    for n in range(first, first + count):
        messages += asked(n, PAGE.format(n))
    return messages


def requests(messages: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """What was sent, request by request."""
    for n, message in enumerate(messages):
        if message["role"] == "assistant":
            yield messages[:n]
    yield messages


def engine(store: Store | None = None, how: Compaction | None = HOW, **options: Any) -> Headroom:
    return Headroom(store=store or MemoryStore(), compaction=how, **options)


def compacted(result: Any) -> list[int]:
    return [block.path[0] for block in result.blocks if block.reason == REASON]


def events(store: Store) -> list[int]:
    return [event.blocks for _, event in store.events() if event.name == "compaction"]


def test_between_compactions_nothing_changes_and_each_one_is_an_event() -> None:
    store = MemoryStore()
    sent: list[Any] = []
    breaks = 0
    for request in requests(steps(30)):
        before = len(events(store))
        now = engine(store).compress(request).messages  # a new worker each time
        broken = now[: len(sent)] != sent
        assert broken == (len(events(store)) > before)
        breaks += broken
        sent = now
    assert 2 <= breaks <= 30 / 5


def test_without_a_ledger_the_same_conversation_comes_to_the_same_bytes() -> None:
    messages = steps(20)
    store = MemoryStore()
    for request in requests(messages):
        result = engine(store).compress(request)
    assert compacted(result)
    assert engine().compress(messages).messages == result.messages


def test_many_results_at_once_are_the_same_ones_the_next_time() -> None:
    store = MemoryStore()
    how = Compaction(high=60_000, low=5_000)
    once = engine(store, how).compress(steps(80))
    assert len(compacted(once)) > 50
    assert engine(store, how).compress(steps(80)).messages == once.messages
    assert engine(store, how).compress(steps(81)).messages[: len(once.messages)] == once.messages
    assert len(events(store)) == 1


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(st.lists(st.integers(0, 5), min_size=12, max_size=24), st.data())
def test_any_conversation_is_prefix_stable_but_for_its_compactions(kinds: list[int], data: st.DataObject) -> None:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Go."}]
    for n, kind in enumerate(kinds):
        text = [
            PAGE.format(n),
            PAGE.format(3),
            "ok",
            PAGE.format(n) + "\n1 failed",
            "x " * 400,
            PAGE.format(n)[:2_000],
        ][kind]
        messages += asked(n, text, ["fetch", "bash", "edit"][kind % 3], command=f"do {kind}")
        if kind == 4:
            messages.append({"role": "user", "content": f"And now 1x{n}?"})
    store = MemoryStore()
    cut = data.draw(st.integers(1, len(messages)))
    first = engine(store).compress(messages[:cut], cold=data.draw(st.booleans())).messages
    before = len(events(store))
    after = engine(store).compress(messages)
    if len(events(store)) == before:
        assert after.messages[:cut] == first
    for block in after.changed:
        assert block.id is not None
        assert engine(store).retrieve(block.id) == messages[int(block.path[0])]["content"]


def test_what_is_in_the_ledger_stays_under_other_settings_and_when_the_cache_is_warm_again() -> None:
    store = MemoryStore()
    request = steps(9)
    assert not compacted(engine(store, COLD).compress(request))
    cold = engine(store, COLD).compress(request, cold=True)
    assert compacted(cold)
    longer = steps(10)
    assert engine(store, COLD).compress(longer).messages[: len(request)] == cold.messages
    other = Compaction(high=500_000, low=1_000)
    assert engine(store, other).compress(longer).messages[: len(request)] == cold.messages


def test_what_the_user_answered_and_instructions_are_never_compacted() -> None:
    """However old they are."""
    answer = asked(1, PAGE.format(1), "AskUserQuestion", question="Which pages?")
    rules = asked(2, PAGE.format(2), "read_file", path="AGENTS.md")
    messages = steps(12, *answer, *rules)
    done = compacted(engine(how=COLD).compress(messages, cold=True))
    assert done
    assert min(done) > 4


def test_a_request_that_was_cut_within_a_turn_is_stable_by_the_ledger() -> None:
    messages = steps(12)
    calls = [asked(n, PAGE.format(n)) for n in (1, 2)]
    together = {**calls[0][0], "tool_calls": calls[0][0]["tool_calls"] + calls[1][0]["tool_calls"]}
    whole = [*messages, together, calls[0][1], calls[1][1], {"role": "user", "content": "Go on."}]
    store = MemoryStore()
    cut = whole[: len(messages) + 2]
    first = engine(store, COLD).compress(cut, cold=True)
    assert compacted(first)
    assert engine(store, COLD).compress(whole).messages[: len(cut)] == first.messages


def test_what_is_compacted_is_left_alone_when_it_comes_back() -> None:
    one = engine()
    once = one.compress(steps(20)).messages
    assert one.compress(once).messages == once


def test_a_short_conversation_is_as_without_compaction() -> None:
    messages = steps(4)
    assert engine().compress(messages).messages == engine(how=None).compress(messages).messages


def test_only_old_tool_results_change_and_each_can_be_retrieved() -> None:
    messages = steps(
        20, {"role": "system", "content": PAGE.format("s")}, {"role": "assistant", "content": PAGE.format("a")}
    )
    one = engine()
    result = one.compress(messages)
    assert compacted(result)
    last = [m for m in messages if m["role"] == "tool"][-HOW.turns :]
    for block in result.blocks:
        original = messages[int(block.path[0])]
        if block.reason == REASON:
            assert original["role"] == "tool"
            assert original not in last
            assert block.chars_after < block.chars_before / 3
            assert block.id is not None
            assert one.retrieve(block.id) == original["content"]


def results(first: list[dict[str, Any]], *later: dict[str, Any], how: Compaction = COLD, **options: Any) -> list[int]:
    """The indices of the messages that were compacted when a long conversation follows on some steps."""
    messages = steps(14, *first)
    return compacted(engine(how=how, **options).compress([*messages, *later], cold=True))


@pytest.mark.parametrize(
    ("step", "stays"),
    [
        (asked(1, PAGE.format(1)), False),
        (asked(1, PAGE.format(1) + "\n1 failed, 3 passed", "bash", command="pytest -q"), True),
        (asked(1, PAGE.format(1), "read_file", path="notes.md"), False),
        (
            asked(1, PAGE.format(1), "read_file", path="notes.md") + asked(2, "ok", "edit_file", path="/w/notes.md"),
            True,
        ),
    ],
    ids=["a page", "an unsolved error", "a file", "a file under edit"],
)
def test_what_may_still_be_needed_stays(step: list[dict[str, Any]], stays: bool) -> None:
    assert (2 not in results(step)) == stays


def test_an_error_that_was_solved_may_go() -> None:
    failing = asked(1, PAGE.format(1) + "\n1 failed, 3 passed", "bash", command="pytest -q")
    assert 2 in results(failing + asked(2, "4 passed", "bash", command="pytest -q"))
    assert 2 not in results(failing + asked(2, "4 passed", "bash", command="pytest -q other"))


def test_what_a_later_step_has_quoted_stays_visible() -> None:
    page = asked(1, PAGE.format(1))
    said = {"role": "assistant", "content": "It is `ref-1x17`."}
    looked = asked(99, "ok", "lookup", key="see ref-1x31")
    result = engine(how=COLD).compress([*steps(14, *page), said, *looked, *asked(98, "ok")], cold=True)
    assert 2 in compacted(result)
    shown = result.messages[2]["content"]
    assert "see ref-1x17." in shown
    assert "see ref-1x31." in shown
    assert "see ref-1x18." not in shown


def test_settings_that_forbid_to_leave_things_out_forbid_compaction() -> None:
    page = asked(1, PAGE.format(1))
    assert results(page) != []
    assert results(page, tools={"fetch": "verbatim"}) == []
    assert results(page, tools={"fetch": "lossless"}) == []
    assert results(page, elide=False) == []


def test_a_keep_span_stays_or_the_result_does() -> None:
    messages = steps(14)
    result = engine(how=COLD, keep=["number 70 "]).compress(messages, cold=True)
    assert compacted(result)
    assert all("number 70 " in m["content"] for m in result.messages if m["role"] == "tool")


def test_a_result_that_a_recent_one_points_to_stays() -> None:
    page, again = asked(1, PAGE.format(1)), asked(99, PAGE.format(1))
    assert 2 in results(page)
    assert 2 not in results(page, *again)
    assert 2 in results(page, *again, *asked(98, "ok"))


def test_what_is_read_again_after_its_compaction_is_shown_again() -> None:
    messages = steps(14, *asked(1, PAGE.format(1)))
    one = engine(how=COLD)
    assert 2 in compacted(one.compress(messages, cold=True))
    again = one.compress([*messages, *asked(99, PAGE.format(1))])
    assert "result #1" not in again.messages[-1]["content"]
    assert "see ref-1x20." in again.messages[-1]["content"]


def test_what_is_no_longer_shown_is_not_referred_to_by_lines() -> None:
    page = "\n".join(f"{chr(97 + n % 26)}-{line}" for n, line in enumerate(PAGE.format(1).split("\n")))
    messages = steps(14, *asked(1, page))
    tail = page.split("\n", 1)[1]
    one = engine(how=COLD)
    first = one.compress(messages, cold=True)
    assert 2 in compacted(first)
    later = one.compress([*messages, *asked(99, "A new first line\n" + tail)])
    assert "result #1" not in later.messages[-1]["content"]
    unaware = engine(how=None).compress([*messages, *asked(99, "A new first line\n" + tail)])
    assert "result #1" in unaware.messages[-1]["content"]


class Full(MemoryStore):
    """A store that takes no compaction."""

    def save(self, entries: Any, events: Any = ()) -> Saved:
        if any((entry.key or "").startswith("compact:") for entry in entries):
            raise StoreError("the disk is full")
        return super().save(entries, events)


def test_what_could_not_be_stored_is_not_compacted_and_says_so() -> None:
    messages = steps(20)
    result = engine(Full()).compress(messages)
    assert result.messages == engine(how=None).compress(messages).messages
    assert "nothing more was compacted" in " ".join(result.warnings)


def test_a_budget_goes_before_compaction() -> None:
    result = engine(how=COLD).compress(steps(14), budget=4_000, cold=True)
    assert result.tokens_after <= 4_000
    assert compacted(result) == []


@pytest.mark.parametrize("convert", CONVERTERS.values())
def test_every_shape_is_compacted_alike(convert: Any) -> None:
    plain = engine().compress(steps(20))
    other = engine().compress(convert(steps(20)))
    texts = [[b.text for m in detect(r.messages).parse(r.messages).messages for b in m.blocks] for r in (plain, other)]
    assert compacted(plain)
    assert texts[0] == texts[1]


def test_it_can_be_asked_for_in_one_call() -> None:
    messages = steps(20)
    assert compacted(engine(how=None).compress(messages, compaction=HOW)) == compacted(engine().compress(messages))
    assert compacted(headroom.compress(messages, store=MemoryStore(), compaction=COLD, cold=True))


def test_a_deadline_ends_it_and_what_was_not_reached_is_reduced_another_time() -> None:
    messages = steps(20)
    store = MemoryStore()
    hurried = engine(store, deadline=0.0).compress(messages)
    assert hurried.messages == messages
    assert compacted(engine(store).compress(messages))

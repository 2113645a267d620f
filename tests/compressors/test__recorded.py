"""Captions and transcripts: exact where nothing may be left out, else what is said; what must be kept is kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._recorded import is_recorded, recorded
from headroom.compressors.prose import Kompress
from headroom.messages import Hint
from tests import checks
from tests.compressors.test__cue_lines import files

WORDS = [
    "the crane at pier four is out of order since the storm",
    "I asked the yard in Husum, they have one that we can rent",
    "the lamps on the breakwater are too bright, the pilots say",
    "we have no budget for that before May",
    "then we decide to rent it, from Monday the ninth on",
    "who tells the captain of the ferry",
    "I do, she comes at seven",
    "please count the ropes as well, we need at least forty",
]


def vtt(count: int = 96) -> str:
    """A meeting with the words numbered, so that each cue is its own."""
    cues = [
        f"{n}\n00:{n // 10:02}:{6 * (n % 10):02}.120 --> 00:{n // 10:02}:{6 * (n % 10) + 5:02}.830\n"
        f"<v {('Ann Ort', 'Ben', 'Carla')[n // 2 % 3]}>{WORDS[n // (count // 8) % 8]}, item {n}.</v>"
        for n in range(1, count + 1)
    ]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def as_it_is(text: str, _: Limits) -> Rendition:
    return Rendition(text=text)


@pytest.mark.parametrize("effort", [Effort.LOSSLESS, Effort.LIGHT])
def test_below_medium_captions_are_written_without_loss(effort: Effort) -> None:
    made = recorded(vtt(), "lamps", Limits(effort=effort), as_it_is)
    assert made is not None
    assert made.lossless
    assert "\n00:06.120-11.830 Ann Ort: the crane at pier four" in made.text
    assert not made.elisions


def test_from_medium_on_what_is_said_is_shown() -> None:
    made = recorded(vtt(), None, Limits(effort=Effort.MEDIUM), as_it_is)
    assert made is not None
    assert not made.lossless
    assert made.text.startswith(
        "0:06 Ann Ort: the crane at pier four is out of order since the storm, item 1.\n0:12 Ben: "
    )
    assert all(f"item {n}." in made.text for n in range(1, 97))


@pytest.mark.parametrize(
    "query",
    ["Write the minutes: decisions, dates, owners.", "List the action items of the call", "Summarise this meeting."],
)
def test_nothing_is_left_out_where_all_of_a_meeting_is_asked_for(query: str) -> None:
    limits = Limits(effort=Effort.MEDIUM)
    assert recorded(vtt(), query, limits, as_it_is) == recorded(vtt(), None, limits, as_it_is)


@pytest.mark.parametrize("profile", ["balanced", "aggressive"])
def test_what_is_left_out_can_be_fetched_by_its_lines(profile: str) -> None:
    engine = Headroom(store=MemoryStore(), profile=profile)
    result = engine.compress_text(vtt(), query="How bright are the lamps?")
    assert result.id is not None
    assert "too bright" in result.text
    gaps = re.findall(r"^⋯ lines (\d+)-(\d+)$", result.text, re.MULTILINE)
    assert gaps
    seen = set(map(int, re.findall(r"item (\d+)\.", result.text)))
    for a, b in gaps:
        seen |= set(map(int, re.findall(r"item (\d+)\.", engine.retrieve(result.id, lines=f"{a}-{b}"))))
    assert seen == set(range(1, 97))


@pytest.mark.parametrize("effort", list(Effort))
@pytest.mark.parametrize(
    "keep",
    [r"item 17\.", r"00:01:42\.120 --> 00:01:47\.830", r"<v Ben>", r"item 4\.</v>\n\n5"],
    ids=["words", "time", "tag", "lines"],
)
@pytest.mark.parametrize("query", [None, "How bright are the lamps?"])
def test_what_must_be_kept_is_kept(effort: Effort, keep: str, query: str | None) -> None:
    pattern = re.compile(keep)
    made = recorded(vtt(), query, Limits(effort=effort, keep=pattern), as_it_is)
    assert made is not None
    assert all(m[0] in made.text for m in pattern.finditer(vtt()))


def test_a_transcript_without_cues_stays_where_nothing_may_be_left_out() -> None:
    text = "\n".join(
        f"[00:0{n // 6}:{n % 6}0] {('Ann', 'Ben')[n % 2]}: {WORDS[n % 8]}, {WORDS[n // 8]}." for n in range(48)
    )
    assert is_recorded(text)
    made = recorded(text, None, Limits(), as_it_is)
    assert made is not None
    assert made.text == text


def test_a_chat_is_written_below_its_days_where_nothing_may_be_left_out() -> None:
    text = "\n".join(
        f"12/03/2026, 10:{n} - {('Ann', 'Ben')[n % 2]}: {WORDS[n % 8]}, {WORDS[n // 8]}." for n in range(10, 48)
    )
    made = recorded(text, None, Limits(effort=Effort.LIGHT), as_it_is)
    assert made is not None
    assert made.lossless
    assert made.text.startswith("12/03/2026:\n10:10 - Ann: ")


def test_what_turns_out_to_be_something_else_is_left_to_others() -> None:
    text = vtt(24) + "\n\n" + "and then it goes on about something else\n" * 60
    assert is_recorded(text)
    assert recorded(text, None, Limits(effort=Effort.MEDIUM), as_it_is) is None


@pytest.mark.parametrize("hint", [Hint(), Hint(command="python fetch.py"), Hint(path="sync.vtt", tool="Read")])
def test_captions_are_prose_for_certain(hint: Hint) -> None:
    assert Kompress().score(vtt(), hint) > 0.95


def test_a_read_of_captions_is_no_read_of_a_file_that_agents_edit() -> None:
    messages = [
        {"role": "user", "content": "Write the minutes."},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {"id": "c", "type": "function", "function": {"name": "Read", "arguments": '{"file_path": "sync.vtt"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "c", "content": vtt()},
    ]
    safe = Headroom(store=MemoryStore(), profile="safe").compress(messages)
    assert [block.lossless for block in safe.changed] == [True]
    balanced = Headroom(store=MemoryStore(), profile="balanced").compress(messages)
    assert balanced.tokens_after < safe.tokens_after < safe.tokens_before


@given(files(), st.sampled_from([None, "Monday"]), st.sampled_from(["14", "ship it", "\n"]), st.integers(1, 9))
def test_any_captions_are_shown_with_what_must_be_kept(text: str, query: str | None, keep: str, first: int) -> None:
    """What is left out lies in the text, in order."""
    lines = text.count("\n") + first
    for effort in Effort:
        limits = Limits(effort=effort, first_line=first, keep=re.compile(keep))
        made = Kompress().compress(text * 3, Hint(query=query), limits)
        assert text.count(keep) == 0 or keep in made.text
        for elision in made.elisions:
            edges = [edge for span in elision.ranges for edge in span]
            assert edges == sorted(edges)
            assert edges[0] >= first if elision.unit == "lines" else edges[0] >= 0
            assert edges[-1] <= 3 * lines or elision.unit != "lines"


@given(files(), st.sampled_from(["safe", "balanced", "aggressive"]))
def test_the_engine_keeps_its_promises_for_captions(text: str, profile: str) -> None:
    messages = [
        {"role": "user", "content": "What is on Monday?"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "fetch", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c", "content": text * 3},
    ]
    engine = Headroom(store=MemoryStore(), profile=profile)
    result = engine.compress(messages)
    checks.reversible(engine, messages, result)
    checks.protocol_safe(messages, result)
    checks.atomic_lines(messages, result)


def test_who_asks_for_the_cues_gets_them_all() -> None:
    made = recorded(
        vtt(), "Check the timing and the numbering of these captions", Limits(effort=Effort.MEDIUM), as_it_is
    )
    assert made is not None
    assert made.lossless
    assert "00:06.120-11.830" in made.text
    file = recorded(vtt(), "Read calls/sync.vtt and write the minutes", Limits(effort=Effort.MEDIUM), as_it_is)
    assert file is not None
    assert file.text.startswith("0:06 Ann Ort: ")

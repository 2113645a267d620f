"""What is said turn by turn, and what of it a query or a room leaves."""

from __future__ import annotations

import re

import pytest

from headroom.compressors._api import Effort, Limits, Rendition, Room
from headroom.compressors._turns import Turns, clock, shown
from headroom.lines import BAR, FOLD

TOPICS = [
    "the crane at pier four is out of order since the storm",
    "the new lamps on the breakwater are too bright for the pilots",
    "our budget for ropes is used up, and it is only March",
    "the ferry wants to leave ten minutes earlier on Sundays",
]


def meeting(*, days: bool = False) -> Turns:
    """Sixteen turns, each on three lines of the source, from its fourth line on."""
    made = Turns(note="as told")
    made.aside(0, "Harbour meeting")
    for n in range(16):
        if days and n % 4 == 0:
            made.day(3 + 3 * n, f"{12 + n // 4}/03/2026:")
        words = f"{TOPICS[n // 4]}; that is what {n} says about it in so many words, and there is more to come of it"
        made.say((3 + 3 * n, 5 + 3 * n), f"Speaker {n % 2}", words, at=10 * n, until=10 * n + 5, fresh=True)
    return made


def as_it_is(text: str, _: Limits) -> Rendition:
    return Rendition(text=text)


def test_times_are_spelled_as_people_do() -> None:
    assert [clock(at) for at in (0.0, 9.9, 75.2, 3599.9, 3675.0, 36_000.0)] == [
        "0:00", "0:09", "1:15", "59:59", "1:01:15", "10:00:00",
    ]  # fmt: skip


def test_one_voice_is_joined_until_somebody_else_speaks() -> None:
    made = Turns()
    made.say((0, 2), "Ann", "We", at=1, until=2)
    made.say((4, 6), "Ann", "go.", at=2, until=3)
    made.say((8, 10), "Ben", "Where?", at=3, until=4)
    made.goes_on(14, 5)
    assert [(t.first, t.last, t.text) for t in made.all] == [(0, 6, "0:01 Ann: We go."), (8, 14, "0:03 Ben: Where?")]


def test_without_a_query_all_is_shown() -> None:
    turns = meeting()
    made = shown(turns, None, Limits(effort=Effort.MEDIUM), as_it_is)
    assert made == Rendition(text="\n".join(t.text for t in turns.all), note="as told", lossless=False)


@pytest.mark.parametrize("effort", [Effort.MEDIUM, Effort.STRONG])
def test_what_is_left_out_is_named_by_the_lines_of_the_source(effort: Effort) -> None:
    turns = meeting()
    made = shown(turns, "How bright are the lamps on the breakwater?", Limits(effort=effort, first_line=11), as_it_is)
    assert made is not None
    assert "too bright" in made.text
    assert made.text.startswith("Harbour meeting\n")
    assert "ferry" not in made.text
    by_text = {turn.text: turn for turn in turns.all}
    body = made.text.split("\n")
    covered = {n for a, b in made.elisions[0].ranges for n in range(a, b + 1)}
    for line in body:
        if not line.startswith(FOLD):
            turn = by_text.pop(line)
            assert not covered & set(range(turn.first + 11, turn.last + 12))
    assert covered >= {n + 11 for turn in by_text.values() for n in range(turn.first, turn.last + 1)}
    assert [f"{FOLD} lines {a}-{b}" for a, b in made.elisions[0].ranges] == [l for l in body if l.startswith(FOLD)]


def test_lines_far_apart_are_numbered() -> None:
    turns = meeting()
    turns.all[0].text = "0:00 Ann: all forty of us say nothing at all about any of it"
    for n in (2, 6, 13):
        turns.all[
            n
        ].text = f"0:{n:02} Ann: pump {n} leaks, {TOPICS[0]}, and nobody in the harbour has had the time to look at it."
    made = shown(turns, "What does 40 say?", Limits(effort=Effort.STRONG, keep=re.compile("leaks")), as_it_is)
    assert made is not None
    assert made.note.startswith(f"N{BAR} = from line N; as told")
    for line in made.text.split("\n"):
        number, _, text = line.partition(BAR)
        assert turns.all[[t.first + 1 for t in turns.all].index(int(number))].text == text


def test_a_message_is_shown_below_its_day() -> None:
    made = shown(meeting(days=True), "What is said about the ferry on Sundays?", Limits(effort=Effort.STRONG), as_it_is)
    assert made is not None
    assert "15/03/2026:" in made.text
    assert "13/03/2026:" not in made.text


def test_a_room_is_filled() -> None:
    def count(text: str) -> int:
        return len(text.split())

    turns = meeting()
    sizes: list[int] = []
    texts: list[str] = []
    for tokens in (40, 120, 300, 2_000):
        room = Room(tokens=tokens, count=count)
        made = shown(turns, "What about the lamps?", Limits(effort=Effort.STRONG, room=room), as_it_is)
        assert made is not None
        assert "bright" in made.text
        texts.append(made.text)
        sizes.append(count(made.text) + count(made.note))
        assert sizes[-1] <= tokens
    assert sizes == sorted(sizes)
    assert texts[-1] == "\n".join(t.text for t in turns.all)


def test_a_room_without_a_query_takes_turns_for_what_they_say() -> None:
    """Not for who says it, nor for when."""
    turns = Turns()
    for n in range(20):
        words = "Husum sends 38,400 euros on Friday." if n == 13 else "yes, we can do that, of course we can"
        turns.say((n, n), "Captain Ines Roth", words, time=f"1:{n:02}:00", fresh=True)
    room = Room(tokens=14, count=lambda text: len(text.split()))
    made = shown(turns, None, Limits(effort=Effort.STRONG, room=room), as_it_is)
    assert made is not None
    assert "38,400" in made.text


def test_a_room_in_which_nothing_fits_has_no_answer() -> None:
    room = Room(tokens=2, count=len)
    assert shown(meeting(), None, Limits(effort=Effort.STRONG, room=room), as_it_is) is None

"""Captions read as what is said: by whom, when, each word once."""

from __future__ import annotations

import pytest
from hypothesis import given

from headroom.compressors._captions import are_captions, turns
from tests.generators import ANY_TEXT, TEXT

TEAMS = """WEBVTT

NOTE Harbour meeting, 2026-03-12

STYLE
::cue { color: white }

7f3a2c10/8-0
00:00:03.100 --> 00:00:05.900
<v Ann Ort>Shall we start? R&amp;D is late.</v>

7f3a2c10/8-1
00:00:06.000 --> 00:00:08.000 align:start
<v Ann Ort>The <i>crane</i>
is out of order.</v>

7f3a2c10/9-0
00:00:08.100 --> 00:00:09.000
<v Ben>Since when?</v>
<v.loud Ann Ort>Since the storm.</v>

7f3a2c10/12-0
01:00:31.500 --> 01:00:33.000
<v Ann Ort>Five &lt; six.</v>
"""
ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.080 --> 00:00:02.390 align:start position:0%
_
hello<00:00:00.320><c> everyone</c><00:00:00.560><c> and</c>

00:00:02.390 --> 00:00:02.400 align:start position:0%
hello everyone and
_

00:00:02.400 --> 00:00:04.630 align:start position:0%
hello everyone and
welcome<00:00:02.720><c> back</c>

00:00:04.630 --> 00:00:04.640 align:start position:0%
welcome back
_

00:00:04.640 --> 00:00:06.000 align:start position:0%
welcome back
no<00:00:05.000><c> no</c>
""".replace("_", " ")


def said(text: str) -> list[str]:
    found = turns(text)
    assert found is not None
    return [turn.text for turn in found.all]


def srt(*cues: str, joint: str = "\n\n") -> str:
    return joint.join(
        f"{n}\n00:00:{2 * n:02},000 --> 00:00:{2 * n + 1:02},500\n{words}" for n, words in enumerate(cues, 1)
    )


def test_a_meeting_is_read_by_who_speaks() -> None:
    assert are_captions(TEAMS)
    assert said(TEAMS) == [
        "NOTE Harbour meeting, 2026-03-12",
        "0:03 Ann Ort: Shall we start? R&D is late. The crane is out of order.",
        "0:08 Ben: Since when?",
        "0:08 Ann Ort: Since the storm.",
        "1:00:31 Ann Ort: Five < six.",
    ]


def test_what_a_tool_says_above_captions_stays_above() -> None:
    assert said(f"Call 4711:\n\n{TEAMS}")[:3] == [
        "Call 4711:",
        "NOTE Harbour meeting, 2026-03-12",
        "0:03 Ann Ort: Shall we start? R&D is late. The crane is out of order.",
    ]


def test_each_turn_knows_the_lines_of_the_source() -> None:
    found = turns(TEAMS)
    assert found is not None
    lines = TEAMS.split("\n")
    ann = found.all[1]
    assert lines[ann.first] == "7f3a2c10/8-0"
    assert lines[ann.last] == "is out of order.</v>"


def test_what_rolls_up_is_said_once() -> None:
    assert said(ROLLING) == ["Language: en", "0:00 hello everyone and welcome back no no"]


def test_what_is_left_out_is_said() -> None:
    assert [found.note for text in (TEAMS, ROLLING) if (found := turns(text))] == [
        "cues joined as `m:ss speaker: words`, ends of cues, their numbers, tags left out",
        "cues joined as `m:ss words`, ends of cues, repeated lines, tags left out",
    ]


def test_what_is_really_said_twice_stays() -> None:
    assert said(srt("No.", "No.", "I said no.", "Why not?", "Go.")) == ["0:02 No. No. I said no. Why not? Go."]


def test_names_in_front_of_the_words_are_speakers() -> None:
    text = srt("Ann: Where is it?", "Ann: Here, look: a key.", "Ben: Good.", "and so on", "Ben: Yes.")
    assert said(text) == [
        "0:02 Ann: Where is it? Here, look: a key.",
        "0:06 Ben: Good.",
        "0:08 and so on",
        "0:10 Ben: Yes.",
    ]


def test_without_names_somebody_else_begins_a_line_of_his_own() -> None:
    text = srt("Where is it?", "I had it here.", "- Where?\n- There.", "I see.", ">> Thank you.", "Go on.")
    assert said(text) == [
        "0:02 Where is it? I had it here.",
        "0:06 - Where?",
        "0:06 - There.",
        "0:08 I see.",
        "0:10 >> Thank you.",
        "0:12 Go on.",
    ]


def test_after_a_silence_the_time_is_said_again() -> None:
    text = srt("One.", "Two.", "Three.", "Four.").replace("00:00:06,000", "00:00:16,000")
    assert said(text) == ["0:02 One. Two.", "0:16 Three. Four."]


def test_long_speech_is_cut_into_lines() -> None:
    lines = said(srt(*["We talk and talk and never stop at all, do we."] * 20))
    assert len(lines) == 3
    assert all(len(line) <= 440 for line in lines)


@pytest.mark.parametrize("joint", ["\n\n", "\n", "\n \n", "\r\n\r\n", "\n\n\n"])
def test_cues_are_told_apart_whatever_stands_between_them(joint: str) -> None:
    assert said(srt("We", "have", "42", "boats.", joint=joint)) == ["0:02 We have 42 boats."]


def test_notes_with_each_cue_are_left_out() -> None:
    text = "WEBVTT\n\n" + "".join(
        f"NOTE Confidence: 0.8{n}\n\n00:00:0{n}.000 --> 00:00:0{n}.900\nword {n}\n\n" for n in range(6)
    )
    assert said(text) == ["0:00 word 0 word 1 word 2 word 3 word 4 word 5"]
    found = turns(text)
    assert found is not None
    assert "repeated notes" in found.note


def test_what_is_no_cue_stays() -> None:
    text = srt("We", "have", "some", "boats.") + "\n\nthe end of the file"
    assert said(text) == ["0:02 We have some boats.", "the end of the file"]


@pytest.mark.parametrize(
    "text",
    [
        "error: expected `;`\n --> src/main.rs:3:5\n" * 10,
        srt("one", "two"),
        srt("one", "two", "three", "four") + "\n\n" + "something else entirely, line after line\n" * 40,
        "2026-03-12 10:00:01,100 INFO moved a --> b\n" * 20,
    ],
    ids=["compiler", "few", "little of it", "log"],
)
def test_other_texts_are_not_captions(text: str) -> None:
    assert not are_captions(text) or turns(text) is None


@given(TEXT | ANY_TEXT)
def test_any_text_is_looked_at(text: str) -> None:
    assert not are_captions(text)
    assert turns(text) is None

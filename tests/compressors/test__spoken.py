"""Transcripts and chats are told from logs, and read turn by turn."""

from __future__ import annotations

import pytest
from hypothesis import given

from headroom.compressors._spoken import is_spoken, turns
from tests.generators import ANY_TEXT, TEXT

SAID = [
    ("Ann Ort", "Shall we start with the crane?"),
    ("Ben", "It is still out of order, I asked them twice."),
    ("Ben", "They want 4,200 euros for the motor."),
    ("Ann Ort", "We have no budget for that before May."),
    ("Ben", "Then we rent one from the yard in Husum."),
    ("Ann Ort", "Who calls them?"),
    ("Ben", "I do, on Monday."),
    ("Ann Ort", "Good, and what about the ferry?"),
    ("Ben", "She wants to leave ten minutes earlier."),
    ("Ann Ort", "Fine with me."),
]


def each(form: str, joint: str = "\n") -> str:
    return joint.join(
        form.format(
            time=f"00:{n:02}:{7 * n % 60:02}", short=f"{n}:{7 * n % 60:02}", hour=f"10:{n + 10}", name=name, words=words
        )
        for n, (name, words) in enumerate(SAID)
    )


TRANSCRIPTS = {
    "in brackets": each("[{time}] {name}: {words}"),
    "short": each("{short} {name}: {words}"),
    "a dash": each("{time} - {name}: {words}"),
    "a range": each("[{time} - {time}] {name}: {words}"),
    "behind": each("{name} [{time}]: {words}"),
    "name above": each("{name}  {short}\n{words}", "\n\n"),
    "in parentheses": each("{name} ({time}):\n{words}", "\n\n"),
    "a colon and parentheses": each("{name}: ({time})\n{words}", "\n\n"),
    "tabs": each("{time}\t{name}:\t{words}"),
    "time above": each("{short} {name}\n{words}", "\n"),
}
CHATS = {
    "WhatsApp": each("12/03/2026, {hour} - {name}: {words}"),
    "WhatsApp on a phone of another make": each("[12.03.26, {hour}:07] {name}: {words}").replace("[", "\u200e["),
    "Slack": each("{name}  {hour} AM\n{words}", "\n\n"),
    "Slack, names above": each("{name}\n  {hour} AM\n{words}", "\n"),
    "Discord": each("{name} — Today at {hour}\n{words}", "\n\n"),
    "Discord, exported": each("[12/03/2026 {hour} AM] {name}\n{words}", "\n\n"),
    "Telegram": each("{name}, [12.03.2026 {hour}]\n{words}", "\n\n"),
    "IRC": each("[{hour}] <{name}> {words}"),
}


def said(text: str) -> list[str]:
    found = turns(text)
    assert found is not None
    return [turn.text for turn in found.all]


@pytest.mark.parametrize("text", TRANSCRIPTS.values(), ids=TRANSCRIPTS)
def test_turns_of_one_speaker_are_joined(text: str) -> None:
    assert is_spoken(text)
    lines = said(text)
    assert lines[0] == "0:00 Ann Ort: Shall we start with the crane?"
    assert lines[1] == "1:07 Ben: It is still out of order, I asked them twice. They want 4,200 euros for the motor."
    assert len(lines) == 9


@pytest.mark.parametrize("text", CHATS.values(), ids=CHATS)
def test_messages_stay_apart(text: str) -> None:
    assert is_spoken(text)
    lines = [
        line.replace(" AM", "").replace(":07 ", " ")
        for line in said(text)
        if not line.endswith(("2026:", ".26:", "Today:"))
    ]
    assert lines[:3] == [
        "10:10 Ann Ort: Shall we start with the crane?",
        "10:11 Ben: It is still out of order, I asked them twice.",
        "10:12 Ben: They want 4,200 euros for the motor.",
    ]
    assert len(lines) == len(SAID)


def test_a_recogniser_of_speech_names_nobody() -> None:
    lines = [f"[00:0{n}.000 --> 00:0{n + 1}.000]  {words}" for n, (_, words) in enumerate(SAID[:9])]
    shown = said("\n".join(lines))
    assert shown[0].startswith(
        "0:00 Shall we start with the crane? It is still out of order, I asked them twice. They want"
    )
    assert len(shown) == 1


def test_a_video_has_a_time_above_its_words() -> None:
    text = "\n".join(f"{n // 60}:{n % 60:02}\n{words.lower()}" for n, (_, words) in enumerate(SAID))
    assert said(text)[0].startswith("0:00 shall we start with the crane? it is still out of order, i asked them twice.")


def test_a_day_is_said_once_and_long_messages_keep_their_lines() -> None:
    text = (
        CHATS["WhatsApp"]
        .replace("12/03/2026, 10:14", "13/03/2026, 10:14")
        .replace("for the motor.", "for:\n\n- a motor\n10:40 train: yes")
    )
    lines = said(text)
    assert lines[0] == "12/03/2026:"
    assert lines[3] == "10:12 Ben: They want 4,200 euros for:\n\n- a motor\n10:40 train: yes"
    assert lines[5] == "13/03/2026:"
    found = turns(text)
    assert found is not None
    assert [found.all[n].below for n in (1, 4, 6)] == [0, 0, 5]
    assert (found.all[3].first, found.all[3].last) == (2, 5)


def test_what_stands_above_the_first_turn_stays() -> None:
    assert said("Harbour meeting\n\n" + TRANSCRIPTS["name above"])[:2] == [
        "Harbour meeting",
        "0:00 Ann Ort: Shall we start with the crane?",
    ]


def test_who_speaks_in_another_script_is_heard_as_well() -> None:
    names = ["小王", "李娜"]
    text = "\n".join(
        f"[00:00:{10 + n}] {names[n % 2]}: 我们今天讨论第{n}个问题,然后再决定。{'好' * n}" for n in range(12)
    )
    assert is_spoken(text)


@pytest.mark.parametrize(
    "line",
    [
        "[10:{n:02}:07] INFO: we start worker {n} of it",
        "2026-03-12 10:{n:02}:07 ERROR my.module: it failed and I gave up on {n}",
        "[10:{n:02}:07] worker-{m}: finished job {n} for tenant {m}",
        "[10:{n:02}:07] Server: you have {n} new messages and we will send it again",
        "Mar 12 10:{n:02}:07 host sshd[{n}]: Accepted password for it from 10.0.0.{n}",
        "10:{n:02}:07 [Server thread/INFO]: I joined the game {n}",
        "12/03/2026, 10:{n:02} - done with {n} of them, as we said",
        "src/meeting.py:{n}: we say: it is {n}",
        "| 10:{n:02} | Ann | we meet |",
        "10:{n:02} Coffee, then we talk about {m}",
    ],
)
def test_what_programs_write_is_no_speech(line: str) -> None:
    text = "\n".join(line.format(n=n + 10, m=n % 3) for n in range(40))
    assert turns(text) is None
    assert not is_spoken(text)


def test_times_that_do_not_rise_are_no_recording() -> None:
    lines = TRANSCRIPTS["in brackets"].split("\n")
    assert turns("\n".join(reversed(lines))) is None


@given(TEXT | ANY_TEXT)
def test_any_text_is_looked_at(text: str) -> None:
    assert not is_spoken(text)
    assert turns(text) is None

"""Captions on one line each come back as the file they were, by a reader that knows only the note."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._cue_lines import exactly

TIME = re.compile(r"[\d:]*\d\d[.,]\d{1,3}")


def rebuilt(body: str, note: str) -> str:
    """The file, by what the note says."""
    hour = ((found := re.search(r"all times in hour (\d+)", note)) and f"{found[1]}:") or ""
    prefix = ((found := re.search(r"each id begins with (\S+?)(?:;|$)", note)) and found[1]) or ""
    number = (found := re.search(r"cues are numbered (\d+)-", note)) and int(found[1])
    settings = ((found := re.search(r"all with( [^;]+)", note)) and found[1]) or ""
    arrow = "," if "SBV" in note else " --> "
    cue = re.compile(
        rf"{'(?P<id>.+?) ' if 'line: id ' in note else ''}(?P<start>{TIME.pattern})(?:-(?P<end>{TIME.pattern}))?"
        r"(?:\{(?P<settings>[^}]*)\})?(?: (?P<words>.*))?"
    )
    lines = body.split("\n")
    cues = {i: m for i, line in enumerate(lines) if (m := cue.fullmatch(line))}
    starts = [hour + m["start"] for m in cues.values()]
    out: list[str] = []
    for i, line in enumerate(lines):
        if i not in cues:
            out.append(line)
            continue
        if i - 1 in cues:
            out.append("")
        m = cues[i]
        start, following = starts[0], starts[1:2]
        starts.pop(0)
        if m["end"] is None:
            end = following[0]
        else:
            missing = start.count(":") - m["end"].count(":")
            end = ":".join([*start.split(":")[:missing], m["end"]])
        if "line: id " in note:
            out.append(prefix + m["id"])
        if number is not None:
            out.append(str(number))
            number += 1
        own = f" {m['settings']}" if m["settings"] is not None else settings
        out.append(f"{start}{arrow}{end}{own}")
        if m["words"] is not None:
            words = m["words"]
            if "NAME: words = <v NAME>words</v>" in note:
                name, _, rest = words.partition(": ")
                words = f"<v {name}>{rest}</v>"
            out += words.split(" | ") if "`|` = line break" in note else [words]
    text = "\n".join(out)
    return text.replace("\n", "\r\n") if "CR LF" in note else text


WORDS = st.lists(
    st.sampled_from("so we ship it on Monday 14 : <i>no</i> - ok, é 00:01.500 &amp;".split()), min_size=1, max_size=6
).map(" ".join)
LINE = st.one_of(WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, st.sampled_from([" ", " we ", "1", "a --> b"]))


@st.composite
def files(draw: st.DrawFn) -> str:
    """Captions of one format, mostly as its definition has them."""
    sbv = draw(st.integers(0, 5)) == 0
    comma = draw(st.booleans()) and not sbv
    names = draw(st.sampled_from(["none", "count", "count", "count", "ids", "ids", "odd"]))
    voiced = draw(st.booleans())
    roll = draw(st.booleans())
    line = draw(st.sampled_from([LINE, LINE, LINE, st.just("a | b")]))
    settings = draw(st.sampled_from(["", "", " align:start position:0%", "mixed"]))
    at = draw(st.sampled_from([0, 3_000, 3_597_000, 7_200_000]))

    def time(ms: int) -> str:
        hours = f"{ms // 3_600_000:0{1 if sbv else 2}}"
        return f"{hours}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{',' if comma else '.'}{ms % 1000:03}"

    blocks: list[str] = []
    for n in range(1, draw(st.sampled_from([2, 5, 9, 14, 20])) + 1):
        end = at + draw(st.integers(1, 70_000))
        words = draw(st.lists(line, min_size=0 if draw(st.integers(0, 9)) == 0 else 1, max_size=2))
        if voiced:
            words = [f"<v {draw(st.sampled_from(['Ann', 'Mwangi, Grace', 'B: C']))}>" + "\n".join(words) + "</v>"]
        name = {"count": [str(n)], "ids": [f"7f3a/{n}-0"], "none": [], "odd": [str(n)] * (n % 3 > 0)}[names]
        own = draw(st.sampled_from(["", " line:90%"])) if settings == "mixed" else settings
        blocks.append("\n".join([*name, f"{time(at)}{',' if sbv else ' --> '}{time(end)}{own}", *words]))
        if draw(st.integers(0, 19)) == 0:
            blocks.append(
                draw(st.sampled_from(["NOTE a break", "NOTE\nof two lines", "NOTE a", "1", "00:01.500 no cue", " "]))
            )
        at = end if roll else end + draw(st.integers(0, 2_000))
    head = draw(
        st.sampled_from(["WEBVTT\n\n", "WEBVTT - Weekly\nKind: captions\n\n", "\ufeff", "", "STYLE\n::cue {}\n\n"])
    )
    text = (
        head
        + draw(st.sampled_from([*(["\n\n"] * 8), "\n\n\n", "\n"])).join(blocks)
        + draw(st.sampled_from(["", "\n", "\n\n"]))
    )
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@given(files())
def test_the_file_comes_back_from_what_is_shown(text: str) -> None:
    made = exactly(text)
    if made is not None:
        body, note = made
        assert rebuilt(body, note) == text
        assert len(body) + len(note) < len(text)


SAID = [
    ("Ann Ort", "Shall we start with the harbour?"),
    ("Ben", "The crane is still out of order."),
    ("Ann Ort", "Since when?"),
    ("Ben", "Since the storm."),
]
MEETING = [
    (f"00:{n // 6:02}:{10 * (n % 6):02}.{17 * n:03}", f"00:{n // 6:02}:{10 * (n % 6) + 8:02}.500", *SAID[n % 4])
    for n in range(12)
]


def captions(name: str = "{n}\n", words: str = "<v {who}>{words}</v>", joint: str = "\n\n") -> str:
    cues = [
        name.format(n=n) + f"{start} --> {end}\n" + words.format(who=who, words=said)
        for n, (start, end, who, said) in enumerate(MEETING, 1)
    ]
    return "WEBVTT\n\n" + joint.join(cues) + "\n"


def test_what_all_cues_share_is_said_once() -> None:
    made = exactly(captions())
    assert made is not None
    body, note = made
    assert body.startswith(
        "WEBVTT\n\n"
        "00:00.000-08.500 Ann Ort: Shall we start with the harbour?\n"
        "00:10.017-18.500 Ben: The crane is still out of order.\n"
    )
    assert body.endswith("\n01:50.187-58.500 Ben: Since the storm.\n")
    assert note == (
        "one cue a line: start-end words; all times in hour 00; an end lacks the fields that are its start's;"
        " cues are numbered 1-12; NAME: words = <v NAME>words</v>"
    )


def test_an_end_that_is_the_next_start_is_not_written() -> None:
    times = [f"0:00:{3 * n:02}.000" for n in range(13)]
    text = "".join(f"{a},{b}\nand then\nwe left\n\n" for a, b in pairwise(times))
    made = exactly(text)
    assert made is not None
    assert made[0].startswith("00:00.000 and then | we left\n00:03.000 and then | we left\n")
    assert made[0].endswith("\n00:33.000-36.000 and then | we left\n\n")
    assert "SBV; all times in hour 0; an end lacks the fields that are its start's, no end = the next start" in made[1]
    assert rebuilt(*made) == text


@pytest.mark.parametrize(
    "text",
    [
        captions(joint="\n\n\n"),
        captions(joint="\n"),
        captions(name="{n}\n").replace("\n2\n", "\n"),
        captions(words="one | of\ntwo"),
        captions().replace("00:00:20.034", "00:20.034"),
        captions().replace("\n", "\r\n", 3),
        captions(joint="\n\n00:13.842-19.008 forged\n\n"),
        "WEBVTT\n\n00:00:07.000 --> 00:00:13.381\nalone\n",
    ],
    ids=["blank lines", "no blank line", "a name is missing", "our sign", "short times", "line ends", "forged", "one"],
)
def test_a_file_that_could_not_be_rebuilt_stays(text: str) -> None:
    assert exactly(text) is None

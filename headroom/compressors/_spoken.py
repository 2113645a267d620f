"""Transcripts and chats with a time for each turn: `[00:12:31] Ann: words`, `Ann  0:12` above the words, what messengers
export (`12/03/2026, 10:15 - Ann: words`), what recognisers of speech print (`[00:12.000 --> 00:15.000] words`).

A log has times as well: people's turns are told by whom they begin with, few over and over, and by words as people use them
with one another. Knows no queries. Above stand `_recorded` and `log`, beside it `_captions`, below `_turns`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from headroom.compressors._turns import Turns

__all__ = ["is_spoken", "turns"]

_SPACE = "[ \\t\u00a0\u202f]"
_TIME = rf"\d{{1,3}}:\d\d(?::\d\d)?(?:[.,]\d{{1,3}})?(?:{_SPACE}?[AaPp]\.?[Mm]\b\.?)?"
_DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
_NAME = r"(?![\d:]+\b)[^\W_][^:\[\]<>\n]{0,39}?|\+[\d ()-]{6,24}|~[^:\[\]<>\n]{1,39}?"
_IN_FRONT = re.compile(
    rf"[\[(]?(?:(?P<day>{_DAY}),?[ T])?(?P<time>{_TIME})(?:{_SPACE}*(?:-->|-|–){_SPACE}*(?P<until>{_TIME}))?[\])]?"
    rf"(?:{_SPACE}*[-–]{_SPACE}+|:?{_SPACE}+)(?:<(?P<nick>[^<>\n]{{1,40}})>{_SPACE}+|(?P<name>{_NAME}):{_SPACE}+)?(?P<words>\S.*)"
)
_BEHIND = re.compile(rf"(?P<name>{_NAME}){_SPACE}*[\[(](?P<time>{_TIME})[\])]:{_SPACE}+(?P<words>\S.*)")
_ABOVE = re.compile(
    rf"(?:(?P<name>{_NAME})(?:{_SPACE}+[-–—|]{_SPACE}+|{_SPACE}{{2,}}|{_SPACE}*\t|[,:]?{_SPACE}*(?=[\[(])|{_SPACE}(?=\d))"
    rf"[\[(]?(?:(?P<day>{_DAY}|Today|Yesterday),?{_SPACE}(?:at{_SPACE})?)?(?P<time>{_TIME})[\])]?"
    rf"|[\[(]?(?:(?P<day2>{_DAY}),?{_SPACE})?(?P<time2>{_TIME})[\])]?"
    rf"(?:{_SPACE}*[-–]?{_SPACE}+(?P<name2>[^\W_][\w .,'’/&()#-]{{0,39}}?))?){_SPACE}*:?{_SPACE}*\Z"
)
_SOME_TIME = re.compile(r"\d:\d\d")
_LEVEL = re.compile(r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE)\b|/|\.\w+\.")
"""What names in logs hold."""
_LOOK, _HEAD = 4_000, 500
_FEWEST = 6
_FIRST, _FEWEST_FIRST = 24, 3
"""Of so many lines so many begin a turn."""
_NEAR = 60
"""So near to the beginning of a line its time stands."""
_LATE = 5
"""Recordings do not begin that many minutes after their beginning."""
_LONGEST_NAME, _LONGEST_HEAD = 60, 100
_SEVERAL = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PERSONAL = frozenset(
    "i you we he she they it me my your our us them i'm i'll i've you're we're we'll it's that's let's don't i’m i’ll it’s we’re"
    " you’re that’s let’s don’t ich wir du sie ihr mir mich dir uns ihnen mein euch je j'ai nous vous tu il elle on moi toi ça yo"
    " tú nosotros usted ella él eu você nós ele ela io noi voi lui lei ik jij wij jullie ja ty my wy".split()
)
"""Words with which people speak of themselves and of one another."""
_SHARE_PERSONAL = 30
"""One word in so many at least."""
_FULL_HOUR = re.compile(r"(?:0{1,2}:)?0?(?=\d{1,2}:\d\d)")
_FRACTION = re.compile(r"[.,]\d+\Z")
_DIGITS = re.compile(r"\d+")
_MOST_LOOKED_AT = 60
"""So many turns tell whether people speak."""


class _Head(NamedTuple):
    """The line on which a turn begins, from 0, and the one below which the rest of its words stand."""

    line: int
    below: int
    time: str
    day: str
    voice: str | None
    words: str
    is_nick: bool


class _Found(NamedTuple):
    """`is_clock` says that the times are those of a day: what is written then are messages, which stay apart."""

    heads: list[_Head]
    is_clock: bool


def is_spoken(text: str) -> bool:
    """Whether a text is turns with times, by its first lines."""
    if _SOME_TIME.search(text, 0, _HEAD) is None:
        return False
    part = text[:_LOOK]
    return _found(part[: part.rfind("\n")].split("\n") if len(text) > _LOOK else part.split("\n")) is not None


def turns(text: str) -> Turns | None:
    """What is said, by whom and when; None where it is no such text."""
    lines = text.split("\n")
    found = _found(lines)
    if found is None:
        return None
    heads, is_clock = found
    made = Turns(note=_note(heads, is_clock))
    for number in range(heads[0].line):
        if lines[number].strip():
            made.aside(number, lines[number].rstrip())
    day = ""
    for head, end in zip(heads, [*(head.line for head in heads[1:]), len(lines)], strict=True):
        if head.day and head.day != day:
            day = head.day
            made.day(head.line, f"{day}:")
        last = end - 1
        while last > head.below and not lines[last].strip():
            last -= 1
        words = [head.words] if head.words else []
        if last > head.below:
            below = [line.rstrip() for line in lines[head.below + 1 : last + 1]]
            words += below if is_clock else [line.strip() for line in below if line]
        made.say(
            (head.line, last),
            head.voice,
            ("\n" if is_clock else " ").join(words),
            time=head.time if is_clock else _FULL_HOUR.sub("", _FRACTION.sub("", head.time), count=1),
            fresh=is_clock,
        )
    return made


def _note(heads: Sequence[_Head], is_clock: bool) -> str:
    """How what is shown of them is read."""
    name = " name:" if any(head.voice for head in heads) else ""
    if not is_clock:
        return f"`time{name} words`, {'turns of one speaker' if name else 'lines'} joined, their other times left out"
    days = ", a day stands above what was said on it" if any(head.day for head in heads) else ""
    return f"`time{name} words`{days}"


def _found(lines: Sequence[str]) -> _Found | None:
    """Where turns begin, where enough lines say so and people speak."""
    filled = [(i, line.strip("\r\t \u200e\ufeff")) for i, line in enumerate(lines) if line and not line.isspace()]
    first = [line for _, line in filled[:_FIRST] if _SOME_TIME.search(line, 0, _NEAR)]
    if len(first) < _FEWEST_FIRST:
        return None
    for pattern in (_IN_FRONT, _BEHIND, _ABOVE):
        matches = (pattern.match(line) for line in first if _may_begin(pattern, line))
        if sum([pattern is _ABOVE or _names(m) for m in matches if m]) < _FEWEST_FIRST:
            continue
        heads = list(_heads(pattern, filled))
        if pattern is _ABOVE:
            heads = _alone(_named_above(heads, filled), lines)
        if 2 * sum(1 for head in heads if head.day) > len(heads):
            heads = [head for head in heads if head.day]  # others stand in what somebody wrote
        least = len(filled) // (4 if pattern is _ABOVE else 2)
        if len(heads) < max(_FEWEST, least):
            continue
        is_clock = _is_clock(heads)
        if pattern is _ABOVE and (3 * len(heads) > 2 * len(filled) or (is_clock and not heads[0].voice)):
            continue  # with nothing below, or nobody who says it
        if (is_clock or _rise(heads)) and _are_people(heads, lines):
            return _Found(heads, is_clock)
    return None


def _may_begin(pattern: re.Pattern[str], line: str) -> bool:
    """A quick look at a line that holds something."""
    if pattern is _BEHIND:
        return "]:" in line or "):" in line
    opens = line[0] in "[(0123456789"
    return opens if pattern is _IN_FRONT else (opens or line[-1] in "0123456789])mM:") and len(line) <= _LONGEST_HEAD


def _names(m: re.Match[str]) -> bool:
    """Whether it says who speaks, or until when somebody does; a level of a log is nobody."""
    part = m.groupdict()
    name = part.get("name")
    return not _LEVEL.search(name) if name else bool(part.get("nick") or part.get("until"))


def _is_clock(heads: Sequence[_Head]) -> bool:
    """Whether times are those of a day, not those of a recording, which begins at 0."""
    if 2 * sum(1 for head in heads if head.day or head.time[-1] in "mM." or head.is_nick) > len(heads):
        return True
    first = _fields(heads[0].time)
    return first > ([1, 0, 0] if len(first) > 2 else [_LATE, 0])


def _heads(pattern: re.Pattern[str], filled: Sequence[tuple[int, str]]) -> Iterator[_Head]:
    for i, line in filled:
        m = pattern.match(line) if _may_begin(pattern, line) else None
        if m is None:
            continue
        part = m.groupdict()
        voice = part.get("name") or part.get("nick") or part.get("name2") or ""
        time = part["time"] or part["time2"]
        yield _Head(
            i,
            i,
            time,
            part.get("day") or part.get("day2") or "",
            voice.strip(" ,") or None,
            part.get("words") or "",
            bool(part.get("nick")),
        )


def _named_above(heads: list[_Head], filled: Sequence[tuple[int, str]]) -> list[_Head]:
    """The same, where a line of its own above each time says who speaks: the same few lines over and over."""
    if any(head.voice for head in heads):
        return heads
    before = {b: above for above, (b, _) in zip([(-1, ""), *filled], filled, strict=False)}
    names = Counter(before[head.line][1] for head in heads)
    if 2 * len(names) > len(heads) or max(map(len, names)) > _LONGEST_NAME or "" in names:
        return heads
    return [head._replace(line=before[head.line][0], voice=before[head.line][1]) for head in heads]


def _alone(heads: Sequence[_Head], lines: Sequence[str]) -> list[_Head]:
    """Those that a blank line parts from what is above, or that begin with a name which others begin with as well."""
    names = Counter(head.voice for head in heads)
    return [h for h in heads if names[h.voice] > 1 or not h.line or not lines[h.line - 1].strip()]


def _rise(heads: Sequence[_Head]) -> bool:
    """Whether each time follows the one before, all but a few of them."""
    times = [_fields(head.time) for head in heads]
    return 10 * sum(1 for a, b in pairwise(times) if (len(a), a) <= (len(b), b)) >= 9 * (len(times) - 1)


def _fields(time: str) -> list[int]:
    return [int(field) for field in _FRACTION.sub("", time).split(":")]


def _are_people(heads: Sequence[_Head], lines: Sequence[str]) -> bool:
    """Whether those who speak are few, each again and again, and say what people say, one thing once."""
    heads = heads[:_MOST_LOOKED_AT]
    names = Counter(head.voice for head in heads if head.voice)
    if 2 * len(names) > max(4, len(heads)) or any(_LEVEL.search(name) for name in names):
        return False
    inline = any(head.words for head in heads)
    if 5 * sum(names.values()) < 3 * len(heads) and inline and not all("-->" in lines[head.line] for head in heads):
        return False  # what begins with a time and names nobody can be anything
    said = [head.words or next((line for line in lines[head.below + 1 : head.below + 3] if line), "") for head in heads]
    several = [_DIGITS.sub("0", words) for words in said if words.count(" ") >= _SEVERAL]
    if 5 * len(set(several)) < 3 * len(several):
        return False
    words = " ".join(said).lower()
    if 2 * len(words.encode("ascii", "ignore")) < len(words):
        return True  # programs do not write in other scripts than ours
    spoken = _WORD.findall(words)
    return _SHARE_PERSONAL * sum(map(_PERSONAL.__contains__, spoken)) >= len(spoken) > 0

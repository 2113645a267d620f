"""Captions: WebVTT, SubRip and SBV, as meetings, films and recordings are written down with a time for each cue.

`turns` reads them as what somebody says: without ends of cues, their numbers, mark-up, and what is on the screen for a second
time because it rolls up. Knows no queries. Above stands `prose`, beside it `_cue_lines`, which leaves nothing out, below
`_turns`.
"""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from headroom.compressors._turns import Turns

__all__ = ["are_captions", "turns"]

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}"
_TIMING = re.compile(rf"({_TIME})(?:[ \t]+-->[ \t]+|,(?=\d+:))({_TIME})(?=[ \t]|\Z)")
_TIMINGS = re.compile(rf"^{_TIME}(?:[ \t]+-->[ \t]+|,(?=\d+:)){_TIME}", re.MULTILINE)
_LOOK, _HEAD = 4_000, 2_500
"""So much of a text tells whether it is made of cues; the first of them stands in so much of it."""
_FEWEST = 4
_LINES = 12
"""One line in so many at least is a time."""
_OTHERS = 5
"""No more than a fifth of a text may stand outside of the cues."""
_TAG = re.compile(
    r"</?(?:[cibuvs]|ruby|rt|lang|font)(?:[.\s][^<>\n]*)?>|<\d{1,3}:\d\d(?::\d\d)?[.,]\d{1,3}>|\{\\an?\d{1,2}\}",
    re.IGNORECASE,
)
_VOICE = re.compile(r"<v(?:\.[^\s<>]+)*[ \t]+([^<>\n]+)>")
_LABEL = re.compile(r"([^\W\d_a-z][\w .,'’/&()-]{0,40}):[ \t]+(?=\S)")
_ANOTHER = re.compile(r"[-–—]\s?|>>|&gt;&gt;|[^\W\d_a-z][\w'’-]*(?: [\w'’-]+)?:\s")
"""What says in captions without names that somebody else speaks."""
_SETTINGS = re.compile(r"(?:STYLE|REGION)\s*\Z")
_OF_THE_FORMAT = re.compile(r"(?:WEBVTT|Kind: captions)\s*\Z")
_MANY_NOTES = 4
_SHARE_LABELLED, _SHARE_ROLLED = 0.4, 0.3
_MOST_ROLLED = 4
"""So many lines roll up at once at most."""
_DIGITS = re.compile(r"\d+")


class _Cue(NamedTuple):
    """Source lines from the first (that of its name, where it has one) to the last, both included and from 0; times in
    seconds; and the lines of words as they stand there."""

    first: int
    last: int
    start: float
    end: float
    words: list[str]


def are_captions(text: str) -> bool:
    """Whether a text is captions, by its first lines and its last."""
    if text.find(" --> ", 0, _HEAD) < 0 and not (text[:16].lstrip("\ufeff\r\n")[:1].isdigit() and _TIMINGS.match(text)):
        return False
    if _TIMINGS.search(text, max(0, len(text) - _LOOK)) is None:
        return False
    part = text[:_LOOK]
    times = len(_TIMINGS.findall(part))
    return times >= _FEWEST and _LINES * times >= sum(1 for line in part.split("\n") if line.strip())


def turns(text: str) -> Turns | None:
    """What is said, by whom and when; None where a good part of the text is something else."""
    lines = [line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n")]
    cues = _cues(lines)
    if len(cues) < _FEWEST:
        return None
    others = list(_between(lines, cues))
    noted = Counter(_DIGITS.sub("0", lines[i]) for i in others if lines[i].startswith("NOTE"))
    repeated = {mask for mask, count in noted.items() if count >= _MANY_NOTES}
    asides = deque(_telling(lines, others, repeated))
    if _OTHERS * sum(len(lines[i]) for i in asides) > len(text):
        return None
    decoded = any(line.startswith("WEBVTT") for line in lines[: cues[0].first])
    rolls = _rolls(cues)
    labelled = _labelled(cues)
    made = Turns(note=_note(lines, cues, rolls, labelled, bool(repeated)))
    before: list[str] = []
    for cue in cues:
        while asides and asides[0] < cue.first:
            made.aside(asides[0], lines[asides.popleft()])
        said = _said(cue, decoded, labelled)
        words = [words for _, words in said]
        known = _known(before, words) if rolls else 0
        before = words or before
        if known == len(said):
            made.goes_on(cue.last, cue.end)
        for who, spoken in _together(said[known:]):
            fresh = who is None and _ANOTHER.match(spoken) is not None
            made.say((cue.first, cue.last), who, spoken, at=cue.start, until=cue.end, fresh=fresh)
    for i in asides:
        made.aside(i, lines[i])
    return made


def _note(lines: Sequence[str], cues: Sequence[_Cue], rolls: bool, labelled: bool, repeated: bool) -> str:
    """How the turns are read, and what they do without."""
    gone = ["ends of cues"]
    gone += ["their numbers"] if any(_TIMING.match(lines[cue.first]) is None for cue in cues) else []
    gone += ["repeated lines"] if rolls else []
    gone += ["repeated notes"] if repeated else []
    gone += ["tags"] if any("<" in line for cue in cues for line in cue.words) else []
    return f"cues joined as `m:ss {'speaker: ' if labelled else ''}words`, {', '.join(gone)} left out"


def _cues(lines: Sequence[str]) -> list[_Cue]:
    """Cues, as far as one can be told from the next, whoever wrote the blank lines."""
    found = [(i, m) for i, line in enumerate(lines) if line[:1].isdigit() and (m := _TIMING.match(line))]
    firsts: list[int] = []
    last = -1
    for i, _ in found:
        above = lines[i - 1].strip() if i - 1 > last else ""
        opens = i < 2 or not lines[i - 2].strip()
        is_name = (above.isdigit() and i - 2 != last) or (opens and above and " " not in above and above != "WEBVTT")
        firsts.append(i - 1 if is_name else i)
        last = i
    cues: list[_Cue] = []
    for (i, m), first, following in zip(found, firsts, [*firsts[1:], len(lines)], strict=False):
        end = next((n for n in range(i + 1, following) if not lines[n]), following)
        words = [line for line in lines[i + 1 : end] if not line.isspace()]
        cues.append(_Cue(first, end - 1, _seconds(m[1]), _seconds(m[2]), words))
    return cues


def _between(lines: Sequence[str], cues: Sequence[_Cue]) -> Iterator[int]:
    """The lines outside of cues that hold something."""
    at = 0
    for cue in cues:
        yield from (i for i in range(at, cue.first) if lines[i].strip())
        at = cue.last + 1
    yield from (i for i in range(at, len(lines)) if lines[i].strip())


def _telling(lines: Sequence[str], others: Sequence[int], repeated: set[str]) -> Iterator[int]:
    """The lines outside of cues that say more than what format this is, how it looks, or the same for each cue."""
    is_setting, last = False, -2
    for i in others:
        is_setting = _SETTINGS.match(lines[i]) is not None if i != last + 1 else is_setting
        last = i
        if not (is_setting or _OF_THE_FORMAT.match(lines[i]) or _DIGITS.sub("0", lines[i]) in repeated):
            yield i


def _said(cue: _Cue, decoded: bool, labelled: bool) -> list[tuple[str | None, str]]:
    """Who says what in a cue, line by line."""
    who: str | None = None
    out: list[tuple[str | None, str]] = []
    for number, line in enumerate(cue.words):
        pieces = _VOICE.split(line) if "<v" in line else [line]  # words, a name, words, …
        for place in range(0, len(pieces), 2):
            if place:
                who = _plain(pieces[place - 1], decoded).strip()
            words = " ".join(_plain(pieces[place], decoded).split())
            label = _LABEL.match(words) if labelled and not number and not place else None
            if label is not None:
                who, words = label[1].strip(), words[label.end() :]
            if words:
                out.append((who, words))
    return out


def _together(said: Sequence[tuple[str | None, str]]) -> Iterator[tuple[str | None, str]]:
    """The lines of a cue that one voice says, as one."""
    before: tuple[str | None, str] | None = None
    for who, words in said:
        if before is not None and before[0] == who and not (who is None and _ANOTHER.match(words)):
            before = (who, f"{before[1]} {words}")
            continue
        if before is not None:
            yield before
        before = (who, words)
    if before is not None:
        yield before


def _plain(words: str, decoded: bool) -> str:
    """Without mark-up; entities are those of WebVTT only."""
    if "<" in words or "{" in words:
        words = _TAG.sub("", words)
    return html.unescape(words) if decoded and "&" in words else words


def _labelled(cues: Sequence[_Cue]) -> bool:
    """Whether cues say who speaks: in a tag or in front of the words."""
    found = [cue for cue in cues if cue.words and (cue.words[0].startswith("<v") or _LABEL.match(cue.words[0]))]
    return len(found) >= _SHARE_LABELLED * len(cues)


def _rolls(cues: Sequence[_Cue]) -> bool:
    """Whether cues begin with what the one before ended with, as captions do that roll up over two lines."""
    seen = [[_TAG.sub("", line).strip() for line in cue.words] for cue in cues]
    rolled = sum(1 for a, b in pairwise(seen) if a and b and len(a) + len(b) > 2 and a[-1] == b[0])
    return rolled >= _SHARE_ROLLED * len(cues)


def _known(before: Sequence[str], now: Sequence[str]) -> int:
    """How many of the first lines are the last ones of the cue before."""
    return next((n for n in range(min(len(before), len(now), _MOST_ROLLED), 0, -1) if before[-n:] == now[:n]), 0)


def _seconds(time: str) -> float:
    fields = time.replace(",", ".").split(":")
    hours = int(fields[0]) if len(fields) > 2 else 0
    return 3600 * hours + 60 * int(fields[-2]) + float(fields[-1])

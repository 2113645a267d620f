"""Captions with one cue a line, from which the file can be rebuilt exactly.

What all cues share is said once, in the note: the hour, numbers that count, settings, the tag around a speaker's name. Only
files are written so of which each cue has the form that the formats' definitions give it. Above stands `prose`, beside it
`_captions`, which reads what is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["exactly"]

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}"
_CUE = re.compile(
    rf"(?:(?!{_TIME})(?P<name>\S+)\n)?(?P<start>{_TIME})(?P<arrow> --> |,)(?P<end>{_TIME})(?P<settings>(?: [^\s{{}}]+)*)"
    r"(?P<words>(?:\n[^\n]+)*)(?=\n|\Z)"
)
_FIRST = re.compile(rf"(?:^(?!{_TIME})\S+\n)?^{_TIME}(?: --> |,)\d", re.MULTILINE)
_BREAKS = re.compile(r"\n*\Z")
_LIKE_A_CUE = re.compile(r"^(?:\S+ )?[\d:]*\d\d[.,]\d{1,3}(?:[-{ ]|$)", re.MULTILINE)
"""How the lines begin that cues are written on, and nothing else may."""
_VOICED = re.compile(r"<v ([^<>:|\s][^<>:|]*)>((?:(?!</?v[ >.]).)*)</v>\Z")
_BREAK = " | "
_FEWEST = 4


class _Cues:
    """The cues of a file that has nothing but cues between its first and its last, and notes between blank lines."""

    def __init__(self, found: Sequence[re.Match[str]]) -> None:
        self.names = [m["name"] for m in found]
        self.starts = [m["start"] for m in found]
        self.ends = [m["end"] for m in found]
        self.settings = [m["settings"] for m in found]
        self.words = [m["words"][1:].replace("\n", _BREAK) if m["words"] else None for m in found]
        self.arrows = {m["arrow"] for m in found}
        self.broken = any("\n" in m["words"][1:] for m in found)


def exactly(text: str) -> tuple[str, str] | None:
    """One cue a line and the note that says how it is read; None where the file could not be rebuilt from these, or where
    they are not shorter."""
    breaks = ""
    if "\r" in text:
        if not text.count("\r\n") == text.count("\r") == text.count("\n"):
            return None
        text, breaks = text.replace("\r\n", "\n"), "lines end in CR LF"
    first = _FIRST.search(text)
    if first is None or _LIKE_A_CUE.search(text, 0, first.start()):
        return None
    parts = _apart(text, first.start())
    if parts is None:
        return None
    found = [part for part in parts if not isinstance(part, str)]
    cues = _Cues(found)
    if len(found) < _FEWEST or len(cues.arrows) > 1 or ("|" in text and cues.broken):
        return None
    written = _written(cues)
    if written is None:
        return None
    lines, said = written
    out = [text[: first.start()]]
    place = iter(lines)
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else ""
        out.append("" if not number else "\n\n" if isinstance(part, str) or isinstance(before, str) else "\n")
        out.append(part if isinstance(part, str) else next(place))
    tail = _BREAKS.search(text)
    body = "".join([*out, tail[0] if tail else ""])
    note = "; ".join(filter(None, [*said, breaks]))
    return (body, note) if len(body) + len(note) < len(text) else None


def _apart(text: str, at: int) -> list[re.Match[str] | str] | None:
    """Cues and what stands between them, each parted from the next by one blank line; None where that is not so."""
    parts: list[re.Match[str] | str] = []
    size = len(text.rstrip("\n"))
    while True:
        m = _CUE.match(text, at)
        if m is not None:
            parts.append(m)
            at = m.end()
        else:
            end = text.find("\n\n", at)
            end = size if end < 0 else end
            block = text[at:end]
            if not block or block.startswith("\n") or _LIKE_A_CUE.search(block):
                return None
            parts.append(block)
            at = end
        if at >= size:
            return parts
        if not text.startswith("\n\n", at) or text.startswith("\n", at + 2):
            return None
        at += 2


def _written(cues: _Cues) -> tuple[list[str], list[str]] | None:
    """A line for each cue, and what is said of all of them."""
    name = _names(cues.names)
    times = [*cues.starts, *cues.ends]
    shape = _shape(times[0])
    if name is None or any(_shape(time) != shape for time in times):
        return None
    hour = _hour(times)
    starts = [time[len(hour) :] for time in cues.starts]
    ends = [_end(start, time[len(hour) :]) for start, time in zip(starts, cues.ends, strict=True)]
    joined = [a == b for a, b in zip(cues.ends, cues.starts[1:], strict=False)] + [False]
    spans = [a if met else f"{a}-{b}" for a, b, met in zip(starts, ends, joined, strict=True)]
    setting = cues.settings[0] if len(set(cues.settings)) == 1 else None
    if setting is None:
        spans = [f"{span}{{{s[1:]}}}" if s else span for span, s in zip(spans, cues.settings, strict=True)]
    voiced = [_VOICED.match(words) if words else None for words in cues.words]
    words: Sequence[str | None] = cues.words
    if all(voiced):
        words = [f"{m[1]}: {m[2]}" for m in voiced if m]
    given, said_of_names = name
    lines = [
        f"{own}{span}" if said is None else f"{own}{span} {said}"
        for own, span, said in zip(given, spans, words, strict=True)
    ]
    said = [
        f"one cue a line: {'id ' if given[0] else ''}start-end{'{settings}' if setting is None else ''} words",
        "SBV" if "," in cues.arrows else "",
        f"all times in hour {hour[:-1]}" if hour else "",
        f"an end lacks the fields that are its start's{', no end = the next start' if any(joined) else ''}",
        said_of_names,
        f"all with{setting}" if setting else "",
        "NAME: words = <v NAME>words</v>" if all(voiced) else "",
        f"`{_BREAK.strip()}` = line break" if cues.broken else "",
    ]
    return lines, [part for part in said if part]


def _names(names: Sequence[str | None]) -> tuple[list[str], str] | None:
    """What stands before each cue, and what is said of its names; None where only some have one."""
    given = [name for name in names if name is not None]
    if not given:
        return [""] * len(names), ""
    if len(given) < len(names):
        return None
    if given[0].isdigit() and given == [str(n) for n in range(int(given[0]), int(given[0]) + len(given))]:
        return [""] * len(names), f"cues are numbered {given[0]}-{given[-1]}"
    low, high = min(given), max(given)
    same = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    shared = low[: min(same, min(map(len, given)) - 1)]
    return [f"{name[len(shared) :]} " for name in given], f"each id begins with {shared}" if shared else ""


def _shape(time: str) -> tuple[int, int, str]:
    """How a time is written: so many characters, so many fields, and the sign before the fraction."""
    return len(time), time.count(":"), "," if "," in time else "."


def _hour(times: Sequence[str]) -> str:
    """The hour and the colon behind it, where all times have the same."""
    if times[0].count(":") < 2:
        return ""
    hour = times[0].partition(":")[0] + ":"
    return hour if all(time.startswith(hour) for time in times) else ""


def _end(start: str, end: str) -> str:
    """An end without the fields in front that its start has as well."""
    ours, fields = start.split(":"), end.split(":")
    same = 0
    while same < len(fields) - 1 and ours[same] == fields[same]:
        same += 1
    return ":".join(fields[same:])

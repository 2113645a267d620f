"""What neighbouring lines start with, said once; and the re-encoding of a log that loses nothing.

`hoist` finds the start that most lines share, `bursts` what runs of them share beyond that. `encode` drops it from the lines and folds exact repeats; the note it
returns says how to undo both. `║` before a line says that the line stands whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from headroom.lines import FOLD

WHOLE = "║"
BURST = "»"
_EDGE = re.compile(r".*(?:[\s/|\])>]|(?<=\d{4}-\d\d-\d\d)[T_]|(?<=\d{8})[-T_])|\W?(?:19|20)\d\d[-/.]", re.DOTALL)
"""Where a shared start may end: between words, before a time, behind the year. Not inside a time, an address or a name:
what is left of it would read as another one."""
_MESSAGE = re.compile(r"[^\]]{0,80}?(?:\]?: |\] (?:\[(?:\w+:)?[a-z]{4,7}\] )?| - )(?!\[)")
"""What stands before a message: up to the first `name: `, `name[7]: `, `thread] `, `time] [notice] ` or ` - `."""
_PADDED = re.compile(r"[A-Za-z,]\s{3,}(?![\]\s])")
"""The end of a column of words that is padded."""
_COLUMN = re.compile(
    r"(?<!\S)(?:\S*\d\S*|\S*[^\w\s]|[A-Z]{4,}|[Ii]nfo|[Ww]arn|[A-Z][a-z]{2}(?= +\d)|\S+(?=\s\s|\t))[ \t]+"
)
"""A column before a message that nothing parts from it: a number, what ends in a sign, a level, a month, what a gap
follows."""
_LONGEST = 200
_WORTH = 12
_LEAST, _BURST, _TALLEST = 8, 60, 200
"""Characters of a start that a run of lines shares; of what saying it once spares; lines of such a run."""
PIECE = 1 << 19
"""Longer texts are read in pieces of about so many characters, so that memory stays bounded."""


def hoist(lines: Sequence[str], *, columns: bool = False) -> str:
    """The longest start, cut between words, that most of `lines` have in common; "" when it would not pay. With `columns`,
    it ends where the message begins."""
    heads: dict[str, int] = {}
    for line in lines:
        heads[line[:3]] = heads.get(line[:3], 0) + 1
    if not heads:
        return ""
    usual = max(heads, key=heads.__getitem__)
    if 2 * heads[usual] < len(lines):
        return ""
    alike = [line[:_LONGEST] for line in lines if line[:3] == usual]
    low, high = min(alike), max(alike)
    size = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    edge = _EDGE.match(low[:size])
    prefix = edge[0] if edge else ""
    if columns and prefix.rfind(" ") >= 0:
        head = _before_message(prefix, prefix.rfind(" ") + 1)
        prefix = head if " " in prefix[len(head) :] else prefix
    if not prefix.strip() or len(prefix) * heads[usual] < 60 + 8 * (len(lines) - heads[usual]):
        return ""
    return prefix


def bursts(lines: Sequence[str]) -> list[tuple[int, int, str]]:
    """Runs of lines (first, end exclusive) that share a start, cut behind a blank, which is worth saying once."""
    found: list[tuple[int, int, str]] = []
    i = 0
    while i + 1 < len(lines):
        best, gain, end = "", _BURST, i + 1
        start = _shared(lines[i], lines[i + 1], _LONGEST)
        for j in range(i + 1, min(i + _TALLEST, len(lines))):
            start = start if lines[j].startswith(start) else _shared(start, lines[j], len(start))
            if len(start) < _LEAST:
                break
            if len(start) * (j - i) > gain:
                best, gain, end = start, len(start) * (j - i), j + 1
        if best:
            found.append((i, end, best))
        i = end
    return found


def _shared(a: str, b: str, most: int) -> str:
    """What two lines start with, up to and with a blank, and no further than to where their message begins."""
    low, high = 0, min(len(a), len(b), most)
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return _before_message(a, low)


def _before_message(line: str, end: int) -> str:
    """What of the first `end` characters of a line stands before its message, as far as that is certain."""
    head = _MESSAGE.match(line, 0, end)
    if head is not None:
        end = head.end()
    else:
        bracket = line.find("[", 1, end)
        end = _last_end(_COLUMN, line, bracket if bracket >= 0 else end)
    padded = _last_end(_PADDED, line, end)
    return line[: padded or end]


def _last_end(pattern: re.Pattern[str], line: str, end: int) -> int:
    at = 0
    for found in pattern.finditer(line, 0, end):
        at = found.end()
    return at


def quoted(prefix: str) -> str:
    """The prefix as a reader sees it: in quotes, escaped as in JSON."""
    return json.dumps(prefix, ensure_ascii=False)


def without(lines: Sequence[str], prefix: str) -> list[str] | None:
    """The lines without `prefix`, or whole behind `WHOLE`; None when the two could be confused."""
    size = len(prefix)
    out = [line[size:] if line.startswith(prefix) else WHOLE + line for line in lines]
    marked = sum(1 for line in out if line.startswith(WHOLE))
    return out if marked == sum(1 for line in lines if not line.startswith(prefix)) else None


def pieces(text: str) -> Iterator[str]:
    """The text in pieces of about `PIECE` characters that end at line ends; the line end between two is left out."""
    at = 0
    while len(text) - at > PIECE:
        end = text.find("\n", at + PIECE)
        if end < 0:
            break
        yield text[at:end]
        at = end + 1
    yield text[at:] if at else text


def encode(text: str) -> tuple[str, str]:
    """The text with its lines' shared start said once and repeats counted, and the note; (text, "") without gain.

    Undoing it: a line behind `║` is whole, every other one follows the quoted start, and `⋯ ×N` says that the line above
    stands N times in all. A last line without characters stays as it is.
    """
    whole, end = (text[:-1], "\n") if text.endswith("\n") else (text, "")
    prefix = hoist(next(pieces(whole)).split("\n"))
    body = _encode(whole, prefix)
    if body is None and prefix:
        prefix = ""
        body = _encode(whole, prefix)
    if body is None:
        return text, ""
    notes = []
    if prefix:
        notes.append(f"each line starts {quoted(prefix)}")
        if WHOLE in body:
            notes.append(f"{WHOLE} = whole line")
    if f"\n{FOLD}" in body:
        notes.append(f"{FOLD} ×N = line above, N times in all")
    note = ", ".join(notes)
    return (body + end, note) if note and len(body) + len(note) < len(text) else (text, "")


def _encode(text: str, prefix: str) -> str | None:
    """The lines without `prefix`, repeats counted; None when a line could be mistaken for something of ours."""
    out: list[str] = []
    for piece in pieces(text):
        lines = piece.split("\n")
        shown = without(lines, prefix) if prefix else lines
        if shown is None or any(line.startswith((FOLD, WHOLE)) for line in lines):
            return None
        if prefix and any(line.startswith(FOLD) for line in shown):
            return None
        parts: list[str] = []
        for line, run in groupby(shown):
            n = sum(1 for _ in run)
            parts.append(line)
            if (len(line) + 1) * (n - 1) > _WORTH:
                parts.append(f"{FOLD} ×{n}")
            else:
                parts.extend([line] * (n - 1))
        out.append("\n".join(parts))
    return "\n".join(out)

"""What a diff says twice, and what in it nobody wrote: the lines of each hunk that need not be shown, and why.

What people
added or removed is cut only where it is shown elsewhere (moved, the same change again), where a whole file is gone, and
within the bodies of a big new file. Nothing here renders; `diff` stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from headroom import lines as lines_
from headroom.compressors._api import Effort
from headroom.compressors._generated import is_noise
from headroom.compressors._patch import File, Hunk, Patch

__all__ = ["BODIES", "CONTEXT", "Cut", "Move", "cuts", "moves", "repeats", "whole"]

_DEFINES = re.compile(
    r"[+\-](?:\s*(?:export\s+|default\s+|pub(?:\([^)]*\))?\s+|public\s+|private\s+|protected\s+|internal\s+|static\s+|async\s+"
    r"|abstract\s+|final\s+|unsafe\s+|override\s+|virtual\s+)*"
    r"(?:def|class|func|fn|function|fun|interface|struct|enum|trait|impl|type|module|mod|namespace|record|object|macro_rules!|CREATE)\b"
    r"|\s*@\w|#+ |(?:export\s+)?(?:pub\s+)?(?:const|static|let|var|val)\s|[A-Za-z_][\w.]*\s*[:=]|\[)"
)
_CALLABLE = re.compile(
    r"[+\-]\s*(?:[\w<>\[\],.*&:?]+\s+){1,6}[\w~:]+\s*\([^;]*[{,)(]\s*(?:const\s*)?(?:throws\s[\w., ]+)?\{?\s*\Z"
)
_STATEMENT = re.compile(
    r"[+\-]\s*(?:return|else|throw|raise|await|yield|new|case|if|for|while|switch|elif|and|or|not|in)\b"
)
_TRIVIAL = " \t\r{}()[];,"
"""A line of context that holds nothing else is not worth its place."""
_BIG = {Effort.MEDIUM: 150, Effort.STRONG: 60}
"""A new file of more lines is shown by its head and what it defines."""
_HEAD = 12
_GONE = 5
"""A removed file of more lines is shown by their number."""
_MOVED, _MOVED_CHARS = 3, 100
"""A block of so many lines and characters that stands elsewhere again has moved."""
_REMOVED = re.compile(rf"-{{{_MOVED},}}")
"""Removed lines that may be such a block, in the signs of a patch."""
_AGAIN = 5
"""A block of so many lines that stood before is not shown again."""
_NOISE = 56
"""No shorter line is taken for base64."""
_TELLING = 8
"""A shorter line does not tell one block from another."""


CONTEXT, BODIES = "context", "bodies of a new file"
"""Labels of cuts that are marked by their number of lines alone."""


class Cut(NamedTuple):
    """Lines `first` to `last` that are not shown, and what they are."""

    first: int
    last: int
    label: str = CONTEXT


class Move(NamedTuple):
    """Removed lines `first` to `last` that line `to` and those after it add again, indented by `by` characters more."""

    first: int
    last: int
    to: int
    by: int


def whole(patch: Patch, file: File, effort: Effort) -> str:
    """The sign of all lines ("+" or "-") of a file that is new or removed and long, else ""."""
    head = patch.source[file.first : file.body]
    if any(line.startswith(("deleted file", "+++ /dev/null")) for line in head):
        return "-" if file.end - file.body > _GONE else ""
    if file.end - file.body > _BIG[effort] and any(line.startswith(("new file", "--- /dev/null")) for line in head):
        return "+"
    return ""


def moves(patch: Patch, files: Sequence[File]) -> list[Move]:
    """Blocks that one hunk of `files` removes and another place adds unchanged but for their indentation."""
    source, signs = patch.source, patch.signs
    hunks = [hunk for file in files for hunk in file.hunks]
    runs = [m.span() for hunk in hunks for m in _REMOVED.finditer(signs, hunk.header + 1, hunk.end)]
    removed = [(first, end - 1) for first, end in runs]
    if not removed:
        return []
    telling = {line[1:].strip() for first, last in removed for line in source[first : last + 1] if len(line) > _TELLING}
    places = [i for hunk in hunks for first, end in hunk.changes for i in range(first, end) if signs[i] == "+"]
    texts = [source[i][1:].strip() for i in places]
    telling.intersection_update(texts)
    if not telling:
        return []
    added: dict[str, int] = {}
    for text, i in zip(texts, places, strict=True):
        if text in telling:
            added[text] = -1 if text in added else i
    return [move for first, last in removed for move in _moved(patch, first, last, added)]


def repeats(patch: Patch, files: Sequence[File], moved: Sequence[Move]) -> list[Move]:
    """Blocks of changed lines that stand before in `files` already, with the same signs; `to` is where."""
    source = patch.source
    hidden = {i for move in moved for i in range(move.first, move.last + 1)}
    seen: dict[tuple[str, str], int] = {}
    found: list[Move] = []
    for file in files:
        for hunk in file.hunks:
            for first, end in hunk.changes:
                last = end - 1
                i = first
                while i < last:
                    to = i if i in hidden or i + 1 in hidden else seen.setdefault((source[i], source[i + 1]), i)
                    if to == i or to + 1 in hidden:
                        i += 1
                        continue
                    size = 2
                    while i + size <= last and to + size < i and source[i + size] == source[to + size]:
                        if to + size in hidden:
                            break
                        size += 1
                    if size >= _AGAIN and sum(map(len, source[i : i + size])) >= _MOVED_CHARS:
                        found.append(Move(i, i + size - 1, to, 0))
                        hidden.update(range(i, i + size))
                        i += size
                    else:
                        i += 1
    return found


def _moved(patch: Patch, first: int, last: int, added: Mapping[str, int]) -> Iterator[Move]:
    """The blocks of one run of removed lines that have moved."""
    source, signs = patch.source, patch.signs
    start, i = first, first
    while i <= last:
        text = source[i][1:].strip()
        to = added.get(text, -1) if len(text) >= _TELLING else -1
        by = _shift(source[i], source[to]) if to >= 0 else None
        if by is None:
            i += 1
            continue
        a, b = i, i
        while a > start and signs[to - (i - a) - 1] == "+" and _alike(source[a - 1], source[to - (i - a) - 1], by):
            a -= 1
        top = len(source) - 1
        while b < last and (j := to + b + 1 - i) <= top and signs[j] == "+" and _alike(source[b + 1], source[j], by):
            b += 1
        if b - a + 1 >= _MOVED and sum(map(len, source[a : b + 1])) >= _MOVED_CHARS:
            yield Move(a, b, to - (i - a), by)
            start = b + 1
        i = b + 1


def _shift(old: str, new: str) -> int | None:
    """By how many characters `new` is indented more than `old`; None where they differ in more than that."""
    before, after = old[1:], new[1:]
    by = len(after) - len(before)
    if by >= 0:
        return by if after.endswith(before) and not after[:by].strip() else None
    return by if before.endswith(after) and not before[:-by].strip() else None


def _alike(old: str, new: str, by: int) -> bool:
    """Whether two lines differ by that indentation only; blank lines always are alike."""
    return _shift(old, new) == by or not (old[1:].strip() or new[1:].strip())


def cuts(patch: Patch, hunk: Hunk, effort: Effort, sign: str) -> list[Cut]:
    """The lines of a hunk that need not be shown, ascending; moved blocks apart. `sign` is that of a `whole` file."""
    source, signs = patch.source, patch.signs
    if sign == "-":
        return [Cut(hunk.header + 1, hunk.end - 1, "the file is removed")]
    if sign == "+":
        return list(_bodies(source, hunk))
    found: list[Cut] = []
    start, end = hunk.header + 1, hunk.end
    near = 0 if effort >= Effort.STRONG else 1
    at = start
    for first, after in hunk.changes:
        last = first - 1 - (near if source[first - 1].strip(_TRIVIAL) else 0)
        if at <= last:
            found.append(Cut(at, last))
        block = source[first:after]
        if effort >= Effort.STRONG and _only_space(block):
            found.append(Cut(first, after - 1, "white space only"))
        elif max(map(len, block)) > _NOISE:
            for x, y in lines_.runs(
                [k for k, line in enumerate(block, first) if len(line) > _NOISE and is_noise(line)]
            ):
                counts = f"+{signs.count('+', x, y + 1)} −{signs.count('-', x, y + 1)}"
                found.append(Cut(x, y, f"{counts} of base64 or minified text"))
        at = after
    if at < end:
        found.append(Cut(at, end - 1))
    return found


def _bodies(source: Sequence[str], hunk: Hunk) -> Iterator[Cut]:
    """Of a new file all but its head and what it defines."""
    at = hunk.header + 1 + _HEAD
    for i in range(at, hunk.end):
        line = source[i][:400]
        if _DEFINES.match(line) or (_CALLABLE.match(line) and not _STATEMENT.match(line)):
            if i > at:
                yield Cut(at, i - 1, BODIES)
            at = i + 1
    if at < hunk.end:
        yield Cut(at, hunk.end - 1, BODIES)


def _only_space(block: Sequence[str]) -> bool:
    removed = "".join(["".join(line[1:].split()) for line in block if line[:1] == "-"])
    added = "".join(["".join(line[1:].split()) for line in block if line[:1] == "+"])
    return removed == added

r"""What is told of each file, the directory once for neighbours: `git diff --stat`, `git diff --numstat`, `du`,
`wc`, `sha256sum`.

     headroom/cli/app.py     |  12 +++---        headroom/cli/: app.py 12 +++---, store.py 9 +++
     headroom/cli/store.py   |   9 +++
    20	./src/a.py                               ./src/: 20 a.py, 4 b.py
    4	./src/b.py

Nothing is lost but padding; the notes say how to read the lines. Each function returns None where the text is none of its
kind, or where the short form could not be undone. Above stands `listing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from headroom.compressors._api import Rendition

__all__ = ["SIZED", "STAT", "stat", "stat_runs", "usage"]

SIZED = re.compile(
    r"(?:((?:\d[\d.,]*[KMGTPB]?|-)(?:\t(?:\d+|-))?)\t([^\s,]+)| *(\d+|[0-9a-f]{32,128})  ?([^\s,/]*/[^\s,]+)"
    r"|([^\s,/]*/[^\s,]+) \((\d+) matches\))\Z"
)
"""A row of `du` or of `--numstat`: size, or lines added and removed, and the path. Without a tab: of `wc`, of `sha256sum`, of
what agents' tools count."""
STAT = re.compile(r" (\S(?:.*\S)?) +\| +(\d+(?: [+-]+)?|Bin(?: .*)?|Unmerged)\Z")
"""A row of `--stat`: path, and what has changed."""
_GROUP = re.compile(r"\S*/: ")
_FEWEST = 4


def usage(text: str) -> Rendition | None:
    """`du`, `--numstat`, `wc`, `sha256sum`: the directory once for neighbouring paths, each name with what is told of it
    before it."""
    whole = text.removesuffix("\n")
    lines = whole.split("\n")
    found = [SIZED.match(line) for line in lines]
    sorts = {m[5] is None for m in found if m is not None}
    if len(sorts) > 1:
        return None  # the note would tell of one
    rows = [_sized(m) for m in found]
    if 5 * sum(row is not None for row in rows) < 4 * len(rows) or any(map(_GROUP.match, lines)):
        return None
    out: list[str] = []
    for folder, group in groupby(range(len(rows)), key=lambda i: _folder(rows[i])):
        if not folder:
            out += [lines[i] for i in group]
        else:
            same = [row for i in group if (row := rows[i]) is not None]
            out.append(f"{folder}: " + ", ".join([f"{told} {path[len(folder) :]}" for told, path in same]))
    body = "\n".join(out) + text[len(whole) :]
    note = f"dir/: {'matches' if False in sorts else _what(lines[0])} and name of each entry"
    return Rendition(text=body, note=note) if len(body) + len(note) < len(text) else None


def _sized(row: re.Match[str] | None) -> tuple[str, str] | None:
    """What is told of a file, and its path."""
    return None if row is None else ((row[1] or row[3] or row[6]).replace("\t", " "), row[2] or row[4] or row[5])


def _what(line: str) -> str:
    """What a row tells of a file."""
    if "\t" in line:
        return "lines added, removed" if line.count("\t") > 1 else "size"
    return "number" if line[:1] == " " or line.partition(" ")[0].isdigit() else "digest"


def _folder(row: tuple[str, str] | None) -> str:
    """The directory of a row, "" for other lines and for a path without one."""
    return "" if row is None else row[1][: row[1].rfind("/", 0, -1) + 1]


def stat(text: str) -> Rendition | None:
    """`--stat`, alone or below commits: the directory once for neighbouring paths, without padding."""
    made = stat_runs(text)
    return (
        Rendition(text=made[0], note=made[1]) if made is not None and len(made[0]) + len(made[1]) < len(text) else None
    )


def stat_runs(text: str) -> tuple[str, str] | None:
    """The text with its rows of `--stat` shortened, and the note; None where there are none, or where a line looks like a
    short one."""
    lines = text.split("\n")
    rows = [STAT.match(line) if " | " in line else None for line in lines]
    if sum(row is not None for row in rows) < _FEWEST or any(map(_GROUP.match, lines)):
        return None
    if any(", " in row[1] for row in rows if row is not None):
        return None
    out: list[str] = []
    for is_stat, run in groupby(range(len(lines)), key=lambda i: rows[i] is not None):
        if is_stat:
            out += _short([row for i in run if (row := rows[i]) is not None])
        else:
            out += [lines[i] for i in run]
    return "\n".join(out), "dir/: name, lines changed and graph of each file"


def _short(rows: Sequence[re.Match[str]]) -> Iterator[str]:
    """Rows that stand together."""
    for folder, group in groupby(rows, key=lambda row: _place(row[1])):
        same = list(group)
        if folder and len(same) > 1:
            yield f"{folder}: " + ", ".join([f"{row[1][len(folder) :]} {row[2]}" for row in same])
        else:
            yield from (f" {row[1]} | {row[2]}" for row in same)


def _place(path: str) -> str:
    """The directory of a path, "" where the path is that of a renamed file or has blanks."""
    return "" if " " in path else path[: path.rfind("/") + 1]

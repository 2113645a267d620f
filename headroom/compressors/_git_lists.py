"""What git prints line by line, without what the lines share: `git blame`, `git log`, `git status`.

    7399396d (Ada Wren 2024-05-02 10:00:00 +0000  9) class Cart:      7399396d (Ada Wren 2024-05-02 10:00:00 +0000
    7399396d (Ada Wren 2024-05-02 10:00:00 +0000 10)     goods = {}   9) class Cart:
                                                                      10)     goods = {}

Nothing is lost, the notes say how to read the lines; but that of a log's hashes ten digits are shown where something may
be left out. Each function returns None where the text is none of its kind, or where the short form could not be undone.
Above stands `listing`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from headroom.compressors._api import Effort, Elision, Rendition
from headroom.compressors._stat_lists import stat_runs

__all__ = ["BLAMED", "blame", "changes", "log"]

BLAMED = re.compile(
    r"(\^?[0-9a-f]{7,40} (?:[^\n(]{1,300} )?\([^\n]{1,200}? \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})( +)(\d+)\)(.*)\Z"
)
"""Who and when, the blanks before the line's number, the number, and the line."""
_PREFIXED = re.compile(
    r"((?: [MADRCTU?!]|[MADRCTU?!][MADRCTU?! ]) |[MADRCTUX]\d{0,3}\t|\t(?:[a-z ]{1,20}: +)?)([^\s\"]+)\Z"
)
_GROUP = re.compile(r"(?: ?[MADRCTU?!]{1,2} +|[MADRCTUX]?\d{0,3}\t(?:[a-z ]{1,20}: +)?)\S*/: ")
_COMMIT = re.compile(
    r"^commit ([0-9a-f]{40})((?: \([^)\n]*\))?)\n((?:Merge: [^\n]*\n)?)Author: ([^\n]* <[^\n]*>)\nDate:   ([^\n]*)\n",
    re.MULTILINE,
)
_FIELDS = re.compile(
    r"^Commit: ([0-9a-f]{40})\nAuthor: ([^\n]*)\nDate: (\d{4}-\d\d-\d\d[ T][\d:]{8}(?:Z| ?[+-]\d\d:?\d\d))\nMessage: ",
    re.MULTILINE,
)
"""The same as the MCP server for git says it; there is nothing about merges."""
_SHORT_COMMIT = re.compile(r"^commit [0-9a-f]+ \S", re.MULTILINE)
_NAMES_ONE = re.compile(r"[a-z]+=")
_HASH = 10
"""So many digits of a hash are enough for git to find a commit by."""


def _names() -> Iterator[str]:
    """a, b, … z, aa, ab, …: as many as it takes."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield from letters
    for name in _names():
        yield from (name + letter for letter in letters)


def _named(values: Iterable[str]) -> dict[str, str]:
    """A name for each value that comes more than once, in the order in which they come."""
    counts = Counter(values)
    names = _names()
    return {value: next(names) for value, n in counts.items() if n > 1}


def blame(text: str) -> Rendition | None:
    """`git blame`: who and when once per run of lines, and by a letter where they come again."""
    whole = text.removesuffix("\n")
    rows: list[tuple[str, str, str]] = []
    ends: set[int] = set()
    for line in whole.split("\n"):
        m = BLAMED.match(line)
        if m is None:
            return None
        rows.append((m[1], m[3], m[4]))
        ends.add(len(m[2]) + len(m[3]))
    widest = max(len(number) for _, number, _ in rows)
    if len(ends) > 1 or min(ends) <= widest:
        return None
    runs = [(who, list(group)) for who, group in groupby(rows, key=lambda row: row[0])]
    names = _named(who for who, _ in runs)
    out: list[str] = []
    told: set[str] = set()
    for who, group in runs:
        name = names.get(who)
        out.append(who if name is None else name if who in told else f"{name}={who}")
        told.add(who)
        out += [f"{number}){line}" for _, number, line in group]
    body = "\n".join(out) + text[len(whole) :]
    note = "git blame; commit, author and date stand above their lines, a after a=… for the same again; numbers flush right"
    if ends != {1 + widest}:  # a part of a longer file
        note += f" in {min(ends) - 1} places"
    return Rendition(text=body, note=note) if len(body) + len(note) < len(text) else None


def changes(text: str) -> Rendition | None:
    """`git status` and `git diff --name-status`: what has happened and the directory once for neighbouring paths."""
    lines = text.split("\n")
    if any(_GROUP.match(line) for line in lines):
        return None
    out: list[str] = []
    for key, group in groupby(lines, key=_prefixed):
        same = list(group)
        if key is None or len(same) == 1:
            out += same
        else:
            prefix, folder = key
            size = len(prefix) + len(folder)
            out.append(f"{prefix}{folder}: {' '.join([line[size:] for line in same])}")
    body = "\n".join(out)
    note = "dir/: the names in it"
    return Rendition(text=body, note=note) if len(body) + len(note) < len(text) else None


def _prefixed(line: str) -> tuple[str, str] | None:
    """What has happened and the directory, of a line that says so of a path in one."""
    m = _PREFIXED.match(line)
    cut = m[2].rfind("/", 0, -1) + 1 if m is not None else 0
    return (m[1], m[2][:cut]) if m is not None and cut else None


def log(text: str, effort: Effort) -> Rendition | None:
    """`git log`: hash, author and date of a commit on one line, authors by a letter where they come again."""
    form = _COMMIT if text.startswith("commit ") else _FIELDS
    commits = list(form.finditer(text))
    if len(commits) < 2 or _SHORT_COMMIT.search(form.sub("", text)):
        return None
    authors = [m[4] if form is _COMMIT else m[2] for m in commits]
    if any(" · " in author or _NAMES_ONE.match(author) for author in authors):
        return None
    names = _named(authors)
    short = effort >= Effort.MEDIUM
    out: list[str] = []
    gone: list[tuple[int, int]] = []
    told: set[str] = set()
    at = 0
    for m, whole in zip(commits, authors, strict=True):
        name = names.get(whole)
        author = whole if name is None else name if whole in told else f"{name}={whole}"
        told.add(whole)
        out.append(text[at : m.start()])
        sha = m[1][:_HASH] if short else m[1]
        if form is _COMMIT:
            out.append(f"commit {sha}{m[2]} {author} · {m[5]}\n{m[3]}")
        else:
            out.append(f"commit {sha} {author} · {m[3]}\n")
        gone.append((m.start(1) + _HASH, m.end(1)))
        at = m.end()
    out.append(text[at:])
    message = ", message below" if form is _FIELDS else ""
    note = f"git log; author and date behind the hash{message}, a after a=… for the same author again"
    body = "".join(out)
    made = stat_runs(body)
    if made is not None:
        body, note = made[0], f"{note}; {made[1]}"
    if len(body) + len(note) >= len(text):
        return None
    if not short:
        return Rendition(text=body, note=note)
    elision = Elision(ranges=tuple(gone), count=sum(b - a for a, b in gone), unit="chars", summary="digits of hashes")
    return Rendition(text=body, note=f"{note}; hashes cut to {_HASH} digits", elisions=(elision,), lossless=False)

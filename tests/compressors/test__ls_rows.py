"""Rows of `ls -l`: shorter, and every blank comes back."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._ls_rows import shorten, shorten_found

SIZE = r"\d[\d.,]*[KMGTPkB]?"
DATE = r" +(?:[A-Z][a-z]{2} [ \d]\d |\d{1,2} [A-Z][a-z]{2} |\d{4}-\d\d-\d\d )"
LONG = re.compile(rf"[bcdlps-][rwxsStT-]{{9}}[@+.]? +\d+ [^ ]+ +[^ ]+  *{SIZE}{DATE}.*\Z")
SHORT = re.compile(rf"(?:([a-z]) (\d+) )?({SIZE})({DATE}.*)\Z")
BARE = re.compile(rf"(?:([a-z]) (\d+) )?({SIZE})( .*)\Z")
NAMED = re.compile(rf"(.*?{SIZE}(?: +[A-Z][a-z]{{2}} [ \d]\d| +\d{{4}}-\d\d-\d\d) +[\d:]{{4,18}} )(.*)")


def decode_long(body: str, note: str) -> str:
    """Rows of `ls -l` with the columns that the note states, aligned within each run of rows."""
    stated = dict(part.split(" = ") for part in note.partition("; gaps ")[0].split("; "))
    gaps = [tuple(map(int, pair.split("+"))) for pair in note.partition("; gaps ")[2].split(", ") if pair] or [(1, 1)]
    dated = stated.get("row without date")
    short = SHORT if dated is None else BARE
    lines = body.split("\n")
    out = list(lines)
    i = block = 0
    while i < len(lines):
        end = i
        while end < len(lines) and (LONG.match(lines[end]) or short.match(lines[end])):
            end += 1
        rows = [(n, m) for n in range(i, end) if (m := short.match(lines[n]))]
        if rows:
            first, second = gaps[block] if len(gaps) > 1 else gaps[0]
            block += 1
            heads = {
                n: (stated[f"{m[1]} N"] if m[1] else stated["row starting with its size"]).split(" ", 2)
                for n, m in rows
            }
            links = {n: m[2] or heads[n][1] for n, m in rows}
            end_links = first + max(len(heads[n][0]) for n, _ in rows) + max(len(links[n]) for n, _ in rows)
            width = second + max(len(m[3]) for _, m in rows)
            for n, m in rows:
                mode = heads[n][0] + links[n].rjust(end_links - len(heads[n][0]))
                rest = m[4] if dated is None or re.match(DATE, m[4]) else f" {dated}{m[4]}"
                out[n] = f"{mode} {heads[n][2]}{m[3].rjust(width)}{rest}"
                named, above = NAMED.match(out[n]), NAMED.match(out[n - 1])
                if '"' in stated and named and above and named[2].startswith('"'):
                    out[n] = f"{named[1]}{above[2]}{named[2][1:]}"
        i = max(end, i + 1)
    return "\n".join(out)


MODE = st.sampled_from(["-rw-r--r--", "-rw-r--r--", "-rw-r--r--", "drwxr-xr-x", "lrwxrwxrwx", "-rw-r--r--@"])
OWNER = st.sampled_from(["ann staff", "ann staff", "ann staff", "ann  staff", "root wheel"])
ENTRY = st.tuples(
    MODE,
    st.sampled_from([1, 1, 1, 12]),
    OWNER,
    st.integers(0, 10**7),
    st.sampled_from(
        [
            *["May  8 22:58 a.py", "May  8  2024 b c", "2024-05-08 22:58 x -> y", "Mai 8 z", "Jan 10 10:00 "],
            *["May  8 22:58 part-0123456789", "May  8 22:58 part-0123456789.py", 'May  8 22:58 "x'],
            *["May  8 22:58 12 May  8 x", "May  8 22:58 May  8 22:58 x", "May  8 22:58 part-0123456789.py"],
        ]
    ),
)
BLOCK = st.tuples(st.lists(ENTRY, max_size=9), st.integers(0, 2), st.integers(0, 3), st.integers(0, 8))


def listed(entries: list[tuple[str, int, str, int, str]], before: int, between: int, torn: int) -> list[str]:
    """Rows as `ls -l` aligns them; a `torn` one stands a blank off."""
    links = max((len(mode) + len(str(n)) for mode, n, *_ in entries), default=0) + before + 1
    width = max((len(str(size)) for _, _, _, size, _ in entries), default=0) + between
    return [
        f"{mode}{str(n).rjust(links - len(mode))} {owner} {str(size).rjust(width + (at == torn - 6))}{rest}"
        for at, (mode, n, owner, size, rest) in enumerate((m, n, o, s, f" {r}") for m, n, o, s, r in entries)
    ]


@settings(max_examples=500, deadline=None)
@given(
    st.lists(BLOCK, max_size=9),
    st.sampled_from(["total 24", "", "12 Jan 10 is no row", "7 Jan 10 10:00 a.py", "d 2 7 Jan 10 x"]),
)
def test_rows_of_ls_come_back_with_their_padding(blocks: list[tuple[list[Any], int, int, int]], between: str) -> None:
    """Several directories, each aligned by itself, cut by `head`, of several owners, with lines that look like ours."""
    text = "\n".join(["./src:", "total 0", *(line for block in blocks for line in (*listed(*block), between))])
    shown = shorten(text.split("\n"), text)
    assert shown.lossless
    assert shown.text == text or decode_long(shown.text, shown.note) == text


def test_a_listing_of_two_directories_is_shortened() -> None:
    """As macOS prints it, cut by `head`: the widest size is not there."""
    rows = [f"-rw-r--r--@  1 ann  staff  {n * 1117:>9} May {n:>2} 22:58 part{n}.py" for n in range(10, 22)]
    folder = [f"drwxr-xr-x@ {n:>2} ann  staff  {n * 32:>9} May {n:>2} 22:58 d{n}" for n in range(9, 13)]
    text = "\n".join(["=== src ===", "total 9", *folder, *rows, "---", "total 3", *rows[:4]])
    shown = shorten(text.split("\n"), text)
    assert (
        shown.note
        == "row starting with its size = -rw-r--r--@ 1 ann  staff; d N = drwxr-xr-x@ N ann  staff; gaps 1+6, 2+6"
    )
    assert shown.text.split("\n")[2] == "d 9 288 May  9 22:58 d9"
    assert decode_long(shown.text, shown.note) == text
    assert len(shown.text) < 0.6 * len(text)


def test_rows_of_one_mode_with_many_link_counts_keep_the_letter() -> None:
    """Directories: no link count is the usual one, so none is left out."""
    rows = [f"drwxr-xr-x {n} root root 4096 Nov  1 10:00 name{n}" for n in range(2, 9)]
    shown = shorten(rows, "\n".join(rows))
    assert shown.note == "d N = drwxr-xr-x N root root; row without date = Nov  1 10:00"
    assert shown.text.split("\n")[0] == "d 2 4096 name2"


def test_a_name_that_goes_on_with_the_one_above_is_said_once() -> None:
    """A session's folder and its transcript."""
    names = [f"{n:08x}-0000-4000-8000-{n * 7919:012x}" for n in range(4, 9)]
    days = iter(range(10, 30))
    rows = [
        row
        for name in names
        for row in (
            f"drwxr-xr-x  4 ann staff     128 May {next(days)} 22:58 {name}",
            f"-rw-------  1 ann staff 2216211 May {next(days)} 10:02 {name}.jsonl",
        )
    ]
    text = "\n".join(["total 9", *rows, "-rw-------  1 ann staff      12 May 30 10:02 index.json"])
    shown = shorten(text.split("\n"), text)
    assert shown.note.endswith('; " = the name above; gaps 2+1')
    assert shown.text.split("\n")[2] == '2216211 May 11 10:02 ".jsonl'
    assert shown.text.count(names[0]) == 1
    assert decode_long(shown.text, shown.note) == text


def test_a_line_that_could_pass_for_a_row_keeps_the_dates() -> None:
    rows = [f"-rw-r--r-- 1 root root {n} Nov  1 10:00 name{n}" for n in range(2, 9)]
    text = "\n".join([*rows, "7 files"])
    shown = shorten(text.split("\n"), text)
    assert "row without date" not in shown.note
    assert decode_long(shown.text, shown.note) == text


def test_few_rows_stay_as_they_are() -> None:
    """The note would cost more than it saves."""
    rows = [f"-rw-r--r-- 1 root root {n} Nov  1 10:00 name{n}" for n in range(2)]
    assert shorten(rows, "\n".join(rows)).text == "\n".join(rows)


@st.composite
def found(draw: st.DrawFn) -> str:
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(1, 10**10),
                st.sampled_from(["-rw-r--r--", "drwxr-xr-x"]),
                st.integers(1, 3),
                st.sampled_from(["root", "a-very-long-owner"]),
                st.integers(0, 10**9),
                st.sampled_from(["May  8 22:58", "Nov 23  2023", "May  8 22:5"]),
                st.sampled_from([".", "./my file", "./a -> b", "./a 12 b"]),
            ),
            max_size=20,
        )
    )
    return "".join(
        f"{inode:>9} {4:>6} {mode} {links:>3} {owner:<8} {'staff':<8} {size:>8} {date} {path}\n"
        for inode, mode, links, owner, size, date, path in rows
    )


@settings(max_examples=300, deadline=None)
@given(found())
def test_rows_of_find_can_be_written_again(text: str) -> None:
    made = shorten_found(text)
    if made.text == text:
        return
    stated = dict(part.split(" = ") for part in made.note.partition("find -ls does; ")[2].split("; ") if part)
    out: list[str] = []
    for line in made.text.split("\n")[:-1]:
        inode, blocks, rest = line.split(" ", 2)
        letter, _, after = rest.partition(" ")
        mode, links, owner, group, rest = f"{stated.get(letter, letter)} {after}".split(" ", 4)
        size, rest = rest.split(" ", 1)
        out.append(f"{inode:>9} {blocks:>6} {mode} {links:>3} {owner:<8} {group:<8} {size:>8} {rest}\n")
    assert made.lossless
    assert "".join(out) == text

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._verbs import bared, begins
from headroom.compressors.listing import ListingCompressor
from headroom.messages import NO_HINT

PATHS = st.sampled_from(
    [
        "a.py",
        "src/a.py",
        "src/deep/b.py",
        "src/",
        "./x",
        "/etc/c.conf",
        "a b.py",
        "x:y",
        "here: a",
        "s/: b",
        "d/f (1)",
        "",
    ]
)
SAYINGS = st.sampled_from(
    [
        ("removed '", "'"),
        ("  inflating: ", "  "),
        (" create mode 100644 ", ""),
        ("mkdir: created directory '", "'"),
        ("  ", ""),
        ("add ", ""),
        ("[GET] http://quay:80/", " => [200] OK"),
        ("", ""),
    ]
)
OTHERS = st.sampled_from(
    ["", "Archive:  x.zip", "Files:", "removed directory 'src'", "src/z.py", "   creating: src/", "a/: b"]
)


def read_again(made: list[str], note: str) -> list[str]:
    """The lines, from what a reader sees."""
    m = re.fullmatch(r'"(.*)" as (.*)', note)
    assert m is not None
    before, after = m[1].split("…", 1)
    start, end = m[2].split("…")
    out = []
    for line in made:
        if " " in line or line.endswith(":") or not line:
            out.append(line)
        elif start or end or "…" in after:
            inner = line[len(start) : len(line) - (len(line.rpartition("/")[2]) + 1 if end else 0)]
            mid, last = after.split("…")
            whole_before = f"{before[: len(before) - len(start)]}{line}"
            out.append(f"{whole_before}{mid[len(end) :]}{inner}{last}")
        else:
            out.append(f"{before}{line}{after}")
    return out


@settings(max_examples=500, deadline=None)
@given(SAYINGS, st.lists(PATHS, min_size=8, max_size=30), st.lists(OTHERS, max_size=3), st.lists(OTHERS, max_size=6))
def test_what_is_said_of_paths_can_be_written_again(
    saying: tuple[str, str], paths: list[str], above: list[str], among: list[str]
) -> None:
    rows = [f"{saying[0]}{path}{saying[1]}" for path in paths]
    lines = [*above, *rows[:5], *among, *rows[5:]]
    made = bared(lines)
    if made is not None:
        shown = [*lines[: made.first], *made.lines, *lines[made.end :]]
        assert read_again(shown, made.note) == lines


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([("'", "' -> '", "'"), ("copying ", " -> ", ""), ("upload: ", " to ", "")]),
    st.sampled_from([("src", "out"), ("", "build/lib/"), ("a/src", "a/new"), ("./dist", "s3://www")]),
    st.lists(st.sampled_from(["/a.py", "/b/c.py", "/b/d.py", "/e", ""]), min_size=10, max_size=30),
    st.booleans(),
    OTHERS,
)
def test_what_is_taken_elsewhere_can_be_written_again(
    words: tuple[str, str, str], folders: tuple[str, str], names: list[str], into: bool, other: str
) -> None:
    before, arrow, after = words
    source, target = folders
    lines = [other]
    for name in names:
        kept = name.rpartition("/")[0] if into else name
        lines.append(f"{before}{source}{name}{arrow}{target}{kept}{after}")
    made = bared(lines)
    if made is not None:
        shown = [*lines[: made.first], *made.lines, *lines[made.end :]]
        assert read_again(shown, made.note) == lines


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ("removed 'src/berth_{}.py'", "\"removed '…'\" as …"),
        ("  inflating: src/berth_{}.py  ", '"  inflating: …  " as …'),
        (" create mode 100644 src/berth_{}.py", '" create mode 100644 …" as …'),
        ("'src/berth_{0}.py' -> '/tmp/x/berth_{0}.py'", "\"'src…' -> '/tmp/x…'\" as src…"),
        ("copying src/berth_{}.py -> build/lib/src", '"copying …/x -> build/lib/…" as …/x'),
        ("[GET] http://quay:80/src/b{}.js => [200] OK", '"[GET] http://quay:80… => [200] OK" as …'),
        ("upload: dist/berth_{0}.js to s3://harbour/berth_{0}.js", '"upload: dist… to s3://harbour…" as dist…'),
    ],
)
def test_usual_sayings_are_said_once(row: str, note: str) -> None:
    lines = ["Done below:", *(row.format(n) for n in range(30)), "all of it done"]
    assert begins(lines)
    made = bared(lines)
    assert made is not None
    assert made.note == note
    listing = ListingCompressor()
    text = "\n".join(lines)
    assert listing.score(text, NO_HINT) == 0.7
    whole = listing.compress(text, NO_HINT, Limits())
    assert whole.lossless
    assert 4 * len(whole.text) < 3 * len(text)
    assert whole.text.endswith("\nall of it done")
    short = listing.compress("\n".join(lines * 2), NO_HINT, Limits(effort=Effort.MEDIUM, first_line=11))
    assert short.lossless or all(a >= 12 for a, _ in short.elisions[0].ranges)


@pytest.mark.parametrize(
    "lines",
    [
        [f"failed to open 'src/b{n}.py'" for n in range(30)],
        [f"removed 'src/b{n}.py'" for n in range(30)] + ["src/c.py"],
        [f"removed 'src/b{n}.py'" for n in range(9)],
        [f"the boat src/b{n}.py is here" for n in range(30)],
        [f"'a/b{n}' -> 'c/d{n % 3}'" for n in range(30)],
    ],
    ids=["what is wrong", "a path without a word", "few", "words behind", "other names"],
)
def test_other_lines_stay(lines: list[str]) -> None:
    assert bared(lines) is None

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._marked import begins, unmarked
from headroom.compressors._paths import AsPaths
from headroom.compressors.listing import ListingCompressor
from headroom.messages import NO_HINT, Hint

NAMES = st.sampled_from(
    [
        "a.py",
        "lib",
        ".env",
        "a b.py",
        "src/c.py",
        "[id].tsx",
        "x 3 B",
        "end/",
        "é.md",
        "here: x",
        "w" * 40,
        "a  b",
        "\\",
    ]
)
SIZES = st.sampled_from(["0 B", "555 B", "1.20 KB", "120.44 MB"])
BELOW = st.sampled_from(["", "\n", "\n\nTotal: 3 files, 1 directories\nCombined size: 1.20 KB"])


def plain(sort: str, name: str) -> str:
    return f"[{sort}] {name}"


def sized(sort: str, name: str, size: str) -> str:
    return f"[{sort}] {name:<30} {size:>10}" if sort == "FILE" else f"[{sort}] {name:<30} "


def shown(text: str, made: AsPaths) -> list[str]:
    """All lines, the names as a reader sees them."""
    lines = text.split("\n")
    return [*lines[: made.first], *made.lines, *lines[made.end :]]


def read_again(names: list[str], *, padded: bool) -> str:
    """The listing, from what a reader sees."""
    end = names.index("") if "" in names else len(names)
    out = []
    for name in names[:end]:
        if name.startswith("["):
            out.append(name)
        elif name.endswith("/"):
            out.append(sized("DIR", name[:-1], "") if padded else plain("DIR", name[:-1]))
        elif padded:
            stem, number, unit = name.rsplit(" ", 2)
            out.append(sized("FILE", stem, f"{number} {unit}"))
        else:
            out.append(plain("FILE", name))
    return "\n".join([*out, *names[end:]])


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["FILE", "FILE", "DIR", "DENIED"]), NAMES), max_size=12), BELOW)
def test_a_listing_can_be_written_again(rows: list[tuple[str, str]], below: str) -> None:
    text = "\n".join(plain(sort, name) for sort, name in rows) + below
    made = unmarked(text.split("\n"))
    assert made is None or read_again(shown(text, made), padded="sizes" in made.note) == text


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["FILE", "FILE", "DIR"]), NAMES, SIZES), max_size=12), BELOW)
def test_a_listing_with_sizes_can_be_written_again(rows: list[tuple[str, str, str]], below: str) -> None:
    text = "\n".join(sized(*row) for row in rows) + below
    made = unmarked(text.split("\n"))
    assert made is None or read_again(shown(text, made), padded="sizes" in made.note) == text


def test_usual_listings_are_taken() -> None:
    lines = ["[FILE] a.py", "[DIR] lib", "[FILE] page.tsx"]
    assert begins(lines)
    made = unmarked(lines)
    assert made is not None
    assert (made.lines, made.note) == (["a.py", "lib/", "page.tsx"], "[DIR] x as x/, [FILE] x as x")
    rows = [sized("FILE", "a.py", "1.20 KB"), sized("DIR", "lib", ""), sized("FILE", "b c.py", "3 B")]
    made = unmarked([*rows, "", "Total: 2 files, 1 directories"])
    assert made is not None
    assert (made.lines, made.end) == (["a.py 1.20 KB", "lib/", "b c.py 3 B"], 3)


@pytest.mark.parametrize(
    "lines",
    [
        ["[FILE] a.py", "b.py", "[FILE] c.py"],
        ["[FILE] a.py", "[DIR] end/", "[FILE] c.py"],
        ["[FILE] a.py", "[FILE] [DENIED] x", "[FILE] c.py"],
        ["[FILE] a 1.20 KB", "[FILE] b", "[FILE] c"],
    ],
    ids=["a name without a mark", "a slash at the end", "a mark in a name", "a size in a column of its own"],
)
def test_what_could_be_taken_for_something_else_stays(lines: list[str]) -> None:
    assert unmarked(lines) is None


def test_names_stand_on_a_line_and_large_folders_are_folded() -> None:
    text = "\n".join(["[DIR] berths", *(f"[FILE] quay_{n:02}.py" for n in range(70)), "[FILE] README.md"])
    listing = ListingCompressor()
    assert listing.score(text, NO_HINT) == 0.95
    whole = listing.compress(text, NO_HINT, Limits())
    assert whole.lossless
    assert whole.text.split("\n")[0].startswith("here: berths/ quay_00.py quay_01.py ")
    short = listing.compress(text, Hint(tool="list_directory", query="quay 33"), Limits(effort=Effort.MEDIUM))
    assert "README.md" in short.text
    assert "in here: " in short.text
    assert short.elisions[0].count > 40

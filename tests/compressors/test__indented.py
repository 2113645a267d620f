from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._indented import as_paths, begins
from headroom.compressors.listing import ListingCompressor
from headroom.messages import NO_HINT, Hint

NAMES = st.sampled_from(["a.py", "b.ts", "LICENSE", ".env", "src/", "lib/", "my file", "x:", "-a", "deep.d/"])
ROWS = st.lists(st.tuples(st.integers(0, 4), NAMES), min_size=10, max_size=40)


def read_again(paths: list[str], sign: str) -> list[str]:
    """The lines, from the paths: a level per folder that was listed."""
    folders: list[str] = []
    out: list[str] = []
    for path in paths:
        above = max((f for f in folders if path.startswith(f) and f != path), key=len, default="")
        depth = 0 if not above else out[paths.index(above)].index(sign + above[len(parent(above, folders)) :]) // 2 + 1
        out.append("  " * depth + sign + path[len(above) :])
        if path.endswith("/"):
            folders.append(path)
    return out


def parent(path: str, folders: list[str]) -> str:
    return max((f for f in folders if path.startswith(f) and f != path), key=len, default="")


@settings(max_examples=500, deadline=None)
@given(ROWS, st.sampled_from(["", "- "]))
def test_names_can_be_set_below_their_folders_again(rows: list[tuple[int, str]], sign: str) -> None:
    lines: list[str] = []
    open_folders = 0
    seen: set[tuple[str, ...]] = set()
    above: list[str] = []
    for wanted, name in rows:
        depth = min(wanted, open_folders)
        above = above[:depth]
        if (*above, name) in seen:
            continue  # a tree has each path once
        seen.add((*above, name))
        lines.append("  " * depth + sign + name)
        open_folders = depth
        if name.endswith("/"):
            above.append(name)
            open_folders = depth + 1
    found = as_paths(lines)
    if found is not None:
        above_them, below = lines[: found.first], lines[found.end :]
        assert [*above_them, *read_again(found.lines, sign), *below] == lines


TREE = ["- /src/harbour/", "  - quay/", *(f"    - berth_{n}.py" for n in range(20)), "  - LICENSE", "  - tides.py"]


def test_what_stands_above_and_below_stays() -> None:
    text = "\n".join(["Here it is:", *TREE, "", "NOTE: more below."])
    listing = ListingCompressor()
    assert listing.score(text, Hint(tool="LS")) == 0.95
    assert listing.score(text, NO_HINT) == 0.8
    made = listing.compress(text, NO_HINT, Limits())
    assert made.lossless
    assert made.note.startswith('names by indents, "- " before each, as paths, dir/: the names in it')
    assert made.text.startswith("Here it is:\n")
    assert made.text.endswith("\n\nNOTE: more below.")
    assert "quay/: ./ berth_0.py berth_1.py " in made.text


def test_names_that_are_left_out_are_told_by_their_lines() -> None:
    names = [f"    - berth_{n:02}.py" for n in range(60)]
    text = "\n".join(["- /src/harbour/", "  - quay/", *names, "  - tides.py"])
    made = ListingCompressor().compress(text, NO_HINT, Limits(effort=Effort.MEDIUM, first_line=5))
    (gone,) = made.elisions
    assert gone.ranges == ((9, 63),)
    assert "berth_01.py" in made.text
    assert "berth_02.py" not in made.text


@pytest.mark.parametrize(
    "lines",
    [
        [*TREE[:5], "      - too_deep.py", *TREE[5:]],
        [*TREE[:5], "    berth.py", *TREE[5:]],
        ["berths.txt", "no blank", *TREE],
        [line for line in TREE if not line.endswith("/")],
        ["- one/", *(f"  - word{n}" for n in range(20))],
        [line.lstrip() for line in TREE],
    ],
    ids=["below no folder", "another sign", "a name above", "no folder", "words", "no indents"],
)
def test_other_lists_stay(lines: list[str]) -> None:
    assert as_paths(lines) is None


def test_code_and_yaml_are_no_lists_of_names() -> None:
    assert not begins(["def f(x):", "  return x", "", "  # a/", "x = 3"])
    assert not begins(["a:", "  b: c/", "  d: e", "f:", "  - g"])
    assert begins(TREE)

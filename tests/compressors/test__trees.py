from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._trees import is_drawn, shorten_tree

STYLES = [
    ("│   ", "    ", "├── ", "└── ", "├── ", "└── "),
    ("│\xa0\xa0 ", "    ", "├── ", "└── ", "├── ", "└── "),
    ("│   ", "    ", "├───", "└───", "├───", "└───"),
    ("|   ", "    ", "|-- ", "`-- ", "|-- ", "`-- "),
    ("│ ", "  ", "├── ", "└── ", "├─┬ ", "└─┬ "),
    ("|    ", "     ", "+--- ", "\\--- ", "+--- ", "\\--- "),
    ("|  ", "   ", "+- ", "\\- ", "+- ", "\\- "),
]
TREES: st.SearchStrategy[list[object]] = st.recursive(
    st.just([]),
    lambda inner: st.lists(st.tuples(st.sampled_from(["a.py", "src", "x y", "[1]", "-"]), inner), max_size=5),
    max_leaves=20,
)


def drawn(tree: object, style: tuple[str, ...], before: str = "") -> list[str]:
    bar, gap, tee, corner, open_tee, open_corner = style
    out: list[str] = []
    assert isinstance(tree, list)
    for n, (name, children) in enumerate(tree):
        last = n + 1 == len(tree)
        mark = (open_corner if last else open_tee) if children else (corner if last else tee)
        out.append(before + mark + name)
        out += drawn(children, style, before + (gap if last else bar))
    return out


def decode(body: str, note: str, style: tuple[str, ...]) -> str:
    """The input again, from what a reader sees."""
    bar, gap, tee, corner, open_tee, open_corner = style
    cut = {int(level) for level in re.findall(r"\d+", note.partition("cut off")[2])}
    entries: list[tuple[int, str]] = []
    for line in body.split("\n"):
        depth = len(line) - len(line.lstrip(" "))
        names = line[depth:].split(", " if "with commas" in note else " ") if depth else [line]
        entries += [(depth, name) for name in names]
    end = max(i for i, (depth, _) in enumerate(entries) if depth)
    out: list[str] = []
    for i, (depth, name) in enumerate(entries):
        is_open = i < end and entries[i + 1][0] > depth
        text = ""
        for level in range(1, depth + 1):
            later = next((d == level for d, _ in entries[i + 1 : end + 1] if d <= level), level in cut)
            if level == depth:
                text += (open_tee if later else open_corner) if is_open else (tee if later else corner)
            else:
                text += bar if later else gap
        out.append(text + name)
    return "\n".join(out)


@settings(max_examples=500, deadline=None)
@given(TREES, st.sampled_from(STYLES), st.booleans(), st.integers(1, 60))
def test_a_tree_can_be_drawn_again(tree: object, style: tuple[str, ...], summed: bool, size: int) -> None:
    rows = drawn(tree, style)
    if not rows:
        return
    text = "\n".join([".", *rows[:size], *(["", "3 directories, 4 files"] if summed else [])])
    shown = shorten_tree(text.split("\n"), text)
    assert shown.lossless
    assert shown.text == text or decode(shown.text, shown.note, style) == text


def test_names_with_blanks_stand_side_by_side_behind_commas() -> None:
    text = "app@1.0.0\n├─┬ ajv@6.15.0\n│ ├── fast-uri@3.0.1 deduped\n│ └── json-traverse@0.4.1\n└── zod@4.0.0\n" * 9
    shown = shorten_tree(text.split("\n"), text)
    assert shown.text.startswith(
        "app@1.0.0\n ajv@6.15.0\n  fast-uri@3.0.1 deduped, json-traverse@0.4.1\n zod@4.0.0\napp"
    )


@pytest.mark.parametrize("line", ["- item", "a - b", "--option x", "| cell | cell |", "x ├── y"])
def test_what_is_no_row_of_a_tree(line: str) -> None:
    assert not is_drawn(line)


def test_a_drawing_with_a_fault_stays_as_it_is() -> None:
    text = "root\n├── a\n│   └── b\n    └── c\n" * 4
    assert shorten_tree(text.split("\n"), text).text == text


def names_of(body: str, note: str) -> list[str]:
    names = [name for line in body.split("\n")[1:] for name in line.strip().split(", ")]
    for sign, word in re.findall(r"`([*'])` = (\w+)", note):
        names = [f"{name[:-1]} {word}" if name.endswith(sign) else name for name in names]
    for state in re.findall(r"`\?` = ([A-Z ]+) \(\d+ of them\)", note):
        names = [f"{state} {name[1:]}" if name.startswith("?") else name for name in names]
    return names


def test_what_many_names_are_said_to_be_stands_as_a_sign_that_the_note_explains() -> None:
    names = [f"part{n}@1.{n}.0 deduped" if n % 2 else f"UNMET OPTIONAL DEPENDENCY part{n}@^1" for n in range(120)]
    names.append("tide@2.0.0 overridden")
    text = "\n".join(["app@1.0.0", *[f"├── {name}" for name in names[:-1]], f"└── {names[-1]}"])
    shown = shorten_tree(text.split("\n"), text)
    assert "`*` = deduped; `?` = UNMET OPTIONAL DEPENDENCY (60 of them)" in shown.note
    assert "?part0@^1, part1@1.1.0*, " in shown.text
    assert names_of(shown.text, shown.note) == names


def test_a_sign_that_a_name_has_is_not_taken() -> None:
    names = [f"part{n}@1.{n}.0 deduped" for n in range(60)] + ["any@*", "?odd@1.0.0 x"]
    text = "\n".join(["app@1.0.0", *[f"├── {name}" for name in names[:-1]], f"└── {names[-1]}"])
    shown = shorten_tree(text.split("\n"), text)
    assert "`'` = deduped" in shown.note
    assert names_of(shown.text, shown.note) == names

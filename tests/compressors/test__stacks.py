from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._stacks import are_stacks, tree
from headroom.messages import Hint

FRAMES = st.sampled_from(["main (a.py:9)", "load (a.py:3)", "parse", "<module>", "re.sub"])
STACKS = st.dictionaries(
    st.lists(FRAMES, min_size=1, max_size=6).map(";".join), st.integers(1, 99), min_size=1, max_size=30
)


def untreed(text: str) -> dict[str, int]:
    """The stacks that a tree stands for."""
    out: dict[str, int] = {}
    above: list[str] = []
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(" "))
        name, _, count = line.strip().rpartition(" ")
        counted = count.isdigit()
        del above[depth:]
        above.append(name if counted else line.strip())
        if counted:
            out[";".join(above)] = int(count)
    return out


@given(STACKS)
def test_the_tree_tells_of_all_stacks(stacks: dict[str, int]) -> None:
    ordered = sorted(stacks.items())

    made = tree("\n".join(f"{stack} {count}" for stack, count in ordered), Hint(), Limits(effort=Effort.LOSSLESS))

    if made is not None:
        assert made.lossless
        assert untreed(made.text) == stacks


@given(STACKS)
def test_in_another_order_nothing_is_lost_from_medium_on(stacks: dict[str, int]) -> None:
    made = tree("\n".join(f"{s} {n}" for s, n in stacks.items()), Hint(), Limits(effort=Effort.MEDIUM))

    assert made is not None
    if not made.elisions:
        assert untreed(made.text) == stacks


def test_what_was_seldom_seen_is_counted_and_what_is_asked_for_is_shown() -> None:
    lines = ["main;load 400", "main;load;parse 90"]
    lines += [f"main;save;dump{n} 1" for n in range(9)] + ["main;save;wait 70"]
    text = "\n".join(lines)

    made = tree(text, Hint(), Limits(effort=Effort.MEDIUM))
    asked = tree(text, Hint(query="what of dump4?"), Limits(effort=Effort.MEDIUM))

    assert made is not None
    assert made.text == "main\n load 400\n  parse 90\n save\n  ⋯ 9 stacks, 9 samples\n  wait 70"
    assert [(e.count, e.ranges) for e in made.elisions] == [(9, ((3, 11),))]
    assert asked is not None
    assert "  dump4 1\n" in asked.text
    assert "⋯ 8 stacks, 8 samples" in asked.text


@pytest.mark.parametrize(
    "text",
    [
        "a;b 1\na;b 2",
        "a;b 7;c 1\na;b;d 2",
        "a;;b 1",
        "a; b 1",
        "a;⋯ 2 stacks 1",
        "a;b\nc;d",
        "one\ntwo\nthree\nfour\nfive\na;b 1",
    ],
)
def test_what_could_be_read_in_two_ways_is_left_alone(text: str) -> None:
    assert tree(text, Hint(), Limits(effort=Effort.MEDIUM)) is None


def test_very_deep_stacks_are_no_trouble() -> None:
    deep = ";".join(f"f{n}x" for n in range(3_000))
    text = "\n".join([f"{deep} 5", f"{deep};end 3", "f0x;f1x 9"])

    made = tree(text, Hint(), Limits(effort=Effort.MEDIUM))

    assert made is not None
    assert len(made.text) < len(text) / 1.9


def test_stacks_are_told_by_their_numbers_and_frames() -> None:
    assert are_stacks("\n".join(f"main;load;f{n} {n}" for n in range(9)), is_cut=False)
    assert not are_stacks("int a; int b; return 0\n" * 9, is_cut=False)
    assert not are_stacks("PATH=/a;/b 1\n" * 2, is_cut=False)

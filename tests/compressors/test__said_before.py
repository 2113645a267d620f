"""Paragraphs that stand twice: the reference leads back to the same text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._said_before import fold
from headroom.lines import FOLD
from tests.generators import TEXT

REFERENCE = re.compile(rf"{FOLD} lines (\d+)(?:-(\d+))? = lines (\d+)(?:-(\d+))?\Z")
LONG = "A paragraph that is long enough to be worth a reference, because it goes on and on. " * 3


def decode(body: str, first_line: int) -> str:
    """The text again: every reference is replaced by the lines that it names, which stand above."""
    out: list[str] = []
    for line in body.split("\n"):
        m = REFERENCE.match(line)
        if m is None:
            out.append(line)
            continue
        assert int(m[1]) == first_line + len(out)
        a, b = int(m[3]), int(m[4] or m[3])
        assert b - a == int(m[2] or m[1]) - int(m[1])
        out += out[a - first_line : b + 1 - first_line]
    return "\n".join(out)


PART = st.one_of(st.sampled_from([LONG, LONG + "\nand more", LONG.lower(), "short", "", f"{FOLD} x"]), TEXT)


@given(st.lists(PART, max_size=8), st.sampled_from(["\n", "\n\n", "\n\n\n"]), st.integers(1, 50))
def test_references_lead_back(parts: list[str], joint: str, first_line: int) -> None:
    """Lossless, and shorter."""
    text = joint.join(parts)
    folded = fold(text, text.split("\n"), first_line)
    if folded is not None:
        assert decode(folded, first_line) == text
        assert len(folded) < len(text)


def test_the_first_one_stays() -> None:
    """Later ones are named by their lines."""
    text = f"{LONG}\n\nbetween\n\n{LONG}\n\nend\n\n{LONG}"
    folded = f"{LONG}\n\nbetween\n\n{FOLD} lines 5 = lines 1\n\nend\n\n{FOLD} lines 9 = lines 1"
    assert fold(text, text.split("\n"), 1) == folded


def test_nothing_is_said_where_nothing_repeats() -> None:
    """Nor where somebody else's line could pass for a reference."""
    assert fold(LONG, [LONG], 1) is None
    text = f"{FOLD} mine\n\n{LONG}\n\n{LONG}"
    assert fold(text, text.split("\n"), 1) is None

"""Dedupe: what stands earlier is referred to, exactly."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.dedupe import Said
from headroom.lines import FOLD
from headroom.messages import Hint

READ = Hint(tool="Read", path="src/app.py")
LINES = [f"    value_{n} = compute_the_value(number={n}, factor={n * n})" for n in range(60)]
REFERENCE = re.compile(rf"{FOLD} lines (\d+)(?:-(\d+))? = lines (\d+)(?:-(\d+))? (?:above|of result #(\d+) above.*)")


def rebuild(body: str, sources: list[str]) -> str:
    """Undo the references: what a model can do that has the earlier results in view."""
    out: list[str] = []
    for line in body.split("\n"):
        m = REFERENCE.fullmatch(line)
        if m is None:
            out.append(line)
            continue
        a, b, c, d = int(m[1]), int(m[2] or m[1]), int(m[3]), int(m[4] or m[3])
        assert b - a == d - c
        assert len(out) == a - 1
        source = sources[int(m[5]) - 1].split("\n") if m[5] else out
        assert d <= len(source)
        out.extend(source[c - 1 : d])
    return "\n".join(out)


def test_the_same_text_is_named_by_the_call_that_gave_it() -> None:
    """By number, tool and what was asked."""
    said = Said()
    said.add("other", Hint(tool="Bash", command="ls"), visible=True)
    said.add("text", READ, visible=False)
    assert said.whole("text") == "result #2 above, Read(src/app.py)"
    assert said.whole("text ") is None


def test_a_file_read_again_after_an_edit_shows_the_edit_and_refers_to_the_rest() -> None:
    """Line ranges on both sides are exact."""
    said = Said()
    said.add("\n".join(LINES), READ, visible=True)
    edited = [*LINES[:30], "    inserted = True", *LINES[31:]]
    overlap = said.overlap("\n".join(edited))
    assert overlap is not None
    assert overlap.body.split("\n") == [
        "⋯ lines 1-30 = lines 1-30 of result #1 above, Read(src/app.py)",
        "    inserted = True",
        "⋯ lines 32-60 = lines 32-60 of result #1 above, Read(src/app.py)",
    ]
    assert overlap.count == 59


def test_a_text_that_is_not_visible_is_not_referred_to_by_lines() -> None:
    """The model could not look there."""
    said = Said()
    said.add("\n".join(LINES), READ, visible=False)
    assert said.overlap("\n".join(LINES[:40])) is None


def test_text_with_lines_like_ours_is_left_alone() -> None:
    """Nobody's text may pass for a reference."""
    said = Said()
    said.add("\n".join(LINES), READ, visible=True)
    assert said.overlap("\n".join([*LINES, f"{FOLD} lines 1-2 = lines 3-4 of result #1 above"])) is None


def test_what_a_text_says_twice_is_said_once() -> None:
    """Chunks that overlap: the second refers to the lines above."""
    chunk = LINES[:20]
    overlap = Said().overlap("\n".join([*chunk, "--- next chunk", *chunk[12:], "end"]), within=True)
    assert overlap is not None
    assert overlap.body.split("\n") == [*chunk, "--- next chunk", "⋯ lines 22-29 = lines 13-20 above", "end"]
    assert Said().overlap("\n".join(chunk + chunk)) is None


@given(
    st.lists(st.lists(st.sampled_from([*LINES, "", "}", "x" * 400]), max_size=40), min_size=1, max_size=5),
    st.booleans(),
)
def test_references_lead_back_to_the_text(texts: list[list[str]], within: bool) -> None:
    """For any sequence of results: what is shown plus what it refers to is the text."""
    said = Said()
    earlier: list[str] = []
    for lines in texts:
        text = "\n".join(lines)
        overlap = said.overlap(text, within=within)
        if overlap is not None:
            assert rebuild(overlap.body, earlier) == text
            assert overlap.count == sum(b - a + 1 for a, b in overlap.ranges)
        said.add(text, READ, visible=True)
        earlier.append(text)

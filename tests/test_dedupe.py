"""Dedupe: what stands earlier is referred to, exactly."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from headroom.dedupe import Said
from headroom.lines import FOLD
from headroom.messages import Hint

READ = Hint(tool="Read", path="src/app.py")
LINES = [f"    value_{n} = compute_the_value(number={n}, factor={n * n})" for n in range(60)]
REFERENCE = re.compile(
    rf"{FOLD} lines (\d+)(?:-(\d+))?(?:, numbered (\d+)(?:-\d+)?,|(, without numbers,))?"
    r" = (lines|numbered) (\d+)(?:-(\d+))? (?:above|(?:of|in) result #(\d+)(?: above.*)?|(?:of|in) the command of (.*))"
)
NUMBERED = re.compile(r" *(\d+)\t(.*)")


def parted(line: str) -> tuple[int, str]:
    """The printed number of a line, 0 for none, and the line without it."""
    m = NUMBERED.fullmatch(line)
    return (int(m[1]), m[2]) if m else (0, line)


def rebuild(body: str, sources: list[str], command: str = "") -> list[tuple[int, str]]:
    """Undo the references: what a model can do that has the earlier results in view."""
    out: list[tuple[int, str]] = []
    for line in body.split("\n"):
        m = REFERENCE.fullmatch(line)
        if m is None:
            out.append(parted(line))
            continue
        a, b, c, d = int(m[1]), int(m[2] or m[1]), int(m[6]), int(m[7] or m[6])
        assert b - a == d - c
        assert len(out) == a - 1
        source = [parted(x) for x in (command if m[9] else sources[int(m[8]) - 1]).split("\n")] if m[8] or m[9] else out
        if m[5] == "numbered":
            c = next(i for i, (number, _) in enumerate(source, 1) if number == c)
            d = c + b - a
            assert source[d - 1][0] == int(m[7] or m[6])
        assert d <= len(source)
        for i, (number, text) in enumerate(source[c - 1 : d]):
            out.append((int(m[3]) + i if m[3] else 0 if m[4] else number, text))
    return out


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
        "⋯ lines 32-60 = lines 32-60 of result #1",
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


def numbered(lines: list[str], first: int) -> str:
    return "\n".join(f"{n:6}\t{line}" for n, line in enumerate(lines, first))


def test_a_numbered_view_is_recognised_although_its_lines_have_moved() -> None:
    """After an insertion every line behind it has another number."""
    said = Said()
    said.add(numbered(LINES, 1), READ, visible=True)
    overlap = said.overlap(numbered([*LINES[:20], "    inserted = True", *LINES[20:]], 1))
    assert overlap is not None
    assert overlap.body.split("\n") == [
        "⋯ lines 1-20 = numbered 1-20 in result #1 above, Read(src/app.py)",
        "    21\t    inserted = True",
        "⋯ lines 22-61, numbered 22-61, = numbered 21-60 in result #1",
    ]


def test_lines_that_a_command_wrote_are_not_shown_again() -> None:
    """An editor that prints what it has written."""
    command = "edit 1:1\n" + "\n".join(LINES) + "\nend_of_edit"
    text = "[File: src/app.py]\n" + numbered(LINES, 1) + "\nFile updated."
    overlap = Said().overlap(text, hint=Hint(tool="bash", command=command))
    assert overlap is not None
    assert overlap.body.split("\n") == [
        "[File: src/app.py]",
        "⋯ lines 2-61, numbered 1-60, = lines 2-61 of the command of this call",
        "File updated.",
    ]
    said = Said()
    said.add("done", Hint(tool="bash", command=command), visible=True)
    later = said.overlap("\n".join(LINES))
    assert later is not None
    assert later.body == "⋯ lines 1-60 = lines 2-61 of the command of result #1"


def test_numbers_that_do_not_count_on_are_part_of_their_lines() -> None:
    """`7:` before every line may be anything: a field, a time."""
    said = Said()
    said.add("\n".join(f"{7 * n % 11 + 1}:{line}" for n, line in enumerate(LINES)), READ, visible=True)
    assert said.overlap("\n".join(LINES)) is None


def test_what_is_shown_between_references_can_be_referred_to() -> None:
    """Of a result that was shortened by references, the model sees the rest."""
    more = [line.replace("value", "other") for line in LINES]
    second = "\n".join([*LINES[:20], *more])
    said = Said()
    said.add("\n".join(LINES), READ, visible=True)
    overlap = said.overlap(second)
    assert overlap is not None
    said.add(second, READ, visible=False, body=overlap.body)
    again = said.overlap("\n".join([*LINES[10:20], *more]))
    assert again is not None
    assert again.body.split("\n") == [
        "⋯ lines 1-10 = lines 11-20 of result #1 above, Read(src/app.py)",
        "⋯ lines 11-70 = lines 21-80 of result #2 above, Read(src/app.py)",
    ]
    unseen = Said()
    unseen.add(second, READ, visible=False, body="")
    assert unseen.overlap(second + "\nend") is None


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from([*LINES, "", "}", "x" * 400]), max_size=40), st.integers(0, 3)),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
@example(texts=[([], 0), (["x" * 400, "x" * 400], 1)], within=True)
def test_references_lead_back_to_the_text(texts: list[tuple[list[str], int]], within: bool) -> None:
    """For any sequence of results, numbered or not: what is shown plus what it refers to is the text."""
    said = Said()
    earlier: list[str] = []
    for lines, first in texts:
        text = numbered(lines, first * 40) if first else "\n".join(lines)
        overlap = said.overlap(text, within=within)
        if overlap is not None:
            assert rebuild(overlap.body, earlier) == [parted(line) for line in text.split("\n")]
            assert overlap.count == sum(b - a + 1 for a, b in overlap.ranges)
        said.add(text, READ, visible=overlap is None, body=overlap.body if overlap is not None else None)
        earlier.append(text)

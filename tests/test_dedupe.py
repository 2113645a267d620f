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
    rf"{FOLD} lines? (\d+)(?:-(\d+))?(?:, numbered (\d+)(?:-\d+)?,|(, without numbers,))?"
    r" = (lines?|numbered) (\d+)(?:-(\d+))?(, behind their signs,)? (?:above \(.*\)|(?:of|in) (?:the ([\w.\[\]-]+) of (?:the call of )?)?"
    r"(?:result #(\d+)|this call)(?: above)?(?:, .*)?)"
)
NUMBERED = re.compile(r" *(\d+)\t(.*)")


def parted(line: str) -> tuple[int, str]:
    """The printed number of a line, 0 for none, and the line without it."""
    m = NUMBERED.fullmatch(line)
    return (int(m[1]), m[2]) if m else (0, line)


def rebuild(body: str, results: list[str], written: list[dict[str, str]] | None = None) -> list[tuple[int, str]]:
    """Undo the references: what a model can do that has the earlier results and calls in view, those of this one last."""
    out: list[tuple[int, str]] = []
    for line in body.split("\n"):
        m = REFERENCE.fullmatch(line)
        if m is None:
            out.append(parted(line))
            continue
        a, b, c, d = int(m[1]), int(m[2] or m[1]), int(m[6]), int(m[7] or m[6])
        assert b - a == d - c
        assert len(out) == a - 1
        source = out
        if m[9]:
            given = (written or [])[int(m[10] or 0) - 1][m[9]].split("\n")
            source = [(0, x[1:]) for x in given] if m[8] else [parted(x) for x in given]
        elif m[10]:
            source = [parted(x) for x in results[int(m[10]) - 1].split("\n")]
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
    reference = "⋯ lines 22-29 = lines 13-20 above (value_12 = compute_the_value(nu…)"
    assert overlap.body.split("\n") == [*chunk, "--- next chunk", reference, "end"]
    assert Said().overlap("\n".join(chunk + chunk)) is None


def test_what_spares_too_little_is_not_looked_for() -> None:
    text = "\n".join([*LINES[:20], "--- next chunk", *LINES[12:20], "end"])
    again = len("\n".join(LINES[12:20])) + 1
    assert Said().overlap(text, within=True, least=again) is not None
    assert Said().overlap(text, within=True, least=again + 1) is None


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


def test_a_file_that_the_agent_wrote_is_not_shown_again() -> None:
    """Read after it was written: the agent has the lines in its own call."""
    content = "\n".join(LINES)
    said = Said()
    said.add("ok", Hint(tool="Write", path="src/app.py", arguments={"content": content}), visible=True)
    overlap = said.overlap(numbered(LINES, 1))
    assert overlap is not None
    assert overlap.body == (
        "⋯ lines 1-60, numbered 1-60, = lines 1-60 of the content of the call of result #1, Write(src/app.py)"
    )


def test_lines_that_a_patch_put_into_a_file_are_not_shown_again() -> None:
    """The agent has them in its own call, behind signs; what the patch takes away is not in the file."""
    patch = ["*** Begin Patch", "*** Update File: src/app.py", "@@", *(f" {line}" for line in LINES[:4])]
    patch += [f"-{LINES[4]}", *(f"+{line}" for line in LINES[5:20]), "*** End Patch"]
    said = Said()
    said.add("ok", Hint(tool="apply_patch", arguments={"input": "\n".join(patch)}), visible=True)
    overlap = said.overlap("\n".join(LINES[:24]))
    assert overlap is not None
    source = "behind their signs, of the input of the call of result #1"
    call = "apply_patch(*** Begin Patch *** Update File: src/app.py @@ …)"
    assert overlap.body.split("\n") == [
        f"⋯ lines 1-4 = lines 4-7, {source}, {call}",
        LINES[4],
        f"⋯ lines 6-20 = lines 9-23, {source}",
        *LINES[20:24],
    ]


def test_numbers_of_other_tools_are_numbers_as_well() -> None:
    """With zeros before them, or a letter."""
    said = Said()
    said.add("\n".join(f"L{n}: {line}" for n, line in enumerate(LINES, 1)), READ, visible=True)
    overlap = said.overlap("\n".join(f"L{n}: {line}" for n, line in enumerate(LINES[20:40], 31)))
    assert overlap is not None
    assert overlap.body == "⋯ lines 1-20, numbered 31-50, = numbered 21-40 in result #1 above, Read(src/app.py)"
    padded = Said()
    padded.add("\n".join(f"{n:05}| {line}" for n, line in enumerate(LINES, 1)), READ, visible=True)
    again = padded.overlap("\n".join(f"{n:05}| {line}" for n, line in enumerate(LINES, 1) if n > 9))
    assert again is not None
    assert again.body == "⋯ lines 1-51 = numbered 10-60 in result #1 above, Read(src/app.py)"


def test_of_several_edits_in_one_call_each_can_be_referred_to() -> None:
    """Arguments in lists, under the name next to them."""
    edits = [
        {"old_string": "a", "new_string": "\n".join(LINES[:8])},
        {"old_string": "b", "new_string": "\n".join(LINES[20:28]), "two words": "\n".join(LINES)},
    ]
    said = Said()
    said.add("ok", Hint(tool="MultiEdit", path="src/app.py", arguments={"edits": edits}), visible=True)
    text = "\n".join([*LINES[:8], "    between = 1", *LINES[20:28]])
    overlap = said.overlap(text)
    assert overlap is not None
    assert overlap.body.split("\n") == [
        "⋯ lines 1-8 = lines 1-8 of the edits[0].new_string of the call of result #1, MultiEdit(src/app.py)",
        "    between = 1",
        "⋯ lines 10-17 = lines 1-8 of the edits[1].new_string of the call of result #1, MultiEdit(src/app.py)",
    ]


def test_short_lines_before_a_run_belong_to_it() -> None:
    """A run is looked for where a line is long, and reaches as far as the texts are the same."""
    text = ["{", "", *LINES, "}"]
    said = Said()
    said.add("\n".join(["one", *text]), READ, visible=True)
    overlap = said.overlap("\n".join(["two", *text]))
    assert overlap is not None
    assert overlap.body.split("\n") == ["two", "⋯ lines 2-64 = lines 2-64 of result #1 above, Read(src/app.py)"]


def test_the_longest_run_is_chosen() -> None:
    """What the latest result has only in part may stand whole in the first."""
    said = Said()
    said.add("\n".join(LINES), READ, visible=True)
    said.add("\n".join([*LINES[:6], "other"]), Hint(tool="Bash", command="head app.py"), visible=True)
    overlap = said.overlap("\n".join(LINES[:40]))
    assert overlap is not None
    assert overlap.body == "⋯ lines 1-40 = lines 1-40 of result #1 above, Read(src/app.py)"


def test_a_source_that_spares_little_is_not_named() -> None:
    """Each place to look at costs a reader time; what another named source holds goes there."""
    footer = ["(open file: none at all)", "(current directory: /home/dev/project/with/a/long/name/so/that/it/counts)"]
    status = [*footer, "(branch: main, nothing to commit, working tree clean)", "(session: 1 of 1, started today)"]
    said = Said()
    said.add("\n".join(["done", *status]), Hint(tool="Bash", command="make"), visible=True)
    assert said.overlap("\n".join(["other", *status])) is None
    said.add("\n".join([*LINES, *status]), READ, visible=True)
    overlap = said.overlap("\n".join([*LINES, "new = 1", *status]))
    assert overlap is not None
    assert overlap.body.split("\n") == [
        "⋯ lines 1-60 = lines 1-60 of result #2 above, Read(src/app.py)",
        "new = 1",
        "⋯ lines 62-65 = lines 61-64 of result #2",
    ]


def test_what_a_shortened_text_shows_can_stand_earlier_as_well() -> None:
    """The failure that every run of the tests prints; what is left out stays left out."""
    trace = [f"    trace_{n} = the_call_that_failed(number={n})" for n in range(12)]
    first = ["ok 1", *LINES, *trace, "1 failed in 0.2s"]
    second = ["ok 1", *LINES, "one more passed", *trace, "1 failed in 0.3s"]
    said = Said()
    said.add("\n".join(first), READ, visible=False, body="\n".join(["⋯ lines 1-61 (61 × ok)", *trace, first[-1]]))
    body = ["⋯ lines 1-62 (62 × ok)", *trace, second[-1]]
    again = said.again("\n".join(second), "\n".join(body))
    assert again is not None
    assert again.body.split("\n") == [
        "⋯ lines 1-62 (62 × ok)",
        "⋯ lines 63-74 = lines 62-73 of result #1 above, Read(src/app.py)",
        "1 failed in 0.3s",
    ]
    assert (again.ranges, again.count) == (((63, 74),), 12)
    said.add("\n".join(second), READ, visible=False, body=again.body)
    third = said.again("\n".join(second), "\n".join(body))
    assert third is not None
    assert "lines 62-73 of result #1" in third.body


def test_lines_about_which_something_is_said_are_not_parted_from_it() -> None:
    """A note below a line is about that line."""
    said = Said()
    said.add("\n".join(LINES), READ, visible=True)
    text = "\n".join([*LINES[:20], LINES[19], LINES[19], *LINES[20:24]])
    body = "\n".join([*LINES[:20], "⋯ ×2 more", "⋯ lines 21-22", *LINES[20:24]])
    again = said.again(text, body)
    assert again is not None
    assert again.body.split("\n") == [
        "⋯ lines 1-19 = lines 1-19 of result #1 above, Read(src/app.py)",
        LINES[19],
        "⋯ ×2 more",
        "⋯ lines 21-22",
        "⋯ lines 23-26 = lines 21-24 of result #1",
    ]


def test_a_body_that_is_not_the_texts_own_lines_stays() -> None:
    """Nobody could find the lines again."""
    said = Said()
    said.add("\n".join(LINES), READ, visible=True)
    assert said.again("\n".join(LINES), "\n".join(["a table", *LINES[1:]])) is None
    assert said.again("\n".join(LINES), "other") is None
    assert Said().again("\n".join(LINES), "\n".join(LINES)) is None


@given(
    st.lists(st.lists(st.sampled_from([*LINES[:30], "", "}"]), min_size=1, max_size=40), min_size=2, max_size=4),
    st.lists(st.tuples(st.integers(0, 8), st.integers(1, 9)), max_size=6),
)
def test_what_is_left_of_a_body_leads_back_to_it(texts: list[list[str]], cuts: list[tuple[int, int]]) -> None:
    """For any earlier results and any lines left out: what a reference stands for is what the body showed there."""
    said = Said()
    for lines in texts:
        said.add("\n".join(lines), READ, visible=True)
    text = [line for lines in texts for line in lines]
    body: list[str] = []
    at = 0
    for shown, gone in cuts:
        if at + shown + gone < len(text):
            body += [*text[at : at + shown], f"{FOLD} lines {at + shown + 1}-{at + shown + gone} (left out)"]
            at += shown + gone
    body += text[at:]
    again = said.again("\n".join(text), "\n".join(body))
    if again is None:
        return
    out: list[str] = []
    for line in again.body.split("\n"):
        m = REFERENCE.fullmatch(line)
        if m is None:
            out.append(line)
            continue
        a, b, c, d = int(m[1]), int(m[2] or m[1]), int(m[6]), int(m[7] or m[6])
        assert text[a - 1 : b] == texts[int(m[10]) - 1][c - 1 : d]
        out += text[a - 1 : b]
    assert out == body


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from([*LINES, "", "}", "x" * 400]), max_size=40),
            st.integers(0, 3),
            st.lists(st.tuples(st.sampled_from("+- "), st.sampled_from([*LINES[:20], "", "y" * 200])), max_size=20),
            st.booleans(),
        ),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
@example(texts=[([], 0, [], False), (["x" * 400, "x" * 400], 1, [], False)], within=True)
def test_references_lead_back_to_the_text(
    texts: list[tuple[list[str], int, list[tuple[str, str]], bool]], within: bool
) -> None:
    """For any sequence of calls and results, numbered or not: what is shown plus what it refers to is the text."""
    said = Said()
    earlier: list[str] = []
    written: list[dict[str, str]] = []
    for lines, first, content, patch in texts:
        text = numbered(lines, first * 40) if first else "\n".join(lines)
        given = ["*** Begin Patch", *map("".join, content)] if patch else [line for _, line in content]
        written.append({"content": "\n".join(given)})
        hint = Hint(tool="Write", path="src/app.py", arguments=written[-1])
        overlap = said.overlap(text, within=within, hint=hint)
        if overlap is not None:
            assert rebuild(overlap.body, earlier, written) == [parted(line) for line in text.split("\n")]
            assert overlap.count == sum(b - a + 1 for a, b in overlap.ranges)
        said.add(text, hint, visible=overlap is None, body=overlap.body if overlap is not None else None)
        earlier.append(text)

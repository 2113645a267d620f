from __future__ import annotations

import re

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors._hit_excerpt import _View, excerpt
from headroom.compressors._hit_runs import Runs, bare, grouped, parse
from headroom.messages import NO_HINT, Hint

MEDIUM = Limits(effort=Effort.MEDIUM)


def read(text: str) -> Runs:
    found = parse(text)
    assert found is not None
    return found


def calls(files: int, each: int) -> list[str]:
    return [
        f"src/part{f % 9}/use{f}.py:{n}:    total = total + parse_row({n}, {f})"
        for f in range(files)
        for n in range(1, each + 1)
    ]


def test_what_fits_the_budget_is_not_cut() -> None:
    assert excerpt(read("\n".join(calls(1, 9))), NO_HINT, MEDIUM) is None


def test_lines_of_no_file_stay() -> None:
    text = "\n".join([*calls(9, 9), "grep: secret: Permission denied", *calls(9, 9)])
    made = excerpt(read(text), NO_HINT, MEDIUM)
    assert made is not None
    assert "\ngrep: secret: Permission denied\n" in made.text


def test_files_without_a_visible_hit_are_named_by_folder_and_beyond_forty_counted() -> None:
    lines = sorted(calls(90, 3), key=lambda line: line.partition(":")[0])
    made = excerpt(read("\n".join(lines)), Hint(command="rg -n parse_row"), MEDIUM)
    assert made is not None
    assert re.search(r"^⋯ src/part\d/: use\d+\.py:1-3 use\d+\.py:1-3", made.text, re.MULTILINE)
    counted = re.search(r"⋯ (\d+) more hits in (\d+) files, by folder: src/part", made.text)
    assert counted
    assert int(counted[1]) == 3 * int(counted[2])
    hidden = re.search(r"of (\d+) hits not shown", made.note)
    assert hidden
    assert len(re.findall(r"^\d+:", made.text, re.MULTILINE)) + int(hidden[1]) == 270


def test_a_list_of_very_many_hits_is_cut_to_the_same_budget_and_counted() -> None:
    lines = sorted(calls(60, 500), key=lambda line: line.partition(":")[0])
    lines.insert(777, "src/part0/use0.py:501:def parse_row(row):")
    text = "\n".join(sorted(lines, key=lambda line: line.partition(":")[0]))
    made = excerpt(read(text), Hint(command="rg -n parse_row"), MEDIUM)
    assert made is not None
    assert len(made.text) < 40_000
    hidden = re.search(r"of (\d+) hits not shown", made.note)
    assert hidden
    assert len(re.findall(r"^\d+:", made.text, re.MULTILINE)) + int(hidden[1]) == 30_001
    assert sum(e.count for e in made.elisions) == int(hidden[1])


def test_context_goes_with_its_hit_and_what_is_left_of_it_is_counted() -> None:
    lines = [
        line
        for n in range(3, 300, 7)
        for line in (
            f"a.py-{n - 1}-    before {n}",
            f"a.py:{n}:    parse_row({n})",
            f"a.py-{n + 1}-    after {n}",
            "--",
        )
    ]
    made = excerpt(read("\n".join(lines)), Hint(command="rg -n -C1 parse_row"), MEDIUM)
    assert made is not None
    shown = len(re.findall(r"^\d+-", made.text, re.MULTILINE))
    assert f"{2 * len(range(3, 300, 7)) - shown} context lines left out" in made.note


@pytest.mark.parametrize("effort", [Effort.MEDIUM, Effort.STRONG])
def test_blank_lines_between_headed_files_go(effort: Effort) -> None:
    text = "\n\n".join(f"src/f{n}.py\n" + "\n".join(f"{k}:    parse_row({k})" for k in range(1, 9)) for n in range(40))
    made = excerpt(grouped(text), Hint(command="rg --heading parse_row"), Limits(effort=effort))
    assert made is not None
    assert "\n\n" not in made.text


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(calls(3, 4)),
        "a.py:1:x\na.py-2-y\n--\na.py:9:x\na.py-10-a.py-11-\nb-3-c.py:7:x\nb-3-c.py-8-\n--\n12/x:3:y\n",
        "12/x.c:1:12/x.c:2\n12/x.c:3:y\n-w/a.go:1:x\n-w/a.go:2:-w/a.go:3\ngrep: x: Permission denied\nz:1:z",
    ],
)
def test_lines_are_read_off_the_text_as_runs_tell_them(text: str) -> None:
    found = read(text)
    view = _View(found)
    for n, width in enumerate(found.widths):
        if width >= 0:
            lines, places = view._lines(n)
            assert lines == found.body(n).split("\n")
            assert [lines[k] for k in places] == [line for line in lines if re.match(r"\d+:", line)]


@pytest.mark.parametrize(
    "found", [bare("a/b.py:x = 1\na/b.py:y:2\na/b.py:z\n"), grouped("a.py\n1:x\n2-y\n\nb.py\nLine 3: z\n")]
)
def test_lines_without_numbers_and_below_paths_are_read_alike(found: Runs) -> None:
    view = _View(found)
    for n, width in enumerate(found.widths):
        if width >= 0:
            assert view._lines(n)[0] == found.body(n).split("\n")


TIDES = """\
def rise(port):
    # The moon is late.
    # So is the tide.
    try:
        level = measure(port)
    except TideError as error:

        raise FloodError(error) from None
    return level


def note(port):
    \"\"\"Write it down.\"\"\"
    print(port)
"""


def searched(pattern: str, query: str | None = None, copies: int = 12) -> str:
    """What is shown of `rg -n -C2 pattern`, run on copies of a file."""
    out: list[str] = []
    for copy in range(copies):
        source = TIDES.splitlines()
        hits = [i for i, line in enumerate(source) if re.search(pattern, line)]
        near = sorted({k for i in hits for k in range(max(i - 2, 0), min(i + 3, len(source)))})
        for a, i in zip([-1, *near], near, strict=False):
            if a >= 0 and i > a + 1:
                out.append("--")
            sign = ":" if i in hits else "-"
            out.append(f"a/tide{copy:02}.py{sign}{i + 1}{sign}{source[i].replace('TideError', f'TideError{copy}')}")
        out.append("--")
    made = excerpt(read("\n".join(out[:-1])), Hint(command=f"rg -n -C2 {pattern}", query=query), MEDIUM)
    assert made is not None
    return made.text


def test_what_a_hit_opens_is_shown_with_it_and_blank_lines_never_are() -> None:
    lines = searched("except").split("\n")
    shown = [i for i, line in enumerate(lines) if line.startswith("6:")]
    assert shown
    assert all(lines[i + 1] == "8-        raise FloodError(error) from None" for i in shown[:2])
    assert not [line for line in lines if re.match(r"\d+-\s*$", line)]


def test_code_comes_before_comments() -> None:
    lines = searched("level = ").split("\n")
    assert any(line.startswith("4-    try:") for line in lines)
    assert any(line.startswith("6-    except") for line in lines)
    assert not any(line.startswith("3-    # So is") for line in lines)


@pytest.mark.parametrize(
    "query", ["Which files call parse_row more than three times?", "How often is it used?", "count the calls"]
)
def test_who_asks_how_often_is_told_the_hits_of_each_file(query: str) -> None:
    found = [
        *calls(1, 9),
        *(f"src/one{n}.py:{n}:    parse_row({n})" for n in range(1, 30)),
        "lib/use0.py:3:  parse_row()",
    ]
    found += [f"src/two.py:{n}:    other = parse_row({n}, None)" for n in (4, 8)]
    made = excerpt(read("\n".join(found)), Hint(command="rg -n parse_row", query=query), MEDIUM)
    assert made is not None
    first = made.text.split("\n")[0]
    assert first == "⋯ hits by file: src/part0/use0.py 9, two.py 2; 1 in each of 30 others"


def test_who_asks_else_is_not() -> None:
    made = excerpt(read("\n".join(calls(9, 9))), Hint(command="rg -n parse_row", query="How is it used?"), MEDIUM)
    assert made is not None
    assert "hits by file" not in made.text


def test_that_files_stand_at_another_place_is_said() -> None:
    found = [f"a/b.py:{n}:    x = parse_row({n})" for n in range(1, 60)]
    found += ["z/c.py:7:def parse_row(text):"]
    made = excerpt(read("\n".join(found)), Hint(command="rg -n parse_row"), MEDIUM)
    assert made is not None
    assert "other files last" not in made.note
    many = excerpt(read("\n".join(sorted(calls(30, 3)) + found[-1:])), Hint(command="rg -n parse_row"), MEDIUM)
    assert many is not None
    assert many.note.endswith("; other files last")

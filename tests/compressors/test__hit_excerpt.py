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

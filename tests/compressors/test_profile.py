from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors.profile import ProfileCompressor
from headroom.messages import Hint

HEADER = "   ncalls  tottime  percall  cumtime  percall filename:lineno(function)"
TITLE = "         9000 function calls in 0.783 seconds\n\n   Ordered by: cumulative time\n\n"


def row(calls: str, own: float, cumulative: float, name: str) -> str:
    return f"{calls:>9} {own:8.3f} {0:8.3f} {cumulative:8.3f} {0:8.3f} {name}"


def profiled(tail: int = 80) -> str:
    rows = [row("1", 0.01, 0.78, "quay.py:1(main)"), row("240003", 0.3, 0.5, "{built-in method builtins.ord}")]
    rows += [row("12/3", 0.05, 0.4 - 0.01 * n, f"moor.py:{n}(step {n})") for n in range(12)]
    rows += [row(str(n), 0.0001, 0.001, f"<frozen lib>:{n}(_find_{n})") for n in range(tail)]
    rows.append(row("900000", 0.0, 0.0, "{method 'get' of 'dict' objects}"))
    return f"{TITLE}{HEADER}\n" + "\n".join(rows) + "\n\n\n"


def test_rows_that_cost_much_stay_and_the_others_are_summed() -> None:
    text = profiled()

    made = ProfileCompressor().compress(text, Hint(), Limits(effort=Effort.MEDIUM))

    assert "1 0.010 0.000 0.780 0.000 quay.py:1(main)" in made.text
    assert "12/3 0.050 0.000 0.290 0.000 moor.py:11(step 11)" in made.text
    assert "900000 0.000 0.000 0.000 0.000 {method 'get' of 'dict' objects}" in made.text
    assert "⋯ lines 20-98 (79 × little cost: tottime 0)" in made.text
    assert "9000 function calls in 0.783 seconds" in made.text
    assert [e.ranges for e in made.elisions] == [((20, 98),)]
    assert not made.lossless


def test_what_the_query_names_stays() -> None:
    made = ProfileCompressor().compress(profiled(), Hint(query="Is _find_41 slow?"), Limits(effort=Effort.MEDIUM))

    assert "<frozen lib>:41(_find_41)" in made.text
    assert "_find_42" not in made.text


@pytest.mark.parametrize("effort", [Effort.LOSSLESS, Effort.LIGHT])
def test_without_leave_only_padding_goes(effort: Effort) -> None:
    text = profiled()

    made = ProfileCompressor().compress(text, Hint(), Limits(effort=effort))

    assert made.lossless
    assert made.note == "cells unpadded"
    assert made.text.split() == text.split()
    assert made.text.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("      flat  flat%   sum%        cum   cum%", "     {cost}s  1.50% 61.50%      {cost}s  2.00%  runtime.f{n}"),
        ("# Overhead  Command  Shared Object  Symbol", "     {cost}%  quay     libc.so.6      [.] f{n}"),
        (
            " time   seconds   seconds    calls  ms/call  ms/call  name    ",
            " {cost}      0.83     0.20     {n}0     0.01     0.02  f{n}",
        ),
        ("   ticks  total  nonlib   name", "    {cost}    1.5%    2.0%  f{n}"),
    ],
)
def test_other_profilers_tables_are_known(header: str, line: str) -> None:
    rows = [line.format(cost=cost, n=n) for n, cost in enumerate([91.5, 60.25, 40.0] + [0.01] * 50)]
    text = "\n".join([header, *rows, ""])

    made = ProfileCompressor().compress(text, Hint(), Limits(effort=Effort.MEDIUM))

    assert ProfileCompressor().score(text, Hint()) >= 0.5
    assert "f2" in made.text
    assert re.search(r"⋯ lines \d+-54 \(4[0-9] × little cost: \S+", made.text) or "× little cost: % time" in made.text


def test_a_table_with_empty_cells_keeps_its_padding() -> None:
    rows = [
        f"  {50 - n:5.2f}      0.83     0.20{'' if n % 2 else '     90     0.01     0.02'}  f{n}" for n in range(12)
    ]
    text = "\n".join([" time   seconds   seconds    calls  ms/call  ms/call  name    ", *rows])

    assert ProfileCompressor().compress(text, Hint(), Limits(effort=Effort.MEDIUM)).text == text


@pytest.mark.parametrize("text", ["Overhead costs are up.\n" * 20, "a b c\n" * 30, "", "x;y;z\n" * 20])
def test_other_texts_score_nothing(text: str) -> None:
    assert ProfileCompressor().score(text, Hint()) == 0.0
    assert ProfileCompressor().compress(text, Hint(), Limits(effort=Effort.MEDIUM)).text == text


@given(
    st.lists(
        st.sampled_from([HEADER, row("1", 0.1, 0.2, "a.py:1(f)"), "", "⋯ lines 1-4", "text", "# Overhead"]), max_size=40
    )
)
def test_any_mixture_is_shortened_or_left_alone(lines: list[str]) -> None:
    text = "\n".join(lines)

    made = ProfileCompressor().compress(text, Hint(), Limits(effort=Effort.MEDIUM))

    assert made.text == text or len(made.text) < len(text)


def test_stacks_become_a_tree() -> None:
    text = "\n".join([f"main (a.py:9);step{n % 3};work {n}" for n in range(3)] + ["main (a.py:9);step1 40"] * 1) * 1
    text += "".join(f"\nmain (a.py:9);load;parse{n} 5" for n in range(8))

    assert ProfileCompressor().score(text, Hint()) == 0.95
    made = ProfileCompressor().compress(text, Hint(), Limits(effort=Effort.MEDIUM))
    assert made.text.startswith("main (a.py:9)\n step0;work 0") or made.text.startswith("main (a.py:9)\n ⋯")
    assert "parse7 5" in made.text

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors.terminal import TerminalCompressor
from headroom.messages import NO_HINT
from headroom.terminal import plain

DATA = Path(__file__).parent.parent / "data" / "terminal"
TERMINAL = TerminalCompressor()
LIGHT = Limits(effort=Effort.LIGHT)
FOLD = re.compile(r"⋯ lines? (\d+)(?:-(\d+))?: progress")
PIECES = st.sampled_from(
    [
        "\x1b[31m",
        "\x1b[0m",
        "\r",
        "\r\n",
        "\n",
        "\x08",
        " 10%|█   | 1/9 [00:01<00:09, 1.0it/s]",
        "100%|███| 9/9",
        "word",
        "\x1b",
        "  % Total    % Received % Xferd",
        "Receiving objects:  12% (3/25)",
        "   50K .......... .......... 12% 3.1M 0s",
        "% ",
    ]
)


@pytest.mark.parametrize("case", sorted(p.stem for p in DATA.glob("*.in")))
def test_golden_pairs_read_as_a_terminal_would_show_them(case: str) -> None:
    source = (DATA / f"{case}.in").read_bytes().decode()
    made = TERMINAL.compress(source, NO_HINT, LIGHT)
    assert f"{made.note}\n{made.text}" == (DATA / f"{case}.out").read_bytes().decode()
    assert TERMINAL.score(source, NO_HINT) > 0.6


def test_a_line_shows_what_the_last_return_has_left() -> None:
    assert plain("get 10%\rget 55%\rget 100%\nnext") == "get 100%\nnext"
    assert plain("wait - \x08\\\x08|\x08done") == "wait -done"


def test_returns_that_end_lines_overwrite_nothing() -> None:
    text = "First paragraph of an answer.\rThe second one says something else.\r\nunix\r\n"
    assert plain(text) == text


def test_colours_are_gone_and_brackets_stay() -> None:
    assert (
        plain("\x1b[1;31mred\x1b[0m array[0m] \x1b]8;;https://x.test\x1b\\link\x1b]8;;\x1b\\") == "red array[0m] link"
    )


def test_percentages_in_ordinary_text_are_no_progress() -> None:
    text = "\n".join(f"coverage of module {n}: {n}% of {n * 7} lines" for n in range(40))
    assert TERMINAL.score(text, NO_HINT) == 0.0
    assert TERMINAL.compress(text, NO_HINT, LIGHT).text == text


def test_without_effort_and_beside_lines_of_ours_nothing_changes() -> None:
    text = "\x1b[31mred\x1b[0m\n" * 9
    assert TERMINAL.compress(text, NO_HINT, Limits()).text == text
    assert TERMINAL.compress(text + "⋯ lines 1-2: progress", NO_HINT, LIGHT).text == text + "⋯ lines 1-2: progress"


def test_a_line_to_keep_is_shown_though_it_is_progress() -> None:
    text = "\n".join(f"{n}%|███| {n}/100 [00:01<00:00, 9.1it/s]" for n in range(20))
    made = TERMINAL.compress(text, NO_HINT, Limits(effort=Effort.LIGHT, keep=re.compile("7/100")))
    assert "7%|███| 7/100 [00:01<00:00, 9.1it/s]\n⋯ lines 9-17: progress\n17%|" in made.text


@given(st.lists(PIECES, max_size=30).map("".join), st.integers(1, 50))
def test_every_line_is_shown_cleaned_at_its_place_or_folded_as_progress(text: str, first: int) -> None:
    made = TERMINAL.compress(text, NO_HINT, Limits(effort=Effort.LIGHT, first_line=first))
    lines = plain(text).split("\n")
    assert len(lines) == text.count("\n") + 1
    at, folded = 0, 0
    for line in made.text.split("\n") if made.text != text else lines:
        m = FOLD.fullmatch(line)
        if m is None:
            assert line == lines[at]
            at += 1
        else:
            assert int(m[1]) == at + first
            folded += int(m[2] or m[1]) - at - first + 1
            at = int(m[2] or m[1]) - first + 1
    assert at == len(lines)
    assert folded == sum(e.count for e in made.elisions)


def test_leaders_go_where_they_make_a_list_and_nothing_has_to_stay() -> None:
    bar = "".join(f"running (0m{n}0.0s), 9/9 VUs, {n} complete and 0 interrupted iterations\n" for n in range(1, 9))
    rows = "".join(f"  http_req_{n}........: avg={n}ms   max={n * 9}ms\n" for n in range(5))

    made = TERMINAL.compress(bar + rows, NO_HINT, LIGHT)
    kept = TERMINAL.compress(bar + rows, NO_HINT, Limits(effort=Effort.LIGHT, keep=re.compile("http_req_3.*")))

    assert "  http_req_3: avg=3ms max=27ms\n" in made.text
    assert made.note == "dotted leaders and padding left out"
    assert "  http_req_3........: avg=3ms   max=27ms\n" in kept.text
    assert made.text.startswith("⋯ lines 1-7: progress\nrunning (0m80.0s)")

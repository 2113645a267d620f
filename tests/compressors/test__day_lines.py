"""Chats with the day said once come back as they were, by a reader that knows only the note."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._day_lines import exactly


def rebuilt(body: str, note: str) -> str:
    """The export, by what the note says."""
    found = re.search(r'begins with "(.*?)D(.*?)"', note)
    assert found is not None
    out: list[str] = []
    day = ""
    for line in body.split("\n"):
        if re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}:", line):
            day = line[:-1]
        else:
            out.append(f"{found[1]}{day}{found[2]}{line}" if re.match(r"\d{1,2}:\d\d", line) else line)
    return "\n".join(out)


FORMS = [
    "{day}, 10:{n:02} - {who}: {words}",
    "\u200e[{day}, 10:{n:02}:07] {who}: {words}",
    "[{day} 10:{n:02}] {who}: {words}",
]
LINE = st.sampled_from(
    ["yes", "- two sofas", "", "10:40 train", "12/03/2026:", "12/03/2026: on that day", "at 10:40", "[12"]
)


@st.composite
def chats(draw: st.DrawFn) -> str:
    """An export, now and then with lines that look like ours."""
    form = draw(st.sampled_from(FORMS))
    days = draw(st.sampled_from([["12/03/2026"], ["12.03.26", "13.03.26"], ["2026-03-12", "12/03/2026"]]))
    lines: list[str] = draw(st.lists(LINE, max_size=1)) if draw(st.booleans()) else []
    for n in range(draw(st.integers(0, 12))):
        own = form if draw(st.integers(0, 30)) else FORMS[0]
        lines.append(own.format(day=days[n // 4 % len(days)], n=n, who=("Ann", "Ben")[n % 2], words=f"message {n}"))
        if not draw(st.integers(0, 6)):
            lines.append(draw(LINE))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"]))


@given(chats())
def test_the_export_comes_back_from_what_is_shown(text: str) -> None:
    made = exactly(text)
    if made is not None:
        assert rebuilt(*made) == text
        assert sum(map(len, made)) < len(text)


def chat(form: str = FORMS[0]) -> list[str]:
    return [form.format(day=f"{12 + n // 8}/03/2026", n=n, who="Ann", words="we go") for n in range(16)]


@pytest.mark.parametrize("form", FORMS)
def test_a_day_is_said_once(form: str) -> None:
    made = exactly("\n".join(chat(form)))
    assert made is not None
    lines = made[0].split("\n")
    assert [n for n, line in enumerate(lines) if line.endswith("2026:")] == [0, 9]
    assert lines[1].startswith("10:00")
    assert rebuilt(*made) == "\n".join(chat(form))


@pytest.mark.parametrize(
    "lines", [[*chat(), "10:40 the train leaves"], [*chat(), "12/03/2026:"], [*chat(), chat(FORMS[2])[0]], chat()[:3]]
)
def test_what_could_not_be_rebuilt_stays(lines: list[str]) -> None:
    assert exactly("\n".join(lines)) is None

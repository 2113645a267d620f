from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort
from headroom.compressors._git_lists import blame, changes, log

PEOPLE = st.sampled_from(["Ada Wren", "Bo (Work) Lind", "é"])
CODE = st.sampled_from(["", " x = 1", " 3) y", " (Ada 2024-05-01 10:00:00 +0000 7) z", "\tq", " \r"])
HASHES = st.sampled_from(["^5330547", "7399396d", "ea6e7d28d12ab79a0a27c61f87a7248f0b6fa381"])


@st.composite
def blamed(draw: st.DrawFn) -> str:
    rows = draw(st.lists(st.tuples(HASHES, PEOPLE, st.sampled_from(["", "a b.py "]), CODE), min_size=1, max_size=25))
    first = draw(st.sampled_from([1, 96]))
    width = len(str(first + len(rows) - 1))
    return "\n".join(
        f"{commit} {path}({who:<14} 2024-05-0{1 + len(who) % 9} 10:00:00 +0200 {n:>{width}}){code}"
        for n, (commit, who, path, code) in enumerate(rows, first)
    ) + draw(st.sampled_from(["", "\n"]))


def decode_blame(body: str) -> str:
    """The input again, from what a reader sees."""
    lines = body.removesuffix("\n").split("\n")
    width = max(len(m[0]) for m in map(re.compile(r"\d+(?=\))").match, lines) if m)
    named: dict[str, str] = {}
    who = ""
    out: list[str] = []
    for line in lines:
        m = re.match(r"(\d+)\)", line)
        if m is not None:
            out.append(f"{who} {m[1]:>{width}}){line[m.end() :]}")
        elif new := re.match(r"([a-z]+)=", line):
            who = named[new[1]] = line[new.end() :]
        else:
            who = named.get(line, line)
    return "\n".join(out) + "\n" * body.endswith("\n")


@settings(max_examples=500, deadline=None)
@given(blamed())
def test_a_blamed_file_can_be_written_again(text: str) -> None:
    made = blame(text)
    assert made is None or (made.lossless and decode_blame(made.text) == text)


def test_a_long_blame_is_less_than_half() -> None:
    text = "\n".join(f"7399396d (Ada Wren 2024-05-02 10:00:00 +0000 {n:>3}) line {n}" for n in range(1, 200))
    made = blame(text)
    assert made is not None
    assert 3 * len(made.text) < len(text)


def test_a_part_of_a_long_file_says_how_wide_its_numbers_were() -> None:
    lines = [f"7399396d (Ada Wren 2024-05-02 10:00:00 +0000 {n:>4})     x = {n}" for n in range(1, 40)]
    made = blame("\n".join(lines))
    assert made is not None
    assert made.note.endswith("numbers flush right in 4 places")
    assert "\n7)     x = 7\n" in made.text


@pytest.mark.parametrize(
    "text",
    ["", "x", "7399396d (Ada 2024-05-02 10:00:00 +0000 1) a\nb", "7399396d (Ada 2024-05-02 10:00:00 +0000   1) a"],
)
def test_what_is_no_blame_is_left_alone(text: str) -> None:
    assert blame(text) is None


PREFIXES = st.sampled_from([" M ", "A  ", "?? ", "M\t", "R100\t", "\tmodified:   ", "\tnew file:   ", "\t"])
PATHS = st.sampled_from(["a.py", "src/a.py", "src/b.py", "src/x/", "tests/t/c.py", "x/:", "my file"])
STATUS = st.lists(
    st.one_of(
        st.builds("{}{}".format, PREFIXES, PATHS), st.sampled_from(["", "On branch main", " M src/: a b", "R  a -> b"])
    ),
    max_size=30,
)


@settings(max_examples=500, deadline=None)
@given(STATUS)
def test_every_change_can_be_read_again(lines: list[str]) -> None:
    text = "\n".join(lines)
    made = changes(text)
    if made is None:
        return
    out: list[str] = []
    for line in made.text.split("\n"):
        m = re.match(r"(\t[a-z ]+: +|\t|[A-Z]\d*\t|..\s)(\S*/): (.+)\Z", line)
        out += [m[1] + m[2] + name for name in m[3].split(" ")] if m else [line]
    assert made.lossless
    assert "\n".join(out) == text


AUTHORS = st.sampled_from(["Ada Wren <a@x.org>", "Bo Lind <b@x.org>", "a=<b>", "C · D <c@x.org>"])
MESSAGES = st.sampled_from(["one", "two\n    \n    more", "commit 1234567 was wrong", "commit 7"])


@st.composite
def logs(draw: st.DrawFn) -> str:
    out = [
        f"commit {n:040x}{refs}\n{merge}Author: {who}\nDate:   Wed May 1 10:00:00 2024 +0000\n\n    {message}\n"
        for n, (refs, merge, who, message) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(["", " (HEAD -> main, tag: v1)"]),
                        st.sampled_from(["", "Merge: 1234567 89abcde\n"]),
                        AUTHORS,
                        MESSAGES,
                    ),
                    max_size=9,
                )
            )
        )
    ]
    return "\n".join(out)


@settings(max_examples=500, deadline=None)
@given(logs())
def test_a_log_can_be_written_again(text: str) -> None:
    made = log(text, Effort.LOSSLESS)
    if made is None:
        return
    named: dict[str, str] = {}

    def head(m: re.Match[str]) -> str:
        new = re.match(r"([a-z]+)=(.*)\Z", m[3])
        if new is not None:
            named[new[1]] = new[2]
        who = new[2] if new is not None else named.get(m[3], m[3])
        return f"commit {m[1]}{m[2]}\n{m[5] or ''}Author: {who}\nDate:   {m[4]}\n"

    shape = re.compile(r"^commit ([0-9a-f]{40})((?: \([^)\n]*\))?) (.*) · (.*)\n(Merge: .*\n)?", re.MULTILINE)
    assert made.lossless
    assert shape.sub(head, made.text) == text


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["Ada Wren", "Bo", "a=b", "C · D"]), MESSAGES), max_size=9))
def test_a_log_as_the_mcp_server_says_it_can_be_written_again(rows: list[tuple[str, str]]) -> None:
    text = "Commit history:\n" + "\n\n".join(
        f"Commit: {n:040x}\nAuthor: {who}\nDate: 2026-05-01 10:00:0{n}+00:00\nMessage: {message}\n"
        for n, (who, message) in enumerate(rows)
    )
    made = log(text, Effort.LOSSLESS)
    if made is None:
        return
    named: dict[str, str] = {}

    def head(m: re.Match[str]) -> str:
        new = re.match(r"([a-z]+)=(.*)\Z", m[2])
        if new is not None:
            named[new[1]] = new[2]
        who = new[2] if new is not None else named.get(m[2], m[2])
        return f"Commit: {m[1]}\nAuthor: {who}\nDate: {m[3]}\nMessage: "

    assert made.lossless
    assert re.sub(r"^commit ([0-9a-f]{40}) (.*) · (.*)\n", head, made.text, flags=re.MULTILINE) == text


def test_where_something_may_be_left_out_hashes_are_cut_and_that_is_said() -> None:
    text = "\n".join(
        f"commit {n:040x}\nAuthor: Ada <a@x.org>\nDate:   Wed May 1 10:00:00 2024 +0000\n\n    message {n}\n"
        for n in range(9)
    )
    made = log(text, Effort.MEDIUM)
    assert made is not None
    assert "hashes cut to 10 digits" in made.note
    assert not made.lossless
    (elision,) = made.elisions
    assert (elision.unit, elision.count) == ("chars", 9 * 30)
    assert all(re.fullmatch("[0-9a-f]{30}", text[a:b]) for a, b in elision.ranges)

"""Prose: what the query asks for stays, word for word, and all else is named by its lines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors.prose import Kompress
from headroom.lines import BAR, FOLD
from headroom.messages import Hint
from tests.generators import ANY_TEXT, TEXT

DATA = Path(__file__).parent.parent / "data" / "prose"
KOMPRESS = Kompress()
MEDIUM, STRONG = Limits(effort=Effort.MEDIUM), Limits(effort=Effort.STRONG)
NUMBERED = re.compile(rf"(\d+){BAR}(.*)\Z")
GAP = re.compile(rf"{FOLD} lines? (\d+)(?:-(\d+))?\Z")


@pytest.mark.parametrize("source", sorted(DATA.glob("*.in")), ids=lambda p: p.stem)
def test_golden(source: Path) -> None:
    """Read the .out files as a model would: the note first, then the body."""
    options = json.loads(source.with_suffix(".json").read_text())
    effort = Effort[options.pop("effort")]
    got = KOMPRESS.compress(source.read_text(), Hint(**options), Limits(effort=effort))
    assert f"{got.note}\n{got.text}" == source.with_suffix(".out").read_text()


SENTENCE = st.builds(
    lambda words, end: " ".join(words).capitalize() + end,
    st.lists(
        st.sampled_from(
            "the of river bank tall oak keeps old song and market grows slowly 1842 Dr. Anna’s e.g. winter".split()
        ),
        min_size=3,
        max_size=14,
    ),
    st.sampled_from([".", ".", "?", "!", '."', ":", ""]),
)
PARAGRAPH = st.one_of(
    st.lists(SENTENCE, min_size=1, max_size=14).map(" ".join),
    st.lists(SENTENCE, min_size=1, max_size=5).map("\n".join),
    st.lists(SENTENCE.map("- {}".format), min_size=1, max_size=5).map("\n".join),
    SENTENCE.map("## {}".format),
    st.sampled_from(["Document [3] (Title: Old Oak)", "NAME\n----", "```\ncode = 1\n\nmore\n```", "| a | b |\n|---|---|\n| 1 | 2 |"]),
    ANY_TEXT,
    st.just(f"{FOLD} lines 3-9"),
)  # fmt: skip
PROSE = st.builds(
    lambda parts, joint: joint.join(parts),
    st.lists(PARAGRAPH, min_size=8, max_size=30),
    st.sampled_from(["\n\n", "\n"]),
)
QUERY = st.lists(
    st.sampled_from("oak market 1842 winter nothing `bank` river Anna".split()), min_size=1, max_size=4
).map(" ".join)
HINT = st.builds(Hint, query=QUERY, path=st.sampled_from([None, "notes.md"]))


def pieces(body: str) -> list[str]:
    """The parts of a line of which sentences are left out."""
    return [p for p in re.split(rf" ?{FOLD} ?", body) if p]


def check(text: str, got: Rendition, first_line: int = 1) -> None:
    """Every visible line is a line of the source or says which it stands for; what is shown and what is named as left out
    are the whole text."""
    if "retrieve before you quote" in got.note:
        return  # test__terse looks at these
    source = text.split("\n")
    cut, numbers = "= left out" in got.note, "line N" in got.note
    gone = {n for e in got.elisions if e.unit == "lines" for a, b in e.ranges for n in range(a, b + 1)}
    seen = set()
    at = first_line
    for line in got.text.split("\n"):
        gap, numbered = GAP.match(line), NUMBERED.match(line)
        if numbers and numbered:
            at = int(numbered[1])
            whole = source[at - first_line]
            if cut and FOLD in numbered[2]:
                assert all(p.strip() in whole for p in pieces(numbered[2]))
            else:
                assert numbered[2] == whole
            seen.add(at)
        elif gap and not numbers:
            assert at == int(gap[1])
            at = int(gap[2] or gap[1]) + 1
        else:
            assert not numbers
            assert line == source[at - first_line]
            seen.add(at)
            at += 1
    blank = {n for n, line in enumerate(source, first_line) if not line.strip()}
    assert seen | gone | blank == set(range(first_line, first_line + len(source)))
    assert not seen & gone


@given(PROSE, HINT, st.sampled_from([MEDIUM, STRONG]), st.integers(1, 40))
def test_lines_are_whole_or_named(text: str, hint: Hint, limits: Limits, first_line: int) -> None:
    """Atomic lines: nothing is altered, nothing is dropped without a trace."""
    got = KOMPRESS.compress(text, hint, Limits(effort=limits.effort, first_line=first_line))
    if got.text != text and not got.lossless:
        check(text, got, first_line)


@given(PROSE, QUERY)
def test_left_out_sentences_are_named_by_their_characters(text: str, query: str) -> None:
    """What stands between the shown parts of a line is what the elision names, and the ranges lie on such lines."""
    got = KOMPRESS.compress(text, Hint(query=query), STRONG)
    for elision in got.elisions:
        if elision.unit == "chars":
            assert elision.count == sum(b - a for a, b in elision.ranges)
            for a, b in elision.ranges:
                assert "\n" not in text[a:b]
                assert text[a:b]


@given(TEXT, HINT)
def test_any_text_survives(text: str, hint: Hint) -> None:
    """Also what is no prose at all, where a caller asks for it by name."""
    got = KOMPRESS.compress(text, hint, STRONG)
    if got.text != text and not got.lossless:
        check(text, got)


@given(PROSE)
def test_the_engine_keeps_its_promises_for_prose(text: str) -> None:
    """Smaller, reversible, idempotent."""
    engine = Headroom(store=MemoryStore(), profile="aggressive")
    once = engine.compress_text(text, query="Which oak grows on the river bank?")
    assert len(once.text) <= len(text)
    if once.id is not None:
        assert engine.retrieve(once.id) == text
    assert engine.compress_text(once.text, query="Which oak grows on the river bank?").text == once.text


LONG = " ".join(
    f"In the year {year} the harbour was {year % 7 + 3} fathoms deep, and nobody could say why that was so."
    for year in range(1850, 1860)
)
LETTER = (DATA / "transcript.in").read_text()


@pytest.mark.parametrize("limits", [Limits(), Limits(effort=Effort.LIGHT)])
def test_below_medium_nothing_is_left_out(limits: Limits) -> None:
    """The safe profile leaves prose alone, where nothing stands twice."""
    assert KOMPRESS.compress(LETTER, Hint(query="rocking horse"), limits).text == LETTER


NOTHING = pytest.mark.parametrize(
    "query", [None, "", "What should we do about it?", "quarterly dividends of the railway"]
)


@NOTHING
def test_a_query_that_tells_nothing_keeps_everything(query: str | None) -> None:
    """No words, no telling words, or words that the text does not hold."""
    assert KOMPRESS.compress(LETTER, Hint(query=query), MEDIUM).text == LETTER


@NOTHING
def test_without_a_telling_query_strong_says_everything_in_fewer_words(query: str | None) -> None:
    """No sentence is left out; a file, which may be quoted, stays as it is."""
    got = KOMPRESS.compress(LETTER, Hint(query=query), STRONG)
    assert "retrieve before you quote" in got.note
    assert got.text.count(".") == LETTER.count(".")
    assert len(got.text) < 0.97 * len(LETTER)
    assert KOMPRESS.compress(LETTER, Hint(query=query, path="letter.txt"), STRONG).text == LETTER


def test_what_another_paragraph_says_word_for_word_is_said_once() -> None:
    """Versions of one text: the sentences that differ stay."""
    rules = [
        f"Rule {n} of the {place} says that boats must leave the {place} before the bell of the tower rings twice."
        for n, place in enumerate("harbour basin quay lock canal river dock pier weir ferry".split())
    ]
    old = " ".join(rules)
    new = " ".join([*rules[:3], "Rule 3 was struck out by the council in 1921.", *rules[4:]])
    text = f"{old}\n\nThe council met again in the spring of that year.\n\n{new}"
    got = KOMPRESS.compress(text, Hint(), MEDIUM)
    assert "stands elsewhere" in got.note
    assert got.text.count(rules[0]) == 1
    assert "Rule 3 was struck out by the council in 1921." in got.text
    assert all(rule in got.text for rule in rules)


def test_a_file_is_shown_in_whole_lines_only() -> None:
    """Its lines may be quoted in an edit."""
    filler = " ".join(f"Sentence number {n} is about something else entirely." for n in range(20))
    text = "\n\n".join([filler, f"{filler} The heron nests in March. {filler}", filler])
    asked = "When does the heron nest?"
    cut = KOMPRESS.compress(text, Hint(query=asked), STRONG)
    assert "= left out" in cut.note
    assert "The heron nests in March." in cut.text
    whole = KOMPRESS.compress(text, Hint(query=asked, path="birds.md"), STRONG)
    assert "= left out" not in whole.note
    assert f"3{BAR}{text.split(chr(10))[2]}" in whole.text.split("\n")


def test_what_must_be_kept_is_shown() -> None:
    """A keep span's line stays whole, whatever the query says."""
    got = KOMPRESS.compress(LETTER, Hint(query="horsehair"), Limits(effort=Effort.STRONG, keep=re.compile("moisture")))
    line = next(line for line in LETTER.split("\n") if "moisture" in line)
    assert line in got.text


@pytest.mark.parametrize(
    "query", ["Summarise this text in five bullet points.", "Give me an overview of the main topics"]
)
def test_nothing_is_left_out_where_the_whole_is_asked_for(query: str) -> None:
    """Passages that hold "points" or "overview" are no summary."""
    text = LETTER + "\n\nThe main points of this overview are few."
    assert KOMPRESS.compress(text, Hint(query=query), MEDIUM).text == text


def test_lines_that_only_part_texts_are_not_shown_where_lines_are_numbered() -> None:
    text = "\n\n---\n\n".join(
        f"# {name}\n\n{LONG} In {name} the ice is nine inches thick."
        for name in "Vessa Torrin Aldhagen Miro Quill Sandmark".split()
    )
    got = KOMPRESS.compress(text, Hint(query="How thick is the ice of Torrin and Aldhagen?"), MEDIUM)
    assert f"{BAR}# Aldhagen" in got.text
    assert f"{BAR}---" not in got.text
    check(text, got)


@pytest.mark.parametrize(
    ("tool", "certain"),
    [
        ("retrieve_documents", True),
        ("search_knowledge_base", True),
        ("rag", True),
        ("read_page", False),
        ("drag", False),
    ],
)
def test_what_was_looked_up_for_its_words_is_prose_for_certain(tool: str, certain: bool) -> None:
    """Then nobody else is asked."""
    assert (KOMPRESS.score(LETTER, Hint(tool=tool)) > 0.95) is certain
    assert KOMPRESS.score("src/a.py\nsrc/b.py\n" * 100, Hint(tool=tool)) == 0
    assert KOMPRESS.score("def f(x):\n    return x\n" * 100, Hint(tool=tool)) == 0


def test_of_a_list_of_notes_the_one_that_is_asked_for_stays() -> None:
    """Notes are no sentences, but people wrote them to be read."""
    things = "retention period, renewal date, support tier, audit log, session timeout, office address".split(", ")
    notes = [
        f"- **{thing.capitalize()}** ({site}): {n * 7 + len(thing)} days at most, see note {n * 31 + len(thing)}."
        for n, site in enumerate("Atlas Borealis Cobalt Dune Ember Fjord Gale Haven".split())
        for thing in things
    ]
    text = "\n".join(["Service handbook", *notes])
    assert KOMPRESS.score(text, Hint()) > 0.6
    got = KOMPRESS.compress(text, Hint(query="What is the session timeout of Cobalt?"), MEDIUM)
    assert "- **Session timeout** (Cobalt): 29 days" in got.text
    assert len(got.text) < 0.6 * len(text)
    check(text, got)


def test_the_section_that_the_query_names_stays_with_its_heading() -> None:
    """Though its text shares no word with the query."""
    parts = [
        f"## Topic {name}\n\nIt is as long as it is wide, and nobody has measured {n}."
        for n, name in enumerate("abcdefghij")
    ]
    body = "Nothing of that kind was ever seen here."
    text = "\n\n".join(["# Handbook", *parts * 4, "## Handling of spills", body, *parts])
    got = KOMPRESS.compress(text, Hint(query='What does "Handling of spills" say?'), STRONG)
    assert "## Handling of spills" in got.text
    assert body in got.text
    assert len(got.text) < len(text) / 2


TRACE = "".join(
    f'FATAL>   File "/srv/harbour/berth_{n}.py", line {n}, in wait_for_it\nFATAL> It is what the pilot asked for, and the crew of the ship was told to wait for the tide.\n'
    for n in range(12)
)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("def f(x):\n    return x\n" * 100, Hint()),
        ("2026-01-01 10:00:00 INFO worker started\n" * 100, Hint()),
        ("a,b,c\n1,2,3\n" * 100, Hint()),
        ('{"a": "The cat sat on the mat, and it was there for a while."}' * 50, Hint()),
        ("<!DOCTYPE html><p>The cat sat on the mat, and it was there for a while.</p>" * 50, Hint()),
        ("src/a.py\nsrc/b.py\n" * 100, Hint()),
        ("".join(f"- src/handlers/module_{n}.py\n" for n in range(60)), Hint()),
        ("".join(f"- name: step {n}\n" for n in range(60)), Hint()),
        (LETTER, Hint(path="a.py")),
        (TRACE, Hint(command="pytest -q | tail -30")),
        ("", Hint()),
    ],
)
def test_other_kinds_are_left_to_others(text: str, hint: Hint) -> None:
    """Code, logs, tables, JSON, HTML, paths, and files that are none of prose by their names."""
    assert KOMPRESS.score(text, hint) == 0.0


@pytest.mark.parametrize("source", sorted(DATA.glob("*.in")), ids=lambda p: p.stem)
def test_prose_is_recognised(source: Path) -> None:
    """Markdown, manuals, passages and transcripts."""
    assert KOMPRESS.score(source.read_text(), Hint()) > 0.6


def test_a_read_with_line_numbers_keeps_them() -> None:
    """They say what is left out; headings are recognised behind them."""
    lines = (DATA / "guide.in").read_text().split("\n")
    read = "\n".join(f"{n:6d}\t{line}" for n, line in enumerate(lines, 1))
    hint = Hint(query="What happens when two bands share players?", path="guide.md")
    got = KOMPRESS.compress(read, hint, MEDIUM)
    assert "     5\t## Installation" in got.text
    assert "share players, the band" in got.text
    assert set(got.text.split("\n")) < set(read.split("\n"))
    later = "\n".join(f"{n}\t{line}" for n, line in enumerate(lines, 300))
    shown = KOMPRESS.compress(later, hint, MEDIUM)
    assert shown.text == later or shown.note != got.note


@pytest.mark.parametrize(
    ("command", "read"),
    [
        ("cat notes.md", True),
        ("cd x && sed -n 1,90p a.txt", True),
        ("man ls | col -b", True),
        ("rsync --help", True),
        ("git commit -m x", False),
        ("pip install x", False),
        ("./catalogue", False),
    ],
)
def test_what_a_command_reports_is_no_prose(command: str, read: bool) -> None:
    """What a program says of its work is told line by line, and any line may be the one that counts."""
    assert (KOMPRESS.score(LETTER, Hint(command=command)) > 0) == read


def test_the_odd_one_among_printed_lines_stays() -> None:
    """What is no word, in lines of which nobody knows which one counts."""
    lines = [
        f"and the old song of the {word} goes on for {n} verses."
        for word in ("oak", "sea", "bay", "elm", "ash", "fog")
        for n in range(16)
    ]
    lines[33] = "   key{n0t_4_v3rse}"
    got = KOMPRESS.compress("\n".join(lines), Hint(query="Which oak?", command="strings a.img | grep o"), STRONG)
    assert lines[33] in got.text
    assert len(got.text) < sum(map(len, lines)) / 2


README = "\n\n".join(
    f"## {word}\n\n[![{word}](https://img.test/{word}.svg)](https://test/{word})\n\n```sh\n"
    + "\n".join(f"boats {word} --count={n} --at=pier{n}_{word}" for n in range(6))
    + f"\n```\n\nSee [{word}](docs/{word}.md)."
    for word in ("install", "moor", "launch", "repair", "paint", "sell", "rent", "insure")
)


def test_a_readme_of_examples_and_badges_is_read_as_a_document() -> None:
    """Its name says what it is; the same lines without a name, or under another one, may be anything."""
    assert KOMPRESS.score(README, Hint(command="cat README.md")) > 0.6
    assert KOMPRESS.score(README, Hint(path="docs/boats.md")) > 0.6
    assert KOMPRESS.score(README, Hint(path="boats.sh")) == 0
    assert KOMPRESS.score("a | b\n" * 90, Hint(path="table.md")) == 0


def test_examples_that_nobody_asked_for_go() -> None:
    """What is odd in prose is what code is made of."""
    got = KOMPRESS.compress(README, Hint(query="How do I paint a boat?", command="cat README.md"), MEDIUM)
    assert "boats paint --count=3 --at=pier3_paint" in got.text
    assert "boats rent --count=3 --at=pier3_rent" not in got.text

"""Web pages: what a reader of the page would read, as markdown."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.compressors._api import Effort, Limits
from headroom.compressors.web_page import WebPageCompressor
from headroom.lines import FOLD
from headroom.messages import Hint
from tests.generators import ANY_TEXT, TEXT

DATA = Path(__file__).parent.parent / "data" / "web"
WEB = WebPageCompressor()
MEDIUM = Limits(effort=Effort.MEDIUM)
DOCS = (DATA / "docs.in").read_text()


@pytest.mark.parametrize("source", sorted(DATA.glob("*.in")), ids=lambda p: p.stem)
def test_golden(source: Path) -> None:
    """Read the .out files as a model would: the note first, then the body."""
    options = json.loads(source.with_suffix(".json").read_text())
    effort = Effort[options.pop("effort")]
    got = WEB.compress(source.read_text(), Hint(**options), Limits(effort=effort))
    assert f"{got.note}\n{got.text}" == source.with_suffix(".out").read_text()


TAG = st.sampled_from(
    "<p> </p> <div> </div> <div class='nav'> <ul> </ul> <li> </li> <h1> <h2> </h2> <table> <tr> <td> </td> </table> <pre> </pre> <a"
    " href='/x'> </a> <a href=#y> <code> </code> <script> </script> <!-- --> <nav> </nav> <header> </header> <br/> <b> </b> <img"
    " alt='A'> <title> </title> < > <td <style> <dl> <dt> <dd> <blockquote> </blockquote> <sup> &amp; &lt;p&gt; &#0; &bogus;".split(" ")
)  # fmt: skip
SOUP = st.lists(
    st.one_of(TAG, st.sampled_from(["word ", "two words\n", "\n\n", '"', "\x02", "x" * 30]), ANY_TEXT), max_size=60
)
HTML = SOUP.map(lambda parts: "<!DOCTYPE html><body>" + "".join(parts))


@given(
    HTML,
    st.sampled_from([None, "What about two words?", 'the section "word"']),
    st.sampled_from([Effort.MEDIUM, Effort.STRONG]),
)
def test_any_soup_of_tags_is_read(text: str, query: str | None, effort: Effort) -> None:
    """Unclosed, misplaced, half a tag, control characters: never a fault, no mark of ours left behind."""
    got = WEB.compress(text, Hint(query=query), Limits(effort=effort))
    if got.text != text:
        assert "\x02" not in got.text
        assert not got.lossless
        assert got.elisions


WORDS = st.lists(st.sampled_from("alpha beta gamma delta".split()), min_size=1, max_size=6).map(" ".join)


@given(
    st.lists(
        st.tuples(st.sampled_from(["p", "h2", "li", "blockquote", "pre", "div", "dd"]), WORDS), min_size=1, max_size=20
    )
)
def test_the_words_of_a_page_stay_in_order(parts: list[tuple[str, str]]) -> None:
    """Whatever tags they stand in."""
    page = "<html><body><main>" + "\n".join(f"<{tag}>{words}</{tag}>" for tag, words in parts) + "</main></body></html>"
    got = WEB.compress(page, Hint(), MEDIUM).text
    assert re.findall("[a-z]+", got) == " ".join(words for _, words in parts).split()


@given(HTML)
def test_the_engine_keeps_its_promises_for_pages(text: str) -> None:
    """Smaller, reversible, idempotent."""
    engine = Headroom(store=MemoryStore(), profile="balanced")
    once = engine.compress_text(text)
    assert len(once.text) <= len(text)
    if once.id is not None:
        assert engine.retrieve(once.id) == text
    assert engine.compress_text(once.text).text == once.text


@pytest.mark.parametrize("effort", [Effort.LOSSLESS, Effort.LIGHT])
def test_below_medium_nothing_changes(effort: Effort) -> None:
    """Markdown is not the page."""
    assert WEB.compress(DOCS, Hint(), Limits(effort=effort)).text == DOCS


def test_gaps_name_the_lines_of_the_source() -> None:
    """So that `lines=` brings back what stood there."""
    rows = [f"<h2>Part {n}</h2>\n<p>{'Some words about nothing in particular. ' * 6}</p>" for n in range(20)]
    rows[7] = "<h2>Part 7</h2>\n<p>The pelican is a large bird.</p>"
    page = "<!DOCTYPE html>\n<html><body>\n" + "\n".join(rows) + "\n</body></html>\n"
    got = WEB.compress(page, Hint(query="How large is a pelican?"), MEDIUM)
    assert "The pelican is a large bird." in got.text
    source = page.split("\n")
    gaps = [(int(a), int(b or a)) for a, b in re.findall(rf"^{FOLD} lines? (\d+)(?:-(\d+))?$", got.text, re.MULTILINE)]
    assert gaps
    for a, b in gaps:
        named = "\n".join(source[a - 1 : b])
        assert "Some words about nothing" in named
        assert "pelican" not in named


def sections(count: int) -> str:
    """A page of so many sections, three lines each; of each of them a list is 20 lines."""
    parts = (
        f"<h2>Part {'abcdefghijkl'[n]}</h2>\n<p>Here is said what part number {n} is about.</p>\n<ul>"
        + "".join(f"\n<li>Item {i} of part {n}, with a few words</li>" for i in range(20))
        + "\n</ul>"
        for n in range(count)
    )
    return (
        "<!DOCTYPE html><html><head><title>Parts</title></head><body>\n<h1>Parts</h1>\n"
        + "\n".join(parts)
        + "\n</body></html>"
    )


def test_a_section_that_is_all_that_is_asked_for_is_all_that_is_shown() -> None:
    """With the title above it; what comes before and behind is named."""
    got = WEB.compress(sections(9), Hint(query='What does the section "Part d" say?'), MEDIUM)
    items = [f"- Item {i} of part 3, with a few words" for i in range(20)]
    assert [line for line in got.text.split("\n") if line] == [
        "# Parts",
        f"{FOLD} lines 3-73",
        "## Part d",
        "Here is said what part number 3 is about.",
        *items,
        f"{FOLD} lines 99-219",
    ]
    assert got.elisions[0].ranges[-1][1] == len(sections(9))


def test_a_page_is_read_to_its_end_where_lines_must_be_kept() -> None:
    """They may stand behind the section."""
    limits = Limits(effort=Effort.MEDIUM, keep=re.compile("Item 7 of part 8"))
    got = WEB.compress(sections(9), Hint(query='What does the section "Part d" say?'), limits)
    assert "- Item 7 of part 8, with a few words" in got.text


def test_a_page_is_read_to_its_end_where_nothing_stands_below_the_heading() -> None:
    """Then the query is as any other."""
    page = sections(9).replace("<h1>Parts</h1>", "<h2>Part z</h2><h2>Part y</h2>")
    got = WEB.compress(page, Hint(query='What does the section "Part z" say?'), MEDIUM)
    assert "## Part i" in got.text


def test_links_are_spelled_on_all_lines_of_a_long_page() -> None:
    """However it is cut for that."""
    page = "<html><main>" + "".join(
        f"<p>Some words about thing {n}: <a href='/{n}'>it</a>.</p>\n" for n in range(4_000)
    )
    shown = WEB.compress(page, Hint(), MEDIUM).text
    assert shown.count("](/") == 4_000
    assert "\x02" not in shown


def test_a_page_of_one_line_has_gaps_in_characters() -> None:
    """Lines say nothing there."""
    parts = [f"<h2>Part {n}</h2><p>{'Some words about nothing in particular. ' * 6}</p>" for n in range(20)]
    parts[7] = "<h2>Part 7</h2><p>The pelican is a large bird.</p>"
    got = WEB.compress("<!DOCTYPE html><html>" + "".join(parts), Hint(query="How large is a pelican?"), MEDIUM)
    assert re.search(rf"^{FOLD} [\d,]+ characters of HTML$", got.text, re.MULTILINE)


MEANT = "It lets its members read what the harbour office has written about the ships that lie there over night. "
TERMS = ["gull", "heron", "tern", "auk", "skua", "pelican", "stork", "crane", "swan", "eider", "teal", "wigeon", "smew"]


def glossary() -> str:
    """A page of terms; tags are broken over lines, as old generators do it."""
    entries = "".join(
        f"<DT\n>{term}</DT\n><DD\n><P\n>A group for every {term}.</P\n><P\n>{MEANT * 5}</P\n></DD\n>" for term in TERMS
    )
    chapter = '<H1\n><A\nNAME="G"\n></A\n>Groups</H1\n>'
    return f"<!DOCTYPE html>\n<HTML\n><BODY\n>{chapter}<P\n>{MEANT * 9}</P\n><DL\n>{entries}</DL\n></BODY\n></HTML\n>"


def test_a_term_that_is_asked_for_is_shown_with_all_that_it_means() -> None:
    got = WEB.compress(glossary(), Hint(query="May I add the user to the group pelican?"), MEDIUM)
    assert f"pelican\n  A group for every pelican.\n\n  {(MEANT * 5).strip()}\n" in got.text
    assert "# Groups" in got.text
    lines = got.text.split("\n")
    for i, line in enumerate(lines):
        if line in TERMS:
            assert lines[i + 1] == f"  A group for every {line}."


@given(st.lists(st.integers(1, 120), min_size=5, max_size=20), st.sampled_from([Effort.MEDIUM, Effort.STRONG]))
def test_lines_of_gaps_ascend(sizes: list[int], effort: Effort) -> None:
    filler = "The quay is long and the wind is cold in this part of the town. "
    paragraphs = [
        f"<p>\n{filler * (size % 9)}\nA pelican number {n} was seen.\n{filler * (size // 9)}\n</p>"
        for n, size in enumerate(sizes)
    ]
    page = "<!DOCTYPE html>\n<html>\n" + "\n".join(paragraphs) + "\n</html>"
    got = WEB.compress(page, Hint(query="Where was pelican number 1 seen?"), Limits(effort=effort))
    told = [
        (int(m[1]), int(m[2] or m[1]))
        for m in re.finditer(rf"^{FOLD} lines? (\d+)(?:-(\d+))?$", got.text, re.MULTILINE)
    ]
    assert all(a <= b for a, b in told)
    assert all(x[1] < y[0] for x, y in pairwise(told))
    for elision in got.elisions:
        assert list(elision.ranges) == sorted(elision.ranges)


def test_an_address_is_said_once() -> None:
    """Where its link is first met, of those that are shown."""
    page = (
        "<!DOCTYPE html><p>See <a href='/a/b'>the map</a>.</p><p>On <a href='/a/b'>the map</a> it is blue.</p>"
        + "<hr>" * 20
    )
    assert WEB.compress(page, Hint(), MEDIUM).text == "See [the map](/a/b).\n\nOn the map it is blue."


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        (DOCS, 0.95),
        ("\n<?xml version='1.0'?>\n<!-- x -->\n<html lang='en'>", 0.95),
        ("<div class='a'><p>one</p><p>two</p></div>" * 20, 0.8),
        ("<p align=center><img src=a.png></p><p><b>x</b></p>\n\n# Title\n\n- <b>one</b>\n- <i>two</i>\n", 0.0),
        ("a < b and b > c, therefore a <p> is not meant", 0.0),
        ("def f():\n    return '<p>' + x + '</p>'\n" * 20, 0.0),
        ("<project><modelVersion>4.0</modelVersion><groupId>x</groupId></project>" * 20, 0.0),
        ("", 0.0),
    ],
)
def test_pages_are_recognised(text: str, sure: float) -> None:
    """By how they begin, or by being mostly tags of HTML; other XML is none."""
    assert WEB.score(text, Hint()) == sure


@given(TEXT)
def test_other_texts_are_left_alone(text: str) -> None:
    """Nothing else is a page."""
    assert WEB.score(text, Hint()) == 0.0


def test_a_fragment_of_a_page_is_a_page_however_long_its_texts() -> None:
    said = (
        "The ferry leaves the northern quay every morning at twenty past six, and the cafe on board stays closed. " * 3
    )
    hits = "".join(f'<li><a href="https://notes.example/{n}">Harbour {n}</a><p>{said}</p></li>' for n in range(9))
    assert WEB.score(f"<ol>{hits}</ol>", Hint()) == 0.8
    assert WEB.score(f"<ol> is a tag. {said * 9}", Hint()) == 0.0

"""Passages: structure and sentences."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._passages import Role, take_apart
from tests.generators import TEXT

LONG = "The first sentence is here, and it is long enough. " * 9
PARTS = st.lists(
    st.sampled_from(
        ["# T", "Title\n-----", "NAME", "", "- a\n  - b", "1. x", "text here.\nmore", "```", "~~~", "| a | b |", LONG, "    code", "----"]
    ),
    max_size=30,
)  # fmt: skip


@given(st.one_of(TEXT, PARTS.map("\n".join), PARTS.map("\n\n".join)), st.booleans())
def test_passages_cover_everything_but_blank_lines(text: str, sentences: bool) -> None:
    """In order, without overlap; their borders are line ends unless a line was cut."""
    at = 0
    for p in take_apart(text, sentences=sentences):
        assert not text[at : p.start].strip()
        assert at <= p.start < p.end <= len(text)
        assert p.parent < len(text)
        assert sentences or not p.part
        if not p.part:
            assert p.start == 0 or text[p.start - 1] == "\n"
            assert p.end == len(text) or text[p.end] == "\n"
        at = p.end
    assert not text[at:].strip()


def test_headings_of_many_spellings_make_sections() -> None:
    """Each passage knows the heading that it stands under."""
    text = "# A\n\nfirst\n\n## B\nsecond\n\nC\n---\n\nthird\n\nOPTIONS\n    fourth\n\n=== session 2: Work ===\nfifth"
    passages = take_apart(text, sentences=True)
    above = {
        text[p.start : p.end].strip(): text[passages[p.parent].start :][:3]
        for p in passages
        if p.role is not Role.HEADING
    }
    assert above == {"first": "# A", "second": "## ", "third": "C\n-", "fourth": "OPT", "fifth": "==="}


def test_fences_tables_and_short_lists_are_whole() -> None:
    """Also with blank lines inside."""
    fence, table, items = (
        "```py\na = 1\n\nb = 2\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "- one\n- two\n  more\n- three",
    )
    passages = take_apart(f"Text:\n{fence}\n\n{table}\n\n{items}", sentences=True)
    text = f"Text:\n{fence}\n\n{table}\n\n{items}"
    assert [text[p.start : p.end] for p in passages] == ["Text:", fence, table, items]
    assert [p.role for p in passages] == [Role.TEXT, Role.CODE, Role.TABLE, Role.ITEM]


def test_a_long_fence_or_table_is_cut_between_its_lines() -> None:
    """A table's rows stand below its head."""
    rows = [f"| row {n} | what stands in row {n}, in some words |" for n in range(60)]
    text = "\n".join(["| a | b |", "|---|---|", *rows, "", "```py", *(f"call({n})\n" for n in range(200)), "```"])
    passages = take_apart(text, sentences=True)
    table = [p for p in passages if p.role is Role.TABLE]
    code = [p for p in passages if p.role is Role.CODE]
    assert len(table) > 3
    assert len(code) > 2
    assert max(p.end - p.start for p in passages) < 700
    assert text[table[0].start : table[0].end] == "| a | b |\n|---|---|"
    assert {p.parent for p in table[1:]} == {passages.index(table[0])}
    for p in passages:
        assert p.start == 0 or text[p.start - 1] == "\n"
        assert text[p.start : p.end].strip()


def test_a_rule_of_tildes_below_words_is_no_fence() -> None:
    """It underlines a heading; elsewhere it opens a fence."""
    section = "Composing\n~~~~~~~~~\n\n--bcc::\n\tSends it along.\n\nSending\n~~~~~~~\n\n--to::\n\tWhere to."
    passages = take_apart(section, sentences=True)
    assert [p.role for p in passages] == [Role.HEADING, Role.TEXT, Role.HEADING, Role.TEXT]
    fenced = take_apart("Some words about this.\n\n~~~\n# a\n\n# b\n~~~\n\nMore.", sentences=True)
    assert [p.role for p in fenced] == [Role.TEXT, Role.CODE, Role.TEXT]


def test_sentences_end_where_people_end_them() -> None:
    """Not behind initials, titles and abbreviations."""
    sentences = [
        "Dr. Amelia B. Stone met the committee at 10 a.m. in the old town hall. ",
        "It asked for figures, e.g. the number of boats that had passed the lock in 1911! ",
        'She said: "There were none." ',
        "Nobody in the room had expected that answer, and the chairman closed the meeting. ",
        "那一年没有船经过，镇上的人都说这是很奇怪的事情，因为往年总有几十条船从这里开往下游的城市去。",
    ]
    text = "".join(sentences) + "x" * 300
    passages = take_apart(text, sentences=True)
    shown = [text[p.start : p.end] for p in passages]
    assert shown[0] == sentences[0]
    assert shown[1] == sentences[1]
    assert shown[-1].startswith("x")
    assert take_apart(text, sentences=False)[0].end == len(text)


def test_fields_of_a_list_are_passages_of_their_own() -> None:
    text = "# billing\n\n- **Owner**: Team Core\n- **Port**: 7015\n- **Deploy window**: Tue 10:00 UTC\n\n- one\n- two\n- three\n"
    found = [text[p.start : p.end] for p in take_apart(text, sentences=True) if p.role is Role.ITEM]
    assert found == [
        "- **Owner**: Team Core",
        "- **Port**: 7015",
        "- **Deploy window**: Tue 10:00 UTC",
        "- one\n- two\n- three",
    ]


CHUNKS = """Found 3 chunks

[1] source: manual.md  chunk=4  score=0.9
mooring(ship).check();
```

# Tides

Tides are read twice a day.

```py
tide = read(

---
[2] source: manual.md  chunk=9  score=0.8
## Cranes

Cranes lift no more than 40 tons.

---
[3a] source: rules.md  score=0.7
No smoking on the quay.
"""


def test_a_fence_ends_with_its_chunk() -> None:
    """Chunks are cut anywhere, within fences too: what follows is not turned inside out, and all of it stands below its
    chunk's head, headings of the chunk's own among it."""
    passages = take_apart(CHUNKS, sentences=False)
    texts = [CHUNKS[p.start : p.end] for p in passages]
    heads = [i for i, p in enumerate(passages) if p.found]
    assert [texts[i][:4] for i in heads] == ["[1] ", "[2] ", "[3a]"]

    def chunk_of(text: str) -> int:
        at = next(i for i, own in enumerate(texts) if own.startswith(text))
        while passages[at].parent >= 0:
            at = passages[at].parent
        return at

    assert [chunk_of(t) for t in ("Tides are", "# Tides", "Cranes lift", "No smoking")] == [
        heads[0],
        heads[0],
        heads[1],
        heads[2],
    ]
    assert all(p.role is not Role.CODE or "[2]" not in CHUNKS[p.start : p.end] for p in passages)


def test_the_groups_of_options_in_a_help_text_are_sections() -> None:
    text = "usage: quay [options]\n\ngeneral:\n  -k NAME   only ships of that name\n  -x        stop\n\nFor example:\n\n  quay -x"
    passages = take_apart(text, sentences=False)
    heads = [text[p.start : p.end] for p in passages if p.role is Role.HEADING]
    assert heads == ["general:"]
    options = next(p for p in passages if "only ships" in text[p.start : p.end])
    assert text[passages[options.parent].start :].startswith("general:")


def test_tabs_indent_to_the_next_stop() -> None:
    """As in manual pages that `col -b` has printed: what an option means stands below it."""
    text = "OPTIONS\n       -p, --patch\n\t   Asks for each part.\n\n\t   It goes with --keep.\n\n       -q\n\t   Says nothing."
    passages = take_apart(text, sentences=False)
    said = [text[p.start : p.end].split(maxsplit=1)[0] for p in passages]
    assert said == ["OPTIONS", "-p,", "It", "-q"]
    assert [said[p.parent] for p in passages[1:]] == ["OPTIONS", "-p,", "OPTIONS"]


def test_numbered_clauses_are_sections() -> None:
    text = "AGREEMENT\n\n1. DEFINITIONS\n\n1.1  A day is a day.\n\n10. LIABILITY\n\n10.1  None.\n\n§ 12 COSTS\n\nNone.\n\n3. of them left\n"
    passages = take_apart(text, sentences=False)
    heads = [text[p.start : p.end] for p in passages if p.role is Role.HEADING]
    assert heads == ["AGREEMENT", "1. DEFINITIONS", "10. LIABILITY", "§ 12 COSTS"]

from __future__ import annotations

import re

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors.paged import PagedCompressor
from headroom.messages import NO_HINT, Hint

PAGED = PagedCompressor()
MEDIUM = Limits(effort=Effort.MEDIUM)
TOPICS = ("Berths", "Pilots", "Tugs", "Waste", "Dues", "Fire", "Ice", "Claims")


def page(n: int, foot: str = "Tariff 7 (2026)                    Page {} of 8") -> str:
    topic = TOPICS[n - 1]
    rows = "".join(
        f"{n}.{k}  The rule on {topic.lower()} number {k} holds for each vessel that calls at the quay, and the\n"
        f"     master answers for {topic.lower()} until the harbour office has been told of it.\n"
        for k in range(1, 6)
    )
    table = f"Item                 Fee (EUR)     Per\n{topic:<20} {n * 110:>9}     call\n"
    return f"PORT OF LUNDE                      Harbour rules\n\nSECTION {n} - {topic.upper()}\n\n{rows}\n{table}\n{foot.format(n)}\n"


TEXT = "\f".join(page(n) for n in range(1, 9)) + "\f"


def test_heads_and_feet_stand_once_and_their_lines_are_told() -> None:
    assert PAGED.score(TEXT, NO_HINT) > 0.7
    made = PAGED.compress(TEXT, NO_HINT, MEDIUM)
    assert made.text.count("PORT OF LUNDE") == made.text.count("Page ") == 1
    source = TEXT.split("\n")
    (gone,) = made.elisions
    left_out = [source[i - 1] for a, b in gone.ranges for i in range(a, b + 1)]
    assert gone.count == len(left_out) == 14
    assert all("PORT OF LUNDE" in row or "Page " in row for row in left_out)
    shown = made.text.split("\n")
    assert [row for row in source if row.strip() and row not in shown] == left_out
    assert "only once" in made.note


def test_a_foot_that_says_something_else_on_each_page_stays() -> None:
    text = "\f".join(page(n, f"Carried forward: {n * n * 917}.50") for n in range(1, 9))
    assert PAGED.compress(text, NO_HINT, MEDIUM).text.count("Carried forward:") == 8


def test_titles_of_a_table_that_goes_on_stay_on_each_page() -> None:
    rows = [
        f"Fleet list of the port of Lunde\n\nName        Berth\n{topic}       {n * 7 % 5}\n"
        for n, topic in enumerate(TOPICS)
    ]
    made = PAGED.compress("\f".join(rows), NO_HINT, MEDIUM)
    assert made.text.count("Fleet list") == 1
    assert made.text.count("Name        Berth") == len(TOPICS)


def test_a_page_that_begins_otherwise_keeps_its_head() -> None:
    text = TEXT.replace("\fPORT OF LUNDE ", "\fPORT OF LUND  ", 1)
    assert PAGED.compress(text, NO_HINT, MEDIUM).text.count("PORT OF LUND  ") == 1


def test_the_query_chooses_and_the_table_keeps_its_layout() -> None:
    made = PAGED.compress(TEXT, Hint(query="What is the fee for ice?"), MEDIUM)
    assert "Ice                        770     call" in made.text
    assert len(made.text) < len(TEXT) / 2
    assert "⋯ lines " in made.text
    ranges = [r for e in made.elisions for r in e.ranges]
    assert sum(b - a + 1 for a, b in ranges) == len({i for a, b in ranges for i in range(a, b + 1)})


def test_who_asks_about_pages_sees_their_numbers() -> None:
    assert PAGED.compress(TEXT, Hint(query="On which page are tugs?"), Limits(effort=Effort.LIGHT)).text == TEXT


def test_nothing_goes_where_nothing_may_or_where_it_must_be_kept() -> None:
    assert PAGED.compress(TEXT, NO_HINT, Limits()).text == TEXT
    kept = Limits(effort=Effort.MEDIUM, keep=re.compile("Page 5 of 8"))
    assert "Page 5 of 8" in PAGED.compress(TEXT, NO_HINT, kept).text


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT.replace("\f", ""),
        "one page\n\fand another\n",
        "\f".join(f"static int f{n}(void)\n{{\n  return {n * n};\n}}\n" for n in range(9)),
        "\f" * 50,
    ],
)
def test_other_text_is_not_claimed(text: str) -> None:
    assert PAGED.score(text, NO_HINT) == 0.0

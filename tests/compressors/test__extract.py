"""Extracts: how much stays, and what stays with it."""

from __future__ import annotations

import re

import pytest

from headroom.compressors._api import Effort
from headroom.compressors._extract import Fill, _introduced, extract, gaps
from headroom.compressors._passages import take_apart

WORDS = "amber brook cedar delta ember frost grove haven inlet jetty knoll larch maple north ocean pearl quill ridge shore trail".split()
SECTIONS = [
    f"## About {word}\n\nThis part is about {word}s and how they are counted in spring.\n\nIt has a second paragraph of no use, which "
    f"goes on for a while, as such paragraphs do.\n\n```\ncount {n}\n```"
    for n, word in enumerate(WORDS)
]
TEXT = "# Handbook\n\n" + "\n\n".join(SECTIONS)


def shown(query: str, effort: Effort) -> str:
    found = extract(TEXT, query, effort, sentences=True)
    assert found is not None
    return "\n\n".join(TEXT[a:b] for a, b in found.kept)


def test_the_section_asked_for_is_whole() -> None:
    """Its code too."""
    assert SECTIONS[5] in shown("How are frosts counted?", Effort.STRONG)


def test_what_the_query_calls_by_its_heading_begins_with_what_it_says() -> None:
    """Although other parts hold more of the query's words."""
    said = "Nothing of the kind is done in summer, whoever asks for it."
    loud = [
        f"Counting the rare birds number {n}: rare birds are counted, and counted birds are rare." for n in range(40)
    ]
    text = (
        "# Handbook\n\n"
        + "\n\n".join(loud[:20])
        + f"\n\n## Rare birds\n\n{said}\n\n## Others\n\n"
        + "\n\n".join(loud[20:])
    )
    for effort in (Effort.MEDIUM, Effort.STRONG):
        found = extract(text, 'What is said of counting under "Rare birds"?', effort, sentences=True)
        assert found is not None
        assert any(a <= text.index(said) < b for a, b in found.kept)


def test_a_section_called_by_its_heading_has_half_of_what_may_stay() -> None:
    """As much of it from its beginning as that is."""
    asked = [f"Herring number {n} is landed at the northern quay on a morning of its own." for n in range(40)]
    other = [f"The northern quay was painted in the year {1800 + n}, and herring boats lay there." for n in range(120)]
    text = "# Port\n\n" + "\n\n".join(other) + "\n\n## Landings\n\n" + "\n\n".join(asked)
    found = extract(text, 'What does "Landings" say of the northern quay?', Effort.MEDIUM, sentences=True)
    assert found is not None
    kept = "".join(text[a:b] for a, b in found.kept)
    assert all(line in kept for line in asked[:12])
    assert len(kept) < 0.3 * len(text)


def test_the_outline_stays_at_medium_and_goes_at_strong() -> None:
    """So that a reader knows what there is."""
    assert all(f"## About {word}" in shown("frosts", Effort.MEDIUM) for word in WORDS)
    assert not all(f"## About {word}" in shown("frosts", Effort.STRONG) for word in WORDS)


@pytest.mark.parametrize(("effort", "most"), [(Effort.MEDIUM, 0.8), (Effort.STRONG, 0.5)])
def test_no_more_than_its_share_stays(effort: Effort, most: float) -> None:
    """Even when every passage holds a word of the query."""
    assert len(shown(" ".join(WORDS), effort)) < most * len(TEXT)


def test_short_texts_stay() -> None:
    """There is little to save in them."""
    assert extract(TEXT[:900], "frosts", Effort.STRONG, sentences=True) is None


def words(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize("tokens", [20, 60, 200])
@pytest.mark.parametrize("query", ["How are frosts counted?", None, "nothing of this"])
def test_a_fill_takes_about_as_much_as_fits(tokens: int, query: str | None) -> None:
    """With what the query asks for, where there is a query."""
    spans = Fill(TEXT, query, words, sentences=True).spans(tokens)
    shown = " ".join(TEXT[a:b] for a, b in spans)
    assert tokens / 3 < words(shown) <= tokens
    if query is not None and "frosts" in query and tokens > 20:
        assert "frosts" in shown


def test_a_fill_holds_what_must_be_kept_whatever_its_size() -> None:
    """A promise goes before a wish."""
    spans = Fill(TEXT, "frosts", words, sentences=True, keep=re.compile("About grove")).spans(1)
    assert any("About grove" in TEXT[a:b] for a, b in spans)


def test_without_a_query_names_and_figures_come_first() -> None:
    """What cannot be guessed."""
    text = "\n\n".join(["It was a day like many others and nobody had much to do there."] * 6)
    text += "\n\nOn 14 May 1921 the ferry Orrin II carried 318 people to Sennport.\n\n" + text
    (span,) = Fill(text, None, words, sentences=True).spans(20)
    assert "318" in text[slice(*span)]


def test_gaps_are_what_is_left() -> None:
    """Before, between and behind."""
    assert gaps([(2, 4), (4, 5), (7, 9)], 10) == [(0, 2), (5, 7), (9, 10)]
    assert gaps([], 3) == [(0, 3)]
    assert gaps([(0, 3)], 3) == []


@pytest.mark.parametrize("bullet", ["- {}: {}", "* **{}**: {}"])
def test_of_like_records_the_field_of_the_one_that_is_asked_for_stays(bullet: str) -> None:
    """The fields of all others have the same names."""
    fields = ("Owner", "Port", "Runtime", "Database", "Backup", "Escalation", "Rate limit", "Deploy window")
    pages = [
        f"# {word}\n\nThe {word} service handles everything around {word} for all regions, and has done so for years.\n\n"
        + "\n".join(bullet.format(field, f"{word[:2]}-{n}{k}{k}") for k, field in enumerate(fields))
        for n, word in enumerate(WORDS[:10])
    ]
    text = "\n\n---\n\n".join(pages)
    for n, word in enumerate(WORDS[:10]):
        found = extract(text, f"What is the port of the {word} service?", Effort.MEDIUM, sentences=True)
        assert found is not None
        assert f"{word[:2]}-{n}11" in "\n".join(text[a:b] for a, b in found.kept)


def option(name: str, *paragraphs: str) -> str:
    return f"       --{name}\n" + "\n\n".join(f"\t   {paragraph}" for paragraph in paragraphs)


def test_what_is_said_of_an_option_stands_below_its_name() -> None:
    """Also where only a later paragraph is what the query asks for."""
    options = [
        option(word, f"Takes the {word}.", f"Nothing else is known about the {word}, in spring.") for word in WORDS * 3
    ]
    options[20] = option("lantern", "Is lit at night.", "Ships with a pelican on board need not show it.")
    text = "TOOL(1)\n\nOPTIONS\n" + "\n\n".join(options)
    found = extract(text, "Which ships with a pelican are exempt?", Effort.STRONG, sentences=False)
    assert found is not None
    kept = "".join(text[a:b] for a, b in found.kept)
    assert "       --lantern\n" in kept
    assert "Ships with a pelican on board" in kept


def test_what_is_announced_is_shown() -> None:
    """Where that is short; and not twice."""
    text = f"One is counted like this:\n\n    first the head\n\nTwo is counted like that:\n\n{'It takes a while. ' * 40}\n\nThe end."
    passages = take_apart(text, sentences=False)
    said = [text[p.start : p.end].split(maxsplit=1)[0] for p in passages]
    assert said == ["One", "first", "Two", "It", "The"]
    assert _introduced(text, passages, {0, 2, 4}) == [1]
    assert _introduced(text, passages, {0, 1}) == []


CLAUSES = "\n\n".join(
    f"{n}. CLAUSE\n\n{n}.1  The {WORDS[n]} is delivered within {n} days, and whoever delivers it later has to give notice of it."
    for n in range(1, 20)
)


def test_of_a_short_document_more_stays_than_of_passages() -> None:
    """What is missing of it costs as much as all of it."""
    query = "What notice must be given of maple and larch?"
    one, several = (extract(CLAUSES, query, Effort.MEDIUM, sentences=False, one=one) for one in (True, False))
    assert one is not None
    assert several is not None
    sizes = [sum(b - a for a, b in found.kept) for found in (several, one)]
    assert sizes[0] < sizes[1] < 0.7 * len(CLAUSES)


def test_passages_that_hold_the_quoted_title_leave_room_for_the_answer() -> None:
    """A search for a title finds what mentions it; who answers is named by one of them, and stands elsewhere."""
    extras = [
        f'[{n}] {name} Vane\n{name} Vane had a small part in "Long Winter\'s Night" and in some nine other films of that year and the'
        f" next, among them two about the sea, one about a horse, and one that nobody has seen since. {name} Vane also sang."
        for n, name in enumerate(
            ("Adam", "Bella", "Carl", "Dora", "Edwin", "Flora", "Georg", "Hilda", "Ivo", "Julia"), 3
        )
    ]
    documents = [
        "[1] Long Winter's Night (soundtrack)\nThe soundtrack of \"Long Winter's Night\" was produced by Odo Tremmel of the Glass Owls.",
        *extras[:4],
        "[2] Odo Tremmel\nOdo Tremmel was born on May 17, 1965, in a lighthouse. He plays the saw. He keeps bees on a roof.",
        *extras[4:],
    ]
    text = "\n\n".join(documents)
    query = 'The soundtrack of the film "Long Winter\'s Night" was produced by a man born in what year?'
    found = extract(text, query, Effort.MEDIUM, sentences=True)
    assert found is not None
    assert any("May 17, 1965" in text[a:b] for a, b in found.kept)

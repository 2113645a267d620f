"""What a query leaves of the prose in JSON records: whole sentences, the records' other values, and a sign for the rest."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore, TextResult
from headroom.compressors._answers import JSON, PYTHON, answering
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.messages import Hint

SENTENCES = [
    "The ferry to the island leaves the northern quay every morning at twenty past six.",
    "Its crew of nine has worked together since the old boat was sold for scrap.",
    "Tickets are checked by hand, because the machines never survived the salt in the air.",
    "Visitors are asked to leave their cars in the field behind the fish market.",
    "In winter the crossing takes an hour longer, and the cafe on board stays closed.",
    "A painter who lived on the island for thirty years gave the harbour its blue doors.",
]
QUERY = "Who mended the clock of the town hall in Varberg?"
ANSWER = "The clock of the town hall in Varberg was mended by Elsa Lindqvist in 1931."
MEDIUM = Limits(effort=Effort.MEDIUM)


def records(answer_at: int = 4, of: int = 9) -> list[dict[str, Any]]:
    """Hits with a passage each, one of which holds the answer between other sentences."""
    hits = []
    for n in range(of):
        said = [SENTENCES[(n + k) % len(SENTENCES)] for k in range(4)]
        if n == answer_at:
            said.insert(2, ANSWER)
        hits.append(
            {"rank": n, "title": f"Harbour notes {n}", "url": f"https://notes.example/{n}", "text": " ".join(said)}
        )
    return hits


def asked(text: str, query: str | None = QUERY, limits: Limits = MEDIUM) -> list[dict[str, Any]] | None:
    made = answering(
        text, JSON, Hint(query=query), limits, is_prose=lambda _: True, crush=lambda rest: Rendition(text=rest)
    )
    if made is None:
        return None
    assert not made.lossless
    found: list[dict[str, Any]] = json.loads(made.text)
    return found


def test_the_sentence_that_answers_stays_word_for_word_and_most_others_go() -> None:
    text = json.dumps(records())
    found = asked(text)
    assert found is not None
    assert ANSWER in found[4]["text"]
    assert len(json.dumps(found)) < 0.8 * len(text)


def test_all_other_values_of_the_records_survive() -> None:
    found = asked(json.dumps(records()))
    assert found is not None
    bare = [{key: value for key, value in hit.items() if key != "text"} for hit in records()]
    assert [{key: value for key, value in hit.items() if key != "text"} for hit in found] == bare


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(
            st.sampled_from([*SENTENCES, ANSWER, 'He said "no" — twice.', "Näher am Wasser\n\tging es nicht."]),
            min_size=3,
            max_size=9,
        ),
        min_size=4,
        max_size=12,
    ),
    st.booleans(),
)
def test_what_is_shown_of_a_string_are_pieces_of_it_in_order(cells: list[list[str]], ascii_only: bool) -> None:
    hits = [{"n": n, "text": " ".join(said)} for n, said in enumerate(cells)]
    found = asked(json.dumps(hits, ensure_ascii=ascii_only))
    for before, after in zip(hits, found or [], strict=bool(found)):
        at = 0
        for piece in filter(None, (part.strip() for part in str(after["text"]).split("⋯"))):
            at = str(before["text"]).index(piece, at) + len(piece)


def test_the_places_of_what_is_gone_are_those_of_the_strings_in_the_source() -> None:
    text = json.dumps(records(), indent=1)
    made = answering(
        text, JSON, Hint(query=QUERY), MEDIUM, is_prose=lambda _: True, crush=lambda rest: Rendition(text=rest)
    )
    assert made is not None
    strings = [json.loads(text[a:b]) for elision in made.elisions for a, b in elision.ranges]
    assert set(strings) < {hit["text"] for hit in records()}
    assert all(elision.count > 0 for elision in made.elisions)


def test_what_stands_outside_the_records_tells_nothing_about_one_of_them() -> None:
    """The query comes back with the answer, and would make the first record the best of all."""
    hits = records(answer_at=7)
    found = asked(json.dumps({"query": QUERY, "results": hits}))
    assert found is not None
    shown = found["results"]  # type: ignore[call-overload]
    assert ANSWER in shown[7]["text"]
    assert len(shown[0]["text"]) < len(hits[0]["text"])


def test_names_that_follow_a_passage_in_its_record_belong_to_it() -> None:
    hits = [{"page_content": " ".join(SENTENCES[:3]), "metadata": {"title": f"Harbour notes {n}"}} for n in range(9)]
    hits[5] = {"page_content": " ".join(SENTENCES[3:]), "metadata": {"title": "The clock of the town hall in Varberg"}}
    found = asked(json.dumps(hits))
    assert found is not None
    assert len(found[5]["page_content"]) > len(found[4]["page_content"])
    assert found[5]["metadata"] == hits[5]["metadata"]


@pytest.mark.parametrize(
    ("text", "query", "limits"),
    [
        (json.dumps(records()), None, MEDIUM),
        (json.dumps(records()), QUERY, Limits(effort=Effort.LIGHT)),
        (json.dumps(records(of=2)), QUERY, MEDIUM),
        (json.dumps([{"page": "\n".join(hit["text"] for hit in records(of=20))}]), QUERY, MEDIUM),
        (json.dumps([*records(), {"text": "⋯"}], ensure_ascii=False), QUERY, MEDIUM),
        (json.dumps([*records(), {"text": "⋯"}]), QUERY, MEDIUM),
        (json.dumps([{**hit, "raw": ["x1"] * 400} for hit in records()]), QUERY, MEDIUM),
    ],
    ids=[
        "no query",
        "light",
        "too little",
        "one text",
        "our own sign",
        "our own sign escaped",
        "prose is the smaller part",
    ],
)
def test_nothing_is_left_out(text: str, query: str | None, limits: Limits) -> None:
    assert asked(text, query, limits) is None


def compressed(text: str, **options: Any) -> TextResult:
    return Headroom(store=MemoryStore(), profile="balanced").compress_text(text, query=QUERY, **options)


def test_the_rest_of_a_record_can_be_had_by_its_row() -> None:
    hits = records(of=16)
    engine = Headroom(store=MemoryStore(), profile="balanced")
    result = engine.compress_text(json.dumps({"results": hits}), tool="web_search", query=QUERY)
    assert ANSWER in result.text
    assert "rows|fields|query" in result.text.split("\n", 1)[0]
    assert result.block.id is not None
    whole = engine.retrieve(result.block.id, rows="2")
    assert hits[2]["text"] not in result.text
    assert hits[2]["text"] in whole


def test_what_must_stay_exact_stays() -> None:
    text = json.dumps(records(of=16))
    assert SENTENCES[2] in compressed(text, keep=[SENTENCES[2]]).text


def test_what_python_prints_is_read_as_python_reads_it() -> None:
    hits = records()
    hits[3]["text"] += ' It\'s called "the blue hour", \\ and nobody knows why.'
    text = str(hits)
    made = answering(
        text, PYTHON, Hint(query=QUERY), MEDIUM, is_prose=lambda _: True, crush=lambda rest: Rendition(text=rest)
    )
    assert made is not None
    found = literal_eval(made.text)
    assert ANSWER in found[4]["text"]
    assert [hit["url"] for hit in found] == [hit["url"] for hit in hits]
    shown = compressed(str(records(of=16))).text
    assert ANSWER in shown
    assert "Python literals" in shown.split("\n", 1)[0]


def test_a_list_of_objects_keeps_their_other_fields_letter_for_letter() -> None:
    hits = records(of=12)
    text = str(
        [
            f"Document(id={hit['rank']}, metadata={{'title': {hit['title']!r}}}, page_content={hit['text']!r})"
            for hit in hits
        ]
    )
    text = text.replace('["', "[").replace('", "', ", ").replace('"]', "]")
    shown = compressed(text).text.partition("\n")[2]
    assert ANSWER in shown
    assert len(shown) < 0.8 * len(text)
    pattern = r"page_content=(['\"]).*?\1\)"
    assert re.sub(pattern, "", shown) == re.sub(pattern, "", text)


def test_an_answer_that_a_server_has_put_into_a_string_is_cut_as_well() -> None:
    hits = records(of=16)
    result = compressed(json.dumps({"content": [{"type": "text", "text": json.dumps(hits)}]}))
    assert ANSWER in result.text
    assert result.tokens_after < 0.7 * result.tokens_before
    assert all(hit["url"].rpartition("/")[2] in result.text for hit in hits)


def test_strings_that_are_no_prose_stay_whole() -> None:
    rows = [{"id": n, "key": f"{n:x}" * 300} for n in range(1, 16)]
    assert "left out" not in compressed(json.dumps(rows)).text.split("\n", 1)[0]


def about(title: str, **others: Any) -> dict[str, Any]:
    """A hit whose passage only its title tells from others."""
    return {"title": title, **others, "text": " ".join(SENTENCES[:3])}


def test_a_title_before_nested_values_belongs_to_the_passage_behind_them() -> None:
    hits = [about(f"Harbour notes {n}", meta={"score": 0.5, "lang": "en"}) for n in range(9)]
    hits[5] = about("The clock of the town hall in Varberg", meta={"score": 0.5, "lang": "en"})
    found = asked(json.dumps(hits))
    assert found is not None
    assert len(found[5]["text"]) > len(found[4]["text"])


def test_brackets_within_names_end_no_record() -> None:
    hits = [about(f"Harbour notes {n}", by="{crew} (north)") for n in range(9)]
    hits[5] = about("The clock of the town hall in Varberg", by="} crew ) {")
    found = asked(json.dumps(hits))
    assert found is not None
    assert len(found[5]["text"]) > len(found[4]["text"])


def test_a_short_record_tells_nothing_about_the_one_before() -> None:
    hits = [about(f"Harbour notes {n}") for n in range(9)]
    hits.insert(5, {"title": "The clock of the town hall in Varberg", "text": "Mended in 1931."})
    found = asked(json.dumps(hits))
    assert found is not None
    assert len(found[4]["text"]) == len(found[3]["text"])
    assert found[5] == hits[5]


def test_names_of_objects_that_python_prints_belong_to_their_own_passage() -> None:
    one = "Document(page_content='{said}', metadata={{'title': '{title}'}})"
    hits = [one.format(said=" ".join(SENTENCES[:3]), title=f"Harbour notes {n}") for n in range(9)]
    hits[5] = one.format(said=" ".join(SENTENCES[3:]), title="The clock of the town hall in Varberg")
    made = answering(
        f"[{', '.join(hits)}]",
        PYTHON,
        Hint(query=QUERY),
        MEDIUM,
        is_prose=lambda _: True,
        crush=lambda rest: Rendition(text=rest),
    )
    assert made is not None
    shown = [len(part) for part in re.findall(r"page_content='(.*?)', metadata", made.text)]
    assert shown[5] > max(shown[:5] + shown[6:])

from __future__ import annotations

from headroom.compressors._api import Limits, Rendition
from headroom.compressors._respelled import Part, respelled
from headroom.messages import NO_HINT

LONG = "x" * 5_000


def made(parts: list[Part]) -> Rendition:
    return respelled(LONG, "SORT", lambda _: parts, NO_HINT, Limits())


def test_one_value_stands_below_what_is_kept() -> None:
    assert made([(["# by hand"], {"a": "b"})]).text == "# by hand\n{a:b}"
    assert made([([], {"a": "b"})]).note == "SORT"


def test_a_reader_that_does_not_know_all_of_it_leaves_the_text() -> None:
    def refuse(text: str) -> list[Part]:
        raise ValueError(text[:1])

    assert respelled(LONG, "SORT", refuse, NO_HINT, Limits()).text == LONG


def test_values_of_one_shape_are_rows() -> None:
    parts: list[Part] = [(["---"], {"kind": "Gate", "name": f"g{n}"}) for n in range(9)]
    assert made(parts).text.startswith('all rows, before name: kind="Gate"\n9 documents: name\ng0\n')


def test_of_other_values_one_may_refer_to_another() -> None:
    labels = {"app.kubernetes.io/name": "berth", "app.kubernetes.io/instance": "harbour"}
    parts: list[Part] = [
        (["---", "# Source: a.yaml"], {"kind": "Service", "spec": {"selector": dict(labels)}}),
        (["---", "# Source: b.yaml"], {"kind": "Deployment", "metadata": dict(labels)}),
    ]
    shown = made(parts)
    assert shown.text.split("\n")[3:] == ["---", "# Source: b.yaml", "{kind:Deployment,metadata:=[0].spec.selector}"]
    assert "[0] = first document" in shown.note


def test_what_is_mostly_texts_of_several_lines_stays() -> None:
    assert made([([], {"page": "one line\n" * 400})]).text == LONG
    assert made([([], {"page": "one line\n" * 100})]).text != LONG


def test_a_text_that_is_too_long_to_be_read_stays() -> None:
    text = "a: b\n" * 100_000
    assert respelled(text, "SORT", lambda _: [([], {})], NO_HINT, Limits()).text == text

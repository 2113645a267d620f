from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.compressors._api import Compressor, Effort, Limits, Rendition
from headroom.compressors._flow import Num
from headroom.compressors._respelled import Part, respelled
from headroom.compressors.toml import TomlCompressor
from headroom.compressors.xml import XmlCompressor
from headroom.compressors.yaml import YamlCompressor
from headroom.messages import NO_HINT
from tests.compressors.decode import Object, decode, plain

LONG = "x" * 5_000
MEDIUM = Limits(effort=Effort.MEDIUM)
FLEETS = Path(__file__).parent.parent / "data" / "long_lists"
BY_NAME: dict[str, Compressor] = {"yaml": YamlCompressor(), "xml": XmlCompressor(), "toml": TomlCompressor()}


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


def manifests() -> list[Part]:
    parts: list[Part] = []
    for n, name in enumerate(["lock", "crane", "tide", "radar"]):
        labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": "harbour"}
        units = [{"image": f"quay.test/{name}:1.{n}", "name": name, "ports": [{"containerPort": Num("8080")}]}]
        parts.append(
            (
                ["---", f"# Source: port/templates/{name}/service.yaml"],
                {"kind": "Service", "metadata": {"name": name}, "spec": {"type": "ClusterIP", "selector": labels}},
            )
        )
        parts.append(
            (
                ["---"],
                {
                    "kind": "Deployment",
                    "metadata": {"name": name, "labels": labels},
                    "spec": {"replicas": Num(str(n)), "containers": units},
                },
            )
        )
    return [*parts, (["---"], {"kind": "Ingress", "metadata": {"name": "all"}, "spec": {"host": "quay.test"}})]


def test_documents_of_one_kind_are_rows_with_their_places() -> None:
    parts = manifests()
    shown = made(parts)
    assert "documents by kind, numbered from 0" in shown.note
    titles = [line for line in shown.text.split("\n") if line.startswith("== ")]
    assert titles == ["== Service, 4 documents", "== Deployment, 4 documents", "== Ingress, 1 document"]
    back: dict[int, Any] = {}
    for body in shown.text.split("== ")[1:]:
        found = decode(body.partition("\n")[2].rstrip("\n").replace(" documents: ", " rows: "))
        for (_, number), *rest in [found] if isinstance(found, Object) else found:
            back[int(number)] = rest
    for number, (kept, value) in enumerate(parts):
        comment = [("comment", kept[1].removeprefix("# "))] if len(kept) > 1 else []
        assert ("object", [(k, plain(v)) for k, v in back[number]]) == (
            "object",
            [(k, plain(v)) for k, v in [*comment, *value.items()]],
        )


def test_documents_with_more_than_a_comment_above_stay_in_their_order() -> None:
    parts = [(["---", "# one", "# two"], value) for _, value in manifests()]
    assert "== " not in made(parts).text


def test_what_is_mostly_texts_of_several_lines_stays() -> None:
    assert made([([], {"page": "one line\n" * 400})]).text == LONG
    assert made([([], {"page": "one line\n" * 100})]).text != LONG


def test_a_text_that_is_too_long_to_be_read_stays() -> None:
    text = "a: b\n" * 100_000
    assert respelled(text, "SORT", lambda _: [([], {})], NO_HINT, Limits()).text == text


def yaml_row(name: str, depth: str, blank: bool) -> str:
    return f"  - name: {name}\n    # as of May\n    depth: '{depth}'\n    state: open\n" + "\n" * blank


def xml_row(name: str, depth: str, blank: bool) -> str:
    return f'  <berth name="{name}">\n    <depth>{depth}</depth><state>open</state>\n  </berth>\n' + "\n" * blank


def toml_row(name: str, depth: str, blank: bool) -> str:
    return f'[[berth]]\nname = "{name}"\ndepth = "{depth}"\nstate = "open"\n' + "\n" * blank


SPELLINGS: dict[str, tuple[Callable[[str, str, bool], str], str, str]] = {
    "yaml": (yaml_row, "# berths\n\nharbour: north\nberth:\n", "warden: ann\n"),
    "xml": (xml_row, '<?xml version="1.0"?>\n<harbour name="north">\n', "  <warden>ann</warden>\n</harbour>\n"),
    "toml": (toml_row, '# berths\n\nharbour = "north"\n\n', '[metadata]\nwarden = "ann"\n'),
}


def berths(spelling: str, count: int, seed: int) -> tuple[str, dict[str, int]]:
    """A long list in a text, and the line (from 1) on which each row begins; "" is behind the last."""
    chance = random.Random(seed)
    row, text, tail = SPELLINGS[spelling]
    starts: dict[str, int] = {}
    for n in range(count):
        name = f"berth-{n:04d}-{chance.choice(['west', 'east', 'south'])}"
        starts[name] = 1 + text.count("\n")
        text += row(name, f"{chance.randint(2, 9)}.{chance.randint(0, 9)}", chance.random() < 0.1 and n < count - 1)
    starts[""] = 1 + text.count("\n")
    return text + tail, starts


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
@given(count=st.integers(180, 300), seed=st.integers(0, 999), first=st.sampled_from((1, 40)))
def test_rows_that_are_left_out_are_told_by_their_lines(spelling: str, count: int, seed: int, first: int) -> None:
    text, starts = berths(spelling, count, seed)
    shown = BY_NAME[spelling].compress(text, NO_HINT, Limits(effort=Effort.MEDIUM, first_line=first))
    assert not shown.lossless
    assert "warden" in shown.text
    assert "N│ = row from line N" in shown.note
    seen = dict(re.findall(r"^(\d+)│(berth-\d+-\w+)", shown.text, re.MULTILINE))
    assert all(int(line) == starts[name] + first - 1 for line, name in seen.items())
    spans = dict(zip(starts, pairwise(starts.values()), strict=False))
    hidden = {line for a, b in shown.elisions[0].ranges for line in range(a - first + 1, b - first + 2)}
    assert len(hidden) == shown.elisions[0].count
    assert hidden == {line for name, (a, b) in spans.items() if name not in seen.values() for line in range(a, b)}


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_every_row_is_shown_where_little_may_be_left_out(spelling: str) -> None:
    text, starts = berths(spelling, 200, 7)
    shown = BY_NAME[spelling].compress(text, NO_HINT, Limits(effort=Effort.LIGHT))
    assert shown.lossless
    assert all(name in shown.text for name in starts)


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_the_lines_of_a_row_that_is_left_out_can_be_read(spelling: str) -> None:
    text, starts = berths(spelling, 200, 7)
    engine = Headroom(store=MemoryStore(), profile="balanced")
    result = engine.compress_text(text)
    assert result.id is not None
    names = [*starts]
    gone = next(n for n, name in enumerate(names) if name not in result.text)
    lines = f"{starts[names[gone]]}-{starts[names[gone + 1]] - 1}"
    assert names[gone] in engine.retrieve(result.id, lines=lines)


def test_rows_that_have_no_lines_of_their_own_are_all_shown() -> None:
    text, _ = berths("xml", 200, 7)
    flat = text.replace(">\n  <", "><").replace(">\n    <", "><")
    assert BY_NAME["xml"].compress(flat, NO_HINT, MEDIUM).lossless
    text, _ = berths("toml", 200, 7)
    at = text.index("[[berth]]", len(text) // 2)
    apart = f'{text[:at]}[[quay]]\nname = "between"\n\n{text[at:]}'
    assert BY_NAME["toml"].compress(apart, NO_HINT, MEDIUM).lossless
    text, _ = berths("yaml", 200, 7)
    assert BY_NAME["yaml"].compress(f"{text}---\n{text}", NO_HINT, MEDIUM).lossless


@pytest.mark.parametrize("case", sorted(p.stem for p in FLEETS.glob("*.in")))
def test_long_lists_read_as_they_should(case: str) -> None:
    source = (FLEETS / f"{case}.in").read_text("utf-8")
    shown = BY_NAME[case.rpartition("_")[2]].compress(source, NO_HINT, MEDIUM)
    assert f"{shown.note}\n{shown.text}\n" == (FLEETS / f"{case}.out").read_text("utf-8")

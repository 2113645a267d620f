from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from headroom.compressors._xml import parse

NAMES = st.sampled_from(["a", "b", "item", "ns.x", "long-name"])
TEXTS = st.text("ab 1.<>&\"'é\n]", max_size=8)


@st.composite
def elements(draw: DrawFn, depth: int = 2) -> ET.Element:
    made = ET.Element(draw(NAMES), draw(st.dictionaries(NAMES, TEXTS.map(lambda t: t.replace("\n", "")), max_size=2)))
    for name in draw(st.lists(NAMES, max_size=3 if depth else 0, unique=True)):
        for _ in range(draw(st.integers(1, 2))):
            child = draw(elements(depth=depth - 1))
            child.tag = name
            made.append(child)
    if not len(made):
        made.text = draw(TEXTS)
    return made


def value(element: ET.Element) -> Any:
    """An element as the reader gives it, by the standard library's reading."""
    out: dict[str, Any] = {f"@{k}": v for k, v in element.attrib.items()}
    text = element.text or ""
    if not len(element):
        text = text.strip() if "\n" in text else text
        return {**out, **({"#text": text} if text else {})} if out else text
    for child in element:
        out.setdefault(child.tag, []).append(value(child))
    return {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in out.items()}


@settings(max_examples=100, deadline=None)
@given(elements(), st.booleans())
def test_the_values_are_those_that_the_standard_library_reads(root: ET.Element, indented: bool) -> None:
    if indented:
        ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    assert parse(text) == ([], {root.tag: value(ET.fromstring(text))})  # our own text


def test_what_stands_above_the_root_is_kept() -> None:
    text = '<?xml version="1.0"?>\n<!-- by hand -->\n<!DOCTYPE fleet SYSTEM "fleet.dtd">\n<fleet><ship/></fleet>\n'
    assert parse(text) == (["<!-- by hand -->", '<!DOCTYPE fleet SYSTEM "fleet.dtd">'], {"fleet": {"ship": ""}})


def test_comments_stay_where_they_stood() -> None:
    text = "<a><!-- one --><b>1</b><!-- two -->\n<c/></a>"
    assert parse(text)[1] == {"a": {"#comment": "one", "b": "1", "#comment 2": "two", "c": ""}}
    assert list(parse(text)[1]["a"]) == ["#comment", "b", "#comment 2", "c"]


def test_cdata_and_entities_are_texts() -> None:
    assert parse("<a>1 &lt; 2 &#233; <![CDATA[<b>&amp;</b>]]></a>")[1] == {"a": "1 < 2 é <b>&amp;</b>"}


@pytest.mark.parametrize(
    "text",
    ["", "a", "<a>", "<a></b>", "<a>x<b/></a>", "<a><b/><c/><b/></a>", "<a>&own;</a>",
     "<a/><b/>", "<a x='1' x='2'/>", "<a x=1/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a>" * 70 + "</a>" * 70,
     "</a>", "<a><b></a></b>", "<a>&#x110000;</a>"],
)  # fmt: skip
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize("part", ["<a ", "<![CDATA[", "<!--", "&#1;", "<a x='", "</a>"])
def test_hostile_text_is_refused_quickly(part: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse("<r>" + part * 50_000)

"""Tables within tables come back as the values that were drawn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Limits
from headroom.compressors._nested_tables import begins, sections
from headroom.compressors.table import TableCompressor
from headroom.messages import NO_HINT

WIDTH = 60


def drawn(name: str, value: Any) -> str:
    """As `aws --output table` draws it."""
    return "\n".join(["-" * (WIDTH + 2), *section(name, value, 0)])


def section(name: str, value: Any, depth: int) -> list[str]:
    bars, width = "|" * depth, WIDTH - 2 * depth
    out = [f"{bars}|{name.center(width)}|{bars}", f"{bars}+{'-' * width}+{bars}"]
    plain = {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}
    if plain:
        rule = f"{bars}+{'-' * 20}+{'-' * (width - 21)}+{bars}"
        out = [out[0], rule, *[f"{bars}|  {k:<18}|  {v:<{width - 23}}|{bars}" for k, v in plain.items()], rule]
    elif isinstance(value, list) and isinstance(value[0], str):
        out += [*[f"{bars}|  {v:<{width - 2}}|{bars}" for v in value], out[1]]
    elif isinstance(value, list):
        names = list(value[0])
        rule = f"{bars}+{'-' * 20}+{'-' * (width - 21)}+{bars}"
        cells = [[names[0].center(20), names[1].center(width - 21)]]
        cells += [[f"  {row[names[0]]:<18}", f"  {row[names[1]]:<{width - 23}}"] for row in value]
        lines = [f"{bars}|{a}|{b}|{bars}" for a, b in cells]
        out = [out[0], rule, lines[0], rule, *lines[1:], rule]
    for key, inner in value.items() if isinstance(value, dict) else ():
        if (
            isinstance(inner, list)
            and isinstance(inner[0], dict)
            and any(not isinstance(v, str) for v in inner[0].values())
        ):
            for one in inner:
                out += section(key, one, depth + 1)
        elif not isinstance(inner, str):
            out += section(key, inner, depth + 1)
    return out


TEXTS = st.sampled_from(["a", "berth 7", "0.0.0.0/0", "x | y", "Żuraw", "-1"]) | st.text(
    "ab c-", min_size=1, max_size=9
).map(lambda t: t.strip() or "-")
LEAVES = (
    st.dictionaries(st.sampled_from(["Id", "Name", "Port"]), TEXTS, min_size=1)
    | st.lists(st.fixed_dictionaries({"Port": TEXTS, "Kind": TEXTS}), min_size=2, max_size=4)
    | st.lists(TEXTS, min_size=1, max_size=3)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.fixed_dictionaries({"Id": TEXTS}, optional={"Rules": inner, "Hosts": inner}),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_what_was_drawn_is_read(tree: Any) -> None:
    assert sections(drawn("Describe", tree)) == ([], {"Describe": tree})


def test_sections_of_one_name_are_a_list() -> None:
    groups = [{"Name": f"g{n}", "Rules": {"Port": f"{n}"}} for n in range(30)]
    text = drawn("Describe", {"Groups": groups})
    assert sections(text)[1] == {"Describe": {"Groups": groups}}
    assert TableCompressor().score(text, NO_HINT) == 0.95
    made = TableCompressor().compress(text, NO_HINT, Limits())
    assert made.lossless
    assert "30 rows: Name,Rules.Port\ng0,0\n" in made.text
    assert len(made.text) < len(text) / 10


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-" * 20 + "\n| a |\n+---+\n|| b ||\nsome text",
        "-" * 20 + "\n|  a  |\n+-----+\n|||  b  |||\n",
        "-" * 20 + "\n|  a  |\n||+-----+||\n",
        drawn("A", {"B": {"Id": "1"}}) + "\n" + "\n".join(section("C", {"Id": "1"}, 1) + section("B", {"Id": "2"}, 1)),
        drawn("A", {"Id": "1"}).replace("Id", "  "),
    ],
)
def test_other_drawings_are_refused(text: str) -> None:
    if "Id" in text or not text or "||" in text:
        with pytest.raises(ValueError, match=r"."):
            sections(text)
    assert not begins(text.split("\n")[1:])

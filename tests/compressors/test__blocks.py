"""Titled blocks of fields without a colon: what is read is what was written, and nothing else is taken for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Limits
from headroom.compressors._blocks import begins, blocks
from headroom.compressors.table import TableCompressor
from headroom.messages import NO_HINT

NAMES = st.sampled_from(["version", "resolved", "integrity", "@harbour/quay", "pier-core", "x y"])
VALUES = st.sampled_from(["1.2.4", "^1.0.0 || ^2.0.0", 'say "hi"', "https://h.test/a#0f", "a:"])
FIELDS = st.dictionaries(NAMES, VALUES, max_size=4)
BLOCKS = st.dictionaries(
    st.sampled_from(["quay@^1.0.0", "pier@1, pier@2", "mast@*", "hull@^3.0.0"]),
    st.dictionaries(NAMES, VALUES | FIELDS, min_size=1, max_size=4),
    min_size=1,
)


def written(found: dict[str, Any]) -> str:
    def field(name: str, value: str) -> str:
        return f"{json.dumps(name) if ' ' in name or name[0] == '@' else name} {json.dumps(value)}\n"

    out = "# by hand\n\n"
    for title, fields in found.items():
        out += f"{title}:\n"
        for name, value in fields.items():
            if isinstance(value, str):
                out += f"  {field(name, value)}"
            else:
                quoted = json.dumps(name) if " " in name or name[0] == "@" else name
                out += f"  {quoted}:\n" + "".join(f"    {field(k, v)}" for k, v in value.items())
        out += "\n"
    return out


@settings(max_examples=300, deadline=None)
@given(BLOCKS)
def test_blocks_are_read_as_they_were_written(found: dict[str, Any]) -> None:
    assert blocks(written(found)) == (["# by hand"], found)


LOCK = "# by a tool\n\n" + "\n".join(
    f'quay-{n}@^{n}.0.0:\n  version "{n}.1.0"\n  resolved "https://registry.test/quay-{n}/-/quay-{n}-{n}.1.0.tgz"\n'
    for n in range(40)
)


def test_blocks_are_entries_of_a_table() -> None:
    table = TableCompressor()
    assert begins(LOCK.split("\n")[:30])
    assert table.score(LOCK, NO_HINT) >= 0.9
    made = table.compress(LOCK, NO_HINT, Limits())
    assert made.lossless
    assert made.text.startswith("# by a tool\n")
    assert "40 entries: key,version" in made.text
    assert "\nquay-7@^7.0.0,7.1.0" in made.text


@pytest.mark.parametrize(
    "text",
    [
        "def place(x):\n  return x\n\ndef find(y):\n  return y\n\nclass A:\n  x = 1\n",
        "web:\n  image: quay\n  port: 80\n\ndb:\n  image: pier\n  port: 5432\n\nui:\n  image: mast\n  port: 81\n",
        "Notes:\n  the first thing\n  the second thing\n\nMore:\n  some other thing\n\nRest:\n  nothing\n",
        'quay@1:\n  version "1"\n  resolved "x"\n\nsomething else\n',
        "",
    ],
    ids=["code", "yaml", "prose", "mixed", "nothing"],
)
def test_what_else_has_titles_is_left_to_others(text: str) -> None:
    assert not begins(text.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        'a:\n  v "1"\na:\n  v "2"\n',
        'a:\n  v "1"\n  v "2"\n',
        'a:\n    v "1"\n',
        '  v "1"\n',
        'a:\n  v "1"\n    deep "2"\n',
        'a:\n  v "open\n',
    ],
)
def test_what_cannot_be_told_apart_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):
        blocks(text)

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.compressors._api import Effort, Limits
from headroom.compressors.blob import BlobCompressor
from headroom.messages import NO_HINT, Hint

DATA = Path(__file__).parent.parent / "data" / "blob"
BLOB = BlobCompressor()
LIGHT = Limits(effort=Effort.LIGHT)
INLINE = re.compile(r"⋯\[chars (\d+)-(\d+) of line (\d+): [^\]]*\]⋯")
ROWS = re.compile(r"⋯ lines? (\d+)(?:-(\d+))? \(.*\)\Z")

NOISE = random.Random(3)
PIECES = st.sampled_from(
    [
        base64.b64encode(NOISE.randbytes(600)).decode(),
        base64.encodebytes(NOISE.randbytes(600)).decode(),
        "data:image/png;base64," + base64.b64encode(b"\x89PNG" + NOISE.randbytes(700)).decode(),
        NOISE.randbytes(400).hex(),
        ", ".join(str(NOISE.random()) for _ in range(300)),
        "function f(a,b){return a.k(b)||g[1]};" * 80,
        "".join(map(chr, NOISE.randbytes(900))),
        "\n",
        " text around ",
        "\u2028",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=20), max_size=8).map("".join)


def rebuilt(text: str, body: str, first_line: int) -> str:
    """The original, with every fold of the visible text filled from the place that the fold names."""
    source = text.split("\n")
    out: list[str] = []
    for line in body.split("\n"):
        rows = ROWS.match(line)
        if rows is not None:
            out.extend(source[int(rows[1]) - first_line : int(rows[2] or rows[1]) - first_line + 1])
        else:
            out.append(INLINE.sub(lambda m: source[int(m[3]) - first_line][int(m[1]) : int(m[2])], line))
    return "\n".join(out)


@settings(max_examples=500, deadline=None)
@given(TEXTS, st.integers(1, 300), st.sampled_from([None, "where is text", "return around"]))
def test_every_fold_names_its_place_and_all_else_stays(text: str, first_line: int, query: str | None) -> None:
    made = BLOB.compress(text, Hint(query=query), Limits(effort=Effort.LIGHT, first_line=first_line))
    assert rebuilt(text, made.text, first_line) == text
    assert (made.text == text) == (not made.elisions)


@pytest.mark.parametrize("case", sorted(p.stem for p in DATA.glob("*.in")))
def test_a_reader_sees_what_the_golden_file_shows(case: str) -> None:
    options_file = DATA / f"{case}.json"
    options = json.loads(options_file.read_text(encoding="utf-8")) if options_file.exists() else {}
    text = (DATA / f"{case}.in").read_text(encoding="utf-8")
    shown = BLOB.compress(text, Hint(**options), LIGHT)
    assert f"{shown.note}\n{shown.text}" == (DATA / f"{case}.out").read_text(encoding="utf-8")


JWT = ".".join(base64.urlsafe_b64encode(NOISE.randbytes(n)).decode().rstrip("=") for n in (30, 120, 32))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(hashlib.sha256(str(i).encode()).hexdigest() for i in range(99)),
        "\n".join(str(uuid.UUID(int=NOISE.getrandbits(128))) for _ in range(99)),
        f"Authorization: Bearer {JWT}\n",
        "all work and no play makes a dull day, " * 200,
        json.dumps([{"id": i, "tags": ["a", "b"]} for i in range(200)]),
        "/".join(["srcDir12", "moduleA7"] * 300),
        "\n".join(f"2024-05-01 10:00:{i:02} GET /items/{i} 200 0x7f{i:06x}" for i in range(60)),
        "\n".join(f"def f{i}(a, b):\n    return a[{i}] + b" for i in range(60)),
        "=" * 5_000,
    ],
)
def test_what_only_looks_like_a_blob_is_none(text: str) -> None:
    assert BLOB.compress(text, NO_HINT, LIGHT).text == text
    assert BLOB.score(text, NO_HINT) == 0.0


def test_the_digest_is_that_of_the_characters_left_out() -> None:
    run = NOISE.randbytes(500).hex()
    made = BLOB.compress(run, NO_HINT, LIGHT)
    assert f"sha256 {hashlib.sha256(run[24:].encode()).hexdigest()[:12]}]" in made.text


def test_a_line_that_must_be_kept_is_not_folded() -> None:
    text = "keep: " + NOISE.randbytes(500).hex()
    assert BLOB.compress(text, NO_HINT, Limits(effort=Effort.STRONG, keep=re.compile("^keep"))).text == text


def test_text_with_a_fold_in_our_spelling_stays_as_it_is() -> None:
    text = "⋯[chars 1-2 of line 1: hex, 1 B, sha256 0]⋯\n" + NOISE.randbytes(500).hex()
    assert BLOB.compress(text, NO_HINT, LIGHT).text == text


def test_nothing_is_folded_without_leave() -> None:
    text = NOISE.randbytes(5_000).hex()
    assert BLOB.compress(text, NO_HINT, Limits(effort=Effort.LOSSLESS)).text == text


def test_a_bundle_shows_the_code_around_the_words_of_the_query() -> None:
    code = "function f(a,b){return a.k(b)||g[1]};" * 200
    text = f"{code}e.checkoutTotal=function(c){{return c.total}};{code}"
    made = BLOB.compress(text, Hint(query="where is checkoutTotal?"), LIGHT)
    assert "e.checkoutTotal=function(c){return c.total}" in made.text
    assert len(made.text) < 1_200


def test_pictures_in_a_notebook_are_folded_and_its_lines_stay() -> None:
    picture = base64.b64encode(bytes(range(256)) * 60).decode()
    cells = [
        {"cell_type": "code", "source": [f"plot({n})\n"], "outputs": [{"data": {"image/png": picture}}]}
        for n in range(3)
    ]
    text = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    for path, command in (("/srv/yard.ipynb", None), (None, "cat yard.ipynb")):
        tool = "Read" if path else None
        exact = Headroom(store=MemoryStore(), profile="safe").compress_text(text, tool=tool, path=path, command=command)
        assert exact.text == text
        engine = Headroom(store=MemoryStore(), profile="balanced")
        made = engine.compress_text(text, tool=tool, path=path, command=command)
        assert len(made.text) < 0.1 * len(text)
        body = made.text.split("\n")[1:]
        assert [line for line in body if "image/png" not in line] == [
            line for line in text.split("\n") if "image/png" not in line
        ]

from __future__ import annotations

from pathlib import Path

import pytest

from headroom.compressors._code_score import language, score
from headroom.messages import NO_HINT, Hint

DATA = Path(__file__).parent.parent / "data"
PYTHON = "import os\n\n\ndef f(a):\n    if a:\n        return g(a)\n    return [\n        1,\n    ]\n\n\nclass A:\n    def b(self):\n        pass\n"
GO = 'package main\n\nimport (\n\t"fmt"\n)\n\nfunc main() {\n\tif x {\n\t\tfmt.Println(1)\n\t}\n}\n\ntype A struct {\n\tb int\n}\n'


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (Hint(path="a/b.py"), "py"),
        (Hint(path="C:\\a\\b.TS"), "ts"),
        (Hint(path="b.md"), None),
        (Hint(language="Python"), "python"),
        (Hint(language="english"), None),
        (Hint(command="cat src/a.rs"), "rs"),
        (Hint(command="cd x && sed -n '1,80p' a.go | head"), "go"),
        (Hint(command="nl -ba a.java"), "java"),
        (Hint(command="python a.py"), None),
        (Hint(command="cat notes.txt"), None),
        (NO_HINT, None),
    ],
)
def test_a_language_is_told_by_the_hint(hint: Hint, expected: str | None) -> None:
    assert language(hint) == expected


@pytest.mark.parametrize("text", [PYTHON, GO])
def test_code_is_told_by_name_and_lines_and_by_lines_alone(text: str) -> None:
    name = "a.py" if text is PYTHON else "a.go"
    assert score(text, Hint(path=name)) == 0.9
    assert 0.6 <= score(text, NO_HINT) < 0.7
    numbered = "\n".join(f"{n:6}\t{line}" for n, line in enumerate(text.split("\n"), 1))
    assert score(numbered, Hint(path=name)) >= 0.7
    assert score(numbered, NO_HINT) >= 0.6


@pytest.mark.parametrize(
    "text",
    [
        "cat: a.py: No such file or directory\n" * 9,
        "The first line of a letter\nand then another line\n" * 9,
        '{"a": [\n' + '{"b": 1},\n' * 30 + "]}",
        "x=1;" * 9_000,
    ],
)
def test_a_name_alone_does_not_make_code(text: str) -> None:
    assert score(text, Hint(command="cat a.py")) == 0.0
    assert score(text, NO_HINT) == 0.0


@pytest.mark.parametrize("case", sorted(p.stem for p in (DATA / "code").glob("*.in") if p.stem != "logbook"))
def test_code_is_told_by_its_lines_in_every_language(case: str) -> None:
    """Whatever its comments and its documentation say."""
    text = (DATA / "code" / f"{case}.in").read_text(encoding="utf-8")
    assert score(text, NO_HINT) == 0.65
    licence = "\n".join(f" * line {n} of a licence that nobody reads" for n in range(6))
    assert text.startswith("#!") or score(f"/*\n{licence}\n */\n{text}", NO_HINT) == 0.65


FUNCTION = "func total(orders []Order) int {\n\tsum := 0\n\tfor _, order := range orders {\n\t\tsum += order.Price\n\t}\n\treturn sum\n}\n"


@pytest.mark.parametrize(
    "text",
    [
        "Do it like this:\n\n```go\n" + FUNCTION * 3 + "```\n\nThen run it.\n",
        "diff --git a/x.go b/x.go\n@@ -1,9 +1,9 @@\n" + "".join(f"+{line}\n" for line in FUNCTION.split("\n")),
        "".join(f"+{line}\n" for line in (FUNCTION * 3).split("\n")),
        "".join(f"src/a.go:{n}:{line}\n" for n, line in enumerate((FUNCTION * 3).split("\n"))),
        "body {\n  margin: 0;\n  color: #123;\n}\n\nh1, h2 {\n  font: bold 12px serif;\n  border: none;\n}\n" * 4,
        "server {\n  listen 80;\n  server_name a.test;\n  location / {\n    root /srv;\n  }\n}\n" * 4,
        "name: a\nsteps:\n  - uses: b\n    with:\n      c: [d, e]\n      f: {g: h}\n" * 5,
        '{\n  "a": [\n    {"b": 1},\n    {"b": 2}\n  ],\n  "c": {\n    "d": null\n  }\n}\n' * 3,
        "2026-03-01 10:00:00 INFO started (pid=7)\n2026-03-01 10:00:01 INFO call(a=1, b=2) returned {}\n" * 9,
        "".join(f"worker-{n} finished job {n * 7} in {n} ms, {n} left;\n" for n in range(40)),
        "When a boat asks for a berth, the master looks for one:\nfor each of them, in the order of size,\nhe asks if it is free;\n"
        * 9,
        "id,name,price\n" + "".join(f"{n},item {n},{n}.50\n" for n in range(40)),
    ],
)
def test_what_looks_like_code_in_part_is_none(text: str) -> None:
    """Markdown, diffs, search hits, style sheets, settings, JSON, logs, letters, tables."""
    assert score(text, NO_HINT) == 0.0


def test_a_script_is_told_by_its_first_line() -> None:
    assert score("#!/bin/sh\nset -e\napt update\napt install -y git\ncd /srv\nmake\nmake install\n", NO_HINT) == 0.65


def test_a_file_that_is_mostly_documentation_is_code_still() -> None:
    """Its name says so, and what is left without the documentation does."""
    said = (
        '    The ferry leaves the northern quay every morning, and "nobody" knows why it never comes back before noon.\n'
        * 60
    )
    parts = [
        f'def leave_{n}(quay: str, hour: int) -> None:\n    """How to leave.\n\n{said}    """\n    go(quay, hour)\n'
        for n in range(9)
    ]
    text = "import sea\n\n\n" + "\n\n".join(parts)
    assert score(text, Hint(command="cat src/ferry.py")) >= 0.7
    assert score(text, Hint()) == 0.65
    assert score(said * 3, Hint(command="cat src/ferry.py")) == 0.0


def test_a_file_that_is_mostly_comments_is_code_still() -> None:
    text = "\n".join(
        f"---\n-- Ties knot number {n} into the rope, and pulls\n-- as long as it holds\n-- or until all is done\nfunction rope.tie{n}(a) end\n"
        for n in range(20)
    )
    assert score(text, Hint(path="rope.lua")) == 0.9

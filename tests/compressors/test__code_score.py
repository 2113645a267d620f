from __future__ import annotations

import pytest

from headroom.compressors._code_score import language, score
from headroom.messages import NO_HINT, Hint

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

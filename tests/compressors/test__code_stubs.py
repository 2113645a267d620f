"""Folded code is code still: real parsers read what is shown."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors._code_lines import read
from headroom.compressors._code_stubs import Stub, render
from headroom.compressors.code import CodeCompressor
from headroom.lines import stub
from headroom.messages import Hint
from tests.grammars import LANGUAGES, faults

DATA = Path(__file__).parent.parent / "data" / "code"
CODE = CodeCompressor()
CASES = {
    case.stem: json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))
    for case in sorted(DATA.glob("*.in"))
    if "numbered" not in case.stem
}
NAMED = {
    case: (options.get("path") or options["command"]).rpartition(".")[2].lower() for case, options in CASES.items()
}


def test_every_language_of_which_bodies_are_folded_has_a_case() -> None:
    assert set(NAMED.values()) == LANGUAGES | {"m", "pyx", "lua"}, "or say here that there is no parser for it"


@pytest.mark.parametrize("case", [case for case in sorted(CASES) if NAMED[case] in LANGUAGES])
def test_what_is_shown_is_code_whichever_function_is_asked_about(case: str) -> None:
    source = (DATA / f"{case}.in").read_text(encoding="utf-8")
    for word in sorted({word for word in re.findall(r"\w{3,}", source) if not word.isdigit()}):
        hint = Hint(path=f"a.{NAMED[case]}", query=f"How does `{word}` work?")
        shown = CODE.compress(source, hint, Limits(effort=Effort.STRONG)).text
        assert not faults(NAMED[case], shown), f"{word!r}\n{shown}"


@pytest.mark.parametrize("case", [case for case in sorted(CASES) if NAMED[case] in LANGUAGES])
def test_what_is_shown_is_code_whichever_line_must_be_shown(case: str) -> None:
    """No line, or any one: its blocks are closed as they were opened."""
    source = (DATA / f"{case}.in").read_text(encoding="utf-8")
    suffix = NAMED[case]
    assert not faults(suffix, source)
    for line in [None, *dict.fromkeys(line for line in source.split("\n") if line.strip())]:
        if line is not None and re.match(r"\s*[a-z]\w*:$", line) and suffix == "c":
            continue  # a label needs a statement
        keep = re.compile(f"^{re.escape(line)}$") if line is not None else None
        shown = CODE.compress(source, Hint(path=f"a.{suffix}"), Limits(effort=Effort.STRONG, keep=keep)).text
        assert not faults(suffix, shown), f"{line!r}\n{shown}"
        assert line is None or line in shown.split("\n")
        if suffix == "py":
            ast.parse(shown)


@pytest.mark.parametrize(
    ("language", "text", "folded", "shown"),
    [
        ("py", "def f():\n    a\n    b", Stub(1, 2), "def f():\n    ...  # ⋯ 2-3"),
        (
            "py",
            'def f():\n    """A.\n    B.\n    """\n    b',
            Stub(2, 4, '"""', True),
            'def f():\n    """A.\n    ⋯ 3-5"""',
        ),
        ("py", 'def f():\n    """A."""\n    a', Stub(2, 2), 'def f():\n    """A."""\n    # ⋯ 3'),
        ("py", "def f():\n    # why\n    a", Stub(2, 2), "def f():\n    # why\n    ...  # ⋯ 3"),
        ("bzl", "def f():\n    a", Stub(1, 1), "def f():\n    pass  # ⋯ 2"),
        ("go", "func f() {\n\n\ta\n}", Stub(1, 2), "func f() {\n\t// ⋯ 2-3\n}"),
        ("js", "/**\n * A.\n * B.\n */", Stub(2, 3, "*/", True), "/**\n * A.\n * ⋯ 3-4 */"),
        ("js", "/**\n * A.\n * B.\n */", Stub(2, 2, "*/"), "/**\n * A.\n * ⋯ 3\n */"),
        ("jsx", "const F = () => (\n  <p/>\n);", Stub(1, 1), "const F = () => (\n  null // ⋯ 2\n);"),
        ("sh", "f() {\n  a\n}", Stub(1, 1), "f() {\n  :  # ⋯ 2\n}"),
        ("lua", "function f()\n  a\nend", Stub(1, 1), "function f()\n  -- ⋯ 2\nend"),
        ("rb", "def f\n  a\nend", Stub(1, 1), "def f\n  # ⋯ 2\nend"),
    ],
)
def test_a_mark_is_a_comment_of_the_language(language: str, text: str, folded: Stub, shown: str) -> None:
    """With a statement where there must be one, and with the end of the string or the comment in which it stands."""
    long = [line if line in ("{", "}", "") else line + " " * 80 for line in text.split("\n")]
    source = read("\n".join(long), long, language)
    made = render(source, long, [folded], 1, "a note")
    assert [line.rstrip() for line in made.text.split("\n")] == shown.split("\n")
    assert made.note == "a note"
    (mark,) = [found for line in made.text.split("\n") if (found := stub(line))]
    assert mark == (folded.first + 1, folded.last + 1)
    assert made.elisions[0].ranges == (mark,)


def test_numbers_in_front_stay_in_front() -> None:
    lines = [f"{n:6}\t{line}" for n, line in enumerate(["def f():", *["    x = 'some more words'"] * 5], 40)]
    source = read("\n".join(lines), lines, "py")
    assert render(source, lines, [Stub(1, 5)], 1, "").text == "    40\tdef f():\n    41\t    ...  # ⋯ 2-6"


def test_a_line_that_looks_like_a_mark_is_shown_with_its_number() -> None:
    """Nobody's text passes for ours."""
    lines = ["def f():", *["    x = 'some more words'"] * 5, "# ⋯ 3-4"]
    source = read("\n".join(lines), lines, "py")
    made = render(source, lines, [Stub(1, 5)], 1, "")
    assert made.text == "1│def f():\n⋯ lines 2-6\n7│# ⋯ 3-4"
    assert "N│ = line N" in made.note

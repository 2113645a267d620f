"""What frames a line: the blocks that it stands in, and what belongs to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._code_frames import framed
from headroom.compressors._code_lines import read


def frame(text: str, language: str, *words: str) -> list[str]:
    """The lines shown for the lines that hold one of the words."""
    lines = text.split("\n")
    source = read(text, lines, language)
    wanted = [i for i, line in enumerate(lines) if any(word in line for word in words)]
    return [lines[i].strip() for i in framed(source, 0, len(lines), wanted)]


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("a\nif b:\n    c\n    here\nd", "py", ["if b:", "here"]),
        ("if a:\n    b\nelif c:\n    here\nelse:\n    d", "py", ["if a:", "elif c:", "here", "else:"]),
        ("try:\n    a\nexcept B:\n    here\nfinally:\n    c", "py", ["try:", "except B:", "here", "finally:"]),
        ("a\nwith b(\n    c,\n    here,\n) as d:\n    e", "py", ["with b(", "c,", "here,", ") as d:"]),
        ("if (here)\n  b;\nc;", "js", ["if (here)", "b;"]),
        ("if (here && a\n    && b)\n  c;\nd;", "c", ["if (here && a", "&& b)", "c;"]),
        ("if (here &&\n    b(c))\n  d(\n    e);\nf;", "js", ["if (here &&", "b(c))", "d(", "e);"]),
        ("if (here) // why\n  // because\n  b;\nc;", "js", ["if (here) // why", "// because", "b;"]),
        ("while (here) {\n  b;\n}\nc;", "js", ["while (here) {", "}"]),
        ("if (here)\n  b()\nc()", "js", ["if (here)", "b()"]),
        ("x = here ||\n  b\n  || c;\nd;", "js", ["x = here ||", "b", "|| c;"]),
        ("here && \\\n  b\nc", "sh", ["here && \\", "b"]),
        ("class A :\n  B,\n  C\n{\n public:\n  here();\n};", "cpp", ["class A :", "B,", "C", "{", "here();", "};"]),
        ("#define A(b) \\\n  c \\\n  here\nd", "c", ["#define A(b) \\", "c \\", "here"]),
        (
            "namespace a {\nb;\n}  // namespace a\nnamespace here {\nc\n} // namespace here",
            "cpp",
            ["namespace here {", "} // namespace here"],
        ),
        ("class A(a: B) :\n  C(a),\n  D {\n  here()\n}", "kt", ["class A(a: B) :", "C(a),", "D {", "here()", "}"]),
        ("switch (a) {\n  case b,\n    c:\n    here\n}", "go", ["switch (a) {", "case b,", "c:", "here", "}"]),
        ("a\n?>\n<p>\nhere\n</p>\n<?php\nb", "php", ["?>", "here", "</p>", "<?php"]),
        ("/* a\n   here\n */\nb", "c", ["/* a", "here", "*/"]),
        ("f(a,\n  here,\n  c)\nd", "py", ["f(a,", "here,", "c)"]),
        ('a = """\nb\nhere\nc\n"""\nd', "py", ['a = """', "here", '"""']),
        ("if (a) {\n  b\n} else {\n  here\n}\nc", "js", ["if (a) {", "} else {", "here", "}"]),
        ("if (!here(\n      a, b)) {\n  c\n}\nd", "cpp", ["if (!here(", "a, b)) {", "}"]),
        ("if (a)\n{\n  here\n}\nc", "cs", ["if (a)", "{", "here", "}"]),
        ("x = [\n  {\n    a\n  },\n  {\n    here\n  },\n]", "js", ["x = [", "{", "here", "},", "]"]),
        ("#if A\nb\n#else\nhere A\n#endif\nc", "c", ["here A"]),
        ("b\n#if A\n#else\nc\n#endif", "c", ["#if A", "#else", "#endif"]),
        ("while a; do\n  b\n  here\ndone <c\nd", "sh", ["while a; do", "here", "done <c"]),
        ("a.each do |b|\n  here\nend\nc", "rb", ["a.each do |b|", "here", "end"]),
        ("<ul>\n  <li>\n    here\n  </li>\n  <p/>\n</ul>", "tsx", ["<ul>", "<li>", "here", "</li>", "</ul>"]),
    ],
)
def test_a_line_is_shown_with_what_it_stands_in(text: str, language: str, shown: list[str]) -> None:
    assert frame(text, language, "here", *(["#if"] if text.startswith("b\n") else [])) == shown


@given(
    st.lists(
        st.sampled_from(["a", "  b {", "  }", "    c(", "\td", '"""', "# e", "#if", "else:", "", "{"]), max_size=60
    ),
    st.sampled_from(["py", "js", "sh", "c"]),
    st.sets(st.integers(0, 59)),
)
def test_what_was_asked_for_is_shown_and_nothing_outside(lines: list[str], language: str, wanted: set[int]) -> None:
    source = read("\n".join(lines), lines, language)
    asked = sorted(i for i in wanted if 2 <= i < len(lines))
    shown = framed(source, 2, len(lines), asked)
    assert set(asked) <= set(shown)
    assert shown == sorted(set(shown))
    assert all(2 <= i < len(lines) for i in shown)


def test_time_is_linear_in_the_lines() -> None:
    """A hang here is quadratic time."""
    lines = [" " * (n % 90) + "f(a," for n in range(10_000)]
    source = read("\n".join(lines), lines, "js")
    assert len(framed(source, 0, len(lines), range(len(lines)))) == len(lines)


def test_what_is_skipped_frames_nothing_and_is_framed_as_a_whole() -> None:
    text = "class A {\n  f() {\n    if (a) {\n      b\n    }\n  }\n  here\n}"
    lines = text.split("\n")
    assert framed(read(text, lines, "js"), 0, len(lines), [6], skips={2: 5}) == [0, 6, 7]

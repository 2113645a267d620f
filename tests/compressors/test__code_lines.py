from __future__ import annotations

import pytest

from headroom.compressors._code_lines import indent, language_of, read


def inside(text: str, language: str | None) -> list[int]:
    source = read(text, text.split("\n"), language)
    return [i for i, flag in enumerate(source.inside) if flag]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ('a = """\nb\n"""\nc', "py", [1, 2]),
        ("a = '''\nb '\"' c\n'''\nd", "py", [1, 2]),
        ('a = """b"""\nc', "py", []),
        ("quotes = ('\"\"\"', \"'''\")\nb", "py", []),
        ('# a """ in a comment\nb', "py", []),
        ('a = """ \'\'\'\nb\n""" + """\nc\n"""\nd', "py", [1, 2, 3, 4]),
        ("a = `b\n${c}\n`;\nd", "ts", [1, 2]),
        ("a = `b ${c} d`;\ne", "ts", []),
        ("// don't `\na", "ts", []),
        ("a = '`';\nb", "ts", []),
        ("/* a\n * b `\n */\nc", "ts", [1, 2]),
        ("/* a */\nb", "ts", []),
        ("a = 'src/*.ts';\nb", "ts", []),
        ('val a = """\n  b\n"""\nc', "kt", [1, 2]),
        ("cat <<EOF\na\n  b\nEOF\nc", "sh", [1, 2, 3]),
        ("cat <<-'END'\na\n\tEND\nc", "sh", [1, 2]),
        ("a <<b\nc", "sh", []),
        ('a = """\nb', "py", [1]),
    ],
)
def test_lines_that_begin_inside_something_are_marked(text: str, language: str, expected: list[int]) -> None:
    assert inside(text, language) == expected


def test_comments_and_strings_that_are_statements_are_comments_but_arguments_are_not() -> None:
    text = '"""Head.\n\nMore.\n"""\nx = f(\n    """\n    value\n    """\n)'
    assert read(text, text.split("\n"), "py").comments == [(0, 3)]
    text = "/**\n * Doc.\n */\na();\n  /* b\n  */"
    assert read(text, text.split("\n"), "js").comments == [(0, 2), (4, 5)]


@pytest.mark.parametrize(
    "form", ["{:6}\t{}", "{}\t{}", "{:6}→{}", "{}→{}", "{}: {}", "{}:{}", "{}|{}", "{} | {}", "{:>3}│{}"]
)
def test_numbers_in_front_are_taken_off(form: str) -> None:
    lines = ["def f():", "    if x:", "        return 1", "", "def g():", "    return 2", "", "", "x = 1"]
    numbered = [form.format(n, line) for n, line in enumerate(lines, 95)]
    code = read("\n".join(numbered), numbered, "py").code
    space = 1 if code[0].startswith(" ") else 0
    assert [line[space:] for line in code] == lines


@pytest.mark.parametrize(
    "text", ["1: a\n1: b\n1: c\n1: d", "3\n2\n1", "a\nb\n\nc", "1\tx\ny\nz\nu", "7: x\n9000: y\n99999: z"]
)
def test_other_numbers_stay(text: str) -> None:
    assert read(text, text.split("\n"), "py").code == text.split("\n")


def test_lines_that_the_tool_adds_stay_as_they_are() -> None:
    lines = ["[File: a.py (5 lines total)]", *(f"{n}:    x = {n}" for n in range(1, 9)), "(9 more lines below)"]
    code = read("\n".join(lines), lines, "py").code
    assert code[0] == lines[0]
    assert code[1] == "    x = 1"
    assert code[-1] == lines[-1]


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("def f():\n    return 1\n\n# so\n", True),
        ("int f() {\n  return 1;\n}\n// so\n", False),
        ("f() {\n  echo\n  fi\n  done\n}\n# so\n# and\n# so", True),
    ],
)
def test_the_comment_sign_is_told_by_the_lines_where_no_name_does(text: str, hashes: bool) -> None:
    assert read(text, text.split("\n"), None).hashes is hashes


def test_lines_that_hold_a_mark_are_found() -> None:
    text = "a#b#\n\n#c\nd"
    source = read(text, text.split("\n"), "py")
    assert source.holding(["#"]) == [0, 2]
    assert source.holding(["#", "d"]) == [0, 2, 3]
    assert source.holding(["\n"]) == [0, 1, 2]
    assert not source.holding(["zz"])


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a/b.PY", "py"), ("x.tar.gz", None), ("Makefile", None), ("a.h", "h"), ("README.md", None), (None, None)],
)
def test_a_language_is_told_by_the_suffix(path: str | None, expected: str | None) -> None:
    assert language_of(path) == expected


def test_indentation_counts_white_characters() -> None:
    assert [indent(line) for line in ["a", "  a", "\t\ta", ""]] == [0, 2, 2, 0]


def test_what_a_line_begins_in_is_told_by_what_ends_it() -> None:
    text = "a = `\nb\n`;\n/*\n c\n */\nd"
    source = read(text, text.split("\n"), "js")
    assert [source.within(i) for i in range(7)] == ["", "`", "`", "", "*/", "*/", ""]


@pytest.mark.parametrize(
    ("line", "hashes"), [("#! /bin/sh", True), ("#!/usr/bin/env python3", True), ("#!/usr/bin/node", False)]
)
def test_the_first_line_of_a_script_tells_its_language(line: str, hashes: bool) -> None:
    text = f"{line}\nf() {{\n  a;\n}}\n// b;"
    assert read(text, text.split("\n"), None).hashes is hashes

from __future__ import annotations

import pytest

from headroom.compressors._code_defs import Definition, candidates, definition_at
from headroom.compressors._code_lines import Source, read
from headroom.compressors._code_linked import called, written


def definitions(text: str, language: str) -> tuple[Source, list[Definition]]:
    lines = text.split("\n")
    source = read(text, lines, language)
    found = (definition_at(source, i, len(lines)) for i in candidates(source))
    return source, [d for d in found if d is not None]


def changing(text: str, language: str, name: str, fields: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    source, found = definitions(text, language)
    made = written(source, found, [d for d in found if d.name == name], fields)
    return {d.name: [source.code[i].strip() for i in lines] for d, lines in made.items()}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("py", "def ask(self):\n    return self.depth > 3\ndef {}(self):\n    self.depth += 1\n"),
        ("py", "def ask(self):\n    return self.depth[0]\ndef {}(self):\n    self.depth.append(3)\n"),
        ("py", "def ask(self):\n    return self.depth\ndef {}(self):\n    self.tide, self.depth = 1, 2\n"),
        ("py", "def ask(self):\n    return self.depth\ndef {}(self):\n    del self.depth[3]\n"),
        ("js", "function ask() {{\n  return this.depth;\n}}\nfunction {}() {{\n  this.depth++;\n}}\n"),
        ("c", "int ask(struct w *w) {{\n    return w->depth;\n}}\nvoid {}(struct w *w) {{\n    w->depth = 3;\n}}\n"),
        ("go", "func (w W) ask() int {{\n\treturn w.depth\n}}\nfunc (x *W) {}() {{\n\tx.depth -= 1\n}}\n"),
        ("rb", "def ask\n  @depth > 3\nend\ndef {}\n  @depth = 4\nend\n"),
    ],
)
def test_a_function_that_changes_what_another_reads_is_found(language: str, text: str) -> None:
    assert set(changing(text.format("dig"), language, "ask")) == {"dig"}


@pytest.mark.parametrize(
    "line",
    ["self.depth == 3", "self.width = 3", "depth = 3", "say(self.depth)", "x = self.depth", 'say("self.depths=")'],
)
def test_a_line_that_changes_nothing_of_it_is_none(line: str) -> None:
    text = f"def ask(self):\n    return self.depth\ndef other(self):\n    {line}\n"
    assert changing(text, "py", "ask") == {}


def test_fields_need_no_sign_where_they_are_declared() -> None:
    text = "class W {\n  int depth;\n  int ask() {\n    return depth;\n  }\n  void dig() {\n    depth = 3;\n  }\n  void own() {\n    int depth = 3;\n  }\n}\n"
    assert set(changing(text, "java", "ask", frozenset(("depth",)))) == {"dig"}
    assert changing(text, "java", "ask") == {}


def test_of_what_builds_an_object_and_of_long_functions_only_the_lines_are_shown_that_change_it() -> None:
    rest = "\n".join(f"    print({n})" for n in range(80))
    text = f"def ask(self):\n    return self.depth\ndef __init__(self):\n    self.depth = 0\n    self.other = 1\ndef long(self):\n{rest}\n    self.depth = 9\n"
    assert changing(text, "py", "ask") == {"__init__": ["self.depth = 0"], "long": ["self.depth = 9"]}


def test_what_is_called_is_found_with_what_that_calls() -> None:
    text = "def a():\n    b(1)\ndef b(x):\n    c(x)\ndef c(x):\n    d(x)\ndef d(x):\n    pass\n"
    source, found = definitions(text, "py")
    assert [d.name for d in called(source, found, found[:1])] == ["b", "c"]


def test_of_a_name_that_two_functions_have_nothing_is_known_and_long_ones_are_not_shown() -> None:
    long = "\n".join(f"    print({n})" for n in range(40))
    text = f"def a():\n    b(1)\n    c(2)\ndef b(x):\n    pass\ndef b(x):\n    pass\ndef c(x):\n{long}\n"
    source, found = definitions(text, "py")
    assert called(source, found, found[:1]) == []

from __future__ import annotations

from headroom.compressors._api import Effort, Limits
from headroom.compressors._code_asides import imports_in, pod_in
from headroom.compressors._code_lines import read
from headroom.compressors.code import CodeCompressor
from headroom.messages import Hint

TOP = "What top-level functions and classes does it define? Give their signatures."
SIGNATURES = "Give the signatures of its methods."


def runs(text: str, language: str) -> list[tuple[int, int]]:
    lines = text.split("\n")
    return [(d.first, d.end) for d in imports_in(read(text, lines, language), 0, len(lines))]


def test_imports_are_folded_in_runs_of_several() -> None:
    assert runs("import a\nimport b\nfrom c import (\n    d,\n)\nimport e\n\nX = 1", "py") == [(0, 6)]
    assert runs("import a\nimport b\n\nX = 1", "py") == []
    assert runs("#include <a>\n#include <b>\n\n#include <c>\n#define X 1\n", "c") == [(0, 4)]


def test_documentation_in_paragraphs_of_perl_is_folded() -> None:
    text = "sub f {\n  return 1;\n}\n\n=head1 NAME\n\nf - it is one and stays one, whatever is said\n\n=cut\n\nsub g {\n  return 2;\n}\n1;\n\n=head2 g\n\nmore of it"
    lines = text.split("\n")
    found = [(d.first, d.end) for d in pod_in(read(text, lines, "pm"), 0, len(lines))]
    assert found == [(4, 9), (15, 18)]
    assert list(pod_in(read(text, lines, "rb"), 0, len(lines))) == []


def test_an_import_is_no_call_and_no_member() -> None:
    calls = "use(a);\nuse<B>(\n  c,\n  d,\n);\nimport: 1,\nfrom = 2\nopen.x()"
    assert runs(calls, "ts") == []


def test_the_end_of_a_statement_begins_no_run() -> None:
    text = "const {\n  a,\n} = require('a')\nconst b = require('b')\nconst c = require('c')\nconst d = 1"
    assert runs(text, "js") == []


def shown(query: str, text: str, path: str) -> list[str]:
    limits = Limits(effort=Effort.STRONG)
    return CodeCompressor().compress(text, Hint(path=path, query=query), limits).text.split("\n")


def method(name: str) -> str:
    return f"    def {name}(self, rope):\n        self.rope = rope\n        self.more = [rope, rope, rope]"


BOAT = f"class Boat:\n{method('moor')}\n\n{method('sail')}"
REST = "\n\n".join(f"def walk_{n}(rope):\n    rope.walk({n})\n    return rope.walk({n} + {n})" for n in range(9))


def test_of_several_types_and_functions_the_members_are_named() -> None:
    assert shown(TOP, f"{BOAT}\n\n{REST}", "a.py")[:3] == ["class Boat:", "    ...  # ⋯ 2-8: moor, sail", ""]


def test_members_stay_where_they_are_asked_for_or_are_all_there_is() -> None:
    assert "    def sail(self, rope):" in shown(SIGNATURES, f"{BOAT}\n\n{REST}", "a.py")
    alone = BOAT + "\n\n" + "\n\n".join(method(f"m{n}") for n in range(9))
    assert "    def sail(self, rope):" in shown(TOP, alone, "a.py")


def test_macros_within_a_function_are_of_the_top_level() -> None:
    calls = "\n".join(f"  call({n}, {n}, {n});" for n in range(9))
    text = f"void f(void)\n{{\n{calls}\n#define KNOT(n) tie(n)\n{calls}\n}}\n" + "int a;\n" * 20
    assert "#define KNOT(n) tie(n)" in shown(TOP, text, "a.c")
    assert "  call(1, 1, 1);" not in shown(TOP, text, "a.c")


def test_macros_within_a_type_are_of_the_top_level() -> None:
    functions = "\n".join(f"int f{n}(int a) {{\n  call(a, {n});\n  return a;\n}}" for n in range(9))
    text = f"struct Boat {{\n#define MOOR(n) moor(n)\n  int a;\n  int b;\n  const int length_of_the_rope_in_metres;\n}};\n{functions}"
    assert "#define MOOR(n) moor(n)" in shown(TOP, text, "a.cpp")
    assert "  int b;" not in shown(TOP, text.replace("#define MOOR(n) moor(n)", "  int moor;"), "a.cpp")


def test_comments_are_left_out_of_signatures() -> None:
    text = f"# The first lines speak of the file.\n\nX = 1\nY = 2\nZ = 3\n\n# A rope is what a boat hangs on,\n# and it is long enough.\n{REST}"
    lines = shown(SIGNATURES, text, "a.py")
    assert lines[0] == "# The first lines speak of the file."
    assert "# A rope is what a boat hangs on," not in lines
    assert "# A rope is what a boat hangs on," in shown("what is slow?", text, "a.py")


def test_where_functions_stand_in_types_only_their_signatures_stay() -> None:
    methods = "\n".join(f"  void f{n}(int a) {{\n    call(a, {n});\n    call(a, 2 * {n});\n  }}" for n in range(3))
    fields = "\n".join(f"  int a_long_name_of_a_field_{n};" for n in range(5))
    text = "\n".join(f"class A{n} {{\n{methods}\n}}\nclass B{n} {{\n{fields}\n}}" for n in range(3))
    java = shown(TOP, text, "A.java")
    assert java.count("  void f1(int a) {") == 3
    assert not any("field" in line for line in java)
    assert "  void f1(int a) {" not in shown(TOP, text, "a.cpp")

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import headroom
from headroom.compressors._code_defs import Definition, candidates, definition_at
from headroom.compressors._code_lines import read


def first(text: str, language: str) -> Definition | None:
    source = read(text, text.split("\n"), language)
    found = (definition_at(source, i, len(source.code)) for i in candidates(source) if not source.inside[i])
    return next((d for d in found if d is not None), None)


@pytest.mark.parametrize(
    ("text", "language", "name", "body", "end"),
    [
        ("def f(a):\n    b\n    c\nd", "py", "f", 1, 3),
        ("async def f(a=')'):\n    b\n\nd", "py", "f", 1, 2),
        ("def f(\n    a,\n):  # why\n    b\n    c", "py", "f", 3, 5),
        ('def f(\n    a: A[\n        """\n        ) its meaning:\n        """\n    ],\n):\n    b\nc', "py", "f", 7, 8),
        ("  def f(a) -> dict[\n    str, int\n  ]:\n    b\n  c", "py", "f", 3, 4),
        ("def f(a):\n    b\n# left\n    c\n# next\nd", "py", "f", 1, 4),
        ("function f(a) {\n  b\n}\nc", "js", "f", 1, 3),
        ("export default async function* f(a) {\n  b\n}", "js", "f", 1, 3),
        ("export default function (a) {\n  b\n}", "js", "", 1, 3),
        ("const f = (a) => {\n  b\n};\nc", "ts", "f", 1, 3),
        ("export const f: Handler<A> = async ({ a }) => {\n  b\n};", "ts", "f", 1, 3),
        ("const F = memo(forwardRef((props, ref) => {\n  b\n}));", "tsx", "F", 1, 3),
        ("const F = (props) => (\n  <div />\n);", "tsx", "F", 1, 3),
        ("  const f = ( function () {\n    b\n  }() );", "js", "f", 1, 2),
        ("  /* package */ static A<B> f(\n      int a) {\n    b;\n  }", "java", "f", 2, 4),
        ("Foo.prototype.bar = function (a) {\n  b\n};", "js", "bar", 1, 3),
        ("  run: function () {\n    b\n  },", "js", "run", 1, 3),
        ("  get size() {\n    b\n  }", "js", "size", 1, 3),
        ("  #hidden(a) {\n    b\n  }", "js", "#hidden", 1, 3),
        ("  *[Symbol.iterator]() {\n    b\n  }", "js", "", 1, 3),
        ("  constructor(\n    private a: B,\n  ) {\n    b\n  }", "ts", "constructor", 3, 5),
        ("func (c *C) Do(a int) (b error) {\n\tc\n}", "go", "Do", 1, 3),
        ("func Map[T, U any](a []T, f func(T) U) []U {\n\tc\n}", "go", "Map", 1, 3),
        ("\tRun: func(cmd *Command, args []string) {\n\t\ta\n\t},", "go", "Run", 1, 3),
        ("pub(crate) const fn f<'a>(x: &'a T) -> T\nwhere\n    T: U,\n{\n    a\n}", "rs", "f", 4, 6),
        ("  public static <T> List<T> of(T... a) throws B {\n    c;\n  }", "java", "of", 1, 3),
        ("  @Override public String toString() {\n    c;\n  }", "java", "toString", 1, 3),
        ("static inline unsigned int *f(int a)\n{\n\tb;\n}", "c", "f", 2, 4),
        ("Foo::Foo(int a)\n    : b(a),\n      c{a} {\n  d;\n}", "cpp", "Foo", 3, 5),
        ("bool operator==(const A& b) const {\n  c;\n}", "cpp", "operator==", 1, 3),
        ("auto f(T&& a) -> decltype(a) {\n  c;\n}", "cpp", "f", 1, 3),
        ("    public int Add(int a)\n    {\n        b;\n    }", "cs", "Add", 2, 4),
        ("private suspend fun String.f(a: Int): B {\n    c\n}", "kt", "f", 1, 3),
        ("    override func f(_ a: Int) throws -> B {\n        c\n    }", "swift", "f", 1, 3),
        ("    init?(a: Int) {\n        c\n    }", "swift", "init", 1, 3),
        ("    public function f(?A $a): ?B\n    {\n        c;\n    }", "php", "f", 2, 4),
        ("  def self.f?(a)\n    b\n  end\nc", "rb", "f?", 1, 3),
        ("  def f(a)\n    b\n  rescue A => e\n    c\n  ensure\n    d\n  end\ne", "rb", "f", 1, 7),
        ("f() {\n  a\n}", "sh", "f", 1, 3),
        ("f()\n{\n  a\n}", "sh", "f", 2, 4),
        ("  def f(a)\n    b = %(c\nd\n)\n    e\n  end\ng", "rb", "f", 1, 6),
        ("export function f({\n  a,\n}: {\n  a: B;\n}): C {\n  d\n}", "ts", "f", 5, 7),
        ("  tie({ a, b = 0 }: { a: B }): void {\n    c\n  }", "ts", "tie", 1, 3),
        ("export function f<\n  A,\n  B extends C,\n>(a: A): B {\n  d\n}", "ts", "f", 4, 6),
        ("const f = a => {\n  b\n};", "js", "f", 1, 3),
        ("  value: function g(a) {\n    b\n  }", "js", "g", 1, 3),
        ("  h.f = function(a)\n    b\n  end", "lua", "f", 1, 3),
        ("- (void)tie:(A *)a\n         to:(B)b {\n  c\n}", "m", "tie", 2, 4),
        ("+ (A<B> *)f\n{\n  c\n}", "m", "f", 2, 4),
        ("cpdef double f(self, int a) except -1:\n    b\nc", "pyx", "f", 1, 2),
        ("cdef inline void* f(size_t a) nogil:\n    b\nc", "pyx", "f", 1, 2),
        ("function f( $a ) {\n\t?>\n<p>\n<?php b(); ?>\n</p>\n\t<?php\n}", "php", "f", 1, 7),
        ("function f {\n  a\n}", "sh", "f", 1, 3),
        ("local function f(a)\n  b\nend", "lua", "f", 1, 3),
        ("sub f {\n    a;\n}", "pl", "f", 1, 3),
        ("void f() {\n  a;\n  b", "c", "f", 1, 3),
    ],
)
def test_a_definition_is_found_with_its_body(text: str, language: str, name: str, body: int, end: int) -> None:
    found = first(text, language)
    assert found is not None
    assert (found.name, found.first, found.body, found.end) == (name, 0, body, end)
    closer = text.split("\n")[found.last : found.end]
    assert [line.strip(" \t;,()}") for line in closer] in ([], [""], ["end"])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("def f(): return 1\nb", "py"),
        ("def f(a,\n\n    b):\n    c", "py"),
        ("class A(B):\n    c", "py"),
        ("if (a) {\n  b\n}", "js"),
        ("} else if (a) {\n  b\n}", "js"),
        ("for (;;) {\n  b\n}", "c"),
        ("return new Promise((a) => {\n  b\n});", "js"),
        ("describe('a', () => {\n  b\n});", "js"),
        ("app.get('/', (a) => {\n  b\n});", "js"),
        ("class A extends B(C) {\n  b\n}", "js"),
        ("data class A(val b: Int) {\n  b\n}", "kt"),
        ("public record A(int b) {\n  b\n}", "java"),
        ("int f(int a);\nb", "c"),
        ("f(a,\n  b);\nc", "c"),
        ("int a[B(3)] = {\n  1,\n};", "c"),
        ("#define F(a) \\\n  b", "c"),
        ("match f(a) {\n    b\n}", "rs"),
        ("impl<T> A for B<fn(T)> {\n    c\n}", "rs"),
        ("type A struct {\n\tf func(int)\n}", "go"),
        ("void f() {\n  a;\nstray();\n}", "c"),
        ("def f(a)\n  b\nc\nend", "rb"),
        ("f(x) {}\ng", "js"),
        ("interface A {\n  f(a: B): C;\n}", "ts"),
    ],
)
def test_what_only_looks_like_a_definition_is_none(text: str, language: str) -> None:
    found = first(text, language)
    assert found is None or found.first > 0


def test_every_function_of_real_modules_is_found_where_the_parser_finds_it() -> None:
    """Read by `ast`, outermost functions begin and end at the same lines."""
    for path in sorted(Path(headroom.__file__).parent.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        source = read(text, text.split("\n"), "py")
        found: dict[str, Definition] = {}
        for i in candidates(source):
            definition = None if source.inside[i] else definition_at(source, i, len(source.code))
            if definition is not None:
                found[f"{definition.name}:{i + 1}"] = definition
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.body[0].lineno > node.lineno:
                definition = found[f"{node.name}:{node.lineno}"]
                assert definition.end == node.end_lineno
                assert definition.body < node.body[0].lineno

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors.code import CodeCompressor
from headroom.lines import stub
from headroom.messages import NO_HINT, Hint

DATA = Path(__file__).parent.parent / "data" / "code"
CODE = CodeCompressor()
MARK = re.compile(r"⋯ lines? (\d+)(?:-(\d+))?\Z")
"""How a fold is spelled where all shown lines are numbered."""
MEDIUM, STRONG = Limits(effort=Effort.MEDIUM), Limits(effort=Effort.STRONG)

PIECES = st.sampled_from(
    [
        "import os",
        "",
        "def f(a,",
        "      b):",
        "def g():",
        '    """Say it.',
        "    ",
        '    """',
        "    x = 1",
        "        return x",
        "class C:",
        "    def m(self):",
        "function f() {",
        "  if (x) {",
        "  }",
        "}",
        "};",
        "/**",
        " * Doc.",
        " */",
        "// a comment",
        "# a comment",
        "`",
        "const f = (a) => {",
        "void h(int a)",
        "{",
        "\treturn 1;",
        "#endif",
        "⋯ lines 1-2",
        "    12\tdef q():",
        "cat <<EOF",
        "EOF",
        "\x00\ud800",
    ]
)
TEXTS = st.lists(PIECES, min_size=20, max_size=140).map("\n".join)
QUERIES = st.sampled_from(
    [
        None,
        "how does `f` work",
        "say x",
        "what is m in C.m",
        "return the comment",
        "explain the class `C`",
        "What top-level functions and classes are there? Give their signatures.",
        'Which function does this: "class C def m self return x"?',
    ]
)


def body(name: str, count: int = 8, margin: str = "    ") -> str:
    return "\n".join(f"{margin}{name}_{n} = compute({n}, {name!r})" for n in range(count))


def outline(text: str, hint: Hint = NO_HINT, limits: Limits = MEDIUM) -> str:
    return CODE.compress(text, hint, limits).text


def hidden(text: str, shown: Rendition, first_line: int = 1) -> list[str]:
    source = text.split("\n")
    return [source[n - first_line] for e in shown.elisions for a, b in e.ranges for n in range(a, b + 1)]


@settings(max_examples=500, deadline=None)
@given(TEXTS, QUERIES, st.sampled_from(list(Effort)), st.integers(1, 300), st.sampled_from([None, "py", "ts", "sh"]))
def test_every_shown_line_is_a_line_of_the_source_and_all_else_is_named(
    text: str, query: str | None, effort: Effort, first_line: int, language: str | None
) -> None:
    made = CODE.compress(text, Hint(query=query, language=language), Limits(effort=effort, first_line=first_line))
    source = text.split("\n")
    gone = {n - first_line for e in made.elisions for a, b in e.ranges for n in range(a, b + 1)}
    kept = [(i, line) for i, line in enumerate(source) if i not in gone]
    visible = made.text.split("\n")
    if "N│" in made.note:
        shown = [line for line in visible if not MARK.match(line)]
        assert shown == [f"{i + first_line}│{line}" for i, line in kept]
    elif gone:
        marks = [m for line in visible if (m := stub(line))]
        assert [line for line in visible if not stub(line)] == [line for _, line in kept]
        assert {n - first_line for a, b in marks for n in range(a, b + 1)} == gone
    else:
        assert made.text == text
    assert made.lossless == (not gone)


@pytest.mark.parametrize("case", sorted(p.stem for p in DATA.glob("*.in")))
def test_a_reader_sees_what_the_golden_file_shows(case: str) -> None:
    options_file = DATA / f"{case}.json"
    options = json.loads(options_file.read_text(encoding="utf-8")) if options_file.exists() else {}
    effort = Effort[options.pop("effort", "MEDIUM")]
    shown = CODE.compress((DATA / f"{case}.in").read_text(encoding="utf-8"), Hint(**options), Limits(effort=effort))
    assert f"{shown.note}\n{shown.text}" == (DATA / f"{case}.out").read_text(encoding="utf-8")


PYTHON = "\n".join(
    [
        '"""Parcels and their ways."""',
        "",
        "import heapq",
        "",
        "LIMIT = 30",
        "",
        "",
        "class Depot:",
        '    """A place where parcels wait."""',
        "",
        "    size: int = 4",
        "",
        "    @property",
        "    def load(self) -> int:",
        '        """How much it holds.',
        "",
        "        Counted in kilograms.",
        '        """',
        body("load", 9, "        "),
        "",
        "    def take(",
        "        self,",
        "        parcel: str,",
        "    ) -> None:",
        body("take", 9, "        "),
        "",
        "",
        "async def route(start: str, end: str = '(') -> list[str]:",
        body("route", 9),
        "",
        "def find_way(depot):",
        body("way", 9),
        "",
        "def tiny():",
        "    return 1",
        "",
        "",
        "if __name__ == '__main__':",
        "    route('a', 'b')",
    ]
)


def test_signatures_decorators_doc_heads_and_constants_stay() -> None:
    shown = outline(PYTHON, Hint(path="depot.py"))
    for line in [
        "LIMIT = 30",
        "    size: int = 4",
        "    @property",
        "    def load(self) -> int:",
        "        parcel: str,",
        "    ) -> None:",
    ]:
        assert line in shown.split("\n")
    assert '        """How much it holds.' in shown
    assert "    return 1" in shown
    assert "    route('a', 'b')" in shown
    assert "way_3" not in shown
    assert "load_3" not in shown
    assert "take_3" not in shown


@pytest.mark.parametrize(
    "query", ["how does `find_way` work", "fix find_way() please", "Depot.find_way is slow", "what does find_way do?"]
)
def test_a_function_that_the_query_names_is_shown_whole(query: str) -> None:
    shown = outline(PYTHON, Hint(path="depot.py", query=query))
    assert "def find_way(depot):\n" + body("way", 9) in shown
    assert "take_3" not in shown


def test_a_function_that_holds_what_the_query_names_is_shown_whole() -> None:
    text = PYTHON.replace("take_4 = compute(4, 'take')", "take_4 = parse_headers(4)")
    shown = outline(text, Hint(path="depot.py", query="rename parse_headers to read_headers"))
    assert "take_3" in shown
    assert "    def take(" in shown
    assert "class Depot:" in shown
    assert "way_3" not in shown


def test_a_function_inside_a_function_is_shown_with_the_signatures_around_it() -> None:
    nested = (
        "def outer():\n"
        + body("before")
        + "\n    def inner(x):\n"
        + body("inner", 6, "        ")
        + "\n"
        + body("after")
    )
    text = PYTHON + "\n\n" + nested
    shown = outline(text, Hint(path="depot.py", query="how does `inner` work"))
    assert "def outer():" in shown
    assert "    def inner(x):\n" + body("inner", 6, "        ") in shown
    assert "before_3" not in shown
    assert "after_3" not in shown


def test_a_function_that_a_sentence_describes_is_shown_whole() -> None:
    text = PYTHON.replace("take_4 = compute(4, 'take')", "warn('parcel exceeds postal weight')")
    shown = outline(text, Hint(path="depot.py", query="Why is a parcel over the postal weight refused?"))
    assert "take_3" in shown


def test_lines_that_the_query_or_keep_names_are_always_shown() -> None:
    shown = outline(PYTHON, Hint(path="depot.py", query="way_5"))
    assert "way_5 = compute" in shown
    limits = Limits(effort=Effort.MEDIUM, keep=re.compile(r"route_7"))
    assert "route_7 = compute" in outline(PYTHON, Hint(path="depot.py"), limits)


BLOCKS = {
    "ts": ("export async function load<T>(\n  url: string,\n): Promise<T> {", "}", "  "),
    "js": ("exports.load = function (url) {", "};", "  "),
    "jsx": ("const Load = memo(({ url, name }) => {", "});", "  "),
    "tsx": ("export const load = async (url: string): Promise<void> => {", "};", "  "),
    "go": ("func (c *Client) Load(ctx context.Context, url string) (int, error) {", "}", "\t"),
    "rs": ("pub async fn load<'a, T>(url: &'a str) -> Result<T>\nwhere\n    T: Clone,\n{", "}", "    "),
    "java": ("  @Override\n  public static <T> List<T> load(final String url) throws IOException {", "  }", "    "),
    "c": ("static struct node *\nload(const char *url, int (*done)(int))\n{", "}", "\t"),
    "cpp": ("template <typename T>\nClient::Client(T&& url)\n    : url_(url), size_{0} {", "}", "  "),
    "cs": ("    public async Task<int> Load(string url)\n    {", "    }", "        "),
    "kt": ("suspend fun <T> Client.load(url: String): T {", "}", "    "),
    "swift": ("    public func load(_ url: String) async throws -> Int {", "    }", "        "),
    "php": ("    public function load(string $url): array\n    {", "    }", "        "),
    "rb": ("  def self.load(url, size: 3)", "  end", "    "),
    "sh": ("load() {", "}", "  "),
    "ex": ("  def load(url) do", "  end", "    "),
    "lua": ("local function load(url)", "end", "  "),
    "py": ("def load(url: str) -> int:", "", "    "),
}


@pytest.mark.parametrize("language", sorted(BLOCKS))
def test_bodies_are_folded_in_every_language(language: str) -> None:
    header, closer, margin = BLOCKS[language]
    parts = [f"{header}\n{body(f'v{n}', 7, margin)}\n{closer}\n".replace("oad", f"oad{n}") for n in range(8)]
    text = "\n".join(parts)
    shown = outline(text, Hint(path=f"src/x.{language}"))
    for n in range(8):
        for line in header.replace("oad", f"oad{n}").split("\n"):
            assert line in shown.split("\n")
        assert f"v{n}_3" not in shown
    asked = outline(
        text, Hint(path=f"src/x.{language}", query="how does `load5` work" if language != "jsx" else "`Load5`")
    )
    if language != "cpp":  # a constructor is named by its class
        assert body("v5", 7, margin) in asked
    assert "v6_3" not in asked


def test_classes_types_and_wrappers_are_not_bodies() -> None:
    text = "\n".join(
        [
            "(function (root) {",
            "  'use strict';",
            "  class Foo extends Bar(Baz) {",
            "    size = 3;",
            *(f"    method{n}(a, b) {{\n{body(f'm{n}', 6, '      ')}\n    }}" for n in range(9)),
            "  }",
            "  describe('all', () => {",
            *(f"    it('does {n}', async () => {{\n{body(f't{n}', 6, '      ')}\n    }});" for n in range(9)),
            "  });",
            "})(this);",
        ]
    )
    shown = outline(text, Hint(path="a.js"))
    assert "    size = 3;" in shown
    assert all(f"    method{n}(a, b) {{" in shown for n in range(9))
    assert all(f"    it('does {n}', async () => {{" in shown for n in range(9))
    assert "m4_3" not in shown
    assert "t4_3" not in shown


def test_a_function_that_is_the_whole_file_stays_when_much_may() -> None:
    text = "import os\n\n\ndef main():\n" + body("main", 90)
    assert outline(text, Hint(path="a.py")) == text
    assert "main_50" not in outline(text, Hint(path="a.py"), STRONG)


def test_control_flow_calls_and_tables_are_not_definitions() -> None:
    text = "\n".join(
        [
            "if (ready()) {",
            body("a", 20, "  "),
            "} else if (late(3)) {",
            body("b", 20, "  "),
            "}",
            "app.get('/x', (request, response) => {",
            body("c", 20, "  "),
            "});",
            "const table = build({",
            body("d", 10, "  "),
            "});",
            "static const int sizes[COUNT(3)] = {",
            body("e", 10, "  "),
            "};",
        ]
    )
    assert outline(text, Hint(path="a.js")) == text


def test_long_tables_and_texts_outside_of_functions_keep_their_ends_unless_the_query_names_them() -> None:
    rows = [f"    'berth {n}': 'place {n} at the quay'," for n in range(30)]
    words = [f"line {n} of what the pilot says" for n in range(30)]
    text = "\n".join(["BERTHS = {", *rows, "}", "", 'SAID = """', *words, '"""', "", PYTHON])
    shown = outline(text, Hint(path="a.py"))
    assert shown.startswith("\n".join(["BERTHS = {", *rows[:2], "    # ⋯ 4-31", "}", ""]))
    assert "\n".join(['SAID = """', *words[:2], "⋯ 37-64", '"""']) in shown
    named = outline(text, Hint(path="a.py", query="what stands in `BERTHS`?"))
    assert rows[20] in named
    assert words[20] not in named
    small = "\n".join(["BERTHS = {", *rows[:10], "}", PYTHON])
    assert rows[8] in outline(small, Hint(path="a.py"))


def test_constants_that_the_function_asked_about_does_not_use_are_folded() -> None:
    rows = [f"BERTH_{n} = 'place {n} at the quay'" for n in range(30)]
    text = "\n".join([*rows, "", "def moor():", body("moor", 4), "    return BERTH_17", "", PYTHON])
    shown = outline(text, Hint(path="a.py", query="How does `moor` work?"))
    assert shown.startswith("\n".join(["# ⋯ 1-17", rows[17], "# ⋯ 19-31", "def moor():"]))
    word = outline(text, Hint(path="a.py", query="why moor here?"))
    assert word.startswith("\n".join([*rows[:2], "# ⋯ 3-17", rows[17], "# ⋯ 19-30", "", "def moor():"]))
    assert rows[20] in outline(text, Hint(path="a.py", query="what does this hold?"))


def test_who_asks_for_signatures_sees_no_bodies() -> None:
    text = PYTHON.replace("def tiny():\n    return 1", "def tiny():\n" + body("t", 2))
    assert "t_1" in outline(text, Hint(path="a.py", query="what is this for?"))
    shown = outline(text, Hint(path="a.py", query="Which functions are there? Give their signatures."))
    assert "def tiny():" in shown
    assert "t_1" not in shown


def test_macros_of_many_lines_show_their_parameters() -> None:
    macros = "\n".join(
        f"#define STEP_{n}(a, \\\n  b) \\\n" + " \\\n".join(["  step(a, b, 12345);"] * 6) for n in range(9)
    )
    text = f"{macros}\nint main(void)\n{{\n{body('m', 9, '  ')}\n}}"
    shown = outline(text, Hint(path="a.c", query="what steps are there?"))
    assert shown.startswith("#define STEP_0(a, \\\n  b) \\\n  // ⋯ 3-8\n#define STEP_1(a, \\")
    named = outline(text, Hint(path="a.c", query="what does `STEP_4` do?"))
    assert named.count("step(a, b, 12345);") == 6


def test_of_functions_that_a_sentence_describes_the_best_one_stays_whole() -> None:
    first = 'def weigh(parcel):\n    """Weigh a parcel on the postal scale of the harbour office."""\n' + body("w", 9)
    second = 'def send(parcel):\n    """Send a parcel by the harbour office."""\n' + body("s", 9)
    text = f"{first}\n\n{second}\n\n{PYTHON}"
    shown = outline(
        text, Hint(path="a.py", query="Which function weighs a parcel on the postal scale of the harbour office?")
    )
    assert "w_3" in shown
    assert "s_3" not in shown


def test_a_mark_within_a_string_is_no_comment() -> None:
    rows = "\n".join(f"  row {n} of the page, and more of it" for n in range(20))
    text = (
        f"function page() {{\n{body('p', 9, '  ')}\n  const a = `\n{rows}\n  needle_row\n{rows}\n  `;\n}}\n"
        + "f(1);\n" * 40
    )
    shown = outline(text, Hint(path="a.js", query="where is `needle_row`, or `page_two`?"), STRONG)
    named = outline(text, Hint(path="a.js", query="where is needle_row written?"), STRONG)
    assert all("//" not in line for line in [*shown.split("\n"), *named.split("\n")] if "⋯" in line and " row " in line)


def test_the_lines_of_a_table_that_are_shown_close_what_they_open() -> None:
    table = "\n".join(f"  boat_{n}: {{\n    length: {n},\n  }}," for n in range(9))
    text = f"const boats = {{\n{table}\n}};\n" + "\n".join(
        f"function f{n}() {{\n{body('f', 9, '  ')}\n}}" for n in range(4)
    )
    assert outline(text, Hint(path="a.js")).startswith("const boats = {\n  // ⋯ 2-28\n};\n")
    flat = text.replace("{\n    length", "{ length").replace(",\n  },", " },")
    assert outline(flat + "\n" * 9, Hint(path="a.js"), STRONG).startswith("const boats = {\n  boat_0: { length: 0 },\n")


def test_a_comment_in_a_table_is_folded_with_it() -> None:
    table = [
        line
        for n in range(12)
        for line in ("  /**", *("   * What it is for." for _ in range(9)), "   */", f"  a{n}: {n},")
    ]
    text = "\n".join(["const table = {", *table, "};", "function f() {", body("f", 30, "  "), "}"] * 2)
    shown = CODE.compress(text, Hint(path="a.ts"), MEDIUM)
    assert [m for line in shown.text.split("\n") if (m := stub(line))] == [(4, 145), (148, 177), (182, 323), (326, 355)]


def test_callers_of_what_the_query_asks_about_show_where_they_call_it() -> None:
    text = PYTHON + "\n\ndef caller(depot):\n" + body("before", 9) + "\n    route(depot, 3)\n" + body("after", 9)
    shown = outline(text, Hint(path="a.py", query="How does `route` work?"))
    assert "    route(depot, 3)" in shown.split("\n")
    assert "before_3" not in shown
    assert "after_3" not in shown
    other = outline(text, Hint(path="a.py", query="Where is `before_3` set?"))
    assert "after_3" in other


def test_where_a_function_is_asked_about_the_comments_of_others_are_their_first_sentences() -> None:
    comment = "# Sells a boat.\n#\n# The price is what the harbour office says it is,\n# in coins of the realm."
    text = f'"""Boats.\n\nThey float, and are measured in metres.\n"""\n{PYTHON}\n\n{comment}\ndef sell(boat):\n{body("s", 9)}'
    asked = outline(text, Hint(path="a.py", query="Who may take it?"))
    assert "# Sells a boat." in asked
    assert "coins of the realm" not in asked
    assert "are measured in metres" in asked
    assert "coins of the realm" in outline(text, Hint(path="a.py", query="what is slow here?"))


def test_a_name_that_ends_in_a_sign_is_known() -> None:
    parts = [
        f"  def {name}(boat)\n{body(name.rstrip('?!'), 9, '    ')}\n  end\n"
        for name in ("moored?", "moor!", "paint", "sell")
    ]
    text = "\n".join(["class Boat", *parts, *parts[2:] * 3, "end"])
    shown = outline(text, Hint(path="boat.rb", query="How does `moored?` work?"))
    assert "moored_3" in shown
    assert "moor_3" not in shown
    assert "paint_3" not in shown


def test_of_a_function_that_is_most_of_a_text_the_ones_inside_are_folded() -> None:
    inner = "\n".join(f"  function part_{n}(a) {{\n{body('p', 12, '    ')}\n  }}" for n in range(6))
    text = f"function make() {{\n  const scope = this;\n{inner}\n  return scope;\n}}"
    shown = outline(text, Hint(path="a.js"))
    assert "  const scope = this;" in shown
    assert all(f"  function part_{n}(a) {{" in shown for n in range(6))
    assert "compute" not in shown


def test_a_function_that_is_most_of_a_text_is_folded_where_signatures_are_asked_for() -> None:
    text = "def big():\n" + body("big", 90)
    assert "big_7" not in outline(text, Hint(path="a.py", query="Give the signatures."))


def test_a_function_that_is_most_of_a_text_is_folded_where_the_query_names_another_one() -> None:
    text = "def big():\n" + body("big", 90) + "\n\ndef small():\n" + body("small", 9)
    assert "big_7" in outline(text, Hint(path="a.py", query="what is slow here"))
    named = outline(text, Hint(path="a.py", query="How does `small` work?"))
    assert "small_7" in named
    assert "big_7" not in named


def test_code_in_strings_neither_opens_nor_ends_a_body() -> None:
    inner = (
        'def sample():\n    """Show it."""\n    text = """\ndef not_a_function():\nhello\n"""\n' + body("s", 6) + "\n\n"
    )
    text = inner * 3 + PYTHON
    shown = CODE.compress(text, Hint(path="a.py"), MEDIUM)
    assert "    s_3 = compute(3, 's')" in hidden(text, shown)
    assert "def not_a_function():" in hidden(text, shown)
    go = (
        "func help() string {\n\treturn `usage:\nfunc fake() {\n}\n\tmore of it, line by line, and then some\n`\n}\n\n"
        * 12
    )
    shown = CODE.compress(go, Hint(path="a.go"), MEDIUM)
    assert shown.text.count("func help() string {") == 12
    assert "func fake() {" not in shown.text
    shell = "usage() {\n  cat <<-EOF\nusage: x\n}\n-v  more of it, line by line\nEOF\n  exit 1\n}\n\n" * 12
    shown = CODE.compress(shell, Hint(path="a.sh"), MEDIUM)
    assert "exit 1" not in shown.text


def test_preprocessor_lines_and_labels_do_not_end_a_body() -> None:
    text = "int f(int a)\n{\n\tint b;\n#ifdef X\n\tb = 1;\n#endif\n\tgoto out;\nout:\n\treturn b;\n}\n\n" * 12
    shown = outline(text, Hint(path="a.c"))
    assert "return b" not in shown
    assert shown.count("int f(int a)") == 12


def test_a_body_that_is_not_closed_as_it_was_opened_is_shown() -> None:
    text = ("void f() {\n" + body("odd", 6, "  ") + "\nstray(1);\n}\n") * 9
    assert "odd_3" in outline(text, Hint(path="a.c"))


@pytest.mark.parametrize("form", ["{:6}\t{}", "{:6}→{}", "{}: {}", "{}:{}", "{} | {}", "{}|{}", "{:>4}│{}"])
def test_line_numbers_in_front_are_looked_through(form: str) -> None:
    numbered = "\n".join(form.format(n, line) for n, line in enumerate(PYTHON.split("\n"), 1))
    text = f"[File: depot.py ({numbered.count(chr(10)) + 1} lines total)]\n{numbered}"
    shown = outline(text, Hint(path="depot.py"))
    assert "way_3" not in shown
    assert "take_3" not in shown
    assert all(line in text.split("\n") for line in shown.split("\n") if not stub(line))
    number = form.partition("{}")[0].format(0).strip()[1:]
    assert all(re.match(rf"\s*\d+\s*{re.escape(number)}", line) for line in shown.split("\n")[1:])
    assert "def find_way(depot):" in shown
    asked = outline(text, Hint(path="depot.py", query="how does `find_way` work"))
    assert all(f"way_{n} =" in asked for n in range(9))


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (Hint(command="sed -n '200,600p' a.py"), True),
        (Hint(command="sed -n '1,600p' a.py"), False),
        (Hint(command="tail -n 500 a.py"), True),
        (Hint(command="cat a.py"), False),
        (Hint(path="a.py", arguments={"offset": 300}), True),
        (Hint(path="a.py", arguments={"offset": 0, "limit": 900}), False),
    ],
)
def test_the_note_says_so_where_our_numbers_are_not_those_of_the_file(hint: Hint, expected: bool) -> None:
    text = "\n\n".join([PYTHON] * 5)
    made = CODE.compress(text, hint, MEDIUM)
    assert made.text != text
    assert ("of this output" in made.note) is expected
    numbered = "\n".join(f"{n}\t{line}" for n, line in enumerate(text.split("\n"), 1))
    assert CODE.compress(numbered, hint, MEDIUM).note == "⋯ N-M = lines left out"
    shifted = "\n".join(f"{n}\t{line}" for n, line in enumerate(text.split("\n"), 40))
    assert "of this output" in CODE.compress(shifted, hint, MEDIUM).note
    assert "of this output" not in CODE.compress(shifted, hint, Limits(effort=Effort.MEDIUM, first_line=40)).note


def test_a_head_of_documentation_ends_where_the_documentation_does() -> None:
    """Though it has no full stop: the line below is code, and might be half a statement."""
    text = "\n\n".join(f'def f{n}():\n    """Say it"""\n    x = [\n{body("x", 8, "        ")}\n    ]' for n in range(9))
    shown = outline(text, Hint(path="a.py"))
    assert shown.count('    """Say it"""\n    # ⋯ ') == 9
    assert "x = [" not in shown


def test_long_comments_keep_their_first_sentence() -> None:
    doc = (
        "/**\n * Loads a page and waits.\n *\n" + "\n".join(f" * @param p{n} number {n}" for n in range(9)) + "\n */\n"
    )
    text = (doc + "function load(a) {\n  return a;\n}\n\n") * 6
    shown = outline(text, Hint(path="a.js"))
    assert shown.count(" * Loads a page and waits.") == 6
    assert "@param p4" not in shown


@pytest.mark.parametrize("effort", [Effort.LOSSLESS, Effort.LIGHT])
def test_code_stays_as_it_is_below_medium(effort: Effort) -> None:
    assert outline(PYTHON, Hint(path="a.py"), Limits(effort=effort)) == PYTHON


def test_short_texts_and_windows_stay_whole() -> None:
    short = "\n".join(PYTHON.split("\n")[:50])
    assert outline(short, Hint(path="a.py")) == short
    for hint in (
        Hint(command="sed -n '10,80p' depot.py"),
        Hint(path="depot.py", arguments={"path": "depot.py", "offset": 10}),
    ):
        assert outline(PYTHON, hint) == PYTHON
    window = f"[File: depot.py (900 lines total)]\n(200 more lines above)\n{PYTHON}\n(500 more lines below)"
    assert outline(window, Hint(path="depot.py")) == window


def test_aggressive_folds_more() -> None:
    text = PYTHON.replace("def tiny():\n    return 1", "def tiny():\n" + body("t", 2))
    assert "t_1" in outline(text, Hint(path="a.py"))
    assert "t_1" not in outline(text, Hint(path="a.py"), STRONG)


@pytest.mark.parametrize(
    "hint",
    [
        Hint(path="src/depot.py"),
        Hint(command="cat src/depot.py"),
        Hint(language="python"),
        Hint(command="nl -ba x/depot.py | head -200"),
    ],
)
def test_code_is_recognised_by_its_name(hint: Hint) -> None:
    assert CODE.score(PYTHON, hint) >= 0.7


def test_code_is_recognised_by_its_lines() -> None:
    assert 0.6 <= CODE.score(PYTHON, NO_HINT) < 0.7
    java = (
        "\n".join(f"import a.b.C{n};" for n in range(9))
        + "\npublic class A {\n    int a = 1;\n    void f() {\n        g(1);\n    }\n}\n"
    )
    assert CODE.score(java, NO_HINT) >= 0.6


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"2026-01-01 10:00:{n:02d} INFO served request {n} (200)" for n in range(60)),
        "\n".join(f"src/a.py:{n}:    def f{n}(self):" for n in range(60)),
        json.dumps([{"def": n, "class": "x"} for n in range(60)], indent=1),
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n"
        + "\n".join(f" def f{n}():" for n in range(30)),
        "\n".join(f"test_a.py::test_{n} PASSED [{n:3d}%]" for n in range(60)),
        "\n".join(f"The {n}th paragraph, which says that all is well, and more." for n in range(60)),
        "\n".join(f"src/module{n}/file{n}.py" for n in range(60)),
        "<!doctype html>\n<html>\n" + "<div>\n</div>\n" * 30,
        "\n".join(f"| {n} | value {n} |" for n in range(60)),
        "\n".join(f"name{n}: value{n}" for n in range(60)),
        "",
        "def f(): pass",
        "\0" * 9_000,
        "function a(){return 1}" * 4_000,
        "\n" * 9_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_other_texts_are_not_code(text: str) -> None:
    assert CODE.score(text, NO_HINT) == 0.0


@pytest.mark.parametrize("path", ["README.md", "package.json", "config.yaml", "poetry.lock", "app.log", "dist/app.css"])
def test_files_of_other_kinds_are_not_code_whatever_they_hold(path: str) -> None:
    assert CODE.score(PYTHON, Hint(path=path)) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "def f(" * 20_000,
        "def f(\n" * 20_000,
        "void f(\n" * 20_000,
        "void f()\n" * 20_000,
        "f(a, {\n" * 20_000,
        "/*\n" * 20_000,
        '"""\n' * 20_001,
        "`\n" * 20_001,
        "cat <<EOF\n" * 5_000,
        "(" * 300 + "\n" * 300,
        "\n".join("  " * n + "def f():" for n in range(300)),
        "\n".join("  " * n + f"function f{n}() {{" for n in range(300)),
        "def f():\n" + "  \n" * 50_000,
        "a" * 200_000 + "\n" * 1_000,
    ],
    ids=lambda text: repr(text[:9]),
)
@pytest.mark.parametrize("path", ["a.py", "a.ts", None])
def test_hostile_text_does_no_harm(text: str, path: str | None) -> None:
    made = CODE.compress(text, Hint(path=path, query="how does `f` work in f1"), STRONG)
    gone = sum(e.count for e in made.elisions)
    assert made.text == text or 0 < gone <= text.count("\n") + 1


def several(head: str) -> str:
    files = {"quay.ts": "moor", "tide.ts": "rise", "lamp.ts": "shine"}
    return "\n".join(
        f"{head.format(name)}\nimport {{ a }} from './a';\nexport class {word.title()} {{\n  {word}() {{\n{body(word, 8)}\n  }}\n}}"
        for name, word in files.items()
        for word in (word, word + "Again")
    )


@pytest.mark.parametrize("head", ["===== {} =====", "==> {} <==", "// FILE: {}"])
@pytest.mark.parametrize("query", [None, "How does `moor` work?", "Which signatures are there?"])
def test_the_heads_of_several_files_are_shown(head: str, query: str | None) -> None:
    text = several(head)
    shown = outline(text, Hint(command="for f in *.ts; do cat $f; done", query=query), STRONG)
    assert len(shown) < len(text)
    for name in ("quay.ts", "tide.ts", "lamp.ts"):
        assert shown.split("\n").count(head.format(name)) == 2


def test_who_asks_why_sees_what_the_described_function_calls() -> None:
    text = "\n".join(
        [
            "// Collect the lamps of the harbour, also broken ones.",
            "function gather(harbour) {\n  const lamps = walk(harbour);\n  return lamps.filter(x => x.broken);\n}",
            "// Walk along the quays.",
            "function walk(place) {\n" + body("walk", 9) + "\n}",
            "function paint(place) {\n" + body("paint", 50) + "\n}",
        ]
    )
    assert "walk_3 = compute" in outline(
        text, Hint(path="a.js", query="Why are broken lamps of the harbour collected?")
    )
    assert "walk_3 = compute" not in outline(
        text, Hint(path="a.js", query="Show how lamps of the harbour are collected")
    )


def test_what_is_left_out_of_a_comment_is_said_to_be_one() -> None:
    text = (
        "// Says it.\n"
        + "// And more of it, which is long enough to be left out.\n" * 6
        + "function f() {\n"
        + body("f", 80)
        + "\n}\n"
    )
    shown = outline(text, Hint(path="a.go"), STRONG).split("\n")
    assert shown[:2] == ["// Says it.", "// ⋯ 2-7: comment"]


def test_what_follows_the_last_line_end_is_no_line() -> None:
    text = "def f():\n" + body("f", 80) + "\n"
    made = CODE.compress(text, Hint(path="a.py"), STRONG)
    assert made.text == "def f():\n    ...  # ⋯ 2-81\n"

"""Findings of linters: each message once, every place named."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._findings import findings

FILES = ["src/yard.py", "src/quay/berth.py", "tests/test_yard.py"]
MESSAGES = ["error: Missing return type  [no-untyped-def]", "D103 Missing docstring", "E501 Line too long (104 > 88)"]
PLACES = st.tuples(st.sampled_from(FILES), st.integers(1, 400), st.integers(1, 80), st.sampled_from(MESSAGES))


def named(text: str) -> list[tuple[str, str]]:
    """All (place, message) that the visible text names."""
    out: list[tuple[str, str]] = []
    path = message = ""
    for line in text.split("\n"):
        mark = re.match(r"⋯ (?:\d+ × )?the same at ", line)
        if mark is not None:
            for place in re.split(r"[;,] ", line[mark.end() :]):
                where, _, at = place.partition(":")
                path = where or path
                out.append((f"{path}:{at}", message))
        else:
            m = re.match(r"([^:]+):(\d+:\d+): (.*)", line)
            assert m is not None
            path, message = m[1], m[3]
            out.append((f"{path}:{m[2]}", message))
    return out


@given(st.lists(PLACES, min_size=10, max_size=80))
def test_every_finding_is_still_named_with_its_place(made: list[tuple[str, int, int, str]]) -> None:
    source = [f"{path}:{line}:{column}: {message}" for path, line, column, message in made]
    rendition = findings(source, set(), 1)
    if rendition is not None:
        expected = [(f"{path}:{line}:{column}", message) for path, line, column, message in made]
        assert sorted(named(rendition.text)) == sorted(expected)
        assert sum(e.count for e in rendition.elisions) + len(
            [x for x in rendition.text.split("\n") if x[0] != "⋯"]
        ) == len(source)


def test_a_finding_with_an_excerpt_below_it_stays() -> None:
    source = [line for n in range(12) for line in (f"a.c:{n}:1: warning: unused", f"   {n} | int x;")]
    assert findings(source, set(), 1) is None


def test_what_the_query_names_is_shown_whole() -> None:
    source = [f"src/yard.py:{n}:1: D103 Missing docstring in public function" for n in range(1, 30)]
    rendition = findings(source, {16}, 1)
    assert rendition is not None
    assert source[16] in rendition.text
    assert ":18:1" in rendition.text.split("\n")[1]


def test_rows_below_a_path_lose_it_when_all_of_them_are_said_elsewhere() -> None:
    source = []
    for name in ("anchor", "berth", "crane", "dredge"):
        source += [
            f"/srv/harbour/test/{name}.js",
            *(f"   {n}:6  warning  Strings must use doublequote  quotes" for n in range(1, 6)),
            "",
        ]
    rendition = findings(source, set(), 1)
    assert rendition is not None
    assert rendition.text.split("\n")[:2] == source[:2]
    assert "; berth.js:1:6, :2:6" in rendition.text
    assert rendition.note == "⋯ places are below /srv/harbour/test/"
    assert "/srv/harbour/test/berth.js" not in rendition.text


def test_other_output_is_not_for_it() -> None:
    assert findings(["nothing to see"] * 40, set(), 1) is None
    assert findings([f"a.py:{n}:1: D103 Missing" for n in range(4)], set(), 1) is None


def test_messages_that_differ_in_names_are_alike_where_that_is_allowed_and_errors_keep_their_names() -> None:
    said = [f"src/m{n % 3}.py:{n}:5: F841 Local variable `v{n}` is assigned to but never used" for n in range(20)]
    wrong = [f"src/m{n % 3}.py:{n}:5: error: Name `v{n}` is not defined" for n in range(40)]
    made = findings([*said, *wrong], set(), 1, alike=True)
    assert made is not None
    lines = made.text.split("\n")
    assert lines[:2][1].startswith("⋯ 19 × the same but for names and numbers at src/m1.py:1:5; src/m2.py:2:5")
    assert lines[2] == wrong[0]
    assert lines[3].startswith("⋯ 39 × the same for `v1` src/m1.py:1:5; `v2` src/m2.py:2:5; `v3` src/m0.py:3:5; ")
    assert all(f"`v{n}` src/m{n % 3}.py:{n}:5" in lines[3] for n in range(1, 40))
    assert findings(said, set(), 1) is None


def test_of_very_many_errors_that_differ_in_names_each_name_stands_with_its_places() -> None:
    names = ["opts", "opts", "user", "opts", "user", "cart"]
    source = [f"src/a.ts({n},5): error TS18048: '{name}' is possibly 'undefined'." for n, name in enumerate(names * 7)]
    made = findings(source, set(), 1)
    assert made is not None
    first, mark = made.text.split("\n")
    assert first == source[0]
    assert mark.startswith("⋯ 41 × the same at (1,5), (3,5), (6,5), (7,5), (9,5), ")
    assert "; for 'user' (2,5), (4,5), (8,5), (10,5), " in mark
    assert mark.endswith("; 'cart' (5,5), (11,5), (17,5), (23,5), (29,5), (35,5), (41,5)")


def test_errors_that_differ_in_names_stay_lines_of_their_own() -> None:
    source = [f"src/a.ts({n},5): error TS18048: 'name{n}' is possibly 'undefined'." for n in range(39)]
    assert findings(source, set(), 1, alike=True) is None


def test_a_message_of_several_lines_is_taken_as_a_whole() -> None:
    source = [
        line
        for n in range(40)
        for line in (
            f"src/a.ts({n},3): error TS2322: Type 'T{n} | undefined' is not assignable to type 'T{n}'.",
            f"  Type 'undefined' is not assignable to type 'T{n}'.",
        )
    ]
    made = findings(source, set(), 1)
    assert made is not None
    lines = made.text.split("\n")
    assert lines[:2] == source[:2]
    assert lines[2].startswith("⋯ 39 × the same for 'T1 | undefined' 'T1' (1,3); 'T2 | undefined' 'T2' (2,3); ")
    assert made.elisions[0].ranges == ((3, 80),)


def test_excerpts_below_findings_are_no_part_of_the_message() -> None:
    source = [line for n in range(12) for line in (f"a.c:{n}:1: error: no such thing", "  int x;", "  ^")]
    assert findings(source, set(), 1) is None


def test_of_ranges_the_begin_is_named_where_little_may_go_and_the_note_says_so() -> None:
    source = [f"a.py:{n}:5:{n + 2}:9: error: Function is missing a type annotation" for n in range(12)]
    made = findings(source, set(), 1, alike=True)
    assert made is not None
    assert made.text.split("\n")[1].startswith("⋯ 11 × the same at :1:5, :2:5, ")
    assert made.note == "⋯ places without ends"
    exact = findings(source, set(), 1)
    assert exact is not None
    assert ":1:5:3:9, :2:5:4:9" in exact.text


def test_errors_in_rows_stay_below_the_path_of_their_file() -> None:
    rows = [
        line
        for name in ("a.js", "b.js")
        for line in (name, *[f"  {n}:1  error  Expected ===  eqeqeq" for n in range(9)])
    ]
    made = findings(rows, set(), 1)
    assert made is not None
    assert [line for line in made.text.split("\n") if line.startswith("b.js")] == ["b.js"]
    assert made.text.count("⋯ 8 × the same at :1:1, :2:1") == 2


def test_messages_that_hold_the_sign_of_a_name_are_not_taken_for_others() -> None:
    source = [f"a.ts({n},1): error TS1: {said}" for n, said in enumerate(["'a' … 'b'", "… … 'b'"] * 6)]
    made = findings(source, set(), 1)
    assert made is not None
    assert made.text.split("\n")[::2] == source[:2]


def test_the_many_places_of_a_warning_among_errors_are_counted_by_file() -> None:
    rows = [
        line
        for name in ("a.js", "b.js")
        for line in (name, *[f"  {n}:1  warning  Use quotes  quotes" for n in range(1, 20)])
    ]
    error = "  99:1  error  'x' is not defined  no-undef"
    made = findings([*rows, error], set(), 1, alike=True)
    assert made is not None
    assert made.text.split("\n") == ["a.js", rows[1], "⋯ 37 × the same, by file: a.js 18, b.js 19", "b.js", error]
    alone = findings(rows, set(), 1, alike=True)
    assert alone is not None
    assert ":19:1; b.js:1:1, :2:1" in alone.text


def test_a_line_of_source_with_carets_belongs_to_what_is_found() -> None:
    """As RuboCop and golangci-lint draw it; what compilers draw is not for here."""
    source: list[str] = []
    for n in range(20):
        source += [f"app/berth_{n % 3}.rb:{n + 1}:7: C: Style/Quotes: Prefer single quotes.", f'  puts "berth {n}"']
        source += ["       ^^^^^^^^"]
    made = findings(source, set(), 1, alike=True)
    assert made is not None
    lines = made.text.split("\n")
    assert lines[:3] == source[:3]
    assert lines[3].startswith("⋯ 19 × the same at app/berth_1.rb:2:7; app/berth_2.rb:3:7; ")
    assert len(lines) == 4
    assert findings(source, set(), 1, alike=False) is None
    assert findings([line.replace(" C: ", " error: ") for line in source], set(), 1, alike=True) is None


def test_an_error_at_few_places_is_a_line_at_each() -> None:
    errors = [f"src/yard{n}.ts({n},7): error TS2304: Cannot find name 'operate_x'." for n in range(1, 6)]
    others = [f"src/quay.ts({n},1): error TS6133: 'Berth' is declared but its value is never read." for n in range(30)]
    made = findings([*others, *errors], set(), 1)
    assert made is not None
    assert made.text.split("\n")[-5:] == errors
    assert made.text.count("TS6133") == 1


def test_files_that_are_named_alone_are_all_named() -> None:
    files = [f"[warn] src/quay/berth{n}.ts" for n in range(30)]
    made = findings(["Checking formatting...", *files, "[warn] Code style issues found in 30 files."], set(), 1)
    assert made is not None
    lines = made.text.split("\n")
    assert made.note == "⋯ places are below src/quay/"
    assert lines[:2] == ["Checking formatting...", files[0]]
    assert lines[2] == "⋯ 29 × the same at " + "; ".join(f"berth{n}.ts" for n in range(1, 30))

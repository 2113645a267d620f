from __future__ import annotations

import ast
import re

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors.code import CodeCompressor
from headroom.lines import stub
from headroom.messages import Hint

BOATS = '''"""Boats and where they lie."""

import json
from collections.abc import Iterable, Iterator, Mapping
from math import hypot

NORTH = 1
SOUTH = 'the place where all that is not north lies'


class Chart:
    """A chart."""

    scale: float = 1.0
    colour: str = 'blue'

    def distance(self, a, b):
        """Between two places."""
        x = a[0] - b[0]
        y = a[1] - b[1]
        return hypot(x, y) * self.scale


class Boat:
    """A boat."""

    scale: float = 2.0

    def sail(self, wind):
        self.at += wind
        self.log.append(wind)
        self.speed = wind / 2


# Where the boats are, by their names.
# The nearest one comes first.
@cache(
    size=12,
)
def nearest(chart: Chart, place, boats):
    found = sorted(boats, key=lambda boat: chart.distance(place, boat))
    return found[NORTH:]


def report(boats):
    for boat in boats:
        print(json.dumps(boat))
        print('moored by its name')
    print(nearest(None, None, boats))


def odd(sign='('):
    print(sign)
    print(sign * 2)
    print(sign * 3)'''


def shown(query: str, text: str = BOATS, path: str = "boats.py", **limits: object) -> list[str]:
    made = CodeCompressor().compress(text, Hint(path=path, query=query), Limits(effort=Effort.STRONG, **limits))  # type: ignore[arg-type]
    return made.text.split("\n")


def test_a_function_is_shown_with_what_it_uses_and_the_names_of_all_else() -> None:
    assert shown("How does `nearest` work?") == [
        "# ⋯ 1-6",
        "NORTH = 1",
        "# ⋯ 8-10",
        "class Chart:",
        "    # ⋯ 12-16",
        "    def distance(self, a, b):",
        "        ...  # ⋯ 18-34: rest of distance, class Boat, sail",
        "# Where the boats are, by their names.",
        "# The nearest one comes first.",
        "@cache(",
        "    size=12,",
        ")",
        "def nearest(chart: Chart, place, boats):",
        "    found = sorted(boats, key=lambda boat: chart.distance(place, boat))",
        "    return found[NORTH:]",
        "",
        "",
        "def report(boats):",
        "    # ⋯ 46-48",
        "    print(nearest(None, None, boats))",
        "# ⋯ 50-55: odd",
    ]


def test_fields_are_those_of_the_type_that_is_asked_about() -> None:
    lines = shown("How does `distance` work?")
    assert "    scale: float = 1.0" in lines
    assert "    scale: float = 2.0" not in lines
    assert "from math import hypot" in lines
    assert "import json" not in lines


def test_a_type_is_shown_whole() -> None:
    lines = shown("Explain the class `Boat`")
    at = lines.index("class Boat:")
    assert lines[at : at + 9] == BOATS.split("\n")[23:32]
    assert not any("hypot" in line for line in lines)


def test_of_a_long_type_the_functions_are_signatures() -> None:
    methods = [
        f"    def sail_{n}(self):\n        self.at += {n}\n        self.log.append(('sail', {n}))" for n in range(50)
    ]
    text = BOATS.replace("    def sail(", "\n".join(methods) + "\n    def sail(")
    lines = shown("Explain the class `Boat`", text)
    assert all(f"    def sail_{n}(self):" in lines for n in range(50))
    assert "    scale: float = 2.0" in lines
    assert "        self.at += 7" not in lines


def test_a_function_whose_documentation_is_quoted_is_the_one_meant() -> None:
    query = 'Which function does this: "Where the boats are, by their names. The nearest one comes first."?'
    assert "    return found[NORTH:]" in shown(query)
    assert "        self.at += wind" not in shown(query)
    inside = shown('Who says "moored by its name" here?')
    assert "    for boat in boats:" in inside
    assert "    return found[NORTH:]" not in inside


def test_who_asks_which_function_it_is_does_not_name_it() -> None:
    lines = shown("Which function calls `nearest` with `None`?")
    assert "def report(boats):" in lines
    assert "def odd(sign='('):" in lines


def test_a_report_that_holds_many_names_does_not_ask_about_one_of_them() -> None:
    lines = shown("a_b c_d e_f g_h i_j k_l and `nearest` fail")
    assert "    def sail(self, wind):" in lines


def test_comments_and_decorators_that_mention_it_are_not_shown_unless_kept() -> None:
    text = BOATS.replace("# Where the boats", "# See distance: where the boats").replace(
        "    def sail", "    @distance\n    def sail"
    )
    lines = shown("How does `distance` work?", text)
    assert not any("See distance" in line for line in lines)
    assert "    @distance" not in lines
    kept = shown("How does `distance` work?", text, keep=re.compile("See distance"))
    assert any("See distance" in line for line in kept)


@pytest.mark.parametrize(
    "query",
    [
        "How does `nearest` work?",
        "explain `Boat`",
        "`distance`",
        "`report`",
        "`sail` and `odd`",
        '"moored by its name"',
    ],
)
def test_what_is_shown_is_code_still(query: str) -> None:
    lines = shown(query)
    ast.parse("\n".join(lines))
    hidden = {n for line in lines if (m := stub(line)) for n in range(m[0], m[1] + 1)}
    assert len(lines) - sum(stub(line) is not None for line in lines) + len(hidden) == BOATS.count("\n") + 1


def test_a_string_that_ends_above_a_function_is_not_cut() -> None:
    text = f'"""Say\n{"where it lies, and more of it, " * 3}\nof it."""\n@dock\ndef dock():\n    return 1\n\n\n{BOATS}'
    ast.parse("\n".join(shown("How does `dock` work?", text)))


def test_destructors_and_operators_are_found_by_their_names() -> None:
    methods = "\n".join(f"  void f{n}() {{\n    call({n}, {n});\n    call({n}, 2);\n  }}" for n in range(9))
    text = f"struct Rope {{\n{methods}\n  ~Rope() {{\n    release(knots_);\n    done();\n  }}\n"
    text += "  int &operator[](int at) {\n    check(at, length_);\n    return knots_[at];\n  }\n};\n" + "int x;\n" * 120
    assert "    release(knots_);" in shown("How does `~Rope` work?", text, "rope.cpp")
    operator = shown("How does `operator []` work?", text, "rope.cpp")
    assert "    check(at, length_);" in operator
    assert "    release(knots_);" not in operator


def test_what_has_no_body_is_found_by_its_documentation() -> None:
    members = [
        f"  /**\n   * Ties knot number {n} into the rope.\n   * And pulls.\n   */\n  tie{n}(rope: Rope): void;"
        for n in range(20)
    ]
    text = "import { Rope } from './rope';\n\nexport interface Knots {\n" + "\n".join(members) + "\n}"
    lines = shown('Which function does this: "Ties knot number 7 into the rope."?', text, "knots.ts")
    assert lines[0] == "import { Rope } from './rope';"
    assert "  tie7(rope: Rope): void;" in lines
    assert "   * Ties knot number 7 into the rope." in lines
    assert "  tie8(rope: Rope): void;" not in lines
    assert lines[-1] == "}"


def test_what_the_first_comment_says_is_said_of_the_whole_text() -> None:
    text = f"# The harbour and all its boats.\n{BOATS}"
    lines = shown('What does "The harbour and all its boats." mean?', text)
    assert "def report(boats):" in lines
    assert "class Boat:" in lines


def test_a_type_above_the_name_is_part_of_the_signature() -> None:
    others = "\n".join(f"static int\nf{n}(int a)\n{{\n  call(a, {n}, {n});\n  return a;\n}}\n" for n in range(9))
    lines = shown("How does `f4` work?", others, "a.c")
    at = lines.index("f4(int a)")
    assert lines[at - 1 : at + 5] == ["static int", "f4(int a)", "{", "  call(a, 4, 4);", "  return a;", "}"]
    assert lines.count("static int") == 1


def test_a_property_that_is_used_is_shown_as_one() -> None:
    text = BOATS.replace("    def distance(", "    @property\n    def distance(").replace(
        "NORTH = 1",
        'NORTH = 1\n"""The nearest of all is the place where it lies, which is not always where one looks."""',
    )
    lines = shown("How does `nearest` find the place where it lies?", text)
    at = lines.index("    def distance(self, a, b):")
    assert lines[at - 1] == "    @property"
    assert '"""The nearest of all is the place where it lies, which is not always where one looks."""' not in lines


def test_functions_whose_signatures_hold_words_of_the_query_are_shown_by_them() -> None:
    lines = shown("Why does `nearest` not see the boats that the harbour office has in its report?")
    assert "def report(boats):" in lines
    assert "        print(json.dumps(boat))" not in lines
    assert "    def sail(self, wind):" not in lines


COUNTER = '''import time

SEEN = {}


class Ferry:
    """Takes cars from one bank to the other."""

    def __init__(self, places):
        self.places = places
        self.loaded = 0
        self.waiting = []
        self.log = open("ferry.log", "w", encoding="utf-8")
        self.log.write("the ferry is ready, and its places are free\\n")

    def is_full(self):
        return self.loaded >= self.places

    def load(self, car):
        """Let a car on.

        Nobody is taken twice.
        Nobody is left behind who came first.
        """
        if car in self.waiting:
            self.waiting.remove(car)
            self.loaded += 1
            print("on board", car)
        return self.loaded

    def land(self):
        for place in range(self.places):
            print("a car leaves", place)
            print("the next one follows", place)
        self.places = 0

    def greet(self, captain):
        print("good morning", captain)
        print("the weather is fine", captain)
        print("it will not stay so", captain)'''


def test_who_looks_for_a_fault_sees_what_changes_the_values_that_the_function_reads() -> None:
    lines = shown("is_full() never becomes true. Find the bug.", COUNTER, "ferry.py")
    assert "            self.loaded += 1" in lines
    assert "        self.places = 0" in lines
    assert "        self.loaded = 0" in lines
    assert '        self.log.write("the ferry is ready, and its places are free\\n")' not in lines
    assert "        Nobody is taken twice." not in lines
    assert '        print("good morning", captain)' not in lines


def test_who_asks_what_a_function_does_does_not() -> None:
    assert "            self.loaded += 1" not in shown("What does `is_full` do?", COUNTER, "ferry.py")


def test_lines_that_only_hold_words_of_the_function_itself_are_no_news_to_who_looks_for_a_fault() -> None:
    text = COUNTER.replace(
        '        print("it will not stay so", captain)', "        print('good bye', self.places, captain)"
    )
    assert "        print('good bye', self.places, captain)" in shown(
        "What has `is_full` to do with `places`?", text, "a.py"
    )
    assert "        print('good bye', self.places, captain)" not in shown(
        "Why is `is_full` wrong about `places`?", text, "a.py"
    )


def test_a_mark_says_that_it_begins_with_the_rest_of_a_function() -> None:
    lines = shown("How does `greet` work?", COUNTER, "ferry.py")
    (mark,) = [line for line in lines if "is_full" in line]
    assert mark.endswith(": __init__, is_full, load, land")
    lines = shown("How does `land` work, given `waiting`?", COUNTER, "ferry.py")
    assert [line.partition(": ")[2] for line in lines if "⋯" in line][-1] == "greet"
    (mark,) = [line for line in lines if "rest of __init__" in line]
    assert mark.endswith(": rest of __init__, is_full")


def test_types_in_a_mark_are_told_from_functions() -> None:
    text = BOATS + "\n\n\ndef far(places):\n    for place in places:\n        print(place)\n    return places[0]\n"
    assert any(
        line.endswith(": class Chart, distance, class Boat, sail, nearest, report, odd")
        for line in shown("How does `far` work?", text)
    )


def test_macros_that_the_function_uses_are_shown() -> None:
    text = "\n".join(
        [
            "#include <stdio.h>",
            "#define WIDE 32768U /* of the window */",
            "#define DEEP 12",
            *(
                f"static int gauge_{n}(int at) {{\n    int held = at * {n};\n    held += 1;\n    return held;\n}}"
                for n in range(12)
            ),
            "int measure(int at) {\n    int held = at + WIDE;\n    return held;\n}",
        ]
    )
    lines = shown("How does `measure` work?", text, "a.c")
    assert "#define WIDE 32768U /* of the window */" in lines
    assert "#define DEEP 12" not in lines

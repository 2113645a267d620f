from __future__ import annotations

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors._folds import Fold
from headroom.compressors._tracebacks import frames_of_node, frames_of_rust, middle_frames
from headroom.compressors.test_run import TestRunCompressor
from headroom.messages import NO_HINT

RULER = "_ " * 40


def covered(source: list[str], pins: set[int] | None = None) -> list[tuple[str, str, str]]:
    made = middle_frames(source, pins or set(), bytearray(len(source)))
    return [(source[fold.first], source[fold.last], fold.label) for fold in made]


def frame(n: int) -> list[str]:
    return ["", f"    def step{n}(self):", f">       self.step{n + 1}()", "", f"lib/steps.py:{n}: "]


LONG = [
    "____ test_a ____",
    *frame(1),
    RULER,
    *frame(2),
    RULER,
    *frame(3),
    RULER,
    "    x",
    "E   ValueError: x",
    "",
    "lib/end.py:9: E",
]


def test_of_a_long_traceback_first_and_innermost_frame_stay() -> None:
    source = [*LONG, "=== summary ==="]
    assert covered(source) == [(RULER, "lib/steps.py:3: ", "2 frames: lib/steps.py:2, lib/steps.py:3")]


def test_a_frame_with_an_assertion_or_a_pinned_line_stays() -> None:
    assert covered(LONG, pins={LONG.index("    def step2(self):")}) == []
    chained = [line if line != ">       self.step3()" else "E   KeyError: 'x'" for line in LONG]
    assert covered(chained) == []


def test_of_a_deep_stack_three_frames_at_each_end_stay() -> None:
    stack = ["Error: x", *(f"    at f{i} (/a/b.js:{i}:1)" for i in range(20)), ""]
    assert covered(stack) == [("    at f3 (/a/b.js:3:1)", "    at f16 (/a/b.js:16:1)", "14 frames")]


def test_of_a_python_traceback_excerpts_go_with_their_frames() -> None:
    stack = ["Traceback (most recent call last):"]
    for i in range(12):
        stack += [f'  File "/a/b.py", line {i}, in f{i}', f"    f{i + 1}()"]
    stack.append("ValueError: x")
    assert covered(stack) == [('  File "/a/b.py", line 3, in f3', "    f9()", "6 frames")]


STACKS = {
    "Java": "\tat org.harbour.Part{n}.call(Part{n}.java:{n}1)",
    "C#": "   at Harbour.Part{n}.Call(Int32 n) in /srv/Part{n}.cs:line {n}1",
    "Go": "harbour.test/yard.(*Part).Call{n}(0xc000, 0x1)\n\t/srv/part{n}.go:{n}1 +0x1f",
    "Rust": "  {n}: yard::part{n}::call\n             at ./src/part{n}.rs:{n}1:5",
    "Ruby": "\tfrom /srv/part{n}.rb:{n}1:in `call'",
    "PHP": "#{n} /srv/Part{n}.php({n}1): Part{n}->call(7)",
    "Elixir": "    (harbour 0.1.0) lib/part{n}.ex:{n}1: Harbour.Part.call/2",
    "Perl": "\tPart::call{n}(7) called at lib/Part{n}.pm line {n}1",
    "Swift": "{n}   harbour      0x0000000100003f10 Part{n}.call(_:) + 40 in /srv/part{n}.swift:{n}1",
    "gdb": "#{n}  0x0000555555555131 in part_{n} (n=7) at part{n}.c:{n}1",
    "a sanitizer": "    #{n} 0x555555500000 in part_{n}(int) /srv/part{n}.cpp:{n}1:9",
}


@pytest.mark.parametrize("frame", STACKS.values(), ids=STACKS.keys())
def test_stacks_of_many_languages_are_known(frame: str) -> None:
    head = "goroutine 1 [running]:" if "+0x" in frame else "stack backtrace:"
    text = "\n".join(["berth 7 is taken", head, *(frame.format(n=n) for n in range(30)), "exit status 2"])
    assert TestRunCompressor().score(text, NO_HINT) >= 0.6
    shown = TestRunCompressor().compress(text, NO_HINT, Limits(effort=Effort.MEDIUM)).text
    assert "(24 frames)" in shown
    assert all(line in text.split("\n") or line.startswith("⋯") for line in shown.split("\n"))
    assert frame.format(n=2) in shown
    assert frame.format(n=27) in shown


def test_frames_of_the_program_stand_out_among_those_of_libraries() -> None:
    stack = ["Error: x", *(f"    at f{i} (/srv/app/node_modules/web/b.js:{i}:1)" for i in range(20)), ""]
    stack[12] = "    at take (/srv/app/src/berth.js:41:9)"
    assert [label for _, _, label in covered(stack)] == ["8 frames", "5 frames"]


def test_short_stacks_stay() -> None:
    assert covered(["Error: x", *(f"    at f{i} (/a/b.js:{i}:1)" for i in range(8))]) == []


def test_a_traceback_outside_of_tests_is_recognised_by_its_frames() -> None:
    frames = [f'  File "/usr/lib/app/wrap.py", line {n}, in wrap_{n}\n    return self.call_{n}()' for n in range(30)]
    text = "\n".join(["Traceback (most recent call last):", *frames, "ValueError: berth 7 is taken"])
    assert TestRunCompressor().score(text, NO_HINT) >= 0.6
    shown = TestRunCompressor().compress(text, NO_HINT, Limits(effort=Effort.MEDIUM)).text
    assert "(24 frames)" in shown
    assert shown.endswith("ValueError: berth 7 is taken")
    assert TestRunCompressor().compress(text, NO_HINT, Limits(effort=Effort.LIGHT)).text == text


def test_frames_of_node_below_those_of_a_program_are_counted() -> None:
    """Of a stack of its own and of one in a report of its runner of tests."""
    stack = [
        "Error: Cannot find module './quay'",
        "Require stack:",
        "- /srv/harbour/[eval]",
        "    at berth (/srv/harbour/lib/berth.js:3:34)",
        "    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)",
        "    at async Module._load (node:internal/modules/cjs/loader:1051:27)",
        "    at node:internal/main/run_main_module:28:49",
        "    at tide (/srv/harbour/lib/tide.js:7:1)",
        "    Test.run (node:internal/test_runner/test:796:25)",
        "    Test.postRun (node:internal/test_runner/test:889:19)",
        "  ...",
    ]
    (fold,) = frames_of_node(stack, set(), bytearray(len(stack)))
    assert (fold.first, fold.last, fold.label) == (4, 6, "3 frames of node")
    assert list(frames_of_node(stack, {5}, bytearray(len(stack)))) == []
    assert list(frames_of_node(stack, set(), bytearray(b"\1" * len(stack)))) == []


def test_frames_of_the_library_of_rust_are_counted() -> None:
    """`std::rt`, `core::panicking`: they stand around those of every program."""
    library = [
        "   0: core::panicking::panic_fmt",
        "             at /rustc/59807616e1fa/library/core/src/panicking.rs:80:14",
    ]
    own = ["   2: shelf::grow", "             at ./src/lib.rs:24:9"]
    source = ["stack backtrace:", *library, *library, *own, *library]
    assert list(frames_of_rust(source, set(), bytearray(len(source)))) == [
        Fold(1, 4, "2 frames of Rust's library"),
        Fold(7, 8, "1 frames of Rust's library"),
    ]
    assert [fold.first for fold in frames_of_rust(source, {4}, bytearray(len(source)))] == [1, 7]

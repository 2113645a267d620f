from __future__ import annotations

from headroom.compressors._api import Effort, Limits
from headroom.compressors._tracebacks import middle_frames
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

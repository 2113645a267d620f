"""`ctest -V`: what tests that passed have printed goes, wherever it stands."""

from __future__ import annotations

from headroom import Headroom, MemoryStore


def compressed(text: str) -> str:
    return Headroom(store=MemoryStore(), profile="balanced").compress_text(text, command="ctest -V -j4").text


def run(failing: int, words: str = "all went well") -> list[str]:
    """Twenty tests side by side: all announced, then what each one printed, then the verdicts."""
    started = [line for n in range(1, 21) for line in (f"test {n}", f"      Start {n:2}: Quay.Case{n}", "")]
    said = [
        line
        for k in range(3)
        for n in range(1, 21)
        for line in (f"{n}: step {k} of case {n}", f"{n}: {words}", f"{n}:")
    ]
    ended = [
        f"{n:2}/20 Test #{n}: Quay.Case{n} ......{'***Failed ' if n == failing else '   Passed'}    0.01 sec"
        for n in range(1, 21)
    ]
    return [*started, *said, *ended, "", f"95% tests passed, {int(failing > 0)} tests failed out of 20", ""]


def test_only_what_the_failing_test_printed_is_shown() -> None:
    lines = run(failing=7)
    out = compressed("\n".join(lines)).split("\n")
    assert [line for line in out if line[:1].isdigit()] == [
        *(line for line in lines if line.startswith("7:")),
        "95% tests passed, 1 tests failed out of 20",
    ]
    assert "test 7" in out
    assert [line for line in out if "Start" in line] == ["      Start  7: Quay.Case7"]
    assert " 7/20 Test #7: Quay.Case7 ......***Failed     0.01 sec" in out


def test_a_line_of_a_passing_test_that_speaks_of_a_failure_is_shown() -> None:
    out = compressed("\n".join(run(failing=0)).replace("step 1 of case 9", "step 1: connection error, tried again"))
    assert "9: step 1: connection error, tried again" in out
    assert "step 2" not in out
    assert "test 9\n      Start  9: Quay.Case9\n" in out


def test_a_test_without_a_verdict_is_shown() -> None:
    lines = [line for line in run(failing=0) if "#12:" not in line]
    out = compressed("\n".join(lines)).split("\n")
    assert [line for line in out if line.startswith("12:")] == [line for line in lines if line.startswith("12:")]

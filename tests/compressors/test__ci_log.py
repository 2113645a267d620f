from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import headroom
from headroom.compressors import BUILTIN
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._ci_log import Step, by_step, steps
from headroom.compressors._router import ContentRouter
from headroom.messages import NO_HINT, Hint

LABELS = st.sampled_from(["", "test (3.12)\tRun tests\t", "test (3.12)\tSet up job\t", "lint\tUNKNOWN STEP\t"])
TEXTS = st.sampled_from(
    ["", "ok", "##[group]Run make", "env:", "  A: 1", "##[endgroup]", "\tx", "2026-01-01T00:00:00.0000000Z y"]
)
FORMS = st.sampled_from([".1234567Z ", ".123456Z 00O ", ".123456Z 01E+"])


def stamped(n: int, form: str = ".1234567Z ") -> str:
    return f"2026-05-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}{form}"


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(LABELS, TEXTS), min_size=8, max_size=40), FORMS, st.sampled_from(["", "\n"]))
def test_each_line_is_in_one_step_without_its_stamp(rows: list[tuple[str, str]], form: str, end: str) -> None:
    text = "\n".join(f"{label}{stamped(n, form)}{said}" for n, (label, said) in enumerate(rows)) + end
    found = steps(text)
    assert found is not None
    assert [line for step in found for line in step.lines] == [said for _, said in rows]
    at = 0
    for step in found:
        assert step.first == at
        assert {label for label, _ in rows[at : at + len(step.lines)]} in (
            [{f"{step.job}\t{step.name or 'UNKNOWN STEP'}\t"}] if step.job else [{""}]
        )
        at += len(step.lines)
        assert step.times[-1] == stamped(at - 1)[11:19]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"2026-05-01T10:00:0{n}.123Z ship {n}" for n in range(9)),
        "\n".join(f"2026-05-01T10:00:0{n}.123456789Z ship {n}" for n in range(9)),
        "\n".join([*(f"{stamped(n)}ship {n}" for n in range(9)), "no stamp"]),
        "\n".join(f"{stamped(n)}ship {n}" for n in range(7)),
    ],
    ids=["milliseconds: a log", "nanoseconds: of a container", "a line without", "few"],
)
def test_what_is_no_ci_log_is_left_to_others(text: str) -> None:
    assert steps(text) is None


def test_a_step_without_a_name_begins_where_something_is_run() -> None:
    lines = [
        "Set up",
        "##[group]Run npm ci",
        "npm ci",
        "##[endgroup]",
        "added 1 package",
        "Post job cleanup.",
        "bye",
        "end",
    ]
    found = steps("\n".join(f"{stamped(n)}{line}" for n, line in enumerate(lines)))
    assert found is not None
    assert [(step.first, step.command) for step in found] == [(0, None), (1, "npm ci"), (5, None)]


def test_stages_of_jenkins_are_steps_and_its_own_lines_need_no_stamp() -> None:
    lines = [
        "Started by user ada",
        "[Pipeline] {",
        "[Pipeline] { (Build)",
        "[Pipeline] sh",
        "[2026-05-01T10:00:01.123Z] + make",
        "[2026-05-01T10:00:02.123Z] cc -c a.c",
        "[2026-05-01T10:00:03.123Z] cc -c b.c",
        "[Pipeline] sh",
        "[2026-05-01T10:00:05.123Z] + make test",
        "[2026-05-01T10:00:09.123Z] ok",
        "Finished: FAILURE",
    ]
    found = steps("\n".join(lines))
    assert found is not None
    assert [(step.first, step.name, step.command) for step in found] == [
        (0, "", None),
        (2, "Build", "make"),
        (7, "Build", "make test"),
    ]
    made = by_step(found, 1, lambda _step: None)
    assert made.note == "CI log on 2026-05-01, each line without its time"
    assert made.text.split("\n")[:4] == ["⋯ lines 1-2:", *lines[:2], "⋯ lines 3-7: Build, 10:00:01-10:00:03:"]
    short = [line.replace("2026-05-01T", "").replace("[10", "10").replace(".123Z] ", "  ") for line in lines]
    assert [step.lines for step in steps("\n".join(short)) or ()] == [step.lines for step in found]


@pytest.mark.parametrize("stamp", ["", "[2026-05-01T10:00:00.000Z] "], ids=["none", "of a service"])
def test_lines_with_times_in_brackets_are_a_log_where_no_pipeline_ran(stamp: str) -> None:
    pipeline = "" if stamp else "[Pipeline] sh\n"
    assert steps(pipeline + "\n".join(f"{stamp}ship {n} moored" for n in range(30))) is None


TIMES = ["10:00:00", *["10:00:01"] * 5, *["10:00:02"] * 6]
ENV = ["env:", "  PYTHON: /opt/python/3.12", "  LIBRARIES: /opt/python/3.12/lib", "##[endgroup]"]


def test_settings_that_an_earlier_step_had_are_not_said_again() -> None:
    first = Step("", "A", 0, ["##[group]Run a", *ENV, "done"], "2026-05-01", TIMES[:6])
    again = Step("", "B", 6, ["##[group]Run b", *ENV, "done"], "2026-05-01", TIMES[-6:])
    made = by_step([first, again], 1, lambda _step: None)
    assert made.text.split("\n") == [
        "⋯ lines 1-6: A, 10:00:00-10:00:01:",
        "##[group]Run a",
        *ENV,
        "done",
        "⋯ lines 7-12: B, 10:00:02:",
        "##[group]Run b",
        "⋯ lines 8-10: the same as lines 2-4",
        "##[endgroup]",
        "done",
    ]
    assert [e.ranges for e in made.elisions] == [((8, 10),)]
    other = by_step(
        [first, again], 1, lambda step: ("test", Rendition(text="short", note="n")) if step.name == "B" else None
    )
    assert "⋯ lines 7-12: B, 10:00:02, as test (n):\nshort" in other.text


def test_a_time_without_lines_is_told() -> None:
    times = ["23:59:30", "23:59:31", "00:05:01", "00:05:01"]
    step = Step("", "A", 4, ["a", "b", "c", "d"], "2026-05-01", times)
    made = by_step([step], 1, lambda _step: None)
    assert made.text.split("\n")[0] == "⋯ lines 5-8: A, 23:59:30-00:05:01, no line for 330 s after line 6:"


def a_run() -> tuple[list[str], str]:
    """What pytest printed, and the log of a job that ran it."""
    printed = [
        "============================= test session starts ==============================",
        "collected 82 items",
        "",
        *(f"tests/test_berths.py::test_berth_{n} PASSED   [ {n:>2}%]" for n in range(80)),
        "tests/test_quay.py::test_mooring FAILED   [ 99%]",
        "",
        "=================================== FAILURES ===================================",
        "_________________________________ test_mooring _________________________________",
        "",
        "    def test_mooring():",
        ">       assert lines(3) == 4",
        "E       assert 3 == 4",
        "E        +  where 3 = lines(3)",
        "",
        "tests/test_quay.py:9: AssertionError",
        "=========================== short test summary info ============================",
        "FAILED tests/test_quay.py::test_mooring - assert 3 == 4",
        "========================= 1 failed, 80 passed in 1.02s =========================",
        "##[error]Process completed with exit code 1.",
    ]
    lines = ["##[group]Run pytest -v", "\x1b[36;1mpytest -v\x1b[0m", *ENV, *printed]
    return printed, "\n".join(f"test\tRun tests\t{stamped(n)}{line}" for n, line in enumerate(lines)) + "\n"


def test_what_failed_in_a_run_is_read_as_what_its_tool_printed() -> None:
    printed, log = a_run()
    limits = Limits(effort=Effort.MEDIUM)
    routed = ContentRouter(BUILTIN).compress(log, Hint(command="gh run view 7 --log-failed"), lambda _kind: limits)
    body = routed.rendition.text
    assert (routed.kind, routed.name, routed.faults) == ("test", "TestRunCompressor", ())
    assert "\n".join(printed[83:]) in body
    assert "⋯ lines 10-89 (80 × PASSED tests/test_berths.py::…)" in body
    assert "each line without its step and time, colours left out" in routed.rendition.note
    assert not routed.rendition.lossless
    assert len(body) < len(log) / 5


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Chunk ID: 0a1b2c\nWall time: 1.2 seconds\nProcess exited with code 0\nOutput:\n", ""),
        ("Error: Exit code 1\n", "\nShell cwd was reset to /src"),
    ],
)
def test_what_an_agent_puts_around_a_log_stays(above: str, below: str) -> None:
    printed, log = a_run()
    limits = Limits(effort=Effort.MEDIUM)
    text = f"{above}{log.rstrip()}{below}"
    routed = ContentRouter(BUILTIN).compress(text, Hint(command="gh run view 7"), lambda _kind: limits)
    body = routed.rendition.text
    assert body.startswith(f"{above}⋯ lines ")
    assert body.endswith(f"{printed[-1]}{below}")
    assert f"⋯ lines {10 + above.count(chr(10))}-{89 + above.count(chr(10))} (80 × PASSED" in body


def test_without_leave_to_leave_out_every_time_stays() -> None:
    _, log = a_run()
    routed = ContentRouter(BUILTIN).compress(log, NO_HINT, lambda _kind: Limits(effort=Effort.LIGHT))
    assert "CI log" not in routed.rendition.note


def test_a_log_within_json_is_read_as_one() -> None:
    printed, log = a_run()
    raw = "\n".join(line.split("\t", 2)[2] for line in log.split("\n") if line)
    made = headroom.compress_text(
        json.dumps({"job_id": 7, "logs_content": raw}), profile="balanced", store=headroom.MemoryStore()
    )
    assert "\n".join(printed[83:-1]) in made.text
    assert 'all of it: fields=["logs_content"]' in made.text


def test_a_line_is_found_again_by_the_number_that_is_shown() -> None:
    _, log = a_run()
    store = headroom.MemoryStore()
    made = headroom.compress_text(log, command="gh run view 7 --log", profile="balanced", store=store)
    assert made.id is not None
    assert "⋯ lines 1-25" in made.text or "⋯ lines 10-89" in made.text
    assert "test_berth_0 PASSED" in str(headroom.retrieve(made.id, lines="10", store=store))

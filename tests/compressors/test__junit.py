"""JUnit's XML: what did not pass is shown, what passed is counted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._junit import begins, report
from headroom.compressors.test_run import TestRunCompressor
from headroom.messages import NO_HINT, Hint

RUNS = TestRunCompressor()
PASSED = "".join(f'<testcase classname="t.Quay" name="keeps[{n}]" time="0.01"/>' for n in range(40))
FAILED = (
    '<testcase classname="t.Crane" name="lifts" time="0.2"><failure message="1 != 2 &amp; 3" type="a.b.AssertionError">'
    "<![CDATA[crane.py:9\nE  1 != 2 & 3]]></failure></testcase>"
)


def suite(*cases: str, about: str = 'name="port" tests="9"') -> str:
    return f'<?xml version="1.0"?>\n<testsuites><testsuite {about}>{"".join(cases)}</testsuite></testsuites>\n'


def shown(text: str, query: str | None = None) -> list[str]:
    made = report(text, query)
    assert made is not None
    return made.text.split("\n")


def test_what_failed_is_whole_and_what_passed_is_counted_by_class() -> None:
    lines = shown(suite(PASSED, FAILED, PASSED.replace("t.Quay", "t.Mole")))
    assert lines == [
        "testsuites",
        "testsuite name=port tests=9",
        "FAILED t.Crane lifts (0.2 s, line 2)",
        "a.b.AssertionError: crane.py:9",
        "E  1 != 2 & 3",
        "⋯ 80 passed: t.Quay: keeps* ×40; t.Mole: keeps* ×40",
    ]


def test_elements_may_come_in_any_order_and_twice() -> None:
    case = (
        '<testcase classname="t" name="a"><system-out>one</system-out><skipped message="no water"/>'
        "<system-err>two</system-err><system-out>three</system-out></testcase>"
    )
    lines = shown(suite(PASSED, case))
    assert lines[2:9] == [
        "SKIPPED t a (line 2)",
        "printed:",
        "one",
        "no water",
        "printed to stderr:",
        "two",
        "printed:",
    ]


def test_headings_above_no_output_go() -> None:
    rule = "-" * 33
    output = f"<system-out>{rule} Captured Log {rule}\n\n{rule} Captured Out {rule}\nhi\n\n</system-out>"
    case = f'<testcase name="a">{output}<error message="bang"/></testcase>'
    assert shown(suite(PASSED, case))[2:6] == ["ERROR  a (line 2)", "printed:", "hi", "bang"]
    both = case.replace("Log " + rule + "\n", "Log " + rule + "\nWARNING low\n")
    assert f"{rule} Captured Log {rule}" in shown(suite(PASSED, both))


def test_whose_output_is_not_shown_is_named() -> None:
    case = '<testcase classname="t" name="loud"><system-out>hi</system-out></testcase>'
    assert shown(suite(PASSED, case))[-1].endswith("t: loud; output not shown: loud (line 2)")


def test_the_same_failure_is_shown_once() -> None:
    trace = "at quay.crane.Lift(Lift.java:9)\n" * 9
    cases = [f'<testcase classname="t" name="a{n}"><error message="m">{trace}</error></testcase>' for n in range(3)]
    lines = shown(suite(PASSED, *cases))
    assert lines.count("as a0 above") == 2
    assert sum(line.startswith("at quay") for line in lines) == 9


def test_tests_that_the_query_names_are_shown() -> None:
    named = '<testcase classname="t.Buoy" name="blinks_red" time="3"><system-out>red</system-out></testcase>'
    lines = shown(suite(PASSED, named), "what does blinks_red print?")
    assert lines[2:5] == ["passed t.Buoy blinks_red (3 s, line 2)", "printed:", "red"]
    assert report(suite(PASSED), "which tests are slow?") is None


def test_suites_in_which_all_passed_stand_together() -> None:
    fine = "".join(f'<testsuite name="s{n}" tests="40" time="1">{PASSED}</testsuite>' for n in range(9))
    bad = f'<testsuite name="bad">{FAILED}{PASSED}</testsuite>'
    lines = shown(f"<testsuites>{fine}{bad}</testsuites>")
    assert lines[0:3] == ["testsuites", "testsuite name=bad", "FAILED t.Crane lifts (0.2 s, line 1)"]
    assert lines[-2:] == [
        "⋯ 40 passed: t.Quay: keeps* ×40",
        "⋯ 360 passed in 9 suites: " + ", ".join(f"s{n} 40" for n in range(9)),
    ]


def test_a_test_that_did_not_run_has_not_passed() -> None:
    cases = '<testcase name="a" status="notrun"/><testcase name="b" status="run" result="completed"/>'
    assert shown(suite(cases))[2:] == ["notrun  a (line 2)", "⋯ 1 passed: b"]


def test_of_much_output_of_a_suite_the_ends_are_shown_with_their_lines() -> None:
    output = "\n".join(f"line {n}" for n in range(100))
    text = suite(PASSED, f"<system-out>{output}</system-out>")
    made = report(text, None)
    assert made is not None
    (gap,) = [line for line in made.text.split("\n") if line.startswith("⋯ lines")]
    first, last = map(int, re.findall(r"\d+", gap))
    hidden = text.split("\n")[first - 1 : last]
    assert not any(line in made.text.split("\n") for line in hidden)
    assert len(hidden) + 30 == 100
    assert "line 99" in made.text


@pytest.mark.parametrize(
    "text",
    [
        suite(FAILED),  # nothing passed: nothing to count
        "<testsuite><testcase></testsuite>",
        "<testsuite>",
        "<testsuite/><testsuite/>",
        "<testsuite>" + "<![CDATA[" * 9_000,
        "<testsuite>" + "<a>" * 90,
        "<testsuite name='a'>1 < 2</testsuite>",
    ],
)
def test_other_texts_are_left_to_others(text: str) -> None:
    assert report(text, None) is None


@given(st.text("<>/!-[]CDATA\"'= testcasename\n", max_size=80))
def test_any_text_is_read_or_refused(inner: str) -> None:
    report(f"<testsuite>{PASSED}{inner}</testsuite>", None)


def test_the_compressor_writes_reports_from_medium_on() -> None:
    text = suite(PASSED, FAILED)
    assert begins(text)
    assert not begins("<project><testcase/></project>")
    assert RUNS.score(text, NO_HINT) > 0.9
    assert RUNS.compress(text, NO_HINT, Limits(effort=Effort.LIGHT)).text == text
    made = RUNS.compress(text, Hint(query="why do tests fail?"), Limits(effort=Effort.MEDIUM))
    assert "FAILED t.Crane lifts" in made.text
    assert made.elisions[0].count == 40
    kept = Limits(effort=Effort.MEDIUM, keep=re.compile(r'name="keeps\[7\]"'))
    assert RUNS.compress(text, NO_HINT, kept).text == text

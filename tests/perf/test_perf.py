from __future__ import annotations

from importlib import resources

import pytest

from headroom import perf

WORKLOADS = list(perf.workloads())


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda w: w.name)
def test_every_fact_stays_visible_under_safe(workload: perf.Workload) -> None:
    measured = perf.measure(workload)
    assert measured.lost == ()
    assert measured.reachable
    assert measured.tokens_after <= measured.tokens_before
    assert measured.seconds > 0 < measured.counting_seconds
    assert 0 <= measured.saved < 1
    assert measured.ratio > 0


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda w: w.name)
def test_every_fact_is_in_the_text_to_begin_with(workload: perf.Workload) -> None:
    lines = [line for _, file in workload.steps for line in perf.data(file).split("\n")]
    missing = [fact for fact in workload.facts if not any(_scattered(lines, word) for word in fact.split())]
    assert missing == []
    assert workload.facts


def _scattered(lines: list[str], word: str) -> bool:
    return any(word in line for line in lines)


def test_a_fact_is_words_in_one_line_in_their_order() -> None:
    assert perf._holds('  "status": "refund_failed",', "status refund_failed")
    assert not perf._holds("refund_failed status", "status refund_failed")
    assert not perf._holds("status", "status status")


def test_what_is_lost_is_named() -> None:
    workload = perf.Workload(
        name="n", about="a", source="s", question="q", steps=(("cat x", "policy.py"),), facts=("def judge", "no such")
    )
    assert perf.measure(workload).lost == ("no such",)


def test_a_conversation_is_question_calls_and_results() -> None:
    twice = next(w for w in WORKLOADS if len(w.steps) == 2)
    assert [m["role"] for m in twice.messages()] == ["user", "assistant", "tool", "assistant", "tool"]


def test_the_texts_stay_small_in_the_package() -> None:
    folder = resources.files("headroom.perf").joinpath("data")
    assert sum(len(file.read_bytes()) for file in folder.iterdir()) < 300_000
    used = {f"{file}.xz" for workload in WORKLOADS for _, file in workload.steps}
    assert {file.name for file in folder.iterdir()} == used

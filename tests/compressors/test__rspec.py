"""RSpec's documentation format: examples without a mark have passed."""

from __future__ import annotations

from headroom.compressors._api import Effort, Limits
from headroom.compressors.test_run import TestRunCompressor
from headroom.lines import FOLD
from headroom.messages import Hint

SUMMARY = ["", "Finished in 0.41 seconds (files took 0.9 seconds to load)", "14 examples, 1 failure, 1 pending"]
PASSED = [f"    takes a ship of {n} metres" for n in range(12)]


def made(*lines: str) -> str:
    text = "\n".join([*lines, *SUMMARY])
    return TestRunCompressor().compress(text, Hint(), Limits(effort=Effort.LIGHT)).text


def test_what_failed_or_waits_stays_with_its_group() -> None:
    failed, pending = "    refuses a long ship (FAILED - 1)", "    sings (PENDING: Temporarily skipped with xit)"

    shown = made("Berth", "  #moor", *PASSED, "  #leave", failed, pending)

    assert shown.startswith(f"{FOLD} lines 1-14 (12 × passed)\n  #leave\n{failed}\n{pending}\n")


def test_what_a_test_printed_stays() -> None:
    assert "\nDEPRECATION WARNING: moor is deprecated\n" in made(
        "Berth", *PASSED, "DEPRECATION WARNING: moor is deprecated", *PASSED
    )


def test_other_reports_that_finish_are_left_alone() -> None:
    text = "\n".join(["Berth", *PASSED, "", "Finished in 0.4 seconds", "14 tests, 1 failure"])

    assert TestRunCompressor().compress(text, Hint(), Limits(effort=Effort.LIGHT)).text == text

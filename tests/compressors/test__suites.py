"""Names of groups of tests."""

from __future__ import annotations

from headroom.compressors._suites import names


def found(*lines: str) -> list[int]:
    def label(line: str) -> str | None:
        return "" if not line else "passed" if "✓" in line else "PASS" if line.startswith("PASS ") else None

    return sorted(names(lines, [label(line) for line in lines]))


def test_a_name_goes_with_the_tests_that_passed_below_it() -> None:
    assert found("PASS a.test.ts", "  Cart", "    ✓ adds", "    ✓ removes", "  Shop", "    ✓ opens") == [1, 4]


def test_names_of_names_go_as_well() -> None:
    assert found("  Cart", "    when empty", "      ✓ adds", "    when full", "      ✓ removes") == [0, 1, 3]


def test_the_names_that_lead_to_a_test_that_failed_stay() -> None:
    assert found("  Cart", "    when empty", "      ✓ adds", "    when full", "      ✓ adds", "      ✕ removes") == [1]


def test_what_is_not_followed_by_a_test_is_no_name() -> None:
    assert found("  ● Cart › removes", "", "    Expected: 3", "  note", "PASS b.test.ts") == []
    assert found("Cart", "  ✓ adds") == []

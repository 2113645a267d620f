"""Lines that share an id with a failure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._related import related
from headroom.compressors.log import LogCompressor
from headroom.messages import NO_HINT

REQUESTS = [f"{n:08x}-4f01-4d0e-ac9c-de0472f64f{n:02x}" for n in range(60)]


def found(text: str, *failures: int) -> set[int]:
    return related(text, text.split("\n"), failures)


def test_what_an_id_stands_in_is_shown_with_its_failure() -> None:
    text = "got order-4711\nother order-4712\nsent 9f3c1a2b44\nfailed: order-4711 (9f3c1a2b44)\nsent 9f3c1a2b45"
    assert found(text, 3) == {0, 2, 3}


def test_of_an_id_with_many_lines_the_first_are_shown_and_what_all_lines_have_is_none() -> None:
    some = "\n".join(f"[job-1234] step {n}" for n in range(9))
    assert found(f"begin\n{some}", 9) == {1, 2}
    assert found("\n".join(f"host-1234 step {n}" for n in range(99)), 7) == set()


def test_part_of_a_longer_name_is_no_id() -> None:
    assert found("order-47110\nmy-order-4711\nx order-4711.5\nfailed order-4711", 3) == {3}
    assert found("at 2026-03-01T10:00:00 line 4711\nfailed 4711", 1) == set()


@given(st.lists(st.text("ab1-\n ", max_size=30), min_size=1, max_size=30), st.data())
def test_related_lines_are_lines_of_the_text(parts: list[str], data: st.DataObject) -> None:
    text = "\n".join(parts)
    failures = data.draw(st.lists(st.integers(0, text.count("\n")), max_size=8))
    assert all(0 <= line <= text.count("\n") for line in found(text, *failures))


def test_requests_that_fail_are_shown_with_what_was_requested() -> None:
    """They are like others but for numbers, and so are the failures."""
    lines = []
    for n, request in enumerate(REQUESTS):
        lines.append(f'[{request}] Started POST "/invoices/{4000 + n}/send" for 10.0.0.{n}')
        lines += [f"[{request}] Processing by InvoicesController#deliver", f"[{request}]   Rendered mail ({n}.1ms)"]
        lines.append(f"[{request}] Completed {'500 Internal Server Error' if n in (20, 41) else '200 OK'} in {n}ms")
    shown = LogCompressor().compress("\n".join(lines), NO_HINT, Limits(effort=Effort.MEDIUM)).text
    assert "/invoices/4020/send" in shown
    assert "/invoices/4041/send" in shown
    assert "/invoices/4040/send" not in shown


def test_the_process_that_was_killed_is_found_by_its_number() -> None:
    text = "[ 2443]  0  2443  99 idle\n[24432]  0 24432 7303629 python\nKilled process 24432 (python)\nsize 24432kB"
    assert found(text, 2) == {1, 2}


def test_what_postgres_says_of_an_error_is_shown_with_it() -> None:
    lines = [f"2026-03-01 10:00:{n:02d} UTC [{n}] LOG:  connection received: host=[local]" for n in range(40)]
    for n in (30, 20):
        lines[n:n] = [
            f'2026-03-01 10:00:{n} UTC [{n}] ERROR:  duplicate key value violates unique constraint "mail"',
            f"2026-03-01 10:00:{n} UTC [{n}] DETAIL:  Key (email)=(user{n}@example.org) already exists.",
        ]
    shown = LogCompressor().compress("\n".join(lines), NO_HINT, Limits(effort=Effort.MEDIUM)).text
    assert "user20@example.org" in shown
    assert "user30@example.org" in shown

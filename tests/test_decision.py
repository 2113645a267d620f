"""What is done with one block: back to the original, the marker's words, what the store gets."""

from __future__ import annotations

import json

import pytest

from headroom import Headroom, MemoryStore
from headroom._decision import OWN, Decision, changed, entry_of, events_of, lines_of, marker_of, visible
from headroom.compressors._api import Elision, Rendition
from headroom.markers import Marker
from headroom.messages import Block
from headroom.policy import Verdict
from headroom.store._api import content_id

TEXT = "".join(f"line {n} of a text that says the same again\n" for n in range(40))


def decision() -> Decision:
    return Decision(
        block=Block(text=TEXT, role="tool", path=(0, "content")), verdict=Verdict(verbatim=False), key="k", text=TEXT
    )


def shown() -> Decision:
    """With one line shown of forty."""
    made = decision()
    rendition = Rendition(
        text="1│line 0", elisions=(Elision(ranges=((2, 40),), count=39, summary="like it"),), lossless=False
    )
    marker = marker_of(TEXT, rendition)
    assert made.smaller(visible(marker, rendition.text))
    made.show(marker, rendition.text, "compressed")
    made.kind, made.compressor, made.elisions, made.lossless = "log", "LogCompressor", rendition.elisions, False
    return made


def test_what_is_shown_is_the_marker_and_the_body() -> None:
    made = shown()
    head, body = made.text.split("\n", 1)
    assert (head.startswith(f"[headroom {content_id(TEXT)} · 1 of 40 lines · "), body) == (True, "1│line 0")
    assert not made.exact
    assert changed([made, decision()]) == {(0, "content"): made.text}
    assert made.report().elided == {"lines": 39}


def test_what_is_taken_back_is_the_original_and_holds_no_id() -> None:
    made = shown()
    made.leave("the store failed")
    assert (made.text, made.id, made.marker, made.exact) == (TEXT, None, None, True)
    report = made.report()
    assert (report.action, report.reason, report.elided) == ("unchanged", "the store failed", {})
    entry = entry_of(made)
    assert (entry.key, entry.id, entry.original, entry.visible) == ("k", None, None, None)
    assert events_of([made]) == []


def test_a_text_of_our_own_is_not_what_the_tool_said() -> None:
    made = decision()
    made.decided, made.reason = True, OWN
    assert not made.exact


def test_what_the_store_gets_holds_the_original_and_what_is_shown() -> None:
    made = shown()
    entry = entry_of(made)
    assert (entry.id, entry.original, entry.visible, entry.lossless) == (made.id, TEXT, made.text, False)
    (event,) = events_of([made])
    assert (event.kind, event.blocks, event.chars_before, event.chars_after) == ("log", 1, len(TEXT), len(made.text))


def test_a_longer_text_is_not_smaller() -> None:
    made = decision()
    assert not made.smaller(TEXT + "and more")
    assert made.weight_before is None


@pytest.mark.parametrize(("text", "lines"), [("", 1), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\n\n", 2)])
def test_lines_are_counted_as_retrieval_counts_them(text: str, lines: int) -> None:
    assert lines_of(text) == lines


def test_a_lossless_rendition_says_so_and_offers_the_usual_slices() -> None:
    marker = marker_of(TEXT, Rendition(text="x", note="how to read it"))
    assert (marker.summary, marker.note) == ("lossless", "how to read it")
    assert marker.selectors == Marker(id="hr_000000000000", summary="").selectors


def test_the_marker_offers_only_slices_that_can_be_given() -> None:
    """Rows of JSON can be asked for by number, those of a table in text are lines."""
    engine = Headroom(store=MemoryStore(), profile="balanced")
    rows = json.dumps([{"id": n, "name": f"somebody {n * 7919 % 1000}", "value": n / 7} for n in range(400)])
    table = "id,name\n" + "".join(f"{n},somebody {n * 7919 % 1000}\n" for n in range(400))
    spanning = "id,name,city\n" + "".join(f'{n},"first\nsecond {n * 7919 % 1000}",Oslo\n' for n in range(400))
    for text in (rows, table, spanning):
        made = engine.compress_text(text)
        assert made.id
        offered = made.text.partition("headroom_retrieve(id, ")[2].partition(")")[0].split("|")
        assert offered[0] == ("rows" if text is rows else "lines")
        given = engine.retrieve(made.id, rows="7") if text is rows else engine.retrieve(made.id, lines="7")
        assert "7, 1 of " in given.partition("\n")[0]

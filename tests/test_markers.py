"""Markers: one spelling, and `find` undoes `render`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom import markers
from headroom.markers import Marker

IDS = st.text("0123456789abcdef", min_size=12, max_size=24).map("hr_".__add__)
WORDS = st.text(st.characters(blacklist_characters="\n·", blacklist_categories=["Cs"]), min_size=1).filter(
    lambda s: s == s.strip()
)
NOTES = st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"]), max_size=40).filter(
    lambda s: s == s.strip() and "headroom_retrieve(" not in s
)
MARKERS = st.builds(
    Marker,
    id=IDS,
    summary=WORDS,
    note=NOTES,
    selectors=st.lists(st.sampled_from(["lines", "grep", "query", "rows", "fields"]), unique=True).map(tuple),
)


@given(st.lists(MARKERS, max_size=4), st.text(st.characters(blacklist_characters="[", blacklist_categories=["Cs"])))
def test_find_returns_what_render_wrote(written: list[Marker], between: str) -> None:
    """Whatever stands around them."""
    text = f"\n{between}\n".join(markers.render(m) for m in written)
    assert markers.find(text) == written


@given(MARKERS, st.text())
def test_a_text_is_headed_by_the_marker_on_its_first_line(marker: Marker, body: str) -> None:
    """And by no other."""
    assert markers.head(f"{markers.render(marker)}\n{body}") == marker
    assert markers.head(f"x\n{markers.render(marker)}\n{body}") is None


def test_text_about_markers_holds_no_marker() -> None:
    """Documentation may talk about them."""
    for text in (
        "[headroom hr_xyz · lossless]",
        "[headroom hr_0123456789ab]",
        "see [headroom hr_0123456789ab · x] here",
    ):
        assert markers.find(text) == []


def test_what_is_left_out_can_be_read_off_the_summary() -> None:
    """Also where only the text is known, as the ledger keeps it."""
    marker = Marker(id="hr_0123456789ab", summary="61 of 2,000 lines, 7 rows folded, 1 char folded")
    assert markers.left_out(marker) == {"lines": 1939, "rows": 7, "chars": 1}
    assert markers.left_out(Marker(id="hr_0123456789ab", summary="lossless")) == {}

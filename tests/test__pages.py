"""How much fits, and where the rest is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom._pages import Call, Plan, Run, Source, _most, _spec, _without
from headroom.retrieval import _runs

TOTAL = 30
runs = st.lists(st.tuples(st.integers(0, TOTAL), st.integers(0, TOTAL)), max_size=4).map(
    lambda pairs: _runs(",".join(f"{min(p) + 1}-{max(p) + 1}" for p in pairs) or "99", "lines", 1, TOTAL)[0]
)


def units(spans: list[Run]) -> set[int]:
    return {i for a, b in spans for i in range(a, b)}


@given(limit=st.integers(0, 200), edge=st.integers(0, 250))
def test_the_largest_size_that_fits_is_found(limit: int, edge: int) -> None:
    assert _most(limit, lambda k: k <= edge) == min(limit, edge)


@settings(max_examples=300, deadline=None)
@given(spans=runs, taken=st.sets(st.integers(0, TOTAL)), start=st.integers(0, TOTAL))
def test_what_is_left_of_the_runs_is_what_was_not_taken(spans: list[Run], taken: set[int], start: int) -> None:
    left = _without(spans, sorted(taken), start)
    assert units(left) == {i for i in units(spans) - taken if i >= start}
    assert all(a < b for a, b in left)


@settings(max_examples=300, deadline=None)
@given(spans=runs.filter(bool), offsets=st.dictionaries(st.integers(0, TOTAL - 1), st.integers(0, 9), max_size=3))
def test_a_spec_is_read_back_as_the_same_runs(spans: list[Run], offsets: dict[int, int]) -> None:
    source = Source(texts=["x"] * TOTAL)
    call = Call(id="", lines=None, grep=None, query=None, fields=(), rows=None)
    plan = Plan(source=source, call=call, runs=spans, wanted=(), offsets={}, around=0, hit=None)
    again, found = _runs(_spec(plan, spans, offsets), "lines", 1, TOTAL)
    assert units(again) == units(spans)
    assert found == {i: at for i, at in offsets.items() if i in units(spans)}

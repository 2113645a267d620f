from __future__ import annotations

from headroom.compressors._columns import Column
from headroom.compressors._groups import find_groups


def column(name: str, cells: list[str]) -> Column:
    return Column(name, cells, frozenset((str,)), cells=cells)


def test_columns_that_repeat_together_share_a_code() -> None:
    models = [("Boeing", "737-800", "189"), ("Airbus", "A320-200", "182"), ("Embraer", "ERJ 190", "20")]
    picks = [models[i * i % 3] for i in range(60)]
    maker, model, seats = (column(n, [p[k] for p in picks]) for k, n in enumerate(["maker", "model", "seats"]))
    tail = column("tail", [f"N{i:04d}" for i in range(60)])
    (group,) = find_groups([tail, maker, model, seats], ",")
    assert group.columns == [maker, model, seats]
    assert [group.legend[code] for code in group.codes] == picks


def test_columns_that_stand_apart_get_codes_of_their_own() -> None:
    towns = ["Reykjavík, Iceland", "Luleå, Norrbotten, Sweden", "Kirkenes, Finnmark, Norway"]
    first, last = (column(n, [towns[i * i % 3] for i in range(60)]) for n in ["from", "to"])
    key = column("key", [f"K{i:04d}" for i in range(60)])
    assert [g.columns for g in find_groups([first, key, last], ",")] == [[first], [last]]


def test_short_cells_and_few_rows_get_no_legend() -> None:
    assert find_groups([column("x", ["a", "b"] * 50)], ",") == []
    assert find_groups([column("x", ["a long text", "b long text"] * 3)], ",") == []


def test_no_columns_make_no_groups() -> None:
    assert find_groups([], ",") == []


def test_more_than_26_codes_have_two_letters() -> None:
    cells = [f"a rather long value {i % 40}" for i in range(400)]
    (group,) = find_groups([column("x", cells)], ",")
    assert len(group.legend) == 40
    assert {len(code) for code in group.legend} == {2}
    assert [group.legend[code][0] for code in group.codes] == cells


def test_a_letter_stands_for_one_thing_in_all_legends() -> None:
    towns = ["Reykjavík, Iceland", "Luleå, Norrbotten, Sweden", "Kirkenes, Finnmark, Norway"]
    first, last = (column(n, [towns[i * i % 3] for i in range(60)]) for n in ["from", "to"])
    key = column("key", [f"K{i:04d}" for i in range(60)])
    one, other = find_groups([first, key, last], ",")
    assert [*one.legend, *other.legend] == ["a", "b", "c", "d"]


def test_what_few_rows_tell_is_written_out_in_its_place() -> None:
    """The one error must not hide behind a letter of the legend."""
    level = column("level", ["info", "debug"] * 30 + ["error"])
    said = column("msg", ["berth was looked up", "cache was asked"] * 30 + ["panic: nil map"])
    (group,) = find_groups([level, said], ",")
    assert group.codes[-1] == "|error|panic: nil map"
    assert set(group.codes[:-1]) == {"a", "b"} == set(group.legend)


def test_cells_without_a_text_are_written_out_with_the_others() -> None:
    level = column("level", ["info", "debug"] * 30 + ["error"])
    said = column("user", ["", ""] * 30 + ["root"])
    asked = column("path", ["/harbour/berths", "/harbour/cranes"] * 30 + [""])
    (group,) = find_groups([level, said, asked], ",")
    assert group.codes[-1] == "|error|root|"


def test_figures_have_no_legend() -> None:
    """A reader compares and adds them."""
    assert find_groups([column("units", ["1801", "1115", "2405"] * 60)], ",") == []

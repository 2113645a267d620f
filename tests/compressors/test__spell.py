from __future__ import annotations

from headroom.compressors._api import Effort, Limits
from headroom.compressors._columns import grid
from headroom.compressors._flow import Num
from headroom.compressors._spell import _with_gaps, spelled
from headroom.messages import NO_HINT


def test_a_grid_reads_like_a_table_with_what_is_common_in_its_head() -> None:
    rows = [{"id": Num(str(i)), "tz": "60", "city": "Oslo", "url": f"https://x.test/a/{i}"} for i in range(1, 4)]
    made = grid(rows)
    assert made is not None
    out = spelled(made, NO_HINT, Limits(), elide=False)
    assert out.text == 'all rows, after id: tz="60", city="Oslo", url="https://x.test/a/"+id\n3 rows: id\n1\n2\n3'
    assert out.note == ""


def test_the_line_above_the_rows_names_every_cell_and_nothing_else() -> None:
    towns = [("Oslo", "Norway", "Europe/Oslo"), ("Lund", "Sweden", "Europe/Stockholm")]
    rows = [
        {
            "kind": "port",
            "town": t,
            "land": n,
            "zone": z,
            "id": Num(str(i)),
            "link": f"https://x.test/about/{i * 7919}/x",
        }
        for i, (t, n, z) in enumerate(towns * 20)
    ]
    made = grid(rows)
    assert made is not None
    assert spelled(made, NO_HINT, Limits(), elide=False).text.split("\n")[:7] == [
        'all rows, before town: kind="port"',
        'all rows, after id: link="https://x.test/about/"+link…+"/x"',
        "@A stands for town,land,zone:",
        "a=Oslo,Norway,Europe/Oslo",
        "b=Lund,Sweden,Europe/Stockholm",
        "40 rows: @A,id,link…",
        "a,0,0",
    ]


def test_rows_that_do_not_fit_and_keys_that_are_absent_are_explained() -> None:
    made = grid([{"a": Num(str(i)), "b": "x" * i} for i in range(1, 9)] + [{"b": "y", "a": None}, {"a": Num("7")}])
    assert made is not None
    out = spelled(made, NO_HINT, Limits(), elide=False)
    assert out.text.split("\n")[-2:] == ["={b:y,a:null}", "7,"]
    assert out.note == "empty: key absent; ={…}: row of another shape"


def test_few_gaps_stand_in_place() -> None:
    shown = [*range(40), 58, 59]
    body, note = _with_gaps(shown, [f"row {i}" for i in shown], [(40, 57)])
    assert body[39:] == ["row 39", "⋯ rows 40-57", "row 58", "row 59"]
    assert note == "rows count from 0"


def test_many_gaps_give_every_row_its_number() -> None:
    body, note = _with_gaps([1, 3, 7], ["a", "b", "c"], [(0, 0), (2, 2), (4, 6)])
    assert body == ["1│a", "3│b", "7│c"]
    assert note == "N│ = row N, from 0"


def test_a_gap_before_the_first_row_is_said() -> None:
    body, _ = _with_gaps([*range(5, 12)], list("abcdefg"), [(0, 4)])
    assert body[:2] == ["⋯ rows 0-4", "a"]


def test_nothing_is_left_out_where_that_is_not_allowed() -> None:
    made = grid([{"n": Num(str(i)), "t": f"text {i * i}"} for i in range(400)])
    assert made is not None
    out = spelled(made, NO_HINT, Limits(effort=Effort.STRONG), elide=False)
    assert out.lossless
    assert out.elisions == ()
    assert len(out.text.split("\n")) == 401

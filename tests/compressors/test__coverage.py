from __future__ import annotations

from headroom.compressors._coverage import NOTE, unpadded

ROWS = [f"app/part{n}.py               {n}      0   100%" for n in range(9)]
TABLE = [
    "Name                      Stmts   Miss  Cover   Missing",
    "-------------------------------------------------------",
    "app/main.py                  73     16    76%   110-136, 182",
    *ROWS,
    "-------------------------------------------------------",
    "TOTAL                        97     16    83%",
]
JEST = [
    "----------|---------|----------|---------|---------|-------------------",
    "File      | % Stmts | % Branch | % Funcs | % Lines | Uncovered Line #s ",
    "----------|---------|----------|---------|---------|-------------------",
    *[f" part{n}.js |   88.88 |       50 |     100 |     100 | 2-3               " for n in range(6)],
    "----------|---------|----------|---------|---------|-------------------",
]


def test_cells_stand_one_blank_apart_on_the_same_lines() -> None:
    text, note = unpadded("\n".join(["1  passed", *TABLE, "", "a   b"]))
    lines = text.split("\n")
    assert lines[:4] == ["1  passed", "Name Stmts Miss Cover Missing", "---", "app/main.py 73 16 76% 110-136, 182"]
    assert lines[-3:] == ["TOTAL 97 16 83%", "", "a   b"]
    assert len(lines) == len(TABLE) + 3
    assert note == NOTE


def test_tables_with_bars_too() -> None:
    lines = unpadded("\n".join(JEST))[0].split("\n")
    assert lines[1] == "File | % Stmts | % Branch | % Funcs | % Lines | Uncovered Line #s"
    assert lines[3] == " part0.js | 88.88 | 50 | 100 | 100 | 2-3"


def test_other_texts_and_short_tables_stay() -> None:
    for text in ("", "a   b\n" * 20, "\n".join(TABLE[:4])):
        assert unpadded(text) == (text, "")

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._field_sections import begins, sections
from headroom.compressors.table import TableCompressor
from headroom.messages import NO_HINT

FORMS = st.sampled_from([("**", "**:"), ("**", ":**"), ("- **", "**:"), ("* **", ":**")])
VALUES = st.sampled_from(["open", "4", "a, b", "1.50", "`tides.py`", "null", "see **this**: x", "x: y"])


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.lists(VALUES, min_size=3, max_size=5), min_size=3, max_size=8),
    FORMS,
    st.sampled_from(["##", "###"]),
    st.tuples(st.integers(0, 1), st.integers(1, 2)),
    st.tuples(
        st.sampled_from(["", "# Issues\n\nFound some:\n\n", "Found\n"]),
        st.sampled_from(["", "\n", "\n\nMore with page 2.", "\n\n## Next steps\n\n- ask"]),
    ),
)
def test_the_rows_are_what_the_sections_say(
    rows: list[list[str]], form: tuple[str, str], level: str, blanks: tuple[int, int], around: tuple[str, str]
) -> None:
    (before, after), (gap, between), (above, below) = form, blanks, around
    blocks = [
        "\n".join(
            [f"{level} Ship {n}", *[""] * gap, *(f"{before}key {k}{after} {value}" for k, value in enumerate(values))]
        )
        for n, values in enumerate(rows)
    ]
    lines = (above + ("\n" + "\n" * between).join(blocks) + below).split("\n")
    found = sections(lines)
    assert found is not None
    assert begins(lines[:40])
    assert [[str(value) for value in row.values()] for row in found.rows] == [
        [f"Ship {n}", *values] for n, values in enumerate(rows)
    ]
    assert lines[: found.first] == above.split("\n")[:-1]
    assert "\n".join(["", *lines[found.end :]]) == (below or "")


SHIP = "## Ship {}\n**Berth**: 7\n**Flag**: NO\n**Length**: 4{}"


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(SHIP.format(n, n) for n in range(2)),
        "\n\n".join(f"## Ship {n}\n**Berth**: 7\n**Flag**: NO" for n in range(5)),
        "\n\n".join(f"{SHIP.format(n, n)}\nShe waits at the roads." for n in range(5)),
        "\n\n".join(f"## Ship {n}\n**A{n}**: 7\n**B{n}**: 7\n**C{n}**: 7" for n in range(5)),
        "\n\n".join(f"Ship {n}\n**Berth**: 7\n**Flag**: NO\n**Length**: 4" for n in range(5)),
    ],
    ids=["two", "two fields", "words below", "other fields in each", "no titles"],
)
def test_other_markdown_is_none(text: str) -> None:
    assert sections(text.split("\n")) is None


def test_what_stands_around_the_sections_stays() -> None:
    text = "# Ships\n\n" + "\n\n".join(SHIP.format(n, n) for n in range(12)) + "\n\nAsk for page 2."
    table = TableCompressor()
    assert table.score(text, NO_HINT) == 0.9
    made = table.compress(text, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.lossless
    assert made.note.startswith('sections as rows, "**key**: value", all values are texts')
    assert made.text.startswith('# Ships\n\nall rows, after "##": Berth=7, Flag="NO"\n')
    assert made.text.endswith("\nShip 11,411\n\nAsk for page 2.")

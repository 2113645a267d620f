"""Snapshots of pages: all that a page says can be read, and all that can be done there can be referred to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors.snapshot import SnapshotCompressor
from headroom.messages import NO_HINT

WORD = st.text("abcdefghij XYZ.,-'\"é0123456789", min_size=1, max_size=20).map(str.strip).filter(bool)
ACTED_ON = ["link", "button", "textbox", "checkbox", "combobox", "tab"]


@st.composite
def elements(draw: st.DrawFn) -> list[tuple[int, str, str, bool]]:
    """Depth, role, name or text, and whether it has a pointer; in the order of a document."""
    out: list[tuple[int, str, str, bool]] = []
    depth = 0
    for _ in range(draw(st.integers(12, 40))):
        role = draw(
            st.sampled_from(
                [*ACTED_ON, "text", "generic", "list", "listitem", "row", "cell", "heading", "paragraph", "img"]
            )
        )
        depth = (
            draw(st.integers(0, min(depth + 1, 6)))
            if out and out[-1][1] != "text"
            else draw(st.integers(0, max(depth, 0)))
        )
        out.append((depth, role, draw(WORD), draw(st.booleans()) and role != "text"))
    return out


def written(page: list[tuple[int, str, str, bool]]) -> str:
    """The page as Playwright writes it."""
    lines = []
    for n, (depth, role, said, pointer) in enumerate(page):
        below = n + 1 < len(page) and page[n + 1][0] > depth
        if role == "text":
            lines.append(f"{'  ' * depth}- text: {json.dumps(said, ensure_ascii=False)}")
            continue
        name = (
            ""
            if role in ("generic", "list", "listitem", "row", "paragraph")
            else f" {json.dumps(said, ensure_ascii=False)}"
        )
        head = f"{role}{name} [ref=e{n}]" + (" [cursor=pointer]" if pointer else "")
        quoted = "'" + head.replace("'", "''") + "'" if ": " in head or "'" in head else head
        lines.append(f"{'  ' * depth}- {quoted}" + (":" if below or role == "link" else ""))
        if role == "link":
            lines.append(f"{'  ' * (depth + 1)}- /url: /p{n}")
    return "\n".join(lines)


def compressed(text: str, effort: Effort) -> Rendition:
    return SnapshotCompressor().compress(text, NO_HINT, Limits(effort=effort))


@given(elements())
def test_all_that_is_said_and_all_that_can_be_acted_on_is_shown(page: list[tuple[int, str, str, bool]]) -> None:
    made = compressed(written(page), Effort.MEDIUM)
    shown = " ".join(made.text.replace("\\", "").split())
    words = set(re.findall(r"\w+", made.text))
    for n, (_, role, said, pointer) in enumerate(page):
        named = role not in ("generic", "list", "listitem", "row", "paragraph")
        if named:
            assert " ".join(said.replace("\\", "").split()) in shown
        if (role in ACTED_ON or pointer) and made.text != written(page):
            assert f"e{n}" in words
        if role == "link":
            assert f"/p{n}" in made.text


def respelt(text: str, note: str) -> Iterator[str]:
    """The source again, by what the note says."""
    m = re.search(r"all of ([\w, ]+): \[cursor=pointer\]", note)
    pointed = m[1].split(", ") if m else []
    for line in text.split("\n"):
        m = re.fullmatch(
            r"( *- '?(\w+)(?: \"(?:[^\"\\]|\\.)*\")?) (e\d+)( \[cursor=pointer\])?('?)(?: → (\S+)|(:?))(.*)", line
        )
        if m is None:
            yield line
            continue
        pointer = " [cursor=pointer]" if m[2] in pointed else m[4] or ""
        yield f"{m[1]} [ref={m[3]}]{pointer}{m[5]}{':' if m[6] else m[7]}{m[8]}"
        if m[6]:
            yield f"{' ' * (len(line) - len(line.lstrip(' ')) + 2)}- /url: {m[6]}"


@given(elements())
def test_without_loss_the_source_can_be_written_again(page: list[tuple[int, str, str, bool]]) -> None:
    text = written(page)
    made = compressed(text, Effort.LIGHT)
    assert made.lossless
    if made.text != text:
        assert "\n".join(respelt(made.text, made.note)) == text


ROWS = """- table [ref=e1]:
  - rowgroup [ref=e2]:
    - row "Order State" [ref=e3]:
      - columnheader "Order" [ref=e4]
      - columnheader "State" [ref=e5] [cursor=pointer]
    - row "#1 paid Edit" [ref=e6]:
      - cell "#1" [ref=e7]:
        - link "#1" [ref=e8] [cursor=pointer]:
          - /url: /orders/1
      - cell "paid" [ref=e9]
      - cell "Edit" [ref=e10]:
        - button "Edit" [ref=e11]
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROWS, ["table", " | Order | State e5 |", ' | link "#1" e8 → /orders/1 | paid | button "Edit" e11 |']),
        (
            '- paragraph [ref=e1]:\n  - text: Call\n  - code [ref=e2]: open()\n  - text: or\n  - link "guide" [ref=e3]:\n    - /url: /g\n  - text: on.',
            ['Call `open()` or link "guide" e3 → /g on.'],
        ),
        (
            '- generic [ref=e1]:\n  - generic [ref=e2]:\n    - heading "Ships" [level=2] [ref=e3]\n    - generic [ref=e4]: 12 in all',
            ["## Ships", "12 in all"],
        ),
        (
            "- list [ref=e1]:\n  - listitem [ref=e2]:\n    - text: One\n    - list [ref=e3]:\n      - listitem [ref=e4]: Two",
            ["- One", " - Two"],
        ),
        ('- \'link "a: b" [ref=e1] [cursor=pointer]\':\n  - /url: "#x"\n  - text: "a: b"', ['link "a: b" e1 → #x']),
        (
            '- generic [ref=e1] [cursor=pointer]: Menu\n- tab "Open" [selected] [ref=e2]',
            ["Menu e1", 'tab "Open" [selected] e2'],
        ),
    ],
)
def test_how_a_page_reads(text: str, expected: list[str]) -> None:
    many = "\n".join(f'- img "filler {n}" [ref=f{n}]' for n in range(12))
    made = compressed(f"{many}\n{text}".rstrip(), Effort.MEDIUM)
    assert made.text.split("\n")[12:] == expected


def test_texts_of_devtools_that_go_on_are_one_text() -> None:
    text = "\n".join(
        ["## Latest page snapshot", 'uid=1_0 RootWebArea "Yard" url="http://a.test/"']
        + [f'  uid=1_{n} link "Berth {n}" url="http://a.test/yard/berths/{n}"' for n in range(1, 12)]
        + [
            '  uid=1_20 "Call "',
            '  uid=1_21 "open()"',
            '  uid=1_22 " first.',
            'Then wait."',
            '  uid=1_23 "Done"',
            "## Other",
        ]
    )
    made = compressed(text, Effort.MEDIUM)
    assert made.note.endswith("; … = http://a.test/yard/berths/")
    assert 'link "Berth 7" 1_7 → …7' in made.text
    assert made.text.split("\n")[-4:] == [" Call open() first.", "Then wait.", " Done", "## Other"]


def test_a_text_of_many_lines_is_one_text() -> None:
    links = [f'uid=1_{n} heading "Berth {n}" level="2"' for n in range(40)]
    log = [f"line {n} of a log" for n in range(2_000)]
    made = compressed("\n".join([*links, 'uid=1_50 "begins', *log, 'ends"', 'uid=1_51 button "Go"']), Effort.MEDIUM)
    assert made.text.split("\n")[39:] == ["## Berth 39", "begins", *log, "ends", 'button "Go" 1_51']


def test_what_is_no_snapshot_is_left_to_others() -> None:
    assert SnapshotCompressor().score("- a\n- b: [ref=1]\n" * 20, NO_HINT) == 0.0
    assert SnapshotCompressor().score("\n".join(f"uid={n} user logged in" for n in range(40)), NO_HINT) == 0.0


def test_a_reference_that_is_left_out_can_be_had_back() -> None:
    store = MemoryStore()
    text = "\n".join(f'- heading "Part {n}" [level=2] [ref=e{n}]' for n in range(60))
    engine = Headroom(store=store, profile="balanced")
    result = engine.compress_text(text)
    assert "e41" not in result.text
    assert "[ref=e41]" in str(engine.retrieve(str(result.block.id), grep="Part 41"))

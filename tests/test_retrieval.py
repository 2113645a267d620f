"""Slices: coordinates, counts, provable absence, the token budget, and that following `next` reaches everything once."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.exceptions import SliceError
from headroom.retrieval import Slice, cut

ID = "hr_9f2c41d07ab3"
LOG = "\n".join(f"{n:04} {'ERROR disk' if n % 700 == 0 else 'INFO ok'} job-{n}" for n in range(1, 2001)) + "\n"
ITEMS = json.dumps({"n": 2, "page": {"items": [{"id": i, "name": f"n{i}", "v": 1.5} for i in range(300)]}}, indent=1)

any_text = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("ab\n\n\r\0⋯│\ud800")), max_size=200)


def tokens(text: str) -> int:
    """A counter that is stricter than any real one: a token for up to four word characters and for each other one."""
    return len(re.findall(r"\w{1,4}|\W", text))


def get(text: str, **selectors: Any) -> Slice:
    return cut(text, id=ID, count=tokens, **selectors)


def arguments(following: str) -> dict[str, Any]:
    spelled: dict[str, Any] = eval(f"dict({following})")  # as the arguments of a call
    return spelled


def pages(text: str, **selectors: Any) -> list[Slice]:
    out = [get(text, **selectors)]
    while (following := out[-1].next) is not None:
        out.append(get(text, max_tokens=selectors.get("max_tokens", 2000), **arguments(following)))
        assert len(out) < 5_000
    return out


def spans(pages: list[Slice]) -> list[tuple[str, int, str]]:
    """(label, first character, text) of each unit that is shown; texts here hold no "│" and no line that is a "⋯"."""
    out = []
    for page in pages:
        at = 0
        for line in page.text.split("\n")[1:]:
            note = re.match(r"⋯ \w+ .*: chars (\d+)-\d+ of \d+$", line)
            label, bar, body = line.partition("│")
            if note:
                at = int(note[1])
            elif bar:
                out.append((label, at, body))
                at = 0
    return out


def test_the_first_line_says_what_is_shown_and_lines_carry_their_numbers() -> None:
    got = get(LOG, lines="120-121,400")
    assert got.text == (
        f"[{ID} · lines 120-121, 400, 3 of 2,000]\n"
        "120│0120 INFO ok job-120\n121│0121 INFO ok job-121\n⋯\n400│0400 INFO ok job-400"
    )
    assert (got.matched, got.total, got.shown, got.unit, got.next, got.complete) == (3, 2000, 3, "lines", None, True)


def test_grep_shows_the_matching_lines_between_their_neighbours() -> None:
    got = get(LOG, grep="ERROR", lines="1-700")
    assert got.text.split("\n") == [
        f'[{ID} · grep "ERROR": 1 matching line in 700 of 2,000 lines]',
        "699│0699 INFO ok job-699",
        "700│0700 ERROR disk job-700",
    ]


def test_absence_is_said_with_what_was_searched() -> None:
    assert get(LOG, grep="FATAL").text == f'[{ID} · grep "FATAL": 0 matches in all 2,000 lines]'
    assert get(LOG, grep="ERROR", lines="1-9").text == f'[{ID} · grep "ERROR": 0 matches in 9 of 2,000 lines]'
    assert get(LOG, query="zebra").text == f'[{ID} · query "zebra": 0 matches in all 2,000 lines]'
    assert get(LOG, lines="5000").text == f"[{ID} · no such lines: there are 2,000]"


def test_the_status_line_says_how_to_go_on() -> None:
    got = get(LOG, grep="job", max_tokens=150)
    status = got.text.split("\n")[0]
    assert (got.matched, got.total, got.complete) == (2000, 2000, False)
    assert status == (
        f'[{ID} · grep "job": {got.shown} of 2,000 matching lines in all 2,000 lines; '
        f'next: headroom_retrieve("{ID}", grep="job", lines="{got.shown + 1}-")]'
    )


def test_a_short_original_comes_whole_and_an_empty_one_says_so() -> None:
    assert get("a\r\nb").text == f"[{ID} · all 2 lines, as they are]\na\r\nb"
    assert get("").text == f"[{ID} · the original is empty]\n"
    assert cut("a", count=tokens).text == "[all 1 line, as they are]\na"


@settings(max_examples=300, deadline=None)
@given(text=any_text)
def test_without_a_budget_the_whole_text_is_there(text: str) -> None:
    got = get(text, max_tokens=None)
    assert text in got.text
    assert got.complete


@settings(max_examples=500, deadline=None)
@given(
    text=any_text,
    budget=st.integers(64, 120),
    grep=st.sampled_from([None, "a", "^", "[ab]{2}", "b|\0"]),
    data=st.data(),
)
def test_the_budget_holds_and_following_next_ends(
    text: str, budget: int, grep: str | None, data: st.DataObject
) -> None:
    query = data.draw(st.sampled_from([None, "a b", "aa"]))
    lines = data.draw(st.sampled_from([None, "2-", "1,3-5,4-9"]))
    for page in pages(text, grep=grep, query=query, lines=lines, max_tokens=budget):
        assert tokens(page.text) <= budget
        assert page.complete == (page.next is None)


plain_lines = st.lists(st.text(alphabet="ab c\r\0é漢\ud800", max_size=150), max_size=12)


@settings(max_examples=300, deadline=None)
@given(lines=plain_lines, budget=st.integers(64, 100))
def test_following_next_reaches_every_character_exactly_once(lines: list[str], budget: int) -> None:
    text = "\n".join([*lines, ""])
    shown: dict[int, str] = {}
    for label, at, body in spans(pages(text, lines="1-", max_tokens=budget)):
        assert at == len(shown.get(int(label), ""))
        shown[int(label)] = shown.get(int(label), "") + body
    assert shown == dict(enumerate(text.split("\n")[:-1], 1))


@settings(max_examples=200, deadline=None)
@given(
    lines=st.lists(st.sampled_from(["aa", "ab", "b", "", "a" * 30]), max_size=60),
    ranges=st.sampled_from(["1-", "3-20,25-40"]),
)
def test_following_next_shows_every_match_exactly_once(lines: list[str], ranges: str) -> None:
    text = "\n".join([*lines, "z"])
    chosen = [n for n in range(1, len(lines) + 1) if ranges == "1-" or 3 <= n <= 20 or 25 <= n <= 40]
    for selector in ({"grep": "a"}, {"query": "aa b"}):
        found = [(int(n), body) for n, _, body in spans(pages(text, lines=ranges, max_tokens=90, **selector))]
        numbers = [n for n, _ in found]
        assert len(set(numbers)) == len(numbers)
        assert all(lines[n - 1] == body for n, body in found if n <= len(lines))
        if "grep" in selector:
            assert {n for n in chosen if "a" in lines[n - 1]} <= set(numbers)


def test_a_line_longer_than_the_budget_is_shown_in_parts() -> None:
    first, second, *rest = pages("head\n" + "x" * 3000 + "\ntail", lines="2-", max_tokens=100)
    end = arguments(first.next or "")["lines"]
    assert re.fullmatch(r"2@\d+-,3-", end)
    offset = int(end[2:-4])
    assert f"⋯ line 2: chars 0-{offset} of 3000\n2│xxx" in first.text
    assert f"⋯ line 2: chars {offset}-" in second.text
    assert rest[-1].text.endswith("3│tail")


def test_grep_in_a_long_line_shows_the_place_of_each_match() -> None:
    text = "-" * 5000 + "needle" + "-" * 5000 + "needle" + "-" * 5000
    got = pages(text, grep="needle", max_tokens=500)
    assert len(got) == 2
    assert all("needle" in page.text for page in got)


def test_a_query_picks_the_lines_with_its_rare_words_in_source_order() -> None:
    got = get(LOG, query="what about job-1400 and job-7 ok?")
    assert [n for n, _, _ in spans([got])] == ["6", "7", "8", "1399", "1400", "1401"]
    assert got.matched == 2


def test_a_quoted_phrase_of_a_query_outweighs_its_words() -> None:
    rows = json.dumps([{"title": f"Test issue {i}"} for i in range(1, 60)])
    assert (
        spans([get(rows, query='What is the state of "Test issue 5"?', max_tokens=70)])[0][2]
        == '{"title": "Test issue 5"}'
    )


def test_rows_are_complete_json_with_their_index_from_0() -> None:
    assert get(ITEMS, rows="0,298-").text.split("\n") == [
        f"[{ID} · rows 0, 298-299 of page.items, 3 of 300]",
        '0│{"id":0,"name":"n0","v":1.5}',
        "⋯",
        '298│{"id":298,"name":"n298","v":1.5}',
        '299│{"id":299,"name":"n299","v":1.5}',
    ]
    assert get(ITEMS, query="n17").text.endswith('17│{"id":17,"name":"n17","v":1.5}')
    assert get(ITEMS, rows="0-9", grep='"id": 7').text.endswith('7│{"id":7,"name":"n7","v":1.5}') is False
    assert get(ITEMS, rows="0-9", grep='"id":7').text.endswith('7│{"id":7,"name":"n7","v":1.5}')


@pytest.mark.parametrize("budget", [64, 100, 400])
def test_following_next_reaches_every_row_and_every_value_once(budget: int) -> None:
    rows = spans(pages(ITEMS, rows="0-", max_tokens=budget))
    whole: dict[str, str] = {}
    for label, _, body in rows:
        whole[label] = whole.get(label, "") + body
    assert [json.loads(row)["id"] for row in whole.values()] == list(range(300))
    values = spans(pages(ITEMS, fields=["page.items[].id"], max_tokens=budget))
    assert [(label, body) for label, _, body in values] == [(f"page.items[{i}].id", str(i)) for i in range(300)]


def test_values_keep_their_spelling_duplicate_keys_and_order() -> None:
    text = '[{"n":1.50e+0,"s":"\\u00e9","n":-0.0,"big":123456789012345678901234567890,"x":null}]'
    assert get(text, rows="0").text.endswith("0│" + text[1:-1])
    assert get(text, fields=["n", "s", "big"]).text.split("\n")[1:] == [
        "[0].n│1.50e+0",
        '[0].s│"\\u00e9"',
        "[0].n│-0.0",
        "[0].big│123456789012345678901234567890",
    ]


def test_fields_are_addressed_by_dotted_paths() -> None:
    text = json.dumps({"a": {"b": 1}, "a.b": 2, "rows": [{"name": "x"}, {"name": "y"}, {"z": {"w": 3}}], "": 4})

    def shown(*paths: str) -> list[str]:
        return get(text, fields=paths).text.split("\n")[1:]

    assert shown("a.b") == ['["a.b"]│2']
    assert shown('["a.b"]', "a") == ['["a"]│{"b": 1}', '["a.b"]│2']
    assert shown("rows[1].name") == ['rows[1].name│"y"']
    assert (
        shown("rows[].name")
        == shown("rows.name")
        == shown("rows[0-1].name")
        == ['rows[0].name│"x"', 'rows[1].name│"y"']
    )
    assert shown("$.rows[2-].z.w") == ["rows[2].z.w│3"]
    assert shown("a.zzz", "rows[9]") == []
    assert "0 values at zzz; keys there: a, a.b, rows" in get(text, fields=["zzz"]).text


def test_json_lines_are_addressed_by_rows_and_fields() -> None:
    text = '{"id": 1, "t": "a"}\n\n{"id": 2}\n{"id": 3, "cut'
    assert get(text, rows="1-").text.endswith('1│{"id": 2}\n2│{"id": 3, "cut')
    assert get(text, fields=["id"]).text.endswith("[0].id│1\n[1].id│2")
    assert get(text, fields=["rows[1].id"]).text.endswith("\n[1].id│2")
    assert get('[{"id":1},{"id":2},{"id":3}]', fields=["id"], rows="1-").text.endswith("\n[1].id│2\n[2].id│3")


@pytest.mark.parametrize(
    ("text", "selectors", "message"),
    [
        (LOG, {"lines": "12-3"}, "runs backwards"),
        (LOG, {"lines": "0"}, "below 1"),
        (LOG, {"lines": "all"}, "write e.g. lines='120-180"),
        (LOG, {"lines": ""}, "no range"),
        (LOG, {"lines": "9" * 5000}, "no range"),
        (LOG, {"grep": "("}, "no Python regular expression"),
        (LOG, {"max_tokens": 63}, "64"),
        (LOG, {"fields": ["a"]}, "no JSON"),
        (LOG, {"rows": "1"}, "no JSON array"),
        (ITEMS, {"rows": "1", "lines": "1"}, "one of them"),
        (ITEMS, {"fields": ["page[x"]}, "no path"),
        (ITEMS, {"fields": ["id"], "rows": "1"}, "an array"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_a_remedy(text: str, selectors: dict[str, Any], message: str) -> None:
    with pytest.raises(SliceError, match=re.escape(message)):
        get(text, **selectors)


def test_json_nested_100_000_deep_is_text() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert get(deep, lines="1").shown == 1
    assert get(deep, query="word").matched == 0
    with pytest.raises(SliceError, match="nested too deeply"):
        get(deep, fields=["a"])
    with pytest.raises(SliceError, match="no JSON array"):
        get(deep, rows="0")


def test_a_counter_that_leaves_no_room_is_an_error_and_never_a_broken_promise() -> None:
    with pytest.raises(SliceError, match="no room"):
        cut("x" * 100, id=ID, count=lambda _: 1000, max_tokens=100)


def test_colours_hide_nothing_from_grep_and_query() -> None:
    text = "\x1b[31mFA\x1b[1mIL\x1b[0m cart.ts\n\x1b[32mPASS\x1b[0m menu.ts\nplain"
    assert 'grep "^FAIL cart": 1 matching line' in get(text, grep="^FAIL cart").text
    assert 'query "pass": 1 matching line' in get(text, query="pass").text
    assert "0 matches" in get(text, grep="^IL").text


def test_lists_that_python_prints_have_rows_and_fields() -> None:
    text = str([{"name": f"quay {n}", "ok": n != 3, "note": None, "said": 'it\'s "n"'} for n in range(9)])
    assert '7│{"name": "quay 7", "ok": true, "note": null, "said": "it\'s \\"n\\""}' in get(text, rows="7").text
    assert "[3].ok│false" in get(text, fields=["[3].ok"]).text


NESTED = {
    "data": {"ships": {"edges": [{"node": {"sku": f"P-{n}", "gone": None if n % 9 else "2024"}} for n in range(30)]}},
    "packages": {f"node_modules/p{n}": {"version": f"1.{n}", **({"old": "yes"} if n == 4 else {})} for n in range(30)},
    "funding": [{"url": "x"}],
}


def test_the_columns_of_a_table_within_a_document_are_fields() -> None:
    """As the visible text names them: below what holds the rows, and for the members of an object that is a table."""
    found = get(json.dumps(NESTED), fields=["node.sku"], max_tokens=None)
    assert found.total == 30
    assert 'data.ships.edges[7].node.sku│"P-7"' in found.text
    old = get(json.dumps(NESTED), fields=["packages.old"], max_tokens=None)
    assert (old.total, 'packages.node_modules/p4.old│"yes"' in old.text) == (1, True)
    assert get(json.dumps(NESTED), fields=["nowhere.at"]).total == 0


def test_a_query_searches_all_of_a_document_and_not_a_small_array_in_it() -> None:
    text = json.dumps(NESTED, indent=1)
    found = get(text, query="node_modules/p17")
    assert '"node_modules/p17": {' in found.text
    assert "0 matches in all 286 lines" in get(text, query="lodash").text


def test_what_stands_beside_the_rows_is_found_too() -> None:
    text = json.dumps({"errors": ["quay is closed"], "rows": [{"id": n, "name": f"ship {n}"} for n in range(50)]})
    assert "1 matching row" in get(text, query="ship 44").text
    assert "quay is closed" in get(text, query="closed").text

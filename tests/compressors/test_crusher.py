from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._flow import parse, parse_most
from headroom.compressors.crusher import SmartCrusher, _render
from headroom.messages import NO_HINT, Hint
from tests.compressors.decode import decode, plain

DATA = Path(__file__).parents[1] / "data" / "json"
CRUSHER = SmartCrusher()


def crush(text: str, effort: Effort = Effort.LOSSLESS, query: str | None = None) -> Rendition:
    return CRUSHER.compress(text, Hint(query=query) if query else NO_HINT, Limits(effort=effort))


def assert_same_values(text: str, query: str | None = None) -> Rendition:
    parsed = parse(text)
    assert parsed is not None
    value, is_lines = parsed
    # Not through `compress`, which leaves alone what is not shorter: the spelling has to be exact for short texts too.
    made = _render(value, is_lines, Hint(query=query), Limits())
    assert plain(decode(made.text, is_lines=is_lines)) == plain(value), made.text
    return made


WORDS = st.sampled_from(
    ["", "a", "null", "true", "1", "1.0", "-0", " x", "x ", "a,b", "a\tb", 'say "hi"', "x\ny", "{", "}", "[1]", "=x", "<a>", "@a",
     "~", "#1", "⋯ rows 1-2", "a.b", "a:b", "é\u2028", "\ud800", "\x00", "https://h.test/a/b", "https://h.test/a/{id}", "2024-01-02"]
)  # fmt: skip
STRINGS = WORDS | st.text(max_size=6)
KEYS = st.sampled_from(["id", "name", "a", "b", "a.b", "", "x y", '"', "1", "user", "url", "é", "..", "a@", "k=v"])
NUMBERS = st.sampled_from(
    ["0", "-0", "1", "1.0", "1e5", "1E+5", "12345678901234567890123", "0.10", "-1.5e-7", "NaN", "Infinity"]
)
SCALARS = st.one_of(STRINGS.map(json.dumps), NUMBERS, st.sampled_from(["null", "true", "false"]))


def _objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(KEYS, inner), max_size=6)
    return pairs.map(lambda ps: "{" + ", ".join(f"{json.dumps(k)}: {v}" for k, v in ps) + "}")


def _arrays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, max_size=6).map(lambda xs: "[" + ", ".join(xs) + "]")


DOCUMENTS = st.recursive(SCALARS, lambda inner: _objects(inner) | _arrays(inner), max_leaves=40)


@st.composite
def tables(draw: st.DrawFn) -> list[str]:
    """Rows of much the same keys, with the odd one out."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=6, unique=True))
    kinds = [draw(st.sampled_from(["fixed", "any", "string", "number", "few", "built", "object"])) for _ in keys]
    few = draw(st.lists(SCALARS, min_size=1, max_size=3))
    rows = []
    for i in range(draw(st.integers(2, 30))):
        pairs = []
        for key, kind in zip(keys, kinds, strict=True):
            if kind == "fixed":
                value = few[0]
            elif kind == "few":
                value = draw(st.sampled_from(few))
            elif kind == "built":
                value = json.dumps(f"https://x.test/items/{i}/<{draw(st.sampled_from(['', 'a']))}")
            elif kind == "object":
                value = draw(_objects(SCALARS))
            else:
                value = draw({"any": DOCUMENTS, "string": STRINGS.map(json.dumps), "number": NUMBERS}[kind])
            if draw(st.integers(0, 20)):
                pairs.append(f"{json.dumps(key)}:{value}")
        if not draw(st.integers(0, 20)):
            pairs.reverse()
        rows.append("{" + ",".join(pairs) + "}")
    return rows


@settings(max_examples=500, deadline=None)
@given(DOCUMENTS.filter(lambda t: t[0] in "{["))
def test_any_document_comes_back_with_the_same_values(text: str) -> None:
    assert_same_values(text)


@settings(max_examples=500, deadline=None)
@given(tables(), st.sampled_from(["array", "lines", "inside", "indented", "map", "map inside"]))
def test_any_array_of_objects_comes_back_with_the_same_values(rows: list[str], shape: str) -> None:
    entries = "{" + ",".join(f"{json.dumps(f'k{i * i % 83}')}: {row}" for i, row in enumerate(rows)) + "}"
    text = {
        "map": entries,
        "map inside": '{"count": 3, "deps": ' + entries + ', "next": null}',
        "array": "[" + ",".join(rows) + "]",
        "lines": "\n".join(rows) + "\n",
        "inside": '{"count": 3, "results": [' + ",".join(rows) + '], "next": null}',
        "indented": "[\n    " + ",\n    ".join(rows) + "\n]",
    }[shape]
    assert_same_values(text)


def test_number_spelling_key_order_and_duplicate_keys_survive() -> None:
    row = '{"b": 1.0, "a": -0, "b": 1e5, "n": 123456789012345678901234567890, "s": "1.0", "z": null, "t": "null"}'
    made = assert_same_values("[" + ",".join([row] * 3) + "]")
    assert "1.0" in made.text
    assert "123456789012345678901234567890" in made.text


def test_missing_null_and_empty_differ() -> None:
    rows = ['{"id": 1, "v": null}', '{"id": 2}', '{"id": 3, "v": ""}', '{"id": 4, "v": "null"}', '{"id": 5, "v": "x"}']
    made = assert_same_values("[" + ",".join(rows) + "]")
    assert made.text.split("\n")[1:] == ["1,null", "2,", '3,""', '4,"null"', "5,x"]
    assert "empty: key absent" in made.note


def test_keys_with_dots_do_not_collide_with_nested_keys() -> None:
    rows = [f'{{"a": {{"b": {i}}}, "a.b": {i + 1}}}' for i in range(4)]
    made = assert_same_values("[" + ",".join(rows) + "]")
    assert made.text.startswith('4 rows: a.b,"a.b"\n')


def test_a_lone_surrogate_survives_and_stays_escaped() -> None:
    made = assert_same_values('[{"a": "\\ud83d", "b": "\\ud83d\\ude00"}, {"a": "x", "b": "y"}]')
    made.text.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "{a: None}",
        "[INFO] started",
        "{not json}",
        '{"a": 1} trailing',
        "[1, 2",
        "",
        "[",
        "{}x",
        "plain",
        '{"a": 1}\n{"b": 2\n',
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "[" * 800 + "]" * 800,
    ],
)
def test_what_cannot_be_read_stays_as_it_is(text: str) -> None:
    assert crush(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "{a: None, b: [1]}",
        "[INFO] started\n" * 40,
        "plain words",
        "",
        "[a](b)\n" * 9,
        "[1] see [2]",
        "[2024-01-02 10:00:00,1] a\n[x]",
        "[",
        "]",
    ],
)
def test_what_does_not_look_like_json_scores_nothing(text: str) -> None:
    assert CRUSHER.score(text, NO_HINT) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1}]',
        '\ufeff {"a": [1, 2]}\n',
        "[1, 2, 3]",
        "[null, 1]",
        "[-1.5e3 , 2]",
        '{"a": 1}\n{"a": 2}\n',
        "[[1], [2]]",
    ],
)
def test_what_looks_like_json_scores_high(text: str) -> None:
    assert CRUSHER.score(text, NO_HINT) > 0.9


def test_what_must_stay_byte_exact_does_or_nothing_changes() -> None:
    text = json.dumps([{"id": i, "note": f"Caf\u00e9 number {i}"} for i in range(20)])
    exact = Limits(keep=re.compile(r'"note": "Caf\\u00e9 number 7"'))
    assert CRUSHER.compress(text, NO_HINT, exact).text == text
    loose = CRUSHER.compress(text, NO_HINT, Limits(keep=re.compile("number 7")))
    assert loose.text == text or "number 7" in loose.text


def events(count: int) -> list[dict[str, object]]:
    return [
        {
            "id": f"ev-{i:05d}",
            "state": "failed" if i == 371 else "ok",
            "ms": 40 + i * 37 % 23 if i != 555 else 98_765,
            "region": "eu" if i % 2 else "us",
            "text": f"request {i * 7919 % 10007} handled by worker",
        }
        for i in range(count)
    ]


@pytest.mark.parametrize("shape", ["array", "inside"])
@pytest.mark.parametrize("effort", [Effort.LIGHT, Effort.MEDIUM, Effort.STRONG])
def test_rows_that_tell_something_are_always_shown(effort: Effort, shape: str) -> None:
    rows = events(3000)
    value: object = rows if shape == "array" else {"total": 3000, "items": rows, "next": None}
    made = crush(json.dumps(value), effort, "what happened to ev-01234?")
    hidden = {i for elision in made.elisions for a, b in elision.ranges for i in range(a, b + 1)}
    assert len(hidden) == sum(elision.count for elision in made.elisions)
    assert not hidden & {0, 1, 2, 371, 555, 1234, 2997, 2998, 2999}
    assert "98765" in made.text
    assert "ev-01234" in made.text
    assert not made.lossless
    for elision in made.elisions:
        assert f"⋯ {elision.count:,} rows not shown" in made.text
        assert re.match("(items )?rows [0-9]+-[0-9]+: (state|ms) .*; all different: id", elision.summary)
        assert elision.summary.startswith("items ") == (shape == "inside")


@settings(max_examples=60, deadline=None)
@given(st.integers(30, 200), st.integers(0, 10_000), st.sampled_from([Effort.MEDIUM, Effort.STRONG]))
def test_every_shown_row_is_a_row_of_the_source_at_its_own_number(count: int, seed: int, effort: Effort) -> None:
    rows = [{"id": i, "v": (i * seed) % 1009, "s": f"word{(i * seed) % 7}", "w": "x" * (i % 90)} for i in range(count)]
    made = crush(json.dumps(rows), effort)
    if not made.elisions:
        return
    hidden = {i for a, b in made.elisions[0].ranges for i in range(a, b + 1)}
    shown = [i for i in range(count) if i not in hidden]
    body = [re.sub(rf"^{count} rows: ", f"{len(shown)} rows: ", line) for line in made.text.split("\n")]
    whole = "\n".join([re.sub(r"^\d+│", "", line) for line in body if line[0] != "⋯"])
    assert plain(decode(whole)) == plain(parse(json.dumps([rows[i] for i in shown]))[0])  # type: ignore[index]


@pytest.mark.parametrize("case", sorted(p.stem for p in DATA.glob("*.in")))
def test_golden_pairs_read_as_they_should(case: str) -> None:
    options = DATA / f"{case}.json"
    given_ = json.loads(options.read_text("utf-8")) if options.exists() else {}
    source = (DATA / f"{case}.in").read_text("utf-8")
    made = crush(source, Effort[given_.get("effort", "LIGHT")], given_.get("query"))
    assert f"{made.note}\n{made.text}\n" == (DATA / f"{case}.out").read_text("utf-8")


def test_what_python_prints_is_spelled_as_json_is() -> None:
    rows = [{"id": i, "name": f"it's {i}", "ok": i % 2 == 0, "note": None} for i in range(12)]
    made = crush(repr(rows), Effort.STRONG)
    assert CRUSHER.score(repr(rows), NO_HINT) > 0.6
    assert made.note == "Python literals"
    assert made.lossless
    assert plain(decode(made.text)) == plain(parse(json.dumps(rows))[0])  # type: ignore[index]
    for text in (repr([(1, 2), {"a": "b" * 50}]), "['a' is not closed", repr({"when": range(3), "what": "x" * 50})):
        assert crush(text, Effort.STRONG).text == text


def test_of_very_many_rows_that_python_prints_some_are_shown_and_all_can_be_had() -> None:
    rows = [{"id": n, "name": f"quay {n * 7919 % 997}", "open": n % 2 == 0, "note": None} for n in range(300)]
    engine = Headroom(store=MemoryStore(), profile="balanced")
    result = engine.compress_text(str(rows))
    assert "rows not shown" in result.text
    assert result.block.id is not None
    assert json.loads(engine.retrieve(result.block.id, rows="171").partition("│")[2]) == rows[171]


def logged(count: int = 120) -> list[str]:
    kinds = ["cache.get", "http.request", "job.done"]
    return [json.dumps({"at": 1000 + n, "kind": kinds[n % 3], "ms": n * 7 % 40, "id": f"e{n}"}) for n in range(count)]


ODD = ['{"at": 1050, "ki', "listening on :8080", "null", "⋯ lines 1-9", '"a text"', "  indented", "=x", "a,b"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 118), st.sampled_from(ODD)), min_size=1, max_size=8))
def test_lines_that_are_no_json_stand_among_the_others_at_their_places(odd: list[tuple[int, str]]) -> None:
    lines = logged()
    for at, line in odd:
        lines[at] = line
    made = crush("\n".join(lines) + "\n")
    assert made.lossless
    parsed = parse("\n".join(lines))
    assert plain(decode(made.text)) == plain(parsed[0] if parsed else parse_most("\n".join(lines)))
    assert len(made.text) < 0.6 * sum(map(len, lines))


def test_rows_beside_a_broken_line_are_told_by_their_lines() -> None:
    lines = logged(400)
    lines[200] = lines[200][:25]
    lines[300] = (
        lines[300].replace("cache.get", "oom.kill").replace("job.done", "oom.kill").replace("http.request", "oom.kill")
    )
    engine = Headroom(store=MemoryStore(), profile="balanced")
    result = engine.compress_text("\n".join(lines))
    assert f"\n201│⋯ no JSON: {lines[200]}\n" in result.text
    assert "\n301│" in result.text
    assert "headroom_retrieve(id, lines|" in result.text.partition("\n")[0]
    assert result.block.id is not None
    assert lines[299] in engine.retrieve(result.block.id, lines="300")


@pytest.mark.parametrize("odd", [[""], ["listening"] * 60])
def test_blank_lines_and_many_lines_of_text_make_no_json_lines(odd: list[str]) -> None:
    lines = [*logged(100)[:50], *odd, *logged(100)[50:]]
    assert parse_most("\n".join(lines)) is None


@st.composite
def listed(draw: st.DrawFn) -> list[dict[str, object]]:
    """Rows of which most hold a list of as many objects."""
    length = draw(st.integers(1, 3))
    keys = draw(
        st.lists(st.sampled_from(["image", "port", "state", "probe", "a b"]), min_size=3, max_size=4, unique=True)
    )
    cell: st.SearchStrategy[object] = st.sampled_from(
        [None, "1", 1, "x", "", {}, {"at": 1}, [], [{}], True]
    ) | st.integers(0, 3)
    rows: list[dict[str, object]] = []
    for n in range(draw(st.integers(6, 20))):
        sort = draw(st.sampled_from(["usual"] * 6 + ["short", "empty", "absent", "null", "bare"]))
        one = {"id": n, "units": [{key: draw(cell) for key in keys} for _ in range(length)]}
        units = {"short": one["units"][:-1], "empty": [], "null": None, "bare": [*one["units"][:-1], {}]}  # type: ignore[index]
        if sort == "absent":
            del one["units"]
        elif sort != "usual":
            one["units"] = units[sort]
        rows.append({**one, "end": "."})
    return rows


@settings(max_examples=300, deadline=None)
@given(listed())
def test_what_stands_in_lists_of_one_length_comes_back(rows: list[dict[str, object]]) -> None:
    assert_same_values(json.dumps(rows))


@st.composite
def reported(draw: st.DrawFn) -> list[dict[str, object]]:
    """Rows with lists of objects, as many as there are."""
    keys = ["ruleId", "x y", "severity", "message"]
    cell: st.SearchStrategy[object] = st.sampled_from(
        [None, "1", 1, "", "a,b", "f(x)", "=a", "{", "k:v", "\t", {"at": 1}, [], [{}], True, "a}b", "/x{/n}"]
    )
    rows: list[dict[str, object]] = []
    for n in range(draw(st.integers(4, 12))):
        found: list[object] = [{key: draw(cell) for key in keys} for _ in range(draw(st.integers(0, 5)))]
        if draw(st.integers(0, 9)) == 0:
            found.append(draw(st.sampled_from([{}, {"ruleId": 1}, {"x y": "a", "ruleId": "b"}])))
        rows.append({"file": f"src/{n}.js", "found": found, "end": draw(st.sampled_from(["a", "b,c"]))})
        if draw(st.integers(0, 9)) == 0:
            rows[-1]["found"] = draw(st.sampled_from([None, "none", [], {"a": 1}]))
    return rows


@settings(max_examples=300, deadline=None)
@given(reported())
def test_objects_whose_keys_are_said_once_come_back(rows: list[dict[str, object]]) -> None:
    assert_same_values(json.dumps(rows))


def test_keys_of_objects_in_lists_of_any_length_are_said_once() -> None:
    rows = [
        {"file": f"src/{n}.js", "found": [{"rule": "no-var", "line": 3 * k + 7, "text": f"Use {k}."} for k in range(n)]}
        for n in range(9)
    ]
    rows[4]["found"].append({"rule": "fatal"})  # type: ignore[attr-defined]

    made = SmartCrusher().compress(json.dumps(rows), Hint(), Limits())

    assert "9 rows: file,found[{rule,line,text}]" in made.text
    assert "\nsrc/2.js,[{no-var,7,Use 0.},{no-var,10,Use 1.}]\n" in made.text
    assert ",={rule:fatal}]\n" in made.text
    assert "x[{k,…}]: objects in x, values by place (={…}: with its own keys)" in made.note


def test_objects_in_lists_of_one_length_are_columns_by_their_places() -> None:
    pods = [
        {
            "name": f"p{n}",
            "containers": [{"image": "quay:1", "ready": n != 7, "restarts": n, "probe": {"path": "/up", "port": 80}}],
        }
        for n in range(12)
    ]
    made = crush(json.dumps(pods, indent=2))
    assert made.text.split("\n")[:4] == [
        'all rows, after name: containers[0].image="quay:1"',
        "all rows, after containers[0].restarts: containers[0].probe={path:/up,port:80}",
        "12 rows: name,containers[0].ready,containers[0].restarts",
        "p0,true,0",
    ]
    pairs = [{"id": n, "env": [{"name": "LEVEL", "value": f"v{n}"}]} for n in range(12)]
    assert "env[0]" not in crush(json.dumps(pairs)).text

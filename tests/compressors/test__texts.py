"""Long texts of JSON strings, written below without their escapes, come back exactly."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import retrieval
from headroom.compressors import BUILTIN
from headroom.compressors._api import Effort, Limits
from headroom.compressors._router import ContentRouter
from headroom.compressors._texts import NOTE, below, lift
from headroom.compressors.crusher import SmartCrusher
from headroom.messages import NO_HINT, Hint

ROUTER = ContentRouter([SmartCrusher()])
SOURCE = "".join(f'def part_{n}():\n\treturn "{n}"\n\n' for n in range(40))
ROWS = [{"id": n, "name": f"item {n}"} for n in range(40)]
LINES = st.lists(st.text(max_size=30) | st.sampled_from(["⋯ 1:", "{", '"⋯1"', "\\", "\t\t", "é"]), max_size=60)
TEXTS = LINES.map(lambda lines: "\n".join(lines) * 3)


def put_back(rest: str, texts: dict[str, str]) -> object:
    """The value that a lifted document stood for."""
    for number, text in texts.items():
        rest = rest.replace(f'"⋯{number}"', json.dumps(text))
    return json.loads(rest)


def blocks(body: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """The rest, and under each number how it is spelled and what stands there."""
    first, *others = re.split(r"^⋯ ([\d.]+)(.*):\n", body, flags=re.MULTILINE)
    found = {others[i]: (others[i + 1], others[i + 2]) for i in range(0, len(others), 3)}
    last = others[-3] if others else ""
    return first.removesuffix("\n"), {
        k: (how, text if k == last else text.removesuffix("\n")) for k, (how, text) in found.items()
    }


@settings(max_examples=500, deadline=None)
@given(st.lists(TEXTS, max_size=10), st.sampled_from([None, 2]), st.booleans())
def test_what_is_lifted_can_be_put_back(texts: list[str], indent: int | None, ascii_only: bool) -> None:
    """Whatever the document is like."""
    value = {"texts": texts, "keys": dict.fromkeys(texts, 1)}
    document = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    lifted = lift(document)
    if lifted is not None:
        assert put_back(lifted.rest, lifted.texts) == value
        shown, found = blocks(f"{lifted.rest}\n" + below(lifted.texts, lambda text, _prefix: (text, "")))
        assert shown == lifted.rest
        assert {number: text for number, (_, text) in found.items()} == lifted.texts


def test_a_file_in_a_string_is_shown_as_a_file() -> None:
    """As an editor would show it."""
    document = json.dumps({"path": "a.py", "content": SOURCE})
    shown = ROUTER.compress(document, NO_HINT, lambda _kind: Limits()).rendition
    assert shown.text == f'{{path:a.py,\ncontent:"⋯1"}}\n⋯ 1:\n{SOURCE}'
    assert (shown.note, shown.lossless, shown.elisions) == (NOTE, True, ())


@pytest.mark.parametrize(
    ("inner", "how"),
    [
        (json.dumps(ROWS), ", JSON"),
        (json.dumps(ROWS, separators=(",", ":")), ", JSON compact"),
        (json.dumps(ROWS, indent=2) + "\n", ", JSON indent 2 and a line end"),
        (json.dumps([{**row, "by": "é"} for row in ROWS], indent=4), ", JSON indent 4 ASCII"),
    ],
)
def test_a_document_in_a_string_is_shortened_and_its_spelling_is_told(inner: str, how: str) -> None:
    """So that the string itself, and not only its value, can be had from what is shown."""
    document = json.dumps({"content": [{"type": "text", "text": inner}], "isError": False})
    shown = ROUTER.compress(document, NO_HINT, lambda _kind: Limits()).rendition
    _, found = blocks(shown.text)
    assert found["1"][0] == how
    assert found["1"][1] == SmartCrusher().compress(inner.rstrip("\n"), NO_HINT, Limits()).text
    assert len(shown.text) < 0.5 * len(document)


def test_a_document_of_a_spelling_that_has_no_name_stays_letter_for_letter() -> None:
    """Here one blank too many."""
    inner = json.dumps(ROWS, indent=2).replace("[", "[ ", 1)
    document = json.dumps({"text": inner})
    shown = ROUTER.compress(document, NO_HINT, lambda _kind: Limits()).rendition
    assert blocks(shown.text)[1]["1"] == ("", inner)


def test_texts_in_documents_in_strings_have_numbers_of_their_own() -> None:
    """As deep as three."""
    document = json.dumps({"a": json.dumps({"b": SOURCE, "c": json.dumps(ROWS)})})
    shown = ROUTER.compress(document, NO_HINT, lambda _kind: Limits()).rendition
    _, found = blocks(shown.text)
    assert list(found) == ["1", "1.1", "1.2"]
    assert found["1.1"] == ("", SOURCE)


@pytest.mark.parametrize(
    "document",
    [
        json.dumps({"a": "short\n" * 9}),
        json.dumps({"a": SOURCE + "⋯"}),
        json.dumps({"a": SOURCE + "⋯"}, ensure_ascii=False),
        json.dumps({"a": "long " * 900 + "\n"}),
        json.dumps([{"text": SOURCE} for _ in range(20)]),
        json.dumps({SOURCE: 1}),
        '"\\n' * 100_000,
        '{"a":"' + '\\"' * 100_000,
        json.dumps({"a": SOURCE}).replace("\\n", "\\x"),
    ],
)
def test_what_would_not_pay_or_could_be_misread_stays(document: str) -> None:
    """Short ones, marks like ours, few escapes, rows of a table, keys, what is no JSON."""
    assert lift(document) is None


def test_keep_spans_stay_exact() -> None:
    """A span across an escape would not."""
    document = json.dumps({"path": "a.py", "content": SOURCE})
    shown = ROUTER.compress(document, NO_HINT, lambda _kind: Limits(keep=re.compile(r"part_3\(\):\\n"))).rendition
    assert "part_3():\\n" in shown.text


LOG = "\n".join(f"2026-03-01 10:{n // 60:02}:{n % 60:02} INFO worker-{n % 4} job {n} done" for n in range(400))
ALL = ContentRouter(BUILTIN)
CRUSHER = BUILTIN[0]


def test_a_log_in_a_string_is_shortened_as_a_log_where_effort_allows_it() -> None:
    """With where to find all of it."""
    document = json.dumps({"output": f"{LOG}\n2026-03-01 11:00:00 ERROR quota used up", "metadata": {"exit_code": 0}})
    whole = ALL.compress(document, NO_HINT, lambda _kind: Limits(effort=Effort.LOSSLESS)).rendition
    assert whole.lossless
    assert whole.text.count("job") == 400
    made = ALL.compress(document, NO_HINT, lambda _kind: Limits(effort=Effort.MEDIUM)).rendition
    assert made.text.startswith('{output:"⋯1",\nmetadata:{exit_code:0}}\n⋯ 1 (log; ')
    assert 'all of it: fields=["output"]):\n' in made.text
    assert "ERROR quota used up" in made.text
    assert "job 7 done" not in made.text
    assert not made.lossless
    (elision,) = made.elisions
    ((start, end),) = elision.ranges
    assert json.loads(document[start:end]).startswith(LOG)
    assert retrieval.cut(document, count=len, fields=["output"], max_tokens=None).text.count("job") == 400


def test_below_medium_only_what_repeats_is_folded() -> None:
    """A listing in a string is written shorter, hits are all there; of a log alike lines are counted."""
    paths = "\n".join(f"src/part{n // 9}/module_{n:02}.py" for n in range(60))
    hits = "\n".join(f"src/part.py:{n}:    total = total + parse({n})" for n in range(60))
    for effort in (Effort.LOSSLESS, Effort.LIGHT):
        listing = CRUSHER.compress(json.dumps({"stdout": paths, "code": 0}), NO_HINT, Limits(effort=effort))
        assert listing.text.startswith('{stdout:"⋯1",\ncode:0}\n⋯ 1 (listing; ')
        assert listing.lossless
        assert listing.elisions == ()
        assert listing.text.count("module_") == 60
        found = CRUSHER.compress(json.dumps({"stdout": hits, "code": 0}), NO_HINT, Limits(effort=effort))
        assert found.lossless
        assert found.text.count("parse(") == 60
    log = CRUSHER.compress(json.dumps({"output": LOG}), NO_HINT, Limits(effort=Effort.LIGHT))
    assert not log.lossless
    assert "job 7 done" not in log.text


def test_within_other_text_no_field_is_named() -> None:
    """Retrieval finds fields only in what is JSON as a whole."""
    document = json.dumps({"output": LOG})
    made = CRUSHER.compress(document, NO_HINT, Limits(effort=Effort.MEDIUM, first_line=7))
    assert "⋯ 1 (log; " in made.text
    assert "fields=" not in made.text


def test_documents_in_strings_are_looked_into() -> None:
    """A log in JSON in JSON."""
    document = json.dumps({"stdout": json.dumps({"result": {"log": LOG}}, indent=2) + "\n"})
    made = CRUSHER.compress(document, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.text.startswith(
        '{stdout:"⋯1"}\n⋯ 1, JSON indent 2 and a line end:\n{result:{log:"⋯1.1"}}\n⋯ 1.1 (log; '
    )
    assert made.elisions[0].summary == "parts of the text ⋯ 1"


PROMPT = "You keep the harbour's books.\n\n" + "\n\n".join(
    f"## Rule {n}\n\nWhen a ship of class {n} asks for a berth, look at its draught in classes/part{n}.md first, e.g. there."
    for n in range(20)
)


@pytest.mark.parametrize(
    "command",
    [
        "head -3 calls.jsonl",
        "echo first && sed -n 1,3p logs/calls.ndjson",
        "python - <<EOF\nrows = open('c.jsonl')\nprint(next(rows))\nEOF",
    ],
)
def test_of_a_long_text_in_a_few_records_of_many_the_beginning_is_shown(command: str) -> None:
    """And of a log in one what a log is shown as; who asks for what texts say gets that."""
    document = json.dumps({"id": 1, "prompt": PROMPT, "output": LOG})
    made = CRUSHER.compress(document, Hint(command=command), Limits(effort=Effort.MEDIUM))
    assert "⋯ 1 (beginning; " in made.text
    assert made.text.count("## Rule") < 5
    (names,) = re.findall(r"^⋯ lines \d+-81, with (.*), …$", made.text, re.MULTILINE)
    assert names.split(", ") == [f"classes/part{n}.md" for n in range(4, 12)]
    assert "⋯ 2 (log; " in made.text
    assert not made.lossless
    for other in ("grep refund calls.jsonl | head -3", "curl -s localhost/answer"):
        plain = CRUSHER.compress(document, Hint(command=other), Limits(effort=Effort.MEDIUM))
        assert "beginning" not in plain.text
    frames = "".join(f'  File "/srv/harbour/berth_{n}.py", line {n}, in wait\n    tide.wait()\n' for n in range(20))
    failed = json.dumps({"id": 2, "error": f"Traceback (most recent call last):\n{frames}TideError: neap"})
    assert "TideError: neap" in CRUSHER.compress(failed, Hint(command=command), Limits(effort=Effort.MEDIUM)).text
    exact = CRUSHER.compress(document, Hint(command=command), Limits())
    assert exact.lossless or exact.text == document


def test_the_command_speaks_of_the_output_that_a_tool_puts_into_json() -> None:
    """Of other documents it does not."""
    hits = "\n".join(f"{n * 3}:    quay.retry(order_{n}, after=timedelta(seconds={n}))" for n in range(1, 40))
    hint = Hint(command="grep -n retry quay.py", query="Which order is retried after 7 seconds?")
    wrapped = json.dumps({"output": hits, "metadata": {"exit_code": 0}})
    made = CRUSHER.compress(wrapped, hint, Limits(effort=Effort.MEDIUM))
    assert "⋯ 1 (search; " in made.text
    other = CRUSHER.compress(json.dumps({"title": "orders", "text": hits}), hint, Limits(effort=Effort.MEDIUM))
    assert "(search; " not in other.text


def test_captions_in_a_string_are_read_from_their_first_cue_on() -> None:
    """Not their beginning as it was and the rest in other words."""
    cues = [
        f"{n}\n00:{n // 60:02}:{n % 60:02}.000 --> 00:{n // 60:02}:{n % 60:02}.900\n<v Ann>This is what I say as number {n} of many.</v>"
        for n in range(1, 90)
    ]
    document = json.dumps({"id": 7, "transcript": "WEBVTT\n\n" + "\n\n".join(cues)})
    made = ALL.compress(document, NO_HINT, lambda _: Limits(effort=Effort.MEDIUM)).rendition
    assert "\n0:01 Ann: This is what I say as number 1 of many. This is" in made.text
    assert "-->" not in made.text

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits
from headroom.compressors._asked_path import may_name, without_others
from headroom.compressors._flow import Num, parse
from headroom.compressors.crusher import SmartCrusher
from headroom.messages import Hint

LINKS = {f"{name}_url": f"https://api.test/repos/quay/crane/{name}" for name in "forks keys teams hooks tags".split()}
EVENT: dict[str, Any] = {
    "action": "created",
    "repository": {"id": 7, "created_at": "2019-05-15T15:19:25Z", "owner": {"login": "ann", **LINKS}, **LINKS},
    "files": [{"path": f"src/m{n}.py", "sha": f"{n * 7919:040x}", "lines": [n, n + 1]} for n in range(9)],
    "paths": {"/a/{id}.json": {"get": {"summary": "One.", **LINKS}}, "/b": {"get": {"summary": "All.", **LINKS}}},
    "sender": {"login": "ben", **LINKS},
}


def left(query: str, document: Any = EVENT) -> Any:
    """What is left of the document, as JSON would have it; None where it stays."""
    parsed = parse(json.dumps(document))
    assert parsed is not None
    found = without_others(parsed[0], query)
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("query", "steps"),
    [
        ("What is `repository.created_at`?", ["repository", "created_at"]),
        ("what is $.repository.created_at.", ["repository", "created_at"]),
        ("jq .files[3].sha", ["files", 3, "sha"]),
        ("the value of `files.3.sha`", ["files", 3, "sha"]),
        ("the value of 'paths./a/{id}.json.get.summary'", ["paths", "/a/{id}.json", "get", "summary"]),
        ('the value of `paths["/b"].get.summary`', ["paths", "/b", "get", "summary"]),
    ],
)
def test_what_stands_on_the_path_stays(query: str, steps: list[str | int]) -> None:
    made: Any = left(query)
    wanted: Any = EVENT
    for step in steps:
        wanted = wanted[step]
        made = next(v for v in made if type(v) is dict) if type(made) is list else made[step]
    assert made == (Num(wanted) if isinstance(wanted, int) else wanted)


def test_what_does_not_is_named() -> None:
    made = left("What is `repository.created_at`?")
    assert made["⋯"] == "files paths sender"
    assert made["repository"]["⋯"] == "owner"
    assert made["repository"]["id"] == "7"  # short plain values stay


def test_what_went_wrong_is_shown_whatever_is_asked_for() -> None:
    failure = {"code": "E42", "detail": "The quay is closed, and nobody has said for how long it will be so. " * 3}
    made = left("What is `repository.created_at`?", {**EVENT, "last_error": failure})
    assert made["last_error"] == failure


def test_of_a_list_the_places_are_told() -> None:
    files = left("What is `files[3].sha`?")["files"]
    assert files[0] == "⋯ [0]-[2]"
    assert files[2] == "⋯ [4]-[8]"


def test_a_path_may_lead_from_within() -> None:
    made = left("Whose is `owner.login`?")
    assert made["repository"]["owner"]["login"] == "ann"
    assert "sender" not in made


@pytest.mark.parametrize(
    "query",
    [
        "What is `repository.color`?",  # leads nowhere
        "Who is the sender?",  # no path
        "Whose is `login`?",  # a word, and no key at the top
        "Where is `login` used? " + "Mind the style guide of the house. " * 20,  # a word, in many words
        "`repository` `files` `paths`",  # most of it would stay
        "",
    ],
)
def test_without_a_path_the_document_stays(query: str) -> None:
    assert left(query) is None


def test_what_stands_in_many_places_is_no_place() -> None:
    document = {f"k{n}": {"inner": {"name": "x" * 50, "rest": "y" * 500}} for n in range(9)}
    assert left("What is `inner.name`?", document) is None
    assert left("What is `k3.inner.name`?", document) is not None


def test_a_document_with_our_own_sign_stays() -> None:
    assert left("What is `repository.created_at`?", {**EVENT, "note": "a ⋯ b"}) is None


def test_the_reader_is_told_and_may_ask_for_more() -> None:
    text = json.dumps(EVENT)
    made = SmartCrusher().compress(text, Hint(query="What is `repository.created_at`?"), Limits(effort=Effort.MEDIUM))
    assert "created_at:2019-05-15T15:19:25Z" in made.text
    assert "⋯: what else stands there, left out" in made.note
    assert not made.lossless
    assert made.elisions[0].unit == "values"
    assert len(made.text) < 0.2 * len(text)


@pytest.mark.parametrize("effort", [Effort.LOSSLESS, Effort.LIGHT])
def test_little_effort_leaves_nothing_out(effort: Effort) -> None:
    made = SmartCrusher().compress(json.dumps(EVENT), Hint(query="`repository.created_at`"), Limits(effort=effort))
    assert made.lossless


@pytest.mark.parametrize("text", ['{"b": 1}', '\ufeff { "b" : 1}', '{"a": {"c": 1}}'])
def test_a_path_of_which_a_step_is_a_key_is_looked_for(text: str) -> None:
    assert may_name("the value of `a.b`", text)


@pytest.mark.parametrize("text", ['{"c": "b"}', '[{"b": 1}]', "{c: b}"])
def test_what_no_key_of_an_object_spells_is_not(text: str) -> None:
    assert not may_name("the value of `a.b`", text)
    assert not may_name("the value of b", '{"b": 1}')


KEYS = st.sampled_from(["id", "name", "a", "b", "a.b", "x y", "/p", "0"])
VALUES = st.recursive(
    st.integers(0, 9) | st.text("abc ", max_size=200),
    lambda inner: st.dictionaries(KEYS, inner, max_size=4) | st.lists(inner, max_size=4),
    max_leaves=25,
)


def leaves(value: Any) -> int:
    if isinstance(value, dict) and value:
        return sum(map(leaves, value.values()))
    return sum(map(leaves, value)) if isinstance(value, list) and value else 1


def shown(value: Any) -> int:
    """Plain values that are left."""
    if isinstance(value, dict) and value:
        return sum(shown(v) for k, v in value.items() if k != "⋯")
    if isinstance(value, list) and value:
        return sum(map(shown, value))
    return int(not (type(value) is Num and value.startswith("⋯")))


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5), st.data())
def test_every_value_is_shown_or_counted(document: dict[str, Any], data: st.DataObject) -> None:
    steps: list[str] = []
    inner: Any = document
    while isinstance(inner, dict | list) and inner:
        step = data.draw(st.sampled_from(list(inner) if isinstance(inner, dict) else range(len(inner))))
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
        inner = inner[step]
    parsed = parse(json.dumps(document))
    assert parsed is not None
    found = without_others(parsed[0], f"What is `{''.join(steps).removeprefix('.')}`?")
    if found is not None:
        assert shown(found[0]) + found[1].count == leaves(document)

from __future__ import annotations

import json

from headroom.proxy._turns import Call, Part, Turn, added, dumps, joined, named


def test_usage_is_added_up_key_by_key() -> None:
    first = {"input": 1, "details": {"cached": 2, "kind": "a"}, "tier": "x", "only": None, "flag": True}
    second = {"input": 10, "details": {"cached": 3, "new": 4}, "tier": None, "only": 5, "cost": 0.5, "flag": True}
    assert added(first, second) == {
        "input": 11,
        "details": {"cached": 5, "kind": "a", "new": 4},
        "tier": "x",
        "only": 5,
        "flag": True,
        "cost": 0.5,
    }
    assert added(None, {"a": 1}) == {"a": 1}
    assert added({"a": 1}, None) == {"a": 1}


def test_json_can_always_be_written_as_utf_8() -> None:
    assert dumps({"a": "é"}) == '{"a":"é"}'
    assert json.loads(dumps({"a": "é\ud800"}).encode()) == {"a": "é\ud800"}


def test_a_name_is_that_of_the_first_value_that_says_something() -> None:
    assert named("a") == named("", None, "a", "b")
    assert named("a") != named("b")
    assert named({"x": 1, "y": 2}) == named({"y": 2, "x": 1})
    assert named() == named("", None, [], {}) == ""
    assert named("\ud800")


def test_a_turn_is_known_by_the_clients_first_call() -> None:
    ours = Part(call=Call("r", {}))
    assert not Turn([Part("thought"), ours], "").beside
    turn = Turn([Part("thought"), ours, Part("b", theirs=True), Part("c", theirs=True)], "")
    assert (turn.beside, turn.anchor, turn.calls) == (True, "b", [Call("r", {})])


def test_one_answer_is_the_last_one_with_what_all_have_cost() -> None:
    answers = [{"id": "a", "x": 1, "spent": {"in": 2}}, {"id": "b", "x": 2, "spent": {"in": 3}}]
    assert joined(answers, "spent") == {"id": "a", "x": 2, "spent": {"in": 5}}
    assert joined([{"x": 1}, {"x": 2}]) == {"x": 2}

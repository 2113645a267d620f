from __future__ import annotations

import json

from headroom.proxy._turns import added, dumps


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

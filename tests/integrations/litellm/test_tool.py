"""The answer to a call of `headroom_retrieve`: a slice, or what to do instead; never an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")

from headroom import Headroom, MemoryStore
from litellm_headroom import _tool, faults
from litellm_headroom._shapes import SHAPES
from tests.integrations.litellm.upstream import DETAIL, LOG


@pytest.fixture
def key(engine: Headroom) -> str:
    found = engine.compress_text(LOG).id
    assert found is not None
    return found


@pytest.mark.parametrize(
    "wanted",
    [
        {"grep": "job 1234 "},
        {"lines": "1235"},
        {"lines": 1235},
        {"lines": ["1000-1002", "1235"]},
        {"query": "job 1234", "max_tokens": "300"},
        {"grep": "job 1234 ", "fields": None, "rows": "", "max_tokens": "many"},
    ],
)
def test_a_slice_is_had_whatever_way_a_model_writes_its_wish(
    engine: Headroom, key: str, wanted: dict[str, Any]
) -> None:
    given = {"id": f" {key} ", **wanted}
    assert DETAIL in _tool.answer(engine, given)
    assert _tool.answer(engine, json.dumps(given)) == _tool.answer(engine, given)


def test_a_whole_original_is_cut_at_a_size_that_a_model_can_read(engine: Headroom, key: str) -> None:
    said = _tool.answer(engine, {"id": key})
    assert len(said) < len(LOG) / 4
    assert "next" in said.partition("\n")[0]


def test_fields_and_rows_of_json(engine: Headroom) -> None:
    rows = [{"id": n, "state": "ready" if n != 77 else "lost"} for n in range(400)]
    key = engine.compress_text(json.dumps(rows, indent=1), profile="aggressive").id
    assert "lost" in _tool.answer(engine, {"id": key, "rows": "77"})
    assert "lost" in _tool.answer(engine, {"id": key, "fields": "[77].state"})
    assert "lost" in _tool.answer(engine, {"id": key, "fields": ["[77].state"]})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"id": "hr_000000000000"}, "hr_000000000000"),
        ({"grep": "x"}, "with the id of a shortened text"),
        ("", "with the id of a shortened text"),
        ("[1]", "with the id of a shortened text"),
        (None, "with the id of a shortened text"),
        ("{", "The arguments are no JSON"),
    ],
)
def test_what_cannot_be_answered_says_what_to_do(engine: Headroom, arguments: Any, says: str) -> None:
    assert says in _tool.answer(engine, arguments)


def test_a_wish_that_cannot_be_read_says_what_to_do(engine: Headroom, key: str) -> None:
    assert "'x'" in _tool.answer(engine, {"id": key, "lines": "x"})
    assert "0 matches in all 2,001 lines" in _tool.answer(engine, {"id": key, "grep": "out of memory"})


def test_a_fault_of_the_store_is_an_answer_and_is_counted() -> None:
    class Broken(MemoryStore):
        def get(self, id: str) -> str:
            raise RuntimeError("the disk is on fire")

    said = _tool.answer(Headroom(store=Broken()), {"id": "hr_000000000000"})
    assert said == "The slice could not be cut: RuntimeError: the disk is on fire"
    assert faults()["RuntimeError: the disk is on fire"] == 1


def test_ours_is_told_from_others() -> None:
    assert all(_tool.is_ours(shape.tool) for shape in SHAPES)
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}
    theirs = {"name": "headroom_retrieve", "description": "Mine.", "parameters": schema}
    for shaped in (theirs, {"type": "function", "function": theirs}):
        assert _tool.is_retrieve(shaped)
        assert not _tool.is_ours(shaped)
    assert _tool.is_retrieve({"name": "mcp__headroom__headroom_retrieve", "input_schema": schema})
    for other in (
        {"name": "headroom_retrieve", "input_schema": {"type": "object", "properties": {"hash": {}}}},
        {"type": "web_search_20250305", "name": "web_search"},
        {"type": "file_search"},
        {"name": "headroom_retrieve"},
        "no tool",
    ):
        assert not _tool.is_retrieve(other)

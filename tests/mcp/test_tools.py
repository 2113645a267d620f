from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from headroom import Headroom, MemoryStore
from headroom.mcp.tools import MAX_TOKENS, Tools, UnknownToolError
from tests.cli.program import LOG


@pytest.fixture
def engine() -> Headroom:
    return Headroom(store=MemoryStore())


@pytest.fixture
def tools(engine: Headroom) -> Tools:
    return Tools(engine)


def test_a_long_text_comes_back_short_with_its_figures(tools: Tools) -> None:
    answer = tools.call("headroom_compress", {"text": LOG, "command": "tail -n 1000 app.log"})
    assert not answer.is_error
    assert answer.text.startswith(f"[headroom {answer.about['id']} · ")
    assert len(answer.text) < len(LOG) / 4
    assert "coupon SPRING26" in answer.text
    assert answer.about["tokens_before"] > 4 * answer.about["tokens_after"]


def test_what_cannot_be_shortened_comes_back_as_it_was(tools: Tools) -> None:
    answer = tools.call("headroom_compress", {"text": "short"})
    assert (answer.text, answer.about["id"], answer.about["action"]) == ("short", None, "unchanged")


def test_a_part_is_retrieved_and_absence_is_an_answer(tools: Tools) -> None:
    kept = tools.call("headroom_compress", {"text": LOG}).about["id"]
    part = tools.call("headroom_retrieve", {"id": kept, "lines": "3-4"})
    assert "job 2 done" in part.text
    assert "job 4 done" not in part.text
    assert part.about["shown"] == 2
    nothing = tools.call("headroom_retrieve", {"id": kept, "grep": "out of memory"})
    assert not nothing.is_error
    assert "0 matches in all 611 lines" in nothing.text


def test_a_whole_original_is_not_poured_into_the_context(tools: Tools, engine: Headroom) -> None:
    kept = tools.call("headroom_compress", {"text": LOG * 20}).about["id"]
    answer = tools.call("headroom_retrieve", {"id": f" {kept} "})
    assert not answer.about["complete"]
    assert answer.about["next"]
    assert len(answer.text) < MAX_TOKENS * 6
    assert engine.retrieve(kept) == LOG * 20


def test_null_means_not_given(tools: Tools) -> None:
    kept = tools.call("headroom_compress", {"text": LOG, "query": None}).about["id"]
    asked = {"id": kept, "lines": "1", "grep": None, "fields": None, "max_tokens": None}
    assert not tools.call("headroom_retrieve", asked).is_error


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("headroom_retrieve", {"id": "hr_000000000000"}, "hr_000000000000"),
        ("headroom_retrieve", {}, "id is missing"),
        ("headroom_retrieve", None, "id is missing"),
        ("headroom_retrieve", {"id": 7}, "id must be of type string, not 7"),
        ("headroom_retrieve", {"id": "x", "max_tokens": True}, "max_tokens must be of type integer, not True"),
        ("headroom_retrieve", {"id": "x", "max_tokens": 5}, "max_tokens=5: must be 64 or more"),
        ("headroom_retrieve", {"id": "x", "fields": ["a", 1]}, "fields must be a list of strings"),
        ("headroom_retrieve", {"id": "x", "line": "3"}, "unknown argument 'line'; there are id, lines"),
        ("headroom_compress", {"text": LOG, "profile": "wild"}, "profile='wild': must be ['safe'"),
        ("headroom_compress", {"text": LOG, "max_tokens": 1}, "budget"),
        ("headroom_compress", {}, "text is missing"),
        ("headroom_stats", {"days": "x"}, "days must be of type number"),
    ],
)
def test_a_wrong_call_is_an_error_that_says_what_to_do(
    tools: Tools, name: str, arguments: dict[str, Any] | None, says: str
) -> None:
    answer = tools.call(name, arguments)
    assert answer.is_error
    assert says in answer.text


def test_a_slice_that_cannot_be_read_says_how_to_write_it(tools: Tools) -> None:
    kept = tools.call("headroom_compress", {"text": LOG}).about["id"]
    answer = tools.call("headroom_retrieve", {"id": kept, "lines": "from 3"})
    assert answer.is_error
    assert "write e.g. lines='120-180,400,900-'" in answer.text


def test_an_unknown_tool_is_no_answer_of_a_tool(tools: Tools) -> None:
    with pytest.raises(UnknownToolError, match="there are headroom_compress, headroom_retrieve, headroom_stats"):
        tools.call("rm", {})


def test_a_fault_of_ours_is_an_answer_and_is_counted(engine: Headroom, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = Tools(engine)

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(engine, "compress_text", fail)
    answer = tools.call("headroom_compress", {"text": "x"})
    assert answer.is_error
    assert "please report it: RuntimeError: boom" in answer.text
    stats = tools.call("headroom_stats", {}).structured
    assert stats is not None
    assert stats["faults"] == 1


def test_stats_are_counts_that_fit_their_schema(tools: Tools) -> None:
    kept = tools.call("headroom_compress", {"text": LOG}).about["id"]
    tools.call("headroom_retrieve", {"id": kept, "lines": "1"})
    answer = tools.call("headroom_stats", None)
    assert answer.structured is not None
    assert json.loads(answer.text) == answer.structured
    assert answer.structured["texts_compressed"] == answer.structured["retrievals"] == 1
    assert answer.structured["tokens_before"] > answer.structured["tokens_after"] > 0
    assert answer.structured["originals_kept"] == 1
    schema = next(tool for tool in tools.tools if tool.name == "headroom_stats").output_schema
    assert schema is not None
    assert list(schema["properties"]) == list(answer.structured) == schema["required"]


# --------------------------------------------------------------------------------------------------------------- files


def test_a_file_below_a_root_is_read_by_relative_or_absolute_path(engine: Headroom, tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(LOG)
    tools = Tools(engine, [tmp_path])
    for path in ("app.log", str(tmp_path / "app.log")):
        answer = tools.call("headroom_compress", {"path": path})
        assert answer.text.startswith("[headroom hr_")


def test_a_file_elsewhere_is_refused_also_behind_a_link(engine: Headroom, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret").write_text("s3cret")
    (inside / "link").symlink_to(tmp_path / "secret")
    tools = Tools(engine, [inside])
    for path in ("../secret", str(tmp_path / "secret"), "link"):
        answer = tools.call("headroom_compress", {"path": path})
        assert answer.is_error
        assert "is outside" in answer.text
        assert "s3cret" not in answer.text


def test_a_file_that_cannot_be_read_is_a_clear_error(engine: Headroom, tmp_path: Path) -> None:
    tools = Tools(engine, [tmp_path])
    (tmp_path / "big").touch()
    os.truncate(tmp_path / "big", 60_000_000)
    for path, says in (("none", "does not exist"), (".", "is no file"), ("big", "at most 50,000,000")):
        answer = tools.call("headroom_compress", {"path": path})
        assert answer.is_error
        assert says in answer.text


def test_text_or_path_but_not_both(engine: Headroom, tmp_path: Path) -> None:
    for arguments in ({}, {"text": "x", "path": "y"}):
        answer = Tools(engine, [tmp_path]).call("headroom_compress", arguments)
        assert (answer.is_error, answer.text) == (True, "pass text or path, one of them")


def test_without_a_root_no_path_is_offered_nor_taken(tools: Tools) -> None:
    assert "path" not in tools.tools[0].input_schema["properties"]
    assert "unknown argument 'path'" in tools.call("headroom_compress", {"path": "/etc/passwd"}).text


def test_what_a_session_pays_for_the_tools_is_little(engine: Headroom, tmp_path: Path) -> None:
    described = [[t.name, t.description, t.input_schema] for t in Tools(engine, [tmp_path]).tools]
    assert len(json.dumps(described, ensure_ascii=False)) < 2000

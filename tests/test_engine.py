"""The engine's public side: settings, errors, both shapes of messages, async, retrieval."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

import headroom
from headroom import ConfigError, ExpiredIdError, Headroom, MemoryStore, MessageFormatError, UnknownIdError
from headroom.engine import open_store

LOG = "\n".join(f"2026-01-01 10:{n // 60:02d}:{n % 60:02d} INFO worker {n % 7} served request {n}" for n in range(400))
LOG_WITH_CAUSE = LOG.replace("INFO worker 3 served request 220", "INFO disk quota of tenant 9 is 0 bytes")


def conversation(text: str, **result: Any) -> list[dict[str, Any]]:
    call = {"id": "c1", "type": "function", "function": {"name": "bash", "arguments": '{"command": "cat app.log"}'}}
    return [
        {"role": "user", "content": "Why did it stop?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": text, **result},
    ]


@pytest.fixture
def engine() -> Headroom:
    return Headroom(store=MemoryStore())


def test_a_log_becomes_short_and_its_rare_line_stays(engine: Headroom) -> None:
    """Whatever its level."""
    result = engine.compress(conversation(LOG_WITH_CAUSE), model="gpt-5")
    assert "INFO disk quota of tenant 9 is 0 bytes" in result.messages[2]["content"]
    assert result.savings > 0.8
    assert not result.estimated
    (block,) = result.changed
    assert (block.kind, block.compressor, block.action) == ("log", "LogCompressor", "compressed")


def test_the_original_and_any_slice_of_it_come_back(engine: Headroom) -> None:
    """Whole and exact, or cut, or provably absent."""
    (block,) = engine.compress(conversation(LOG)).changed
    assert block.id is not None
    whole = engine.retrieve(block.id)
    assert whole == LOG
    assert whole.text == LOG
    assert whole.complete
    cut = engine.retrieve(block.id, lines="120-121")
    assert "served request 119" in cut
    assert cut.total == 400
    absent = engine.retrieve(block.id, grep="OutOfMemory")
    assert "0 matches in all 400 lines" in absent
    assert absent.matched == 0


def test_anthropic_messages_keep_their_shape(engine: Headroom) -> None:
    """cache_control, ids and thinking included."""
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Why?"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
                {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "cat app.log"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "t1",
                    "content": LOG,
                    "cache_control": {"type": "ephemeral"},
                }
            ],
        },
    ]
    result = engine.compress(messages, model="claude-opus-4-6")
    part = result.messages[2]["content"][0]
    assert part["content"].startswith("[headroom hr_")
    assert part["cache_control"] == {"type": "ephemeral"}
    assert result.messages[:2] == messages[:2]
    assert result.estimated
    assert result.tokens_saved > 0


def test_the_query_may_come_from_the_user_or_from_the_caller(engine: Headroom) -> None:
    """What is asked for stays."""
    asked = conversation(LOG)
    asked[0]["content"] = "What happened to request 317?"
    assert "served request 317" in engine.compress(asked).messages[2]["content"]
    assert "served request 211" in engine.compress(conversation(LOG), query="request 211").messages[2]["content"]


def test_a_second_read_of_the_same_text_is_a_reference(engine: Headroom) -> None:
    """Also where the text itself must stay exact."""
    source = "\n".join(f"def function_{n}(value):\n    return value + {n}" for n in range(60))
    call = {"id": "c1", "type": "function", "function": {"name": "read_file", "arguments": '{"path": "src/a.py"}'}}
    once: list[dict[str, Any]] = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": source},
    ]
    result = engine.compress(once + once)
    assert result.messages[1]["content"] == source
    again = result.messages[3]["content"]
    assert isinstance(again, str)
    assert "the same 120 lines as result #1 above, read_file(src/a.py)" in again
    (block,) = result.changed
    assert block.action == "referenced"
    assert block.id is not None
    assert engine.retrieve(block.id) == source


def test_compress_text_says_what_it_did(engine: Headroom) -> None:
    """Text, id, counts and the reason where nothing was done."""
    result = engine.compress_text(LOG, command="cat app.log")
    assert result.id is not None
    assert result.text.startswith(f"[headroom {result.id}")
    assert result.tokens_after < result.tokens_before
    assert engine.compress_text("short").block.reason == "shorter than 400 characters"
    assert engine.compress_text("short").id is None


def test_elide_false_allows_lossless_changes_only(engine: Headroom) -> None:
    """For routes on which nothing can be fetched back."""
    result = engine.compress_text(LOG, elide=False)
    assert result.block.lossless
    assert result.block.elided == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profile": "fast"}, "profile='fast'"),
        ({"tools": {"x": "y"}}, "tools"),
        ({"roles": ["robot"]}, "roles"),
        ({"keep": "one string"}, "keep"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(options: dict[str, Any], message: str) -> None:
    """When the engine is made, not when it is used."""
    with pytest.raises(ConfigError, match=re.escape(message)):
        Headroom(store=MemoryStore(), **options)


@pytest.mark.parametrize("messages", [None, "text", {"role": "user"}, [1], [{"content": "x"}]])
def test_what_is_no_list_of_messages_is_refused(engine: Headroom, messages: Any) -> None:
    """With the place where it goes wrong."""
    with pytest.raises(MessageFormatError):
        engine.compress(messages)


def test_bytes_and_bad_budgets_are_refused(engine: Headroom) -> None:
    """A clear error instead of a surprise."""
    with pytest.raises(ConfigError, match="must be a str, not bytes"):
        engine.compress_text(b"x")  # type: ignore[arg-type]
    for budget in (0, -1, True, 1.5):
        with pytest.raises(ConfigError, match="budget="):
            engine.compress_text(LOG, budget=budget)  # type: ignore[arg-type]


def test_unknown_and_expired_ids_differ(engine: Headroom) -> None:
    """Neither invites a retry."""
    with pytest.raises(UnknownIdError):
        engine.retrieve("hr_000000000000")
    (block,) = engine.compress(conversation(LOG)).changed
    assert block.id is not None
    engine.store.purge(ids=[block.id])
    with pytest.raises(ExpiredIdError):
        engine.retrieve(block.id)


async def test_the_event_loop_goes_on_while_text_is_compressed() -> None:
    """Other tasks run meanwhile."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    with Headroom(store=MemoryStore()) as engine:
        ticking = asyncio.create_task(tick())
        result = await engine.acompress(conversation(LOG * 20))
        text = await engine.acompress_text(LOG)
        assert text.id is not None
        assert await engine.aretrieve(text.id) == LOG
        ticking.cancel()
    assert result.changed
    assert ticks > 10


def test_the_embedded_store_survives_the_process_that_wrote_it(home: Path) -> None:
    """The default store lies in the home folder, for its owner only."""
    with Headroom() as first:
        (block,) = first.compress(conversation(LOG)).changed
    with Headroom() as second:
        assert block.id is not None
        assert second.retrieve(block.id) == LOG
    database = home / "headroom.db"
    assert database.stat().st_mode & 0o777 == 0o600


def test_a_ledger_keeps_what_was_shown_when_the_rules_change(tmp_path: Path) -> None:
    """An upgrade never changes a cached prefix."""
    from headroom.compressors.raw import Raw

    url = f"sqlite:///{tmp_path / 'l.db'}"
    with Headroom(store=url) as before:
        shown = before.compress(conversation(LOG)).messages
    with Headroom(store=url, compressors=[Raw()]) as after:
        assert after.compress(conversation(LOG)).messages == shown


def test_a_store_that_cannot_be_opened_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """And the result says why."""
    (tmp_path / "file").write_text("no folder")
    with Headroom(store=f"sqlite:///{tmp_path / 'file' / 'x.db'}") as engine:
        result = engine.compress(conversation(LOG))
    assert result.messages == conversation(LOG)
    assert "the store failed" in result.warnings[0]
    assert all(b.reason for b in result.blocks)


def test_open_store_refuses_what_is_no_url() -> None:
    """With the remedy."""
    with pytest.raises(headroom.HeadroomError):
        open_store("not a url")


def test_what_was_sent_before_stays_as_it_was_sent(engine: Headroom) -> None:
    def conversation(count: int) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        for n in range(count):
            messages.append({"role": "assistant", "tool_calls": [{"id": f"c{n}", "function": {"name": "read_log"}}]})
            log = "\n".join(f"INFO {n} job {line} done" for line in range(300))
            messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": log})
        return messages

    first = engine.compress(conversation(1))
    later = engine.compress(conversation(3), sent=5)  # the second result was sent untouched, the third is new
    assert [b.action for b in later.blocks] == ["compressed", "unchanged", "compressed"]
    assert later.blocks[1].reason == "it was sent as it is"
    assert later.messages[:2] == first.messages
    again = engine.compress(conversation(4))  # and so it stays for whoever does not know
    assert again.messages[:6] == later.messages


def test_a_report_of_tests_keeps_what_tells_its_failures_apart() -> None:
    """Though the lines repeat: `test_a` fails in both environments."""
    run = ["test_a (m.Case) ... ERROR", "test_b (m.Case) ... FAIL", "test_c (m.Case) ... skipped 'needs a file'"]
    failed = ["=" * 70, "ERROR: test_a (m.Case)", "-" * 70, "Traceback (most recent call last):", "OSError: no route"]
    one = [*run, "", *failed, "", "Ran 3 tests in 0.03s", "", "FAILED (failures=1, errors=1, skipped=1)"]
    text = "\n".join(["py39: commands[0]> python -m unittest", *one, "py310: commands[0]> python -m unittest", *one])
    messages = conversation(text)
    messages[1]["tool_calls"][0]["function"]["arguments"] = '{"command": "tox run"}'
    shown = Headroom(store=MemoryStore(), profile="balanced").compress(messages).messages[2]["content"]
    assert shown.count("test_a (m.Case) ... ERROR") == 2

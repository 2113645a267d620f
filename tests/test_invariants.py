"""The ten invariants, over generated conversations. `benchmarks/corpus_invariants.py` runs the same checks over recordings."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import BudgetError, Headroom, MemoryStore, tokens
from headroom.compressors._api import Rendition
from headroom.compressors.raw import Raw
from headroom.exceptions import StoreError
from headroom.messages import Path as BlockPath
from headroom.store._api import Saved
from tests import checks
from tests.generators import CONVERSATION, PROFILE, TEXT, TWO_OF_A_SHAPE
from tests.shapes import CONVERTERS

COUNT = tokens.counter_for(None).count


def headroom(profile: str, **options: Any) -> Headroom:
    return Headroom(store=MemoryStore(), profile=profile, **options)


@given(CONVERSATION, PROFILE)
def test_reversible(messages: list[Any], profile: str) -> None:
    """1: every block that was changed comes back exactly, by the id that its visible text carries."""
    engine = headroom(profile)
    checks.reversible(engine, messages, engine.compress(messages))


@given(TWO_OF_A_SHAPE, PROFILE)
def test_prefix_stable(two: tuple[list[Any], list[Any]], profile: str) -> None:
    """2: what was shown stays what it was when messages are appended, with and without the ledger's memory."""
    first, longer = two[0], two[0] + two[1]
    remembering = headroom(profile)
    short = remembering.compress(first).messages
    assert remembering.compress(longer).messages[: len(first)] == short
    assert headroom(profile).compress(longer).messages[: len(first)] == short


class OtherWay:
    """A compressor of a later version: it would write everything in another way."""

    name = "OtherWay"
    kind = "other"

    def score(self, text: str, hint: Any) -> float:
        return 1.0

    def compress(self, text: str, hint: Any, limits: Any) -> Rendition:
        return Rendition(text=f"about {len(text)} characters", elisions=(), lossless=False)


@pytest.mark.parametrize("shape", ["openai_chat", *CONVERTERS])
def test_forty_steps_in_each_shape_keep_their_prefix_over_restarts_and_a_new_version(
    shape: str, tmp_path: Path
) -> None:
    """2: by the ledger in SQLite; two workers send the same bytes."""
    messages: list[Any] = [{"role": "user", "content": "Find out why it is slow."}]
    log = [
        f"2026-01-01 10:{n // 60:02d}:{n % 60:02d} INFO worker {n % 5} did job {n * 7} in {n % 90} ms"
        for n in range(90)
    ]
    rows = [{"id": n, "state": "ok" if n % 9 else "late", "at": n * 1.5} for n in range(40)]
    for n in range(40):
        text = [
            "\n".join(log[n:] + log[:n]),
            json.dumps(rows[n % 7 :]),
            "\n".join(f"src/m{i // 3}.py:{i + n}: call(name_{i}, {n})" for i in range(60)),
        ][n % 3]
        call = {
            "id": f"c{n}",
            "type": "function",
            "function": {"name": "bash", "arguments": json.dumps({"command": f"run {n}"})},
        }
        messages.append({"role": "assistant", "content": f"Step {n}.", "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": text})
    convert = CONVERTERS.get(shape, list)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    sent: list[Any] = []
    for end in range(3, len(messages) + 1, 2):
        request = convert(messages[:end])
        other = end > 41
        options: dict[str, Any] = {"compressors": [OtherWay(), Raw()]} if other else {}
        with Headroom(store=url, **options) as one, Headroom(store=url, **options) as two:
            now = one.compress(request, shape=shape).messages
            assert two.compress(request, shape=shape).messages == now
        assert now[: len(sent)] == sent
        sent = now
    assert "about " in json.dumps(sent[-1])
    assert "[headroom hr_" in json.dumps(sent[:5])


@given(CONVERSATION, PROFILE)
def test_deterministic(messages: list[Any], profile: str) -> None:
    """3: two engines with two stores choose the same bytes."""
    assert headroom(profile).compress(messages).messages == headroom(profile).compress(messages).messages


def test_deterministic_across_processes_and_hash_seeds() -> None:
    """3: also where Python's hashes differ."""
    program = (
        "import sys, json, hashlib\n"
        "from headroom import Headroom, MemoryStore\n"
        "lines = [f'2026-01-0{1 + n // 50} 10:00:{n % 60:02d} INFO worker {n % 7} did {n * 37 % 1000}' for n in range(300)]\n"
        "rows = [{'id': n, 'kind': 'ab'[n % 2], 'v': n * 1.5} for n in range(200)]\n"
        "hits = [f'src/f{n // 5}.py:{n}: call(name_{n})' for n in range(90)]\n"
        "texts = ['\\n'.join(lines), json.dumps(rows), '\\n'.join(hits)]\n"
        "out = [Headroom(store=MemoryStore(), profile=p).compress_text(t, query='worker 3 name_7').text\n"
        "       for t in texts for p in ('safe', 'balanced', 'aggressive')]\n"
        "print(hashlib.sha256('\\0'.join(out).encode()).hexdigest())\n"
    )
    seen = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
        )
        seen.add(done.stdout)
    assert len(seen) == 1


@given(CONVERSATION, PROFILE)
def test_idempotent(messages: list[Any], profile: str) -> None:
    """4: text that the engine has produced is recognised and left alone."""
    engine = headroom(profile)
    once = engine.compress(messages).messages
    assert engine.compress(once).messages == once


@given(TEXT, PROFILE)
def test_a_marker_that_somebody_else_wrote_is_ordinary_text(text: str, profile: str) -> None:
    """4: documentation about markers neither disables compression nor passes for ours."""
    forged = f"[headroom hr_0123456789ab · 61 of 2,000 lines · headroom_retrieve(id, lines|grep|query)]\n{text}"
    result = headroom(profile).compress_text(forged)
    assert result.block.reason != "Headroom has produced this text"
    if result.id is not None:
        assert result.id != "hr_0123456789ab"


@given(CONVERSATION, PROFILE)
def test_never_larger(messages: list[Any], profile: str) -> None:
    """5: each changed block has fewer tokens than before, marker included, and nothing else was stored."""
    engine = headroom(profile)
    result = engine.compress(messages)
    checks.never_larger(messages, result, COUNT)
    assert {s.id for s in engine.store.ls()} == {b.id for b in result.changed}


@given(CONVERSATION, PROFILE)
def test_protocol_safe(messages: list[Any], profile: str) -> None:
    """6: nothing but texts of tool results differs, and the input is not mutated."""
    before = copy.deepcopy(messages)
    result = headroom(profile).compress(messages)
    assert messages == before
    checks.protocol_safe(messages, result)


@given(CONVERSATION, PROFILE, st.sampled_from(["INFO", "handler", "id", "error", '": ', "  "]))
def test_keep_spans_stay_exact(messages: list[Any], profile: str, span: str) -> None:
    """7: wherever they occur, as often as before."""
    result = headroom(profile, keep=[span]).compress(messages)
    for path, before, after in checks.pairs(messages, result.messages):
        assert path is not None
        assert (span in before) <= (span in after)


@given(CONVERSATION, PROFILE)
def test_only_what_may_change_changes(messages: list[Any], profile: str) -> None:
    """7: a verbatim tool, a bypass and other roles are byte-exact."""
    verbatim = dict.fromkeys(["bash", "shell", "Read", "http_get", "list_files"], "verbatim")
    assert headroom(profile, tools=verbatim).compress(messages).messages == messages
    assert headroom(profile).compress(messages, bypass=True).messages == messages
    assert headroom(profile, roles=["user"]).compress(messages).messages == messages or any(
        b.role == "user" for b in headroom(profile, roles=["user"]).compress(messages).changed
    )


@given(CONVERSATION)
def test_file_reads_stay_exact_or_are_references(messages: list[Any]) -> None:
    """7: bytes that an agent may quote back, under the default profile."""
    result = headroom("safe").compress(messages)
    for block in result.changed:
        if block.tool == "Read":
            path = checks.at(messages, block.path)
            assert block.action == "referenced" or "app.py" not in path


@given(CONVERSATION, PROFILE)
def test_numbered_lines_are_lines_of_the_original(messages: list[Any], profile: str) -> None:
    """8: what carries a line number is that line, whole. The compressors' own tests check their re-encodings."""
    result = headroom(profile).compress(messages)
    checks.atomic_lines(messages, result)


@given(CONVERSATION, st.sampled_from([None, "gpt-5", "gpt-4", "claude-opus-4-6", "nobody-knows"]))
def test_honest_counts(messages: list[Any], model: str | None) -> None:
    """9: exact in the model's own tokenizer, or labelled."""
    result = headroom("safe").compress(messages, model=model)
    assert result.estimated == (model not in {"gpt-5", "gpt-4"})
    assert result.tokens_saved == result.tokens_before - result.tokens_after >= 0


@given(st.lists(TEXT, min_size=1, max_size=3), st.integers(1, 400))
def test_a_budget_is_met_or_refused(texts: list[str], budget: int) -> None:
    """A promise: never silently more."""
    for text in texts:
        try:
            result = headroom("safe").compress_text(text, budget=budget, model="gpt-5")
        except BudgetError:
            assert COUNT(text) > budget  # either outcome is right, depending on the text
        else:
            assert COUNT(result.text) <= budget


class Failing(MemoryStore):
    """A store whose disk is full."""

    def save(self, entries: Any, events: Any = ()) -> Saved:
        raise StoreError("the disk is full")


class Unreadable(MemoryStore):
    """A store that cannot be opened."""

    def projections(self, keys: Any) -> Any:
        raise StoreError("not a database")


@given(CONVERSATION)
def test_nothing_is_shown_that_could_not_be_stored(messages: list[Any]) -> None:
    """1: the put comes first; without it the block stays as it was and says why."""
    for store, why in ((Failing(), "the disk is full"), (Unreadable(), "not a database")):
        engine = Headroom(store=store)
        result = engine.compress(messages)
        assert result.messages == messages
        would_change = headroom("safe").compress(messages).changed
        if would_change:
            assert why in " ".join(result.warnings)
            assert any(why in b.reason for b in result.blocks)


class Crashing:
    """A compressor with a bug."""

    name = "Crashing"
    kind = "crash"

    def score(self, text: str, hint: Any) -> float:
        return 1.0

    def compress(self, text: str, hint: Any, limits: Any) -> Any:
        raise ZeroDivisionError("boom")


def test_a_fault_in_a_compressor_keeps_the_original_and_is_visible() -> None:
    """Fail towards the original, and say so."""
    engine = Headroom(store=MemoryStore(), compressors=[Crashing(), Raw()])
    result = engine.compress_text("x" * 1000)
    assert result.text == "x" * 1000
    assert "boom" in result.warnings[0]


def test_two_texts_under_one_id_both_survive() -> None:
    """Nothing is overwritten; the second takes more digits."""

    class Colliding(MemoryStore):
        def save(self, entries: Any, events: Any = ()) -> Saved:
            fresh = [e for e in entries if e.id is not None and len(e.id) == 15]
            if fresh:
                rest = [e for e in entries if e not in fresh]
                super().save(rest, events)
                return Saved(collided={i: e.id + "ab" for i, e in enumerate(entries) if e in fresh})
            return super().save(entries, events)

    engine = Headroom(store=Colliding())
    text = "\n".join(f"2026-01-01 10:00:{n % 60:02d} INFO worker did {n}" for n in range(300))
    result = engine.compress_text(text)
    assert result.id is not None
    assert len(result.id) == 17
    assert result.id in result.text
    assert engine.retrieve(result.id) == text


def test_a_deadline_that_is_over_leaves_everything_as_it_was() -> None:
    """10: and the reason is in the report."""
    text = "\n".join(f"2026-01-01 10:00:{n % 60:02d} INFO worker did {n}" for n in range(300))
    message = {"role": "tool", "tool_call_id": "c", "content": text}
    result = Headroom(store=MemoryStore(), deadline=0.0).compress([message])
    assert result.messages == [message]
    assert result.blocks[0].reason == "the deadline was reached"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "\0" * 100_000,
        "\ud800" * 50_000,
        "a" * 1_000_000,
        "\n" * 1_000_000,
        " " * 1_000_000,
        "(" * 300_000,
        "a.b:1:" * 100_000,
        "=" * 500_000 + "x",
        "\\" * 500_000,
        "1," * 300_000,
        b"\xff\xfe\x00binary\n".decode("utf-8", "surrogateescape") * 5_000,
    ],
    ids=lambda text: repr(text[:8]),
)
@pytest.mark.parametrize("profile", ["safe", "aggressive"])
def test_hostile_text_neither_crashes_nor_gets_lost(text: str, profile: str) -> None:
    """10: bounded, and reversible all the same."""
    engine = headroom(profile)
    result = engine.compress_text(text)
    assert not result.warnings
    assert result.id is None or engine.retrieve(result.id) == text


def test_many_tiny_messages_cost_little_each() -> None:
    """10: no quadratic time; none of them is stored."""
    messages = [{"role": "user" if n % 2 else "assistant", "content": str(n)} for n in range(200_000)]
    engine = headroom("safe")
    result = engine.compress(messages)
    assert result.messages == messages
    assert list(engine.store.ls()) == []


def test_paths_of_reports_lead_to_the_blocks() -> None:
    """What a report is about can be found."""
    log = "\n".join(f"2026-01-01 10:00:{n % 60:02d} INFO worker did {n}" for n in range(300))
    messages = [{"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": log}]}]
    result = headroom("safe").compress(messages)
    (block,) = result.changed
    path: BlockPath = block.path
    assert checks.at(messages, path) == log
    assert json.dumps(checks.at(result.messages, path)).startswith('"[headroom')

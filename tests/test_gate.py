"""The gate: an elision must be worth what fetching it back would cost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom.gate import Gate, learned

HITS = "\n".join(f"src/area_{n % 7}/part_{n}.py:{n}:    value = compute({n})" for n in range(60))


def conversation(before: str) -> list[dict[str, object]]:
    return [
        {"role": "user", "content": "Look for compute."},
        {"role": "tool", "tool_call_id": "a", "content": before},
        {"role": "tool", "tool_call_id": "b", "content": HITS},
    ]


@given(st.integers(0, 100_000), st.integers(0, 1_000_000), st.sampled_from(["log", "search", "other"]))
def test_more_saved_pays_sooner_and_more_context_later(saved: int, context: int, kind: str) -> None:
    gate = Gate()
    if gate.pays(saved=saved, kind=kind, context=context):
        assert gate.pays(saved=saved + 1, kind=kind, context=context)
        assert gate.pays(saved=saved, kind=kind, context=max(0, context - 1000))


def test_what_is_never_fetched_back_always_pays() -> None:
    assert Gate(rates={"log": 0.0}).pays(saved=1, kind="log", context=10**9)


def test_a_kind_that_is_always_fetched_back_pays_only_where_it_spares_more_than_a_retrieval() -> None:
    gate = Gate(rates={"search": 1.0})
    assert not gate.pays(saved=500, kind="search", context=0)
    assert gate.pays(saved=900, kind="search", context=0)
    assert not gate.pays(saved=900, kind="search", context=20_000)


def test_rates_move_from_the_usual_ones_with_what_happened() -> None:
    few, many = learned([("log", 4, 4)])["log"], learned([("log", 400, 400)])["log"]
    assert Gate().rates["log"] < few < many <= 1.0
    assert learned([("log", 4000, 0)])["log"] < 0.001
    assert learned([])["log"] == Gate().rates["log"]


def test_small_savings_in_a_long_conversation_stay_lossless_and_say_so() -> None:
    free = Headroom(store=MemoryStore(), profile="balanced", gate=None)
    gated = Headroom(store=MemoryStore(), profile="balanced")
    long = conversation(" ".join(f"word{n}" for n in range(90_000)))
    assert not free.compress(long, roles=["tool"]).blocks[-1].lossless
    block = gated.compress(long).blocks[-1]
    assert block.lossless
    short = conversation("nothing")
    assert gated.compress(short).messages == free.compress(short).messages


def test_what_counts_as_context_is_what_is_shown() -> None:
    """So a conversation that comes back as it was shown is decided on as before, near the price as well."""
    log = "\n".join(
        f"2026-01-01 10:{n // 60 % 60:02d}:{n % 60:02d} INFO worker served request {n}" for n in range(20_000)
    )
    call = {"id": "c0", "type": "function", "function": {"name": "bash", "arguments": '{"command": "cat app.log"}'}}
    before = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c0", "content": log},
    ]
    engine = Headroom(store=MemoryStore(), profile="balanced")
    alone = engine.compress(conversation("nothing"))
    assert not alone.blocks[-1].lossless
    behind = engine.compress(before + conversation("nothing"))
    assert behind.messages[-1] == alone.messages[-1]
    assert engine.compress(behind.messages).messages == behind.messages
    assert (
        Headroom(store=MemoryStore(), profile="balanced").compress(behind.messages).messages[-1] == alone.messages[-1]
    )


def test_a_store_teaches_which_kinds_are_fetched_back() -> None:
    store = MemoryStore()
    teacher = Headroom(store=store, profile="balanced")
    for n in range(200):
        result = teacher.compress_text(HITS.replace("compute", f"compute_{n}"), command="rg compute")
        assert result.id is not None
        teacher.retrieve(result.id, lines="1-3")
    usual = Headroom(store=MemoryStore(), profile="balanced").compress_text(HITS, command="rg compute")
    taught = Headroom(store=store, profile="balanced", gate="learned").compress_text(HITS, command="rg compute")
    assert not usual.block.lossless
    assert taught.block.lossless

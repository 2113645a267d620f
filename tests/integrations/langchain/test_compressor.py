"""`HeadroomCompressor`: the same type comes out, shorter, by every way that a Runnable is called."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")

from langchain_core.documents import Document
from langchain_core.messages import AIMessage, FunctionMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompt_values import ChatPromptValue, StringPromptValue
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import ConfigurableField, RunnableGenerator, RunnableLambda, RunnablePassthrough
from langchain_core.tracers.schemas import Run

from headroom import BudgetError, ConfigError, Headroom, MemoryStore
from langchain_headroom import HeadroomCompressor, faults
from tests.integrations.langchain.scripted import LOG, SECRET, ScriptedModel, call

HISTORY = [
    SystemMessage("You help."),
    HumanMessage("Why was a job skipped?"),
    call("read_log", service="api"),
    ToolMessage(LOG, tool_call_id="c1", name="read_log", id="t1", artifact={"raw": 1}),
]


@pytest.fixture
def compressor(engine: Headroom) -> HeadroomCompressor:
    return HeadroomCompressor(engine=engine)


def test_messages_come_out_as_messages_and_only_the_tool_result_is_another(
    compressor: HeadroomCompressor, engine: Headroom
) -> None:
    given = copy.deepcopy(HISTORY)
    out = compressor.invoke(given)
    assert given == HISTORY
    assert [m is g for m, g in zip(out, given, strict=True)] == [True, True, True, False]
    result = out[3]
    assert (result.id, result.tool_call_id, result.name, result.artifact) == ("t1", "c1", "read_log", {"raw": 1})
    assert len(result.content) < len(LOG) / 10
    assert SECRET in result.content
    report = result.response_metadata["headroom"]
    assert report["action"] == "compressed"
    assert report["tokens_after"] < report["tokens_before"]
    assert engine.retrieve(report["ids"][0]) == LOG


def test_twice_is_once(compressor: HeadroomCompressor) -> None:
    once = compressor.invoke(HISTORY)
    assert compressor.invoke(once) == once


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "text", "text": LOG, "cache_control": {"type": "ephemeral"}}, {"type": "image", "url": "x"}, "short"],
        [LOG, {"type": "json", "json": {"text": LOG}}],
    ],
)
def test_parts_stay_parts_and_only_texts_change(compressor: HeadroomCompressor, content: Any) -> None:
    (out,) = compressor.invoke([ToolMessage(content, tool_call_id="c1")])
    assert [type(p) for p in out.content] == [type(p) for p in content]
    changed = [(new, old) for new, old in zip(out.content, content, strict=True) if new != old]
    ((new, old),) = changed
    if isinstance(old, dict):
        assert {k: v for k, v in new.items() if k != "text"} == {k: v for k, v in old.items() if k != "text"}


@pytest.mark.parametrize(
    "message",
    [
        ToolMessage(LOG, tool_call_id="c1", status="error"),
        ToolMessage(LOG, tool_call_id="c1", name="headroom_retrieve"),
        ToolMessage([{"type": "text", "text": LOG, "citations": [{"cited_text": "job"}]}], tool_call_id="c1"),
        HumanMessage(LOG),
        SystemMessage(LOG),
        AIMessage(LOG),
        HumanMessage([{"type": "document", "source": {"type": "text", "data": LOG}}]),
    ],
)
def test_errors_slices_cited_text_and_what_people_and_models_say_stay(
    compressor: HeadroomCompressor, message: Any
) -> None:
    assert compressor.invoke([message])[0] is message
    assert compressor.invoke(message) is message


def test_a_retrieved_slice_is_known_by_its_call(compressor: HeadroomCompressor) -> None:
    messages = [call("headroom_retrieve", call_id="c9"), ToolMessage(LOG, tool_call_id="c9")]
    assert compressor.invoke(messages)[1] is messages[1]


def test_a_file_that_an_agent_may_edit_stays_exact(compressor: HeadroomCompressor) -> None:
    source = "\n".join(f"def f{n}(x):\n    return x + {n}" for n in range(100))
    messages = [call("read_file", path="src/a.py"), ToolMessage(source, tool_call_id="c1")]
    assert compressor.invoke(messages)[1] is messages[1]
    again = [*messages, call("read_file", call_id="c2", path="src/a.py"), ToolMessage(source, tool_call_id="c2")]
    assert "result #1 above" in compressor.invoke(again)[3].content


def test_other_roles_change_on_request(engine: Headroom) -> None:
    compressor = HeadroomCompressor(engine=engine, roles=["user", "tool"])
    assert len(compressor.invoke([HumanMessage(LOG)])[0].content) < len(LOG) / 10
    assert len(compressor.invoke([FunctionMessage(name="f", content=LOG)])[0].content) < len(LOG) / 10


def test_every_type_comes_out_as_it_went_in(compressor: HeadroomCompressor) -> None:
    value = ChatPromptValue(messages=HISTORY)
    document = Document(LOG, id="d", metadata={"source": "api.log"})
    assert isinstance(compressor.invoke(value), ChatPromptValue)
    assert isinstance(compressor.invoke(HISTORY[3]), ToolMessage)
    assert isinstance(compressor.invoke(LOG), str)
    assert isinstance(compressor.invoke(tuple(HISTORY)), tuple)
    out = compressor.invoke(document)
    assert (out.id, out.metadata["source"], len(out.page_content) < len(LOG) / 10) == ("d", "api.log", True)
    assert document.metadata == {"source": "api.log"}
    ((scored, score),) = compressor.invoke([(document, 0.7)])
    assert (scored.page_content, scored.metadata, score) == (out.page_content, out.metadata, 0.7)


@pytest.mark.parametrize(
    "value", [None, 3, [], {}, ["a", LOG], [HumanMessage("x"), LOG], StringPromptValue(text=LOG), object()]
)
def test_what_it_does_not_know_passes(compressor: HeadroomCompressor, value: Any) -> None:
    assert compressor.invoke(value) == value


def test_of_a_mapping_all_but_strings_change_or_what_is_named(compressor: HeadroomCompressor, engine: Headroom) -> None:
    given = {"context": [Document(LOG)], "question": LOG, "history": HISTORY, "n": 1}
    out = compressor.invoke(given)
    assert (out["question"], out["n"], list(out)) == (LOG, 1, list(given))
    assert len(out["context"][0].page_content) < len(LOG) / 10
    assert out["history"][3].content != LOG
    named = HeadroomCompressor(engine=engine, input_keys=("question",)).invoke(given)
    assert named["question"] != LOG
    assert named["context"] is given["context"]
    with pytest.raises(ConfigError, match="no entry 'docs', only 'context'"):
        HeadroomCompressor(engine=engine, input_keys=("docs",)).invoke(given)


def test_a_mappings_entry_may_be_the_query(engine: Headroom) -> None:
    text = "\n\n".join(
        f"Paragraph {n} is about machine {n}. It needs {n * 3} litres of oil in a year." for n in range(200)
    )
    compressor = HeadroomCompressor(engine=engine, profile="balanced", query_key="question", input_keys=("docs",))
    out = compressor.invoke({"docs": [Document(text)], "question": "How much oil does machine 171 need?"})
    assert "513 litres" in out["docs"][0].page_content
    assert len(out["docs"][0].page_content) < len(text) / 3


async def test_invoke_batch_stream_and_their_async_forms_say_the_same(compressor: HeadroomCompressor) -> None:
    expected = compressor.invoke(HISTORY)
    assert await compressor.ainvoke(HISTORY) == expected
    assert compressor.batch([HISTORY, HISTORY]) == [expected, expected]
    assert await compressor.abatch([HISTORY]) == [expected]
    assert list(compressor.stream(HISTORY)) == [expected]
    assert [chunk async for chunk in compressor.astream(HISTORY)] == [expected]


async def test_before_the_model_the_answer_still_streams(compressor: HeadroomCompressor) -> None:
    model = ScriptedModel(script=[AIMessage("one two three")])
    prompt = ChatPromptTemplate.from_messages([("system", "You help."), MessagesPlaceholder("history")])
    chain = prompt | compressor | model
    assert [c.content for c in chain.stream({"history": HISTORY})] == ["one ", "two ", "three"]
    assert [c.content async for c in chain.astream({"history": HISTORY})] == ["one ", "two ", "three"]
    assert len(model.seen[0][-1].content) < len(LOG) / 10


async def test_after_the_model_the_answer_streams_as_well(compressor: HeadroomCompressor) -> None:
    chain = ScriptedModel(script=[AIMessage("one two three")]) | compressor
    assert [c.content for c in chain.stream("x")] == ["one ", "two ", "three"]
    assert [c.content async for c in chain.astream("x")] == ["one ", "two ", "three"]


async def test_a_stream_of_text_is_put_together_first(compressor: HeadroomCompressor) -> None:
    def lines(_: Iterator[Any]) -> Iterator[str]:
        yield from LOG.splitlines(keepends=True)

    chain = RunnableGenerator(lines) | compressor
    assert list(chain.stream("x")) == [compressor.invoke(LOG)]


async def test_events_tags_and_names_are_those_of_a_runnable(compressor: HeadroomCompressor) -> None:
    runs: list[Run] = []
    chain: Any = RunnableLambda(lambda _: HISTORY) | compressor.with_config(run_name="squeeze", tags=["t"])
    chain.with_listeners(on_end=runs.append).invoke("x")
    assert [(r.name, r.tags) for r in runs[0].child_runs if r.name == "squeeze"] == [("squeeze", ["seq:step:2", "t"])]
    events = [e async for e in compressor.astream_events(HISTORY, version="v2")]
    assert {e["name"] for e in events} == {"HeadroomCompressor"}
    assert [e["event"] for e in events if e["event"] in ("on_chain_start", "on_chain_end")] == [
        "on_chain_start",
        "on_chain_end",
    ]


def test_it_has_schemas_and_a_graph(compressor: HeadroomCompressor) -> None:
    assert "ToolMessage" in str(compressor.get_input_jsonschema())
    assert "Document" in str(compressor.get_output_jsonschema())
    assert "HeadroomCompressor" in (RunnablePassthrough() | compressor).get_graph().draw_mermaid()


def test_settings_are_configurable_and_the_engine_is_kept(engine: Headroom) -> None:
    compressor = HeadroomCompressor(engine=engine).configurable_fields(elide=ConfigurableField(id="elide"))
    out = compressor.with_config(configurable={"elide": False}).invoke(HISTORY)
    assert out[3].response_metadata.get("headroom", {"lossless": True})["lossless"]
    assert compressor.invoke(HISTORY)[3].response_metadata["headroom"]["lossless"] is False


def test_copies_share_the_engine(compressor: HeadroomCompressor) -> None:
    assert copy.deepcopy(compressor).invoke(LOG) == compressor.invoke(LOG)
    assert compressor.model_copy(update={"profile": "balanced"}).engine is compressor.engine


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"profile": "gentle"}, "profile='gentle' is unknown"),
        ({"tools": {"a": "never"}}, "tools\\['a'\\]='never' is unknown"),
        ({"roles": ["robot"]}, "roles=.*robot"),
        ({"keep": "text"}, "keep"),
        ({"engine": 3}, "must be a headroom.Headroom"),
        ({"unknown": 3}, "unknown"),
    ],
)
def test_a_wrong_setting_is_an_error_at_once(settings: Any, says: Any) -> None:
    with pytest.raises(ValueError, match=says):
        HeadroomCompressor(**{"store": MemoryStore(), **settings} if "engine" not in settings else settings)


def test_an_engine_and_a_store_are_one_too_many(engine: Headroom) -> None:
    with pytest.raises(ConfigError, match="both given"):
        HeadroomCompressor(engine=engine, store=MemoryStore())


def test_a_budget_is_met_or_refused(engine: Headroom) -> None:
    assert len(HeadroomCompressor(engine=engine, budget=2000).invoke(LOG)) < 8000
    with pytest.raises(BudgetError):
        HeadroomCompressor(engine=engine, budget=5).invoke(HISTORY)


def test_a_store_that_cannot_be_written_leaves_everything_and_is_counted(tmp_path: Path) -> None:
    before = sum(faults().values())
    (tmp_path / "file").touch()
    compressor = HeadroomCompressor(store=f"sqlite:///{tmp_path}/file/x.db")
    assert compressor.invoke(HISTORY)[3] is HISTORY[3]
    assert compressor.invoke(LOG) == LOG
    assert compressor.invoke([Document(LOG)])[0].page_content == LOG
    assert sum(faults().values()) >= before + 3


def test_odd_text_neither_crashes_nor_gets_lost(compressor: HeadroomCompressor, engine: Headroom) -> None:
    for text in (
        "\x00\ud800" * 5000,
        "a" * 10**6,
        "\n" * 10**5,
        "⋯ lines 1-9\n" * 500,
        "[headroom hr_000000000000 · x]\n" * 99,
    ):
        out = compressor.invoke([ToolMessage(text, tool_call_id="c1")])[0]
        if out.content != text:
            assert engine.retrieve(out.response_metadata["headroom"]["ids"][0]) == text


def test_reports_can_be_pickled_and_written_as_json(compressor: HeadroomCompressor) -> None:
    out = compressor.invoke(HISTORY)[3]
    assert pickle.loads(pickle.dumps(out)) == out
    assert '"action":"compressed"' in out.model_dump_json()

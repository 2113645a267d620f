"""What goes wrong inside leaves the input as it was, is logged once, and is counted."""

from __future__ import annotations

import logging
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")

from langchain_core.documents import Document
from langchain_core.messages import ToolMessage

from headroom import ConfigError, Headroom, MemoryStore
from langchain_headroom import HeadroomCompressor
from langchain_headroom._engine import Settings
from tests.integrations.langchain.scripted import LOG


class Broken(Headroom):
    """An engine with a fault that nobody thought of."""

    def compress(self, messages: Any, *, bypass: bool = False, **options: Any) -> Any:
        if bypass:
            return super().compress(messages, bypass=True, **options)
        raise ZeroDivisionError("a fault in compress")

    def compress_text(self, text: str, **options: Any) -> Any:
        raise ZeroDivisionError("a fault in compress_text")

    def compress_texts(self, texts: Any, **options: Any) -> Any:
        raise ZeroDivisionError("a fault in compress_texts")


def test_a_fault_leaves_the_input_and_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    engine = Broken(store=MemoryStore())
    compressor = HeadroomCompressor(engine=engine)
    messages = [ToolMessage(LOG, tool_call_id="c1")]
    documents = [Document(LOG), Document("x")]
    with caplog.at_level(logging.WARNING, "langchain_headroom"):
        for _ in range(2):
            assert compressor.invoke(messages) == messages
            assert compressor.invoke(LOG) == LOG
            assert compressor.invoke(documents) == documents
    assert [r.getMessage().count("ZeroDivisionError") for r in caplog.records] == [1, 1, 1]
    assert len([event for _, event in engine.store.events() if event.name == "fault"]) == 6


def test_settings_are_those_of_the_engine_unless_given() -> None:
    engine = Headroom(store=MemoryStore(), elide=False)
    assert HeadroomCompressor(engine=engine).invoke(LOG) == engine.compress_text(LOG).text
    assert HeadroomCompressor(engine=engine, elide=True).invoke(LOG) != engine.compress_text(LOG).text
    with pytest.raises(ConfigError):
        Settings(profile="gentle").check(engine)

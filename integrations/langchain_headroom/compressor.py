"""`HeadroomCompressor`: a Runnable that shortens what passes through it, and a document compressor for retrievers.

The same type comes out that went in. It compresses nothing itself: `_messages` and `_documents` hand texts to the engine.
Place it before the model (`HeadroomCompressor() | model`); an answer that streams through it passes chunk by chunk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from re import Pattern
from typing import Any, Union

from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, BaseDocumentTransformer, Document
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage
from langchain_core.prompt_values import ChatPromptValue, ChatPromptValueConcrete
from langchain_core.runnables import RunnableConfig, RunnableSerializable
from pydantic import ConfigDict, Field, PrivateAttr, SkipValidation

from headroom.api import engine_of
from headroom.engine import Headroom
from headroom.exceptions import BudgetError, ConfigError
from headroom.store._api import Store
from langchain_headroom._documents import compress_documents
from langchain_headroom._engine import FAULTS, Settings
from langchain_headroom._messages import compress_messages

__all__ = ["HeadroomCompressor"]


class HeadroomCompressor(RunnableSerializable[Any, Any], BaseDocumentCompressor, BaseDocumentTransformer):
    """Shorten tool results and retrieved documents; everything else passes.

    Takes a list of messages, one message, a `ChatPromptValue`, a `Document`, a list of documents or of (document, score)
    pairs, a `str` (the output of one tool), or a mapping of these. What it does not know passes untouched. The input is
    never mutated, and a fault leaves it as it is: see `langchain_headroom.faults`.

    Settings that are None are those of the engine.

    Raises:
        ConfigError: a setting cannot be used. BudgetError, on use: `budget` is set and cannot be met.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    engine: SkipValidation[Headroom | None] = Field(default=None, exclude=True, repr=False)
    """The engine, shared with whoever else uses its store."""
    store: SkipValidation[Store | str | None] = Field(default=None, exclude=True, repr=False)
    """In place of an engine: a store or its URL. Default: the embedded store."""
    profile: str | None = None
    """"safe", "balanced" or "aggressive"."""
    tools: Mapping[str, str] | None = None
    """Rules by tool name: "verbatim", "lossless" or a profile."""
    roles: Sequence[str] | None = None
    """Whose messages may change; tool results by default."""
    keep: Sequence[Union[str, Pattern[str]]] | None = None  # noqa: UP007  # pydantic evaluates it on Python 3.10
    """Spans that stay byte-exact."""
    elide: bool | None = None
    """False leaves nothing out: for models that have no `headroom_retrieve`."""
    model: str | None = None
    """Whose tokens count for `budget`."""
    budget: int | None = None
    """Tokens that the messages, or the documents of one call, or each text may have."""
    query: str | None = None
    """What the reader is after. Messages need none: the user's words before each tool result serve."""
    query_key: str | None = None
    """Of a mapping, the entry that holds the query."""
    input_keys: tuple[str, ...] | None = None
    """Of a mapping, the entries to compress. Default: all but strings, so that a question stays a question."""
    dedupe: bool = True
    """Keep once what stands in several documents."""

    _engine: Headroom = PrivateAttr()
    _settings: Settings = PrivateAttr()

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._engine = engine_of(self.engine, self.store)
        shared = set(Settings.__dataclass_fields__) & set(type(self).model_fields)
        self._settings = Settings(**{name: getattr(self, name) for name in shared}).check(self._engine)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> HeadroomCompressor:
        return self  # nothing in it changes, and an engine is shared

    @property
    def InputType(self) -> Any:  # noqa: N802  # LangChain's name
        """What may come in; the same type goes out."""
        return _TYPES

    @property
    def OutputType(self) -> Any:  # noqa: N802  # LangChain's name
        """See `InputType`."""
        return _TYPES

    # ------------------------------------------------------------------------------------------------ as a Runnable

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """The same, shorter."""
        return self._call_with_config(self._compress, input, config)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """`invoke` with the work in a thread."""
        return await self._acall_with_config(self._acompress, input, config)

    def transform(self, input: Iterator[Any], config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Any]:
        """A model's answer passes chunk by chunk; everything else is put together first."""
        first = next(input, _NOTHING)
        if first is _NOTHING:
            return
        if self._passes(first):
            yield first
            yield from input
        else:
            yield from super().transform(_chained(first, input), config, **kwargs)

    async def atransform(
        self, input: AsyncIterator[Any], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        """`transform` for an async stream."""
        first = await anext(input, _NOTHING)
        if first is _NOTHING:
            return
        if self._passes(first):
            yield first
            async for chunk in input:
                yield chunk
        else:
            async for chunk in super().atransform(_achained(first, input), config, **kwargs):
                yield chunk

    def _passes(self, chunk: Any) -> bool:
        return isinstance(chunk, AIMessage) and "assistant" not in (self.roles or ())

    async def _acompress(self, input: Any) -> Any:
        return await asyncio.to_thread(self._compress, input)

    def _compress(self, input: Any) -> Any:
        if isinstance(input, Mapping):
            return self._mapping(input)
        return self._value(input, self._settings)

    def _mapping(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        settings = self._settings
        if self.query_key is not None:
            query = _entry(given, self.query_key)
            settings = _with_query(settings, query if isinstance(query, str) else None)
        keys = self.input_keys
        if keys is None:
            keys = tuple(k for k, v in given.items() if not isinstance(v, (str, Mapping)))
        return {**given, **{key: self._value(_entry(given, key), settings) for key in keys}}

    def _value(self, value: Any, settings: Settings) -> Any:
        """One value of a known type, shortened; any other as it is."""
        if isinstance(value, str):
            return self._text(value, settings)
        if isinstance(value, BaseMessage):
            return compress_messages(self._engine, [value], settings)[0]
        if isinstance(value, ChatPromptValue):
            return value.model_copy(update={"messages": compress_messages(self._engine, value.messages, settings)})
        if isinstance(value, Document):
            return self._documents([value], settings)[0]
        if isinstance(value, (list, tuple)) and value:
            return self._sequence(value, settings)
        return value

    def _sequence(self, values: Sequence[Any], settings: Settings) -> Sequence[Any]:
        out: list[Any]
        if all(isinstance(v, BaseMessage) for v in values):
            out = compress_messages(self._engine, values, settings)
        elif all(isinstance(v, Document) for v in values):
            out = self._documents(values, settings)
        elif all(isinstance(v, tuple) and len(v) == 2 and isinstance(v[0], Document) for v in values):
            out = self._scored(values, settings)
        else:
            return values
        return tuple(out) if isinstance(values, tuple) else out

    def _scored(self, pairs: Sequence[tuple[Document, Any]], settings: Settings) -> list[tuple[Document, Any]]:
        """Documents with their scores, which stay theirs; the position finds the score again."""
        numbered = [d.model_copy(update={"metadata": {**d.metadata, _POSITION: n}}) for n, (d, _) in enumerate(pairs)]
        out: list[tuple[Document, Any]] = []
        for document in self._documents(numbered, settings):
            metadata = dict(document.metadata)
            number = metadata.pop(_POSITION)
            for merged in metadata.get("headroom", {}).get("merged", ()):
                merged["score"] = pairs[merged["metadata"].pop(_POSITION)][1]
            out.append((document.model_copy(update={"metadata": metadata}), pairs[number][1]))
        return out

    def _text(self, text: str, settings: Settings) -> str:
        try:
            result = self._engine.compress_text(text, **settings.for_text())
        except (ConfigError, BudgetError):
            raise
        except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
            FAULTS.unforeseen(error, self._engine)
            return text
        for warning in result.warnings:
            FAULTS.note(warning)
        return result.text

    def _documents(self, documents: Sequence[Document], settings: Settings) -> list[Document]:
        return compress_documents(self._engine, documents, settings, dedupe=self.dedupe)

    # ------------------------------------------------------------------------------------- as a document compressor

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> list[Document]:
        """Retrieved documents for a query: in order, each text once, with provenance and spans in the metadata."""
        return self._documents(documents, _with_query(self._settings, query))

    async def acompress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> list[Document]:
        """`compress_documents` in a thread."""
        return await asyncio.to_thread(self.compress_documents, documents, query)

    def transform_documents(self, documents: Sequence[Document], **kwargs: Any) -> list[Document]:
        """Documents without a query."""
        return self._documents(documents, self._settings)

    async def atransform_documents(self, documents: Sequence[Document], **kwargs: Any) -> list[Document]:
        """`transform_documents` in a thread."""
        return await asyncio.to_thread(self.transform_documents, documents)


_TYPES: Any = Union[  # noqa: UP007  # `|` makes no type of it that LangChain reads on Python 3.10
    str, AnyMessage, list[AnyMessage], ChatPromptValueConcrete, Document, list[Document], dict[str, Any]
]
_POSITION = "\0headroom position"
_NOTHING: Any = object()


def _with_query(settings: Settings, query: str | None) -> Settings:
    values = settings.for_messages()
    return Settings(**{**values, "query": query or values["query"]})


def _entry(given: Mapping[str, Any], key: str) -> Any:
    if key not in given:
        raise ConfigError(f"input has no entry {key!r}, only {', '.join(map(repr, given))}")
    return given[key]


def _chained(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


async def _achained(first: Any, rest: AsyncIterator[Any]) -> AsyncIterator[Any]:
    yield first
    async for item in rest:
        yield item

"""`HeadroomCallbackHandler`: what was saved, next to what the provider says was paid and read from its cache.

It observes and never edits. Savings are read off the reports that compressed messages and documents carry; usage is what
the provider reports. Savings are estimates of tokens, counted for every request that they were left out of: that is how
they are paid for. Usage is exact.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from langchain_headroom._engine import METADATA
from langchain_headroom._messages import report_of

__all__ = ["HeadroomCallbackHandler", "Savings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """Of one run, or of all. Token figures of messages and documents are estimates (`estimated`), usage is the provider's.

    `requests` counts model calls. `tokens_saved` is summed over them: a result that ten requests repeat in its short form
    counts ten times. `documents_tokens_saved` counts retrieved documents once. `cache_read` and `cache_creation` are parts
    of `input_tokens`.
    """

    requests: int = 0
    messages: int = 0
    tokens_saved: int = 0
    documents: int = 0
    documents_tokens_saved: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read: int = 0
    cache_creation: int = 0
    estimated: bool = True

    def plus(self, **more: int) -> Savings:
        """These figures with others added."""
        return replace(self, **{name: getattr(self, name) + value for name, value in more.items()})


class HeadroomCallbackHandler(BaseCallbackHandler):
    """`chain.invoke(x, config={"callbacks": [handler]})`, then `handler.total` and `handler.runs`. Safe between threads."""

    KEPT_RUNS = 1000
    """Root runs whose figures are kept; `total` goes on counting."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._total = Savings()
        self._runs: OrderedDict[UUID, Savings] = OrderedDict()
        self._roots: OrderedDict[UUID, UUID] = OrderedDict()
        self._seen: OrderedDict[tuple[UUID, str], None] = OrderedDict()

    @property
    def total(self) -> Savings:
        """Of all runs so far."""
        return self._total

    @property
    def runs(self) -> dict[UUID, Savings]:
        """By the id of the root run, oldest first."""
        with self._lock:
            return dict(self._runs)

    # ------------------------------------------------------------------------------------------------ LangChain calls

    def on_chain_start(
        self, serialized: Any, inputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """Learn where the run belongs."""
        self._root(run_id, parent_run_id)

    def on_tool_start(
        self, serialized: Any, input_str: str, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """Learn where the run belongs."""
        self._root(run_id, parent_run_id)

    def on_retriever_start(
        self, serialized: Any, query: str, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """Learn where the run belongs."""
        self._root(run_id, parent_run_id)

    def on_llm_start(
        self, serialized: Any, prompts: list[str], *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """Count a request of a model that takes text."""
        self._add(self._root(run_id, parent_run_id), requests=1)

    def on_chat_model_start(
        self,
        serialized: Any,
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """Count what this request does not carry."""
        saved = [_saved(report_of(m)) for batch in messages for m in batch if "ids" in report_of(m)]
        self._add(
            self._root(run_id, parent_run_id), requests=len(messages), messages=len(saved), tokens_saved=sum(saved)
        )

    def on_llm_end(
        self, response: LLMResult, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """Take over what the provider reports."""
        root = self._root(run_id, parent_run_id)
        for generation in (g for batch in response.generations for g in batch):
            message = generation.message if isinstance(generation, ChatGeneration) else None
            usage = message.usage_metadata if isinstance(message, AIMessage) else None
            if usage:
                details = usage.get("input_token_details") or {}
                self._add(
                    root,
                    input_tokens=usage.get("input_tokens") or 0,
                    output_tokens=usage.get("output_tokens") or 0,
                    cache_read=details.get("cache_read") or 0,
                    cache_creation=details.get("cache_creation") or 0,
                )

    def on_chain_end(self, outputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
        """Count documents that a chain hands on."""
        self._documents(outputs, self._root(run_id, parent_run_id))

    def on_retriever_end(
        self, documents: Sequence[Document], *, run_id: UUID, parent_run_id: UUID | None = None, **kwargs: Any
    ) -> None:
        """Count documents that a retriever has found."""
        self._documents(documents, self._root(run_id, parent_run_id))

    # ------------------------------------------------------------------------------------------------------- counting

    def _root(self, run_id: UUID, parent_run_id: UUID | None) -> UUID:
        with self._lock:
            root = self._roots.get(run_id) or self._roots.get(parent_run_id or run_id) or parent_run_id or run_id
            self._roots[run_id] = root
            while len(self._roots) > 50 * self.KEPT_RUNS:
                self._roots.popitem(last=False)
            return root

    def _add(self, root: UUID, **more: int) -> None:
        with self._lock:
            self._total = self._total.plus(**more)
            self._runs[root] = self._runs.get(root, Savings()).plus(**more)
            while len(self._runs) > self.KEPT_RUNS:
                self._runs.popitem(last=False)

    def _documents(self, outputs: Any, root: UUID) -> None:
        """Documents of a run, each once, however many steps hand them on."""
        for document in outputs if isinstance(outputs, list) else ():
            report = document.metadata.get(METADATA) if isinstance(document, Document) else None
            if not isinstance(report, dict) or not self._new(root, document, report):
                continue
            merged = report.get("merged", ())
            self._add(root, documents=1 + len(merged), documents_tokens_saved=_saved(report))

    def _new(self, root: UUID, document: Document, report: dict[str, Any]) -> bool:
        key = root, f"{document.id} {report.get('ids')} {report.get('spans')} {hash(document.page_content)}"
        with self._lock:
            new = key not in self._seen
            self._seen[key] = None
            while len(self._seen) > 50 * self.KEPT_RUNS:
                self._seen.popitem(last=False)
            return new


def _saved(report: Any) -> int:
    return max(0, int(report.get("tokens_before", 0)) - int(report.get("tokens_after", 0)))

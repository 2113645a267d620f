"""LangChain's own suite for retrievers, on one that hands its documents to `HeadroomCompressor`."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")
pytest.importorskip("langchain_tests", reason="langchain-tests is not installed")
pytest.importorskip("langchain_classic", reason="langchain-classic is not installed")

from langchain_classic.retrievers import ContextualCompressionRetriever
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from headroom import Headroom, MemoryStore
from langchain_headroom import HeadroomCompressor

ENGINE = Headroom(store=MemoryStore())


class Fixed(BaseRetriever):
    """Finds as many documents as it is told to."""

    k: int = 3

    def _get_relevant_documents(self, query: str, *, run_manager: Any, k: int | None = None) -> list[Document]:
        return [Document(f"Fact number {n} about the query.") for n in range(k or self.k)]


class Compressed(ContextualCompressionRetriever):
    """With the constructor that the suite expects."""

    def __init__(self, k: int = 3, **kwargs: Any) -> None:
        parts = {"base_compressor": HeadroomCompressor(engine=ENGINE), "base_retriever": Fixed(k=k)}
        super().__init__(**{**parts, **kwargs})


class TestCompressionRetriever(RetrieversIntegrationTests):
    @property
    def retriever_constructor(self) -> type[Compressed]:
        return Compressed

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {}

    @property
    def retriever_query_example(self) -> str:
        return "fact"

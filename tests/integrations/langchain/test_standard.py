"""LangChain's own suites for tools."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")
pytest.importorskip("langchain_tests", reason="langchain-tests is not installed")

from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

from headroom import Headroom, MemoryStore
from langchain_headroom import headroom_retrieve_tool
from tests.integrations.langchain.scripted import LOG

ENGINE = Headroom(store=MemoryStore())
ID = ENGINE.compress_text(LOG).id


class TestRetrieveToolUnit(ToolsUnitTests):
    @property
    def tool_constructor(self) -> BaseTool:
        return headroom_retrieve_tool(engine=ENGINE)

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"id": ID, "grep": "acme"}


class TestRetrieveToolIntegration(ToolsIntegrationTests):
    @property
    def tool_constructor(self) -> BaseTool:
        return headroom_retrieve_tool(engine=ENGINE)

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"id": ID, "lines": "1-3"}

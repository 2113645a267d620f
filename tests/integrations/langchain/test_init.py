"""The package's door: cheap to import, and clear about what is missing. Runs with and without LangChain."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

langchain_headroom = pytest.importorskip(
    "langchain_headroom", reason="Headroom was installed before it had this package"
)


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_it_imports_no_framework_and_not_the_engine() -> None:
    loaded = python("import sys, langchain_headroom; print(*sys.modules)").split()
    assert not {
        name for name in loaded if name.partition(".")[0] in {"langchain", "langchain_core", "langgraph", "pydantic"}
    }
    assert "headroom.engine" not in loaded


@pytest.mark.parametrize(
    ("name", "missing", "extra"),
    [
        ("HeadroomCompressor", "langchain_core", "langchain"),
        ("headroom_retrieve_tool", "langchain_core", "langchain"),
        ("HeadroomCallbackHandler", "langchain_core", "langchain"),
        ("headroom_node", "langchain_core", "langchain"),
        ("HeadroomMiddleware", "langchain", "langchain-agents"),
        ("HeadroomMiddleware", "langgraph", "langchain-agents"),
        ("HeadroomMiddleware", "langchain_core.messages", "langchain-agents"),
        ("HeadroomMiddleware", "langchain.agents.middleware", "langchain-agents"),
    ],
)
def test_a_missing_framework_is_an_error_that_names_the_extra(name: str, missing: str, extra: str) -> None:
    said = python(
        f"import sys; sys.modules[{missing!r}] = None\n"
        f"try:\n    from langchain_headroom import {name}\n"
        "except ImportError as error: print(error)"
    )
    assert f"{name} needs lang" in said
    assert f"pip install 'headroom-context[{extra}]'" in said


def test_everything_in_all_can_be_had() -> None:
    assert dir(langchain_headroom) == sorted(langchain_headroom.__all__)
    if importlib.util.find_spec("langchain_core") is None:
        pytest.skip("the extra is not installed: headroom-context[langchain]")
    agents = importlib.util.find_spec("langchain") is not None
    for name in langchain_headroom.__all__:
        if agents or name != "HeadroomMiddleware":
            assert getattr(langchain_headroom, name).__module__.startswith("langchain_headroom")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = langchain_headroom.Nothing

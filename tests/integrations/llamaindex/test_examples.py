"""The examples and the README's code run as a user would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

core = pytest.importorskip("llama_index.core", reason="needs the extra: pip install 'headroom-context[llamaindex]'")

ROOT = Path(__file__).parents[3]
README = ROOT / "integrations/llama_index/postprocessor/headroom/README.md"


def run(*arguments: str) -> str:
    nltk = Path(str(core.__file__)).parent / "_static" / "nltk_cache"  # early versions do not look there themselves
    path = os.pathsep.join([str(ROOT), str(ROOT / "integrations")])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "NLTK_DATA": str(nltk), "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_retrieval() -> None:
    said = run("examples/llamaindex_rag.py")
    assert "each step is there once: True" in said
    assert "the warning is there: True" in said
    assert "citations resolve: True" in said


def test_an_agent() -> None:
    if not hasattr(pytest.importorskip("llama_index.core.llms.mock"), "MockFunctionCallingLLM"):
        pytest.skip("this version of LlamaIndex has no fake model that calls tools")
    assert "Job 1234 took 88 ms." in run("examples/llamaindex_agent.py")


def test_the_code_of_the_readme_runs() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    run("-c", "\n".join(blocks))


@pytest.mark.parametrize(
    ("core", "says"),
    [
        ("raise ImportError('none')", "needs llama-index-core: pip install 'headroom-context[llamaindex]'"),
        ("__version__ = '0.10.1'", "needs llama-index-core 0.12.52 or later, but 0.10.1 is installed"),
    ],
)
def test_a_framework_that_is_missing_or_too_old_is_named(tmp_path: Path, core: str, says: str) -> None:
    """A namespace package of the same name stands in for it."""
    fake = tmp_path / "llama_index" / "core"
    fake.mkdir(parents=True)
    (fake / "__init__.py").write_text(core)
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}]\n"
        "try:\n    import llama_index.postprocessor.headroom\nexcept ImportError as e:\n    print(e)"
    )
    assert says in run("-c", code)


def test_importing_it_does_not_import_the_engine() -> None:
    code = "import sys, llama_index.postprocessor.headroom; print('headroom.engine' in sys.modules)"
    assert run("-c", code).strip() == "False"

"""The examples run as a user would run them, and the README names them and the package's names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("langchain_core", reason="the extra is not installed: headroom-context[langchain]")

import langchain_headroom

ROOT = Path(__file__).parent.parent.parent.parent
README = (ROOT / "integrations" / "langchain_headroom" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("example", "needs", "says"),
    [
        ("langchain_agent.py", "langchain.agents", "The agent answers: 1236│10:20:35 INFO api-3 job 1235"),
        ("langchain_rag.py", "langchain_core", "document 0: [["),
    ],
)
def test_an_example_runs_and_says_what_it_should(example: str, needs: str, says: str, tmp_path: Path) -> None:
    pytest.importorskip(needs, reason="the extra is not installed: headroom-context[langchain-agents]")
    program = [sys.executable, str(ROOT / "examples" / example)]
    done = subprocess.run(program, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert says in done.stdout
    assert example in README


def test_the_readme_speaks_of_every_name_and_of_no_other() -> None:
    imported = {
        name for line in re.findall(r"from langchain_headroom import (.+)", README) for name in line.split(", ")
    }
    assert imported <= set(langchain_headroom.__all__)
    for name in langchain_headroom.__all__:
        assert name in README or name == "Savings"

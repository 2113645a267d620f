"""The examples run, each as a user would run it, and say the same every time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FRAMEWORKS = ("langchain", "litellm", "llamaindex")  # theirs run in tests/integrations, where a framework is installed
EXAMPLES = sorted(
    e for e in (Path(__file__).parent.parent / "examples").glob("*.py") if not e.name.startswith(FRAMEWORKS)
)
SAYS = {
    "quickstart.py": "retrieve(id) == output is True",
    "openai_messages.py": "refund_failed is visible: True",
    "anthropic_messages.py": "unused variable 'limit'",
    "async_app.py": "turn 3",
}


def run(example: Path) -> str:
    done = subprocess.run([sys.executable, str(example)], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
def test_an_example_runs_and_says_what_it_should(example: Path) -> None:
    said = run(example)
    assert SAYS[example.name] in said
    assert "as sent before: False" not in said


def test_the_quickstart_says_the_same_every_time() -> None:
    (quickstart,) = (e for e in EXAMPLES if e.name == "quickstart.py")
    assert run(quickstart) == run(quickstart)

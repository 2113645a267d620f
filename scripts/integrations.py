#!/usr/bin/env python3
"""Test the integrations at both ends of the versions that they support, each end in an environment of its own.

    scripts/integrations.py                 all environments
    scripts/integrations.py newest oldest   these

An environment is made in .venv-integrations/NAME, once, from constraints/NAME.txt. It gets the extras, what the tests use
beside them, and no more, so that nothing of the development environment hides what an extra lacks. A test that is skipped
without being expected to is a failure. Closes with one line per environment; exit code 1 when one has failed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
VENVS = ROOT / ".venv-integrations"
TOOLS = ("hypothesis>=6.100", "pytest>=8.3", "pytest-asyncio>=1.0")
LANGCHAIN = ("langchain-openai", "langchain-tests", "langchain-text-splitters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """`extras` of the distribution and `also`, other requirements of the tests; `tests` below tests/integrations; `types`
    are glob patterns of files that mypy checks. A test may be skipped for a reason that holds one of `skips`."""

    extras: str
    also: tuple[str, ...]
    tests: tuple[str, ...]
    types: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()


ENVIRONMENTS = {
    "newest": Environment(
        extras="langchain,langchain-agents,llamaindex",
        also=(*LANGCHAIN, "langchain-classic", "llama-index-llms-openai", "mypy>=1.13"),
        tests=("langchain", "llamaindex"),
        types=(
            "integrations/langchain_headroom/**/*.py",
            "integrations/llama_index/**/*.py",
            "tests/integrations/langchain/*.py",
            "tests/integrations/llamaindex/*.py",
            "examples/langchain_*.py",
            "examples/llamaindex_*.py",
        ),
    ),
    "oldest": Environment(
        extras="langchain,llamaindex",
        also=(*LANGCHAIN, "llama-index-llms-openai"),
        tests=("langchain", "llamaindex"),
        skips=("headroom-context[langchain-agents]", "langchain-classic", "langchain_classic", "has no fake model"),
    ),
    "oldest-agents": Environment(
        extras="langchain-agents", also=(*LANGCHAIN, "langchain-classic"), tests=("langchain",)
    ),
    "litellm-newest": Environment(
        extras="litellm,proxy",
        also=("litellm[proxy]", "mypy>=1.13"),
        tests=("litellm",),
        types=("integrations/litellm_headroom/*.py", "tests/integrations/litellm/*.py", "examples/litellm_*.py"),
    ),
    "litellm-oldest": Environment(
        extras="litellm", also=(), tests=("litellm",), skips=("litellm[proxy]", "this version of litellm")
    ),
}


def run(*command: str | Path) -> int:
    """The exit code of a command that writes to the terminal."""
    print("$", *command, flush=True)
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode  # noqa: S603  # our own words


def test(name: str, environment: Environment) -> list[str]:
    """Make the environment, run what belongs to it, and name what failed."""
    home = VENVS / name
    python = home / "bin" / "python"
    if not python.exists() and run(sys.executable, "-m", "venv", home):
        return ["venv"]
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    constraints = ROOT / "constraints" / f"{name}.txt"
    wanted = ("--editable", f".[{environment.extras}]", *environment.also, *TOOLS)
    if run(*pip, "--constraint", constraints, *wanted):
        return ["install"]
    failed: list[str] = []
    report = home / "tests.xml"
    folders = [f"tests/integrations/{folder}" for folder in environment.tests]
    if run(python, "-m", "pytest", "-q", f"--junitxml={report}", *folders):
        failed.append("tests")
    failed += [f"skipped: {reason}" for reason in skipped(report) if not any(s in reason for s in environment.skips)]
    files = sorted(str(path.relative_to(ROOT)) for pattern in environment.types for path in ROOT.glob(pattern))
    if files and run(python, "-m", "mypy", "--cache-dir", home / ".mypy_cache", *files):
        failed.append("types")
    return failed


def skipped(report: Path) -> list[str]:
    """Why tests were skipped, each reason once."""
    if not report.exists():
        return []
    found = ET.parse(report).iter("skipped")  # noqa: S314  # pytest has just written it
    return list(dict.fromkeys(f"{element.get('message')} {element.text or ''}" for element in found))


def main(names: Sequence[str]) -> int:
    """Run the environments that are named, or all."""
    unknown = set(names).difference(ENVIRONMENTS)
    if unknown:
        print(f"no environment {', '.join(sorted(unknown))}; there are {', '.join(ENVIRONMENTS)}", file=sys.stderr)
        return 2
    lines: list[str] = []
    ok = True
    for name, environment in ENVIRONMENTS.items():
        if names and name not in names:
            continue
        began = time.monotonic()
        failed = test(name, environment)
        ok = ok and not failed
        lines.append(f"{name}: {'; '.join(failed) or 'passed'} ({time.monotonic() - began:.0f} s)")
    print("\n".join(lines))
    return 0 if ok else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""The real `headroom wrap` command around stand-ins for agents."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.wrap.scripted import Scripted, scripted

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = Path(__file__).with_name("stand_in.py")
BASE_URLS = {
    "ANTHROPIC_BASE_URL": "{url}",
    "GOOGLE_GEMINI_BASE_URL": "{url}",
    "OPENAI_API_BASE": "{url}/v1",
    "COPILOT_PROVIDER_BASE_URL": "{url}/v1",
}


@dataclass(frozen=True)
class Wrapped:
    """How to start `headroom wrap` with agents that are stand-ins."""

    env: Mapping[str, str]
    folder: Path

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "headroom", *args]

    def run(
        self, *args: str, stdin: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*args),
            input=stdin,
            env={**self.env, **(env or {})},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *args: str) -> subprocess.Popen[str]:
        pipes = subprocess.PIPE
        command = self.command(*args)
        return subprocess.Popen(
            command, env=self.env, cwd=self.folder, stdin=pipes, stdout=pipes, stderr=pipes, text=True
        )


@pytest.fixture
def provider() -> Iterator[Scripted]:
    with scripted() as running:
        yield running


@pytest.fixture
def wrapped(tmp_path: Path, home: Path, provider: Scripted) -> Wrapped:
    """Stand-ins on the PATH, a home folder of their own, and base URLs that lead to the scripted provider."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("claude", "codex", "cursor-agent", "aider", "copilot", "gemini", "opencode"):
        program = programs / name
        program.write_text(f"#!{sys.executable}\nexec(open({str(STAND_IN)!r}).read())\n")
        program.chmod(0o755)
    user = tmp_path / "user"
    (user / ".codex").mkdir(parents=True)
    (user / ".codex" / "config.toml").write_text(f'openai_base_url = "{provider.url}/v1"\n')
    settings = f'{{"provider": {{"anthropic": {{"options": {{"baseURL": "{provider.url}/v1"}}}}}}}}'
    (user / ".config" / "opencode").mkdir(parents=True)
    (user / ".config" / "opencode" / "opencode.json").write_text(settings)
    env = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(user),
        "HEADROOM_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "GEMINI_API_KEY": "the-key",
        **{name: value.format(url=provider.url) for name, value in BASE_URLS.items()},
    }
    return Wrapped(env=env, folder=tmp_path)

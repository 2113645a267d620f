"""The real Claude Code, Codex CLI and Gemini CLI, with `headroom wrap` and without, against a scripted provider.

They run where they are installed: on the PATH, or in the folder that HEADROOM_TEST_AGENTS names:

    npm install --prefix agents @anthropic-ai/claude-code @openai/codex @google/gemini-cli
    HEADROOM_TEST_AGENTS=agents/node_modules/.bin pytest tests/wrap/test_real_agents.py

Each is asked a question, prints a long log with its own shell tool, and ends with the answer, which the provider only gives
when it has seen the line in question: in the log, or by `headroom_retrieve` where the log was shortened.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wrap.conftest import ROOT
from tests.wrap.scripted import ANSWER, LOG, Scripted

QUESTION = "Print app.log with cat. How long did job 57 take?"
CODEX = ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"]
COMMANDS = {
    "claude": ["-p", QUESTION, "--allowedTools", "Bash"],
    "codex": [*CODEX, QUESTION],
    "codex with plain tools": [*CODEX, "-m", "gpt-5.2-codex", QUESTION],
    "gemini": ["--skip-trust", "--yolo", "-p", QUESTION],
}
ROUTES = {"claude": "/messages", "codex": "/responses", "gemini": ":streamGenerateContent"}
PATH = os.pathsep.join(filter(None, (os.environ.get("HEADROOM_TEST_AGENTS"), os.environ["PATH"])))


@pytest.fixture(params=list(COMMANDS))
def agent(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    program, _, _ = name.partition(" ")
    if shutil.which(program, path=PATH) is None:
        pytest.skip(f"{program} is not installed here; see the top of {Path(__file__).name}")
    return name


def environment(user: Path, home: Path, provider: Scripted) -> dict[str, str]:
    """Of a user who has a key and has signed in with it."""
    (user / ".codex").mkdir(parents=True)
    (user / ".codex" / "config.toml").write_text(f'openai_base_url = "{provider.url}/v1"\n')
    (user / ".gemini").mkdir()
    (user / ".gemini" / "settings.json").write_text('{"security": {"auth": {"selectedType": "gemini-api-key"}}}')
    return {
        "PATH": str(Path(PATH.split(os.pathsep)[0]).absolute()) + os.pathsep + PATH,
        "HOME": str(user),
        "HEADROOM_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "ANTHROPIC_BASE_URL": provider.url,
        "GOOGLE_GEMINI_BASE_URL": provider.url,
        "ANTHROPIC_API_KEY": "the-key",
        "CODEX_API_KEY": "the-key",
        "GEMINI_API_KEY": "the-key",
        "TERM": "xterm-256color",
        "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "BASH_MAX_OUTPUT_LENGTH": "100000",
    }


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """What the user has written himself, with permissions."""
    kept = [".codex/config.toml", ".gemini/settings.json", "project/app.log"]
    return {name: (stat.S_IMODE((folder / name).stat().st_mode), (folder / name).read_bytes()) for name in kept}


def test_the_last_line_is_the_same_and_nothing_of_the_users_is_changed(
    agent: str, provider: Scripted, home: Path, tmp_path: Path
) -> None:
    env = environment(tmp_path, home, provider)
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.log").write_text(LOG)
    before = files(tmp_path)
    name = agent.partition(" ")[0]
    wrap = [sys.executable, "-m", "headroom", "wrap", name, "--"]
    last, sizes = {}, {}
    for way, start in (("alone", [name]), ("wrapped", wrap)):
        provider.seen.clear()
        command = [*start, *COMMANDS[agent]]
        done = subprocess.run(
            command,
            env=env,
            cwd=project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        last[way] = done.stdout.strip().splitlines()[-1]
        asked = provider.asked(ROUTES[name])
        assert all("the-key" in str(seen.headers) for seen in asked)
        sizes[way] = len(asked[-1].body)
        marked = any(b"[headroom hr_" in seen.body for seen in asked)
        assert marked is (way == "wrapped")
        retrieved = b"job 57 done in 11 ms" in asked[-1].body and b"headroom_retrieve" in asked[-1].body
        assert retrieved is (way == "wrapped")
    assert last == {"alone": ANSWER, "wrapped": ANSWER}
    assert sizes["wrapped"] < sizes["alone"]
    assert files(tmp_path) == before
    assert not (home / "runs").exists()
    assert not (home / "journal").exists()

from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from headroom.wrap import checks, edits
from headroom.wrap.agents import AGENTS
from headroom.wrap.checks import Finding
from headroom.wrap.edits import Setting
from headroom.wrap.journal import Journal
from headroom.wrap.runner import Options
from tests.proxy.rig import running_origin, whole
from tests.wrap.conftest import Wrapped

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]


def found(findings: Iterator[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.level, finding.what, finding.remedy) for finding in findings]


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def test_a_store_that_works_and_one_that_does_not(tmp_path: Path) -> None:
    assert found(checks.store(None)) == [("ok", "store: an original was kept and came back exactly", "")]
    (tmp_path / "file").write_text("")
    ((level, what, remedy),) = found(checks.store(f"sqlite:///{tmp_path}/file/store.db"))
    assert level == "bad"
    assert str(tmp_path) in what
    assert remedy


def test_a_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [level for level, _, _ in found(checks.parts())] == ["ok", "ok"]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "mcp" else name)
    assert found(checks.parts())[1] == ("note", "extra mcp: not installed", "pip install 'headroom-context[mcp]'")


def test_what_is_looked_for_is_what_the_extras_bring() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for extra, modules in checks._EXTRAS.items():
        needed = {re.split(r"[^\w-]", line)[0].replace("-", "_") for line in project["optional-dependencies"][extra]}
        assert needed.issuperset(modules)


def test_a_proxy_that_is_not_there_is_no_fault() -> None:
    assert found(checks.proxy(unused_port()))[0][0] == "note"


def test_what_a_proxy_advises_is_passed_on() -> None:
    state = {"status": "ok", "version": "1", "store": "ok", "advice": "a login", "remedy": "--namespace default"}
    with running_origin(whole(state)) as proxy:
        assert found(checks.proxy(proxy.port)) == [
            ("ok", f"proxy: version 1 on port {proxy.port}", ""),
            ("note", "proxy: a login", "--namespace default"),
        ]


def test_an_address_of_the_environment_must_lead_to_something() -> None:
    dead = f"http://127.0.0.1:{unused_port()}"
    env = {"ANTHROPIC_BASE_URL": dead, "OPENAI_BASE_URL": "https://api.openai.com/v1"}
    assert found(checks.addresses(env)) == [
        (
            "bad",
            f"ANTHROPIC_BASE_URL={dead}: nothing answers there",
            "start it again (`headroom proxy`), or `unset ANTHROPIC_BASE_URL`",
        )
    ]
    with socket.create_server(("127.0.0.1", 0)) as mine:
        assert found(checks.addresses({"OPENAI_API_BASE": f"http://localhost:{mine.getsockname()[1]}/v1"})) == []
    assert found(checks.addresses({"OPENAI_API_BASE": "http://127.0.0.1:none/v1"}))[0][0] == "bad"


def test_what_was_written_is_listed_with_the_way_back(home: Path, tmp_path: Path) -> None:
    journal = Journal(home)
    dead = f"http://127.0.0.1:{unused_port()}"
    for owner, name, value in (("wrap:claude", "a", dead), ("mcp:cursor", "b", 1), ("run:cursor:1", "c", 1)):
        journal.apply(owner, edits.plan(tmp_path / name, "json", [Setting(keys=("x", "y"), value=value)]))
    journal.apply("wrap:codex", edits.plan(tmp_path / "gone", "json", [Setting(keys=("x",), value=1)]))
    (tmp_path / "gone").unlink()
    said = found(checks.journal(journal))
    assert [level for level, _, _ in said] == ["ok", "bad", "ok", "note", "note"]
    assert "headroom unwrap claude" in said[0][1]
    assert said[1][1:] == (
        f"{tmp_path}/a leads to {dead}: nothing answers there",
        "`headroom proxy --namespace default`, or `headroom unwrap claude`",
    )
    assert "headroom mcp uninstall cursor" in said[2][1]
    assert said[3][2] == "headroom unwrap cursor"
    assert said[4][1:] == (f"{tmp_path}/gone: was removed since we wrote to it", "headroom unwrap codex")


def options(wrapped: Wrapped, home: Path, **env: str) -> Options:
    return Options(home=home, env={**wrapped.env, **env}, port=unused_port(), say=print)


def test_an_agent_that_works_is_measured(wrapped: Wrapped, home: Path) -> None:
    said = found(checks.agent(AGENTS["claude"], options(wrapped, home)))
    assert [level for level, _, _ in said] == ["ok", "ok"]
    assert said[0][1] == "claude: a request came through the proxy, with its key (authorization)"
    assert said[1][1].startswith("claude: a session starts with about ")
    assert not (home / "runs").exists()


def test_a_first_line_that_only_one_provider_can_cache_past_is_a_note(wrapped: Wrapped, home: Path) -> None:
    program = wrapped.folder / "bin" / "claude"
    program.write_text(
        program.read_text().replace(".read()", ".read().replace('claude-x', 'x-anthropic-billing-header: 1')")
    )
    said = found(checks.agent(AGENTS["claude"], options(wrapped, home)))
    assert said[-1][0] == "note"
    assert said[-1][2] == "export CLAUDE_CODE_ATTRIBUTION_HEADER=0"


def test_an_agent_that_makes_no_request_is_named_with_its_last_words(wrapped: Wrapped, home: Path) -> None:
    program = wrapped.folder / "bin" / "claude"
    program.write_text(f"#!{sys.executable}\nimport sys\nprint('not signed in')\nsys.exit(5)\n")
    ((level, what, remedy),) = found(checks.agent(AGENTS["claude"], options(wrapped, home)))
    assert level == "bad"
    assert what == "claude: made no request when asked something (it ended with code 5: not signed in)"
    assert remedy == "try it alone: claude --no-session-persistence -p ping"


def test_an_agent_that_sends_no_key_is_told_to_sign_in(wrapped: Wrapped, home: Path) -> None:
    program = wrapped.folder / "bin" / "claude"
    program.write_text(program.read_text().replace(".read()", ".read().replace('Bearer the-key', '')"))
    said = found(checks.agent(AGENTS["claude"], options(wrapped, home)))
    assert (said[0][0], said[0][1]) == ("bad", "claude: sends no key, with us or without")


def test_an_agent_that_cannot_be_led_is_a_note(wrapped: Wrapped, home: Path) -> None:
    ((level, what, _),) = found(checks.agent(AGENTS["cursor"], options(wrapped, home)))
    assert level == "note"
    assert "Cursor's own servers" in what


def test_the_agents_on_the_path_are_found(wrapped: Wrapped) -> None:
    assert [agent.name for agent in checks.installed(wrapped.env)] == list(AGENTS)
    assert checks.installed({"PATH": "/nowhere"}) == []


def test_findings_are_data() -> None:
    assert json.dumps(found(iter([Finding(level="ok", what="x")]))) == '[["ok", "x", ""]]'

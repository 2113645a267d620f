from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from headroom.exceptions import ConfigError
from headroom.wrap import edits
from headroom.wrap.edits import Planned, Setting

SERVER = Setting(keys=("mcpServers", "headroom"), value={"command": "headroom"})


def planned(file: Path, before: str | None) -> Planned:
    if before is not None:
        file.write_text(before)
    return edits.plan(file, "json", [SERVER])


def test_a_plan_writes_nothing_and_shows_the_change(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    plan = planned(file, '{\n  "a": 1\n}\n')
    assert file.read_text() == '{\n  "a": 1\n}\n'
    shown = edits.difference(plan)
    assert shown.startswith(f"--- {file}\n+++ {file}\n")
    assert '+      "command": "headroom"\n' in shown
    assert not [line for line in shown.splitlines() if line.startswith("-  ")]


def test_what_is_there_already_is_no_change(tmp_path: Path) -> None:
    plan = planned(tmp_path / "c.json", '{"mcpServers": {"headroom": {"command":   "headroom"}}}')
    assert plan.after == plan.before
    assert edits.difference(plan) == ""


def test_a_new_file_is_shown_as_one(tmp_path: Path) -> None:
    plan = planned(tmp_path / "deep" / "c.json", None)
    assert plan.before is None
    assert edits.difference(plan).startswith("--- /dev/null\n")
    assert not (tmp_path / "deep").exists()


@pytest.mark.parametrize("text", [b"[1, 2]", b"\xff\xfe", b'{"mcpServers": 7}', b'{"mcpServers": ' + b'{"a":' * 3000])
def test_a_file_that_cannot_be_understood_is_left_alone_and_says_what_to_write(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "c.json"
    file.write_bytes(text)
    with pytest.raises(ConfigError, match=r"c\.json cannot be changed .*write by hand: mcpServers\.headroom = "):
        edits.plan(file, "json", [SERVER])
    assert file.read_bytes() == text


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_file_that_git_tracks_is_left_alone_also_behind_a_link(tmp_path: Path) -> None:
    repository = tmp_path / "dotfiles"
    repository.mkdir()
    tracked, free = repository / "tracked.json", repository / "free.json"
    tracked.write_text("{}")
    free.write_text("{}")
    for args in (["init", "-q"], ["add", "tracked.json"]):
        subprocess.run(["git", "-C", str(repository), *args], check=True, capture_output=True)
    link = tmp_path / "settings.json"
    link.symlink_to(tracked)
    for file in (tracked, link):
        with pytest.raises(ConfigError, match="tracked by git and is left alone; write by hand"):
            edits.plan(file, "json", [SERVER])
    assert edits.plan(free, "json", [SERVER]).after != b"{}"


def test_a_link_stays_a_link_because_the_file_behind_it_is_changed(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("{}")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    assert edits.plan(tmp_path / "link.json", "json", [SERVER]).file == tmp_path.resolve() / "real.json"


def test_only_ours_is_taken_out_of_a_file_that_changed_since(tmp_path: Path) -> None:
    plan = planned(tmp_path / "c.json", '{"a": 1}')
    now = plan.after.replace(b'"a": 1', b'"a": 2, "b": 3')
    back, left = edits.taken_back(plan, now)
    assert back is not None
    assert (json.loads(back), left) == ({"a": 2, "b": 3}, ())


def test_servers_that_others_added_stay(tmp_path: Path) -> None:
    plan = planned(tmp_path / "c.json", None)
    back, _ = edits.taken_back(plan, b'{"mcpServers": {"headroom": {"command": "headroom"}, "x": {}}}')
    assert back is not None
    assert json.loads(back) == {"mcpServers": {"x": {}}}


def test_a_value_that_was_there_before_comes_back(tmp_path: Path) -> None:
    plan = planned(tmp_path / "c.json", '{"mcpServers": {"headroom": {"url": "mine"}}}')
    back, _ = edits.taken_back(plan, plan.after + b"\n")
    assert back is not None
    assert json.loads(back) == {"mcpServers": {"headroom": {"url": "mine"}}}


def test_a_value_that_somebody_changed_since_stays_and_is_named(tmp_path: Path) -> None:
    plan = planned(tmp_path / "c.json", "{}")
    now = b'{"mcpServers": {"headroom": {"command": "another"}}}'
    assert edits.taken_back(plan, now) == (now, ("mcpServers.headroom",))


def test_a_file_of_ours_with_nothing_else_in_it_goes(tmp_path: Path) -> None:
    plan = planned(tmp_path / "c.json", None)
    assert edits.taken_back(plan, plan.after + b"\n\n") == (None, ())


def test_a_file_that_became_nonsense_is_an_error(tmp_path: Path) -> None:
    plan = planned(tmp_path / "c.json", "{}")
    with pytest.raises(ConfigError, match="cannot be changed back"):
        edits.taken_back(plan, b"{")


@pytest.mark.parametrize(
    ("syntax", "keys", "before"),
    [
        ("toml", ("openai_base_url",), "a = 1\n\n[b]\nc = 1\n"),
        ("yaml", ("openai-api-base",), "# mine\nmodel: x\n"),
        ("env", ("GOOGLE_GEMINI_BASE_URL",), "A=1\n"),
    ],
)
def test_every_syntax_is_changed_and_changed_back(
    tmp_path: Path, syntax: edits.Syntax, keys: tuple[str, ...], before: str
) -> None:
    file = tmp_path / "c"
    file.write_text(before)
    plan = edits.plan(file, syntax, [Setting(keys=keys, value="http://127.0.0.1:1")])
    assert plan.after != plan.before
    assert edits.taken_back(plan, plan.after) == (before.encode(), ())

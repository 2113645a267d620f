from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from headroom.exceptions import ConfigError
from headroom.wrap import edits
from headroom.wrap.edits import Planned, Setting
from headroom.wrap.journal import Journal

BEFORE = '{\n  // mine\n  "a": 1,\n}\n'


def planned(file: Path, key: str = "headroom") -> Planned:
    return edits.plan(file, "json", [Setting(keys=("servers", key), value={"command": "x"})])


@pytest.fixture
def journal(home: Path) -> Journal:
    return Journal(home)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.json"
    path.write_text(BEFORE)
    path.chmod(0o640)
    return path


def test_a_change_is_undone_byte_for_byte(journal: Journal, file: Path) -> None:
    assert journal.apply("a", planned(file))
    assert json.dumps("headroom") in file.read_text()
    (entry,) = journal.entries("a")
    undone = journal.undo(entry)
    assert undone.exact
    assert "byte for byte" in undone.said
    assert file.read_text() == BEFORE
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert journal.entries() == []
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_what_is_there_already_is_not_written_again(journal: Journal, file: Path) -> None:
    journal.apply("a", planned(file))
    assert not journal.apply("a", planned(file))
    assert len(journal.entries()) == 1


def test_a_file_and_its_folders_that_were_made_go_again(journal: Journal, tmp_path: Path) -> None:
    file = tmp_path / "one" / "two" / "c.json"
    journal.apply("a", planned(file))
    assert file.exists()
    undone = journal.undo(journal.entries("a")[0])
    assert undone.exact
    assert not (tmp_path / "one").exists()


def test_a_folder_that_others_use_by_now_stays(journal: Journal, tmp_path: Path) -> None:
    file = tmp_path / "one" / "two" / "c.json"
    journal.apply("a", planned(file))
    (tmp_path / "one" / "other").write_text("")
    journal.undo(journal.entries("a")[0])
    assert [p.name for p in (tmp_path / "one").iterdir()] == ["other"]


def test_a_file_that_changed_since_keeps_the_change(journal: Journal, file: Path) -> None:
    journal.apply("a", planned(file))
    file.write_text(file.read_text().replace('"a": 1', '"a": 2'))
    undone = journal.undo(journal.entries("a")[0])
    assert not undone.exact
    assert "our settings were taken out" in undone.said
    assert file.read_text() == BEFORE.replace('"a": 1', '"a": 2')


def test_a_file_that_somebody_removed_stays_away(journal: Journal, file: Path) -> None:
    journal.apply("a", planned(file))
    file.unlink()
    assert "stays away" in journal.undo(journal.entries("a")[0]).said
    assert not file.exists()
    assert journal.entries() == []


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_two_changes_of_one_file_are_undone_in_any_order(journal: Journal, file: Path, order: str) -> None:
    journal.apply("a", planned(file, "one"))
    journal.apply("b", planned(file, "two"))
    for owner in order:
        journal.undo(journal.entries(owner)[0])
    assert file.read_text() == BEFORE


def test_only_the_owner_of_the_machine_may_read_what_is_kept(journal: Journal, file: Path, home: Path) -> None:
    journal.apply("a", planned(file))
    (kept,) = (home / "journal").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_a_file_that_changed_after_the_plan_is_not_overwritten(journal: Journal, file: Path) -> None:
    plan = planned(file)
    file.write_text("{}")
    with pytest.raises(ConfigError, match="changed by somebody else"):
        journal.apply("a", plan)
    assert file.read_text() == "{}"
    assert journal.entries() == []


def test_a_damaged_entry_is_an_error_and_changes_nothing(journal: Journal, file: Path, home: Path) -> None:
    journal.apply("a", planned(file))
    (kept,) = (home / "journal").iterdir()
    record = json.loads(kept.read_text())
    kept.write_text(json.dumps({**record, "before": "AAAA"}))
    with pytest.raises(ConfigError, match="hash"):
        journal.entries()


def test_a_folder_that_cannot_be_written_is_a_clear_error(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "no_folder").write_text("")
    with pytest.raises(ConfigError, match="no_folder"):
        journal.apply("a", planned(tmp_path / "no_folder" / "c.json"))


def test_the_change_back_is_shown_before_it_is_made(journal: Journal, file: Path) -> None:
    journal.apply("a", planned(file))
    shown = journal.undo_difference(journal.entries("a")[0])
    assert '-      "command": "x"\n' in shown
    assert "headroom" in file.read_text()


KILLED = """
import os, pathlib, signal, sys
from headroom.wrap import journal
from tests.wrap.test_journal import planned
home, file, point, verb = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
steps = 0
def watch(event, args):
    global steps
    if event in ("open", "os.rename", "os.chmod", "os.remove", "os.rmdir", "os.mkdir"):
        touched = str(args[0])
        if str(home) in touched or str(file.parent) in touched:
            steps += 1
            if steps == point:
                os.kill(os.getpid(), signal.SIGKILL)
book = journal.Journal(home)
plan = planned(file) if verb == "apply" else None
entries = book.entries() if verb == "undo" else []
sys.addaudithook(watch)
if plan is not None:
    book.apply("a", plan)
for entry in entries:
    book.undo(entry)
print(steps)
"""


def _run(home: Path, file: Path, point: int, verb: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, str(home), str(file), str(point), verb]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("verb", ["apply", "undo"])
def test_whatever_moment_we_are_killed_at_an_undo_restores_every_byte(
    journal: Journal, home: Path, tmp_path: Path, verb: str, exists: bool
) -> None:
    folder = tmp_path / "config"
    file = folder / "c.json"
    point, killed = 1, True
    while killed:
        if exists:
            folder.mkdir(exist_ok=True)
            file.write_text(BEFORE)
        if verb == "undo":
            journal.apply("a", planned(file))
        done = _run(home, file, point, verb)
        killed = done.returncode == -signal.SIGKILL
        assert killed or done.returncode == 0, done.stderr
        for entry in journal.entries():
            assert journal.undo(entry).exact
        if exists:
            assert file.read_text() == BEFORE
            assert [p.name for p in folder.iterdir()] == ["c.json"]
        else:
            assert not folder.exists()
        point += 1
    assert point > 4

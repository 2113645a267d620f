from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import headroom
from headroom.cli import app
from tests.cli.program import LOG, Program

HEADROOM = [sys.executable, "-m", "headroom"]


def test_the_version_is_told_without_importing_what_is_heavy() -> None:
    program = (
        "import sys; sys.argv = ['headroom', '--version']\n"
        "from headroom.__main__ import main\n"
        "assert main() == 0\n"
        "heavy = {'click', 'sqlalchemy', 'tiktoken', 'alembic', 'asyncio'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"headroom {headroom.__version__}\n", "")


def test_the_version_is_the_same_with_other_options(program: Program) -> None:
    assert program("--debug", "--version").text == f"headroom {headroom.__version__}\n"


def test_help_needs_neither_database_nor_vocabulary() -> None:
    program = (
        "import sys\nfrom headroom.cli.app import run\nassert run(['--help']) == 0\n"
        "assert not {'sqlalchemy', 'tiktoken'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)


@pytest.mark.parametrize(
    "args",
    [[], ["compress"], ["retrieve"], ["store"], ["store", "ls"], ["store", "show"], ["store", "purge"], ["perf"]],
)
def test_every_command_explains_itself(program: Program, args: list[str]) -> None:
    for flag in ("--help", "-h"):
        ran = program(*args, flag)
        assert ran.code == 0
        assert ran.text.startswith(f"Usage: headroom {' '.join(args)}".rstrip())
        assert "\\b" not in ran.text
    if len(args) < 2:
        assert "Examples:\n" in ran.text


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["compress", "--profile", "wild"], "'wild' is not one of 'safe', 'balanced', 'aggressive'"),
        (["compress", "no-such-file"], "'no-such-file' does not exist"),
        (["compress", "--budget", "0"], "0 is not in the range"),
        (["retrieve"], "Missing argument 'ID'"),
        (["store", "purge"], "say what to remove"),
        (["store", "purge", "--all", "--idle", "3"], "say what to remove"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(program: Program, args: list[str], says: str) -> None:
    ran = program(*args)
    assert ran.code == 2
    assert ran.out == b""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("headroom: ")
    assert says in ran.err
    assert re.search(r"\(try 'headroom.* --help'\)$", ran.err.strip())


def test_a_group_without_a_command_shows_its_help_on_stderr(program: Program) -> None:
    ran = program("store")
    assert (ran.code, ran.out) == (2, b"")
    assert "Usage: headroom store" in ran.err


def test_a_url_that_is_none_is_one_line(program: Program) -> None:
    ran = program("--store", "nonsense", "store", "ls")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "'nonsense' is no SQLAlchemy URL" in ran.err


def test_the_store_may_be_named_before_or_after_the_command(program: Program, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    (tmp_path / "log").write_text(LOG)
    assert program("--store", url, "compress", tmp_path / "log").code == 0
    assert program("store", "ls", "--store", url).text.count("hr_") == 1
    assert program("--store", url, "store", "ls").text.count("hr_") == 1
    assert program("store", "ls").text == ""


def test_an_unforeseen_error_is_one_line_and_debug_shows_where(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: str) -> str:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("headroom.cli._shared.read", fail)
    ran = program("compress")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "internal error, please report it: RuntimeError: two lines" in ran.err
    assert "Traceback" in program("--debug", "compress").err


def test_an_operating_system_error_names_the_file(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_file: str) -> str:
        raise PermissionError(13, "Permission denied", "/secret")

    monkeypatch.setattr("headroom.cli._shared.read", fail)
    ran = program("compress")
    assert (ran.code, ran.err) == (1, "headroom: /secret: Permission denied\n")


def test_ctrl_c_is_said_without_a_traceback(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_file: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("headroom.cli._shared.read", interrupted)
    ran = program("compress")
    assert (ran.code, ran.err.strip()) == (130, "headroom: interrupted")


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(LOG)
    running = subprocess.Popen([*HEADROOM, "compress", "-q", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait(timeout=30) == 141


def test_exit_codes_in_the_help_are_those_that_are_used(program: Program) -> None:
    said = program("--help").text
    assert "0 done · 1 failed · 2 wrong usage · 3 unknown id · 4 expired id" in " ".join(said.split())
    assert app._code(headroom.UnknownIdError("x")) == 3
    assert app._code(headroom.ExpiredIdError("x")) == 4
    assert app._code(headroom.BudgetError("x")) == 1

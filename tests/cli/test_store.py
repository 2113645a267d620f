from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from headroom import CCRStore
from headroom.cli import store
from tests.cli.program import LOG, Program

OTHER = LOG.replace("worker", "runner") + "\x00\ufffe odd\n"


@pytest.fixture
def stored(program: Program) -> list[str]:
    """The ids of `LOG` and `OTHER`."""
    return [json.loads(program("compress", "--json", stdin=t.encode()).out)["id"] for t in (LOG, OTHER)]


def test_an_empty_store_says_so(program: Program) -> None:
    ran = program("store", "ls")
    assert (ran.code, ran.out, ran.err) == (0, b"", "headroom: the store is empty\n")


def test_ls_lists_what_is_kept(program: Program, stored: list[str]) -> None:
    lines = program("store", "ls").text.splitlines()
    assert lines[0].split() == ["ID", "KIND", "CHARS", "LINES", "ON", "DISK", "CREATED", "LAST", "USED"]
    assert {line.split()[0] for line in lines[1:]} == set(stored)
    assert all(" log " in line and " s ago" in line for line in lines[1:])
    assert len(program("store", "ls", "--limit", "1").text.splitlines()) == 2


def test_ls_speaks_json_lines(program: Program, stored: list[str]) -> None:
    found = [json.loads(line) for line in program("store", "ls", "--json").text.splitlines()]
    assert {f["id"] for f in found} == set(stored)
    assert {f["chars"] for f in found} == {len(LOG), len(OTHER)}


def test_show_tells_what_is_known(program: Program, stored: list[str]) -> None:
    text = program("store", "show", stored[0]).text
    assert f"{len(LOG):,} characters in " in text
    assert f"kept: headroom retrieve {stored[0]}" in text
    assert json.loads(program("store", "show", "--json", stored[0]).out)["kind"] == "log"


def test_show_of_an_unknown_id_is_code_3(program: Program) -> None:
    assert program("store", "show", "hr_000000000000").code == 3


def test_purge_asks_before_it_removes(program: Program, stored: list[str]) -> None:
    no = program("store", "purge", "--all", stdin=b"n\n")
    assert no.code == 1
    assert "Remove 2 originals (" in no.err
    assert no.err.endswith("headroom: nothing was removed\n")
    yes = program("store", "purge", "--all", stdin=b"y\n")
    assert yes.code == 0
    assert yes.err.endswith("headroom: removed 2 originals\n")
    assert program("retrieve", stored[0]).code == 4


def test_purge_without_an_answer_removes_nothing(program: Program, stored: list[str]) -> None:
    ran = program("store", "purge", "--all")
    assert ran.code == 130
    assert ran.err.endswith("\nheadroom: interrupted\n")
    assert program("retrieve", stored[0]).code == 0


def test_purge_removes_one_by_its_id(program: Program, stored: list[str]) -> None:
    assert program("store", "purge", "--id", stored[0], "--yes").err == "headroom: removed 1 original\n"
    assert program("retrieve", stored[0]).code == 4
    assert program("retrieve", stored[1]).text == OTHER
    assert "only this entry is left" in program("store", "show", stored[0]).text
    assert program("store", "purge", "--id", stored[0], "--yes").err == "headroom: nothing to remove\n"


def test_purge_of_an_unknown_id_is_an_error(program: Program) -> None:
    assert program("store", "purge", "--id", "hr_000000000000", "--yes").code == 3


@pytest.mark.usefixtures("stored")
def test_purge_of_the_idle_spares_what_was_used(program: Program) -> None:
    assert program("store", "purge", "--idle", "1", "--yes").err == "headroom: nothing to remove\n"
    assert program("store", "purge", "--idle", "0", "--yes").err == "headroom: removed 2 originals\n"


def test_export_writes_every_code_point(program: Program, stored: list[str]) -> None:
    records = [json.loads(line) for line in program("store", "export").text.splitlines()]
    assert {r["id"]: r["text"] for r in records} == {stored[0]: LOG, stored[1]: OTHER}


@pytest.mark.usefixtures("stored")
def test_an_exported_file_is_for_its_owner_only(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    assert program("store", "export", file).err == f"headroom: 2 originals written to {file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    ran = program("store", "export", file)
    assert ran.code == 2
    assert "--force overwrites it" in ran.err
    assert program("store", "export", file, "--force").code == 0
    assert len(file.read_text().splitlines()) == 2


def test_an_empty_store_exports_an_empty_file(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    assert program("store", "export", file).err.startswith("headroom: 0 originals written")
    assert file.read_text() == ""


def test_times_carry_their_zone() -> None:
    assert store._when(0.0)[-6] in "+-"


def test_a_new_key_is_one_that_the_store_takes(program: Program) -> None:
    pytest.importorskip("cryptography", reason="the extra is not installed: headroom-context[encryption]")
    made = [program("store", "new-key") for _ in range(2)]
    assert {ran.code for ran in made} == {0}
    assert made[0].text != made[1].text
    CCRStore.from_path("unused.db", key=made[0].text.strip())  # which would refuse another

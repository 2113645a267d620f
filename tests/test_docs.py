"""The documentation is true: its Python runs, its generated parts are fresh, its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from headroom import policy
from headroom.cli import app
from headroom.store import sql

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks:
        exec(compile(block, page.name, "exec"), names)


def test_generated_parts_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "docs.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "docs: up to date\n")


def test_numbers_in_the_text_are_those_of_the_code() -> None:
    readme, store = (page.read_text(encoding="utf-8") for page in (ROOT / "README.md", ROOT / "docs" / "store.md"))
    assert f"Texts of less than {policy.MIN_CHARS} characters are left alone" in readme
    for page in (readme, store):
        assert f"{sql.MAX_IDLE_DAYS:.0f}" in page
        assert f"{sql.MAX_BYTES / 2**30:.0f} GiB" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    prose = re.sub(
        r"^ {4}.*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE
    )  # examples have links of their own
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", prose):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_that_are_named_exist(page: Path) -> None:
    known = app._COMMANDS
    for word in re.findall(
        r"^(?:.*\| )?headroom (?:--store URL )?([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE
    ):
        assert word in known

"""What the distribution says of itself: extras that hold together, and packages that ship."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
TOML = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
PROJECT: dict[str, Any] = TOML.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]


def test_all_is_what_the_doors_and_the_integrations_need() -> None:
    others = {
        r
        for name, those in EXTRAS.items()
        if name not in {"all", "dev", "encryption", "ml", "mysql", "postgres", "tokens"}
        for r in those
    }
    assert set(EXTRAS["all"]) == others


@pytest.mark.parametrize("extra", EXTRAS)
def test_no_extra_names_a_distribution_of_ours(extra: str) -> None:
    assert not [r for r in EXTRAS[extra] if "headroom" in r]


def test_every_package_of_the_wheel_is_there_and_typed() -> None:
    for package in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]:
        assert list((ROOT / package).rglob("py.typed")), package


def test_every_end_that_is_tested_lies_within_the_range_of_the_extra() -> None:
    ranges = {r.split(">=")[0].split("[")[0]: r for r in EXTRAS["all"]}
    for path in (ROOT / "constraints").glob("*.txt"):
        pinned = dict(line.split("==") for line in path.read_text().splitlines() if line and not line.startswith("#"))
        for name, version in pinned.items():
            if name in ranges:
                low = ranges[name].split(">=")[1].split(",")[0]
                assert [int(n) for n in version.split(".")] >= [int(n) for n in low.split(".")], (path.name, name)


def test_what_llamahub_reads_is_what_the_package_offers() -> None:
    said = PROJECT["tool"]["llamahub"]
    package = ROOT / "integrations" / said["import_path"].replace(".", "/") / "__init__.py"
    source = package.read_text(encoding="utf-8")
    assert all(f'"{name}"' in source for name in said["class_authors"])
    assert not (ROOT / "integrations" / "llama_index" / "__init__.py").exists()  # a namespace that others share
    assert not (ROOT / "integrations" / "llama_index" / "postprocessor" / "__init__.py").exists()

"""Compressors of outsiders take part; broken ones are reported and stop nobody."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from headroom import Headroom, MemoryStore
from headroom.compressors._installed import with_installed
from headroom.compressors.raw import Raw

PLUGIN = """
from headroom.compressors._api import Rendition

class Shouting:
    name = "Shouting"
    kind = "shouting"

    def score(self, text, hint):
        return 0.99 if text.isupper() else 0.0

    def compress(self, text, hint, limits):
        return Rendition(text=text[:40].lower(), lossless=False)
"""
ENTRY_POINTS = "[headroom.compressors]\nshouting = shouting_plugin:Shouting\nbroken = shouting_plugin:Missing\n"


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real distribution on the path, with one entry point that works and one that does not."""
    (tmp_path / "shouting_plugin.py").write_text(PLUGIN)
    info = tmp_path / "shouting_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "shouting_plugin", raising=False)


@pytest.mark.usefixtures("plugin")
def test_an_installed_compressor_stands_before_raw() -> None:
    """And the one that cannot be loaded is named with its reason."""
    compressors, faults = with_installed([Raw()])
    assert [c.name for c in compressors] == ["Shouting", "Raw"]
    (fault,) = faults
    assert "broken" in fault
    assert "AttributeError" in fault


@pytest.mark.usefixtures("plugin")
def test_the_engine_uses_it_and_reports_the_broken_one() -> None:
    """Without any setting."""
    result = Headroom(store=MemoryStore()).compress_text("LOUD WORDS. " * 100)
    assert result.block.compressor == "Shouting"
    assert "is not used" in result.warnings[0]
    assert result.id is not None


def test_without_plugins_nothing_is_added() -> None:
    """The built-in ones in their order."""
    raw = Raw()
    assert with_installed([raw]) == ((raw,), ())

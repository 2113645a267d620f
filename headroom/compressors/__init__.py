"""Compressors, one file per kind of content. The router picks; see `_api` for what a compressor is.

`BUILTIN` lists them in the order in which they are asked: who is certain answers, and of two that are equally sure the
earlier one does. Those that tell their kind at a glance stand first.
"""

from __future__ import annotations

from headroom.compressors._api import Compressor
from headroom.compressors.blob import BlobCompressor
from headroom.compressors.code import CodeCompressor
from headroom.compressors.crusher import SmartCrusher
from headroom.compressors.diff import DiffCompressor
from headroom.compressors.disassembly import DisassemblyCompressor
from headroom.compressors.frame import FrameCompressor
from headroom.compressors.listing import ListingCompressor
from headroom.compressors.log import LogCompressor
from headroom.compressors.paged import PagedCompressor
from headroom.compressors.plan import PlanCompressor
from headroom.compressors.profile import ProfileCompressor
from headroom.compressors.prose import Kompress
from headroom.compressors.raw import Raw
from headroom.compressors.search import SearchCompressor
from headroom.compressors.snapshot import SnapshotCompressor
from headroom.compressors.sql import SqlCompressor
from headroom.compressors.table import TableCompressor
from headroom.compressors.terminal import TerminalCompressor
from headroom.compressors.test_run import TestRunCompressor
from headroom.compressors.threads import ThreadDumpCompressor
from headroom.compressors.toml import TomlCompressor
from headroom.compressors.web_page import WebPageCompressor
from headroom.compressors.xml import XmlCompressor
from headroom.compressors.yaml import YamlCompressor
from headroom.text_model import TextModel

_OTHERS: tuple[Compressor, ...] = (
    WebPageCompressor(),
    XmlCompressor(),
    SnapshotCompressor(),
    YamlCompressor(),
    TomlCompressor(),
    SqlCompressor(),
    PagedCompressor(),
    TableCompressor(),
    PlanCompressor(),
    DisassemblyCompressor(),
    ProfileCompressor(),
    ThreadDumpCompressor(),
    FrameCompressor(),
    DiffCompressor(),
    SearchCompressor(),
    ListingCompressor(),
    TestRunCompressor(),
    LogCompressor(),
    TerminalCompressor(),
    CodeCompressor(),
    BlobCompressor(),
    Kompress(),
)

BUILTIN: tuple[Compressor, ...] = (SmartCrusher(within=_OTHERS), *_OTHERS, Raw())


def builtin(model: TextModel | None) -> tuple[Compressor, ...]:
    """The same, with a model of the user's own for prose. Texts within JSON are shortened without it."""
    if model is None:
        return BUILTIN
    return tuple(Kompress(model) if compressor.kind == Kompress.kind else compressor for compressor in BUILTIN)

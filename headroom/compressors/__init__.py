"""Compressors, one file per kind of content. The router picks; see `_api` for what a compressor is.

`BUILTIN` lists them in order of preference: of two that are equally sure, the earlier one answers.
"""

from __future__ import annotations

from headroom.compressors._api import Compressor
from headroom.compressors.crusher import SmartCrusher
from headroom.compressors.listing import ListingCompressor
from headroom.compressors.log import LogCompressor
from headroom.compressors.raw import Raw
from headroom.compressors.search import SearchCompressor

BUILTIN: tuple[Compressor, ...] = (
    SmartCrusher(),
    SearchCompressor(),
    ListingCompressor(),
    LogCompressor(),
    Raw(),
)

"""Compressors, one file per kind of content. The router picks; see `_api` for what a compressor is.

`BUILTIN` lists them in order of preference: of two that are equally sure, the earlier one answers. Outsiders register
theirs under the entry point group `headroom.compressors`; see `load`.
"""

from __future__ import annotations

from headroom.compressors._api import Compressor
from headroom.compressors.raw import Raw

BUILTIN: tuple[Compressor, ...] = (Raw(),)

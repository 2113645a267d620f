r"""Machine code as `objdump -d`, Ghidra, IDA and radare2 print it: without the blanks that align it and, where something may
be left out, without the bytes of the instructions.

    6046:	68 01 00 00 00       	push   $0x1            6046:	push $0x1
    .text:0040061e   4889e5               MOV         RBP,RSP       .text:0040061e MOV RBP,RSP

Labels, comments and every other line stay as they are. Above stand the router and the engine.
"""

from __future__ import annotations

import re

from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.lines import FOLD, sample
from headroom.messages import Hint

_CODE = re.compile(
    r"^ *([0-9a-f]+:)\t((?:[0-9a-f]{2}|[0-9a-f]{4}|[0-9a-f]{8})(?: (?:[0-9a-f]{2}|[0-9a-f]{4}|[0-9a-f]{8}))*) *(?:\t([^\n]*))?$",
    re.MULTILINE,
)
"""Address, bytes, instruction; where the bytes go on over a line there is none."""
_LISTED = re.compile(
    r"^[ │|]*((?:\.?\w+:)?(?:0x)?[0-9a-f]{6,16}) {2,}((?:[0-9a-f]{2}){1,15}|[0-9a-f]{2}(?: [0-9a-f]{2}){1,15}) {2,}([A-Za-z][^\n]*)$",
    re.MULTILINE,
)
"""The same in columns of blanks."""
_MOVES = re.compile(r" (?:mov|call|MOV|CALL)")
_PADDED = re.compile(r"(\S+) {2,}(?=\S)")
_SHARE = 0.6


class DisassemblyCompressor:
    """Disassembled machine code."""

    name = "DisassemblyCompressor"
    kind = "table"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 where most lines are instructions with their bytes."""
        some = text[:4_000]
        pattern = _CODE if ":\t" in some else _LISTED if "   " in some and _MOVES.search(some) else None
        if pattern is None:
            return 0.0
        head = [line for line in sample(text).split("\n") if line]
        return 0.95 if sum(pattern.match(line) is not None for line in head) >= _SHARE * len(head) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The same without padding, from `Effort.MEDIUM` on without the bytes, lines that hold nothing else included."""
        if text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        short = limits.effort >= Effort.MEDIUM and limits.keep is None
        out: list[str] = []
        gone: list[tuple[int, int]] = []
        at = 0
        pattern, gap = (_CODE, "\t") if _CODE.search(text) else (_LISTED, " ")
        for m in pattern.finditer(text):
            out.append(text[at : m.start()])
            at = m.end()
            if not short:
                out.append(f"{m[1]}{gap}{m[2]}" + (f"{gap}{_unpadded(m[3])}" if m[3] else ""))
                continue
            gone.append(m.span(2))
            if m[3]:
                out.append(f"{m[1]}{gap}{_unpadded(m[3])}")
            else:
                at += 1  # the line goes with its end
        body = "".join([*out, text[at:]])
        if limits.keep is not None and any(m[0] not in body for m in limits.keep.finditer(text)):
            return Rendition(text=text)
        if len(body) >= len(text):
            return Rendition(text=text)
        if not gone:
            return Rendition(text=body, note="disassembly, unaligned")
        cut = Elision(
            ranges=tuple(gone), count=sum(b - a for a, b in gone), unit="chars", summary="bytes of instructions"
        )
        return Rendition(
            text=body, note="disassembly, unaligned, bytes of instructions left out", elisions=(cut,), lossless=False
        )


def _unpadded(instruction: str) -> str:
    """One blank behind the name of the instruction, and before a comment."""
    return _PADDED.sub(r"\1 ", instruction.rstrip(" "))

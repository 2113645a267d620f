#!/usr/bin/env python3
"""Make headroom/_vocab from the official rank files of tiktoken: scripts/vocab.py FILE...

An official file has a line "base64 rank" per token, ranks without gaps. Ours holds the same in a third of the size: the
number of tokens (4 bytes, big-endian), the length of each token (one byte each), then all tokens one after the other, in
the order of their ranks; the whole compressed with xz. Which file is which is told by its SHA-256, so nothing but the
official files can get in. They are published at https://openaipublic.blob.core.windows.net/encodings/NAME.tiktoken.
"""

from __future__ import annotations

import base64
import hashlib
import lzma
import sys
from pathlib import Path

OFFICIAL = {
    "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d": "o200k_base",
    "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7": "cl100k_base",
}
TARGET = Path(__file__).resolve().parent.parent / "headroom" / "_vocab"


def pack(official: bytes) -> bytes:
    """The ranks of an official file in our spelling, not yet compressed."""
    pairs = [line.split() for line in official.splitlines() if line]
    tokens = [base64.b64decode(token) for token, _ in pairs]
    if [int(rank) for _, rank in pairs] != list(range(len(pairs))) or max(map(len, tokens)) > 255:
        raise ValueError("ranks with gaps or a token of more than 255 bytes: this spelling cannot hold them")
    return len(tokens).to_bytes(4, "big") + bytes(map(len, tokens)) + b"".join(tokens)


def main(paths: list[str]) -> int:
    """Write one file for each official file that is given; 2 when one is not official."""
    if not paths:
        print("give the official .tiktoken files:", ", ".join(OFFICIAL.values()), file=sys.stderr)
        return 2
    TARGET.mkdir(exist_ok=True)
    for path in map(Path, paths):
        official = path.read_bytes()
        name = OFFICIAL.get(hashlib.sha256(official).hexdigest())
        if name is None:
            print(f"{path}: SHA-256 is not that of an official rank file; left out", file=sys.stderr)
            return 2
        packed = lzma.compress(pack(official), preset=9 | lzma.PRESET_EXTREME)
        (TARGET / f"{name}.xz").write_bytes(packed)
        print(f"{name}: {len(official):,} bytes -> {len(packed):,}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

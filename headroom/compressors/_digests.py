"""Digests in lock files and manifests: where there are many, only the beginning of each is shown.

A digest is random: it takes more tokens than the name and the version that it stands beside, and nobody reads it. What
is left tells one from another, a sign says that it is not all of it, and the original is a retrieval away. Digests
that name things (commits, images and their layers, what `sha256sum` prints) stay. The router stands above.
"""

from __future__ import annotations

import re

from headroom.lines import FOLD
from headroom.messages import Hint

__all__ = ["cut"]

_LABELS = ("sha512-", "sha256-", "sha384-", "sha1-", '"sha256:', "'sha256:", "=sha256:", ".tgz#", 'checksum = "', "h1:")
_OTHERS = (".tgz#", 'checksum = "', "h1:")
_DIGEST = re.compile(
    r"((?:sha(?:1|256|384|512)-|(?<=[\"'=])sha(?:256|384|512):|(?<=\.tgz)#|\bh1:|checksum = \").{8})"
    r"(?:[0-9a-f]{32,120}|[A-Za-z0-9+/]{19,79}={0,2})(?![\w+/])"
)
_NAMELESS = re.compile(r"((?<=, \")[0-9a-f]{8}(?=[0-9a-f]{56}\")|(?<=: )[0-9a-f]{8}(?=[0-9a-f]{32}\n))[0-9a-f]{32,56}")
"""Digests of `mix.lock` and `Podfile.lock`, which nothing but their place tells."""
_OF_NAMELESS = re.compile(r"\b(?:mix|podfile)\.lock\b", re.IGNORECASE)
_ASKED = re.compile(r"digest|checksum|integrity|\bhash(?:es)?\b|\bsha-?\d", re.IGNORECASE)
_FEWEST = 8
_PROBE = 1_000
_SHARE = 0.15
"""Of a text that digests must be."""


def cut(text: str, hint: Hint, keep: re.Pattern[str] | None) -> tuple[str, str]:
    """The text with its digests shortened, and what to say of that; the text itself and "" where it has few of them, where
    they are asked for or where one of them must stay."""
    pattern = _DIGEST if _labelled(text) else _NAMELESS if _names_lock(hint) else None
    if pattern is None or any(_ASKED.search(s) for s in (hint.query, hint.command) if s):
        return text, ""
    made, count = pattern.subn(rf"\1{FOLD}", text)
    if count < _FEWEST or len(text) - len(made) < _SHARE * len(text):
        return text, ""
    if keep is not None and any(m[0] not in made for m in keep.finditer(text)):
        return text, ""
    return made, f"rests of {count:,} digests left out at {FOLD}"


def _labelled(text: str) -> bool:
    """Whether there is a label in the beginning or in the middle: where digests are much of a text, they are everywhere."""
    middle = len(text) // 2
    some = text[:_PROBE] + text[middle : middle + _PROBE]
    return any(label in some for label in (_LABELS if "sha" in some else _OTHERS))


def _names_lock(hint: Hint) -> bool:
    """Whether a lock file was read of which the digests have no label."""
    return any(_OF_NAMELESS.search(s) for s in (hint.path, hint.command) if s)

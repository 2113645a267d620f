"""Binary data in text: base64, data URIs, hex, hex dumps, PEM bodies, number arrays, bundles, raw bytes.

A blob is folded to what it is, its size and its digest; a short sample of its start stays, and so does all text around
it. Within a line the fold reads `⋯[chars 40-90344 of line 3: base64 PNG image, 67 kB, sha256 9f2c41d07ab3]⋯`: 0-based
columns of that line, end exclusive; a line with such a fold is not whole. Short tokens, hashes, id lists, prose, source
code and JSON are no blobs. Above stand the router and the engine.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from operator import eq

from headroom import lines as lines_
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.lines import FOLD
from headroom.messages import Hint
from headroom.relevance import line_starts, matching_lines, terms

_MIN = 500
_RUN = re.compile(rf"[A-Za-z0-9+/_=\-]{{{_MIN},}}")
_WRAPPED = re.compile(
    r"(?:^[ \t]*[A-Za-z0-9+/]{40,120}\r?\n){5,}(?:^[ \t]*[A-Za-z0-9+/]{1,120}={0,2}\r?$)?", re.MULTILINE
)
_DUMP = re.compile(
    r"(?:^[0-9a-fA-F]{4,16}:?[ \t]+(?:[0-9a-fA-F]{2,8}[ \t|]+){4,16}[^\n]{0,80}(?:\n|\Z)){8,}", re.MULTILINE
)
_NUMBERS = re.compile(r"[-+0-9.eE, \t]{1000,}")
_GARBAGE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
_BINARY_LINE = re.compile(r"^[^\n]*[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd\ud800-\udfff][^\n]*$", re.MULTILINE)
_BUNDLE_LINE = re.compile(r"^[^\n]{2000,}$", re.MULTILINE)
_ROWS = re.compile(
    r"\n[ \t]*(?:[A-Za-z0-9+/]{40,120}\r?\n[ \t]*[A-Za-z0-9+/]{40}|[0-9a-fA-F]{4,16}:?[ \t]+[0-9a-fA-F]{2,8}[ \t|]+[0-9a-fA-F]{2})"
)
"""What two lines of wrapped base64, or one of a hex dump, begin with."""
_CONTROLS = bytes((*range(9), *range(14, 32), 127))
_STRANGE = (b"\xc2", b"\xed", b"\xef\xbf\xbd")
"""Without these bytes there is no C1 control, no lone surrogate, no U+FFFD."""
_LETTERS = bytes(97 if (chr(b).isalnum() and b < 128) or chr(b) in "+/_=-" else 32 for b in range(256))
_FIGURES = bytes(48 if chr(b) in "-+0123456789.eE, \t" else 120 for b in range(256))
_OURS = f"{FOLD}[chars "
_SAMPLE = 24
_BUNDLE_HEAD = 240
_AROUND = 160
_MAGIC = (
    (b"\x89PNG", "PNG image"), (b"\xff\xd8\xff", "JPEG image"), (b"GIF8", "GIF image"), (b"%PDF", "PDF"),
    (b"PK\x03\x04", "zip archive"), (b"\x1f\x8b", "gzip data"), (b"RIFF", "RIFF media"), (b"wOF", "web font"),
    (b"\x7fELF", "ELF binary"), (b"MZ", "Windows binary"), (b"<svg", "SVG image"), (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"), (b"\x00asm", "WebAssembly"), (b"BZh", "bzip2 data"), (b"\x28\xb5\x2f\xfd", "zstd data"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Blob:
    """Characters `start` to `end` of the text, and what they are. `whole_lines` when they are lines, not part of one."""

    start: int
    end: int
    what: str
    whole_lines: bool = False


_NOTEBOOK = ".ipynb"


class BlobCompressor:
    """Text that is mostly no text."""

    name = "BlobCompressor"
    kind = "blob"

    def score(self, text: str, hint: Hint) -> float:
        """By the share of a sample that blobs cover. JSON is never a blob: its strings belong to its own compressor, but for
        a notebook's, of which an agent edits the lines."""
        is_json = text[:200].lstrip()[:1] in ("{", "[") and not text[:200].lstrip()[1:2].isalpha()
        if is_json and not (hint.path or hint.command or "").rstrip().endswith(_NOTEBOOK):
            return 0.0
        sample = lines_.sample(text, 12_000)
        if not _may_hold(sample):
            return 0.0
        covered = sum(blob.end - blob.start for blob in _blobs(sample))
        share = covered / max(1, len(sample))
        if share >= 0.5:
            return 0.9 if share >= 0.8 else 0.8
        return 0.35 if share >= 0.1 else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Fold the blobs. Text that holds a fold of our spelling already stays as it is."""
        if limits.effort == Effort.LOSSLESS or _OURS in text or text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        return fold_blobs(text, hint, limits)


def fold_blobs(text: str, hint: Hint, limits: Limits) -> Rendition:
    """`text` with its blobs folded, whatever else it is. Unchanged when there is none."""
    blobs = list(_blobs(text)) if _may_hold(text) else []
    if not blobs:
        return Rendition(text=text)
    starts = line_starts(text)
    pins = set(matching_lines(text, hint.query, starts=starts)) if hint.query else set()
    out: list[str] = []
    chars: list[tuple[int, int]] = []
    rows: list[tuple[int, int]] = []
    at = 0
    for blob in blobs:
        for start, end in _parts(text, blob, hint):
            if start < at or _kept(text, starts, (start, end), pins if blob.whole_lines else set(), limits):
                continue
            mark = _mark(text, starts, _Blob(start, end, blob.what, blob.whole_lines), limits.first_line)
            if 2 * len(mark) >= end - start:
                continue
            out += (text[at:start], mark)
            at = end
            if blob.whole_lines:
                first = bisect_right(starts, start) - 1 + limits.first_line
                rows.append((first, first + text.count("\n", start, end)))
            else:
                chars.append((start, end))
    if not out:
        return Rendition(text=text)
    out.append(text[at:])
    return Rendition(
        text="".join(out),
        note=f"{FOLD}[…]{FOLD} = part of a line" if chars else "",
        elisions=_elisions(chars, rows),
        lossless=False,
    )


def _elisions(chars: list[tuple[int, int]], rows: list[tuple[int, int]]) -> tuple[Elision, ...]:
    made: list[Elision] = []
    if rows:
        made.append(Elision(ranges=tuple(rows), count=sum(b - a + 1 for a, b in rows), summary="binary data"))
    if chars:
        count = sum(b - a for a, b in chars)
        made.append(Elision(ranges=tuple(chars), count=count, unit="chars", summary="binary data"))
    return tuple(made)


def _may_hold(text: str) -> bool:
    """False where there can be no blob: most text, told at a small part of the price of looking for one."""
    data = text.encode("utf-8", "surrogatepass")
    garbage = len(data) - len(data.translate(None, _CONTROLS))
    garbage += 0 if len(data) == len(text) else sum(map(data.count, _STRANGE))
    if 50 * garbage >= len(text):
        return True
    rows = text.split("\n")
    sizes = list(map(len, rows))
    if max(sizes) >= _MIN and (
        b"a" * _MIN in data.translate(_LETTERS)
        or b"0" * 1000 in data.translate(_FIGURES)
        or any(len(row) >= 2000 and _is_bundle(row[:8_000]) for row in rows)
    ):
        return True
    # Wrapped base64 and dumps have lines of one length.
    if b"\1\1\1" not in bytes(map(eq, sizes, sizes[1:])):
        return False
    equal = any(a == b == c == d >= 20 for a, b, c, d in zip(sizes, sizes[1:], sizes[2:], sizes[3:], strict=False))
    return equal and _ROWS.search(text) is not None


def _blobs(text: str) -> Iterator[_Blob]:
    """The blobs of a text, ascending, none within another."""
    found = [*_wrapped(text), *_dumps(text), *_binary(text), *_in_lines(text)]
    found.sort(key=lambda blob: (blob.start, -blob.end))
    at = 0
    for blob in found:
        if blob.start >= at:
            yield blob
            at = blob.end


def _wrapped(text: str) -> Iterator[_Blob]:
    """Base64 in lines of one length: PEM bodies, mail attachments, `base64` without `-w0`."""
    for m in _WRAPPED.finditer(text):
        rows = m[0].split("\n")
        full = [row for row in rows[:-1] if row]
        if len({len(row) for row in full[:-1]}) > 1:
            continue
        what = _sort("".join(row.strip() for row in rows[:8]))
        if what.startswith("base64"):  # lines of hex are a list of hashes
            end = m.end() - 1 if m[0].endswith("\n") else m.end()
            yield _Blob(m.start(), end, what, True)


def _dumps(text: str) -> Iterator[_Blob]:
    """`xxd`, `hexdump -C`: the first two lines stay as the sample."""
    for m in _DUMP.finditer(text):
        start = text.find("\n", text.find("\n", m.start()) + 1) + 1
        end = m.end() - 1 if m[0].endswith("\n") else m.end()
        yield _Blob(start, end, "hex dump", True)


def _binary(text: str) -> Iterator[_Blob]:
    """Lines of raw bytes, where they are more than a stray control character."""
    if 50 * sum(1 for _ in _GARBAGE.finditer(text, 0, 100_000)) < min(len(text), 100_000):
        return
    run: tuple[int, int] | None = None
    for m in _BINARY_LINE.finditer(text):
        if 10 * sum(1 for _ in _GARBAGE.finditer(m[0][:5_000])) < min(len(m[0]), 5_000):
            continue
        if run is not None and m.start() - run[1] <= 400:
            run = (run[0], m.end())
        else:
            if run is not None:
                yield _Blob(*run, "binary data", True)
            run = m.span()
    if run is not None:
        yield _Blob(*run, "binary data", True)


def _in_lines(text: str) -> Iterator[_Blob]:
    for m in _RUN.finditer(text):
        what = _sort(m[0])
        if what:
            yield _Blob(m.start() + _SAMPLE, m.end(), what)
    for m in _NUMBERS.finditer(text):
        values = m[0][:4_000].replace(",", " ").split()
        if len(values) * 20 >= min(len(m[0]), 4_000) and sum(v[-1].isdigit() for v in values) * 10 >= len(values) * 9:
            yield _Blob(
                m.start() + 3 * _SAMPLE, m.end(), f"about {len(m[0]) * len(values) // min(len(m[0]), 4_000):,} numbers"
            )
    for m in _BUNDLE_LINE.finditer(text):
        if _is_bundle(m[0][:8_000]):
            yield _Blob(m.start() + _BUNDLE_HEAD, m.end(), "minified code")


def _is_bundle(line: str) -> bool:
    """Minified code: dense with signs, next to no blanks; neither prose nor JSON."""
    if line.lstrip()[:2] in ('{"', "[{", "[[", '["') or line.lstrip()[:1] == "<":
        return False
    signs = sum(line.count(c) for c in ";,(){}=:.")
    return (
        line.count(" ") * 12 < len(line)
        and signs * 8 > len(line)
        and line.count("(") + line.count("{") > len(line) // 200
    )


def _sort(run: str) -> str:
    """What a long run of base64 letters is, or "" when it is nothing of the kind (a path, a ruler, one word)."""
    head = run[:1_000]
    kinds = set(head)
    if len(kinds) < 8 or head.count("-") * 8 > len(head) or head.count("_") * 8 > len(head):
        return ""
    if kinds <= set("0123456789abcdefABCDEF"):
        return "hex"
    digits = sum(map(head.count, "0123456789"))
    upper = sum(1 for c in head if "A" <= c <= "Z")
    lower = sum(1 for c in head if "a" <= c <= "z")
    if min(digits * 25, upper * 8, lower * 8) < len(head) or len(kinds) < 24 or head.count("/") * 12 > len(head):
        return _by_magic(head)
    return _by_magic(head) or "base64"


def _by_magic(head: str) -> str:
    try:
        start = base64.b64decode(head[:64].rstrip("=")[:60], altchars=b"-_" if "-" in head or "_" in head else None)
    except (binascii.Error, ValueError):
        return ""
    for magic, what in _MAGIC:
        if start.startswith(magic):
            return f"base64 {what}"
    return ""


def _parts(text: str, blob: _Blob, hint: Hint) -> Iterator[tuple[int, int]]:
    """A blob without what stands around the query's words; only code has words."""
    if blob.what != "minified code" or not hint.query:
        yield blob.start, blob.end
        return
    low = text[blob.start : blob.end].lower()
    spots: list[int] = []
    for term in terms(hint.query)[:16]:
        if len(term) < 4 or not 0 < low.count(term) <= 8:
            continue
        at = low.find(term)
        while at >= 0:
            spots.append(at + blob.start)
            at = low.find(term, at + 1)
    at = blob.start
    for spot in sorted(spots):
        if spot - _AROUND > at:
            yield at, spot - _AROUND
        at = max(at, min(blob.end, spot + _AROUND))
    if at < blob.end:
        yield at, blob.end


def _kept(text: str, starts: list[int], span: tuple[int, int], pins: set[int], limits: Limits) -> bool:
    """Whether a line of the span must be shown whole."""
    first, last = (bisect_right(starts, offset) - 1 for offset in (span[0], max(span[0], span[1] - 1)))
    if pins and any(first <= pin <= last for pin in pins):
        return True
    if limits.keep is None:
        return False
    end = starts[last + 1] - 1 if last + 1 < len(starts) else len(text)
    return any(limits.keep.search(line) for line in text[starts[first] : end].split("\n"))


def _mark(text: str, starts: list[int], blob: _Blob, first_line: int) -> str:
    part = text[blob.start : blob.end]
    digest = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    said = f"{blob.what}, {_size(part, blob.what)}, sha256 {digest}"
    row = bisect_right(starts, blob.start) - 1
    if blob.whole_lines:
        last = row + part.count("\n")
        where = f"lines {row + first_line}-{last + first_line}" if last > row else f"line {row + first_line}"
        return f"{FOLD} {where} ({said})"
    column = blob.start - starts[row]
    return f"{_OURS}{column}-{column + len(part)} of line {row + first_line}: {said}]{FOLD}"


def _size(part: str, what: str) -> str:
    """The size of what is folded: decoded bytes of base64 and hex, characters of all else."""
    if what.startswith("base64"):
        return _bytes(len(part) * 3 // 4)
    if what == "hex":
        return _bytes(len(part) // 2)
    return f"{len(part):,} characters"


def _bytes(n: int) -> str:
    return f"{n} B" if n < 1_000 else f"{n / 1_000:.1f} kB" if n < 1_000_000 else f"{n / 1_000_000:.1f} MB"

"""What the commands share: bytes in and out, the table, sizes and times in words, the store option."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from headroom.engine import Headroom

F = TypeVar("F", bound=Callable[..., Any])

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
PROFILES = ("safe", "balanced", "aggressive")

_NOT_ESCAPES = re.compile("([\ud800-\udc7f\udd00-\udfff]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The options that stand before the command."""

    store: str | None = None
    debug: bool = False


def store_option(function: F) -> F:
    """`--store URL`, which may stand before or after the command."""
    return click.option(
        "--store",
        metavar="URL",
        help="SQLAlchemy URL of the store.  [default: $HEADROOM_STORE, or SQLite in ~/.headroom]",
    )(function)


def help_without_command(ctx: click.Context) -> None:
    """What a group does when no command is named. Releases of click differ in where they print it and in the exit code."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


def engine(ctx: click.Context, store: str | None, *, profile: str = "safe", text_model: str | None = None) -> Headroom:
    """An engine on the store that was named; closed when the command ends."""
    return ctx.with_resource(Headroom(store=store_url(ctx, store), profile=profile, text_model=text_model))


def store_url(ctx: click.Context, store: str | None) -> str | None:
    """The URL that was given, behind the command or before it."""
    common = ctx.find_root().obj
    return store or (common.store if isinstance(common, Common) else None)


# ------------------------------------------------------------------------------------------------------ in and out


def read(file: str) -> str:
    """All of a file, or of stdin for "-". Bytes that are no UTF-8 become lone surrogates, which `write` turns back."""
    if file == "-":
        if sys.stdin.isatty():
            raise click.UsageError("no input: name a file, or pipe text in")
        data = sys.stdin.buffer.read()
    else:
        data = Path(file).read_bytes()
    return data.decode("utf-8", "surrogateescape")


def write(text: str) -> None:
    """Text to stdout, byte for byte; only a terminal gets a line end where there is none."""
    stream = sys.stdout.buffer
    stream.write(encode(text))
    if text and not text.endswith("\n") and sys.stdout.isatty():
        stream.write(b"\n")
    stream.flush()


def encode(text: str) -> bytes:
    """UTF-8; bytes that `read` could not decode become what they were, other lone surrogates three bytes each."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        parts = _NOT_ESCAPES.split(text)
        errors = ("surrogateescape", "surrogatepass")
        return b"".join(part.encode("utf-8", errors[n % 2]) for n, part in enumerate(parts))


def to_json(value: Any) -> str:
    """One line of JSON that is valid UTF-8: readable where that can be, escaped where a lone surrogate forbids it."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def note(message: str) -> None:
    """One line to stderr."""
    line = " ".join(message.split())
    click.echo(f"headroom: {encode(line).decode('utf-8', 'replace')}", err=True)


# -------------------------------------------------------------------------------------------------------- in words


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: str = "") -> str:
    """Columns two spaces apart. `right` holds one character per column, ">" for those that are set flush right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    sides = right.ljust(len(head))
    lines = [
        "  ".join(c.rjust(w) if s == ">" else c.ljust(w) for c, w, s in zip(row, widths, sides, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join(lines)


def size(count: float) -> str:
    """`1536` -> "1.5 kB"; units of 1024."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} GB"


def ago(seconds: float) -> str:
    """`7260` -> "2 h"."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def share(part: float) -> str:
    """`0.983` -> "98.3%". Less than all is never "100.0%"."""
    return f"{part if part >= 1 else min(part, 0.999):.1%}"


def plural(count: int, noun: str) -> str:
    """`plural(1, "line")` -> "1 line"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

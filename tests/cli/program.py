"""Run the command line as the shell does, within this process."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest

from headroom.cli.app import run


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command line left behind."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8", "surrogateescape")


class Program:
    """`program("compress", "-", stdin=b"…")`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]) -> None:
        self._monkeypatch = monkeypatch
        self._capture = capture

    def __call__(self, *args: object, stdin: bytes = b"") -> Ran:
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        self._capture.readouterr()
        code = run([str(arg) for arg in args])
        out, err = self._capture.readouterr()
        return Ran(code=code, out=out, err=err.decode())


LOG = "".join(f"2026-03-01 10:00:{n % 60:02d} INFO worker-{n % 4} job {n} done in {n % 9} ms\n" for n in range(600))
WORDS = "alder birch cedar elder hazel larch maple rowan spruce willow".split()
LOG += "".join(f"2026-03-01 10:10:{n:02d} WARN {w} is late for {w[::-1]}, {w} waits\n" for n, w in enumerate(WORDS))
LOG += "2026-03-01 10:11:00 INFO coupon SPRING26 was used by account 7\n"

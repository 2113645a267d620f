"""What a body becomes; through a real proxy in test_app.py and test_faults.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from headroom.proxy._engines import Engines
from headroom.proxy._headers import Control
from headroom.proxy._routes import match
from headroom.proxy._shorten import Shortened, Shortener
from headroom.proxy.settings import ProxySettings
from tests.proxy.rig import PATHS, chat, log_text

ROUTE = match("POST", PATHS["chat"][0])


@pytest.fixture
def shortener(tmp_path: Path) -> Iterator[Shortener]:
    settings = ProxySettings(store=f"sqlite:///{tmp_path / 'store.db'}")
    engines = Engines(settings)
    found = Shortener(settings, engines)
    yield found
    found.close()
    engines.close()


async def shorten(shortener: Shortener, body: bytes, encoding: str = "", control: Control | None = None) -> Shortened:
    assert ROUTE is not None
    return await shortener.shorten(ROUTE, body, control or Control(), "tenant", encoding)


async def test_counts_tell_what_was_done(shortener: Shortener) -> None:
    body = json.dumps(chat(log_text(), "short")).encode()
    done = await shorten(shortener, body)
    assert done.actions == {"compressed": 1, "unchanged": 2}
    assert done.reasons == {"user text is changed only on request": 1, "shorter than 400 characters": 1}
    assert done.gained == done.chars_before - done.chars_after > 10_000
    assert (done.offered, done.skipped, done.fault) == (True, "", False)
    assert done.source.encode() == done.body
    assert done.seconds > 0


@pytest.mark.parametrize(
    ("body", "encoding", "why"),
    [
        (b"{}", "", "too small to gain anything"),
        (b"{" * 500, "", "the body is no JSON"),
        (b"[" * 200_000, "", "the JSON is nested too deeply"),
        (b"[1]" + b" " * 500, "", "the body is no JSON object"),
        (b'{"input": []}' + b" " * 500, "", "no list of messages"),
        (b"\xff" * 500, "", "the body is no UTF-8"),
        (b"x", "gzip", "the body is no gzip"),
        (b"x", "zstd", "the body is encoded as zstd"),
        (b'{"messages": [1]}' + b" " * 500, "", "messages[0] is int, not a dict with a 'role'"),
    ],
)
async def test_a_body_that_is_not_looked_into_stays_and_says_why(
    shortener: Shortener, body: bytes, encoding: str, why: str
) -> None:
    done = await shorten(shortener, body, encoding)
    assert (done.body, done.skipped, done.fault) == (body, why, False)


async def test_an_answer_that_nobody_could_read_makes_no_offer(shortener: Shortener) -> None:
    done = await shorten(shortener, json.dumps(chat(log_text())).encode(), control=Control(resolvable=False))
    assert not done.offered
    assert "job 0-399 done" in done.source

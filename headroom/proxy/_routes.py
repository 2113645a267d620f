"""Which request is of which wire shape, and which provider it goes to. One table, read from the top.

What no row names is passed through. A row matches the end of the path, so a provider behind a prefix (a gateway, an Azure
deployment, the address that a ChatGPT login uses) is known as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from headroom.exceptions import ConfigError
from headroom.proxy._asgi import Header
from headroom.proxy._headers import value_of

OPENAI, ANTHROPIC, GEMINI = "openai", "anthropic", "gemini"
PROVIDERS: Mapping[str, str] = {
    OPENAI: "https://api.openai.com",
    ANTHROPIC: "https://api.anthropic.com",
    GEMINI: "https://generativelanguage.googleapis.com",
}
"""Provider -> where it is unless the settings name another address."""


@dataclass(frozen=True, slots=True)
class Route:
    """A kind of request. `field` holds the messages; `shape` is the wire format's name."""

    name: str
    provider: str
    shape: str
    field: str
    ends: re.Pattern[str]


def _route(name: str, provider: str, shape: str, field: str, ends: str) -> Route:
    return Route(name, provider, shape, field, re.compile(ends + r"/?\Z"))


ROUTES: Sequence[Route] = (
    _route("chat_completions", OPENAI, "openai_chat", "messages", r"/chat/completions"),
    _route("responses", OPENAI, "openai_responses", "input", r"/responses"),
    _route("messages", ANTHROPIC, "anthropic_messages", "messages", r"/messages"),
    _route("count_tokens", ANTHROPIC, "anthropic_messages", "messages", r"/messages/count_tokens"),
    _route(
        "generate_content", GEMINI, "gemini", "contents", r"/models/[^/]+:(?:generateContent|streamGenerateContent)"
    ),
)
_GEMINI_PATH = re.compile(r"/(?:upload/)?v1(?:beta\d*|alpha|internal)\b|/ws/google\.")
_ANTHROPIC_PATH = re.compile(r"/v1/(?:messages|complete)\b")


def match(method: str, path: str) -> Route | None:
    """The row for this request, or None: pass it through."""
    if method != "POST":
        return None
    for route in ROUTES:
        if route.ends.search(path):
            # Assistants and threads of OpenAI also have `/messages`, in another shape.
            return None if "/threads/" in path else route
    return None


def provider(route: Route | None, path: str, headers: Sequence[Header]) -> str:
    """Who is to answer; for requests that no row names, by what only one provider's clients send."""
    if route is not None:
        return route.provider
    if _GEMINI_PATH.match(path) or value_of(headers, b"x-goog-api-key") is not None:
        return GEMINI
    if _ANTHROPIC_PATH.match(path) or value_of(headers, b"anthropic-version") is not None:
        return ANTHROPIC
    return OPENAI


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where a provider is. `prefix` stands before the path of each request."""

    origin: str
    host: bytes
    prefix: bytes

    @classmethod
    def at(cls, url: str) -> Upstream:
        """Read `https://host[:port][/prefix]`.

        Raises:
            ConfigError: it is no such URL.
        """
        parts = _split(url)
        host = parts.netloc.rpartition("@")[2]
        return cls(f"{parts.scheme}://{host}", host.encode("ascii"), parts.path.rstrip("/").encode("ascii"))

    def target(self, raw_path: bytes, query: bytes) -> bytes:
        """The request's target, byte for byte what the client asked for, below our prefix.

        Clients are told base URLs with `/v1` at their end; where both have it, it stands once.
        """
        prefix = self.prefix
        if prefix.endswith(b"/v1") and raw_path.startswith(b"/v1/"):
            prefix = prefix[:-3]
        return prefix + raw_path + (b"?" + query if query else b"")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
        url.encode("ascii")
    except ValueError as e:
        raise ConfigError(f"{url!r} is no URL of a provider: {e}") from e
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(f"{url!r} is no URL of a provider; write e.g. https://api.openai.com")
    return parts

from __future__ import annotations

import pytest

from headroom.exceptions import ConfigError
from headroom.proxy._routes import Upstream, match, provider


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/chat/completions", "chat_completions"),
        ("/openai/deployments/x/chat/completions", "chat_completions"),
        ("/chat/completions/", "chat_completions"),
        ("/v1/responses", "responses"),
        ("/backend-api/codex/responses", "responses"),
        ("/v1/messages", "messages"),
        ("/v1/messages/count_tokens", "count_tokens"),
        ("/v1beta/models/gemini-2.5-pro:streamGenerateContent", "generate_content"),
        ("/v1beta/models/gemini-2.5-pro:countTokens", None),
        ("/v1/threads/t1/messages", None),
        ("/v1/responses/r1/cancel", None),
        ("/v1/messages/batches", None),
        ("/v1/embeddings", None),
        ("/", None),
    ],
)
def test_requests_are_known_by_the_end_of_their_path(path: str, name: str | None) -> None:
    found = match("POST", path)
    assert (found.name if found else None) == name
    assert match("GET", path) is None


@pytest.mark.parametrize(
    ("path", "headers", "name"),
    [
        ("/v1/messages/batches", [], "anthropic"),
        ("/v1/models", [(b"anthropic-version", b"2023-06-01")], "anthropic"),
        ("/v1/models", [(b"authorization", b"Bearer x")], "openai"),
        ("/v1beta/models", [], "gemini"),
        ("/upload/v1beta/files", [], "gemini"),
        ("/v1/files", [(b"x-goog-api-key", b"x")], "gemini"),
        ("/", [], "openai"),
    ],
)
def test_other_requests_go_to_whose_client_sends_them(path: str, headers: list[tuple[bytes, bytes]], name: str) -> None:
    assert provider(None, path, headers) == name


def test_a_target_is_what_the_client_asked_for_below_the_prefix() -> None:
    assert Upstream.at("https://api.example").target(b"/v1/a%2Fb", b"x=1&x=2") == b"/v1/a%2Fb?x=1&x=2"
    gateway = Upstream.at("http://user@gw.example:8080/team/v1/")
    assert (gateway.origin, gateway.host) == ("http://gw.example:8080", b"gw.example:8080")
    assert gateway.target(b"/v1/models", b"") == b"/team/v1/models"
    assert gateway.target(b"/models", b"") == b"/team/v1/models"


@pytest.mark.parametrize(
    "url", ["", "api.openai.com", "ftp://x", "https://", "https://x/?a=1", "http://x:port", "http://é"]
)
def test_an_address_that_is_none_is_an_error(url: str) -> None:
    with pytest.raises(ConfigError, match="no URL of a provider"):
        Upstream.at(url)

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from headroom.wrap import probe
from headroom.wrap.probe import Probe, probing


def ask(running: Probe, path: str, body: Any, method: str = "POST", **headers: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=20)
    try:
        connection.request(method, path, json.dumps(body), {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers["content-type"], answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/v1/messages?beta=true", {"model": "m"}, '"stop_reason": "end_turn"'),
        ("/v1/messages", {"model": "m", "stream": True}, "event: message_stop\n"),
        ("/v1/responses", {"model": "m", "input": []}, "event: response.completed\n"),
        ("/v1/chat/completions", {"model": "m"}, '"finish_reason": "stop"'),
        ("/v1/chat/completions", {"model": "m", "stream": True}, "data: [DONE]\n\n"),
        ("/v1beta/models/g:generateContent", {"contents": []}, '"text": "ok"'),
        ("/v1beta/models/g:streamGenerateContent?alt=sse", {"contents": []}, 'data: {"candidates"'),
    ],
)
def test_every_shape_is_answered_and_remembered(path: str, body: Any, says: str) -> None:
    with probing() as running:
        status, _, said = ask(running, path, body)
        assert status == 200
        assert says in said
        (seen,) = running.requests
        assert seen.path == path.partition("?")[0]
        assert json.loads(seen.body) == body


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"authorization": "Bearer secret"}, "authorization"),
        ({"x_api_key": "secret"}, "x-api-key"),
        ({"x_goog_api_key": "secret"}, "x-goog-api-key"),
        ({"authorization": "Bearer "}, ""),
        ({}, ""),
    ],
)
def test_that_a_key_came_is_remembered_and_the_key_is_not(headers: dict[str, str], key: str) -> None:
    with probing() as running:
        ask(running, "/v1/messages", {}, **headers)
        assert running.requests[0].key == key
        assert "secret" not in repr(running)


def test_the_longest_request_is_the_agents_own() -> None:
    with probing() as running:
        for size in (1, 500, 20):
            ask(running, "/v1/messages", {"model": "m" * size})
        found = running.main
        assert found is not None
        assert len(found.body) > 500
        running.requests.clear()
        assert running.main is None


def test_what_asks_no_model_is_answered_and_forgotten() -> None:
    with probing() as running:
        for method, path in (("GET", "/v1/models"), ("POST", "/v1/messages/count_tokens"), ("HEAD", "/")):
            assert ask(running, path, {}, method)[0] == 200
        assert ask(running, "/v1/messages", [])[0] == 200
        assert ask(running, "/v1/responses", None, "GET", connection="Upgrade", upgrade="websocket")[0] == 426
        assert running.requests == []


def test_a_chunked_request_is_read() -> None:
    with probing() as running:
        connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=20)
        connection.request(
            "POST", "/v1/messages", iter([b'{"model":', b'"m"}']), {"transfer-encoding": "chunked"}, encode_chunked=True
        )
        assert connection.getresponse().read()
        connection.close()
        assert running.requests[0].body == '{"model":"m"}'


def test_a_schema_is_met() -> None:
    schema = {
        "type": "OBJECT",
        "properties": {
            "why": {"type": "string"},
            "score": {"type": "integer", "minimum": 7},
            "choice": {"enum": ["flash", "pro"]},
            "list": {"type": "array"},
            "flag": {"type": "boolean"},
        },
    }
    assert probe._fitting(schema) == {"why": "ok", "score": 7, "choice": "flash", "list": [], "flag": False}

from __future__ import annotations

import gzip
import json
import socket
import threading
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headroom.markers import TOOL_NAME
from tests.proxy.rig import (
    CUT,
    KEY,
    PATHS,
    Origin,
    Running,
    anthropic,
    chat,
    exchange,
    log_text,
    request,
    running_origin,
    running_proxy,
    split,
    streamed,
    whole,
)

JSON = "Content-Type: application/json"


def post(port: int, path: str, body: Any, *headers: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return split(exchange(port, request("POST", path, data, JSON, f"Authorization: Bearer {KEY}", *headers)))


def header(headers: list[tuple[bytes, bytes]], name: str) -> str:
    return dict(headers).get(name.encode(), b"").decode()


# ---------------------------------------------------------------------------------------------------- passing through


def test_a_request_of_no_known_route_passes_byte_for_byte(origin: Origin, proxy: Running) -> None:
    body = b'{"x": 1.50,\n "x": "\xc3\xa9\\u00e9"}\r\n'
    raw = request("PUT", "/v1/files/a%2Fb?b=2&a=%20&a", body, "X-One: 1", "x-two: b", "X-One: 2", "Accept-Encoding: br")
    exchange(proxy.port, raw)
    received = origin.received[-1]
    assert received.line == b"PUT /v1/files/a%2Fb?b=2&a=%20&a HTTP/1.1"
    assert received.body == body
    assert [(name.lower(), value) for name, value in received.headers if name.lower().startswith(b"x-")] == [
        (b"x-one", b"1"),
        (b"x-two", b"b"),
        (b"x-one", b"2"),
    ]
    assert (b"accept-encoding", b"br") in received.headers
    assert not {b"user-agent", b"accept"} & {name.lower() for name, _ in received.headers}  # nothing of ours


def test_what_belongs_to_one_connection_stays_behind(origin: Origin, proxy: Running) -> None:
    raw = b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n\r\n"
    exchange(proxy.port, raw)
    assert {name.lower() for name, _ in origin.received[-1].headers} <= {b"host", b"connection"}
    assert dict(origin.received[-1].headers)[b"host"] == f"127.0.0.1:{origin.port}".encode()


def test_a_response_passes_with_its_headers_in_order(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"id": "r1"}')
    script = whole(packed, "200 OK", "Set-Cookie: a=1", "X-B: 1", "set-cookie: b=2", "Content-Encoding: gzip")
    with running_origin(script) as origin, running_proxy(origin, tmp_path) as proxy:
        for method, path in (("GET", "/v1/models"), ("POST", "/v1/chat/completions")):
            status, headers, body = split(
                exchange(proxy.port, request(method, path, b"{}" if method == "POST" else b""))
            )
            own = [pair for pair in headers if not pair[0].startswith(b"x-headroom") and pair[0] != b"connection"]
            assert (status, body) == (200, packed)
            assert own == [
                (b"set-cookie", b"a=1"),
                (b"x-b", b"1"),
                (b"set-cookie", b"b=2"),
                (b"content-encoding", b"gzip"),
                (b"content-length", str(len(packed)).encode()),
            ]


def test_a_cookie_of_one_answer_goes_with_no_other_request(tmp_path: Path) -> None:
    with (
        running_origin(whole(b"x", "200 OK", "Set-Cookie: tenant=a")) as origin,
        running_proxy(origin, tmp_path) as proxy,
    ):
        for _ in range(2):
            exchange(proxy.port, request("GET", "/v1/models"))
        assert b"cookie" not in {name.lower() for name, _ in origin.received[-1].headers}


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "429 Too Many Requests", "529 Overloaded"])
def test_errors_pass_with_their_bodies_and_nothing_is_repeated(status: str, tmp_path: Path) -> None:
    body = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
    script = whole(body, status, "Retry-After: 17", "x-should-retry: true")
    with running_origin(script) as origin, running_proxy(origin, tmp_path) as proxy:
        for path, make in PATHS.values():
            found, headers, text = post(proxy.port, path, make(log_text()))
            assert (found, text) == (int(status.split(maxsplit=1)[0]), body)
            assert header(headers, "retry-after") == "17"
        assert len(origin.received) == len(PATHS)


def test_redirects_and_empty_answers_pass(tmp_path: Path) -> None:
    scripts = [
        [b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://elsewhere.example/x\r\nContent-Length: 0\r\n\r\n"],
        [b"HTTP/1.1 204 No Content\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"],
    ]
    with running_origin(*scripts) as origin, running_proxy(origin, tmp_path) as proxy:
        status, headers, _ = split(exchange(proxy.port, request("GET", "/v1/models")))
        assert (status, header(headers, "location")) == (307, "https://elsewhere.example/x")
        assert split(exchange(proxy.port, request("DELETE", "/v1/files/1")))[0] == 204
        status, headers, body = split(exchange(proxy.port, request("HEAD", "/v1/files/1")))
        assert (status, header(headers, "content-length"), body) == (200, "5000", b"")


def test_a_connection_is_kept_for_further_requests(origin: Origin, proxy: Running) -> None:
    one = request("GET", "/v1/models").replace(b"Connection: close\r\n", b"")
    found = exchange(proxy.port, one, one, request("POST", "/v1/chat/completions", b"{}"))
    assert found.count(b"HTTP/1.1 200 OK") == 3
    assert len(origin.received) == 3


def test_an_upload_without_a_length_passes(origin: Origin, proxy: Running) -> None:
    head = b"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    exchange(proxy.port, head, b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n")
    plain = origin.received[-1].body
    assert b"".join(part for part in plain.split(b"\r\n") if part not in {b"3", b"2", b"0", b"5"}) == b"abcde"


def test_a_client_that_waits_for_permission_to_send_gets_it(origin: Origin, proxy: Running) -> None:
    head = b"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as sock:
        sock.sendall(head)
        assert b"100" in sock.recv(1000)
        sock.sendall(b"abc")
        assert b"200 OK" in sock.recv(10000)
    assert origin.received[-1].body == b"abc"


_EVENTS = (
    'event: message_start\ndata: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":3}}}\n\n'
    'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n'
    ": keep-alive\n\n"
    'event: content_block_delta\r\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"né 🎉"}}\r\n\r\n'
    'event: ping\ndata: {"type": "ping"}\n\n'
    'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'
    'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}\n\n'
    'event: message_stop\ndata: {"type":"message_stop"}\n\n'
).encode()
_CHUNKS = (
    'data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n'
    'data: {"id":"c","choices":[{"index":0,"delta":{"content":"né 🎉 \\"tool_calls\\""}}]}\n\n'
    'data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c9","function":{"name":"read_log","arguments":"{}"}}]}}]}\n\n'
    'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\n'
    'data: {"id":"c","choices":[],"usage":{"prompt_tokens":1,"total_tokens":2}}\n\n'
    "data: [DONE]\n\n"
).encode()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["chat", "anthropic", "responses"]), st.lists(st.integers(1, 900), max_size=12), st.booleans())
def test_events_that_are_cut_anywhere_arrive_as_they_were_sent(
    origin: Origin, proxy: Running, kind: str, cuts: list[int], ends: bool
) -> None:
    events = _EVENTS if kind == "anthropic" else _CHUNKS
    if not ends:
        events = events[:-20]
    places = [0, *sorted({min(cut, len(events)) for cut in cuts} - {0, len(events)}), len(events)]
    chunks = [events[a:b] for a, b in pairwise(places)]
    origin.script = [streamed(*chunks)]
    path, make = PATHS[kind]
    status, headers, body = post(proxy.port, path, make(log_text(), stream=True))
    assert (status, body) == (200, events)
    assert header(headers, "content-type") == "text/event-stream; charset=utf-8"


def test_an_event_is_passed_on_before_the_next_one_is_made(tmp_path: Path) -> None:
    seen = threading.Event()
    events = _EVENTS.split(b"\n\n", 1)
    head, first, rest, end = streamed(events[0] + b"\n\n", events[1])
    with running_origin([head, first, lambda: seen.wait(20), rest, end]) as origin:  # noqa: SIM117
        with running_proxy(origin, tmp_path) as proxy, socket.create_connection(("127.0.0.1", proxy.port)) as sock:
            body = json.dumps(anthropic(log_text(), stream=True)).encode()
            sock.settimeout(20)
            sock.sendall(request("POST", "/v1/messages", body, JSON))
            got = b""
            while b"message_start" not in got:
                got += sock.recv(65536)
            assert not seen.is_set()
            seen.set()
            while data := sock.recv(65536):
                got += data
    assert split(got)[2] == _EVENTS


# ------------------------------------------------------------------------------------------------------ when it fails


def test_a_provider_that_cannot_be_reached_is_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    with running_proxy(f"http://127.0.0.1:{port}", tmp_path) as proxy:
        for path, make in PATHS.values():
            status, headers, body = post(proxy.port, path, make(log_text()))
            assert (status, header(headers, "x-headroom-error")) == (502, "upstream_unreachable")
            assert "no connection to" in json.loads(body)["error"]["message"]


def test_a_provider_that_hangs_up_without_an_answer_is_said_so_and_asked_once(tmp_path: Path) -> None:
    with running_origin([CUT]) as origin, running_proxy(origin, tmp_path) as proxy:
        status, headers, _ = post(proxy.port, "/v1/chat/completions", chat(log_text()))
        assert (status, header(headers, "x-headroom-error")) == (502, "upstream_cut")
        assert len(origin.received) == 1


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_that_breaks_off_breaks_off_for_the_client_too(stream: bool, tmp_path: Path) -> None:
    pieces = streamed(_CHUNKS[:150], end=False) if stream else [b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b"{"]
    with running_origin([*pieces, CUT]) as origin, running_proxy(origin, tmp_path) as proxy:
        found = exchange(proxy.port, request("POST", "/v1/embeddings", b"{}", JSON))
        assert not found.endswith(b"0\r\n\r\n")
        assert (b"role" in found) is stream
        assert proxy.logged[-1]["error"] == "upstream cut"


def test_trailers_are_dropped_in_both_directions_and_none_are_announced(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
    with (
        running_origin([head + b"2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n"]) as origin,
        running_proxy(origin, tmp_path) as proxy,
    ):
        asked = request("POST", "/v1/files", b"", "Trailer: X-Sum", "TE: trailers", "Transfer-Encoding: chunked")
        status, headers, body = split(exchange(proxy.port, asked + b"2\r\nhi\r\n0\r\nX-Sum: 2\r\n\r\n"))
    assert (status, body) == (200, b"ok")
    (received,) = origin.received
    assert received.body == b"2\r\nhi\r\n0\r\n\r\n"
    assert not {b"trailer", b"te", b"x-sum"} & {name.lower() for name, _ in [*headers, *received.headers]}


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_client_that_has_gone_ends_the_request_to_the_provider(method: str, tmp_path: Path) -> None:
    begun = threading.Event()
    asked = {
        "POST": request("POST", "/v1/chat/completions", json.dumps(chat(stream=True)).encode(), JSON),
        "GET": request("GET", "/v1/responses/resp_1?stream=true"),
    }
    with running_origin([*streamed(_CHUNKS[:60], end=False), begun.set]) as origin:
        with running_proxy(origin, tmp_path) as proxy:
            with socket.create_connection(("127.0.0.1", proxy.port)) as sock:
                sock.sendall(asked[method])
                assert begun.wait(20)
                sock.recv(100)
            assert origin.closed.acquire(timeout=20)
        assert proxy.lines()[-1]["error"] == "client gone"


def test_a_client_that_goes_before_its_body_is_complete_disturbs_nobody(proxy: Running) -> None:
    for path in ("/v1/chat/completions", "/v1/files"):
        with socket.create_connection(("127.0.0.1", proxy.port)) as sock:
            sock.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\n{{".encode())
    assert split(exchange(proxy.port, request("GET", "/v1/models")))[0] == 200


# ---------------------------------------------------------------------------------------------------------- shortening


@pytest.mark.parametrize("kind", PATHS)
def test_tool_output_is_shortened_and_all_else_is_as_it_was(kind: str, origin: Origin, proxy: Running) -> None:
    path, make = PATHS[kind]
    sent = json.dumps({"z": 1.50, "unknown": {"b": [1e400]}, **make(log_text())}, indent=3).replace("1.5,", "1.50,")
    status, headers, _ = post(proxy.port, path, sent.encode())
    received = origin.received[-1].body.decode()
    assert status == 200
    assert len(received) < len(sent)
    assert received.startswith('{\n   "z": 1.50,\n   "unknown": {\n      "b": [\n         Infinity\n      ]\n   },\n')
    assert int(dict(origin.received[-1].headers)[b"content-length"]) == len(origin.received[-1].body)
    assert header(headers, "x-headroom").startswith("compressed=1; unchanged=1; chars=")
    assert header(headers, "x-headroom-reasons") == "user text is changed only on request=1"
    assert "ERROR worker-9 quota of tenant acme-0 is used up" in received


def test_a_request_in_which_nothing_changes_passes_byte_for_byte(origin: Origin, proxy: Running) -> None:
    body = b'{"model":"m","messages":[{"role":"user","content":"' + b"hello " * 200 + b'"}] }\n'
    post(proxy.port, "/v1/chat/completions", body)
    assert origin.received[-1].body == body


def test_the_tool_is_offered_from_the_first_request_on_where_the_client_has_tools(
    origin: Origin, proxy: Running
) -> None:
    for kind in ("chat", "anthropic"):
        path, make = PATHS[kind]
        offered = []
        for logs in ([], [log_text()], [log_text(), log_text(1)]):
            post(proxy.port, path, make(*logs))
            offered.append(json.dumps(origin.received[-1].json["tools"][0]))
        assert len(set(offered)) == 1
        assert TOOL_NAME in offered[0]
        body = make(log_text())
        del body["tools"]
        post(proxy.port, path, body)
        assert "tools" not in origin.received[-1].json


def test_counting_tokens_counts_what_would_be_sent(origin: Origin, proxy: Running) -> None:
    body = anthropic(log_text())
    post(proxy.port, "/v1/messages", body)
    post(proxy.port, "/v1/messages/count_tokens", body)
    first, second = origin.received[-2:]
    assert first.body == second.body


def test_a_client_that_has_the_tool_answers_its_calls_itself(origin: Origin, proxy: Running) -> None:
    body = chat(log_text())
    body["tools"].append({"type": "function", "function": {"name": f"mcp__headroom__{TOOL_NAME}", "parameters": {}}})
    post(proxy.port, "/v1/chat/completions", body)
    assert origin.received[-1].json["tools"] == body["tools"]
    assert f"{TOOL_NAME}(id" in origin.received[-1].json["messages"][-1]["content"]
    body["tools"].pop()


@pytest.mark.parametrize("kind", ["chat", "anthropic"])
def test_nothing_is_left_out_where_no_tool_can_be_offered(kind: str, origin: Origin, proxy: Running) -> None:
    path, make = PATHS[kind]
    body = make(log_text())
    del body["tools"]
    post(proxy.port, path, body)
    received = json.dumps(origin.received[-1].json)
    assert TOOL_NAME not in received
    assert all(f"job 0-{n} done" in received for n in range(400) if n != 200)


def test_a_compressed_body_is_read_and_compressed_again(origin: Origin, proxy: Running) -> None:
    body = gzip.compress(json.dumps(chat(log_text())).encode())
    post(proxy.port, "/v1/chat/completions", body, "Content-Encoding: gzip")
    received = origin.received[-1]
    assert (b"content-encoding", b"gzip") in received.headers
    assert "[headroom hr_" in json.loads(gzip.decompress(received.body))["messages"][-1]["content"]


def test_headers_control_a_request_and_go_no_further(origin: Origin, proxy: Running) -> None:
    body = json.dumps(chat(log_text())).encode()
    _, headers, _ = post(proxy.port, "/v1/chat/completions", body, "x-headroom-bypass: true", "X-Headroom-Session: s1")
    assert origin.received[-1].body == body
    assert header(headers, "x-headroom") == "untouched=bypassed"
    assert not [name for name, _ in origin.received[-1].headers if name.lower().startswith(b"x-headroom")]
    _, headers, _ = post(proxy.port, "/v1/chat/completions", body, "x-headroom-profile: lavish")
    assert origin.received[-1].body == body
    assert "lavish" in header(headers, "x-headroom")
    post(proxy.port, "/v1/chat/completions", body, "x-headroom-profile: aggressive")
    assert len(origin.received[-1].body) < len(body)
    sessions = [line.get("session") for line in proxy.logged]
    assert sessions[0] != sessions[1] == sessions[2] is None
    assert "s1" not in proxy.log.read_text()


def test_rules_by_tool_hold(origin: Origin, tmp_path: Path) -> None:
    with running_proxy(origin, tmp_path, tools={"read_log": "verbatim"}) as proxy:
        _, headers, _ = post(proxy.port, "/v1/chat/completions", chat(log_text()))
        assert origin.received[-1].json["messages"] == chat(log_text())["messages"]
        assert "tool 'read_log' is set to verbatim=1" in header(headers, "x-headroom-reasons")


# ---------------------------------------------------------------------------------------------------- what it may tell


def test_log_and_figures_hold_no_content_and_no_credential(proxy: Running) -> None:
    post(proxy.port, "/v1/chat/completions?key=sk-in-the-query", chat(log_text()))
    exchange(proxy.port, request("GET", "/v1/models/secret-model", b"", f"x-api-key: {KEY}"))
    told = proxy.log.read_text() + exchange(proxy.port, request("GET", "/stats")).decode()
    told += exchange(proxy.port, request("GET", "/metrics")).decode()
    for secret in (KEY, "sk-in-the-query", "acme", "secret-model", "hr_"):
        assert secret not in told
    assert proxy.logged[0]["blocks"] == {"unchanged": 1, "compressed": 1}
    stored = b"".join(path.read_bytes() for path in Path(proxy.store.removeprefix("sqlite:///")).parent.glob("store*"))
    assert KEY.encode() not in stored


def test_a_foreign_host_gets_nothing(origin: Origin, proxy: Running) -> None:
    raw = request("POST", "/v1/chat/completions", b"{}").replace(b"Host: 127.0.0.1", b"Host: evil.example:8787")
    status, headers, _ = split(exchange(proxy.port, raw))
    assert (status, header(headers, "x-headroom-error")) == (421, "unknown_host")
    assert not origin.received
    probe = request("GET", "/livez").replace(b"Host: 127.0.0.1", b"Host: 10.1.2.3")
    assert split(exchange(proxy.port, probe))[0] == 200


def test_a_web_page_of_another_origin_is_passed_through_and_gets_nothing_of_ours(
    origin: Origin, proxy: Running
) -> None:
    body = json.dumps(chat(log_text())).encode()
    _, headers, _ = post(proxy.port, "/v1/chat/completions", body, "Origin: https://evil.example")
    assert origin.received[-1].body == body
    assert not any(name.startswith(b"access-control") for name, _ in headers)
    status, _, _ = split(exchange(proxy.port, request("GET", "/stats", b"", "Origin: https://evil.example")))
    assert status == 403


def test_the_upstream_may_stand_behind_a_prefix(tmp_path: Path, origin: Origin) -> None:
    with running_proxy(f"{origin.url}/gateway/v1", tmp_path) as proxy:
        post(proxy.port, "/v1/chat/completions", chat())
        assert origin.received[-1].line == b"POST /gateway/v1/chat/completions HTTP/1.1"


def test_bodies_that_nobody_could_read_pass_untouched(origin: Origin, tmp_path: Path) -> None:
    deep = b'{"messages":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    odd = [deep, b"{" + b" " * 500, b"[1]" + b" " * 500, b'{"messages": 3}' + b" " * 500, b"\xff" * 500]
    odd += [b'{"messages":[{"role":"tool","content":' + b"9" * 5000 + b"}]}", zlib.compress(b"x" * 900)]
    with running_proxy(origin, tmp_path) as proxy:
        for body in odd:
            for path, _ in PATHS.values():
                status, _, _ = post(proxy.port, path, body)
                assert (status, origin.received[-1].body) == (200, body)
        status, headers, _ = post(proxy.port, "/v1/messages", b"x" * 500, "Content-Encoding: gzip")
        assert (status, header(headers, "x-headroom")) == (200, "untouched=the body is no gzip")
        assert split(exchange(proxy.port, request("GET", "/livez")))[0] == 200


def test_a_body_above_the_limit_passes_untouched(origin: Origin, tmp_path: Path) -> None:
    body = json.dumps(chat(log_text(lines=4000))).encode()
    with running_proxy(origin, tmp_path, body_limit=100_000) as proxy:
        _, headers, _ = post(proxy.port, "/v1/chat/completions", body)
        assert origin.received[-1].body == body
        assert header(headers, "x-headroom") == "untouched=the body is too large"

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from headroom.proxy._own import is_own
from tests.proxy.rig import Origin, Running, chat, exchange, log_text, request, running_proxy, split

TOKEN = "Authorization: Bearer the-token"


def compress(proxy: Running, body: Any, *headers: str) -> tuple[int, Any]:
    status, _, found = split(exchange(proxy.port, request("POST", "/v1/compress", json.dumps(body).encode(), *headers)))
    return status, json.loads(found)


def retrieve(proxy: Running, id: str, query: str = "", *headers: str) -> tuple[int, Any]:
    raw = request("GET", f"/v1/retrieve/{id}{query and '?'}{query}", b"", *headers)
    status, _, found = split(exchange(proxy.port, raw))
    return status, json.loads(found)


def test_messages_are_compressed_and_originals_given_back(origin: Origin, proxy: Running) -> None:
    messages = chat(log_text())["messages"]
    status, found = compress(proxy, {"messages": messages, "model": "gpt-4o"}, TOKEN)
    assert status == 200
    assert [m["role"] for m in found["messages"]] == [m["role"] for m in messages]
    assert found["tokens_saved"] == found["tokens_before"] - found["tokens_after"] > 1000
    assert found["transforms_applied"] == ["LogCompressor"]
    (name,) = found["ccr_hashes"]
    assert int(name, 16)
    for known in (name, f"hr_{name}"):
        status, slice_ = retrieve(proxy, known, "", TOKEN)
        assert (status, slice_["original_content"], slice_["complete"]) == (200, log_text(), True)
    _, slice_ = retrieve(proxy, name, f"query={quote('quota acme')}", TOKEN)
    assert "quota of tenant acme-0" in slice_["original_content"]
    assert len(slice_["original_content"]) < len(log_text())
    _, slice_ = retrieve(proxy, name, "grep=none-such&max_tokens=100", TOKEN)
    assert "0 matches in all 400 lines" in slice_["original_content"]
    assert not origin.received


def test_a_caller_without_a_tool_asks_for_what_is_lossless(proxy: Running) -> None:
    _, found = compress(proxy, {"messages": chat(log_text())["messages"], "config": {"mode": "lossless"}})
    assert found["ccr_hashes"] == []
    assert "job 0-399 done" in found["messages"][-1]["content"]


def test_a_renewed_token_is_a_tenant_of_its_own_which_is_said_once_and_one_of_all_where_that_is_asked_for(
    origin: Origin, tmp_path: Path
) -> None:
    for number, settings in enumerate(({}, {"namespace": "default"})):
        folder = tmp_path / str(number)
        folder.mkdir()
        with running_proxy(origin, folder, **settings) as proxy:
            body = json.dumps(chat(log_text())).encode()
            for token in ("old", "new"):
                login = f"Authorization: Bearer sk-ant-oat01-{token}"
                exchange(proxy.port, request("POST", "/v1/chat/completions", body, login))
                if token == "old":
                    (name,) = set(re.findall(r"hr_[0-9a-f]{12}", origin.received[-1].body.decode()))
                    body = json.dumps(chat(log_text(1))).encode()
            new = ("x-headroom-token: the-token", "Authorization: Bearer sk-ant-oat01-new")
            assert retrieve(proxy, name, "", *new)[0] == (200 if settings else 404)
            body = json.dumps(chat(log_text())).encode()  # the history, which an agent sends in full
            exchange(proxy.port, request("POST", "/v1/chat/completions", body, login))
            assert origin.received[-1].body == origin.received[-3].body
            assert retrieve(proxy, name, "", *new)[0] == 200
            said = json.loads(split(exchange(proxy.port, request("GET", "/readyz")))[2])
            advice = [line["said"] for line in proxy.lines() if line["event"] == "advice"]
        assert advice == ([] if settings else [said["advice"]])
        assert "--namespace default" in said.get("remedy", "--namespace default")


def test_no_token_no_original(proxy: Running) -> None:
    _, found = compress(proxy, {"messages": chat(log_text())["messages"]}, TOKEN)
    (name,) = found["ccr_hashes"]
    assert retrieve(proxy, name)[0] == 401
    assert retrieve(proxy, name, "", "Authorization: Bearer wrong")[0] == 401
    assert retrieve(proxy, name, "", TOKEN, "Origin: http://evil.example")[0] == 403
    assert retrieve(proxy, name, "", TOKEN, "x-api-key: another-tenant")[0] == 404
    raw = request("GET", f"/v1/retrieve/{name}", b"", TOKEN).replace(b"Host: 127.0.0.1", b"Host: rebound.example")
    assert split(exchange(proxy.port, raw))[0] == 421


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [("lines=x", 400, "bad_request"), ("max_tokens=x", 400, "bad_request"), ("", 404, "unknown")],
)
def test_what_cannot_be_given_is_said(query: str, status: int, code: str, proxy: Running) -> None:
    _, found = compress(proxy, {"messages": chat(log_text())["messages"]}, TOKEN)
    name = found["ccr_hashes"][0] if query else "000000000000"
    got, error = retrieve(proxy, name, query, TOKEN)
    assert (got, error["error"]["code"]) == (status, code)


@pytest.mark.parametrize("body", [3, {}, {"messages": "x"}, {"messages": [3]}])
def test_a_request_that_is_none_is_an_error(body: Any, proxy: Running) -> None:
    assert compress(proxy, body)[0] == 400


def test_probes_and_figures(origin: Origin, proxy: Running) -> None:
    for path in ("/livez", "/readyz", "/stats", "/metrics"):
        assert split(exchange(proxy.port, request("GET", path)))[0] == 200
        assert split(exchange(proxy.port, request("POST", path, b"{}")))[0] == 405
    assert b"headroom_requests_total" in exchange(proxy.port, request("GET", "/metrics"))
    assert is_own("/v1/retrieve/x")
    assert not is_own("/v1/models")
    assert not origin.received


def test_a_body_above_the_limit_is_refused_here(origin: Origin, tmp_path: Any) -> None:
    with running_proxy(origin, tmp_path, body_limit=1000) as proxy:
        assert compress(proxy, {"messages": chat(log_text())["messages"]})[0] == 413

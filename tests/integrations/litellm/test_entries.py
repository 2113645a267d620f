"""Every way into LiteLLM, against a recording provider: short texts go out, slices come back, nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")

import litellm

from headroom import Headroom
from litellm_headroom import HeadroomCallback, faults
from tests.integrations.litellm import conversations as c
from tests.integrations.litellm import table
from tests.integrations.litellm.entries import ENTRIES, Entry, Ground, outcome
from tests.integrations.litellm.proxy import serving
from tests.integrations.litellm.upstream import DETAIL, LOG, Upstream, running


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Upstream, Any]]:
    if not table.has_proxy():
        pytest.skip("LiteLLM's proxy is not installed: litellm[proxy]")
    with (
        running() as upstream,
        serving(upstream.url, tmp_path_factory.mktemp("proxy")) as client,
    ):
        yield upstream, client


@pytest.fixture
def ground(upstream: Upstream, engine: Headroom, request: pytest.FixtureRequest) -> Ground:
    callback = HeadroomCallback(engine=engine)
    litellm.callbacks = [callback]
    entry = request.getfixturevalue("entry")
    if entry.proxy:
        served, client = request.getfixturevalue("proxied")
        served.bodies.clear()
        return Ground(served, callback, client)
    return Ground(upstream, callback)


def skip_without_proxy(entry: Entry, stream: bool) -> None:
    if "messages.acreate`" in entry.name and stream and not table.has_proxy():
        pytest.skip("LiteLLM streams Anthropic messages only where litellm[proxy] is installed")


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
async def test_what_the_readme_says_works(entry: Entry, ground: Ground, stream: bool) -> None:
    skip_without_proxy(entry, stream)
    measured = await outcome(entry, ground, stream)
    assert measured != "untouched"
    said = table.known().get(table.installed(), {}).get(entry.name)
    if said is not None:  # other versions may run these tests as well
        assert measured == said[stream]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
async def test_roles_ids_and_pairs_are_those_of_the_caller(entry: Entry, ground: Ground, stream: bool) -> None:
    skip_without_proxy(entry, stream)
    before = faults()
    ground.upstream.bodies.clear()
    said = await entry.run(ground, LOG, stream)
    assert DETAIL in said
    first, *rest = ground.upstream.bodies
    assert c.calls(first) == ["c1"]
    assert [call for call, _ in c.results(first)] == ["c1"]
    assert c.roles(first)[0] == "user"
    assert c.tools(first)[0] == "run_report"
    assert not [key for key in first if "headroom" in key or "agentic" in key or key.endswith("metadata")]
    for body in rest:  # the conversation goes on from what was sent
        size = len(c.roles(first))
        assert (body.get("messages") or body["input"])[:size] == (first.get("messages") or first["input"])
        assert body["tools"] == first["tools"]
        (_, (asked, slice_)) = c.results(body)
        assert c.calls(body) == ["c1", asked]
        assert slice_.startswith("[hr_")
    assert faults() == before


async def test_the_table_of_the_readme_is_what_was_measured() -> None:
    works = table.known()
    assert table.table(works) in table.README.read_text(encoding="utf-8")
    names = [entry.name for entry in ENTRIES]
    for outcomes in works.values():
        assert set(outcomes) <= set(names)
    newest = max(works, key=lambda v: [int(n) for n in v.split(".")])
    assert list(works[newest]) == names


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.proxy and "pass" not in e.name], ids=lambda e: e.name)
def test_the_proxy_leaves_a_request_with_the_bypass_header_alone(entry: Entry, ground: Ground) -> None:
    assert ground.proxy is not None
    path = entry.name.split("`")[1]
    rows = c.responses(c.ROWS) if "responses" in path else c.messages(c.ROWS) if "/messages" in path else c.chat(c.ROWS)
    key = "input" if "responses" in path else "messages"
    model = "gpt" if "messages" not in path or "OpenAI" in entry.name else "claude"
    body = {"model": model, key: rows} | ({} if key == "input" else {"max_tokens": 9})
    answer = ground.proxy.post(path, json=body, headers={"x-headroom-bypass": "true"})
    assert answer.is_success
    (sent,) = ground.upstream.bodies
    assert c.results(sent) == [("c1", c.ROWS)]
    assert "tools" not in sent

"""The real LiteLLM proxy: the example's config.yaml, and the bare name."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")

from litellm_headroom import _loop
from tests.integrations.litellm import conversations as c
from tests.integrations.litellm import table
from tests.integrations.litellm.proxy import serving
from tests.integrations.litellm.upstream import DETAIL, Upstream

pytestmark = pytest.mark.skipif(not table.has_proxy(), reason="LiteLLM's proxy is not installed: litellm[proxy]")

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(
    _loop.version() < (1, 95),
    reason="the proxy of this version of litellm loads callbacks from files beside its config",
)
def test_the_config_of_the_example_works(upstream: Upstream, tmp_path: Path) -> None:
    example = ROOT / "examples" / "litellm_proxy.yaml"
    with serving(upstream.url, tmp_path, config=example) as client:
        body = {"model": "gpt-4o", "messages": c.chat(), "tools": [c.CHAT_TOOL]}
        answer = client.post("/v1/chat/completions", json=body)
    assert answer.json()["choices"][0]["message"]["content"] == f"It was: {DETAIL}"
    assert len(upstream.bodies) == 2


def test_the_bare_name_works_where_the_package_has_been_imported(upstream: Upstream, tmp_path: Path) -> None:
    with serving(upstream.url, tmp_path, "headroom", preamble="import litellm_headroom") as client:
        body = {"model": "gpt", "messages": c.chat(c.ROWS)}
        assert client.post("/v1/chat/completions", json=body).is_success
    assert len(c.results(upstream.bodies[0])[0][1]) < len(c.ROWS) / 2

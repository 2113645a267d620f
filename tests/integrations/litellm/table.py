"""The table of what works where in the README: measured with the installed LiteLLM, kept by version in works.json.

    python tests/integrations/litellm/table.py

runs every entry against a recording provider, and the real proxy where it is installed, and writes both files.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import sys
import tempfile
from contextlib import nullcontext
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
WORKS = Path(__file__).parent / "works.json"
README = ROOT / "integrations" / "litellm_headroom" / "README.md"
BEGIN, END = "<!-- generated: works -->\n", "<!-- end -->\n"
WORDS = {"slices": "all", "lossless": "lossless", "untouched": "–"}


def installed() -> str:
    """The version of LiteLLM that is installed."""
    return metadata.version("litellm")


def has_proxy() -> bool:
    """Whether LiteLLM's proxy is installed, or only its SDK."""
    return importlib.util.find_spec("fastapi") is not None and importlib.util.find_spec("apscheduler") is not None


def known() -> dict[str, dict[str, list[str]]]:
    """Version -> entry -> outcomes without and with streaming."""
    found: dict[str, dict[str, list[str]]] = json.loads(WORKS.read_text(encoding="utf-8")) if WORKS.exists() else {}
    return found


async def measure(proxy: Any, upstream: Any) -> dict[str, list[str]]:
    """What comes of every entry. Without a `proxy` those that go through it are left out."""
    import litellm

    from headroom import Headroom, MemoryStore
    from litellm_headroom import HeadroomCallback
    from tests.integrations.litellm.entries import ENTRIES, Ground, outcome

    callback = HeadroomCallback(engine=Headroom(store=MemoryStore()))
    litellm.callbacks = [callback]
    ground = Ground(upstream, callback, proxy)
    found: dict[str, list[str]] = {}
    for entry in ENTRIES:
        if entry.proxy and proxy is None:
            continue
        found[entry.name] = []
        for stream in (False, True):
            try:
                found[entry.name].append(await outcome(entry, ground, stream))
            except ImportError:  # LiteLLM's SDK streams Anthropic messages only where its proxy is installed
                found[entry.name].append("needs litellm[proxy]")
    return found


def table(works: dict[str, dict[str, list[str]]]) -> str:
    """The table as markdown: an entry a row, a version a column, newest first."""
    versions = sorted(works, key=lambda v: [int(n) for n in v.split(".")], reverse=True)
    entries = dict.fromkeys(entry for version in versions for entry in works[version])
    lines = [f"| | {' | '.join(f'litellm {v}' for v in versions)} |", "|---" * (len(versions) + 1) + "|"]
    lines += [f"| {entry} | {' | '.join(_cell(works[v].get(entry)) for v in versions)} |" for entry in entries]
    return "\n".join(lines) + "\n"


def _cell(outcomes: list[str] | None) -> str:
    if outcomes is None:
        return ""
    whole, streamed = (WORDS.get(o, o) for o in outcomes)
    return whole if whole == streamed else f"{whole}; streams: {streamed}"


def main() -> None:
    """Measure, and write what was measured."""
    from tests.integrations.litellm.proxy import serving
    from tests.integrations.litellm.upstream import running

    with tempfile.TemporaryDirectory() as folder, running() as upstream:
        served = serving(upstream.url, Path(folder)) if has_proxy() else nullcontext()
        with served as proxy:
            works = {**known(), installed(): asyncio.run(measure(proxy, upstream))}
    WORKS.write_text(json.dumps(works, indent=1) + "\n", encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    README.write_text(f"{before}{BEGIN}{table(works)}{END}{rest.partition(END)[2]}", encoding="utf-8")
    print(table(works))


if __name__ == "__main__":
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    sys.path.insert(0, str(ROOT))
    main()

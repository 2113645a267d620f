"""Headroom for LlamaIndex: retrieved nodes and tool results, shorter, with every original kept.

    from llama_index.postprocessor.headroom import HeadroomPostprocessor

    index.as_query_engine(node_postprocessors=[HeadroomPostprocessor()])

It holds no compression of its own: it maps LlamaIndex's objects to the engine in `headroom` and back.
"""

from __future__ import annotations

_OLDEST = (0, 12, 52)
_INSTALL = "pip install 'headroom-context[llamaindex]'"

try:
    from llama_index.core import __version__ as _core
except ImportError as error:
    raise ImportError(f"llama_index.postprocessor.headroom needs llama-index-core: {_INSTALL}") from error

if tuple(int(n) for n in _core.split(".")[:3] if n.isdigit()) < _OLDEST:
    raise ImportError(
        f"llama_index.postprocessor.headroom needs llama-index-core {'.'.join(map(str, _OLDEST))} or later,"
        f" but {_core} is installed: {_INSTALL}"
    )

from llama_index.postprocessor.headroom._events import HeadroomPostprocessEvent  # noqa: E402  # after the check
from llama_index.postprocessor.headroom._memory import HeadroomMemoryBlock  # noqa: E402
from llama_index.postprocessor.headroom._postprocessor import HeadroomPostprocessor  # noqa: E402
from llama_index.postprocessor.headroom._tool_spec import HeadroomToolSpec  # noqa: E402
from llama_index.postprocessor.headroom._tools import compressed_tool  # noqa: E402

__all__ = [
    "HeadroomMemoryBlock",
    "HeadroomPostprocessEvent",
    "HeadroomPostprocessor",
    "HeadroomToolSpec",
    "compressed_tool",
]

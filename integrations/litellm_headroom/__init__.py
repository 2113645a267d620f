"""Headroom for LiteLLM: every call carries shorter tool results, and the model gets back what it asks for.

    import litellm, litellm_headroom

    litellm.callbacks = ["headroom"]

Importing it once makes the name known. It maps LiteLLM's calls to texts for the engine of `headroom` and back; settings,
the store and the errors are those of `headroom`.
"""

from __future__ import annotations

from importlib import metadata

_OLDEST = (1, 80, 17)
_INSTALL = "pip install 'headroom-context[litellm]'"

try:
    import litellm as _litellm  # noqa: F401  # before the version: what is broken is told as it is

    _installed = metadata.version("litellm")
except ImportError as error:
    if (error.name or "").partition(".")[0] != "litellm":
        raise
    raise ImportError(f"litellm_headroom needs litellm, which is missing: {_INSTALL}", name="litellm") from error

if tuple(int(part) for part in _installed.split(".")[:3] if part.isdigit()) < _OLDEST:
    raise ImportError(
        f"litellm_headroom needs litellm {'.'.join(map(str, _OLDEST))} or later, but {_installed} is installed: {_INSTALL}",
        name="litellm",
    )

from litellm_headroom import _names  # noqa: E402  # after the check
from litellm_headroom._engine import faults  # noqa: E402
from litellm_headroom.handler import HeadroomCallback, callback  # noqa: E402
from litellm_headroom.wrapper import completion  # noqa: E402

__all__ = ["HeadroomCallback", "callback", "completion", "faults"]

_names.register(callback)

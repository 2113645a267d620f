"""The proxy: a door between any client and its provider, for agents that cannot be changed.

It shortens what requests carry, answers the model's questions for what was left out, and passes on everything else byte
for byte. It holds no state that another worker or machine needs: what must be remembered stands in the store. It retries
nothing, limits nothing, caches no answer and keeps no credential.

`Proxy(ProxySettings(...))` is the ASGI application; `headroom proxy` runs it. Needs the extra `proxy`. Above stands the
command line, below the engine.
"""

from __future__ import annotations

from headroom.proxy.app import Proxy
from headroom.proxy.settings import ProxySettings

__all__ = ["Proxy", "ProxySettings"]

"""What a proxy can be told. Values only: the command line fills them, `load` reads the rules from a TOML file.

profile = "balanced"            # safe (default), balanced, aggressive
keep = ["tenant acme"]          # literal spans that stay exact wherever they occur
namespace = "default"           # all credentials are one tenant, on a machine that only you use

[tools]                         # by the tool's name: verbatim, lossless, or a profile
read_contract = "verbatim"
run_sql = "lossless"
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from headroom import policy
from headroom.exceptions import ConfigError
from headroom.proxy._routes import PROVIDERS, Upstream

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """All settings of one proxy. Times are in seconds, sizes in bytes.

    `upstreams` names providers' addresses that differ from the public ones; `allowed_hosts` are further names under which
    clients may address the proxy ("*" for any); `token` opens the routes that read originals (None: nobody may);
    `namespace` makes all credentials one tenant; `retrieve=False` offers no tool and so leaves nothing out; `deadline` is
    what shortening one request may take; `body_limit` is the largest body that is looked at, larger ones pass untouched;
    `idle_after` is the number of requests in a row without a gain after which shortening pauses (0: never);
    `watch_prefix` logs what breaks providers' cached prefixes, `align` makes requests stable (both by the CacheAligner).
    """

    store: str | None = None
    profile: str = "safe"
    tools: Mapping[str, str] = field(default_factory=dict)
    keep: Sequence[str] = ()
    upstreams: Mapping[str, str] = field(default_factory=dict)
    allowed_hosts: frozenset[str] = frozenset()
    token: str | None = None
    namespace: str | None = None
    retrieve: bool = True
    deadline: float = 3.0
    body_limit: int = 32 * 2**20
    idle_after: int = 200
    store_timeout: float = 1.0
    log: str | None = "-"
    watch_prefix: bool = False
    align: bool = False

    def __post_init__(self) -> None:
        policy.check_profile(self.profile)
        if self.namespace is not None and not _NAME.fullmatch(self.namespace):
            raise ConfigError(f"namespace={self.namespace[:60]!r} must be 1 to 100 letters, digits, and . _ -")
        policy.check_tools(self.tools)
        for name in self.upstreams:
            if name not in PROVIDERS:
                raise ConfigError(f"{name!r} is no provider that the proxy knows; use one of {', '.join(PROVIDERS)}")
            self.upstream(name)
        if self.deadline <= 0 or self.body_limit <= 0 or self.idle_after < 0 or self.store_timeout <= 0:
            raise ConfigError("deadline, body_limit and store_timeout must be positive, idle_after not negative")

    def upstream(self, provider: str) -> Upstream:
        """Where a provider is. Raises ConfigError for an address that cannot be used."""
        return Upstream.at(self.upstreams.get(provider) or PROVIDERS[provider])

    def hosts(self) -> frozenset[str]:
        """The names under which the proxy may be addressed, in lower case and without port."""
        return _LOCAL_HOSTS | frozenset(name.lower().strip("[]") for name in self.allowed_hosts)


def load(path: Path, settings: ProxySettings) -> ProxySettings:
    """The settings with what a TOML file says put over them.

    Raises:
        ConfigError: the file cannot be read, or holds something else than the rules above.
    """
    try:
        with path.open("rb") as file:
            found = tomllib.load(file)
    except OSError as e:
        raise ConfigError(f"{path}: {e.strerror or e}") from e
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(f"{path}: {e}") from e
    unknown = sorted(found.keys() - {"profile", "namespace", "tools", "keep"})
    if unknown:
        raise ConfigError(f"{path}: {unknown[0]!r} is no setting; a file may have profile, namespace, keep and [tools]")
    try:
        return replace(
            settings,
            profile=_text("profile", found.get("profile", settings.profile)),
            namespace=_text("namespace", found["namespace"]) if "namespace" in found else settings.namespace,
            keep=_texts(found.get("keep", list(settings.keep))),
            tools=_rules(found.get("tools", settings.tools)),
        )
    except ConfigError as e:
        raise ConfigError(f"{path}: {e}") from e


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{name}={value!r} must be text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        raise ConfigError("keep must be a list of texts")
    return tuple(value)


def _rules(value: Any) -> dict[str, str]:
    if not (isinstance(value, Mapping) and all(isinstance(v, str) for v in value.values())):
        raise ConfigError('[tools] must hold lines such as read_contract = "verbatim"')
    return dict(value)

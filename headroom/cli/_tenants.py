"""The namespaces of a store, as the command line sees them: all of them, because whoever may open the database owns it.

A proxy keeps what each credential sent in a namespace of its own, so an id that a model has seen need not be in the one
that the other commands write to. Above stand `retrieve` and `store`; below the engine's `open_store`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from headroom.cli._shared import store_url
from headroom.engine import open_store
from headroom.exceptions import UnknownIdError

if TYPE_CHECKING:
    from headroom.store.sql import CCRStore

F = TypeVar("F", bound=Callable[..., Any])


def namespace_option(function: F) -> F:
    """`--namespace NAME`: one tenant of the store."""
    return click.option("--namespace", metavar="NAME", help="Only of this one.  [default: all]")(function)


def tenants(ctx: click.Context, store: str | None, only: str | None = None) -> list[CCRStore]:
    """The store that was named, once per namespace, that of `headroom compress` first; or for `only` one of them."""
    first = open_store(store_url(ctx, store))
    ctx.call_on_close(first.close)
    if only is not None:
        return [first.within(only)]
    return [first, *(first.within(name) for name in first.namespaces() if name != first.namespace)]


def holder(kept: Sequence[CCRStore], id: str) -> CCRStore:
    """The one that holds the original, else one that did. Raises UnknownIdError."""
    gone: list[CCRStore] = []
    for tenant in kept:
        try:
            info = tenant.info(id)
        except UnknownIdError:
            continue
        if not info.expired:
            return tenant
        gone.append(tenant)
    if not gone:
        raise UnknownIdError(f"{id[:60]!r} was never stored here; asking again will not help")
    return gone[0]

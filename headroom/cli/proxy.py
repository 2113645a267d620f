"""`headroom proxy`: the door between agents that cannot be changed and their providers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from headroom import config, text_model
from headroom._token import install_token
from headroom.cli import _shared
from headroom.store._cipher import Cipher

if TYPE_CHECKING:
    from headroom.proxy.settings import ProxySettings

_PORT = 8787
_LOOPBACK = "127.0.0.1"


@click.command("proxy", context_settings=_shared.CONTEXT)
@click.option("--host", metavar="ADDRESS", default=_LOOPBACK, show_default=True, help="Where to listen.")
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), default=_PORT, show_default=True,
              help="Where to listen; 0 takes a free port.")  # fmt: skip
@click.option("--workers", metavar="N", type=click.IntRange(min=1), default=1, show_default=True,
              help="Processes that share the port.")  # fmt: skip
@click.option("--openai-upstream", metavar="URL", help="Where OpenAI's API is.  [default: https://api.openai.com]")
@click.option("--anthropic-upstream", metavar="URL", help="Likewise.  [default: https://api.anthropic.com]")
@click.option("--gemini-upstream", metavar="URL",
              help="Likewise.  [default: https://generativelanguage.googleapis.com]")  # fmt: skip
@click.option("--profile", type=click.Choice(_shared.PROFILES), default="safe", show_default=True,
              help="How much may be left out.")  # fmt: skip
@click.option("--config", "rules", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="TOML with profile, keep, namespace, and rules by tool.")  # fmt: skip
@click.option("--no-retrieve", is_flag=True, help="Offer models no tool, and so leave nothing out.")
@click.option(
    "--namespace",
    metavar="NAME",
    help='One tenant for all, e.g. "default", on your own machine.  [default: one per credential]',
)
@click.option("--allow-host", metavar="NAME", multiple=True, help="A further name of this proxy; * for any.")
@click.option("--deadline", metavar="SECONDS", type=click.FloatRange(min=0.01), default=3.0, show_default=True,
              help="For shortening one request; then it passes untouched.")  # fmt: skip
@click.option("--idle-after", metavar="N", type=click.IntRange(min=0), default=200, show_default=True,
              help="Requests in a row without a gain, then it pauses; 0 for never.")  # fmt: skip
@click.option("--watch-prefix", is_flag=True, help="Log what breaks the prefixes that providers cache.")
@click.option("--align", is_flag=True, help="Make them stable: order of tools and keys, dates and ids at the end.")
@click.option("--drain", metavar="SECONDS", type=click.IntRange(min=1), default=600, show_default=True,
              help="For requests to finish after SIGTERM.")  # fmt: skip
@click.option("--log", metavar="FILE", default="-", help="JSON lines; - is stderr, none is nowhere.  [default: -]")
@_shared.store_option
@click.pass_context
def command(ctx: click.Context, /, host: str, port: int, workers: int, store: str | None, **given: Any) -> None:
    """Shorten what agents send to OpenAI, Anthropic and Gemini, and answer when a model asks for what was left out.

    Clients keep their keys and only change the base URL. Whatever is not understood passes byte for byte. Originals are
    read with the token in HEADROOM_HOME/token only.

    \b
    Examples:
      headroom proxy
      OPENAI_BASE_URL=http://127.0.0.1:8787/v1 codex
      ANTHROPIC_BASE_URL=http://127.0.0.1:8787 claude
      curl http://127.0.0.1:8787/stats
    """  # noqa: D301  # click reads \b as "do not wrap"
    try:
        from headroom.proxy import server  # noqa: PLC0415  # an extra, and not for those who ask for --help
    except ModuleNotFoundError as e:
        raise click.ClickException(f"the module {e.name!r} is missing: pip install 'headroom-context[proxy]'") from e
    common = ctx.find_root().obj
    url = store or (common.store if isinstance(common, _shared.Common) else None)
    found = _settings(host, url, **given)
    if named := config.text_model():
        text_model.checked(named)  # or every request would say what is missing
    if key := config.store_key():
        Cipher(key)  # likewise
    served = server.Served(found, given["drain"])
    with server.listen(host, port) as sock:
        number = sock.getsockname()[1]
        _shared.note(f"listening on http://{f'[{host}]' if ':' in host else host}:{number}")
        if workers == 1:
            server.serve(served, sock)
        else:
            server.serve_many(served, sock, workers)


def _settings(host: str, store: str | None, **given: Any) -> ProxySettings:
    from headroom.proxy.settings import ProxySettings, load  # noqa: PLC0415  # as above

    upstreams = {name: given[f"{name}_upstream"] for name in ("openai", "anthropic", "gemini")}
    found = ProxySettings(
        store=store,
        profile=given["profile"],
        upstreams={name: url for name, url in upstreams.items() if url},
        allowed_hosts=frozenset({*given["allow_host"], *([host] if host not in {"0.0.0.0", "::"} else [])}),  # noqa: S104
        token=install_token(),
        namespace=given["namespace"],
        retrieve=not given["no_retrieve"],
        deadline=given["deadline"],
        idle_after=given["idle_after"],
        watch_prefix=given["watch_prefix"],
        align=given["align"],
        log=None if given["log"] == "none" else given["log"],
    )
    return found if given["rules"] is None else load(given["rules"], found)

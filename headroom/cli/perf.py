"""`headroom perf`: the typical workloads, measured on this machine, as a table."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from typing import Any

import click

from headroom.cli import _shared
from headroom.perf import Measure, Workload, measure, workloads


@click.command(
    "perf", context_settings=_shared.CONTEXT, short_help="Typical workloads, measured: tokens, facts kept, time."
)
@click.option(
    "--profile",
    type=click.Choice((*_shared.PROFILES, "all")),
    default="safe",
    show_default=True,
    help="How much may be left out; all: one table for each.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per workload and line.")
def command(profile: str, as_json: bool) -> None:
    """Run typical workloads that ship with the package: tokens, facts kept, time.

    The texts are the output of real programs on made-up data. FACTS counts what an answer needs and how much of it stays
    visible; all else is one `headroom retrieve` away. TIME is that of compressing, COUNTING that of counting the tokens
    of the same text once, RATIO the one by the other, all measured in this run. Nothing is kept.

    \b
    Examples:
      headroom perf
      headroom perf --profile all --json
    """  # noqa: D301  # click reads \b as "do not wrap"
    profiles = _shared.PROFILES if profile == "all" else (profile,)
    work = [(workload, name) for name in profiles for workload in workloads()]
    with _progress(work) as steps:
        measures = [measure(workload, name) for workload, name in steps]
    if as_json:
        for measured in measures:
            _shared.write(_shared.to_json(_record(measured)) + "\n")
        return
    for number, name in enumerate(profiles):
        _shared.write("\n" * bool(number) + _table(name, [m for m in measures if m.profile == name]))


def _progress(work: Sequence[tuple[Workload, str]]) -> AbstractContextManager[Iterable[tuple[Workload, str]]]:
    """A progress bar where somebody is there to see it."""
    if not sys.stderr.isatty():
        return nullcontext(work)
    return click.progressbar(work, label="Measuring", file=sys.stderr)


def _record(measured: Measure) -> dict[str, Any]:
    return {**asdict(measured), "saved": round(measured.saved, 4), "ratio": round(measured.ratio, 3)}


def _table(profile: str, measures: Sequence[Measure]) -> str:
    head = ("WORKLOAD", "BEFORE", "AFTER", "SAVED", "FACTS", "TIME", "SPEED", "COUNTING", "RATIO")
    rows = [_row(m) for m in measures]
    total = Measure(
        workload="all together",
        profile=profile,
        compressors=(),
        chars=sum(m.chars for m in measures),
        tokens_before=sum(m.tokens_before for m in measures),
        tokens_after=sum(m.tokens_after for m in measures),
        facts=sum(m.facts for m in measures),
        lost=tuple(fact for m in measures for fact in m.lost),
        reachable=all(m.reachable for m in measures),
        seconds=sum(m.seconds for m in measures),
        counting_seconds=sum(m.counting_seconds for m in measures),
    )
    lines = [f"profile {profile}", _shared.table(head, [*rows, _row(total)], right=" >>>>>>>>")]
    lines += [f"not visible in {m.workload}: {fact}" for m in measures for fact in m.lost]
    lines += [f"NOT REACHABLE: an original of {m.workload} came back changed" for m in measures if not m.reachable]
    return "\n".join(lines) + "\n"


def _row(m: Measure) -> tuple[str, ...]:
    return (
        m.workload,
        f"{m.tokens_before:,}",
        f"{m.tokens_after:,}",
        _shared.share(m.saved),
        f"{m.facts - len(m.lost)}/{m.facts}",
        f"{m.seconds * 1e3:.1f} ms",
        f"{m.chars / m.seconds / 1e6:.1f} MB/s",
        f"{m.counting_seconds * 1e3:.1f} ms",
        f"{m.ratio:.2f}",
    )

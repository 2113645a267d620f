"""The same content as many tools spell it: a log, records, search hits. Makers of texts for `test_spellings`.

All content is made up here. Every maker is a pure function of what it is given.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

_NAMES = "amber brook cedar delta ember frost grove haven inlet jetty knoll larch maple north ocean pearl".split()


class Event(NamedTuple):
    """A message of a program: when, how grave, who says it, and what."""

    at: datetime
    level: str
    logger: str
    said: str


RARE = (
    ("ERROR", "billing", "charge failed for invoice INV-7731: card declined (code 51)"),
    ("INFO", "scheduler", "clock moved backwards by 3601 s, schedules were rebuilt"),
)
"""Events that come once: one says so by its level, the other one does not."""
_USUAL = (
    (9, "INFO", "http.server", "GET /api/items/{i} 200 in {ms} ms"),
    (3, "INFO", "http.server", "POST /api/orders 201 in {ms} ms user={u}"),
    (8, "DEBUG", "cache", "hit key=item:{i} ttl={ms}"),
    (4, "DEBUG", "cache", "miss key=item:{i}"),
    (3, "INFO", "worker", "job {h:08x} finished after {ms} ms"),
    (3, "INFO", "worker", "job {h:08x} started by {u}"),
    (1, "WARN", "db.pool", "slow query took {ms} ms on orders"),
    (2, "INFO", "auth", "user {u} logged in from 10.{a}.{b}.7"),
)


def events(count: int = 400) -> list[Event]:
    """A busy quarter of an hour, with the rare events somewhere in it."""
    rng = random.Random(11)
    at = datetime(2026, 3, 4, 9, tzinfo=timezone.utc)
    out: list[Event] = []
    for _ in range(count):
        at += timedelta(milliseconds=rng.randint(5, 1500))
        _, level, logger, form = rng.choices(_USUAL, [usual[0] for usual in _USUAL])[0]
        values = {"i": rng.randint(1, 9999), "ms": rng.randint(1, 400), "u": f"u{rng.randint(0, 300):04d}"}
        values |= {"h": rng.getrandbits(32), "a": rng.randint(0, 255), "b": rng.randint(0, 255)}
        out.append(Event(at, level, logger, form.format(**values)))
    for number, rare in enumerate(RARE, 1):
        place = number * count // 3
        out[place] = Event(out[place].at, *rare)
    return out


def _clock(form: str, *, ms: str = "") -> Callable[[Event], str]:
    return lambda e: e.at.strftime(form) + (f"{ms}{e.at.microsecond // 1000:03d}" if ms else "")


_ISO, _ISO_MS, _PLAIN, _PLAIN_MS = (
    _clock("%Y-%m-%dT%H:%M:%S"),
    _clock("%Y-%m-%dT%H:%M:%S", ms="."),
    _clock("%Y-%m-%d %H:%M:%S"),
    _clock("%Y-%m-%d %H:%M:%S", ms=","),
)

LOGS: Mapping[str, Callable[[Event], str]] = {
    "seconds in UTC": lambda e: f"{_ISO(e)}Z {e.level} {e.logger}: {e.said}",
    "milliseconds in UTC": lambda e: f"{_ISO_MS(e)}Z [{e.level}] {e.logger} - {e.said}",
    "offset": lambda e: f"{_ISO(e)}+00:00 {e.level} {e.logger}: {e.said}",
    "python": lambda e: f"{_PLAIN_MS(e)} - {e.logger} - {e.level} - {e.said}",
    "python root": lambda e: f"{e.level}:{e.logger}:{e.said}",
    "uvicorn": lambda e: f"{e.level}:     {e.said}",
    "loguru": lambda e: f"{_PLAIN(e)}.123 | {e.level:<8} | {e.logger}:run:42 - {e.said}",
    "spring": lambda e: f"{_PLAIN(e)}.123  {e.level:>5} 1 --- [nio-8080-exec-3] c.e.{e.logger}.Service : {e.said}",
    "log4j": lambda e: f"{_clock('%d %b %Y %H:%M:%S', ms=',')(e)} {e.level} [main] {e.logger} - {e.said}",
    "syslog": lambda e: f"{_clock('%b %d %H:%M:%S')(e)} web-1 {e.logger}[812]: {e.level} {e.said}",
    "syslog of 2009": lambda e: f"<34>1 {_ISO_MS(e)}Z web-1 {e.logger} 812 ID47 - {e.level} {e.said}",
    "zap": lambda e: f"{_ISO_MS(e)}Z\t{e.level.lower()}\t{e.logger}/run.go:42\t{e.said}",
    "zap as JSON": lambda e: json.dumps({"level": e.level, "ts": e.at.timestamp(), "logger": e.logger, "msg": e.said}),
    "pino": lambda e: json.dumps({"level": 30, "time": int(e.at.timestamp() * 1000), "name": e.logger, "msg": e.said}),
    "slog": lambda e: f'time={_ISO_MS(e)}Z level={e.level} msg="{e.said}" logger={e.logger}',
    "logrus": lambda e: f'time="{_ISO(e)}Z" level={e.level.lower()} msg="{e.said}" component={e.logger}',
    "glog": lambda e: f"{e.level[0]}{_clock('%m%d %H:%M:%S')(e)}.123456       1 {e.logger}.go:42] {e.said}",
    "go": lambda e: f"{_clock('%Y/%m/%d %H:%M:%S')(e)} {e.logger}: {e.said}",
    "rust": lambda e: f"{_ISO(e)}.123456Z  {e.level:>5} {e.logger}::run: {e.said}",
    "env_logger": lambda e: f"[{_ISO(e)}Z {e.level:<5} {e.logger}] {e.said}",
    "rails": lambda e: f"{e.level[0]}, [{_ISO(e)}.123456 #812]  {e.level:>5} -- : [9f2c41d07ab39f2c] {e.said}",
    "compose": lambda e: f"web-1  | {_ISO(e)}.123456Z {e.level} {e.logger} {e.said}",
    "containers": lambda e: f"{_ISO(e)}.123456000Z stdout F {e.level} {e.logger} {e.said}",
    "nginx": lambda e: f"{_clock('%Y/%m/%d %H:%M:%S')(e)} [{e.level.lower()}] 31#31: *7 {e.said}",
    "dotnet": lambda e: f"{e.level.lower()[:4]}: {e.logger}.Service[0]\n      {e.said}",
    "serilog": lambda e: f"[{_clock('%H:%M:%S')(e)} {e.level[:3]}] {e.said}",
    "android": lambda e: f"{_clock('%m-%d %H:%M:%S', ms='.')(e)}  1812  1830 {e.level[0]} {e.logger}: {e.said}",
    "winston": lambda e: f'{e.level.lower()}: {e.said} {{"service":"{e.logger}","timestamp":"{_ISO_MS(e)}Z"}}',
    "clock alone": lambda e: f"{_clock('%H:%M:%S')(e)} {e.said}",
    "colours": lambda e: f"\x1b[2m{_ISO_MS(e)}Z\x1b[0m \x1b[32m{e.level}\x1b[0m \x1b[1m{e.logger}\x1b[0m {e.said}",
    "CI": lambda e: f"build\tRun tests\t{_ISO(e)}.1234560Z {e.level} {e.logger} {e.said}",
    "cells": lambda e: f'"{_PLAIN(e)}.123 UTC",{e.level},{e.logger},"{e.said}"',
    "epoch": lambda e: f"{e.at.timestamp():.3f} {e.level} {e.logger} {e.said}",
}


def records(count: int) -> list[dict[str, Any]]:
    """Customers; every fiftieth is suspended."""
    rng = random.Random(7)
    return [
        {
            "id": 10_000 + 7 * n,
            "name": f"{_NAMES[n % 16]} {_NAMES[n // 16 % 16]} {n // 256}".title(),
            "status": "suspended" if n % 50 == 31 else "active",
            "plan": rng.choice(["free", "pro", "team"]),
            "balance": round(rng.uniform(0, 900), 2),
            "city": rng.choice(["Oslo", "Lagos", "Lima", "Pune", "Turin", "Osaka"]),
            "ref": f"{rng.getrandbits(32):08x}",
        }
        for n in range(count)
    ]


Rows = Sequence[Mapping[str, Any]]


def _separated(rows: Rows, delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _padded(rows: Rows, joint: str, rule: str) -> str:
    cells = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [joint.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], *([rule.join("-" * width for width in widths)] if rule else []), *lines[1:]])


RECORDS: Mapping[str, Callable[[Rows], str]] = {
    "JSON": json.dumps,
    "JSON within": lambda rows: json.dumps({"data": rows, "meta": {"total": len(rows)}}, indent=2),
    "JSON Lines": lambda rows: "\n".join(map(json.dumps, rows)),
    "Python": str,
    "CSV": lambda rows: _separated(rows, ","),
    "TSV": lambda rows: _separated(rows, "\t"),
    "markdown": lambda rows: "\n".join(
        f"| {' | '.join(map(str, cells))} |"
        for cells in (list(rows[0]), ["---"] * len(rows[0]), *(row.values() for row in rows))
    ),
    "psql": lambda rows: f"{_padded(rows, ' | ', '-+-')}\n({len(rows)} rows)",
    "padded": lambda rows: _padded(
        [{k.upper(): str(v).replace(" ", "_") for k, v in r.items()} for r in rows], "   ", ""
    ),
    "pairs": lambda rows: "\n".join(
        f"2026-03-04T09:{n // 60:02d}:{n % 60:02d}Z INFO users.sync "
        + " ".join(f'{k}="{v}"' if " " in str(v) else f"{k}={v}" for k, v in row.items())
        for n, row in enumerate(rows)
    ),
}


class Hit(NamedTuple):
    """A line that holds a name."""

    path: str
    line: int
    text: str


NAME = "load_plan"
DEFINITION = f"def {NAME}(number: int, at: Clock) -> Plan:"


def hits() -> list[Hit]:
    """Calls of a function from all over, and the line that defines it."""
    forms = (
        f"    plan = {NAME}(number, clock)",
        f"from harbour.plans import {NAME}",
        f"        return {NAME}(self.number, at=now()).steps",
        f"    assert {NAME}(7, clock).quay == 'north'",
    )
    found = [
        Hit(f"src/{_NAMES[n % 11]}/{_NAMES[n // 9 % 7]}.py", 5 + 13 * n % 400, forms[n * 7 % 4].replace("7", str(n)))
        for n in range(120)
    ]
    found[77] = Hit("src/harbour/plans.py", 41, DEFINITION)
    return sorted(found)


def _by_file(found: Sequence[Hit]) -> dict[str, list[Hit]]:
    out: dict[str, list[Hit]] = {}
    for hit in found:
        out.setdefault(hit.path, []).append(hit)
    return out


COMMANDS = {"headings": f"rg --heading -n {NAME}", "one file": f"grep -n {NAME} plans.py", "path": f"rg -N {NAME}"}
"""How tools were called whose output does not tell what it is."""
HITS: Mapping[str, Callable[[Sequence[Hit]], str]] = {
    "path, line": lambda found: "\n".join(f"{h.path}:{h.line}:{h.text}" for h in found),
    "path, line, column": lambda found: "\n".join(f"{h.path}:{h.line}:{h.text.find(NAME) + 1}:{h.text}" for h in found),
    "path": lambda found: "\n".join(f"{h.path}:{h.text}" for h in found),
    "headings": lambda found: "\n\n".join(
        "\n".join([path, *(f"{h.line}:{h.text}" for h in own)]) for path, own in _by_file(found).items()
    ),
    "Windows": lambda found: "\n".join(f"C:\\{h.path.replace('/', chr(92))}:{h.line}:{h.text}" for h in found),
    "one file": lambda found: "\n".join(f"{n}:{h.text}" for n, h in enumerate(found, 3)),
    "colours": lambda found: "\n".join(f"\x1b[35m{h.path}\x1b[0m:\x1b[32m{h.line}\x1b[0m:{h.text}" for h in found),
    "rg --json": lambda found: "\n".join(
        json.dumps(
            {"type": "match", "data": {"path": {"text": h.path}, "lines": {"text": h.text}, "line_number": h.line}}
        )
        for h in found
    ),
    "JSON": lambda found: json.dumps({"items": [h._asdict() for h in found]}),
}

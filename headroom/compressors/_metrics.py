"""Prometheus and OpenMetrics text, one block per metric: its name, type and help once, its samples as a grid.

    # HELP req_seconds Time taken.                   req_seconds histogram: Time taken.
    # TYPE req_seconds histogram                     1 row: code,le=0.1,le=+Inf,sum,count
    req_seconds_bucket{code="200",le="0.1"} 33       200,33,40,1.7,40
    req_seconds_bucket{code="200",le="+Inf"} 40
    req_seconds_sum{code="200"} 1.7
    req_seconds_count{code="200"} 40

Samples keep their spelling; what is not of this form stays as it is, in its place. Stands on `_columns` and `_spell`; `table`
stands above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from headroom.compressors._api import Limits, Rendition
from headroom.compressors._columns import Column, spell
from headroom.compressors._flow import Num, key_text
from headroom.compressors._spell import spelled
from headroom.lines import FOLD
from headroom.messages import Hint

__all__ = ["NOTE", "metrics", "share"]

NOTE = "metrics: name, type, help; cells are labels, then values"
_ABOUT = re.compile(r"# (HELP|TYPE|UNIT) ([A-Za-z_:][\w:]*) (.*)\Z")
_SAMPLE = re.compile(r"([A-Za-z_:][\w:]*)(?:\{(.*)\})? +(\S+)\Z")
_LABEL = re.compile(r"([A-Za-z_]\w*)=\"((?:[^\"\\]|\\.)*)\",?")
_NUMBER = re.compile(r"[+-]?(?:\d[\d.eE+-]*|Inf|NaN)\Z")
_PARTS = ("_bucket", "_sum", "_count", "_created", "_total")
_SPREAD = ("le", "quantile")
"""Labels that part one observation into several samples: each becomes a column."""
_FEWEST = 3
"""Samples below which a metric is no table."""


@dataclass(slots=True)
class _Metric:
    """One metric: what is said of it, and its samples as (suffix of the name, labels, value); `lines` are all of that."""

    name: str
    about: dict[str, str] = field(default_factory=dict)
    samples: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def share(head: Sequence[str]) -> float:
    """Which share of the lines are samples of metrics or say what one is; 0 where no line does the latter or has labels."""
    told = sum([line[:2] == "# " and _ABOUT.match(line) is not None for line in head])
    if not told and not any("{" in line and '="' in line for line in head):
        return 0.0
    samples = sum([(m := _SAMPLE.match(line)) is not None and _NUMBER.match(m[3]) is not None for line in head])
    return (told + samples) / len(head) if samples else 0.0


def metrics(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """The text metric by metric; None where a line looks like one of ours."""
    if text.startswith(FOLD) or f"\n{FOLD}" in text:
        return None
    out: list[str] = []
    notes: dict[str, None] = {NOTE: None}
    for metric in _metrics(text.split("\n")):
        if isinstance(metric, str):
            out.append(metric)
            continue
        made = _block(metric, hint, limits)
        out.append(made.text)
        notes.update(dict.fromkeys(filter(None, made.note.split("; "))))
    return Rendition(text="\n".join(out), note="; ".join(notes))


def _metrics(lines: Sequence[str]) -> Iterator[_Metric | str]:
    """The metrics, and the lines between them that belong to none."""
    here: _Metric | None = None
    for line in lines:
        about = _ABOUT.match(line)
        sample = None if about is not None else _sample(line)
        name = about[2] if about is not None else sample[0] if sample is not None else ""
        if here is not None and not (name and _belongs(name, here)):
            yield here
            here = None
        if not name:
            yield line
            continue
        here = here or _Metric(name)
        here.lines.append(line)
        if about is not None:
            here.about[about[1]] = about[3]
        elif sample is not None:
            here.samples.append((name[len(here.name) :], sample[1], sample[2]))
    if here is not None:
        yield here


def _belongs(name: str, metric: _Metric) -> bool:
    if name == metric.name:
        return True
    return bool(metric.about) and any(name == metric.name + part for part in _PARTS)


def _sample(line: str) -> tuple[str, dict[str, str], str] | None:
    """Name, labels and value of a sample; None for other lines, a sample with a time among them."""
    m = _SAMPLE.match(line)
    if m is None or not _NUMBER.match(m[3]):
        return None
    labels = _LABEL.findall(m[2] or "")
    found = dict(labels)
    whole = ",".join([f'{k}="{v}"' for k, v in labels])
    return (m[1], found, m[3]) if (m[2] or "").rstrip(",") == whole and len(found) == len(labels) else None


def _block(metric: _Metric, hint: Hint, limits: Limits) -> Rendition:
    """A metric as few lines as it takes."""
    plain = "\n".join(metric.lines)
    about = metric.about
    kind = about.get("TYPE", "") + (f" in {about['UNIT']}" if "UNIT" in about else "")
    told = ": ".join(filter(None, [kind, about.get("HELP", "")]))
    if len(metric.samples) < _FEWEST:
        lines = [line for line in metric.lines if line[0] != "#"]
        short = "\n".join([*lines[:-1], f"{lines[-1]} # {told}"]) if lines and told else plain
        return Rendition(text=short if len(short) < len(plain) else plain)
    table = _table(metric)
    if table is None:
        return Rendition(text=plain)
    names, rows = table
    head = f"{metric.name} {told}".rstrip()
    if len(rows) == 1:
        text = f"{head}\n" + ", ".join([f"{name} {cell}" for name, cell in zip(names, rows[0], strict=True)])
        return Rendition(text=text if len(text) < len(plain) else plain)
    columns = [_column(name, list(cells)) for name, cells in zip(names, zip(*rows, strict=True), strict=True)]
    made = spelled(spell(columns, len(rows), {}, texts=True), hint, limits, elide=False)
    text = f"{head}\n{made.text}"
    return Rendition(text=text, note=made.note) if len(text) < len(plain) else Rendition(text=plain)


def _column(name: str, cells: list[str]) -> Column:
    """Numbers stand for themselves: that one begins like another is chance."""
    if all(not cell or _NUMBER.match(cell) for cell in cells):
        return Column(name, list(map(Num, cells)), frozenset((Num,)))
    return Column(name, cells, frozenset((str,)))


def _table(metric: _Metric) -> tuple[list[str], list[list[str]]] | None:
    """Names and rows: labels, then the values of the samples that share them. None where that would not be exact: a sample
    that comes twice, an empty label, which is not the same as none."""
    labels: dict[str, None] = {}
    parts: dict[str, None] = {}
    rows: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for suffix, own, value in metric.samples:
        spread = next((name for name in _SPREAD if name in own), "")
        part = f"{spread}={own[spread]}" if spread else suffix.removeprefix("_") or "value"
        key = tuple((k, v) for k, v in own.items() if k != spread)
        row = rows.setdefault(key, {})
        if part in row or "" in own.values():
            return None
        row[part] = value
        parts[part] = None
        labels.update(dict.fromkeys(k for k, _ in key))
    names = [*map(key_text, labels), *parts]
    if len(set(names)) < len(names) or len(parts) > max(24, len(rows)):
        return None
    return names, [
        [*(dict(key).get(k, "") for k in labels), *(row.get(p, "") for p in parts)] for key, row in rows.items()
    ]

#!/usr/bin/env python3
"""Write the parts of README.md and docs/*.md that come from running code; `--check` only says which are stale.

Such a part stands between `<!-- generated: NAME -->` and `<!-- end -->`. What is written is deterministic: no times, no
paths of this machine.
"""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from headroom import Headroom, MemoryStore, policy
from headroom.cli.app import headroom as tree
from headroom.compressors import BUILTIN
from headroom.messages import Effort
from headroom.perf import workloads

ROOT = Path(__file__).resolve().parent.parent
PART = re.compile(r"(<!-- generated: ([a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)
EFFORTS = {
    Effort.LOSSLESS: "written shorter, nothing left out",
    Effort.LIGHT: "what repeats is folded",
    Effort.MEDIUM: "also left out: what carries little",
    Effort.STRONG: "only the evidence stays",
}
OF_KIND = {
    "json": "JSON",
    "table": "tables",
    "diff": "diffs",
    "search": "search hits",
    "listing": "listings",
    "test": "test and build output",
    "yaml": "YAML",
    "toml": "TOML",
    "sql": "SQL dumps",
    "paged": "documents laid out in pages",
    "xml": "XML",
    "log": "logs",
    "terminal": "terminal output",
    "blob": "binary data in text",
    "prose": "prose",
    "code": "source code",
    "web": "web pages",
    "snapshot": "snapshots of pages in a browser",
}


def quickstart() -> str:
    """What the first example prints."""
    command = [sys.executable, str(ROOT / "examples" / "quickstart.py")]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")  # noqa: S603  # our own file
    return f"```text\n{done.stdout.rstrip()}\n```\n"


def profiles() -> str:
    """Which profile does what with which kind of content."""
    rows = ["| kind | `safe` (default) | `balanced` | `aggressive` |", "|---|---|---|---|"]
    for kind in dict.fromkeys(compressor.kind for compressor in BUILTIN):
        if kind != "raw":
            efforts = (policy.effort(p, kind) for p in ("safe", "balanced", "aggressive"))
            rows.append(f"| {OF_KIND.get(kind, kind)} | {' | '.join(EFFORTS[e] for e in efforts)} |")
    return "\n".join(rows) + "\n"


def compressors() -> str:
    """Each built-in compressor with the first sentences of its module."""
    rows = ["| compressor | kind | what it is for |", "|---|---|---|"]
    for compressor in BUILTIN:
        about = inspect.getdoc(sys.modules[type(compressor).__module__]) or ""
        first = " ".join(about.partition("\n\n")[0].split())
        rows.append(f"| `{compressor.name}` | {compressor.kind} | {_cell(first)} |")
    return "\n".join(rows) + "\n"


EXAMPLES: tuple[tuple[str, dict[str, Any]], ...] = (  # a file of tests/data, and how a user's program would pass it
    ("formats/log_java.in", {"command": "tail -n 200 /var/log/yard.log"}),
    ("formats/pytest_v.in", {"command": "pytest -v"}),
    ("formats/mypy.in", {"command": "mypy ."}),
    ("formats/docker_build.in", {"command": "docker build ."}),
    ("formats/gh_job_log.in", {"command": "gh run view 20417 --log", "profile": "balanced"}),
    ("formats/log_json.in", {"command": "tail -n 90 yard.jsonl", "profile": "balanced"}),
    ("json/page.in", {"tool": "list_issues"}),
    ("formats/browser_snapshot.in", {}),
    ("formats/yaml_pods.in", {"command": "kubectl get pods -o yaml"}),
    ("formats/toml_lock.in", {"command": "cat Cargo.lock"}),
    ("formats/xml.in", {"command": "curl -s https://harbour.test/fleet.xml"}),
    (
        "formats/pg_dump_schema.in",
        {
            "command": "pg_dump --schema-only port",
            "query": "Which foreign key to vessels has no index?",
            "profile": "balanced",
        },
    ),
    ("formats/mysql.in", {"command": "mysql -e 'select * from ship'"}),
    ("search/grep_definition.in", {"command": "grep -rn round_amount . | sort", "profile": "balanced"}),
    ("listing/find_files.in", {"command": "find . -type f"}),
    ("diff/lock.in", {"command": "git diff", "profile": "balanced"}),
    ("code/harbour.in", {"tool": "read_file", "path": "src/harbour.ts", "profile": "balanced"}),
    (
        "prose/guide.in",
        {"tool": "fetch", "query": "What happens when two bands share players?", "profile": "balanced"},
    ),
    ("web/docs.in", {"tool": "fetch", "profile": "balanced"}),
    ("blob/data_uri.in", {"tool": "get_page"}),
    ("formats/progress.in", {"command": "./fetch-tides"}),
)
WIDTH, BEFORE, AFTER = 120, 10, 24


def examples() -> str:
    """For each kind of content a text as it was and as a model reads it, clipped for the page."""
    parts = []
    for name, given in EXAMPLES:
        with (ROOT / "tests" / "data" / name).open(encoding="utf-8", newline="") as file:
            text = file.read()
        result = Headroom(store=MemoryStore()).compress_text(text, **given)
        call = ", ".join(f"{key}={value!r}" for key, value in given.items())
        parts.append(
            f"### {OF_KIND.get(result.block.kind, 'terminal output')}: `{name}`\n\n"
            f"`compress_text(text, {call})`: {result.block.compressor}, {result.tokens_before:,} tokens before, "
            f"{result.tokens_after:,} after.\n\n{_clipped(text, BEFORE)}\n\nbecomes\n\n{_clipped(result.text, AFTER)}"
        )
    return "\n\n".join(parts) + "\n"


def _clipped(text: str, most: int) -> str:
    """The first lines, indented as a code block; what does not fit the page is left out with `…`."""
    lines = text.split("\n")
    shown = [line.replace("\x1b", "␛").replace("\r", "␍") for line in lines[:most]]
    shown = [line if len(line) <= WIDTH else f"{line[: WIDTH - 2]} …" for line in shown]
    more = [f"… {len(lines) - most:,} more lines"] if len(lines) > most else []
    return "\n".join(f"    {line}".rstrip() for line in [*shown, *more])


def promises() -> str:
    """The manifest of promises with the tests that prove them."""
    sys.path.insert(0, str(ROOT))
    lines = []
    for promise in importlib.import_module("tests.promises").PROMISES:
        proofs = ", ".join(f"[{name}]({path})" for path, _, name in (t.partition("::") for t in promise.tests))
        lines.append(f"* **{promise.id}**: {promise.sentence} <sub>{proofs}</sub>")
    return "\n".join(lines) + "\n"


def texts() -> str:
    """The workloads of `headroom perf` and where their texts come from."""
    rows = ["| workload | what it is | made by |", "|---|---|---|"]
    rows += [f"| {w.name} | {w.about} | {w.source} |" for w in workloads()]
    return "\n".join(rows) + "\n"


def cli() -> str:
    """Every command: its help and its options. Spelled here, because releases of click differ in their layout."""
    return "\n\n".join(_page(path, command) for path, command in _commands("headroom", tree)) + "\n"


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _commands(f"{path} {name}", inner)


def _page(path: str, command: click.Command) -> str:
    arguments = [
        f"[{p.name}]" if not p.required else f"{p.name}" for p in command.params if isinstance(p, click.Argument)
    ]
    usage = " ".join([path, "[OPTIONS]", *filter(None, arguments)]).upper().replace(path.upper(), path)
    parts = [f"## {path}", f"`{usage}{' COMMAND …' if isinstance(command, click.Group) else ''}`"]
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        first, _, rest = paragraph.partition("\n")
        if first == "\b":  # click's mark: as it is
            title, _, body = rest.partition("\n")
            parts.append(f"{title}\n\n```sh\n{inspect.cleandoc(body)}\n```" if body else title)
        else:
            parts.append(paragraph)
    rows = [_option(p) for p in command.params if isinstance(p, click.Option)]
    if rows:
        parts.append("\n".join(["| option | what it does |", "|---|---|", *rows]))
    return "\n\n".join(parts)


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = option.metavar or ("|".join(option.type.choices) if isinstance(option.type, click.Choice) else "")
    default = f" Default: {option.default}." if option.show_default else ""
    what = f"{option.help or ''}{default}".replace("  [", " [")
    return f"| {names}{f' {_cell(value)}' if value else ''} | {_cell(what)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PARTS: dict[str, Callable[[], str]] = {
    "quickstart": quickstart,
    "profiles": profiles,
    "compressors": compressors,
    "examples": examples,
    "promises": promises,
    "texts": texts,
    "cli": cli,
}


def generated(text: str) -> str:
    """The text with every generated part made anew."""
    return PART.sub(lambda m: f"{m[1]}{PARTS[m[2]]()}{m[3]}", text)


def main() -> int:
    """Write, or with `--check` compare; 1 when something is stale."""
    check = sys.argv[1:] == ["--check"]
    stale = 0
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        before = path.read_text(encoding="utf-8")
        after = generated(before)
        if before != after:
            stale += 1
            print(f"{path.relative_to(ROOT)}: {'stale; run `make docs`' if check else 'written'}")
            if not check:
                path.write_text(after, encoding="utf-8")
    if not stale:
        print("docs: up to date")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

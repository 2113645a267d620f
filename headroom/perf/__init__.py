"""Typical workloads that ship with the package, and how the engine does on them.

`workloads()` reads them, `measure()` runs one: tokens before and after, which of the known facts stay visible, and the
time, next to the time that counting the tokens once takes in the same run. A yardstick for one machine and one version,
not a benchmark of compression in general: the workloads are few and small.

The texts are the output of real programs on made-up data; `Workload.source` says of which. Uses the engine as any caller
would. The table is printed by the command line, which stands above.
"""

from __future__ import annotations

import json
import lzma
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, TypeVar

from headroom import tokens
from headroom.engine import Headroom
from headroom.result import BlockReport, CompressResult, texts
from headroom.store.memory import MemoryStore

__all__ = ["Measure", "Workload", "measure", "workloads"]

T = TypeVar("T")
_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A question and the shell commands that an agent ran to answer it, with their output.

    `steps` are (command, name of the data file). `facts` are what an answer needs: each is a line's worth of words, which
    must all be visible, one after the other, in one line.
    """

    name: str
    about: str
    source: str
    question: str
    steps: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]

    def messages(self) -> list[dict[str, Any]]:
        """The conversation as OpenAI chat messages."""
        found: list[dict[str, Any]] = [{"role": "user", "content": self.question}]
        for number, (command, file) in enumerate(self.steps):
            call = {"name": "bash", "arguments": json.dumps({"command": command})}
            found.append(
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{"id": f"call_{number}", "type": "function", "function": call}],
                }
            )
            found.append({"role": "tool", "tool_call_id": f"call_{number}", "content": data(file)})
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One workload, run. Times are in seconds, each the best of three: `seconds` to compress all of it into an empty
    store, `counting_seconds` to count its tokens once. `lost` names the facts that are not visible.
    """

    workload: str
    profile: str
    compressors: tuple[str, ...]
    chars: int
    tokens_before: int
    tokens_after: int
    facts: int
    lost: tuple[str, ...]
    reachable: bool
    seconds: float
    counting_seconds: float

    @property
    def saved(self) -> float:
        """Share of the tokens that was saved, 0.0 to 1.0."""
        return 1 - self.tokens_after / self.tokens_before if self.tokens_before else 0.0

    @property
    def ratio(self) -> float:
        """Time to compress in units of the time to count the tokens once."""
        return self.seconds / self.counting_seconds if self.counting_seconds else 0.0


@lru_cache(maxsize=32)
def data(name: str) -> str:
    """The text of a data file of this package."""
    packed = resources.files("headroom.perf").joinpath("data").joinpath(f"{name}.xz").read_bytes()
    return lzma.decompress(packed).decode()


def measure(workload: Workload, profile: str = "safe") -> Measure:
    """Run one workload. Its originals go to a store of their own, which is forgotten."""
    messages = workload.messages()
    count = tokens.counter_for(None).count
    count("warm up: the vocabulary is unpacked at the first count")

    def run() -> tuple[Headroom, CompressResult[Any]]:
        engine = Headroom(store=MemoryStore(), profile=profile)
        return engine, engine.compress(messages)

    seconds, (engine, result) = _best(run)
    counting, _ = _best(lambda: sum(map(count, texts(messages))))
    shown = [line for text in texts(result.messages) for line in text.split("\n")]
    lost = tuple(fact for fact in workload.facts if not any(_holds(line, fact) for line in shown))
    return Measure(
        workload=workload.name,
        profile=profile,
        compressors=tuple(dict.fromkeys(block.compressor for block in result.changed)),
        chars=sum(map(len, texts(messages))),
        tokens_before=result.tokens_before,
        tokens_after=result.tokens_after,
        facts=len(workload.facts),
        lost=lost,
        reachable=all(_reachable(engine, messages, block) for block in result.changed),
        seconds=seconds,
        counting_seconds=counting,
    )


def _best(work: Callable[[], T]) -> tuple[float, T]:
    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - start)
    return best, answer


def _holds(line: str, fact: str) -> bool:
    """Whether the words of the fact stand in the line in this order, whatever a table puts between them."""
    at = 0
    for word in fact.split():
        at = line.find(word, at) + len(word)
        if at < len(word):
            return False
    return True


def _reachable(engine: Headroom, messages: list[dict[str, Any]], block: BlockReport) -> bool:
    original: Any = messages
    for key in block.path:
        original = original[key]
    return isinstance(original, str) and engine.store.get(block.id or "") == original


def workloads() -> Iterator[Workload]:
    """All workloads, in the order in which they are reported."""
    yield from _WORKLOADS


_SHOP = "on a made-up shop"
_WORKLOADS = (
    Workload(
        name="server log",
        about="a PostgreSQL server's log",
        source=f"PostgreSQL 15 under pgbench {_SHOP}, with a few faults provoked among the routine",
        question="Some checkouts failed last night. What happened in the database?",
        steps=(("tail -n 2000 /var/log/postgresql/postgresql-15-main.log", "postgresql.log"),),
        facts=(
            "ERROR: deadlock detected",
            "while updating tuple (0,101) in relation",
            "violates check constraint stock_on_hand_check",
            "Failing row contains (SKU-19, -451).",
            "duplicate key value violates unique constraint orders_pkey",
            "Key (id)=(172) already exists.",
            "canceling statement due to statement timeout",
            "temporary file: size 901120",
            "checkpoint complete: wrote 952 buffers",
            'FATAL: role "nobody" does not exist',
        ),
    ),
    Workload(
        name="test run",
        about="pytest, verbose, with failures",
        source=f"pytest {_SHOP}'s money module",
        question="Run the tests and fix what fails.",
        steps=(("python -m pytest -v", "pytest.txt"),),
        facts=(
            "assert 379 == 380",
            "assert 864 == 865",
            "KeyError: 'SEK'",
            "shop/money.py:22: KeyError",
            "assert '€-3.50' == '€-2.50'",
            "tests/test_money.py:30: AssertionError",
            "test_ledger_agrees SKIPPED",
            "DeprecationWarning: cents(float) goes away in 3.0",
            "4 failed, 386 passed, 1 skipped, 1 warning",
        ),
    ),
    Workload(
        name="API answer",
        about="300 orders as JSON",
        source=f"PostgreSQL's jsonb_pretty {_SHOP}; four rows differ from the rest",
        question="Which of these orders need attention?",
        steps=(("curl -s http://localhost:8080/orders?page=1", "orders.json"),),
        facts=("refund_failed", "gateway said: card 4-1-9 closed", "1899900", "CHF", "import", "legacy id L-20931"),
    ),
    Workload(
        name="linter report",
        about="ruff's findings as JSON",
        source="ruff over Headroom's own sources",
        question="Which of these findings are real faults?",
        steps=(("ruff check --output-format json", "ruff.json"),),
        facts=(
            "No whitespaces allowed surrounding docstring text",
            "headroom.store._api.MAX_DIGITS imported but unused",
            "headroom.compressors._flow.Pairs imported but unused",
            "Prefer str.removesuffix() over conditionally replacing with slice.",
        ),
    ),
    Workload(
        name="search hits",
        about="git grep -n over Python sources",
        source="git grep over Headroom's own sources",
        question="Where are hints and limits made?",
        steps=(("git grep -nE '\\b(hint|Hint|limits|Limits)\\b' -- '*.py'", "grep.txt"),),
        facts=(
            "hint = seen.hint(_legacy_id(tool) if message",
            "context = Origin( origin.hint, origin.call_id)",
            "text, hint = decision.block.text, decision.block.hint",
        ),
    ),
    Workload(
        name="diff with a lock file",
        about="git diff of an npm update",
        source=f"git diff after npm install {_SHOP}'s web server",
        question="Review this change.",
        steps=(("git diff main", "lock.diff"),),
        facts=(
            '+ "express": "4.21.2"',
            '+ "pino": "9.5.0"',
            '+app.use(express.json({ limit: "256kb" }));',
            '+ const key = req.get("Idempotency-Key");',
            "+ setTimeout(() => process.exit(1), config.shutdownGraceMs).unref();",
        ),
    ),
    Workload(
        name="query result",
        about="psql's table of 200 rows",
        source=f"psql {_SHOP}",
        question="Which orders look wrong?",
        steps=(("psql shop -c 'select … from orders limit 200'", "psql.txt"),),
        facts=("64 1899900", "refund_failed", "171 5649 gateway said: card 4-1-9 closed"),
    ),
    Workload(
        name="listing",
        about="ls -lR of an installed package",
        source="ls over the data files of PostgreSQL 15",
        question="Is the patch for CVE-2024-4317 there?",
        steps=(("ls -lR /usr/share/postgresql", "ls.txt"),),
        facts=("5765 fix-CVE-2024-4317.sql", "33458 errcodes.txt", "4703 pg_hba.conf.sample"),
    ),
    Workload(
        name="picture in JSON",
        about="an API answer with a base64 thumbnail",
        source="a PNG file made for this, as a data URI",
        question="Did the render job finish?",
        steps=(("curl -s http://localhost:8080/jobs/render-7731", "thumb.json"),),
        facts=("render-7731", "done", "font 'Inter' not found, used 'DejaVu Sans'", "/jobs/render-7731/pages/2"),
    ),
    Workload(
        name="source file",
        about="a file that will be edited: stays exact",
        source="Headroom's own sources",
        question="Add a tool to the table of read tools.",
        steps=(("cat headroom/policy.py", "policy.py"),),
        facts=("READ_TOOLS = frozenset(", "def judge(block: Block"),
    ),
    Workload(
        name="file read twice",
        about="the same file again, later on",
        source="Headroom's own sources",
        question="Which shell commands count as a read?",
        steps=(("cat headroom/policy.py", "policy.py"), ("cat headroom/policy.py", "policy.py")),
        facts=("READ_COMMANDS = frozenset(",),
    ),
)

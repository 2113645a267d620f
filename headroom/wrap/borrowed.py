"""Settings that stand in a file of others only while an agent runs, which may run several times at once.

The first run writes them; one that finds them there shares them. Whichever ends last puts the file back, and what killed
runs have left is put back by the next. A lock makes runs that begin or end in the same moment wait for each other.

Below stands `journal`, above `runner`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from headroom.wrap.agents import Agent
from headroom.wrap.journal import Entry, Journal

__all__ = ["borrowed", "is_alive", "put_back"]


@contextmanager
def borrowed(agent: Agent, env: Mapping[str, str], journal: Journal, say: Callable[[str], None]) -> Iterator[None]:
    """What the agent borrows, for as long as it runs. `say` takes what a user should know afterwards."""
    me = f"run:{agent.name}:{os.getpid()}"
    if not agent.borrow(env):
        yield
        return
    with journal.locked():
        for planned in agent.borrow(env):
            if journal.apply(me, planned):
                continue
            for entry in journal.entries():
                there = (entry.planned.file, entry.planned.settings) == (planned.file, planned.settings)
                if there and _of_a_run(entry):
                    journal.hand_over(entry, (*entry.holders, me))
    try:
        yield
    finally:
        with journal.locked():
            for entry in reversed(journal.entries()):
                if me in entry.holders and not _kept(journal, entry, without=me):
                    undone = journal.undo(entry)
                    if not undone.exact:
                        say(undone.said)


def put_back(journal: Journal) -> None:
    """Take back what killed runs had borrowed, unless another run still uses it.

    Raises:
        ConfigError: a file cannot be put back.
    """
    if not any(map(_of_a_run, journal.entries())):
        return
    with journal.locked():
        for entry in reversed(journal.entries()):
            if _of_a_run(entry) and not _kept(journal, entry):
                journal.undo(entry)


def _of_a_run(entry: Entry) -> bool:
    return entry.owner.startswith("run:")


def _kept(journal: Journal, entry: Entry, without: str = "") -> bool:
    """Leave an entry to the runs that still use it; False where there are none."""
    alive = tuple(holder for holder in entry.holders if holder != without and is_alive(holder.rpartition(":")[2]))
    if alive and alive != entry.holders:
        journal.hand_over(entry, alive)
    return bool(alive)


def is_alive(pid: str) -> bool:
    """Whether a process with this number runs."""
    if not pid.isdigit():
        return False
    if os.name == "nt":
        listed = subprocess.run(["tasklist", "/FI", f"PID eq {pid}"], capture_output=True, text=True, check=False)  # noqa: S603, S607
        return pid in listed.stdout
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

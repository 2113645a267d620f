"""Dumps of threads: each stack once, with the names of the threads that have it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors.threads import ThreadDumpCompressor
from headroom.lines import FOLD
from headroom.messages import Hint
from tests.generators import TEXT

DUMP = ThreadDumpCompressor()
MARK = re.compile(rf"{FOLD} lines? (\d+)(?:-(\d+))? \(")
LIGHT = Limits(effort=Effort.LIGHT)
PARK = "	at jdk.internal.misc.Unsafe.park(java.base@17/Native Method)"


def java(name: str, number: int, state: str, *stack: str, cpu: float = 0.1) -> str:
    head = f'"{name}" #{number} prio=5 os_prio=0 cpu={cpu:.2f}ms elapsed=3.2{number % 10}s tid=0x00007f4e38{number:06x} nid=0x{number:04x}'
    return "\n".join([f"{head} {state}  [0x00007f4e{number:08x}]", *stack, ""])


def waiting(name: str, number: int, lock: str, cpu: float = 0.1) -> str:
    queue = f"	- parking to wait for  <{lock}> (a java.util.concurrent.locks.ConditionObject)"
    frames = (PARK, queue, "	at berth.Queue.take(Queue.java:41)", "	at java.lang.Thread.run(Thread.java:840)")
    return java(name, number, "waiting on condition", "   java.lang.Thread.State: WAITING (parking)", *frames, cpu=cpu)


def goroutine(number: int, state: str, argument: int) -> str:
    return (
        f"goroutine {number} [{state}]:\nmain.worker(0x{argument:x}, 0xc00008c060)\n\t/srv/app/main.go:8 +0x45\n"
        "created by main.main in goroutine 1\n\t/srv/app/main.go:11 +0x6e\n"
    )


def made(text: str, query: str | None = None, limits: Limits = LIGHT) -> Rendition:
    assert DUMP.score(text, Hint()) == 0.95
    return DUMP.compress(text, Hint(query=query), limits)


def marks(rendition: Rendition) -> list[str]:
    return [line for line in rendition.text.split("\n") if line.startswith(FOLD)]


def test_a_pool_is_one_stack_and_its_names() -> None:
    text = "\n".join(waiting(f"exec-{n}", n, "0x000000069dc00bf0", cpu=n / 10) for n in range(1, 41))

    found = made(text)

    assert marks(found) == [
        f'{FOLD} lines 8-279 (39 threads like "exec-1": exec-{{2-40}}; cpu 0.2-4ms)',
    ]
    assert found.text.startswith(waiting("exec-1", 1, "0x000000069dc00bf0"))
    assert "like = the same stack" in found.note
    assert not found.lossless


def test_a_lock_of_ones_own_tells_nothing_and_a_shared_one_does() -> None:
    own = [waiting(f"own-{n}", n, f"0x00000006000000{n:02x}") for n in range(1, 9)]
    shared = [waiting(f"shared-{n}", n, f"0x0000000700000{n % 2}00") for n in range(10, 18)]

    found = made("\n".join([*own, *shared]))

    assert [mark.partition("(")[2] for mark in marks(found)] == [
        '7 threads like "own-1": own-{2-8}; cpu 0.1ms)',
        '3 threads like "shared-10": shared-{12,14,16}; cpu 0.1ms | 3 threads like "shared-11": shared-{13,15,17}; cpu 0.1ms)',
    ]


def test_who_uses_the_processor_and_whom_the_query_names_stay() -> None:
    pool = [waiting(f"exec-{n}", n, "0x000000069dc00bf0", cpu=3000.0 if n == 17 else 0.2) for n in range(1, 31)]

    found = made("\n".join(pool), query="What does exec-23 do?")

    shown = re.findall(r'^"(exec-\d+)"', found.text, re.MULTILINE)
    assert shown == ["exec-1", "exec-17", "exec-23"]


def test_what_keep_matches_stays() -> None:
    pool = [waiting(f"exec-{n}", n, "0x000000069dc00bf0") for n in range(1, 31)]

    found = made("\n".join(pool), limits=Limits(effort=Effort.LIGHT, keep=re.compile(r'"exec-9"')))

    assert '"exec-9"' in found.text


def test_goroutines_that_wait_alike_are_one_however_long_they_wait() -> None:
    several = [goroutine(n, f"chan receive, {n} minutes" if n % 2 else "chan receive", n) for n in range(18, 40)]
    text = "panic: stop\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/app/main.go:17 +0x1e5\n\n" + "\n".join(several)

    found = made(f"{text.rstrip()}\nexit status 2\n")

    assert marks(found) == [f"{FOLD} lines 13-137 (21 goroutines like goroutine 18: 19-39; up to 39 minutes)"]
    assert found.text.endswith("\nexit status 2\n")
    assert "goroutine 1 [running]" in found.text


@pytest.mark.parametrize(
    ("header", "frame", "like"),
    [
        ('Thread 22{n:03} (idle): "worker-{n}"', "    Queue.get (queue.py:171)", '"worker-1": worker-{2-30}'),
        ("Thread 0x00007f51527fc{n:03} (most recent call first):", '  File "/srv/a.py", line 58 in run', "0x00007f51527fc001"),
        ('Thread {n} (Thread 0x7f48db7f66{n:03} (LWP 22{n:03}) "app"):', "#0  0x00007f49256a3f7b in wait (self=0x7f{n:09}, n={n}) at w.c:1", "thread 1: 2-30"),
        ("Thread (0x{n:03X}):", "  System.Threading!WaitHandle.WaitOne()", "0x001"),
        ("  thread #{n}, queue = 'pool'", "    frame #0: 0x0000000180 libsystem`__psynch_cvwait + 8", "thread 1: 2-30"),
        ("TID {n}:", "#0  0x00007f49256a3f7b wait", "thread 1: 2-30"),
    ],
    ids=["py-spy", "faulthandler", "gdb", "dotnet-stack", "lldb", "eu-stack"],
)  # fmt: skip
def test_what_other_programs_print_is_known(header: str, frame: str, like: str) -> None:
    deep = "\n".join([frame] * 6)
    text = "\n\n".join(f"{header}\n{deep}".replace("{n:03}", f"{n:03}").replace("{n:03X}", f"{n:03X}")
                       .replace("{n:09}", f"{n:09}").replace("{n}", str(n)) for n in range(1, 31))  # fmt: skip

    found = made(text)

    assert len(marks(found)) == 1
    assert f"(29 threads like {like})" in found.text


def test_deadlocks_and_what_stands_around_the_threads_stay() -> None:
    around = "Found one Java-level deadlock:\n=============================\n"
    text = "2026-11-23\nFull thread dump:\n\n" + "\n".join(
        waiting(f"e-{n}", n, "0x0000000700000000") for n in range(20)
    )

    found = made(f"{text}\n{around}")

    assert found.text.startswith("2026-11-23\nFull thread dump:\n\n")
    assert found.text.endswith(around)


def test_lists_of_addresses_are_counted() -> None:
    addresses = "\n".join(f"0x{n:016x}, 0x{n + 1:016x}," for n in range(0, 20, 2))
    text = f"elements={{\n{addresses}\n}}\n\n" + "\n".join(
        waiting(f"e-{n}", n, "0x0000000700000000") for n in range(20)
    )

    assert f"elements={{\n{FOLD} lines 2-11 (20 addresses)\n}}" in made(text).text


def test_without_leave_and_with_marks_of_somebody_else_a_dump_stays() -> None:
    text = "\n".join(waiting(f"exec-{n}", n, "0x000000069dc00bf0") for n in range(1, 41))

    assert DUMP.compress(text, Hint(), Limits(effort=Effort.LOSSLESS)).text == text
    assert DUMP.compress(f"{FOLD} lines 3-9\n{text}", Hint(), LIGHT).text == f"{FOLD} lines 3-9\n{text}"


@pytest.mark.parametrize(
    "text", ["", "Thread 1 said no.\n" * 50, "2026-11-23 12:00:00 INFO Thread 7 (pool): done\n" * 90]
)
def test_what_is_no_dump_is_not_claimed(text: str) -> None:
    assert DUMP.score(text, Hint()) == 0.0


THREAD = st.builds(
    waiting,
    st.sampled_from(["exec-1", "exec-2", "exec-03", "GC Thread#0", "GC Thread#1", "a|b", "", "0x1", "7"]),
    st.integers(0, 99),
    st.sampled_from(["0x000000069dc00bf0", "0x000000069dc00bf1"]),
)


@given(
    st.lists(
        st.one_of(THREAD, st.builds(goroutine, st.integers(1, 99), st.just("select"), st.integers(0, 3)), TEXT),
        max_size=30,
    )
)
def test_each_line_is_shown_or_named(parts: list[str]) -> None:
    """Shown lines are those of the source, in order; marks name all the others."""
    text = "\n".join(parts)
    found = DUMP.compress(text, Hint(), LIGHT)
    if found.text == text or "│ = line N" in found.note:
        return
    source, at = text.split("\n"), 0
    for line in found.text.split("\n"):
        mark = MARK.match(line)
        if mark is not None and int(mark[1]) == at + 1:
            at = int(mark[2] or mark[1])
        else:
            assert line == source[at]
            at += 1
    assert at == len(source)

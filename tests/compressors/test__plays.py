"""Ansible: tasks that changed nothing go, the others are named."""

from __future__ import annotations

from headroom.compressors._api import Effort, Limits
from headroom.compressors.test_run import TestRunCompressor
from headroom.lines import FOLD
from headroom.messages import Hint

HOSTS = [f"web{n:02}" for n in range(1, 13)]
STARS = "*" * 40


def task(name: str, *lines: str) -> list[str]:
    return [f"TASK [{name}] {STARS}", *lines, ""]


def made(*parts: list[str], effort: Effort = Effort.LIGHT) -> str:
    text = "\n".join(line for part in parts for line in part)
    assert TestRunCompressor().score(text, Hint()) >= 0.8
    return TestRunCompressor().compress(text, Hint(), Limits(effort=effort)).text


def ok(*but: str) -> list[str]:
    return [f"ok: [{host}]" for host in HOSTS if host not in but]


def test_tasks_that_changed_nothing_are_counted() -> None:
    shown = made(task("a", *ok()), task("b", *ok()), task("c", *[f"skipping: [{host}]" for host in HOSTS]))

    assert shown.strip() == f"{FOLD} lines 1-41 (24 × ok, 12 × skipping)"


def test_the_few_hosts_on_which_something_changed_are_named() -> None:
    shown = made(task("a", *ok()), task("release", "changed: [web03]", *ok("web03")), task("c", *ok()))

    assert f"\nTASK [release] {STARS}\nchanged: [web03]\n{FOLD} lines 17-41 (23 × ok)" in shown


def test_where_many_changed_the_task_is_named() -> None:
    shown = made(task("a", *ok()), task("release", *[f"changed: [{host}]" for host in HOSTS]))

    assert f"TASK [release] {STARS}\n{FOLD} lines 16-27 (12 × changed)" in shown


def test_failures_what_a_task_printed_and_its_name_stay() -> None:
    failed = 'fatal: [web07]: FAILED! => {"changed": false, "msg": "No space left on device"}'
    printed = ["ok: [web01] => {", '    "msg": "release 41"', "}"]

    shown = made(task("a", *ok()), task("install", failed, *ok("web07")), task("tell", *printed, *ok("web01")))

    assert f"TASK [install] {STARS}\n{failed}\n{FOLD}" in shown
    assert "\n".join([f"TASK [tell] {STARS}", *printed]) in shown


def test_of_the_recap_hosts_that_failed_stay() -> None:
    recap = [
        f"{host} : ok=9    changed=2    unreachable=0    failed={int(host == 'web07')}    skipped=1" for host in HOSTS
    ]

    shown = made(task("a", *ok()), task("b", "changed: [web01]", *ok("web01")), [f"PLAY RECAP {STARS}", *recap])

    assert (
        f"PLAY RECAP {STARS}\n{FOLD} lines 30-35 (6 × hosts without failure)\n{recap[6]}\n{FOLD} lines 37-41 (5 ×"
        in shown
    )


def test_of_what_is_told_of_each_host_the_first_is_shown_and_what_differs() -> None:
    told = [
        f'ok: [{host}] => {{"changed": false, "path": "/srv/{host}", "rc": 0, "size": {4000 + n}}}'
        for n, host in enumerate(HOSTS)
    ]
    told[7] = told[7].replace('"rc": 0', '"rc": 2')

    shown = made(task("a", *ok()), task("stat", *told))

    assert (
        f"TASK [stat] {STARS}\n{told[0]}\n{FOLD} lines 17-22 (6 × ok)\n{told[7]}\n{FOLD} lines 24-27 (4 × ok)" in shown
    )


def test_who_failed_in_the_recap_does_not_name_the_last_task() -> None:
    recap = "web07 : ok=9    changed=2    unreachable=0    failed=1    skipped=1"

    shown = made(task("a", *ok()), task("b", *ok()), [f"PLAY RECAP {STARS}", recap])

    assert f"TASK [b] {STARS}" not in shown
    assert shown.endswith(f"PLAY RECAP {STARS}\n{recap}")

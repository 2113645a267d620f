"""What looks like a log, and what only has times."""

from __future__ import annotations

import pytest

from headroom.compressors._log_score import ALIKE, score
from headroom.compressors.table import TableCompressor
from headroom.messages import NO_HINT, Hint

LOGS = {
    "grep -n in a log": "{i}:2026-04-01 10:00:00 step",
    "grep -rn in logs": "logs/app.log:{i}:2026-04-01 10:00:00 step",
    "grep -rn in syslog": "log/messages:{i}:Apr  1 10:00:{i:02d} host cron[7]: step",
    "syslog": "Jul 26 07:03:15 gate sshd[288]: session opened for user {i}",
    "iso": "2026-04-01T10:00:{i:02d}.123Z INFO started {i}",
    "iso seconds": "2026-04-01T10:00:{i:02d}Z INFO started {i}",
    "zap": "2026-04-01T10:00:{i:02d}.123Z\tinfo\tcache/run.go:42\tready {i}",
    "access": '10.0.0.{i} - - [10/Oct/2025:13:55:{i:02d} +0000] "GET /a HTTP/1.1" 200 12',
    "java": "[{i}.123s][info][gc,heap     ] GC({i}) Eden regions: {i}->0(5)",
    "dmesg": "[    {i}.123456] usb 1-1: new device {i}",
    "glog": "I0401 10:00:{i:02d}.123456       1 main.go:10] ready {i}",
    "logfmt": 'time="2026-04-01T10:00:{i:02d}Z" level=info msg="step {i}"',
    "compose": "web_1  | 2026-04-01 10:00:{i:02d} INFO step {i}",
    "apache": "[Sun Dec 04 04:47:{i:02d} 2005] [notice] child {i} ok",
    "epoch": "- 11178385{i:02d} rack {i} up",
    "bare": "081109 2036{i:02d} 148 INFO dfs.Node: block {i}",
    "coloured": "\x1b[2m2026-04-01 10:00:{i:02d}\x1b[0m \x1b[32mINFO\x1b[0m step {i}",
}
LOGS["mysql"] = "# Time: 2026-04-01T10:00:{i:02d}.5Z\n# Query_time: 2.{i}  Rows_sent: 1\nSELECT {i};"
OTHERS = {
    "hits": "src/app.py:{i}: return 12:30:45",
    "grep -n": "{i}:a step of many",
    "compiler": "src/a.c:{i}:10: error: x undeclared",
    "csv": "2026-04-01 10:00:{i:02d},1.{i},22,north",
    "tsv": "2026-04-01 10:00:{i:02d}\t1.{i}\tnorth",
    "json lines": '{{"time": "2026-04-01T10:00:{i:02d}Z", "n": {i}}}',
    "listing": "-rw-r--r-- 1 root root {i} 2026-04-01 10:00:00.000000000 +0000 f{i}",
    "s3 listing": "2026-04-01 10:00:{i:02d}       12{i} data/part-{i}.gz",
    "find -printf": "2026-04-01+10:00:{i:02d}.123 ./src/a{i}.py",
    "git log": "3f2a9c{i} 2026-04-01 10:00:{i:02d} +0200 Fix the reader",
    "blame": "3f2a9c1d (Ann Lee 2026-04-01 10:00:00 +0200 {i}) x = {i}",
    "code": "def f{i}(x): return x + {i}",
    "prose": "At noon the {i} guests sat down, and nobody spoke.",
    "table": "| 2026-04-01 10:00:{i:02d} | a | {i} |",
    "diff": "+2026-04-01 10:00:{i:02d} step {i}\n@@ -1,{i} +1,2 @@",
    "yaml": "key{i}: value",
    "markdown": "- item {i} at 10:00:00",
}


@pytest.mark.parametrize("line", LOGS.values(), ids=LOGS.keys())
def test_logs_are_known_by_their_times(line: str) -> None:
    assert score("\n".join(line.format(i=i) for i in range(10, 40)), NO_HINT) >= 0.8


@pytest.mark.parametrize("line", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_no_log_is_left_to_others(line: str) -> None:
    assert score("\n".join(line.format(i=i) for i in range(10, 40)), NO_HINT) == 0.0


@pytest.mark.parametrize(
    "line", ["info: Shop.Service[{i}]\n      order {i} was stored", 'info: order {i} was stored {{"a":1}}']
)
def test_logs_are_known_by_levels_in_small_letters_before_a_colon(line: str) -> None:
    assert score("\n".join(line.format(i=i) for i in range(20)), NO_HINT) == 0.6


def test_a_hint_makes_a_log_more_certain() -> None:
    text = "\n".join(LOGS["iso"].format(i=i) for i in range(10, 40))
    plain = score(text, NO_HINT)
    assert score(text, Hint(command="journalctl -u web")) > plain
    assert score(text, Hint(path="/var/log/app.log")) > plain
    assert 0 < score("step one\nstep two\nstep two\nthe end\n", Hint(path="build.log")) < 0.6


def test_a_word_like_log_in_a_path_makes_no_log_of_source_code() -> None:
    code = "\n".join(f"func write{i}(w io.Writer) error {{ return nil }}" for i in range(20))
    for hint in (
        Hint(path="src/logs/writer.go"),
        Hint(command="cat internal/log/writer.go"),
        Hint(path="docs/logs.md"),
    ):
        assert score(code, hint) == 0.0


def test_names_of_logs_are_no_log() -> None:
    assert score("\n".join(f"app-{i}.log" for i in range(20)), Hint(command="ls *.log")) == 0.0


def test_commands_that_print_logs_are_known() -> None:
    text = "ready to serve\nfirst client came\nlast client left\nbye to all\n"
    for command in ("docker logs web", "kubectl -n x logs deploy/web --tail=50", "docker compose logs web", "dmesg -T"):
        assert score(text, Hint(command=command)) > 0.4
    assert score(text, Hint(command="docker ps")) == 0.0


def test_a_log_with_many_lines_of_other_form_is_less_certain() -> None:
    text = "\n".join(["10:00:01 query took 3 ms", "SELECT one", "FROM table"] * 10)
    assert score(text, NO_HINT) == 0.0
    assert score(text.replace("SELECT one\nFROM", "SELECT one from"), NO_HINT) >= 0.6


def test_values_that_are_printed_between_messages_make_no_listing_of_a_log() -> None:
    lines = [f"10:00:{n:02d} INFO scraped page {n}\n{{'page': {n}, 'size': 7{n}}}" for n in range(40)]
    assert score("\n".join(lines), NO_HINT) >= 0.9
    assert score("\n".join(f'{{"t": "10:00:{n:02d}", "page": {n}}}' for n in range(40)), NO_HINT) == 0.0


def test_what_the_hint_calls_a_log_is_rather_a_log_than_lines_of_a_table_without_names() -> None:
    lines = "".join(f"resolver[18]: query[A] www{n * 7 % 50}.quay.test from 10.0.0.{n % 9}\n" for n in range(60))
    table = TableCompressor()
    assert score(lines, Hint(path="/var/log/resolver.log")) > table.score(lines, NO_HINT) > score(lines, NO_HINT)
    named = "ZONE     HITS  MISSES  AGE\n" + "".join(f"zone{n:<4} {n:<5} {n * 3:<7} {n}d\n" for n in range(60))
    assert score(named, Hint(path="/var/log/zones.log")) < table.score(named, NO_HINT)


def test_a_log_with_a_json_document_inside_is_left_to_be_cut() -> None:
    inside = ["$ curl -s localhost/items", "["]
    for i in range(40):
        inside += ["  {", f'    "id": {i},', f'    "name": "n{i}"', "  },"]
    stamped = [f"10:00:{i:02d} INFO tick {i}" for i in range(40)]
    assert 0 < score("\n".join([*inside, "]", "$ tail app.log", *stamped]), NO_HINT) <= 0.5


def test_steps_that_are_told_in_the_same_words_may_be_a_log() -> None:
    steps = "".join(f"copying sheet {n} of 300 to the archive\n" for n in range(300))
    assert score(steps, NO_HINT) == ALIKE
    assert score(steps[:900], NO_HINT) == 0.0
    assert score("".join(f"{n} {n * 7} {n * 9} 12 77\n" for n in range(300)), NO_HINT) == 0.0
    assert score("".join(f'total_bytes{{gate="{n}"}} {n * 7}\n' for n in range(300)), NO_HINT) == 0.0


def test_calls_of_the_system_are_a_log() -> None:
    calls = [
        'openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3',
        "close(3)                = 0",
        "[pid 71] brk(NULL) = 0x55feef21e000",
    ]
    assert score("\n".join(calls * 9), NO_HINT) >= 0.6
    assert score("\n".join(["f(x) = 3 + y", "g(x) = f(x)", "where(x) holds"] * 9), NO_HINT) == 0.0


def test_a_history_of_commits_is_no_log() -> None:
    """Each of its records is one of a kind: who did what when."""
    commits = [
        f"commit {n:040x}\nAuthor: Ann Keel <ann@harbour.test>\nDate:   Mon Jun {n + 1:2d} 10:05:{n:02d} 2026 +0000\n\n    Step {n}\n"
        for n in range(20)
    ]
    assert score("\n".join(commits), Hint(command="git log")) == 0.0
    assert score("\n".join(commits), NO_HINT) == 0.0

"""What looks like a log, and what only has times."""

from __future__ import annotations

import pytest

from headroom.compressors._log_score import score
from headroom.messages import NO_HINT, Hint

LOGS = {
    "syslog": "Jul 26 07:03:15 gate sshd[288]: session opened for user {i}",
    "iso": "2026-04-01T10:00:{i:02d}.123Z INFO started {i}",
    "access": '10.0.0.{i} - - [10/Oct/2025:13:55:{i:02d} +0000] "GET /a HTTP/1.1" 200 12',
    "dmesg": "[    {i}.123456] usb 1-1: new device {i}",
    "glog": "I0401 10:00:{i:02d}.123456       1 main.go:10] ready {i}",
    "logfmt": 'time="2026-04-01T10:00:{i:02d}Z" level=info msg="step {i}"',
    "compose": "web_1  | 2026-04-01 10:00:{i:02d} INFO step {i}",
    "apache": "[Sun Dec 04 04:47:{i:02d} 2005] [notice] child {i} ok",
    "epoch": "- 11178385{i:02d} rack {i} up",
    "bare": "081109 2036{i:02d} 148 INFO dfs.Node: block {i}",
    "coloured": "\x1b[2m2026-04-01 10:00:{i:02d}\x1b[0m \x1b[32mINFO\x1b[0m step {i}",
}
OTHERS = {
    "hits": "src/app.py:{i}: return 12:30:45",
    "grep -n": "{i}:2026-04-01 10:00:00 step",
    "compiler": "src/a.c:{i}:10: error: x undeclared",
    "csv": "2026-04-01 10:00:{i:02d},1.{i},22,north",
    "tsv": "2026-04-01 10:00:{i:02d}\t1.{i}\tnorth",
    "json lines": '{{"time": "2026-04-01T10:00:{i:02d}Z", "n": {i}}}',
    "listing": "-rw-r--r-- 1 root root {i} 2026-04-01 10:00:00.000000000 +0000 f{i}",
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


def test_a_hint_makes_a_log_more_certain() -> None:
    text = "\n".join(LOGS["iso"].format(i=i) for i in range(10, 40))
    plain = score(text, NO_HINT)
    assert score(text, Hint(command="journalctl -u web")) > plain
    assert score(text, Hint(path="/var/log/app.log")) > plain
    assert 0 < score("step one\nstep two\nstep two\nthe end\n", Hint(path="build.log")) < 0.5

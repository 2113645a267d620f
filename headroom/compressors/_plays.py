"""What Ansible prints: which tasks are worth a line, and which hosts.

    TASK [nginx : Install] *****      ⋯ lines 3-16 (12 × ok)
    ok: [web01]                       TASK [app : Release] ********
    …                                 changed: [web03]
    TASK [app : Release] ********     ⋯ lines 19-29 (11 × ok)
    changed: [web03]
    ok: [web04]
    …

A task that changed nothing goes with its lines; one that changed something is named, and so are the hosts where they are few. Of what
`-v` tells of each host the first is shown, where the others differ in times, digests, sizes and the host's name only. What failed, what was ignored
and what a task printed stays. `_routine_folds` stands above, and folds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from headroom.compressors._routine import CHANGED

__all__ = ["SIGN", "plays"]

SIGN = "TASK ["
"""Where a line begins so, a text may be Ansible's."""
_HEADER = re.compile(r"(?:TASK|RUNNING HANDLER|PLAY) \[.*\] \*+\s*\Z")
_RECAP = re.compile(r"PLAY RECAP \*+\s*\Z")
_WELL = re.compile(r"\S+ +: ok=\d+ +changed=\d+ +unreachable=0 +failed=0\b.*")
_WENT_WELL = "hosts without failure"
_TOLD = re.compile(r"(ok|changed|skipping): \[([^\]]+)\](?: => \(item=.*\))? => \{.*\}\Z")
"""A host, and all that is known of it."""
_VARIES = re.compile(r"[0-9a-f]{16,}|\d{4}-\d\d-\d\d[ T][\d:.]+|\d+:\d\d:\d\d\.\d+|(?<![\w.])\d{4,}(?![\w.])")
"""Digests, times, sizes and the like. A small number may be what a command has returned: it tells hosts apart."""
_FEW = 3
"""Fewer hosts in a row on which something changed are named."""


def plays(source: Sequence[str], labels: list[str | None]) -> None:
    """Correct the labels of what Ansible prints; see the module."""
    header, changed = -1, 0
    recap = False
    told: set[str] = set()
    run: list[int] = []
    for i, line in enumerate([*source, ""]):
        if i < len(source) and labels[i] == CHANGED:
            changed += 1
            run.append(i)
            continue
        for k in run if len(run) < _FEW else ():
            labels[k] = None
        run = []
        if (m := _TOLD.match(line) if line.endswith("}") else None) is not None and labels[i] is None:
            form = _VARIES.sub("0", line.replace(m[2], ""))
            if form in told:
                labels[i] = m[1]
            told.add(form)
        if recap and _WELL.match(line):
            labels[i] = _WENT_WELL
        starts = line[:1] in ("T", "R", "P") and _HEADER.match(line) is not None
        ends = line[:1] == "P" and _RECAP.match(line) is not None
        recap = recap or ends
        if starts or ends or i == len(source):
            if header >= 0 and changed:
                labels[header] = None
            header, changed = (i if starts else -1), 0
            told = set()
        elif line and labels[i] is None and header >= 0:
            changed += 1  # something that is shown

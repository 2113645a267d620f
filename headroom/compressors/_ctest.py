"""`ctest -V`: which lines belong to a test that passed, by the number that stands before each of them.

    test 24                                              24: Test command: /yard/build/yard_test
          Start 24: Lexer.FoldsDuplicates                24: [ RUN      ] Lexer.FoldsDuplicates
                                                         24/264 Test #24: Lexer.FoldsDuplicates ...   Passed    0.01 sec

What such a test printed goes with its verdict, wherever it stands, for tests that run side by side print so too; a line
that speaks of a failure stays. `_routine_folds` stands above, and folds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from headroom.compressors._routine import DETAIL, OUTPUT, START

__all__ = ["SIGN", "printed"]

SIGN = "test "
"""How a line begins that announces a test, alone on it but for its number."""
_ANNOUNCED = re.compile(r"test (\d+)\s*\Z")
_STARTED = re.compile(r" +Start +(\d+): ")
_VERDICT = re.compile(r" *\d+/\d+ Test +#(\d+): ")
_PRINTED = re.compile(r"(\d+):(?: (.*)|\s*)\Z")
_FAILURE = re.compile(r"FAIL|[Ff]ail(?:ed|ure)|[Ee]rror\b|ERROR|Exception\b|[Ww]arning\b|terminate called|panicked")
_PASSED = "passed"


def printed(source: Sequence[str], labels: list[str | None]) -> None:
    """Label what tests that passed have printed, and the lines that announce them."""
    announced = {m[1] for line in source if line.startswith(SIGN) and (m := _ANNOUNCED.match(line))}
    if not announced:
        return
    verdicts = [_VERDICT.match(line) for line, label in zip(source, labels, strict=True) if label == _PASSED]
    passed = announced.intersection(m[1] for m in verdicts if m)
    said = [m if m and m[1] in announced else None for m in map(_PRINTED.match, source)]
    telling = {m[1] for m in said if m and (m[1] not in passed or (m[2] and _FAILURE.search(m[2])))}
    for i, (line, m) in enumerate(zip(source, said, strict=True)):
        if m is not None:
            shown = m[1] not in passed or (m[2] and _FAILURE.search(m[2]))
            labels[i] = None if shown else OUTPUT
        elif (start := _ANNOUNCED.match(line) or _STARTED.match(line)) and start[1] in announced:
            quiet = start[1] in passed and start[1] not in telling
            labels[i] = None if not quiet else START if line.startswith(SIGN) else DETAIL

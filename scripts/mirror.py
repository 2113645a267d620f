#!/usr/bin/env python3
"""Check that every source file has its test file: headroom/a/b.py and tests/a/test_b.py; `_b.py` may be test_b.py too.

Files without code of their own (docstrings, imports, plain assignments of constants) need none.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

EXCEPTIONS = {
    "headroom/__main__.py": "hands over to the command line, which tests/cli runs",
    "headroom/exceptions.py": "classes without behaviour; each is raised in the tests of the module that raises it",
}
"""Source file -> why it has no test file of its own."""


def holds_code(source: str) -> bool:
    """Whether a module defines anything that could go wrong: a function with a body of more than a docstring."""
    functions = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(not all(_is_silent(statement) for statement in f.body) for f in functions)


def _is_silent(statement: ast.stmt) -> bool:
    """A docstring or `...`: the body of a protocol's method."""
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def expected(source: Path) -> tuple[Path, ...]:
    """The paths, relative to the root, at which the tests of `source` may stand."""
    inner = source.relative_to("headroom")
    if inner.name == "__init__.py":
        package = source.parent.name
        return Path("tests") / inner.parent / f"test_{package}.py", Path("tests") / inner.parent / "test_init.py"
    names = dict.fromkeys((f"test_{inner.stem}.py", f"test_{inner.stem.strip('_')}.py"))
    return tuple(Path("tests") / inner.parent / name for name in names)


def main() -> int:
    """Print each missing test file; 1 when there is one, or when an exception has become needless."""
    faults = []
    for path in sorted((ROOT / "headroom").rglob("*.py")):
        source = path.relative_to(ROOT)
        if "migrations" in source.parts:  # Alembic's own form; tests/store/test_sql.py runs them
            continue
        tested = any((ROOT / test).exists() for test in expected(source))
        if str(source) in EXCEPTIONS:
            if tested:
                faults.append(f"{source}: has a test file now, take it out of EXCEPTIONS")
        elif not tested and holds_code(path.read_text(encoding="utf-8")):
            faults.append(f"{source}: no {' or '.join(map(str, expected(source)))}")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"mirror: {len(faults)} missing" if faults else "mirror: every source file has its tests")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Install the wheel with one extra at a time into an empty environment, and run that extra's examples there.

    scripts/fresh_extras.py                     every extra that has examples
    scripts/fresh_extras.py langchain litellm   these

What a new user does: nothing of this checkout is on the path, nothing but the wheel, the extra and what they bring is
installed, and versions are what pip picks on the day. `--constraint FILE` holds them back, and stands before the names.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = {
    "langchain": ("langchain_rag",),
    "langchain-agents": ("langchain_agent", "langchain_rag"),
    "llamaindex": ("llamaindex_agent", "llamaindex_rag"),
    "litellm": ("litellm_agent",),
}
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")


def run(*command: str | Path, cwd: Path, **environment: str) -> None:
    """Run a command with little more in its environment than the path. Raises CalledProcessError."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "TMPDIR", "LANG"} or k.startswith("PIP_")}  # noqa: TID251  # a child's
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, env={**kept, **environment}, check=True)  # noqa: S603  # our own words


def prove(extra: str, wheel: Path, options: tuple[str, ...], folder: Path) -> None:
    """An environment with the extra alone; its examples run in it, far from the checkout."""
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "venv", folder, cwd=ROOT)
    run(python, *PIP, "install", *options, f"headroom-context[{extra}] @ {wheel.as_uri()}", cwd=folder)
    for example in EXAMPLES[extra]:
        program = folder / f"{example}.py"
        program.write_bytes((ROOT / "examples" / program.name).read_bytes())
        run(python, program, cwd=folder, HEADROOM_HOME=str(folder / "home"))


def main(arguments: list[str]) -> int:
    """One line per extra; 1 when an extra's examples do not run."""
    options: tuple[str, ...] = ()
    if arguments[:1] == ["--constraint"]:
        options, arguments = ("--constraint", str(Path(arguments[1]).resolve())), arguments[2:]
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        run(sys.executable, *PIP, "wheel", "--no-deps", "--wheel-dir", here, ROOT, cwd=here)
        (wheel,) = here.glob("*.whl")
        for extra in arguments or EXAMPLES:
            began = time.monotonic()
            try:
                prove(extra, wheel, options, here / extra)
            except subprocess.CalledProcessError as error:
                failed += 1
                print(f"{extra}: {error}")
            else:
                print(f"{extra}: its examples run ({time.monotonic() - began:.0f} s)")
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

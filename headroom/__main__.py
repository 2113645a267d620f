"""`python -m headroom` and the `headroom` command. Answers `--version` itself, so that this costs no import."""

from __future__ import annotations

import sys

from headroom._version import __version__


def main() -> int:
    """Run the command line; returns the exit code."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"headroom {__version__}\n")
        return 0
    try:
        from headroom.cli.app import run  # noqa: PLC0415  # everything else needs the command tree; the version does not

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while the import is under way; `run` sees to the rest
        sys.stderr.write("headroom: interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())

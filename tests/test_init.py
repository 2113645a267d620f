"""The package itself: `__all__` is the contract, and importing it is cheap."""

from __future__ import annotations

import subprocess
import sys

import pytest

import headroom


def test_everything_in_all_can_be_imported() -> None:
    """`__all__` is the contract."""
    for name in headroom.__all__:
        assert getattr(headroom, name) is not None
    assert dir(headroom) == sorted(headroom.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        headroom.nothing  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    """What is heavy is imported where it is used."""
    program = (
        "import sys, headroom\n"
        "print([m for m in ('sqlalchemy', 'tiktoken', 'regex', 'alembic', 'click', 'asyncio', 'json') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

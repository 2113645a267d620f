"""The manifest holds: every promise is proved by tests that exist, and the README promises just that."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.promises import PROMISES, Promise

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("promise", PROMISES, ids=lambda p: p.id)
def test_a_promise_is_proved_by_tests_that_exist(promise: Promise) -> None:
    assert promise.tests
    assert promise.source
    assert promise.sentence.endswith(".")
    for test in promise.tests:
        path, _, name = test.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in names, test


def test_ids_are_unique_and_plain() -> None:
    ids = [promise.id for promise in PROMISES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", each) for each in ids)


def test_the_readme_promises_what_the_manifest_holds() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\* \*\*([a-z-]+)\*\*: (.*)$", readme, re.MULTILINE)
    assert [name for name, _ in listed] == [promise.id for promise in PROMISES]
    for promise, (_, said) in zip(PROMISES, listed, strict=True):
        assert said.startswith(promise.sentence)
        assert all(test.partition("::")[2] in said for test in promise.tests)


def test_every_invariant_of_the_design_is_promised() -> None:
    assert {p.source for p in PROMISES} >= {f"invariant {n}" for n in range(1, 11)}

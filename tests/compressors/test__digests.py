"""Digests of lock files: shortened where there are many, unless somebody asks for them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256, sha512

import pytest

from headroom import MemoryStore, compress_text, retrieve
from headroom.compressors._digests import cut
from headroom.messages import NO_HINT, Hint


def sri(n: int) -> str:
    return "sha512-" + b64encode(sha512(bytes([n])).digest()).decode()


def hexed(n: int) -> str:
    return sha256(bytes([n])).hexdigest()


LOCKS: dict[str, Callable[[int], str]] = {
    "npm": lambda n: f'"node_modules/quay-{n}": {{"version": "1.{n}.0", "integrity": "{sri(n)}"}},',
    "yarn": lambda n: f"quay-{n}@^1.0.0:\n  version 1.{n}.0\n  integrity {sri(n)}",
    "yarn 1": lambda n: (
        f'quay-{n}@^1.0.0:\n  version "1.{n}.0"\n  resolved "https://registry.test/quay-{n}-1.{n}.0.tgz#{hexed(n)[:40]}"'
    ),
    "poetry": lambda n: f'{{file = "quay-1.{n}.0.tar.gz", hash = "sha256:{hexed(n)}"}},',
    "cargo": lambda n: f'[[package]]\nname = "quay-{n}"\nversion = "1.{n}.0"\nchecksum = "{hexed(n)}"',
    "go": lambda n: f"quay.test/pier/v{n} v1.{n}.0 h1:{b64encode(sha256(bytes([n])).digest()).decode()}",
}


@pytest.mark.parametrize("line", LOCKS.values(), ids=LOCKS.keys())
def test_many_digests_are_shown_by_their_beginnings(line: Callable[[int], str]) -> None:
    text = "\n".join(map(line, range(30)))
    made, note = cut(text, NO_HINT, None)
    assert note == "rests of 30 digests left out at ⋯"
    assert made.count("⋯") == 30
    assert len(made) < 0.85 * len(text)
    rest = re.compile(".*".join(map(re.escape, made.split("⋯"))), re.DOTALL)
    assert rest.fullmatch(text)


NAMELESS: dict[str, tuple[str, Callable[[int], str]]] = {
    "mix": (
        "mix.lock",
        lambda n: f'  "quay{n}": {{:hex, :quay, "1.{n}.0", "{hexed(n)}", [:mix], [], "hexpm", "{hexed(n + 50)}"}},',
    ),
    "pods": ("ios/Podfile.lock", lambda n: f"  Quay{n}: {hexed(n)[:40]}"),
}


@pytest.mark.parametrize(("path", "line"), NAMELESS.values(), ids=NAMELESS.keys())
def test_digests_without_a_label_are_known_by_the_file_they_stand_in(path: str, line: Callable[[int], str]) -> None:
    text = "\n".join([*map(line, range(30)), ""])
    for hint in (Hint(path=path), Hint(command=f"cat {path}")):
        made, note = cut(text, hint, None)
        assert note in ("rests of 30 digests left out at ⋯", "rests of 60 digests left out at ⋯")
        rest = re.compile(".*".join(map(re.escape, made.split("⋯"))), re.DOTALL)
        assert rest.fullmatch(text)
    assert cut(text, NO_HINT, None) == (text, "")
    assert cut(text, Hint(command="git log"), None) == (text, "")


def test_digests_stay_where_they_are_asked_for_or_must_stay() -> None:
    text = "\n".join(map(LOCKS["npm"], range(30)))
    assert cut(text, Hint(query="what is the integrity of quay-7?"), None) == (text, "")
    assert cut(text, Hint(command="docker images --digests"), None) == (text, "")
    assert cut(text, NO_HINT, re.compile(re.escape(sri(7)))) == (text, "")
    assert cut(text, NO_HINT, re.compile("quay-7"))[0] != text


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(LOCKS["go"], range(7))),
        "\n".join(f"{hexed(n)}  quay-{n}.tar.gz" for n in range(30)),
        "\n".join(f"commit {hexed(n)[:40]}" for n in range(30)),
        "\n".join(f"quay.test/pier@sha256:{hexed(n)}" for n in range(30)),
        "\n".join(f"#5 sha256:{hexed(n)} 2.10MB / 29.10MB 0.1s" for n in range(30)),
        "\n".join(f"pulled layer {n} of the image: sha256:{hexed(n)} " + "and unpacked it " * 40 for n in range(30)),
    ],
    ids=["few", "names of files", "commits", "images", "layers", "few among much"],
)
def test_what_else_looks_like_a_digest_stays(text: str) -> None:
    assert cut(text, NO_HINT, None) == (text, "")


def test_a_lock_file_is_shortened_from_balanced_on_and_comes_back() -> None:
    text = "\n".join(map(LOCKS["yarn"], range(40))) + "\n"
    store = MemoryStore()
    assert sri(17) in compress_text(text, command="cat yarn.lock", profile="safe", store=store).text
    made = compress_text(text, command="cat yarn.lock", profile="balanced", store=store)
    assert "quay-17@^1.0.0" in made.text
    assert sri(17)[:15] + "⋯" in made.text
    assert "rests of 40 digests left out at ⋯" in made.text
    assert made.id is not None
    assert retrieve(made.id, store=store) == text
    assert sri(17) in retrieve(made.id, grep=re.escape(sri(17)[:15]), store=store)

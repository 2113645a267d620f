"""A model of the user's own that tells which words of a prose text are worth their place, and the files that it is made of.

Any ONNX export of a token classifier in a local folder, as `optimum-cli export onnx --task token-classification` writes
it and as LLMLingua-2, ctxprune and Kompress are laid out: a model, `tokenizer.json`, `config.json`. `TextModel` is what a
caller passes, `find` reads what lies there. Nothing is downloaded and nothing runs here: `_classifier` does that, and
`compressors._fewer_words` chooses. Stands on `exceptions` alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from headroom.exceptions import ConfigError

MOST_TOKENS = 512
"""Of a chunk. Compression models are trained on chunks of this size, whatever their positions allow."""
_OFFSET_FAMILIES = frozenset("camembert data2vec-text longformer mpnet roberta xlm-roberta xlm-roberta-xl xmod".split())
"""Architectures that number positions from behind the padding's id on, so that fewer can be used."""
_EXPORT = "`optimum-cli export onnx --model NAME --task token-classification FOLDER` writes such a folder"
_RUN_BY = ("numpy", "onnxruntime", "tokenizers")
_KEEP = frozenset("keep kept preserve preserved retain retained important relevant essential salient".split())
_DROP = frozenset(
    "drop dropped delete deleted remove removed discard discarded unimportant irrelevant redundant compress prune pruned".split()
)
_NOT = re.compile(r"\A(?:not|non|no|un)[_\- ]*(?=\w)")
_SIGNS = re.compile(r"\A(?:[BIESLU]-|\$|__)+|_+\Z")


@dataclass(frozen=True, slots=True)
class TextModel:
    """A token classifier on this machine, for prose. See docs/text-model.md.

    Args:
        path: the folder of the model, or the `.onnx` file where a folder holds several.
        deadline: seconds that one chunk of at most 512 tokens may take; a chunk that takes longer is left to the scorer
            that comes with Headroom.

    Raises:
        ConfigError: for a deadline that is not positive.
    """

    path: str | Path
    deadline: float = 2.0

    def __post_init__(self) -> None:
        if not self.deadline > 0:
            raise ConfigError(f"TextModel(deadline={self.deadline!r}): must be a positive number of seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a folder holds: the files, the labels by index, and the number of tokens of a chunk."""

    model: Path
    tokenizer: Path
    labels: tuple[str, ...]
    tokens: int

    def kept(self) -> tuple[tuple[int, ...], bool]:
        """The labels by which a token is judged, and whether they say that it stays (or that it goes).

        A label that is named for going decides: what is labelled otherwise stays. Two labels without names of their own
        are those of LLMLingua-2: 0 goes, 1 stays. A single one scores tokens for staying.

        Raises:
            ConfigError: the names say nothing of staying or going.
        """
        if len(self.labels) == 1:
            return (0,), True
        if tuple(label.upper() for label in self.labels) == ("LABEL_0", "LABEL_1"):
            return (1,), True
        says = [_says(label) for label in self.labels]
        if False in says:
            return tuple(i for i, stays in enumerate(says) if stays is False), False
        if True in says:
            return tuple(i for i, stays in enumerate(says) if stays), True
        shown = ", ".join(self.labels[:6]) + (", …" if len(self.labels) > 6 else "")
        raise ConfigError(
            f"text_model: the labels of {str(self.model)!r} ({shown}) do not say which tokens to keep; where it is a model"
            " for shortening text, name them in id2label of its config.json, such as"
            ' {"0": "drop", "1": "keep"}'
        )


def checked(given: TextModel | str | Path) -> TextModel:
    """The model that was given, if its files and what runs it are there; they are not opened yet.

    Raises:
        ConfigError: something is missing; the message says what to type.
    """
    if not isinstance(given, TextModel | str | Path):
        raise ConfigError(f"text_model={given!r} must be a path, or a headroom.TextModel")
    model = given if isinstance(given, TextModel) else TextModel(given)
    find(model.path).kept()
    for module in _RUN_BY:
        if find_spec(module) is None:
            raise missing(module)
    return model


def missing(module: str | None) -> ConfigError:
    """The error where a module of the extra is not installed."""
    return ConfigError(
        f"text_model needs what the extra `ml` brings ({module} is missing): pip install 'headroom-context[ml]'"
    )


def find(path: str | Path) -> Layout:
    """The layout of the model at `path`, a folder or an `.onnx` file.

    Raises:
        ConfigError: something is missing, ambiguous or cannot be read; the message says what to put there.
    """
    given = Path(path).expanduser()
    if not given.exists():
        raise ConfigError(
            f"text_model={str(path)!r}: there is no such file or folder, and nothing is downloaded; {_EXPORT}"
        )
    model = given if given.is_file() else _model_in(given)
    if model.suffix != ".onnx":
        raise ConfigError(f"text_model={str(path)!r} is no ONNX model; {_EXPORT}")
    homes = [model.parent, *([model.parent.parent] if model.parent.name == "onnx" else [])]
    tokenizer, config = (_beside(homes, name) for name in ("tokenizer.json", "config.json"))
    said = _read(config)
    return Layout(model=model, tokenizer=tokenizer, labels=_labels(said, config), tokens=_tokens(said))


def _model_in(folder: Path) -> Path:
    """`model.onnx` or `onnx/model.onnx`; else the only one that there is."""
    for usual in (folder / "model.onnx", folder / "onnx" / "model.onnx"):
        if usual.is_file():
            return usual
    found = sorted(p for where in (folder, folder / "onnx") for p in where.glob("*.onnx") if p.is_file())
    if not found:
        raise ConfigError(f"text_model={str(folder)!r}: no model.onnx in it, nor in a folder onnx below it; {_EXPORT}")
    if len(found) > 1:
        names = ", ".join(str(p.relative_to(folder)) for p in found)
        raise ConfigError(f"text_model={str(folder)!r} holds several models ({names}): name one, as {str(found[0])!r}")
    return found[0]


def _beside(homes: Sequence[Path], name: str) -> Path:
    for home in homes:
        if (home / name).is_file():
            return home / name
    raise ConfigError(
        f"text_model: {name} is missing in {str(homes[-1])!r}; copy it there from where the model comes from, or {_EXPORT}"
    )


def _read(config: Path) -> Mapping[str, Any]:
    try:
        said = json.loads(config.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"text_model: {str(config)!r} cannot be read: {error}") from error
    if not isinstance(said, dict):
        raise ConfigError(f"text_model: {str(config)!r} is no JSON object")
    return said


def _labels(said: Mapping[str, Any], config: Path) -> tuple[str, ...]:
    """By index. Exports leave them out where there are two without names."""
    names = said.get("id2label", {"0": "LABEL_0", "1": "LABEL_1"})
    if isinstance(names, dict) and names.keys() == {str(i) for i in range(len(names))}:
        return tuple(str(names[str(i)]) for i in range(len(names)))
    raise ConfigError(f'text_model: id2label in {str(config)!r} must give a name to each of "0", "1", …')


def _tokens(said: Mapping[str, Any]) -> int:
    """How many tokens a chunk may have, the signs for its ends included."""
    positions, padding = said.get("max_position_embeddings"), said.get("pad_token_id")
    if type(positions) is not int or positions < 1:
        return MOST_TOKENS
    if said.get("model_type") in _OFFSET_FAMILIES:
        positions -= 1 + (padding if type(padding) is int else 1)
    return min(MOST_TOKENS, positions)


def _says(label: str) -> bool | None:
    """Whether a label's name says that the token stays (True), or goes (False); None where it says neither."""
    word = _SIGNS.sub("", label.strip()).lower()
    bare = _NOT.sub("", word)
    if word in _DROP:
        return False
    if bare in _KEEP:
        return bare == word
    return True if bare in _DROP else None

"""A token classifier at work: how likely each token of a text is worth keeping, by a model of the user's own.

Long texts are cut into chunks that overlap; each chunk has a deadline, and what is not judged in time is named. Words,
thresholds and what goes are for `compressors._fewer_words`; where the files are is for `text_model`. ONNX Runtime and
the tokenizer come with the extra `ml` and are imported when a model is opened; nothing here opens a connection.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any

from headroom.exceptions import ConfigError
from headroom.text_model import Layout, TextModel, find, missing

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Encoding

_THREADS = 4
"""The same everywhere: sums of other parts may round otherwise."""
_OVERLAP = 64
"""Tokens that a chunk shares with the one before; of these, each judges the half that it sees more around."""
_PIECE = 20_000
"""Characters that are cut into tokens at once."""
_FAR = 200
"""Between spans that are further apart a chunk ends: what lies between need not be judged."""
_LATE_IN_A_ROW = 3
"""After so many chunks the model is not asked about the rest of the text."""
_SILENT = 4
"""Of ONNX Runtime's log, which goes to stderr; what matters comes as an error as well."""
_DIGITS = 3
"""Of a probability: processors differ in the last ones."""
_OUTPUTS = ("logits", "final_scores", "token_scores", "scores")
_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Judged:
    """`tokens` are (start, end, how likely it is worth keeping), ascending; `late` the spans that were not judged in
    time, neighbours as one, and `in_time` how many of `chunks` were."""

    tokens: list[tuple[int, int, float]] = field(default_factory=list)
    late: list[tuple[int, int]] = field(default_factory=list)
    chunks: int = 0
    in_time: int = 0


class Classifier:
    """An opened model. Safe to share between threads. `digest` tells it from others.

    Raises:
        ConfigError: the extra is not installed, or the files do not hold what they should.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._judging, self._stays = layout.kept()
        try:
            import numpy  # noqa: ICN001, PLC0415  # optional and heavy, as are the next two
            import onnxruntime  # type: ignore[import-untyped, import-not-found, unused-ignore]  # noqa: PLC0415
            import tokenizers  # noqa: PLC0415
        except ImportError as error:
            raise missing(error.name) from error
        self._np = numpy
        onnxruntime.disable_telemetry_events()  # on Windows there would be some
        onnxruntime.set_default_logger_severity(_SILENT)
        self._run_options = onnxruntime.RunOptions
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = _SILENT
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others need the processor too
        try:
            self._session = onnxruntime.InferenceSession(str(layout.model), options, providers=["CPUExecutionProvider"])
            self._tokenizer = tokenizers.Tokenizer.from_file(str(layout.tokenizer))
        except Exception as error:  # both raise what they like
            raise ConfigError(f"text_model: {str(layout.model.parent)!r} cannot be loaded: {_short(error)}") from error
        self._cut()
        self._connect()
        self.digest = _digest(layout)
        self._try_out()

    def _cut(self) -> None:
        """Have the tokenizer cut long texts into chunks."""
        told = self._tokenizer.truncation
        most = min(self._layout.tokens, told["max_length"] if told else self._layout.tokens)
        ends = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        if most < ends + 8:
            raise ConfigError(f"text_model: {str(self._layout.model)!r} takes only {most} tokens at a time")
        self._overlap = min(_OVERLAP, (most - ends) // 4)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=most, stride=self._overlap)

    def _connect(self) -> None:
        """Find the model's inputs and its output by their names."""
        inputs = {i.name: i for i in self._session.get_inputs()}
        unknown = sorted(inputs.keys() - _INPUTS)
        if unknown or "input_ids" not in inputs:
            raise ConfigError(
                f"text_model: {str(self._layout.model)!r} takes {', '.join(sorted(inputs))}, and not input_ids, attention_mask"
                " and token_type_ids as a token classifier does; was it exported with --task token-classification?"
            )
        self._inputs = {name: "int32" if i.type == "tensor(int32)" else "int64" for name, i in inputs.items()}
        outputs = [o.name for o in self._session.get_outputs()]
        self._output = next((name for name in _OUTPUTS if name in outputs), outputs[0])

    def _try_out(self) -> None:
        """Judge a few words, so that what does not fit together is said at once."""
        try:
            made = self._session.run([self._output], self._feed(self._tokenizer.encode("The cat sat.")))[0]
            self._probabilities(made)
        except ConfigError:
            raise
        except Exception as error:  # whatever a model's operators raise
            raise ConfigError(f"text_model: {str(self._layout.model)!r} fails on a text: {_short(error)}") from error

    def judge(
        self, text: str, spans: Sequence[tuple[int, int]], *, deadline: float, until: float | None = None
    ) -> Judged:
        """Judge the tokens in ascending `spans` of a text, with what stands around them.

        A chunk may take `deadline` seconds; at `until` (of `time.monotonic`) all ends.
        """
        out = Judged()
        in_a_row = 0
        clean = _SURROGATE.sub("\ufffd", text)  # which are no text for a tokenizer
        for start, end in _pieces(spans):
            follows = False  # a chunk that was late as well
            for chunk, tokens in self._chunks(clean[start:end]):
                left = deadline if until is None else min(deadline, until - time.monotonic())
                found = self._in_time(chunk, left) if in_a_row < _LATE_IN_A_ROW else None
                out.chunks += 1
                if found is None:
                    in_a_row += 1
                    begin = out.late.pop()[0] if follows else start + tokens[0][1]
                    out.late.append((begin, start + tokens[-1][2]))
                    follows = True
                    continue
                follows = False
                in_a_row = 0
                out.in_time += 1
                out.tokens += [(start + a, start + b, found[i]) for i, a, b in tokens]
        return out

    def _chunks(self, text: str) -> Iterator[tuple[Encoding, list[tuple[int, int, int]]]]:
        """Chunks of a text, each with those of its tokens that it judges: (index, start, end)."""
        first = self._tokenizer.encode(text)
        chunks = [first, *first.overflowing]
        for n, chunk in enumerate(chunks):
            own = [
                (i, a, b)
                for i, ((a, b), special) in enumerate(zip(chunk.offsets, chunk.special_tokens_mask, strict=True))
                if not special and b > a
            ]
            begin = self._overlap // 2 if n else 0
            end = len(own) - (self._overlap - self._overlap // 2 if n + 1 < len(chunks) else 0)
            if own[begin:end]:
                yield chunk, own[begin:end]

    def _in_time(self, chunk: Encoding, seconds: float) -> list[float] | None:
        """What the model says of the tokens of a chunk; None where it takes longer."""
        if seconds <= 0:
            return None
        options = self._run_options()
        began = time.monotonic()
        timer = Timer(seconds, setattr, (options, "terminate", True))
        timer.daemon = True
        timer.start()
        try:
            made = self._session.run([self._output], self._feed(chunk), options)[0]
        except Exception:
            if options.terminate:
                return None
            raise
        finally:
            timer.cancel()
        if time.monotonic() - began > seconds:
            return None
        return self._probabilities(made)

    def _feed(self, chunk: Encoding) -> dict[str, Any]:
        values = {"input_ids": chunk.ids, "attention_mask": chunk.attention_mask, "token_type_ids": chunk.type_ids}
        return {name: self._np.array([values[name]], dtype=kind) for name, kind in self._inputs.items()}

    def _probabilities(self, made: np.ndarray[Any, Any]) -> list[float]:
        """By token. One value for each is a score; several are those of the labels, before the softmax."""
        np, labels = self._np, len(self._layout.labels)
        made = made.astype("float64")  # some models give half floats
        if made.ndim == 2 or (made.ndim == 3 and made.shape[2] == 1 == labels):
            found = made[0].reshape(-1)
            if self._output == "logits":
                found = 1 / (1 + np.exp(-found))
        elif made.ndim == 3 and made.shape[2] == labels:
            powers = np.exp(made[0] - made[0].max(axis=1, keepdims=True))
            part = powers[:, list(self._judging)].sum(axis=1) / powers.sum(axis=1)
            found = part if self._stays else 1 - part
        else:
            given = made.shape[2] if made.ndim == 3 else f"an array of {made.ndim} dimensions and not values"
            raise ConfigError(
                f"text_model: {str(self._layout.model)!r} gives {given} by token, and config.json names {labels} labels"
                f" ({', '.join(self._layout.labels[:6])}); the two must come from the same model"
            )
        if not bool(np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1):
            raise ConfigError(
                f"text_model: {self._output!r} of {str(self._layout.model)!r} gives values that are no probabilities"
            )
        return [float(value) for value in np.round(found, _DIGITS)]


def opened(model: TextModel) -> Classifier:
    """The classifier at the model's path, opened once for all who use it.

    Raises:
        ConfigError: see `Classifier` and `text_model.find`.
    """
    with _LOCK:
        return _opened(Path(model.path).expanduser().absolute())


_LOCK = Lock()


@lru_cache(maxsize=2)
def _opened(path: Path) -> Classifier:
    return Classifier(find(path))


def _pieces(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that are near each other, together."""
    start = end = -1
    for a, b in spans:
        if end >= 0 and (a - end > _FAR or b - start > _PIECE):
            yield start, end
            start = -1
        start, end = (a if start < 0 else start), b
    if end >= 0:
        yield start, end


def _digest(layout: Layout) -> str:
    """Of all files that decide what the model says; weights beside the model have its name as a prefix."""
    found = hashlib.blake2b(digest_size=12)
    weights = sorted(layout.model.parent.glob(f"{layout.model.name}*"))
    for path in (*weights, layout.tokenizer):
        with path.open("rb") as file:
            while part := file.read(2**20):
                found.update(part)
    found.update(repr((layout.labels, layout.tokens)).encode())
    return found.hexdigest()


def _short(error: Exception) -> str:
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said[:300]}"

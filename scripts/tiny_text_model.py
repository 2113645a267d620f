#!/usr/bin/env python3
"""Train the tiny token classifier that the tests of `text_model=` run, and write it as an ONNX export is laid out.

    scripts/tiny_text_model.py      writes tests/data/text_model; needs `pip install numpy onnx tokenizers`

It is a real model, small enough for a test: 1,000 word pieces in 8 dimensions, a convolution over three of them, two
labels named "drop" and "keep". It learns from this repository's own documentation that function words go and all else
stays, which is of no use outside the tests. Beside it stand graphs of a few bytes that are wrong, or right in another way:
scores or a single logit by token, short integers, an input that nobody has, values that are no probabilities.
"""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "tests" / "data" / "text_model"
PIECES, WIDTH, FILTERS, TOKENS = 1_000, 8, 16, 64
EPOCHS, RATE = 6, 0.02
GOING = frozenset(
    "the a an of to in on at by for with from as into is are be been being that this these those it its which who"
    " there then so also very quite really just such own same even still here thus where as".split()
)
"""What the model learns to drop."""

np: Any = import_module("numpy")


def texts() -> list[str]:
    """Paragraphs of the documentation, without code, tables and headings."""
    found = []
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += [p.replace("\n", " ") for p in text.split("\n\n") if p.strip() and p.lstrip()[0] not in "|#<-*"]
    return found


def tokenizer(paragraphs: list[str]) -> Any:
    """Word pieces with the ends of BERT."""
    t = import_module("tokenizers")
    made = t.Tokenizer(t.models.WordPiece(unk_token="[UNK]"))  # noqa: S106  # a token of another kind
    made.normalizer = t.normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = t.pre_tokenizers.BertPreTokenizer()
    trainer = t.trainers.WordPieceTrainer(vocab_size=PIECES, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    made.train_from_iterator(paragraphs, trainer)
    made.post_processor = t.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


def examples(made: Any, paragraphs: list[str]) -> list[tuple[Any, Any]]:
    """Ids and labels of each paragraph: 1 for what stays."""
    out = []
    for text in paragraphs:
        encoded = made.encode(text)
        spans = [m.span() for m in re.finditer(r"\w+", text) if m[0].lower() in GOING]
        stays = [not any(a <= start and end <= b for a, b in spans) for start, end in encoded.offsets]
        out.append((np.array(encoded.ids), np.array(stays, dtype=np.int64)))
    return out


def train(data: list[tuple[Any, Any]], pieces: int) -> dict[str, Any]:
    """Embedding, convolution, one layer: by hand, with Adam."""
    rng = np.random.default_rng(7)
    shapes = {
        "words": (pieces, WIDTH),
        "conv": (3 * WIDTH, FILTERS),
        "bias": (FILTERS,),
        "out": (FILTERS, 2),
        "base": (2,),
    }
    at = {name: rng.normal(0, 0.3, shape) for name, shape in shapes.items()}
    first, second = ({name: np.zeros(shape) for name, shape in shapes.items()} for _ in range(2))
    step = 0
    for _ in range(EPOCHS):
        for i in rng.permutation(len(data)):
            ids, labels = data[i]
            step += 1
            for name, slope in slopes(at, ids, labels).items():
                first[name] = 0.9 * first[name] + 0.1 * slope
                second[name] = 0.999 * second[name] + 0.001 * slope**2
                ahead = first[name] / (1 - 0.9**step)
                at[name] -= RATE * ahead / (np.sqrt(second[name] / (1 - 0.999**step)) + 1e-8)
    right = sum(int((forward(at, ids)[-1].argmax(1) == labels).sum()) for ids, labels in data)
    print(f"{right / sum(len(labels) for _, labels in data):.1%} of its own tokens right")
    return at


def forward(at: dict[str, Any], ids: Any) -> tuple[Any, Any, Any]:
    """Windows, hidden values, logits."""
    rows = np.pad(at["words"][ids], ((1, 1), (0, 0)))
    windows = np.concatenate([rows[:-2], rows[1:-1], rows[2:]], axis=1)
    hidden = np.maximum(windows @ at["conv"] + at["bias"], 0)
    return windows, hidden, hidden @ at["out"] + at["base"]


def slopes(at: dict[str, Any], ids: Any, labels: Any) -> dict[str, Any]:
    """Of the cross entropy."""
    windows, hidden, logits = forward(at, ids)
    share = np.exp(logits - logits.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    share[np.arange(len(ids)), labels] -= 1
    share /= len(ids)
    behind = (share @ at["out"].T) * (hidden > 0)
    rows = (behind @ at["conv"].T).reshape(len(ids), 3, WIDTH)
    words = np.zeros_like(at["words"])
    for shift in (-1, 0, 1):
        inside = slice(max(0, -shift), len(ids) - max(0, shift))
        np.add.at(words, ids[inside.start + shift : inside.stop + shift], rows[inside, 1 + shift])
    return {
        "words": words,
        "conv": windows.T @ behind,
        "bias": behind.sum(0),
        "out": hidden.T @ share,
        "base": share.sum(0),
    }


def graph(
    nodes: list[Any], inputs: list[str], output: tuple[str, int], weights: dict[str, Any], kind: str = "INT64"
) -> bytes:
    """An ONNX model of token ids."""
    onnx = import_module("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    made = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, getattr(kinds, kind), ["batch", "sequence"]) for name in inputs],
        [
            helper.make_tensor_value_info(
                output[0], kinds.FLOAT, ["batch", "sequence", output[1]][: 2 + (output[1] > 0)]
            )
        ],
        [onnx.numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def classifier(at: dict[str, Any]) -> bytes:
    """The model as a graph: gather, convolution, matrix product."""
    node = import_module("onnx").helper.make_node
    kernel = at["conv"].reshape(3, WIDTH, FILTERS).transpose(2, 1, 0)
    nodes = [
        node("Gather", ["words", "input_ids"], ["rows"]),
        node("Cast", ["attention_mask"], ["there"], to=1),
        node("Unsqueeze", ["there", "last"], ["mask"]),
        node("Mul", ["rows", "mask"], ["shown"]),
        node("Transpose", ["shown"], ["across"], perm=[0, 2, 1]),
        node("Conv", ["across", "kernel", "bias"], ["filtered"], pads=[1, 1]),
        node("Relu", ["filtered"], ["bent"]),
        node("Transpose", ["bent"], ["hidden"], perm=[0, 2, 1]),
        node("MatMul", ["hidden", "out"], ["sums"]),
        node("Add", ["sums", "base"], ["logits"]),
    ]
    weights = {"words": at["words"], "kernel": kernel, "bias": at["bias"], "out": at["out"], "base": at["base"]}
    arrays = {name: np.ascontiguousarray(value, dtype="float32") for name, value in weights.items()}
    arrays["last"] = np.array([2], dtype="int64")
    return graph(nodes, ["input_ids", "attention_mask"], ("logits", 2), arrays)


def others() -> dict[str, bytes]:
    """Graphs without anything learned: a token scores the last decimal of its id."""
    node = import_module("onnx").helper.make_node
    ten = {"ten": np.array(10, dtype="int64"), "tenth": np.array(0.1, dtype="float32")}
    tail = [node("Mod", ["input_ids", "ten"], ["rest"]), node("Cast", ["rest"], ["value"], to=1)]
    one = [*tail, node("Mul", ["value", "tenth"], ["final_scores"])]
    large = [*tail, node("Identity", ["value"], ["final_scores"])]
    logit = [*tail, node("Unsqueeze", ["value", "two"], ["logits"])]
    short = [node("Cast", ["input_ids"], ["ids"], to=7), node("Mod", ["ids", "ten"], ["rest"]), *one[1:]]
    both = [node("Add", ["input_ids", "pixel_values"], ["sum"]), node("Cast", ["sum"], ["final_scores"], to=1)]
    return {
        "scores.onnx": graph(one, ["input_ids"], ("final_scores", 0), ten),
        "one_logit.onnx": graph(logit, ["input_ids"], ("logits", 1), {"ten": ten["ten"], "two": np.array([2])}),
        "int32.onnx": graph(short, ["input_ids"], ("final_scores", 0), ten, "INT32"),
        "no_probabilities.onnx": graph(large, ["input_ids"], ("final_scores", 0), {"ten": ten["ten"]}),
        "other_inputs.onnx": graph(both, ["input_ids", "pixel_values"], ("final_scores", 0), {}),
    }


def main() -> None:
    """Train, and write all files."""
    paragraphs = texts()
    made = tokenizer(paragraphs)
    at = train(examples(made, paragraphs), made.get_vocab_size())
    TARGET.mkdir(exist_ok=True)
    (TARGET / "model.onnx").write_bytes(classifier(at))
    (TARGET / "tokenizer.json").write_text(made.to_str(), encoding="utf-8")
    config = {"id2label": {"0": "drop", "1": "keep"}, "max_position_embeddings": TOKENS, "model_type": "tiny"}
    (TARGET / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    (TARGET / "others").mkdir(exist_ok=True)
    for name, content in others().items():
        (TARGET / "others" / name).write_bytes(content)


if __name__ == "__main__":
    main()

"""`headroom compress`: a text or a list of messages in, the same out, shorter."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

import click

from headroom import markers
from headroom._decision import OWN
from headroom.cli import _shared
from headroom.engine import Headroom
from headroom.result import BlockReport, CompressResult, TextResult
from headroom.wire import openai_responses

_HELD = ("messages", "input", "contents")
"""Under which key requests hold their messages: OpenAI chat and Anthropic, OpenAI responses, Gemini."""
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function", "model"})


@click.command("compress", context_settings=_shared.CONTEXT)
@click.argument("file", default="-", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--tool", metavar="NAME", help="The tool that printed the text, e.g. bash or read_file.")
@click.option("--command", metavar="CMD", help="The shell command that printed the text, e.g. 'git diff'.")
@click.option("--path", metavar="PATH", help="The file that the text was read from.  [default: FILE]")
@click.option("--query", metavar="WORDS", help="What the reader is after. Lines with these words are shown.")
@click.option("--keep", metavar="TEXT", multiple=True, help="Lines with this text stay exact. May be given often.")
@click.option(
    "--profile",
    type=click.Choice(_shared.PROFILES),
    default="safe",
    show_default=True,
    help="How much may be left out. What is left out can be retrieved under each of them.",
)
@click.option("--lossless", is_flag=True, help="Leave nothing out: write the same shorter, or not at all.")
@click.option("--budget", metavar="TOKENS", type=click.IntRange(min=1), help="The result has at most so many tokens.")
@click.option("--model", metavar="NAME", help="Whose tokens to count. Without it, those of o200k_base, as an estimate.")
@click.option(
    "--text-model",
    metavar="DIR",
    help="A token classifier (ONNX, tokenizer.json, config.json) that picks the words of prose that go; with the extra ml."
    " The lines of a FILE stay whole: pipe prose in.  [default: $HEADROOM_TEXT_MODEL, or none]",
)
@click.option("--messages/--text", "as_messages", default=None, help="What the input is.  [default: found out]")
@click.option("--json", "as_json", is_flag=True, help="Print the result with its figures and reasons as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="No summary on stderr.")
@_shared.store_option
@click.pass_context
def command(ctx: click.Context, /, file: str, store: str | None, as_json: bool, quiet: bool, **given: Any) -> None:
    """Shorten a text, or the tool results in a list of messages.

    FILE is read, or stdin. A JSON list of messages (OpenAI, Anthropic, Gemini), or a request that holds one, comes back as
    such; everything else is one text. The result goes to stdout, one line about it to stderr; the original is kept, and
    the id in the first line of the result retrieves it. What cannot be made shorter comes back as it was. Bytes that are
    no UTF-8 pass unharmed.

    \b
    Examples:
      headroom compress server.log
      git diff main | headroom compress --command "git diff" --profile balanced
      kubectl get pods -A -o json | headroom compress --query "crash restart"
      headroom compress messages.json --messages --budget 50000 > shorter.json
    """  # noqa: D301  # click reads \b as "do not wrap"
    text = _shared.read(file)
    request = _request(text, given.pop("as_messages"))
    engine = _shared.engine(ctx, store, profile=given.pop("profile"), text_model=given.pop("text_model"))
    options = {"elide": not given.pop("lossless"), "keep": given.pop("keep")}
    if given["path"] is None and file != "-":
        given["path"] = file
    result: CompressResult[Any] | TextResult
    if request is None:
        result = _of_text(engine, text, given | options)
        report, shown = _text_report(result), result.text
        if text.endswith("\n") and not shown.endswith("\n"):
            shown += "\n"  # as the input: what comes next in a pipe begins a line
    else:
        for name in ("tool", "command", "path"):
            if given.pop(name) is not None and name != "path":
                raise click.UsageError(f"--{name} goes with a text; messages say themselves which tool was called")
        given["model"] = given["model"] or request.model
        result = engine.compress(request.messages, **given, **options)
        report, shown = _messages_report(result), _shared.to_json(request.holding(result.messages))
    _show(_shared.to_json(report) if as_json else shown, as_json or request is not None, quiet, result)


def _of_text(engine: Headroom, text: str, given: dict[str, Any]) -> TextResult:
    """A text that we printed is recognised without the line end that we put behind it."""
    if text.endswith("\n") and markers.head(text) is not None:
        result = engine.compress_text(text[:-1], **given)
        if result.block.reason == OWN:
            return result
    return engine.compress_text(text, **given)


def _show(text: str, is_json: bool, quiet: bool, result: CompressResult[Any] | TextResult) -> None:
    """Where stdout is a terminal the summary stands last, where a person looks; else first, so that it never runs into
    the text."""
    on_terminal = sys.stdout.isatty()
    if not quiet and not on_terminal:
        _summary(result)
    _shared.write(f"{text}\n" if is_json else text)
    if not quiet and on_terminal:
        _summary(result)


def _summary(result: CompressResult[Any] | TextResult) -> None:
    about = " (estimated)" if result.estimated else ""
    after = f"{result.tokens_before:,} → {result.tokens_after:,} tokens{about}, {_shared.share(result.savings)} saved"
    if isinstance(result, CompressResult):
        changed = f"{len(result.changed)} of {_shared.plural(len(result.blocks), 'text')} shortened"
        _shared.note(f"{after} · {changed}")
    elif result.block.action == "unchanged":
        _shared.note(f"{_shared.plural(result.tokens_before, 'token')}{about}, unchanged: {result.block.reason}")
    else:
        marker = markers.head(result.text)
        how = "" if marker is None else f", {marker.summary}"
        _shared.note(f"{after} · {result.block.compressor}{how} · {result.id}")
    said = result.block.reason if isinstance(result, TextResult) else ""
    for warning in result.warnings:
        if warning != said:
            _shared.note(f"warning: {warning}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A list of messages, and the request that held it under `key`, where one did."""

    messages: list[Any]
    body: dict[str, Any] = field(default_factory=dict)
    key: str = ""

    @property
    def model(self) -> str | None:
        """The model that the request names."""
        model = self.body.get("model")
        return model if isinstance(model, str) else None

    def holding(self, messages: list[Any]) -> Any:
        """The same with these messages."""
        return {**self.body, self.key: messages} if self.key else messages


def _request(text: str, wanted: bool | None) -> _Request | None:
    """The messages that the text is or holds, or None where it is an ordinary text."""
    if wanted is False or (wanted is None and text.lstrip()[:1] not in ("[", "{")):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if wanted:
            raise click.UsageError(f"--messages: the input is no JSON ({error})") from error
        return None
    if isinstance(value, list) and (wanted or _look_like_messages(value)):
        return _Request(messages=value)
    if isinstance(value, dict):
        for key in _HELD:
            if isinstance(value.get(key), list) and (wanted or _look_like_messages(value[key])):
                return _Request(messages=value[key], body=value, key=key)
    if wanted:
        raise click.UsageError("--messages: the input is no JSON list, and no request with messages, input or contents")
    return None


def _look_like_messages(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(message, dict) and _looks_like_message(message) for message in value)


def _looks_like_message(message: dict[str, Any]) -> bool:
    role = message.get("role")
    if isinstance(role, str):
        return role in _ROLES and not message.keys().isdisjoint(_CONTENT)
    return openai_responses.is_sign(message)


_CONTENT = ("content", "tool_calls", "function_call", "parts")


def _counts(result: CompressResult[Any] | TextResult) -> dict[str, Any]:
    return {
        "tokens_before": result.tokens_before,
        "tokens_after": result.tokens_after,
        "tokens_saved": result.tokens_saved,
        "estimated": result.estimated,
        "tokenizer": result.tokenizer,
        "warnings": list(result.warnings),
    }


def _block(block: BlockReport) -> dict[str, Any]:
    return {**asdict(block), "path": list(block.path), "elided": dict(block.elided)}


def _text_report(result: TextResult) -> dict[str, Any]:
    block = _block(result.block)
    del block["path"], block["role"]
    return {"text": result.text, **block, **_counts(result)}


def _messages_report(result: CompressResult[Any]) -> dict[str, Any]:
    return {"messages": result.messages, "blocks": [_block(b) for b in result.blocks], **_counts(result)}

"""Provider JSON in, `Conversation` out, and back: one module per provider's shape, `parse` and `render` are inverses.

`detect` tells by their content which shape messages have; `named` takes a caller's word for it. Nothing in this package
talks to a provider.
"""

from __future__ import annotations

from typing import Any

from headroom.exceptions import ConfigError
from headroom.wire import anthropic_messages, gemini, openai_chat, openai_responses
from headroom.wire._api import WireFormat, listed

__all__ = ["FORMATS", "WireFormat", "detect", "named"]

FORMATS: tuple[WireFormat, ...] = (openai_chat, openai_responses, anthropic_messages, gemini)

# Gemini first: its old role "function" is also one of OpenAI's.
_SIGNS = (gemini, openai_responses, openai_chat, anthropic_messages)


def detect(messages: Any) -> WireFormat:
    """The format of `messages`, decided by the first message that only one format can have written.

    Plain texts are the same in OpenAI's and Anthropic's formats and are read as OpenAI chat, so messages that are appended
    never change how the texts before them are read. Whether all messages have the format's shape is for `parse` to say.

    Raises:
        MessageFormatError: not a list or tuple.
    """
    for message in listed(messages):
        for form in _SIGNS:
            if form.is_sign(message):
                return form
    return openai_chat


def named(name: str) -> WireFormat:
    """The format of this name.

    Raises:
        ConfigError: there is none.
    """
    for form in FORMATS:
        if form.name == name:
            return form
    raise ConfigError(f"shape={name!r} is unknown; use one of {', '.join(form.name for form in FORMATS)}")

"""Provider JSON in, `Conversation` out, and back: one module per provider's shape, `parse` and `render` are inverses.

`detect` tells by their content which shape messages have. Nothing in this package talks to a provider.
"""

from __future__ import annotations

from typing import Any

from headroom.wire import anthropic_messages, openai_chat
from headroom.wire._api import WireFormat, checked

__all__ = ["WireFormat", "detect"]


def detect(messages: Any) -> WireFormat:
    """The format of `messages`, decided by the first message that only one format can have written.

    Plain texts are the same in both and are read as OpenAI chat, so messages that are appended never change how the
    texts before them are read.

    Raises:
        MessageFormatError: not a list or tuple of mappings that each have a string `role`.
    """
    for message in checked(messages):
        if openai_chat.is_sign(message):
            return openai_chat
        if anthropic_messages.is_sign(message):
            return anthropic_messages
    return openai_chat

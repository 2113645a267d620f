"""Which reader of answers belongs to which wire shape."""

from __future__ import annotations

from collections.abc import Mapping

from headroom.proxy import _chat, _gemini, _messages, _responses
from headroom.proxy._turns import Dialect

DIALECTS: Mapping[str, Dialect] = {
    "openai_chat": _chat,
    "anthropic_messages": _messages,
    "openai_responses": _responses,
    "gemini": _gemini,
}
"""Wire shape -> how its answers are read. The tool is offered in these shapes."""

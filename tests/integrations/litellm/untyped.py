"""LiteLLM for tests: type checkers do not see many of its public names, which it makes when they are first used."""

from __future__ import annotations

from typing import Any

import litellm as _litellm

litellm: Any = _litellm

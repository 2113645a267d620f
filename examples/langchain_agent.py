"""An agent with `HeadroomMiddleware`: it reads a short log and gets a detail back that the short log does not show.

The model is scripted, so that this runs without a key; put your own in its place. Needs 'headroom-context[langchain-agents]'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.tools import tool

from headroom import MemoryStore
from langchain_headroom import HeadroomCallbackHandler, HeadroomMiddleware


@tool
def read_log(service: str) -> str:
    """Read the log of a service."""
    lines = [
        f"10:{n // 60:02d}:{n % 60:02d} INFO {service}-{n % 4} job {n} done in {n * 7 % 90} ms" for n in range(1500)
    ]
    return "\n".join([*lines, f"10:25:00 INFO {service}-2 skipped job 77: quota of tenant acme is used up"])


class Scripted(GenericFakeChatModel):
    """Reads the log, asks for one job of which the short log shows nothing, and says what it got."""

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        """Takes any tools."""
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Any:
        self.messages = iter([step(messages)])
        return super()._generate(messages, *args, **kwargs)


def step(messages: list[BaseMessage]) -> AIMessage:
    """What a model would say next."""
    last = messages[-1]
    if not isinstance(last, ToolMessage):
        return AIMessage("", tool_calls=[{"name": "read_log", "args": {"service": "api"}, "id": "1"}])
    marker = re.match(r"\[headroom (hr_\w+)", str(last.content))
    if marker is not None:
        arguments = {"id": marker[1], "grep": "job 1234 "}
        return AIMessage("", tool_calls=[{"name": "headroom_retrieve", "args": arguments, "id": "2"}])
    return AIMessage(str(last.content).splitlines()[-1])


def main() -> None:
    """Run the agent and show what it read."""
    middleware = HeadroomMiddleware(store=MemoryStore())  # without store= originals go to ~/.headroom
    agent: Any = create_agent(Scripted(messages=iter(())), [read_log], middleware=[middleware])
    handler = HeadroomCallbackHandler()
    given = {"messages": [{"role": "user", "content": "Look at the log of the api."}]}
    messages = agent.invoke(given, {"callbacks": [handler]})["messages"]
    for message in messages:
        if isinstance(message, ToolMessage):
            print(f"{message.name} said, {len(str(message.content)):,} characters:")
            print("\n".join(f"    {line[:110]}" for line in str(message.content).splitlines()))
    print(f"The agent answers: {messages[-1].content}")
    print(f"Saved in {handler.total.requests} requests: about {handler.total.tokens_saved:,} tokens")


if __name__ == "__main__":
    main()

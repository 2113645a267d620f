"""An agent on LiteLLM with `litellm.callbacks = ["headroom"]`: it reads a short log, and its model gets a detail back that
the short log does not show.

The model is scripted, a provider of LiteLLM's own kind, so that this runs without a key; put your own in its place. Needs
'headroom-context[litellm]'; the detail comes back in the same call with litellm 1.106 or later.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import litellm
from litellm import ModelResponse
from litellm.llms.custom_llm import CustomLLM

import litellm_headroom


def read_log(service: str) -> str:
    """Read the log of a service."""
    lines = [
        f"10:{n // 60:02d}:{n % 60:02d} INFO {service}-{n % 4} job {n} done in {n * 7 % 90} ms" for n in range(1500)
    ]
    return "\n".join([*lines, f"10:25:00 INFO {service}-2 skipped job 77: quota of tenant acme is used up"])


TOOL = {
    "type": "function",
    "function": {
        "name": "read_log",
        "description": "Read the log of a service.",
        "parameters": {"type": "object", "properties": {"service": {"type": "string"}}, "required": ["service"]},
    },
}


class Scripted(CustomLLM):
    """Reads the log, asks for one job of which the short log shows nothing, and says what it got."""

    async def acompletion(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """What a model would say next."""
        last = kwargs["messages"][-1]
        if last["role"] != "tool":
            return call("read_log", service="api")
        print(f"The model reads {len(last['content']):,} characters:")
        print("\n".join(f"    {line[:110]}" for line in last["content"].splitlines()[:9]))
        tools = {tool["function"]["name"] for tool in kwargs["optional_params"].get("tools", ())}
        marker = re.match(r"\[headroom (hr_\w+)", last["content"])
        if marker is not None and "headroom_retrieve" in tools:
            return call("headroom_retrieve", id=marker[1], grep="job 1234 ")
        (detail,) = re.findall(r"job 1234 done in \d+ ms", last["content"])
        return response({"content": f"It was: {detail}"})


def call(name: str, **arguments: Any) -> ModelResponse:
    """The model calls a tool."""
    function = {"name": name, "arguments": json.dumps(arguments)}
    return response({"content": None, "tool_calls": [{"id": f"call_{name}", "type": "function", "function": function}]})


def response(message: dict[str, Any]) -> ModelResponse:
    """What a provider answers."""
    return ModelResponse(choices=[{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}])


async def main() -> None:
    """Run the agent: as long as the model calls tools, it gets their results."""
    litellm.custom_provider_map = [{"provider": "scripted", "custom_handler": Scripted()}]
    litellm.callbacks = ["headroom"]  # since litellm_headroom was imported

    messages: list[Any] = [{"role": "user", "content": "How long did the jobs of the api take?"}]
    while True:
        answer = (await litellm.acompletion(model="scripted/model", messages=messages, tools=[TOOL])).choices[0].message
        if not answer.tool_calls:
            break
        (wanted,) = answer.tool_calls
        output = read_log(**json.loads(wanted.function.arguments))
        messages += [answer, {"role": "tool", "tool_call_id": wanted.id, "content": output}]
    print(f"The agent answers: {answer.content}")
    assert not litellm_headroom.faults()


if __name__ == "__main__":
    asyncio.run(main())

"""A stand-in for an agent: it finds its provider where the real one documents it, and does what its arguments say.

ask                 one request with a long tool result, in the wire shape of the provider; prints the answer
exit CODE           end with this code
echo                copy stdin to stdout
wait                print "waiting", then wait for a signal; SIGTERM ends it with code 7
ask-twice           ask, print "asked", wait for a line on stdin, ask again
show FILE           print a file
"""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.request
from pathlib import Path
from typing import Any

LOG = "".join(f"2026-03-01 10:00:{n % 60:02d} INFO worker-{n % 4} job {n} done in {n % 97} ms\n" for n in range(400))


def base() -> tuple[str, str]:
    """The provider and its base URL."""
    name = Path(sys.argv[0]).name
    env = os.environ
    if name == "claude":
        return "anthropic", env["ANTHROPIC_BASE_URL"]
    if name == "codex":
        key, _, value = next(a for a in sys.argv if "base_url=" in a).partition("=")
        assert key == "openai_base_url"
        return "openai", str(json.loads(value))
    if name == "gemini":
        return "gemini", env["GOOGLE_GEMINI_BASE_URL"]
    if name == "aider":
        return "chat", env["OPENAI_API_BASE"]
    if name == "opencode":
        options = json.loads(env["OPENCODE_CONFIG_CONTENT"])["provider"]["anthropic"]["options"]
        return "anthropic", str(options["baseURL"]).removesuffix("/v1")
    return "chat", env["COPILOT_PROVIDER_BASE_URL"]


def request(provider: str) -> tuple[str, dict[str, Any]]:
    """A path below the base URL and a body: a user asks, a tool has printed the log."""
    call: dict[str, Any]
    result: dict[str, Any]
    if provider == "anthropic":
        call = {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "cat app.log"}}
        result = {"type": "tool_result", "tool_use_id": "t1", "content": LOG}
        turns: list[dict[str, Any]] = [{"role": "user", "content": "?"}, {"role": "assistant", "content": [call]}]
        tools: list[dict[str, Any]] = [{"name": "Bash", "input_schema": {"type": "object"}}]
        return "/v1/messages", {
            "model": "claude-x",
            "max_tokens": 9,
            "tools": tools,
            "messages": [*turns, {"role": "user", "content": [result]}],
        }
    if provider == "openai":
        call = {
            "type": "function_call",
            "call_id": "c1",
            "name": "shell",
            "arguments": '{"command": ["cat", "app.log"]}',
        }
        result = {"type": "function_call_output", "call_id": "c1", "output": LOG}
        return "/responses", {"model": "gpt-x", "input": [{"role": "user", "content": "?"}, call, result]}
    if provider == "gemini":
        call = {"functionCall": {"name": "run_shell_command", "args": {"command": "cat app.log"}}}
        result = {"functionResponse": {"name": "run_shell_command", "response": {"output": LOG}}}
        turns = [{"role": "user", "parts": [{"text": "?"}]}, {"role": "model", "parts": [call]}]
        tools = [{"functionDeclarations": [{"name": "run_shell_command"}]}]
        return "/v1beta/models/gemini-x:generateContent", {
            "contents": [*turns, {"role": "user", "parts": [result]}],
            "tools": tools,
        }
    call = {"id": "c1", "type": "function", "function": {"name": "bash", "arguments": '{"command": "cat app.log"}'}}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
    ]
    return "/chat/completions", {
        "model": "gpt-x",
        "messages": [*messages, {"role": "tool", "tool_call_id": "c1", "content": LOG}],
    }


def ask() -> None:
    provider, address = base()
    path, body = request(provider)
    headers = {"content-type": "application/json", "authorization": "Bearer the-key"}
    asked = urllib.request.Request(address + path, json.dumps(body).encode(), headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(asked, timeout=60) as answer:
        print(answer.status, flush=True)


def main() -> int:
    verb = next((a for a in sys.argv[1:] if a in VERBS), "ask")
    rest = sys.argv[sys.argv.index(verb) + 1 :] if verb in sys.argv else []
    return VERBS[verb](rest) or 0


def wait(_rest: list[str]) -> int:
    done: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: done.append(number))
    signal.signal(signal.SIGINT, lambda _number, _frame: print("interrupted", flush=True))
    print("waiting", flush=True)
    while not done:
        signal.pause()
    return 7


def terminal(_rest: list[str]) -> int:
    try:
        print("on a terminal:", all(map(os.isatty, range(3))), flush=True)
        signal.pause()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    return 5


def ask_twice(_rest: list[str]) -> None:
    ask()
    print("asked", flush=True)
    sys.stdin.readline()
    ask()


VERBS: dict[str, Any] = {
    "ask": lambda _rest: ask(),
    "ask-twice": ask_twice,
    "exit": lambda rest: int(rest[0]),
    "echo": lambda _rest: sys.stdout.write(sys.stdin.read()) and 0,
    "wait": wait,
    "terminal": terminal,
    "show": lambda rest: print(Path(rest[0]).read_text(), end=""),
}

if __name__ == "__main__":
    sys.exit(main())

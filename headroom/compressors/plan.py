"""Plans and states of Terraform and OpenTofu: what is known only after they are applied stands on one line per block.

      + arn                = (known after apply)          + arn, id, public_ip = (known after apply)
      + id                 = (known after apply)          + ami = "ami-0abc"
      + ami                = "ami-0abc"
      + public_ip          = (known after apply)

Blanks that align values go. Every other line stays whole and in its place: what will be changed is what the reader must judge.
Terraform sorts attributes by name, so nothing is lost. Where something may be left out, resources of which the state was
read are counted. Above stand the router and the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._folds import Fold, pinned, render
from headroom.lines import FOLD
from headroom.messages import Hint

_SIGNS = (
    "Terraform will perform the following",
    "OpenTofu will perform the following",
    "Resource actions are indicated",
)
_STATE = re.compile(r"\s*# [\w.\[\]\"'/-]+:(?: \(tainted\))?\n(?:resource|data|ephemeral) \"")
"""How a state begins that is shown (`terraform show`, `state show`)."""
_UNKNOWN = re.compile(r"( +[+~-] )([\w\"./:-]+) += \(known after apply\)\Z")
_ALIGNED = re.compile(r"^( +(?:[+~-] |-/\+ |\+/- )?(?:[\w./:-]+|\"[^\"\n]*\")) {2,}= ", re.MULTILINE)
_RESOURCE = re.compile(r" +# (\S+) (?:will|must|has|is)\b")
_INNER = ("{", "[", "(", "}", "]", "EOT")
_FEW = 6
_READ_STATE = "..."
_READ = re.compile(
    r"\S.*: (?:Refreshing state|Refreshing|Reading)\.\.\.(?: \[id=.*\])?\Z|\S.*: Read complete after \S+(?: \[id=.*\])?\Z"
)
_TOGETHER = re.compile(r" +[+~-] \S+, .* = \(known after apply\)", re.MULTILINE)


class PlanCompressor:
    """Plans of changes to infrastructure, and the state of it. Each value of them is a fact: none is left out."""

    name = "PlanCompressor"
    kind = "diff"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 where the text says of itself that it is a plan, or begins as a state does that is shown."""
        head = text[:6_000]
        return 0.95 if any(sign in head for sign in _SIGNS) or _STATE.match(head) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The same with the unknown together and nothing aligned; itself where a line looks like one of ours."""
        if text.startswith(FOLD) or f"\n{FOLD}" in text or _TOGETHER.search(text):
            return Rendition(text=text)
        made = _without_reads(text, hint, limits)
        together = "\n".join(_together(made.text.split("\n")))
        body = together if "EOT" in text else _ALIGNED.sub(r"\1 = ", together)  # a quoted document's blanks are its own
        if limits.keep is not None and any(m[0] not in body for m in limits.keep.finditer(text)):
            return Rendition(text=text)
        said = ["attributes known after apply stand together per block"] if together != made.text else []
        said += ["values unaligned"] if body != together else []
        name = "state" if _STATE.match(text[:6_000]) else "plan"
        note = "; ".join(filter(None, (made.note, f"{name}: {', '.join(said)}" if said else "")))
        made = replace(made, text=body, note=note)
        return made if len(body) + len(note) < len(text) else Rendition(text=text)


def _without_reads(text: str, hint: Hint, limits: Limits) -> Rendition:
    """The text without lines that say only that the state of a resource was read."""
    source = text.split("\n")
    if limits.effort < Effort.LIGHT or _READ_STATE not in text:
        return Rendition(text=text)
    pins = pinned(text, source, hint, limits)
    folds: list[Fold] = []
    first = -1
    for i, line in enumerate([*source, ""]):
        if i not in pins and _READ.match(line):
            first = i if first < 0 else first
        elif first >= 0:
            folds.append(Fold(first, i - 1, f"{i - first} × state read"))
            first = -1
    return render(source, folds, limits.first_line)


def _together(lines: Sequence[str]) -> Iterator[str]:
    """The lines, unknown attributes of one block and sign at the place of the first of them; a long list of them that
    stood above already is named by the resource that it stood in."""
    told: dict[str, str] = {}
    resource = ""
    at = 0
    while at < len(lines):
        m = _UNKNOWN.match(lines[at])
        if m is None:
            head = _RESOURCE.match(lines[at])
            resource = head[1] if head is not None else resource
            yield lines[at]
            at += 1
            continue
        names, rest, at = _block(lines, at, m[1])
        listed = ", ".join(names)
        if len(names) < _FEW or told.setdefault(listed, resource) == resource:
            yield f"{m[1]}{listed} = (known after apply)"
        else:
            yield f"{m[1]}the {len(names)} of {told[listed]} = (known after apply)"
        yield from rest


def _block(lines: Sequence[str], at: int, sign: str) -> tuple[list[str], list[str], int]:
    """From the first unknown attribute to the end of its block: their names, the other lines, and where the block ends: at
    a line that is indented less, or that begins or ends an inner one."""
    names: list[str] = []
    rest: list[str] = []
    while at < len(lines):
        line = lines[at]
        m = _UNKNOWN.match(line)
        if m is not None and m[1] == sign:
            names.append(m[2])
        elif line[: len(sign)].strip(" +~-") or not line.strip() or line.endswith(_INNER):
            break
        else:
            rest.append(line)
        at += 1
    return names, rest, at

r"""What a terminal shows of a program's output: no colours, and of a line that was written again and again its last state.

Line ends stay, so a line keeps its number. Codes that move the cursor to other lines are left out, not followed. Stands
beside `lines`; the router and retrieval use it, neither stores what it returns in place of the original.
"""

from __future__ import annotations

import re

__all__ = ["plain"]

_CODE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[PX^_][^\x1b\n]*\x1b\\|[()*+#%][0-~]|[0-OQ-WYZ\\`-~])"
)
"""CSI (colours, cursor), OSC (titles, links), DCS and the like, codes of two characters."""
_CLEARED = re.compile(r"\x1b\[[02]?K")
_ERASED = "\x1b[2K"
_TAKEN_BACK = re.compile(r"[^\x08]\x08")
_MOST_TAKEN_BACK = 100


def plain(text: str) -> str:
    """`text` as it stands on a screen; linear in it."""
    if "\x08" in text or ("\r" in text and "\r" in text.replace("\r\n", "\n")):
        text = "\n".join(map(_last_state, text.split("\n")))
    return _CODE.sub("", text) if "\x1b" in text else text


def _last_state(line: str) -> str:
    """What is left when each carriage return goes back to the start of the line and writes over what stands there."""
    end = "\r" if line.endswith("\r") else ""
    written = line.rstrip("\r")
    if "\r" not in written and "\x08" not in written:
        return line
    shown = ""
    for part in reversed(written.split("\r")):
        typed = _typed(_CODE.sub("", part.rpartition(_ERASED)[2]))
        if len(typed) > len(shown):
            shown += typed[len(shown) :]
        if _CLEARED.search(part):
            break
    return shown.rstrip(" ") + end


def _typed(part: str) -> str:
    """Backspaces take the characters before them back."""
    if "\x08" not in part:
        return part
    for _ in range(_MOST_TAKEN_BACK):
        part, taken = _TAKEN_BACK.subn("", part)
        if not taken:
            break
    return part.replace("\x08", "")

r"""What a terminal shows of a program's output in the end: no colours, and of a line that was written again and again what
is left of it.

Line ends stay, so a line keeps its number. Codes that move the cursor to other lines are left out, not followed. A state
that is no earlier form of the next one stays, though a terminal would have written over it: it may be the error that a
progress bar hid. Stands beside `lines`; the router and retrieval use it, neither stores what it returns in place of the
original.
"""

from __future__ import annotations

import re
from itertools import pairwise

__all__ = ["is_progress", "left_out", "plain"]

_CODE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[PX^_][^\x1b\n]*\x1b\\|[()*+#%][0-~]|[0-OQ-WYZ\\`-~])"
)
"""CSI (colours, cursor), OSC (titles, links), DCS and the like, codes of two characters."""
_TAKEN_BACK = re.compile(r"[^\x08\n\r]\x08")
_MOST_TAKEN_BACK = 100
_CHANGING = re.compile(r"[\d.,:?]+|[━╸╺─█▏▎▍▌▋▊▉░▒▓=#>. \-|/\\⠁-⣿]+")
"""What differs between two states of a line of progress."""
_ALIKE = 6
"""So many other characters, at the beginning, tell that two are states of one line; or all, and a percentage."""
_NUMBER = r"[\d.]+[kKMGTPi]*B?"
_BAR = re.compile(r"(?:[^|\n]{0,60}: ?)?\s*\d{1,3}%\|[^|\n]*\|.*")
"""Of tqdm."""
_PROGRESS = re.compile(
    rf"\s*\d{{1,3}}\s+{_NUMBER}\s+\d{{1,3}}\s+{_NUMBER}\s+\d{{1,3}}\s+{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}(?:\s+[-\d:]{{7,}}){{3}}\s+{_NUMBER}"
    r"|\s*% Total\s+% Received.*|\s*Dload\s+Upload\s.*"  # curl
    r"|\s*\d+[KM] [ .,]{10,}\d{1,3}% .*"  # wget
    r"|[0-9a-f]{12}: (?:Pulling fs layer|Waiting|Verifying Checksum|Download complete|Downloading .*|Extracting .*)"
    r"|(?:remote: )?(?:Counting|Compressing|Receiving|Resolving|Writing|Updating|Unpacking|Enumerating) \w+:\s+\d{1,3}% (?!.*done).*"
    r"|\s*[━╸╺─█▏▎▍▌▋▊▉░▒▓=#>. -]{10,}\s+\d.*(?:eta|ETA|/s)\b.*"  # pip, rich
    r"|running \(\d+[hms\d.]*\), \d+/\d+ VUs, \d+ complete and 0 interrupted iterations"  # k6
    r"|[\w.-]+ +(?:[✓↓] )?\[[ =>-]* *\d{1,3}% [ =>-]*\] .*(?:VUs|iters/s|shared iters).*"
    r"|Completed \d+ requests"  # ab
    r"|\s*[⠁-⣿|/\\-]\s*"
)
_LONGEST = 400


def plain(text: str) -> str:
    """`text` as it stands on a screen; linear in it."""
    if "\x1b" in text:
        text = _CODE.sub("", text)
    if "\x08" in text:
        text = _typed(text)
    if "\r" not in text or text.count("\r") == text.count("\r\n"):
        return text
    return "\n".join([_last_states(line) if "\r" in line[:-1] else line for line in text.split("\n")])


def left_out(text: str, shown: str) -> str:
    """What `plain` left out, in words; "" for nothing."""
    if len(shown) == len(text):
        return ""
    what = ["colours"] if "\x1b" in text else []
    if "\x08" in text or text.count("\r") != shown.count("\r"):
        what.append("overwritten text")
    return f"{' and '.join(what)} left out"


def is_progress(line: str) -> bool:
    """Whether a line says only how far something has come."""
    if len(line) > _LONGEST:
        return False
    line = line.rstrip()
    return _PROGRESS.fullmatch(line) is not None or ("%|" in line and _BAR.fullmatch(line) is not None)


def _typed(text: str) -> str:
    """Backspaces take the characters before them back."""
    for _ in range(_MOST_TAKEN_BACK):
        text, taken = _TAKEN_BACK.subn("", text)
        if not taken:
            break
    return text


def _last_states(line: str) -> str:
    """The line without the states that the next one has overwritten. A return may also stand for a line's end."""
    states = line.split("\r")
    left = [state for state, following in pairwise(states) if state.strip() and not _alike(state, following)]
    return "\r".join([*left, states[-1]])


def _alike(state: str, following: str) -> bool:
    """Whether the second overwrites the first: both are progress, or begin alike but for figures and bars."""
    if is_progress(state) and (is_progress(following) or not following.strip()):
        return True
    mask, after = (_CHANGING.sub("", line[:_LONGEST])[:_ALIKE] for line in (state, following))
    return mask == after and (len(mask) == _ALIKE or ("%" in state and "%" in following))

"""What people said, with the time at which they said it: captions, transcripts, chats. As `prose` shows them.

Where nothing may be left out, captions are written one cue a line (`_cue_lines`), chats below their days (`_day_lines`). Else
`_captions` and `_spoken` read what is said, and `_turns` shows it. Above stands `prose`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from headroom.compressors import _captions, _cue_lines, _day_lines, _spoken
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._lexical import asks_for_the_whole
from headroom.compressors._turns import shown

__all__ = ["is_recorded", "recorded"]


_CUES = re.compile(
    r"(?<![.\w])(?:timings?|timecodes?|time ?stamps?|cues?|subtitles?|captions?|srt|vtt|numbering|in sync|synchron\w*|overlap\w*|durations?"
    r"|milliseconds?)\b",
    re.IGNORECASE,
)
"""Who asks for these needs the cues, with their ends and numbers, and not only what is said. A file's name asks for nothing."""


def is_recorded(text: str) -> bool:
    """Whether a text is speech or chat with times, by its first lines."""
    return _captions.are_captions(text) or _spoken.is_spoken(text)


def recorded(
    text: str, query: str | None, limits: Limits, fewer: Callable[[str, Limits], Rendition]
) -> Rendition | None:
    """The rendition of such a text, the text itself where it is to stay; None where it turns out to be something else.

    `fewer` writes what is said in fewer words, which is asked for where no query chooses.
    """
    made: Rendition | None = None
    are_captions = _captions.are_captions(text)
    about_cues = are_captions and limits.room is None and query is not None and _CUES.search(query) is not None
    if limits.effort >= Effort.MEDIUM and not about_cues:
        turns = _captions.turns(text) if are_captions else _spoken.turns(text)
        if turns is None:
            return None
        asked = None if query and asks_for_the_whole(query, spoken=True) else query
        made = shown(turns, asked, limits, fewer)
    if made is not None and _all_kept(text, made.text, limits.keep):
        return made
    exact = _cue_lines.exactly(text) if are_captions else _day_lines.exactly(text)
    if exact is None or not _all_kept(text, exact[0], limits.keep):
        return Rendition(text=text)
    return Rendition(text=exact[0], note=exact[1])


def _all_kept(text: str, made: str, keep: re.Pattern[str] | None) -> bool:
    return keep is None or all(m[0] in made for m in keep.finditer(text))

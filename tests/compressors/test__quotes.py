"""Mails that quote the ones before them."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import BUILTIN
from headroom.compressors._api import Effort, Limits
from headroom.compressors._quotes import fold, is_thread
from headroom.compressors._router import ContentRouter
from headroom.messages import Hint

_REFERENCE = re.compile(r"⋯ lines? (\d+)(?:-(\d+))? = lines? (\d+)(?:-(\d+))? behind (\".*\")\Z")
MAILS = [
    "Dear Ann,\n\nhere is our offer for the crane of quay 7:\n  crane   1   40 t\nIt is good until Friday.\n\nBest wishes\nBen",
    "Hi Ben,\n\ncan you deliver it in week 20? And without the hook, which we have already.\n\nAnn",
    "Hello Ann,\n\nyes, in week 20 and without the hook: that makes 4.700,00 less.\n\nBen",
    "Ordered, see the attachment. Our crane goes on Monday.\n\nAnn",
]


def thread(mails: list[str], mark: str = "> ") -> str:
    """Each mail quotes the one before it with all that that one quotes."""
    out: list[str] = []
    last = ""
    for n, mail in enumerate(mails):
        quote = "\n".join(f"{mark}{line}".rstrip(" ") if not line else f"{mark}{line}" for line in last.split("\n"))
        last = f"{mail}\n\nOn day {n}, the other one wrote:\n{quote}" if last else mail
        out.append(f"From: {'Ann' if n % 2 else 'Ben'}\nDate: {n}\n\n{last}\n")
    return "\n".join(out)


def decode(text: str) -> str:
    """What a reader makes of the references."""
    out: list[str] = []
    for line in text.split("\n"):
        found = _REFERENCE.match(line)
        if found is None:
            out.append(line)
            continue
        first, last = int(found[3]), int(found[4] or found[3])
        mark = json.loads(found[5])
        out += [mark + own if own.strip() else mark.rstrip() for own in out[first - 1 : last]]
    return "\n".join(out)


def test_what_a_mail_quotes_is_said_once() -> None:
    text = thread(MAILS)
    shown = fold(text, text.split("\n"), 1)
    assert shown is not None
    assert is_thread(text)
    assert len(shown) < 0.7 * len(text)
    assert decode(shown) == text
    assert 'behind "> "' in shown
    assert shown.count("can you deliver it in week 20?") == 1


def test_a_thread_is_shown_whole_though_a_question_is_asked() -> None:
    text = thread(MAILS * 2)
    made = ContentRouter(BUILTIN).compress(
        text, Hint(tool="read_thread", query="What was ordered?"), lambda _: Limits(effort=Effort.MEDIUM)
    )
    assert (made.name, made.rendition.lossless) == ("Kompress", True)
    assert decode(made.rendition.text) == text


LINES = st.lists(
    st.sampled_from(["a line of some forty characters, more or less", "b" * 50, "> c", ">", "", " ", "⋯ x"])
)


@given(st.lists(LINES.map("\n".join), max_size=5), st.sampled_from(["> ", ">", ">\t", "> > "]))
def test_a_thread_can_be_put_together_again(mails: list[str], mark: str) -> None:
    text = thread(mails, mark)
    shown = fold(text, text.split("\n"), 1)
    assert shown is None or decode(shown) == text


def test_many_marks_cost_no_more_than_their_length() -> None:
    text = "\n".join([">" * 50_000, "a", "> " * 30_000 + "a"] * 3)
    assert fold(text, text.split("\n"), 1) is None

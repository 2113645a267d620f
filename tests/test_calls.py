"""Calls: what a reader knows them by, and what was written in them."""

from __future__ import annotations

from headroom._calls import about, written
from headroom.messages import Hint

TEXT = "one line\n" * 40


def test_of_a_long_path_the_end_is_told_and_of_a_long_command_the_beginning() -> None:
    """What tells a call from others; the folder that a command moves to does not."""
    path = "/home/dev/" + "folder/" * 12 + "app.py"
    assert about(Hint(tool="Read", path=path)) == ", Read(…older/folder/folder/folder/folder/folder/app.py)"
    assert about(Hint(tool="Bash", command="cd /home/dev/project && make\n check")) == ", Bash(make check)"
    assert about(Hint(tool="Bash", command="cd /a; cd b && ls")) == ", Bash(ls)"
    command = "python -m pytest " + "tests/test_one.py " * 9
    assert about(Hint(tool="Bash", command=command)) == ", Bash(python -m pytest tests/test_one.py tests/test_o…)"


def test_a_call_without_path_or_command_is_told_by_its_first_text() -> None:
    """And one of which nothing is known not at all."""
    assert about(Hint(tool="ask", arguments={"n": 1, "question": "who?"})) == ", ask(who?)"
    assert about(Hint(tool="ask")) == ", ask()"
    assert about(Hint(path="a.py")) == ", tool(a.py)"
    assert about(Hint()) == ""


def test_what_was_written_is_told_with_its_place() -> None:
    """At any depth, each text once; short ones and those of one line are nothing that comes again."""
    edits = [{"old": "short", "new": TEXT + "1"}, {"new": TEXT + "2"}, {"new": TEXT + "1"}]
    hint = Hint(arguments={"edits": edits, "content": TEXT, "line": "x" * 999, "n": 3}, command="cat <<E\n" + TEXT)
    assert dict(written(hint)) == {
        "command": "cat <<E\n" + TEXT,
        "content": TEXT,
        "edits[2].new": TEXT + "1",
        "edits[1].new": TEXT + "2",
    }


def test_a_place_that_cannot_be_spelled_plainly_is_not_told() -> None:
    """Names are the sender's: one with blanks or a line end could be read as something else."""
    assert list(written(Hint(arguments={"a b": TEXT, "c\n": TEXT, "": TEXT, "ä": TEXT}))) == []


def test_the_command_is_told_once_whatever_its_argument_is_called() -> None:
    """Wire formats find it under many names."""
    assert list(written(Hint(command=TEXT, arguments={"cmd": TEXT}))) == [("command", TEXT)]

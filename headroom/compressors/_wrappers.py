"""What agents put around the output of a command: its exit code, the time it took, where the shell stands now.

`inside` says where the output itself lies, in whole lines, and `beside` where it begins or ends within a line. What stands around
it is short, tells the agent what happened and stays as it is. Nothing here changes a text. `_segments` stands above.
"""

from __future__ import annotations

import re

__all__ = ["beside", "inside"]

_HEADS = re.compile(
    r"(?:"
    # Codex CLI
    r"(?:Chunk ID: .*\n)?(?:Exit code: -?\d+\n)?(?:Wall time: .*\n)?(?:Process (?:exited with code -?\d+|running with .*)\n)?"
    r"(?:Original token count: \d+\n)?(?:Total output lines: \d+\n\n?)?Output:\n"
    # Claude Code
    r"|(?:Error: )?Exit code -?\d+\n"
    # SWE-agent and mini-SWE-agent
    r"|\[File: .* \(\d+ lines total\)\]\n(?:\(\d+ more lines? above\)\n)?"
    r"|<returncode>-?\d+</returncode>\n<output>\n"
    # Gemini CLI: the first line of the output stands beside the word
    r"|(?:<untrusted_context>\n)?(?:Command: .*\n)?(?:Directory: .*\n)?(?:Output|Stdout): .*\n"
    # Cursor, Cline, Roo Code
    r"|Exit code: -?\d+\n\n?Command output:\n\n?(?:```\n)?"
    r"|(?:\[\w+ for .*\] Result:\n+)?Command executed.*\n(?:Output:\n)?"
    # OpenCode; Claude Code's shells in the background
    r"|(?:<(\w+)>[^<\n]*</\1>\n+){0,6}<(?:file|content|output|stdout)>\n"
    # curl -i; curl -v, with what it says of the connection and of its progress
    r"|(?:HTTP/[\d.]+ \d{3}.*\n(?:[\w-]+: .*\n)*\r?\n)+"
    r"|(?=\* | +% Total .*\n.*\n\s{0,4}[-\d:.kMG ]{0,99}\* )(?:(?:[*<>] .*|[<>]|[{}] \[\d+ bytes data\]| +(?:% Total|Dload) .*|[ \d][-\d:.kMG ]*(?:\* .*)?|)\r?\n){4,}"
    r")"
)
_TAILS = re.compile(
    # All newlines or none, since each part of a long run would be tried otherwise; then what the tails begin with.
    r"\n(?<!\n\n)\n*(?!\n)(?=[S(<EBP`C\[{}* \d]|\s*\Z)(?:"
    r"Shell cwd was reset to .*"
    r"|(?:\(\d+ more lines? below\)\n)?\(Open file: .*\)\n\(Current directory: .*\)\n(?:\(Interactive session: .*\)\n)?bash-\$"
    r"|</(?:file|content|output|stdout)>(?:\n+<(?:stderr|bash_metadata|metadata|timestamp)>\n?[^<]*</\w+>){0,3}"
    r"|(?:Error: \(none\)\n)?(?:Exit Code: .*\n)?(?:Signal: .*\n)?(?:Background PIDs: .*\n)?(?:Process Group PGID: .*\n?)?"
    r"(?:</untrusted_context>)?"
    r"|(?:```\n\n?)?Command completed\b.*(?:\n+.*){0,3}"
    r"|\[(?:The command completed|Command finished) with exit code .*\](?:\n\[.*\]){0,4}"
    r"|(?:\[(?:Current working directory|Python interpreter): .*\]\n?){1,2}"
    r"|<exited with exit code -?\d+>"
    r"|(?:(?:[{}] \[\d+ bytes data\]|[ \d][-\d:.kMG ]*|\* .*)\r?\n)*\* Connection #\d+ to host \S+ left intact"
    r")\s*\Z"
)
_BESIDE = re.compile(r"(?:<untrusted_context>\n)?(?:Command: .*\n)?(?:Directory: .*\n)?(?:Output|Stdout): (?=\S)")
_INTACT = " left intact"
_LEFT_INTACT = re.compile(rf"(?<=[\]}}])\* Connection #\d+ to host \S+{_INTACT}\s*\Z")
_REMINDER = re.compile(r"\n\s*<system-reminder>(?:(?!</?system-reminder>)[\s\S])*</system-reminder>\s*\Z")
_REMINDS = "</system-reminder>"
_ENDS = (
    *("Shell cwd was", "\nbash-$", "</", "Exit Code: ", "Signal: ", "Background PIDs: ", "Process Group PGID: "),
    *("Command completed", "exit code ", "[Current working", "[Python interp", " left intact"),
)
"""Each tail holds one of these; looked for first, since most texts have none."""
_LAST = 600
_MOST = 6_000
"""Heads and tails are looked for in so many characters at either end."""


def inside(text: str) -> tuple[int, int]:
    """Offsets of the wrapped output, both at line ends; `(0, len(text))` where no wrapper is known."""
    head = _HEADS.match(text[:_MOST])
    start = head.end() if head is not None else 0
    end = len(text)
    for pattern in _last(text[-_LAST:]):
        near = max(start, end - _MOST)
        tail = pattern.search(text[near:end])
        if tail is not None and tail[0].strip():
            end = near + tail.start()
    return (start, end) if start < end else (0, len(text))


def _last(text: str) -> tuple[re.Pattern[str], ...]:
    """What may stand at the end of a text that ends like this."""
    if _REMINDS in text:
        return (_REMINDER, _TAILS, _REMINDER)
    return (_TAILS,) if any(map(text.__contains__, _ENDS)) else ()


def beside(text: str) -> tuple[int, int] | None:
    """Where the output lies, if it begins on the last line of what stands above it (Gemini CLI), or if what stands below begins on
    its last line (`curl -v` of a document that has no line end); else None."""
    head = _BESIDE.match(text[:_MOST])
    tail = (
        _LEFT_INTACT.search(text, max(0, len(text) - _LAST)) if text.endswith(_INTACT, 0, len(text.rstrip())) else None
    )
    if head is None and tail is None:
        return None
    start, end = inside(text)
    return (start if head is None else head.end()), (end if tail is None else tail.start())

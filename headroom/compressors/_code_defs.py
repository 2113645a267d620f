"""Where functions and methods are defined, and where their bodies end: by keywords, brackets and indentation.

One rule for many languages. A header names a function and opens a body with `:`, `{` or a line that is indented deeper;
the body lasts until indentation returns, and what closes it must look like its opening. Whatever does not fit is no
definition, so it is shown. Classes and other types are none either: their members are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from headroom.compressors import _code_sql
from headroom.compressors._code_lines import PYTHON, SQL, Source, indent

__all__ = ["Definition", "candidates", "definition_at", "name_at", "type_at"]

_MODIFIER = (
    r"(?:@[\w.]+(?:\([^()\n]{0,80}\))?|export|default|declare|public|private|protected|internal|fileprivate|open|final"
    r"|static|abstract|async|override|virtual|sealed|suspend|inline|infix|operator|tailrec|external|mutating|nonisolated"
    r"|pub(?:\([\w: ]{1,40}\))?|const|unsafe|extern(?: \"[\w-]{1,20}\")?|local|lazy|implicit|final|readonly|class)"
)
_KEYWORD = re.compile(
    rf"[ \t]*(?:{_MODIFIER}\s+){{0,8}}(?:defp?|defmacrop?|function\*?|func|fun|fn|sub|proc)\b[ \t]*\*?[ \t]*"
    r"(?:\([^()\n]{0,120}\)[ \t]*(?=\w)|<[^()\n]{0,120}>[ \t]*)?(?:[\w$]+[.:]+)*(?P<name>[\w$]+[?!]?|(?=\())"
)
_ASSIGNED = re.compile(
    r"[ \t]*(?:(?:export|default|const|let|var|local|static|public|private|protected|readonly|override|async)\s+){0,6}"
    r"(?P<name>[\w$.#\"'-]{1,120})[ \t]*\??(?::[^=;{}\n]{1,160})?(?:=|:|<-)[ \t]*(?:[\w$.]{0,60}(?:<[^()\n]{0,80}>)?\([ \t]*){0,3}"
    r"(?:async\b[ \t]*)?(?:function\b(?:[ \t]*\*?[ \t]*(?P<own>[\w$]+))?|func\b|fn\b|\([^\n]{0,300}=>|\([^()=]{0,300}$|<[\w, ]{1,40}>\(|[\w$]+[ \t]*=>)"
)
_TEST = re.compile(
    r"[ \t]*(?:it|test|bench|specify|before|after|beforeEach|afterEach|beforeAll|afterAll)(?:\.\w+)*\s*\("
    r"[^\n]{0,300}(?:=>|function\b[^\n{]{0,80})\s*\{\s*$"
)
_CYTHON = re.compile(
    r"[ \t]*cp?def\s+(?!class\b|extern\b|struct\b|enum\b|union\b)[\w.*&<>, \t\[\]]{0,120}?\b(?P<name>\w+)[ \t]*\("
)
_OBJECTIVE_C = re.compile(r"[-+][ \t]*\([^()\n]{1,120}(?:\([^()\n]*\)[^()\n]*){0,2}\)[ \t]*(?P<name>\w+)")
_SHELL = re.compile(r"[ \t]*(?P<name>[\w:.-]+)[ \t]*\([ \t]*\)[ \t]*\{?[ \t]*$")
_NOT_FIRST = re.compile(
    r"(?:if|else|for|foreach|forall|while|do|switch|case|default|catch|try|finally|return|throw|throws|new|await|yield|assert"
    r"|delete|using|with|when|match|loop|guard|lock|synchronized|unless|until|elif|elsif|except|raise|print|in|not|and|or"
    r"|go|defer|select|range|sizeof|typeof|import|from|package|goto|break|continue|describe|context|suite|typedef|super"
    r"|this|self|let|var|const(?=\s+\w+\s*=)|fixed|checked|unchecked|elseif|include|require|require_once|echo|mod|use"
    r"|impl|trait|object|module|macro_rules|extension|plugins|dependencies)\b(?!\s*::)"
)
_OF_TYPE = re.compile(r"\b(?:class|interface|trait|impl|namespace|object)\b|\b(?:struct|union|enum|record|type)\s+\S+$")
_HEAD = re.compile(r"[\w$:<>,*&\[\]?@~. \t#-]*$")
_OPERATOR = re.compile(r"\boperator\s*[^\s\w]{1,3}\Z")
_NAME = re.compile(r"(?:^|[\s*&:>\]])(?P<name>[\w$~#]+)[?!]?[ \t]*(?:<[^()]*>)?$")
_COMPUTED = re.compile(r"(?:static\s+|async\s+|get\s+|set\s+){0,3}\*?\s*\[[\w.]+\]\Z")
_QUOTED_ARGUMENT = re.compile(r"\([ \t]*[\"'`/\[{]|\([^()]*\b(?:function\b|lambda\b)")
_DESTRUCTURES = re.compile(r"\([ \t]*[\[{](?![^\n]*(?:=>|\bfunction\b))[^\n]*\)[^()\n]{0,80}\{$")
_CONTINUES = re.compile(r"[{}:)\]>]|->|=>|where\b|throws\b|noexcept\b|const\b|requires\b|override\b|final\b|returns\b")
_LINE_COMMENT = re.compile(r"\s*//.*$")
_HASH_COMMENT = re.compile(r"\s+#.*$")
_REMARK = re.compile(r"^([ \t]*)/\*[^*\n]{0,80}\*/[ \t]*(?=\S)")
_LABEL = re.compile(r"[A-Za-z_]\w*\s*:(?!:)")
_CLAUSE = re.compile(r"(?:rescue|ensure|else|catch|after)\b")
"""What goes on with a body that ends in `end`, at the indentation of its header."""
_RUBY = re.compile(
    r"[ \t]*(?:end|def|class|module|private|protected|public|include|extend|attr_\w+|alias|module_function|require\w*|[A-Z]\w*[ ]=)\b"
)
_RUBY_TEXT = re.compile(r"%[qQwWiI]?[(\[{|]|<<[-~]?['\"`A-Z]")
_CLOSER = re.compile(r"[})\];,]+\s*$")
_CLOSED_BY = {"{": "}", "(": ")"}
_ARROWS = frozenset(
    "js jsx mjs cjs ts tsx mts cts vue svelte javascript typescript javascriptreact typescriptreact".split()
)
_HEADER = re.compile(r"\(|=>|<$")
"""What a header holds where functions are values and their parameters may be types."""
_STATEMENT = frozenset(";}")
_WORDS = ("def ", "defp ", "defmacro", "function", "sub ", "() {", "(){", "()\r", "()\n")
_LONGEST_SIGNATURE = 40
_LONGEST_OF_PYTHON = 200
"""Parameters may carry their documentation along."""
_TRIPLE = ('"""', "'''")
_DEEPEST = 8
_WIDTH = 400


@dataclass(frozen=True, slots=True)
class Definition:
    """A function: its header begins on line `first`, its body are the lines `body` to `last`, exclusive, and a line that
    closes it and does nothing else stands between `last` and `end`, exclusive, where there is one. `expression` says that the
    body is one, in parentheses, and holds no statements."""

    name: str
    first: int
    body: int
    last: int
    end: int
    expression: bool = False


def candidates(source: Source) -> Sequence[int]:
    """The lines at which a header may begin, ascending: all others need not be looked at."""
    if source.language in SQL:
        return _code_sql.starts(source)
    if source.language in _ARROWS:
        return [i for i, line in enumerate(source.code) if _HEADER.search(line) and line[-1] not in _STATEMENT]
    if not source.hashes:
        return [i for i, line in enumerate(source.code) if "(" in line and line[-1] not in _STATEMENT]
    return source.holding(("def ",) if source.language in PYTHON else _WORDS)


def definition_at(source: Source, i: int, stop: int) -> Definition | None:
    """The function of which the header begins on line `i`, if there is one; lines from `stop` on are not looked at."""
    if source.language in SQL:
        routine = _code_sql.body_at(source, i, stop)
        return None if routine is None else Definition(routine[0], i, *routine[1:])
    line = source.code[i][:_WIDTH]
    if "/*" in line:
        line = _REMARK.sub(r"\1", line)
    name = _name(line, source.hashes)
    if name is None:
        return None
    opened = _opening(source, i, stop)
    if opened is None:
        return None
    body, how = opened
    ends = _end(source, indent(source.code[i]), body, stop, how)
    return Definition(name, i, body, *ends, how == "(") if ends is not None and ends[1] > body else None


def name_at(source: Source, i: int) -> str:
    """The name behind the keyword with which a function begins on line `i`, whatever its body looks like; "" for any other line."""
    m = _KEYWORD.match(source.code[i][:_WIDTH])
    return m["name"] if m is not None else ""


def type_at(source: Source, i: int, name: str) -> Definition | None:
    """The type of which the header begins on line `i`: what is indented deeper, and what closes it."""
    stop = len(source.code)
    if source.language in SQL:
        end = _code_sql.statement_end(source, i, stop)
        return Definition(name, i, i + 1, end, end) if end > i + 1 else None
    opened = _opening(source, i, stop)
    if opened is None:
        return None
    ends = _end(source, indent(source.code[i]), opened[0], stop, opened[1])
    if ends is None or ends[1] <= opened[0] or (opened[1] in _CLOSED_BY and ends[0] == ends[1]):
        return None
    return Definition(name, i, opened[0], *ends)


def _name(line: str, hashes: bool) -> str | None:
    """The name that a header line gives, "" for a function without one, None where the line is no header."""
    at = line.find("(")
    m = _KEYWORD.match(line)
    if m is not None:
        return m["name"]
    if hashes:
        m = _CYTHON.match(line) or _SHELL.match(line)
        if m is not None:
            return m["name"]
        m = _ASSIGNED.match(line) if "function" in line else None
        return m["name"].rpartition(".")[2] if m is not None else None
    if _TEST.match(line):
        return ""
    if "=>" in line or "function" in line or "func(" in line or line.rstrip().endswith("("):
        m = _ASSIGNED.match(line)
        if m is not None:
            return m["own"] or m["name"].rpartition(".")[2]
    m = _OBJECTIVE_C.match(line) if line.lstrip()[:1] in ("-", "+") else None
    return m["name"] if m is not None else _c_name(line, at)


def _c_name(line: str, at: int) -> str | None:
    """`static int *name(`, `Foo::name(`, `name(`: a definition by its shape, without a keyword."""
    head = line[:at].strip() if at >= 0 else line.rstrip().rstrip("<") if line[-1:] == "<" else ""
    if not head or _NOT_FIRST.match(head):
        return None
    m = _OPERATOR.search(head)
    if m is not None:
        return m[0]
    if not _HEAD.match(head) or _OF_TYPE.search(head):
        return None
    if _COMPUTED.match(head):
        return ""
    m = _NAME.search(head)
    if m is None or (_QUOTED_ARGUMENT.match(line, at) and not _DESTRUCTURES.match(line, at)):
        return None
    return m["name"]


def _opening(source: Source, i: int, stop: int) -> tuple[int, str] | None:
    """The line after a signature that begins on line `i`, and what opens the body: ":", "{", "(" or "" for neither."""
    code, hashes = source.code, source.hashes
    line = code[i]
    if line.endswith(":" if hashes else ") {") and line.count("(") == line.count(")"):
        return i + 1, line[-1]
    width = indent(line)
    depth = 0
    longest = _LONGEST_OF_PYTHON if source.language in PYTHON else _LONGEST_SIGNATURE
    for j in range(i, min(i + longest, stop)):
        line = code[j][: 2 * _WIDTH].rstrip()
        if depth > 0 and hashes and source.inside[j]:  # a string of several lines among the parameters
            line = _behind_string(line) if j + 1 < stop and not source.inside[j + 1] else ""
            if not line:
                continue
        elif j > i and (not line or source.inside[j] or not _continues(line, width)):
            return None
        if ("#" in line) if hashes else ("//" in line):
            line = (_HASH_COMMENT if hashes else _LINE_COMMENT).sub("", line)
        depth += line.count("(") - line.count(")") + line.count("[") - line.count("]")
        if depth > _DEEPEST:
            return None
        last = line[-1:]
        arrow = line.endswith(("=> {", "=>{", "=> (")) or _is_callback(line)
        if depth > (1 if last == "(" else 0) and not arrow:
            continue
        if last == "{" or line.endswith("=> ("):
            return None if line.endswith(("= {", "={")) else (j + 1, last)
        if depth > 0:
            continue
        if hashes:
            return _hash_opening(source, line, j, stop)
        if last in (";", "}", ",") and not (last == "," and j > i):
            return None
        following = code[j + 1] if j + 1 < stop else ""
        if following.strip() == "{":
            return j + 2, "{"
    return None


def _is_callback(line: str) -> bool:
    """Whether a line ends in the body of a function without a name, an argument of a call: `each(function (a) {`."""
    at = line.rfind("function") if line[-1:] == "{" else -1
    return at >= 0 and line.count("(", at) == line.count(")", at)


def _behind_string(line: str) -> str:
    """What follows the string that ends on a line."""
    return line[max(line.rfind(quote) for quote in _TRIPLE) + 3 :] if any(quote in line for quote in _TRIPLE) else line


def _continues(line: str, width: int) -> bool:
    """Whether a line can belong to the signature that began on a line indented by `width`."""
    return line[: width + 1].isspace() or _CONTINUES.match(line, width) is not None


def _hash_opening(source: Source, line: str, j: int, stop: int) -> tuple[int, str] | None:
    last = line[-1:]
    if last == ":":
        return j + 1, ":"
    if j + 1 < stop and source.code[j + 1].strip() == "{":
        return j + 2, "{"
    return None if last in ("{", "}", ";", ",", ".") else (j + 1, "")


def _end(source: Source, width: int, body: int, stop: int, how: str) -> tuple[int, int] | None:
    """The line after the body that begins on line `body`, for a header that is indented by `width` characters, and the
    one after the line that closes it."""
    code, inside = source.code, source.inside
    deeper = width + 1
    j = last = body
    text_in = source.language == "php"
    ruby = source.language == "rb"
    while j < stop:
        line = code[j]
        if line[:deeper].isspace() or inside[j]:
            text_in = text_in or (ruby and _RUBY_TEXT.search(line) is not None)
            last = j = j + 1
        elif _neutral(line, how) or (text_in and _is_text(ruby, line)):
            j += 1
        else:
            break
    while last > body and not inside[last - 1] and not code[last - 1].strip():
        last -= 1
    if j >= stop or how == ":":
        return last, last
    text = code[j].strip()
    if indent(code[j]) != width:
        return None
    if how == "":
        return (j, j + 1) if text == "end" or text.startswith(("end ", "end,", "end)")) else None
    if text[0] != _CLOSED_BY[how]:
        return None
    return j, j + 1 if _CLOSER.match(text) else j


def _is_text(ruby: bool, line: str) -> bool:
    """Whether a line that is indented less than a body can be mark-up or part of a string, which stand where they like."""
    return _RUBY.match(line) is None if ruby else line.lstrip()[:1] != "}"


def _neutral(line: str, how: str) -> bool:
    """Whether a line says nothing about where a body ends: it is empty, a comment, a directive, a label or a clause."""
    text = line.strip()
    if not text or text[0] == "#":
        return True
    return (how == "{" and _LABEL.match(text) is not None) or (how == "" and _CLAUSE.match(text) is not None)

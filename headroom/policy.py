"""Which blocks may change, and how far.

Three questions are answered here, each by a table: may this block change at all (`judge`), is it a read of a file whose
bytes an agent may quote back (`READ_TOOLS`, `READ_COMMANDS`, `file_nature`), and how much effort does a profile allow
for a kind of content (`effort`)? Nothing here looks at providers, stores or compressors.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from headroom.exceptions import ConfigError
from headroom.messages import Block, Effort, Hint, Role

Profile: TypeAlias = Literal["safe", "balanced", "aggressive"]
ToolRule: TypeAlias = Literal["verbatim", "lossless", "safe", "balanced", "aggressive"]
Nature: TypeAlias = Literal["editable", "data", "unknown"]

MIN_CHARS = 400
"""Shorter blocks are left alone: a marker costs about as much as it could save."""

_SAFE = dict.fromkeys(("log", "test", "terminal", "json", "blob"), Effort.LIGHT)
_EFFORTS: Mapping[Profile, Mapping[str, Effort]] = MappingProxyType(
    {"safe": _SAFE, "balanced": {}, "aggressive": {}}  # the default of a profile applies to kinds that are not named
)
_DEFAULTS: Mapping[Profile, Effort] = MappingProxyType(
    {"safe": Effort.LOSSLESS, "balanced": Effort.MEDIUM, "aggressive": Effort.STRONG}
)

# Names that agents give to the tool which reads a file, in lower case, without "_", "-" and a server's prefix:
# Claude Code, Codex, Cursor, Aider, Copilot, Gemini CLI, OpenCode, Cline, Windsurf, Zed, Goose, MCP filesystem and GitHub.
READ_TOOLS = frozenset(
    "read readfile readfiles readmanyfiles readmultiplefiles readtextfile view viewfile viewfileoutline viewlinerange"
    " open openfile cat getfile getfilecontent getfilecontents fileread fsread fileview notebookread readnotebook"
    " viewcodeitem readsource showfile loadfile".split()
)
# Other names of such tools: they say that something is read and that it is a file. A path has to be given as well.
_READS = re.compile(
    r"(?=.*(?:read|view|open|show|load|get))(?=.*(?:file|code|source|notebook))(?!.*(?:diff|patch|log|info|stat|history|blame"
    r"|symbol|outline|overview|coverage|list|tree|search|grep|find|size|hash|url|write|edit|create|delete|image|error|director|folder)).{1,40}\Z"
)
# Tools that read, write or run depending on an argument: the argument's name and the values that mean "read".
READ_BY_ARGUMENT: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "strreplaceeditor": ("command", frozenset({"view"})),
        "strreplacebasededittool": ("command", frozenset({"view"})),
        "editor": ("command", frozenset({"view"})),
        "texteditor": ("command", frozenset({"view", "read"})),
        "developertexteditor": ("command", frozenset({"view"})),
        "filesystem": ("operation", frozenset({"read"})),
        "fswrite": ("command", frozenset({"view", "read"})),
    }
)
# Tools whose result is what the user says: Claude Code, Codex, Cline, Gemini CLI, Copilot, Cursor, OpenCode, LangChain.
ASKS = frozenset(
    "askuserquestion exitplanmode requestuserinput askfollowupquestion askuser askquestion askquestions vscodeaskquestions"
    " question human humaninput askhuman getuserinput userinput".split()
)
# Tools whose result tells the agent how to work, and the files that do.
INSTRUCTS = frozenset("skill activateskill useskill loadskill readskill getskill fetchrules fetchinstructions".split())
_RULES = re.compile(
    r"(?:\A|/)(?:(?:claude|agents?|gemini|qwen|skill|warp)(?:\.\w+)?\.md|\.(?:cursor|windsurf|cline|roo)rules(?:-\w+)?|\.goosehints"
    r"|copilot-instructions\.md"
    r"|\.(?:cursor/rules|clinerules|windsurf/rules|roo/rules[\w-]*|continue/rules|github/instructions|kiro/steering"
    r"|(?:claude|codex|gemini|opencode)/(?:agents?|commands?|prompts|rules|skills?))/.*\.(?:mdc?|toml|txt))\Z"
)
_RETRIEVE = "headroomretrieve"  # our own tool, whatever server's name stands before it
READ_COMMANDS = frozenset(
    "cat bat batcat head tail less more nl tac view type get-content gc sed awk gawk open goto scroll_down scroll_up"
    " strings xxd".split()
)
"""Shell commands that print a file. `sed` and `awk` only where they print line ranges."""
_STAGES = frozenset("head tail sed nl cat less more awk tac bat batcat".split())
_ASSIGNMENT = re.compile(r"\A\w+=")
_RANGE_PRINT = re.compile(r"\A\s*(?:NR\s*[<>=]+\s*\d+\s*(?:&&|,)?\s*)+(?:\{\s*print(?:\s+\$0)?\s*\})?\s*\Z")
_SED_PRINT = re.compile(r"\A[\d,$+~;p{}q\s]+\Z")

_DATA_SUFFIXES = frozenset(
    ".log .out .err .jsonl .ndjson .csv .tsv .psv .dump .trace .har .map .lcov .prof .tap .pcap .bin .hex .b64 .pem .crt"
    " .ipynb_checkpoints .geojson .snap .tfstate .sqlite-dump .lock .sum"
    " .vtt .srt .sbv"  # what was said in a recording
    # What is no text: pictures, media, archives, programs, databases, models, fonts.
    " .png .jpg .jpeg .gif .bmp .ico .webp .tif .tiff .pdf .avi .mkv .mov .mp3 .mp4 .mpeg .mpg .wav .flac .ogg .zip .gz .tgz"
    " .bz2 .xz .zst .7z .rar .tar .img .iso .exe .dll .so .dylib .o .a .class .jar .pyc .wasm .db .sqlite .sqlite3 .parquet"
    " .npy .npz .pkl .pickle .pt .onnx .safetensors .woff .woff2 .ttf .otf".split()
)
_LOCK_FILES = frozenset(
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb poetry.lock pdm.lock uv.lock"
    " pipfile.lock cargo.lock go.sum gemfile.lock composer.lock flake.lock packages.lock.json podfile.lock mix.lock"
    " conda-lock.yml deno.lock gradle.lockfile package.resolved".split()
)
_BY_CONTENT_SUFFIXES = frozenset(
    ".json .xml .txt .yaml .yml .sql .text .dat .js .mjs .cjs .css .svg .html .htm".split()
)
_BUNDLE = re.compile(
    r"\.(?:min|bundle|chunk|prod)\.(?:js|mjs|cjs|css)\Z|(?:\A|/)(?:dist|build|node_modules)/.*\.(?:js|css)\Z"
)
_ROTATED = re.compile(r"\.log(?:[.\-_][\w\-]+)*(?:\.\d+)?\Z|(?:\A|/)(?:logs?|journal)/[^.]+\Z|\A/(?:var/log|proc|sys)/")
_FOLDER = re.compile(r"Here(?:'s|'re| are) the files and directories ")
"""What editors of agents say of a folder that is viewed."""
_REFERRED_TO = re.compile(r"\[ref=(?:f\d+)?e\d+\]")
"""Elements of a page, in what a tool for browsers has written down for the agent."""
_LOCKED = re.compile(r"(?:#.*\n){0,4}# +(?:This file (?:is|was) autogenerated by (?:pip-compile|uv)\b)")
"""Requirements with the digests of all files, as tools for packages lock them."""
_LONG_LINE = 2_000
_MANY_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`verbatim` blocks keep their bytes (a reference to the same text earlier is still allowed when `repeats`);
    `cap` bounds the effort of all others, `kinds` the compressors that may answer (None: all of them). `lasting` ones stay
    however old they get. `reason` says why, in words for the user."""

    verbatim: bool
    repeats: bool = True
    cap: Effort = Effort.STRONG
    kinds: frozenset[str] | None = None
    lasting: bool = False
    reason: str = ""


_MAY_CHANGE = Verdict(verbatim=False)
_EXACT_READ = "a file that an agent may edit: its bytes stay exact"
EXACT_KINDS = frozenset({"code", "prose", "blob"})
"""Kinds of which the compressors show source lines as they are or not at all: what is shown can be quoted in an edit. Of a line
with a picture in it only that is cut out, visibly: nobody quotes it."""


def check_profile(profile: str) -> Profile:
    """Raises ConfigError for an unknown profile."""
    for known in get_args(Profile):
        if profile == known:
            return known  # type: ignore[no-any-return]  # get_args is untyped
    raise ConfigError(f"profile={profile!r} is unknown; use 'safe', 'balanced' or 'aggressive'")


def check_tools(tools: Mapping[str, str] | None) -> Mapping[str, ToolRule]:
    """Per-tool overrides `{"read_file": "verbatim"}`; raises ConfigError for an unknown rule."""
    checked: dict[str, ToolRule] = {}
    for name, rule in (tools or {}).items():
        if rule not in get_args(ToolRule):
            raise ConfigError(f"tools[{name!r}]={rule!r} is unknown; use one of {', '.join(get_args(ToolRule))}")
        checked[name] = rule  # type: ignore[assignment]
    return MappingProxyType(checked)


def effort(profile: Profile, kind: str) -> Effort:
    """How far a compressor of this kind may go under this profile."""
    return _EFFORTS[profile].get(kind, _DEFAULTS[profile])


def judge(block: Block, *, roles: frozenset[Role], tools: Mapping[str, ToolRule], profile: Profile = "safe") -> Verdict:
    """May this block change? The first rule that applies answers."""
    if block.fixed:
        return Verdict(verbatim=True, repeats=False, reason=block.fixed)
    if block.role not in roles:
        return Verdict(verbatim=True, repeats=False, reason=f"{block.role} text is changed only on request")
    if len(block.text) < MIN_CHARS:
        return Verdict(verbatim=True, repeats=False, reason=f"shorter than {MIN_CHARS} characters")
    hint = block.hint
    if _plain(hint.tool).endswith(_RETRIEVE):
        return Verdict(verbatim=True, repeats=False, reason="a slice that was asked for stays as it came")
    rule = tools.get(hint.tool or "")
    if rule == "verbatim":
        return Verdict(verbatim=True, repeats=False, reason=f"tool {hint.tool!r} is set to verbatim")
    if rule == "lossless":
        return Verdict(verbatim=False, cap=Effort.LOSSLESS)
    if rule is not None:
        return _MAY_CHANGE
    if block.role == "tool" and (reason := _said_to_the_agent(hint)):
        return Verdict(verbatim=True, lasting=True, reason=reason)
    if block.role == "tool" and is_edit_source(hint, block.text):
        if profile == "safe":
            return Verdict(verbatim=True, reason=_EXACT_READ)
        return Verdict(verbatim=False, kinds=EXACT_KINDS, reason=_EXACT_READ)
    if hint.is_error:
        return Verdict(verbatim=False, cap=Effort.LIGHT)
    return _MAY_CHANGE


def _said_to_the_agent(hint: Hint) -> str:
    """Why a result is more than material, "" where it is not: it says what the user wants, or how the agent is to work."""
    name = _plain(hint.tool)
    if name in ASKS:
        return "what the user answered stays as it is"
    path = read_path(hint) if name not in INSTRUCTS else None
    if name in INSTRUCTS or (path and _RULES.search(path.replace("\\", "/").lower())):
        return "instructions for the agent stay as they are"
    return ""


def is_edit_source(hint: Hint, text: str) -> bool:
    """Whether the text is a read of a file that agents edit: source, configuration, documents.

    A read of a log, a dump, a lock file, a bundle or a data file is not, whatever command read it, nor one of a folder.
    """
    path = read_path(hint)
    if path is None or _FOLDER.match(text):
        return False
    nature = file_nature(path)
    if nature == "unknown":
        return not _holds_data(path, text)
    return nature == "editable"


def read_path(hint: Hint) -> str | None:
    """The path of the file that this tool call read ("" where it read one without naming it), or None if it read none."""
    name = _plain(hint.tool)
    if name in READ_BY_ARGUMENT:
        argument, values = READ_BY_ARGUMENT[name]
        return (hint.path or "") if str(hint.arguments.get(argument, "")).lower() in values else None
    if hint.command is not None:
        return command_path(hint.command)
    if name in READ_TOOLS:
        return hint.path or ""
    return hint.path if hint.path and _READS.match(name) else None


@lru_cache(maxsize=4096)
def _plain(tool: str | None) -> str:
    """`mcp__filesystem__read_file` -> `readfile`."""
    name = (tool or "").rpartition("__")[2].rpartition(".")[2].rpartition("/")[2]
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


@lru_cache(maxsize=4096)
def command_path(command: str) -> str | None:
    """The file that a shell command line prints, or None when it does anything else with it.

    `cd x && sed -n '1,80p' src/a.py | head -20` prints src/a.py; `cat a.py | grep foo` prints no file.
    """
    stages = _last_pipeline(command)
    if not stages:
        return None
    path = _printed_file(stages[0])
    if path is None:
        return None
    for stage in stages[1:]:
        if not stage or stage[0] not in _STAGES or (stage[0] in {"sed", "awk"} and not _prints_range(stage)):
            return None
    return path


def _last_pipeline(command: str) -> list[list[str]]:
    """The stages of the last pipeline that prints something; `cd x &&` and `bash -lc '…'` are looked through."""
    if len(command) > 10_000 or "<<" in command:
        return []
    lexer = shlex.shlex(command, posix=True, punctuation_chars=";&|()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError:  # an open quote: no shell would run it
        return []
    pipelines: list[list[list[str]]] = [[[]]]
    for word in words:
        if word in {";", "&&", "||", "&", ";;"}:
            pipelines.append([[]])
        elif word in {"|", "|&"}:
            pipelines[-1].append([])
        elif set(word) <= set("()"):
            continue
        else:
            pipelines[-1][-1].append(word)
    ran = [p for p in pipelines if p[0] and p[0][0] not in {"cd", "set", "export", "source", ".", "pushd", "true"}]
    if len(ran) != 1:
        # Several reads in a row are a read; a read among other commands is mixed output.
        if ran and all(len(p) == 1 and _printed_file(p[0]) is not None for p in ran if p[0][0] != "echo"):
            readers = [p for p in ran if p[0][0] != "echo"]
            return readers[-1] if readers else []
        return []
    first = ran[0][0]
    if (
        len(ran[0]) == 1
        and first[0].rpartition("/")[2] in {"bash", "sh", "zsh"}
        and len(first) >= 3
        and "c" in first[1]
    ):
        return _last_pipeline(first[2])
    return ran[0]


def _printed_file(words: list[str]) -> str | None:
    words = [w for w in words if not _ASSIGNMENT.match(w) and w not in {"sudo", "command", "time"}]
    if not words:
        return None
    program = words[0].rpartition("/")[2].lower()
    if program == "git":
        spec = words[2] if len(words) == 3 and words[1] == "show" else ""
        return spec.partition(":")[2] or None
    if program not in READ_COMMANDS or (program in {"sed", "awk", "gawk"} and not _prints_range(words)):
        return None
    operands = [w for w in words[1:] if not w.startswith(("-", "+", ">", "2>")) and not w.isdigit()]
    if program in {"sed", "awk", "gawk"}:
        operands = operands[1:]
    return operands[-1] if operands else ("" if program in {"open", "goto", "scroll_down", "scroll_up"} else None)


def _prints_range(words: list[str]) -> bool:
    """`sed -n 1,80p` and `awk 'NR>=3 && NR<=9'` print lines as they are; other programs may rewrite them."""
    scripts = [w for w in words[1:] if not w.startswith("-")]
    if not scripts:
        return False
    if words[0].rpartition("/")[2] == "sed":
        return "-n" in words and _SED_PRINT.match(scripts[0]) is not None
    return _RANGE_PRINT.match(scripts[0]) is not None


@lru_cache(maxsize=4096)
def file_nature(path: str) -> Nature:
    """What a file is by its name alone; "unknown" where only its content can tell."""
    low = path.replace("\\", "/").lower()
    pure = PurePosixPath(low)
    if pure.name in _LOCK_FILES or pure.suffix in _DATA_SUFFIXES or _BUNDLE.search(low) or _ROTATED.search(low):
        return "data"
    if pure.suffix in _BY_CONTENT_SUFFIXES or not pure.suffix:
        return "unknown"
    return "editable"


_NUMBER = r"(?: {0,8}\d{1,7}[→\t])?"
"""What tools that read files put before each line."""
_LOG_LINE = re.compile(
    rf"^{_NUMBER}"
    r"(?:\[?\d{4}[-/.]\d\d[-/.]\d\d[T ]|\[?\d\d[:/]\d\d[:/]\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{10,13}\b"
    r"|\S+ \S+ \S+ \[\d\d/[A-Z]|\[?(?:TRACE|DEBUG|INFO|WARN|ERROR)\b|\[ *\d+\.\d+\])",
    re.MULTILINE,
)
_REPORT = re.compile(
    r"\ufeff?\s*(?:<\?[^>]*>\s*|<!--[^>]*-->\s*|<!DOCTYPE[^>]*>\s*)*"
    r"<(?:testsuites?|test-run|TestRun|assemblies|coverage|report|checkstyle|pmd|BugCollection|nmaprun|rss|feed|urlset)[\s>]"
)
"""XML that test runners, linters, scanners and sites write."""
_PROFILE = re.compile(
    r"^ *(?:ncalls +tottime +percall|flat +flat% +sum%|% time +seconds +usecs/call|# (?:Children +)?(?:Overhead|Self) )",
    re.MULTILINE,
)
"""What profilers write above their tables."""
_STACK = re.compile(r"^[^\s;][^;\n]*;.+ \d+$", re.MULTILINE)
"""A stack with its count, as flame graphs are made of."""
_JSON_RECORD = re.compile(rf"^{_NUMBER} {{0,4}}\{{", re.MULTILINE)
_JSON_LIST = re.compile(rf"\s*{_NUMBER}\s*\[")


def _holds_data(path: str, text: str) -> bool:
    """Whether a file of which the name does not tell holds a log, a dump, a bundle or records rather than something that
    an agent edits."""
    head = text[:20_000]
    newlines = head.count("\n") + 1
    if len(head) / newlines > _LONG_LINE / 4 and max(map(len, head.split("\n", 50))) > _LONG_LINE:
        return not path.lower().endswith((".txt", ".text", ".md"))  # unwrapped prose has long lines as well
    if len(_LOG_LINE.findall(head)) > newlines * 0.6 and newlines >= 5:
        return True
    if newlines >= 5 and (_PROFILE.search(head) or len(_STACK.findall(head)) > newlines * 0.6):
        return True
    if path.lower().endswith(".txt") and "--hash=" in head:
        return _LOCKED.match(head) is not None
    if path.lower().endswith((".yml", ".yaml")):
        return len(_REFERRED_TO.findall(head)) >= _MANY_ROWS
    if path.lower().endswith(".json"):
        return _JSON_LIST.match(head) is not None and len(_JSON_RECORD.findall(text)) >= _MANY_ROWS
    return path.lower().endswith(".xml") and _REPORT.match(head) is not None

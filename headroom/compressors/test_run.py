"""Test and build output: what went as expected becomes counts, what failed stays whole.

A line is folded because it is known to say "as expected" (`_routine`), because the same lines stand above (`_repeats`)
or because it is the fourth warning of its kind; never because it looks unimportant. So `0 errors` needs no rule of its
own, and an unknown tool's output stays as it is. Above stand the router and the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from headroom import lines as lines_
from headroom.compressors import _excerpts, _gcc, _graphic, _junit, _sanitizer
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._bundles import bundled
from headroom.compressors._coverage import unpadded
from headroom.compressors._diagnostics import repeated_warnings
from headroom.compressors._finding_lines import may_tell
from headroom.compressors._finding_lines import read as findings_in
from headroom.compressors._findings import findings
from headroom.compressors._folds import Fold, pinned, render
from headroom.compressors._node_spec import SECTION, said_above
from headroom.compressors._pid import without_pid
from headroom.compressors._repeats import repeats
from headroom.compressors._routine import PATHS, routine
from headroom.compressors._routine_folds import passes, routine_folds
from headroom.compressors._same_failure import same_failures
from headroom.compressors._test_events import begins
from headroom.compressors._tracebacks import frames, frames_of_node, frames_of_rust, middle_frames
from headroom.messages import Hint

_TOOLS = (
    r"pytest|py\.test|unittest|tox|nox|pre-commit|prek|jest|vitest|mocha|ava|karma|playwright|cypress|prove|bats|node +(?:\S+ +){0,6}--test|go +(?:test|build|vet|install)"
    r"|cargo +(?:\+\S+ +)?(?:test|build|check|clippy|nextest|install|b|t|c)|gradlew?|mvnw?|tsc|eslint|biome|oxlint|prettier|stylelint|gcc|g\+\+"
    r"|clang(?:\+\+)?|cc|make|cmake|ctest|ninja|meson|bazel|javac|mypy|ruff|flake8|pylint|pyright|npm +(?:t|test|run|install"
    r"|i|ci|build)|(?:yarn|pnpm|bun)(?: +(?:test|run|install|build|add))?|pip3? +install|uv +(?:sync|pip)|poetry +install"
    r"|apt(?:-get)? +install|docker(?:-compose| compose)? +(?:build|pull)|webpack|rollup|(?:vite|next|nuxt|ng|turbo)(?: run)? +(?:build|test)|deno +test|zig +(?:build|test)|stack +(?:build|test)|cabal +(?:build|test)|lein +test|dune +(?:build|test|runtest)|gleam +test|dart +test|dotnet +(?:test|build|restore)|rubocop|standardrb|golangci-lint|rspec|phpunit|pest|paratest"
    r"|bundle +install|composer +(?:install|update)|swift +(?:build|test)|xcodebuild|sbt|rustc|configure|valgrind|coverage +report|ansible(?:-playbook|-pull)?|flutter +test|mix +test|robot"
    r"|shellcheck|shfmt|yamllint|cppcheck|clang-tidy|clang-format|cpplint|pydocstyle|pycodestyle|pyflakes|bandit|vulture|codespell|isort|black|autopep8|sqlfluff"
    r"|basedpyright|pyrefly|semgrep|markdownlint(?:-cli2)?|hadolint|actionlint|ansible-lint|swiftlint|ktlint|detekt|staticcheck|golint|tflint|stylua|luacheck|doc8|phpcs|phpstan|psalm"
)
_RUNNERS = r"(?:(?:sudo|time|env|nice|xvfb-run|npx|bunx|exec|coverage run|python[\d.]* -m|timeout \S+|uv run|poetry run|pipenv run|hatch run|bundle exec|pnpm exec|yarn) +(?:-\S+ +)*)*"
_COMMAND = re.compile(
    rf"(?:^|[;&|(]\s*){_RUNNERS}(?:\w+=\S* +)*{_RUNNERS}(?:\S*/)?(?:{_TOOLS})(?![\w/.=-])", re.MULTILINE
)
_READS = re.compile(r"\s*(?:\S*/)?(?:rg|grep|ag|ack|git|find|ls|tree)\b")
_VERDICT = re.compile(
    r"^(?:=+ (?:test session starts|FAILURES|ERRORS|short test summary info|\d+ (?:passed|failed|error).*) =*"
    r"|(?:\d+ (?:passed|failed|skipped|errors?), )*\d+ (?:passed|failed|skipped|errors?)(?:, .*)? in [\d.]+m?s.*"
    r"|Ran \d+ tests? in .*|test result: (?:ok|FAILED)\..*|running \d+ tests?|Tests?(?: Suites| Files)?:? +\d+ (?:passed|failed).*"
    r"|(?:FAIL|ok  )\t\S+.*|\s*--- (?:FAIL|PASS|SKIP): .*|=== RUN .*|\s+\d+ (?:passing|failing)(?: \(.*\))?|BUILD (?:SUCCESSFUL|FAILED).*"
    r"|\[INFO\] BUILD (?:SUCCESS|FAILURE)|Found \d+ errors?.*|Success: no issues found.*|All checks passed!"
    r"|\d+ (?:error|warning)s?(?: generated\.)?|error: could not compile .*|\s+Finished .*target\(s\) in .*|make: \*\*\* .*"
    r"|✖ \d+ problems? .*|npm (?:ERR!|error) .*|added \d+ packages.*|Successfully (?:installed|built) .*|#\d+ \[.*\d+/\d+\] .*"
    r"|TOTAL +\d+ +\d+ .*%|==\d+== (?:ERROR SUMMARY: .*|Invalid (?:read|write|free).*|Memcheck, a memory error detector)"
    r"|(?:[\d-]+ [\d:.]+: )?webpack [\d.]+ compiled .*|(?:ERROR|WARNING) in \S+\.\w{1,5}(?:[ :(]\d.*)?"
    r"|\d+ examples?, \d+ failures?(?:, .*)?|PLAY RECAP \*{3,}|TASK \[.*\] \*{3,}|Executed \d+ out of \d+ tests?: .*|(?:@\S*)?//\S+ +(?:\(cached\) +)?(?:PASSED|FAILED|TIMEOUT|FLAKY)\b.*"
    r"|\[warn\] Code style issues .*|All matched files use Prettier code style!|\[==========\] .*|\d+% tests passed, .*|\[ FAIL \d+ \| WARN \d+ \| SKIP \d+ \| PASS \d+ \]|TAP version \d+|# (?:tests|pass|fail) \d+|Result: (?:PASS|FAIL))\r?$",
    re.MULTILINE,
)
_VERDICTS = (
    *("=", "Ran ", "test result: ", "running ", "Test", "FAIL\t", "ok  \t", "---", "BUILD ", "[INFO] BUILD ", "Found "),
    *(
        "Success: ",
        "All checks ",
        "error: could ",
        "Finished ",
        "make: *** ",
        "✖ ",
        "webpack ",
        "TOTAL ",
        "ERROR in ",
        "WARNING in ",
        "npm ",
        "added ",
        "PLAY RECAP ",
        "TASK [",
        "Executed ",
        "//",
        "@",
        "Successfully ",
        "#",
    ),
    *("[==", "[ FAIL ", "[warn] Code", "All matched", *"0123456789"),
)
"""What a verdict begins with."""
_FIRSTS = frozenset(begin[0] for begin in _VERDICTS)
_CODED = re.compile(r":\d+: [A-Z]")
_DIAGNOSTIC = re.compile(
    r"^(?!\d+[:\-])(?:[^\s:(][^:(\n]{0,200}(?:(?::\d+){1,4}|\(\d+(?:,\d+)?\)) ?:? (?:(?:fatal )?error|warning|note)\b"
    r"|(?:error|warning)(?:\[\w+\])?: |[^\s:]+:\d+:\d+: (?:[A-Z]+\d+:?|[CWEFRI]:) |\[(?:warn|error)\] \S+\.\w+$)",
    re.MULTILINE,
)
_MEANT = re.compile(r"\n *> ?\d+ \| ")
_RULER = re.compile(r"\n((?:([_\-=*]) ){8,}[_\-=*]?)(?=\n)")
_ABOUT_TESTS = re.compile(
    r"(?<![\w./:-])(?:tests?|suites?|testing|fail(?:s|ed|ing|ures?)?|pass(?:es|ed|ing)?|errors?|warnings?|build(?:s|ing)?"
    r"|compil(?:e[sd]?|ing|ation)|install(?:s|ed|ing|ation)?|packages?|dependenc(?:y|ies)|modules?|checks?|results?|summary"
    r"|status|broken|broke|successful(?:ly)?|succeeds?)(?![\w/:-]|\.\w)",
    re.IGNORECASE,
)
"""Words with which people ask for such output as a whole: they stand in lines that went as expected, and pick none of them."""
_WORD = re.compile(r"[A-Za-z][\w-]+")
_HEAD = 4_000
_MIN_FRAMES = 10
_MIN_DRAWN = 8
"""Lines of drawing that are worth a note."""
_RUNS, _RUN = 4, 4
_MIN_FOUND = 10
_MOSTLY, _NEARLY_ALL = 0.5, 0.7
"""Findings, and what part of the lines tells of them."""
_FRAMED = 3
"""So many findings with an excerpt below each are a report, whatever stands between them."""


class TestRunCompressor:
    """Output of test runners, compilers, linters and package installers."""

    __test__ = False  # not a test of ours, whatever pytest thinks of the name
    name = "TestRunCompressor"
    kind = "test"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 where the command says so and the text agrees; otherwise by the share of lines of known form."""
        head = text[:200].lstrip()
        if head[:1] in ("{", "<") and begins(text[:1_000]):
            return 0.97
        if head[:1] in ("<", "\ufeff") and _junit.begins(text[:1_000]):
            return 0.93  # on lines that mean nothing: values, where nothing may go
        if head[:1] in ("{", "[") and not (
            head[1:2].isupper() or head.startswith(("[gw", "[=", "[ ", "[1", "[-", "[main]", "[warn]"))
        ):
            return 0.0
        if hint.command and _READS.match(hint.command):
            return 0.0
        sample = lines_.sample(text, 6_000)
        lined = [line for line in sample.split("\n") if line and not line.isspace()]
        begun = [line for line in lined if (bare := line.lstrip())[0] in _FIRSTS and bare.startswith(_VERDICTS)]
        verdicts = sum([_VERDICT.match(line) is not None for line in begun])
        telling = lined if _may_tell(sample) else ()
        diagnostics = sum(1 for line in telling if _may_tell(line) and _DIAGNOSTIC.match(line))
        diagnostics += (framed := _graphic.drawn(sample))
        commanded = hint.command is not None and _runs_tool(hint.command)
        if not (verdicts or diagnostics or commanded):
            some = _here_and_there(lined)
            if _pointed(some) and _found(lined) >= _NEARLY_ALL:
                return 0.7
            if not _usual(some):
                # what is seldom among the lines is not half of them
                few = len(lined) < _MIN_FRAMES or frames(sample, lined) < max(_MIN_FRAMES, len(lined) // 4)
                return 0.0 if few else 0.7
        if commanded and _found(lined) >= _MOSTLY:
            return 0.96
        if commanded:
            return 0.95 if verdicts or diagnostics or any(map(_is_usual, lined)) else 0.5
        if verdicts >= 2 or framed >= _FRAMED:
            return 0.85
        known = verdicts + diagnostics + _usual(lined)
        if verdicts and known >= 3:
            return 0.85
        share = known / max(1, len(lined))
        if diagnostics >= _MIN_FOUND and share >= _NEARLY_ALL:
            return 0.96
        if share >= 0.5 and known >= 5:
            return 0.8
        if diagnostics >= 3 and share >= 0.1:
            return 0.65
        return 0.4 if verdicts else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Fold the routine, the repeated and, beyond LIGHT, the middle of tracebacks and warnings without end."""
        is_report = _junit.begins(text[:1_000])
        if is_report and limits.effort < Effort.MEDIUM and not begins(text[:1_000]):
            return Rendition(text=text)
        body, note = without_pid(text) if "==" in text[:_HEAD] else (text, "")
        body, note = (body, note) if note else _short_rulers(text)
        if "Stmts" in body and limits.keep is None:
            body, how = unpadded(body)
            note = "; ".join(filter(None, (note, how)))
        if limits.effort == Effort.LOSSLESS:
            return Rendition(text=body, note=note)
        sanitized = limits.effort >= Effort.MEDIUM and _sanitizer.SIGN in body
        if sanitized and limits.keep is None:
            whole, body = body, _sanitizer.without_addresses(body)
            note = "; ".join(filter(None, (note, _sanitizer.NOTE if body != whole else "")))
        source = lines_.split(body)
        if hint.query:
            hint = replace(hint, query=_without_tools(_ABOUT_TESTS.sub(" ", hint.query), hint.command))
        if is_report and limits.effort >= Effort.MEDIUM and (made := _reported(text, hint, limits)) is not None:
            return made
        pins = pinned(text, lines_.split(text), hint, limits)
        found = findings(source, pins, limits.first_line, alike=limits.effort >= Effort.MEDIUM)
        if found is not None:
            return replace(found, note="; ".join(filter(None, (note, found.note))))
        taken = bytearray(len(source))
        folds = _take(routine_folds(source, pins, limits.effort), taken)
        if limits.effort >= Effort.MEDIUM:
            folds += _take(same_failures(source, pins, taken), taken)
            folds += _take(passes(source, pins, taken), taken)
            if " in ./" in body or "[built]" in body:
                folds += _take(bundled(source, pins, taken), taken)
            if sanitized:
                folds += _take(_sanitizer.shadow(source, pins, taken), taken)
            if SECTION in body:
                folds += _take(
                    said_above(source, pins if limits.keep else frozenset(), taken, limits.first_line), taken
                )
            if " /rustc/" in body:
                folds += _take(frames_of_rust(source, pins, taken), taken)
            if "node:" in body:
                folds += _take(frames_of_node(source, pins, taken), taken)
            folds += _take(middle_frames(source, pins, taken), taken)
        folds += _take(repeated_warnings(source, pins, taken, whole=limits.effort >= Effort.MEDIUM), taken)
        drawn, notes = _excerpt_folds(body, source, pins, taken, limits.effort)
        folds += drawn
        note = "; ".join(filter(None, (note, *notes)))
        folds += _take(repeats(source, pins, taken, limits.first_line), taken)
        folds.sort(key=lambda fold: fold.first)
        made = render(source, folds, limits.first_line, note)
        return replace(made, lossless=made.lossless and not sanitized)


def _reported(text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """A report of JUnit's form as text."""
    made = _junit.report(text, hint.query)
    if made is None or not (limits.keep is None or all(m[0] in made.text for m in limits.keep.finditer(text))):
        return None
    body, note = _short_rulers(made.text)
    return replace(made, text=body, note="; ".join(filter(None, (made.note, note))))


@lru_cache(maxsize=256)
def _runs_tool(command: str) -> bool:
    """Whether a command runs tests, builds or installs."""
    return _COMMAND.search(command) is not None


def _without_tools(query: str, command: str | None) -> str:
    """The query without the names of the tools that were run: they ask for the output as a whole, too."""
    named = {word for m in _COMMAND.finditer(command or "") for word in _WORD.findall(m[0])}
    return _WORD.sub(lambda m: " " if m[0].lower() in named else m[0], query) if named else query


def _may_tell(line: str) -> bool:
    """False for most lines that are no diagnostic, at a small part of the price of the pattern."""
    return (
        "error" in line or "warning" in line or "[warn] " in line or "note" in line or _CODED.search(line) is not None
    )


def _here_and_there(lined: Sequence[str]) -> Sequence[str]:
    """Runs of lines from all over, so that neither a header nor lines that alternate hide what most of them are."""
    if len(lined) <= _RUNS * _RUN:
        return lined
    starts = (i * (len(lined) - _RUN) // (_RUNS - 1) for i in range(_RUNS))
    return [line for at in starts for line in lined[at : at + _RUN]]


def _pointed(some: Sequence[str]) -> bool:
    """Whether nearly all of these lines look like findings."""
    spare = len(some) - _NEARLY_ALL * max(_MIN_FOUND, len(some))
    for line in some:
        if not may_tell(line):
            spare -= 1
            if spare < 0:
                return False
    return spare >= 0


def _found(lined: Sequence[str]) -> float:
    """What part of the lines tells what a linter has found; 0 where that is little or few."""
    found = findings_in(lined, max(_MIN_FOUND, _MOSTLY * len(lined)), drawn=True)
    return sum([f.tall for f in found]) / len(lined) if found else 0.0


def _usual(lined: Sequence[str]) -> int:
    """How many of the lines are routine."""
    return sum(map(_is_usual, lined))


def _is_usual(line: str) -> bool:
    """Whether a line is routine; a path alone tells nothing."""
    label = routine(line)
    return label is not None and label != PATHS


def _take(folds: Iterator[Fold], taken: bytearray) -> list[Fold]:
    out = list(folds)
    for fold in out:
        taken[fold.first : fold.last + 1] = b"\1" * (fold.last + 1 - fold.first)
    return out


def _short_rulers(text: str) -> tuple[str, str]:
    """Pytest's ruler between frames is one token per sign: it is spelt `_ _ _`, and the note says what it stands for."""
    padded = f"\n{text}\n"
    m = _RULER.search(padded)
    if m is None:
        return text, ""
    ruler = m[1]
    short = f"{m[2]} {m[2]} {m[2]}"
    if f"\n{short}\n" in padded:
        return text, ""
    while f"\n{ruler}\n" in padded:  # a match overlaps the line break that the next one needs
        padded = padded.replace(f"\n{ruler}\n", f"\n{short}\n")
    return padded[1:-1], f"`{short}` = line of {len(ruler)} characters, `{m[2]} {m[2]} …`"


def _excerpt_folds(
    body: str, source: Sequence[str], pins: set[int], taken: bytearray, effort: Effort
) -> tuple[list[Fold], list[str]]:
    """Folds for what is drawn below findings, and for findings that come again; and how to read what is left."""
    folds: list[Fold] = []
    notes: list[str] = []
    little = effort < Effort.MEDIUM
    ways: list[tuple[Iterator[Fold], str]] = []
    if not little and " | " in body and (": note: " in body or ": warning: " in body):
        folds += _take(_gcc.library_notes(source, pins, taken), taken)
        ways.append((_gcc.said_again(source, pins, taken), _gcc.NOTE))
    if not little and _MEANT.search(body):
        ways.append((_excerpts.neighbours(source, pins, taken), _excerpts.FRAMES))
    if not little and _graphic.drawn(body):
        folds += _take(_excerpts.repeated_lints(list(_graphic.read(source)), source, pins, taken), taken)
    if "--> " in body:
        found = list(_excerpts.read(source))
        folds += [] if little else _take(_excerpts.repeated_lints(found, source, pins, taken), taken)
        ways.append(
            (
                _excerpts.drawings(found, source, pins, taken, bars_only=little),
                _excerpts.BARS if little else _excerpts.NOTE,
            )
        )
    for way, note in ways:
        drawn = list(way)
        if len(drawn) >= _MIN_DRAWN:
            notes.append(note)
            folds += _take(iter(drawn), taken)
    return folds, notes

"""Lines of test and build output that say "as expected": a test passed, a unit compiled, a file was fetched.

`routine(line)` names what such a line is, or None for every other line; a line that is not known to be routine is shown.
Nothing here folds. `test_run` stands above.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["CHANGED", "DETAIL", "DOTS", "OUTPUT", "PATHS", "START", "TESTS", "routine"]

START = "start"
"""A line that announces what comes next. Routine only when nothing but routine follows."""
DETAIL = "detail"
"""A line that belongs to the routine line above it, and goes with it."""
OUTPUT = "output of tests that passed"
"""A line that such a test printed."""
DOTS = "passing dots"
CHANGED = "changed"
"""A host on which a task of Ansible's changed something."""
PATHS = "paths"
CLASSES = "test classes passed"
TESTS = frozenset(("PASSED", "PASS", "passed", "ok", "OK", DOTS, CLASSES))
"""The labels of tests that passed."""

_LONGEST = 600
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WORK = r"(?:Downloaded|Downloading|Adding|Installing|Installed|Locking|Updating|Unpacking|Prepared|Removing)"
_PIP = (
    r"(?:Downloading|Using cached|Obtaining|Created wheel for|Stored in directory:|Attempting uninstall:"
    r"|Found existing installation:|Uninstalling|Successfully uninstalled)"
)
_PEP517 = (
    r"(?:Preparing metadata|Getting requirements to build \w+|Installing build dependencies|Running setup\.py install for"
    r"|Checking if build backend supports \w+|Building wheels? for|Building editable for)"
)
_CC = r"(?:libtool: (?:compile|link): +)?(?:\S*/)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|javac|ar|ranlib)(?:-[\d.]+)?"
_KBUILD = r"(?:CC|CXX|LD|AR|AS|HOSTCC|HOSTLD|GEN|CCLD|CALL|DESCEND|CHK|UPD|WRAP|OBJCOPY)"
_NINJA = r"(?:Building|Linking|Compiling|Generating|Copying|Creating|CC|CXX|AR|LD|Installing)"
_GET = r"(?:Installing|Downloading|Locking|Fetching|Using|Extracting|Pouring|Linking)"
_EXPORT = r"(?:transferring|exporting|resolve|writing|naming|copying)"
_LAYER = (
    r"(?:Pulling fs layer|Waiting|Downloading.*|Verifying Checksum|Download complete|Extracting.*|Pull complete"
    r"|Already exists|Pushed|Preparing|Layer already exists|Mounted from .*)"
)
_BAR = (  # what it may not hold is looked for first, so that a long line costs one pass
    r"(?=[^\n]*[%━█])(?=\s{0,12}(?:\d{1,3}%)? ?\|?\[?[━╸╺─█▉▊▋▌▍▎▏▓▒░#=>\-]{4})"
    r"(?!.*[^━╸╺─█▉▊▋▌▍▎▏▓▒░#=>\-|\d./:,%\sA-Za-z?<\[\]]).*"
)

_MAVEN = (
    r"\[INFO\](?: (?:Scanning for projects\.\.\.|--- \S+:\S+:\S+ \(.*\) @ \S+ ---|-{20,}|-*\[ \w+ \]-*| T E S T S|  from .*pom\.xml"
    r"|(?:Copying \d+ resources?|Compiling \d+ source files?) .*|Changes detected .*|Recompiling the module .*"
    r"|Nothing to compile .*|skip non existing .*|Using (?:'\S+' encoding|auto detected provider) .*|Building jar: .*"
    r"|Installing \S+ to \S+|Using '\S+' .*)?)?"
)

_XCODE = (
    r"(?:CompileSwift\w*|SwiftCompile|SwiftDriver\S*(?: \S+)?|SwiftEmitModule|SwiftMergeGeneratedHeaders|EmitSwiftModule|CompileC"
    r"|CompileAssetCatalog\w*|CompileStoryboard|CompileXIB|Ld|Libtool|CodeSign|Process\w+|Cp\w+|Copy\w+|Create\w+|Generate\w+"
    r"|ExtractAppIntentsMetadata|LinkStoryboards|MkDir|PhaseScriptExecution|Register\w+|ScanDependencies|SymLink|Strip\w*|Touch"
    r"|Validate\w*|WriteAuxiliaryFile|ConstructStubExecutorLinkFileList|ClangStatCache)"
)
_XCODE_CALL = "    /Applications/Xcode"
"""The call of a step of xcodebuild, however long it is."""

_RULES = (  # (what it is, what it can start with, what an indented one can start with, the whole line as a pattern)
    ("PASSED", "[P", "", r"(?:\[gw\d+\] \[ *\d+%\] )?PASSED \S.*"),
    ("ok", "t", "", r"test .+ \.\.\. bench: .*"),
    ("passed", "✓✔√", "✓✔√", r"\s*[✓✔√]\s.*"),
    ("PASS", "P", "", r"PASS +\S+\.\w+(?: \(.*\))?"),
    ("PASS", "", "P", r" +PASS \[ *[\d.]+s\] .*"),
    ("passed", "(", "", r"\(pass\) .*"),
    ("ok", "o", "o", r" *ok \d+(?: (?!.*(?<!\\)# ?(?:skip|SKIP|Skip|todo|TODO|Todo)).*)?|ok  ?\t\S+\t.*"),
    ("PASSED", "/@", "", r"(?:@[\w.~+@-]*)?//\S* +(?:\(cached\) +|\(\d+/\d+ cached\) +)?PASSED in [\d.]+s"),
    ("ok", "o", "", r"ok: \[[^\]]+\](?: => \(item=.*\))?"),
    ("skipping", "s", "", r"skipping: \[[^\]]+\](?: => \(item=.*\))?"),
    (CHANGED, "c", "", r"changed: \[[^\]]+\](?: => \(item=.*\))?"),
    (DETAIL, "i", "", r"included: \S+ for \S+(?: => .*)?"),
    (START, "TRP", "", r"(?:TASK|RUNNING HANDLER|PLAY) \[.*\] \*{3,}"),
    ("ok", "t./", "", r"\S+\.t \.{2,} ok(?: +\d+ ms)?"),
    (START, "#", "#", r" *# Subtest: .*"),
    (DETAIL, "", "1", r" +1\.\.\d+"),
    ("ok", "?", "", r"\?   \t\S+\t\[no test files\]"),
    ("PASS", "-", "-", r"\s*--- PASS: .*"),
    (START, "=", "=", r"\s*=== (?:RUN|PAUSE|CONT|NAME) .*"),
    (START, "[", "", r"\[ RUN      \] .*|\[-{10}\].*|\[INFO\] Running [\w.$]+"),
    ("OK", "[", "", r"\[       OK \] .*"),
    ("OK", "123456789", "", r"\d+/\d+ \S+\.\.\.OK"),  # zig
    ("passed", "[", "", r"\[info\] +[-+] (?!.*(?:\*{3} [A-Z]+ \*{3}|\(pending\)|!{3} )).*"),  # ScalaTest, munit
    ("PASS", "", "P", r"   PASS  \S+"),  # Pest
    (START, "r", "", r"running \d+ tests? from \S+"),  # Deno
    ("progress", "ACEFHMOS", "", r"[\w. ]+ \([^)]*\): Executed \d+ of \d+ SUCCESS \(.*\)"),  # Karma
    ("progress", "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "", r"[⠁-⣿] \|[ \d]*\| .*"),  # testthat
    (START, "", "S", r" +Start +\d+: .*"),
    ("passed", "123456789", "123456789", r" *\d+/\d+ Test +#\d+: .* +Passed +[\d.]+ sec"),
    ("passed", "", "*", r" +\* (?:test|doctest|property) .* \([\d.]+m?s\)(?: \[L#\d+\])?"),
    ("passed", "0123456789", "", r"\d\d:\d\d \+\d+(?: ~\d+)?(?: -\d+)?: (?!.*(?:\[E\]|ed[.!])\s*\Z).+"),
    (DETAIL, "-", "", r"-{78}"),  # of Robot Framework
    ("passed", "T", "", r"Test Case '.*' passed \([\d.]+ seconds\)\."),
    (START, "T", "", r"Test Case '.*' started\."),
    ("passed", "", "P", r" +Passed \S.*"),
    (CLASSES, "[", "", r"\[INFO\] Tests run: \d+, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: .*"),
    (DOTS, "." + _LETTERS, "", r"(?:[^\s.]\S*\.\w+ )?\.+(?: *\[ *\d+%\])?"),
    ("units built", "", "CFD", r" +(?:Compiling|Checking|Fresh|Documenting|Dirty) \S+ v\d\S*(?: \(.*\))?"),
    (
        "build steps",
        "[",
        "",
        r"\[ *\d+%\] (?:Building|Built target|Linking|Generating|Automatic|Consolidate|Scanning) ?.*",
    ),
    ("build steps", "[", "", rf"\[\d+/\d+\] {_NINJA} ?.*"),
    ("build steps", "CESLPGMRTVW", "", rf"{_XCODE} .*\(in target '.*' from project '.*'\)"),
    (
        DETAIL,
        "",
        "c/besw",
        r"    (?:cd /.*|/Applications/Xcode\S* .*|/\S+\.xctoolchain/\S+ .*|builtin-\w+ .*|export \w+\\=.*|setenv .*|write-file .*)",
    ),
    ("build steps", "", "CLAHGDUWO", rf"  {_KBUILD}(?: \[M\])? +\S+"),
    ("compiler calls", "/gcjlar", "", rf"{_CC} -.*\.(?:c|cc|cpp|cxx|o|a|so|java|s|S|m)(?: .*)?"),
    ("directory changes", "m", "", r"make(?:\[\d+\])?: (?:Entering|Leaving) directory .*"),
    ("checks", "c", "", r"checking .*\.\.\. (?:\(cached\) )?(?:yes|none needed|ok|done|-?\w*/.*|\d[\w.]*)"),
    (
        "checks",
        "-",
        "",
        r"-- (?:(?:Detecting|Check for working|Performing Test|Looking for|Checking) .*|(?:Configuring|Generating) done.*)",
    ),
    ("tasks", ">", "", r"> Task :\S+(?: UP-TO-DATE| NO-SOURCE| FROM-CACHE| SKIPPED)?"),
    ("files checked", "C", "", r"Checking \S+\.\w+(?: \.\.\.|: .*\.\.\.)"),
    ("files checked", "0123456789", "", r"\d+/\d+ files checked \d+% done"),
    ("files checked", "D", "", r"Done processing \S+"),
    ("packages", "", "DAILUPR", rf" +{_WORK} \S+ (?:crates? \.\.\.|v?\d\S*.*|\(.*\)|index)"),
    ("packages", "CRU", "", r"Collecting \S+.*|Requirement already satisfied: .*|Using cached \S.*"),
    ("packages", "", "DUOCSAF", rf" +{_PIP} ?\S.*"),
    (
        "packages",
        "PGIRCB",
        "PGIRCB",
        rf" *{_PEP517} ?.*(?:: (?:started|finished with status 'done')|\.\.\. (?:[-\\|/] )*(?:done|ok))",
    ),
    ("packages", "GHI", "", r"(?:Get|Hit|Ign):\d+ \S+ .*"),
    ("packages", "IC", "", r"(?:Inst|Conf) \S+ (?:\[\S+\] )?\(\S+ .*\)(?: \[.*\])?"),
    (
        "packages",
        "SPU",
        "",
        r"(?:Selecting previously unselected package|Preparing to unpack|Unpacking|Setting up) \S.*",
    ),
    ("packages", "P", "", r"Processing triggers for \S.*"),
    (
        "packages",
        "-IDLFUEP",
        "-IDLFUEP",
        rf" *(?:- )?{_GET} [\w@/.\-+:~\[\]]+ \(?v?\d[\w.+\-~]*\)?(?:: .*archive| \(.*\))?",
    ),
    (
        "progress bars",
        "0123456789|━█",
        "0123456789|━╸╺─█▉▊▋▌▍▎▏▓▒░#=>-",
        _BAR,
    ),
    (
        "steps",
        "[",
        "",
        _MAVEN,
    ),
    ("transfers", "[P", "", r"\[INFO\] (?:Downloading|Downloaded) from \S+: .*|Progress \(\d+\): .*"),
    ("transfers", "D", "", r"Download(?:ing|ed)(?: from \S+:)? https?://\S+(?: \(.*\))?"),
    ("steps", "g", "", r"gyp (?:verb|info|http) .*"),
    ("transfers", "n", "", r"npm (?:http (?:fetch [A-Z]+ (?![45]\d\d ).*|cache .*)|timing .*|silly? .*|verb\w* .*)"),
    ("transfers", "g", "", r"go: (?:downloading|extracting|finding) \S+ \S+"),
    ("layers", "0123456789abcdef", "", rf"[0-9a-f]{{12}}: {_LAYER}"),
    (
        "layers",
        "#",
        "",
        rf"#\d+ (?:sha256:[0-9a-f]+ .*|extracting sha256:.*|{_EXPORT} .*|CACHED|DONE [\d.]+s)",
    ),
    (
        "layers",
        "=",
        "=",
        r" *=> (?:=> )?(?:sha256:|extracting sha256:|transferring |CACHED |exporting |writing image |naming to ).*",
    ),
    ("assets", "adb.", "db.", r"(?:asset|\s*dist/|\s*build/|\s*\.next/)\S* .*\d ?(?:[kKMG]i?B|bytes).*"),
    (PATHS, "/" + _LETTERS, "", r"(?:/|[A-Za-z]:[\\/])[^\s:*?\"<>|]+\.\w+"),
)


@cache
def _starting(first: str, indented: bool) -> re.Pattern[str] | None:
    """The rules for lines that start with this character; made when the first such line comes."""
    return _any_of(tuple([i for i, rule in enumerate(_RULES) if first in rule[2 if indented else 1]]))


@cache
def _any_of(rules: tuple[int, ...]) -> re.Pattern[str] | None:
    """One pattern for these rules, which many characters share."""
    found = "|".join([f"(?P<r{i}>{_RULES[i][3]})" for i in rules])
    return re.compile(rf"(?:{found})\s*\Z") if rules else None


_FIRSTS = frozenset(c for rule in _RULES for c in rule[1])
_PLAIN = frozenset(_LETTERS) - frozenset(c for rule in _RULES if rule[0] not in (DOTS, PATHS) for c in rule[1])
"""Letters that start no rule but those for passing dots, which follow a blank, and for paths, which have a drive then."""
_INDENTED = frozenset(c for rule in _RULES for c in rule[2])
_PREFIX = re.compile(r"(?:#\d+ +[\d.]+ |\d{4}-\d\d-\d\dT[\d:.]+Z )(?= *\S)")
"""What a container build or a CI service puts before each line of a step."""
_PASSED_LAST = re.compile(r" PASSED *(?:\[ *\d+%\])?\s*\Z")
_OK_IN = re.compile(r" \.\.\. (?:\x1b\[[\d;]*m)*ok(?:\x1b\[[\d;]*m)* (?:\x1b\[[\d;]*m)*\(\d+m?s\)")
"""A test of `deno test`, with the time that it took."""
_CASE = re.compile(r"\w+ \([A-Za-z_]\w*(?:\.\w+)+\)\Z")
"""A test of `unittest -v`, when what it is for and how it went follow on the next line."""
_MINITEST = re.compile(r"\S+#.+ = [\d.]+ s = \.\Z")
"""A test of `minitest -v`."""
_FILE = re.compile(r"[\w./@-]+[._](?:test|spec)\.[cm]?[jt]sx?:\Z")
"""A file with tests, as Bun names it above them."""
_BEGUN = re.compile(r"\S+\.py::\S+ \Z")
"""A test of `pytest -v`, when something is printed before its verdict; lists of tests have no blank behind the names."""
_COVERED = re.compile(r"\S+(?: +\d+){2,4} +100%\Z|\s*\S[^|]*\|(?: +100 \|){4}\s*\Z")
"""A file of which tests run every line and branch, in the tables of coverage.py and of jest, c8 and nyc."""
_HOOKS = ("Passed", "Skipped")
_HOOK = re.compile(r"\S.{0,120}?\.{3,}(?:\([a-z ]+\))?(?:Passed|Skipped)\Z")
"""A hook of pre-commit."""
_TROUBLE = re.compile(
    r"(?<![\w/@.-])(?:fail(?:ed|ure|ures|s)?|error|fatal|denied|refused|timed out|unable|cannot|not found)(?![\w@]|[.-]\w)",
    re.IGNORECASE,
)


_ENDS = frozenset("])Ddk%|.: \t\r\f\v")


def _by_end(line: str) -> str | None:
    """What a line is that tells it at its end, whatever it begins with; without one of `_ENDS` there it is none."""
    end = line[-1]
    last = line.rfind(" PASSED")
    if last > 0 and ("::" in line or " > " in line) and _PASSED_LAST.match(line, last):
        return "PASSED"
    if (line.endswith(" 100%") or " 100 |" in line) and _COVERED.match(line):
        return "files covered 100 %"
    if end == "d" and line.endswith(_HOOKS) and _HOOK.match(line):
        return "nothing to check" if line.endswith("Skipped") else "passed"
    if (line.endswith(" s = .") and _MINITEST.match(line)) or line.endswith(" | PASS |"):  # Robot Framework
        return "passed"
    if line.endswith("... ok") or (end == ")" and _OK_IN.search(line, max(0, len(line) - 40))):
        return "ok"
    if end == "]" and line.endswith(" [✔]"):  # Hspec
        return "passed"
    if (
        (end == ")" and _CASE.match(line))
        or (end == ":" and _FILE.match(line))
        or (end == " " and "::" in line and _BEGUN.match(line))
    ):
        return START
    return None


def routine(line: str) -> str | None:
    """What a routine line is, as a plural or a verdict ("paths", "PASSED"); None for any other line."""
    if not line or line.isspace() or (len(line) > _LONGEST and not line.startswith(_XCODE_CALL)):
        return None
    if line[0] in "#0123456789":
        m = _PREFIX.match(line)
        if m is not None:
            line = line[m.end() :]
    told = _by_end(line) if line[-1] in _ENDS else None
    if told is not None:
        return told
    indented = line[0] in " \t"
    first = line.lstrip()[0] if indented else line[0]
    if first not in (_INDENTED if indented else _FIRSTS):
        return None
    if first in _PLAIN and not indented and " ." not in line and line[1:2] != ":":
        return None
    pattern = _starting(first, indented)
    if pattern is None:
        return None
    m = pattern.match(line)
    if m is None or m.lastgroup is None:
        return None
    label = _RULES[int(m.lastgroup[1:])][0]
    if label not in TESTS and label not in (PATHS, START, DETAIL) and _TROUBLE.search(line):
        return None
    return label

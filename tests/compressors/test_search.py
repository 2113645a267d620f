from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors import BUILTIN
from headroom.compressors._api import Effort, Limits
from headroom.compressors._router import ContentRouter
from headroom.compressors.search import SearchCompressor
from headroom.messages import NO_HINT, Hint

DATA = Path(__file__).parent.parent / "data" / "search"
SEARCH = SearchCompressor()
BODY = re.compile(r"\d+[:-]")


def decode(body: str, note: str) -> str:
    """The input again, from what a reader sees: a line before a numbered line is the path of those below it."""
    root = note.partition("; paths below ")[2]
    lines = body.split("\n")
    out: list[str] = []
    path: str | None = None
    for i, line in enumerate(lines):
        m = BODY.match(line)
        if m is not None and path is not None:
            out.append(path + m[0][-1] + line)
        elif line != "--" and i + 1 < len(lines) and BODY.match(lines[i + 1]):
            path = root + line
        else:
            out.append(line)
    return "\n".join(out)


def hits(text: str) -> set[tuple[str, str]]:
    """Every (path, number:text) that a reader can rebuild from a visible text."""
    found: set[tuple[str, str]] = set()
    lines = text.split("\n")
    path: str | None = None
    for i, line in enumerate(lines):
        m = BODY.match(line)
        if m is not None and path is not None:
            found.add((path, line))
        elif line != "--" and i + 1 < len(lines) and BODY.match(lines[i + 1]):
            path = line
    return found


NAMES = st.sampled_from(
    ["a.py", "./src/a.py", "./src/b.py", "src/deep/er/x-12-y.ts", "C:\\p q\\c.c", "my file.md", "1.txt"]
)
TEXTS = st.one_of(
    st.sampled_from(
        ["", "def run():", "    run()", "12:x", "-3-", "--", "import run", "x = 1:2:3", "a.py:3:run", "\r", "⋯"]
    ),
    st.text(alphabet=st.characters(blacklist_characters="\n"), max_size=12),
)
HIT = st.builds("{}:{}:{}".format, NAMES, st.integers(1, 999), TEXTS)
CONTEXT = st.builds("{}-{}-{}".format, NAMES, st.integers(1, 999), TEXTS)
LINES = st.lists(st.one_of(HIT, HIT, CONTEXT, st.just("--"), TEXTS), max_size=40)


@settings(max_examples=500, deadline=None)
@given(LINES)
def test_the_lossless_form_gives_back_every_line_in_order(lines: list[str]) -> None:
    text = "\n".join(lines)
    shown = SEARCH.compress(text, NO_HINT, Limits())
    assert shown.lossless
    assert shown.text == text or decode(shown.text, shown.note) == text


@settings(max_examples=500, deadline=None)
@given(st.lists(HIT, min_size=1, max_size=30), st.sampled_from([Effort.MEDIUM, Effort.STRONG]))
def test_no_effort_parts_a_line_number_from_its_text(lines: list[str], effort: Effort) -> None:
    filler = [f"src/big.py:{n}:    result.append(run({n}), level={n})" for n in range(1, 60)]
    text = "\n".join(filler + lines)
    shown = SEARCH.compress(text, Hint(command="rg -n run"), Limits(effort=effort))
    if not shown.lossless:
        for path, body in hits(shown.text):
            assert f"{path}:{body}" in lines or f"{path}:{body}" in filler


@settings(max_examples=500, deadline=None)
@given(LINES, st.sampled_from([Effort.MEDIUM, Effort.STRONG]))
def test_every_line_is_shown_or_counted_as_left_out(lines: list[str], effort: Effort) -> None:
    text = "\n".join([f"src/big.py:{n}:    result.append(run({n}), level={n})" for n in range(1, 60)] + lines)
    shown = SEARCH.compress(text, Hint(command="rg -n run"), Limits(effort=effort))
    if shown.lossless:
        assert not shown.elisions
        return
    gone = {i for e in shown.elisions for a, b in e.ranges for i in range(a, b + 1)}
    assert sum(e.count for e in shown.elisions) == len(gone)
    visible = decode("\n".join(x for x in shown.text.split("\n") if not x.startswith("⋯")), shown.note).split("\n")
    assert [x for x in visible if x] == [x for i, x in enumerate(text.split("\n"), 1) if i not in gone and x]


def cases() -> list[str]:
    return sorted(p.stem for p in DATA.glob("*.in"))


@pytest.mark.parametrize("case", cases())
def test_a_reader_sees_what_the_golden_file_shows(case: str) -> None:
    options = json.loads((DATA / f"{case}.json").read_text(encoding="utf-8"))
    hint = Hint(command=options.get("command"), query=options.get("query"))
    text = (DATA / f"{case}.in").read_text(encoding="utf-8")
    shown = SEARCH.compress(text, hint, Limits(effort=Effort[options["effort"]]))
    assert f"{shown.note}\n{shown.text}" == (DATA / f"{case}.out").read_text(encoding="utf-8")
    assert SEARCH.score(text, hint) >= 0.9


def many(count: int = 60) -> str:
    calls = [f"src/use{n % 7}.py:{n}:    total = total + parse_row({n})" for n in range(1, count)]
    return "\n".join(sorted(calls, key=lambda line: line.split(":")[0]))


@pytest.mark.parametrize("path", ["", "logs/app.log:"])
def test_hits_in_logs_are_messages_of_which_the_rare_one_stays(path: str) -> None:
    """Which line is the best is no question to ask of a log."""
    said = ["gateway timed out after {} ms", "retry {} of 5", "{} items of sku 7 are left"]
    lines = [
        f"{path}{37 * n + 12}:2026-11-20 10:{n // 60:02d}:{n % 60:02d},017 WARN orders - {said[n * 7 % 3].format(n)}"
        for n in range(300)
    ]
    lines[187] = f"{path}6931:2026-11-20 10:03:07,017 ERROR stock - no space left on device"
    made = ContentRouter(BUILTIN).compress(
        "\n".join(lines),
        Hint(
            tool="bash", arguments={"command": "grep -rn 'WARN\\|ERROR' logs"}, command="grep -rn 'WARN\\|ERROR' logs"
        ),
        lambda _: Limits(effort=Effort.MEDIUM),
    )
    assert made.name == "LogCompressor"
    assert "no space left on device" in made.rendition.text
    assert "more like it" in made.rendition.note
    assert made.rendition.text.count("\n") < 12


def test_the_definition_is_shown_however_late_it_comes() -> None:
    text = many() + "\nsrc/zz.py:7:def parse_row(row):\n"
    shown = SEARCH.compress(text, Hint(command="cd lib && rg -n parse_row | head -100"), Limits(effort=Effort.STRONG))
    assert "src/zz.py\n7:def parse_row(row):" in shown.text
    assert not shown.lossless


def test_the_numbers_of_hits_that_are_left_out_are_all_there() -> None:
    text = many()
    shown = SEARCH.compress(text, Hint(command="rg -n parse_row"), Limits(effort=Effort.STRONG))
    numbers: set[int] = set()
    for part in re.findall(r"^⋯ ([\d,-]+)$|[\w.]:([\d,-]+)|^(\d+):", shown.text, re.MULTILINE):
        for a, b in re.findall(r"(\d+)(?:-(\d+))?", "".join(part)):
            numbers |= set(range(int(a), int(b or a) + 1))
    assert numbers == set(range(1, 60))


def test_a_line_that_must_be_kept_is_shown() -> None:
    shown = SEARCH.compress(many(), NO_HINT, Limits(effort=Effort.STRONG, keep=re.compile(r"parse_row\(41\)")))
    assert "41:    total = total + parse_row(41)" in shown.text
    assert not shown.lossless


def test_a_line_that_the_query_is_about_is_shown() -> None:
    text = many() + "\nsrc/zz.py:99:    # parse_row drops the checksum\n"
    hint = Hint(command="rg -n parse_row", query="Where does parse_row lose the checksum?")
    assert "99:    # parse_row drops the checksum" in SEARCH.compress(text, hint, Limits(effort=Effort.STRONG)).text


def test_safe_efforts_leave_nothing_out() -> None:
    for effort in (Effort.LOSSLESS, Effort.LIGHT):
        shown = SEARCH.compress(many(), Hint(command="rg -n parse_row"), Limits(effort=effort))
        assert shown.lossless
        assert decode(shown.text, shown.note) == many()


def test_hits_that_stand_below_their_path_already_are_left_out_with_their_numbers() -> None:
    text = "src/a.py\n" + "\n".join(f"{n}:    total = total + parse_row({n})" for n in range(1, 80)) + "\n\nb.py\n3:x\n"
    assert SEARCH.compress(text, NO_HINT, Limits()).text == text
    shown = SEARCH.compress(text, Hint(command="rg -n parse_row"), Limits(effort=Effort.STRONG))
    assert re.search(r"^⋯ [\d,-]+$", shown.text, re.MULTILINE)
    assert hits(shown.text) <= hits(text)
    gone = {i for e in shown.elisions for a, b in e.ranges for i in range(a, b + 1)}
    assert not gone & {1, 82, 83}
    assert len(gone) + len(hits(shown.text)) == 81


def test_a_hit_in_a_minified_file_is_named_with_its_length() -> None:
    text = many(9) + "\ndist/app.min.js:1:" + "parse_row();" * 9000
    shown = SEARCH.compress(text, Hint(command="rg -n parse_row"), Limits(effort=Effort.MEDIUM))
    assert "⋯ dist/app.min.js:1 (up to 108,002 characters)" in shown.text
    assert "8:    total = total + parse_row(8)" in shown.text


LOG = "\n".join(f"2024-05-01 12:30:{n:02}: INFO:app: request {n} done" for n in range(40))
STAMPED = "\n".join(f"12:30:{n:02}: worker {n} started" for n in range(40))
GCC = "\n".join(f"src/a{n}.c:{n}:5: error: expected ';' before 'x'" for n in range(1, 40))
LINT = "\n".join(f"src/a.py:{n}:1: E501 line too long ({n + 88} > 88)" for n in range(1, 40))
TRACE = "\n".join(f"    at call{n} (/srv/app/index.js:{n}:12)" for n in range(1, 40))
URLS = "\n".join(f"http://localhost:8080:{n}/index" for n in range(40))
YAML = "\n".join(f"key{n}: value {n}" for n in range(40))
CODE = "\n".join(f"    if table[{n}:] and x: return d[{n}:12]" for n in range(40))
DIFF = "\n".join(["diff --git a/x b/x", "@@ -1,2 +1,2 @@", *[f"+    x[{n}:3:] = 1" for n in range(30)]])
GOLOG = "\n".join(f"main.go:{42 if n % 2 else 17}: served {n}" for n in range(40))


@pytest.mark.parametrize("text", [LOG, STAMPED, TRACE, URLS, YAML, CODE, DIFF, GOLOG, "", "\n\n", "prose, no hits"])
def test_what_is_no_search_output_is_not_claimed(text: str) -> None:
    assert SEARCH.score(text, NO_HINT) == 0.0


@pytest.mark.parametrize("text", [GCC, LINT])
def test_messages_of_compilers_and_linters_are_for_others(text: str) -> None:
    assert SEARCH.score(text, Hint(command="make")) <= 0.3


@pytest.mark.parametrize(
    "hint",
    [
        Hint(command="rg -n parse_row"),
        Hint(command="cd /srv && grep -rn 'parse_row' . | head -50"),
        Hint(command="git grep -n parse_row"),
        Hint(tool="Grep", arguments={"pattern": "parse_row"}),
        Hint(tool="search_files"),
    ],
)
def test_a_search_that_was_run_is_nearly_certain(hint: Hint) -> None:
    assert SEARCH.score(many(), hint) == 0.95
    assert 0.5 < SEARCH.score(many(), NO_HINT) < 0.9
    assert SEARCH.score(LOG, hint) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        ":" * 200_000,
        "1:" * 100_000,
        "-1" * 100_000,
        "a:1:" + "b" * 200_000,
        "\n" * 200_000,
        "\0:1:\ud800",
    ],
)
def test_odd_texts_come_back_whole(text: str) -> None:
    assert SEARCH.compress(text, NO_HINT, Limits()).text == text
    SEARCH.compress(text, NO_HINT, Limits(effort=Effort.STRONG))
    SEARCH.score(text, NO_HINT)


def decode_bare(body: str) -> str:
    out: list[str] = []
    lines = body.split("\n")
    path = ""
    for i, line in enumerate(lines):
        if line.startswith(":"):
            out.append(path + line)
        elif i + 1 < len(lines) and lines[i + 1].startswith(":"):
            path = line
        else:
            out.append(line)
    return "\n".join(out)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(st.builds("{}:{}".format, NAMES, TEXTS), HIT, TEXTS), max_size=30))
def test_hits_without_numbers_come_back_as_well(lines: list[str]) -> None:
    text = "\n".join(lines)
    shown = SEARCH.compress(text, Hint(command="grep -r run ."), Limits())
    assert shown.lossless
    assert text in (shown.text, decode_bare(shown.text), decode(shown.text, shown.note))


def test_hits_without_numbers_are_grouped_where_many_files_were_searched() -> None:
    text = "\n".join(f"src/use{n // 9}.py:    total = parse_row({n})" for n in range(40))
    assert SEARCH.score(text, Hint(command="grep -r parse_row src")) == 0.9
    assert SEARCH.score(text, NO_HINT) == 0.0
    shown = SEARCH.compress(text, Hint(command="grep -r parse_row src"), Limits()).text
    assert shown.startswith("src/use0.py\n:    total = parse_row(0)\n")
    assert decode_bare(shown) == text


def test_hits_in_one_file_that_is_not_named_are_ranked_as_well() -> None:
    lines = [f"{7 * i + 3}:        self.value_{i % 5} = self.compute({i})  # {'x' * (i % 7)}" for i in range(200)]
    lines[120] = "843:    def resilient(self):"
    hint = Hint(command="grep -n self app.py", query="resilient")
    assert SEARCH.score("\n".join(lines), hint) == 0.9
    made = SEARCH.compress("\n".join(lines) + "\n", hint, Limits(effort=Effort.MEDIUM))
    shown = [line for line in made.text.split("\n") if line and not line.startswith("⋯")]
    assert set(shown) < set(lines)
    assert lines[120] in shown
    assert made.note == f"⋯ = line numbers of {200 - len(shown)} hits not shown"


def test_a_log_that_was_grepped_is_no_list_of_hits() -> None:
    lines = [f"{9 + i // 30}:{i % 60:02d}:07 worker {i} stopped" for i in range(90)]
    assert SEARCH.score("\n".join(lines), Hint(command="grep worker app.log")) == 0.0


def test_of_hits_without_numbers_the_rest_is_counted() -> None:
    text = "\n".join(f"src/use{n // 9}.py:    total = parse_row({n}, {n % 7})" for n in range(99))
    made = SEARCH.compress(text, Hint(command="grep -r parse_row src"), Limits(effort=Effort.MEDIUM))
    shown = sum(1 for line in made.text.split("\n") if line.startswith(":"))
    counted = sum(int(n) for n in re.findall(r"×(\d+)", made.text))
    assert not made.lossless
    assert shown + counted == 99
    assert f"⋯ = numbers of {counted} hits not shown" in made.note


def test_a_revision_may_stand_before_the_path() -> None:
    text = "\n".join(f"HEAD~1:src/use{n // 9}.py:{n}:    total = parse_row({n})" for n in range(40))
    assert SEARCH.score(text, Hint(command="git grep -n parse_row HEAD~1")) == 0.95


@pytest.mark.parametrize("command", ["grep -rc parse_row src", "rg -l parse_row", "rg --files"])
def test_paths_and_counts_are_for_others(command: str) -> None:
    assert SEARCH.score("\n".join(f"src/use{n}.py:{n}" for n in range(40)), Hint(command=command)) == 0.0


@pytest.mark.parametrize(
    ("tool", "heading", "line", "rule"),
    [("grep", "{}:", "  Line {}: {}", ""), ("search_file_content", "File: {}", "L{}: {}", "---")],
)
def test_what_agents_own_tools_print_below_a_path_is_ranked_too(tool: str, heading: str, line: str, rule: str) -> None:
    out = ["Found 90 matches"]
    for f in range(9):
        out += [heading.format(f"src/use{f}.py")]
        out += [line.format(n, f"    total = total + parse_row({n}, {f})") for n in range(1, 11)]
        out += [rule]
    out[60] = line.format(41, "def parse_row(row, part):")
    text, hint = "\n".join(out), Hint(tool=tool, arguments={"pattern": "parse_row"})
    assert SEARCH.score(text, hint) == 0.9
    assert SEARCH.compress(text, hint, Limits()).text == text
    made = SEARCH.compress(text, hint, Limits(effort=Effort.MEDIUM))
    assert out[60] in made.text.split("\n")
    assert set(made.text.split("\n")) - {x for x in made.text.split("\n") if x.startswith("⋯")} <= set(out)
    assert re.search(r"^⋯ .*use8\.py:1-10", made.text, re.MULTILINE)
    assert made.text.startswith("Found 90 matches\n")


def test_hits_within_a_document_are_none() -> None:
    """Read as one hit, all of it would be a path and a text; what holds them knows JSON."""
    hits = "\n".join(f"src/use{n}.py:{n}:    total = parse_row({n})" for n in range(40))
    hint = Hint(tool="Bash", command="rg -n parse_row src")
    for document in ({"stdout": hits, "code": 0}, [{"type": "text", "text": hits}], [hits]):
        assert SEARCH.score(json.dumps(document), hint) == 0.0
        assert SEARCH.score(json.dumps(document, indent=2), hint) == 0.0
    assert SEARCH.score(hits, hint) == 0.95


def test_what_an_agent_puts_around_hits_stays_around_them() -> None:
    """The files that are only named stand above the end of the frame."""
    hits = "".join(f"src/part{n % 9}.py:{n}:    tide = tide + berth({n})\n" for n in range(90))
    head, tail = "<returncode>0</returncode>\n<output>\n", "\n(Open file: n/a)\n(Current directory: /srv)\nbash-$"
    hint = Hint(command="grep -rn tide src", query="Where is the tide set?")
    plain = SEARCH.compress(hits, hint, Limits(effort=Effort.MEDIUM))
    assert not plain.lossless
    for framed in (hits + tail, head + hits + tail):
        made = SEARCH.compress(framed, hint, Limits(effort=Effort.MEDIUM))
        assert made.text == framed.replace(hits.rstrip("\n"), plain.text.rstrip("\n"))
        assert made.text.endswith(tail)


def test_lines_with_numbers_that_an_agents_search_printed_are_hits() -> None:
    """As `search_file` of SWE-agent prints them."""
    rows = "".join(f"Line {n * 9 + 4}:    tide_{n} = berth({n}) + tide\n" for n in range(60))
    text = (
        f'Found 60 matches for "tide" in /srv/harbour/tide.py:\n{rows}End of matches for "tide" in /srv/harbour/tide.py'
    )
    hint = Hint(command='search_file "tide" tide.py', query="What is tide_7?")
    assert SEARCH.score(text, hint) >= 0.9
    made = SEARCH.compress(text, hint, Limits(effort=Effort.MEDIUM))
    assert "Line 67:    tide_7 = berth(7) + tide\n" in made.text
    assert made.text.startswith('Found 60 matches for "tide"')
    assert len(made.text) < 0.7 * len(text)

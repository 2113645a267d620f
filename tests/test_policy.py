"""Policy: what may change, and how far."""

from __future__ import annotations

import pytest

from headroom import policy
from headroom.exceptions import ConfigError
from headroom.messages import Block, Effort, Hint, Role

TOOLS: frozenset[Role] = frozenset({"tool"})
PROFILE = (
    "   ncalls  tottime  percall  cumtime  percall filename:lineno(function)\n"
    + "  1  0.010  0.010  0.7  0.7 a.py:1(f)\n" * 30
)
LONG = "value = compute(value)\n" * 40
LOG = "".join(f"2026-01-02 10:00:{n % 60:02d} INFO served request {n}\n" for n in range(40))


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("cat src/app.py", "src/app.py"),
        ("sed -n '1,80p' src/app.py", "src/app.py"),
        ("cd repo && sed -n 10,20p a/b.ts | head -5", "a/b.ts"),
        ("bash -lc 'cat README.md'", "README.md"),
        ("head -n 50 notes.md", "notes.md"),
        ("nl -ba pkg/main.go | sed -n '1,9p'", "pkg/main.go"),
        ("awk 'NR>=3 && NR<=9' x.rs", "x.rs"),
        ("git show HEAD:src/app.py", "src/app.py"),
        ("bat --plain lib.rb", "lib.rb"),
        ("open server.py\n", "server.py"),
        ("cat a.py && cat b.py", "b.py"),
        ("sudo cat /etc/hosts", "/etc/hosts"),
        ("cat a.py | grep main", None),
        ("grep -n main a.py", None),
        ("sed -i s/a/b/ a.py", None),
        ("sed s/a/b/ a.py", None),
        ("awk '{print $1}' a.txt", None),
        ("git show HEAD", None),
        ("ls && cat a.py", None),
        ("cat <<EOF > a.py", None),
        ("pytest -q", None),
        ("cat 'unclosed", None),
        ("", None),
    ],
)
def test_a_command_that_prints_a_file_is_known_by_its_path(command: str, path: str | None) -> None:
    """Anything that may rewrite the text on its way is no read."""
    assert policy.command_path(command) == path


@pytest.mark.parametrize(
    "hint",
    [
        Hint(tool="Read", path="/p/src/app.py"),
        Hint(tool="read_file", path="src/app.ts"),
        Hint(tool="mcp__filesystem__read_text_file", path="docs/guide.md"),
        Hint(tool="str_replace_based_edit_tool", arguments={"command": "view"}, path="a.go"),
        Hint(tool="view", path="a.c"),
        Hint(tool="Bash", command="cat Makefile"),
        Hint(tool="shell", command="sed -n '1,200p' pyproject.toml"),
        Hint(tool="read", path="package.json"),
        Hint(tool="Bash", command="cat pom.xml"),
    ],
)
def test_a_read_of_a_file_that_agents_edit_stays_exact(hint: Hint) -> None:
    """Whatever tool or command read it."""
    assert policy.is_edit_source(hint, LONG)


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (Hint(tool="Read", path="/var/log/app.log"), LOG),
        (Hint(tool="Read", path="out.txt"), "".join(f"{n:>6}→{line}\n" for n, line in enumerate(LOG.split("\n"), 1))),
        (
            Hint(tool="Read", path="users.json"),
            "".join(f"{n}\t{line}\n" for n, line in enumerate(["[", *(['  {"id": 1},'] * 30), "]"], 1)),
        ),
        (
            Hint(tool="str_replace_editor", arguments={"command": "view"}, path="/srv"),
            "Here's the files and directories up to 2 levels deep in /srv, excluding hidden items:\n/srv/a.py\n",
        ),
        (Hint(tool="Read", path="server.log.1"), LOG),
        (Hint(tool="Bash", command="cat out.txt"), LOG),
        (Hint(tool="Read", path="package-lock.json"), "{}" * 200),
        (Hint(tool="Read", path="dist/app.min.js"), "var a=1;" * 2000),
        (Hint(tool="Read", path="static/app.js"), "var a=1;" * 2000),
        (Hint(tool="read_file", path="data.csv"), "a,b\n1,2\n" * 50),
        (Hint(tool="Read", path="calls/sync.vtt"), LONG),
        (Hint(tool="Bash", command="cat film.srt"), LONG),
        (Hint(tool="Read", path="talk.sbv"), LONG),
        (Hint(tool="Bash", command="strings -n 8 disk.img"), LONG),
        (Hint(tool="Read", path="users.json"), "[\n" + '  {"id": 1},\n' * 30 + "]"),
        (Hint(tool="Bash", command="cat /proc/cpuinfo"), LONG),
        (Hint(tool="Bash", command="cat build/junit.xml"), '<?xml version="1.0"?>\n<testsuites>\n' + LONG),
        (Hint(tool="Bash", command="cat profile.txt"), f"== cProfile\n{PROFILE}"),
        (Hint(tool="Read", path="stacks.txt"), "".join(f"main (a.py:9);load;f{n} {n}\n" for n in range(30))),
        (Hint(tool="Bash", command="pytest -q"), LONG),
        (Hint(tool="WebFetch"), LONG),
    ],
)
def test_a_log_a_lock_file_a_bundle_or_data_is_no_such_read(hint: Hint, text: str) -> None:
    """What it holds decides, not the command."""
    assert not policy.is_edit_source(hint, text)


@pytest.mark.parametrize(
    "tool", ["copilot_readFile", "readCode", "get_file_text_by_path", "open_entire_file", "srv__show_source"]
)
def test_a_tool_that_says_that_it_reads_a_file_reads_it(tool: str) -> None:
    """Agents come with new names every week."""
    assert policy.read_path(Hint(tool=tool, path="src/app.py")) == "src/app.py"
    assert policy.read_path(Hint(tool=tool)) is None


@pytest.mark.parametrize(
    "tool",
    [
        "get_file_diff",
        "get_file_info",
        "read_log_file",
        "find_file",
        "get_code_coverage",
        "get_weather",
        "edit_file",
        "fs_read_directory",
    ],
)
def test_a_tool_that_does_something_else_with_a_file_does_not_read_it(tool: str) -> None:
    assert policy.read_path(Hint(tool=tool, path="src/app.py")) is None


def test_only_tool_results_change_by_default() -> None:
    """Other roles are left alone unless the caller asks."""
    roles: frozenset[Role] = frozenset({"tool"})
    others: tuple[Role, ...] = ("system", "user", "assistant")
    for role in others:
        block = Block(text=LONG, role=role)
        assert policy.judge(block, roles=roles, tools={}).verbatim
        assert not policy.judge(block, roles=frozenset({role}), tools={}).verbatim


def test_overrides_by_tool_beat_the_tables() -> None:
    """In both directions."""
    read = Block(text=LONG, role="tool", hint=Hint(tool="Read", path="a.py"))
    other = Block(text=LONG, role="tool", hint=Hint(tool="fetch"))
    tools = policy.check_tools({"Read": "safe", "fetch": "verbatim"})
    assert not policy.judge(read, roles=frozenset({"tool"}), tools=tools).verbatim
    assert policy.judge(other, roles=frozenset({"tool"}), tools=tools).verbatim
    lossless = policy.check_tools({"fetch": "lossless"})
    assert policy.judge(other, roles=frozenset({"tool"}), tools=lossless).cap is Effort.LOSSLESS


@pytest.mark.parametrize(
    "hint",
    [
        Hint(tool="AskUserQuestion"),
        Hint(tool="ask_followup_question"),
        Hint(tool="request_user_input"),
        Hint(tool="Skill", path="skills/pdf"),
        Hint(tool="activate_skill"),
        Hint(tool="Read", path="/srv/shop/CLAUDE.md"),
        Hint(tool="read_file", path="AGENTS.md"),
        Hint(tool="Bash", command="cat .cursor/rules/style.mdc"),
        Hint(tool="Bash", command="sed -n 1,80p ~/.claude/skills/pdf/SKILL.md"),
        Hint(tool="Read", path="C:\\shop\\.github\\copilot-instructions.md"),
        Hint(tool="Read", path=".clinerules"),
    ],
)
def test_what_the_user_says_and_what_tells_the_agent_how_to_work_stays(hint: Hint) -> None:
    """Under every profile; only a rule of the caller's for the tool is stronger."""
    block = Block(text=LONG, role="tool", hint=hint)
    for profile in ("safe", "balanced", "aggressive"):
        verdict = policy.judge(block, roles=TOOLS, tools={}, profile=profile)
        assert verdict.verbatim
        assert verdict.repeats
        assert verdict.lasting
        assert "stay" in verdict.reason
    assert not policy.judge(block, roles=TOOLS, tools={hint.tool or "": "balanced"}).verbatim


@pytest.mark.parametrize(
    "hint",
    [
        Hint(tool="Bash", command="grep -n agents AGENTS.md"),
        Hint(tool="Grep", path="CLAUDE.md"),
        Hint(tool="Read", path="docs/agents.md.txt"),
        Hint(tool="Read", path="src/agents.py"),
        Hint(tool="search_questions"),
    ],
)
def test_what_only_sounds_like_it_is_material(hint: Hint) -> None:
    block = Block(text=LONG, role="tool", hint=hint)
    assert not policy.judge(block, roles=TOOLS, tools={}, profile="balanced").verbatim


@pytest.mark.parametrize("tool", ["headroom_retrieve", "mcp__headroom__headroom_retrieve", "hub_headroom_retrieve"])
def test_what_was_fetched_back_is_not_shortened_again(tool: str) -> None:
    block = Block(text=LOG, role="tool", hint=Hint(tool=tool))
    verdict = policy.judge(block, roles=frozenset({"tool"}), tools={"headroom_retrieve": "lossless"})
    assert (verdict.verbatim, verdict.repeats) == (True, False)
    assert verdict.reason == "a slice that was asked for stays as it came"


def test_safe_elides_only_logs_tests_json_and_blobs() -> None:
    """Everything else is re-encoded without loss."""
    kinds = ("log", "test", "json", "blob", "search", "diff", "listing", "table", "raw", "prose")
    assert [k for k in kinds if policy.effort("safe", k)] == ["log", "test", "json", "blob"]
    assert {policy.effort("balanced", k) for k in kinds} == {Effort.MEDIUM}
    assert {policy.effort("aggressive", k) for k in kinds} == {Effort.STRONG}


def test_unknown_profiles_and_rules_are_refused_with_the_remedy() -> None:
    """The message lists what can be used."""
    with pytest.raises(ConfigError, match="'safe', 'balanced' or 'aggressive'"):
        policy.check_profile("fast")
    with pytest.raises(ConfigError, match="verbatim, lossless"):
        policy.check_tools({"Read": "exact"})


def test_what_a_browsers_tool_has_written_down_of_a_page_is_no_file_under_edit() -> None:
    page = "\n".join(f'- button "Berth {n}" [ref=e{n}]' for n in range(40))
    config = "\n".join(f"- name: berth{n}\n  image: yard:{n}" for n in range(40))
    read = Hint(tool="Read", path="/srv/.playwright-mcp/page-1.yml")
    assert not policy.is_edit_source(read, page)
    assert policy.is_edit_source(read, config)

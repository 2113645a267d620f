"""Formats of the wild: what a tool printed and what a model reads of it, recorded side by side in tests/data/formats."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "formats.py"
_spec = importlib.util.spec_from_file_location("formats", SCRIPT)
assert _spec is not None
assert _spec.loader is not None
formats = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(formats)


@pytest.mark.parametrize("case", formats.cases(), ids=[case.stem for case in formats.cases()])
def test_each_format_reads_as_recorded(case: Path) -> None:
    with case.with_suffix(".out").open(encoding="utf-8", newline="") as file:
        assert formats.compressed(case).text == file.read()


@pytest.mark.parametrize(
    ("case", "evidence"),
    [
        ("pytest_v", "test_crane"),
        ("unittest", "KeyError|TypeError|AssertionError"),
        ("jest", "TypeError: Cannot read properties of undefined"),
        ("vitest", "TypeError: Cannot read properties of undefined (reading 'total')"),
        ("go_test", "berth_test.go:88: depth(17) = 4, want 6"),
        ("go_test", "panic: runtime error: index out of range [3] with length 3"),
        ("cargo_test", "src/lib.rs:53:17"),
        ("gradle", "expected: <12> but was: <9>"),
        ("maven", "Yard8Test.java:57"),
        ("tsc", "bad.ts(4,60): error TS2551"),
        ("docker_build", "No matching distribution found for harbour-tides==9.9"),
        ("docker_ps", "Exited (137) 3 hours ago"),
        ("kubectl_pods", "CrashLoopBackOff"),
        ("kubectl_describe", "OOMKilled"),
        ("npm_install_verbose", "ERESOLVE unable to resolve dependency tree"),
        ("pip", "fatal error: gauge.h: No such file or directory"),
        ("ps", "97.4"),
        ("df", "100%,/var/lib/docker/overlay2/9f2c"),
        ("log_nginx", "502"),
        ("log_nginx_error", "Connection refused"),
        ("log_apache", "404"),
        ("log_json", "deadlock detected"),
        ("log_syslog", "Killed process 4411 (tided)"),
        ("log_journald", "sensor 4 did not answer for 30 s"),
        ("log_logfmt", "slot taken twice"),
        ("log_java", "Caused by: java.sql.SQLException: lock timeout"),
        ("trace_python", "BerthTaken: berth 7 is taken by MV Gull"),
        ("progress", "warning: checksum of table 14 differs, kept the old one"),
        ("yaml_pods", "Failed"),
        ("objdump", "cmpq $0x0,0x10(%rax,%rdx,8)"),
        ("trace_go", "pool.go:91"),
        ("trace_node", "src/routes/take.js:41:9"),
        ("trace_dotnet", "no answer in 30 s"),
        ("journal_json", "sensor 4 did not answer for 30 s"),
        ("cargo_json", "expected `u32`, found `f64`"),
        ("lsof", "part36.db (deleted)"),
        ("compose_logs", "berth 7 is taken"),
        ("gh_run_log", "expected 40, got 12"),
        ("browser_requests", "/api/tides?day=2026-05-02 => [500] Internal Server Error"),
        ("browser_requests", "ships?page=2"),
        ("md_sections", "2026-05-02T19:00:00Z,118,2,regressed"),
        ("gh_job_log", "AssertionError: assert 2.9 == 3.1"),
        ("gitlab_job", "tests/test_tides.py:41: AssertionError"),
        ("jenkins", "AssertionError: {'lines': [1, 2, 3], 'customer': 'Ada'}"),
        ("xcodebuild", "HarbourTests.swift:77: error: "),
        ("zig_test", "/src/tides.zig:41:5"),
        ("bun_test", "(fail) tides > closes"),
        ("deno_test", "tides closes ... FAILED"),
        ("karma", "src/app/tides.spec.ts:41:25"),
        ("testthat", "`highest()` (`actual`) not equal to 3.1"),
        ("strace", "missing.conf"),
        ("systemctl_units", "●,ssh33.service"),
        ("terraform_plan", "m5.24xlarge"),
        ("terraform_plan", "# forces replacement"),
        ("terraform_plan", "volume_size = 800"),
        ("cpuinfo", "0xd000389"),
        ("psql_expanded", "11,MV Tern,Leith,271,aground"),
        ("mysql_vertical", "4411,Waiting for table metadata lock,ALTER TABLE"),
        ("prometheus", "500,POST,/cranes,8814"),
        ("prometheus", "g21,south,NaN"),
        ("helm_template", "\n7,tide,harbour-tide,0,"),
        ("helm_template", "== Deployment, 5 documents"),
        ("yaml_documents", "gate-13,default"),
        ("yaml_comments", "only where the water is deep"),
        ("yaml_comments", "absent"),
        ("xml", "MV Gull 8,26"),
        ("xml_config", '"@additivity":false'),
        ("xml_feed", "<b>closed</b>"),
        ("dpkg_l", "rc,libmast-tide2"),
        ("dpkg_l", "iU,lock1"),
        ("apt_list", "upgradable to: 9.1-0"),
        ("git_diff_stat", "web/logo.png | Bin 0 -> 4411 bytes"),
        ("git_numstat", "web/: - - logo.png"),
        ("top", "4411,tide,0,0,0,R,97.4,71.2"),
        ("ss", "CLOSE-W\t221"),
        ("csv_headless", "jammed"),
    ],
)
def test_what_matters_stays_visible(case: str, evidence: str) -> None:
    text = formats.compressed(formats.FOLDER / f"{case}.in").text
    assert any(part in text for part in evidence.split("|"))

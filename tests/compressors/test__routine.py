from __future__ import annotations

import pytest

from headroom.compressors._routine import CHANGED, DOTS, PATHS, START, routine


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("tests/a.py::test_x[a b] PASSED                 [ 12%]", "PASSED"),
        ("[gw0] [ 12%] PASSED tests/a.py::test_x", "PASSED"),
        ("PASSED tests/a.py::test_x", "PASSED"),
        ("CartTest > adds PASSED", "PASSED"),
        ("tests/a.py ......    [ 12%]", DOTS),
        ("test_x (m.Case.test_x) ... ok", "ok"),
        ("//quay:berth_test   (cached) PASSED in 0.1s", "PASSED"),
        ("QuayTest#test_case_3 = 0.04 s = .", "passed"),
        ("Berth Case 1                   | PASS |", "passed"),
        ("  * test moors a ship (0.3ms) [L#12]", "passed"),
        ("00:02 +39 ~1 -1: quay moors a ship", "passed"),
        ("ok: [web01] => (item=nginx)", "ok"),
        ("changed: [web01]", CHANGED),
        ("skipping: [web01]", "skipping"),
        ("test list::grows ... ok", "ok"),
        ("test_x (m.Case.test_x)", START),
        ("What it is for ... ok", "ok"),
        ("tests/a.py::Case::test_x ", START),
        ("ok  \texample.org/cart\t0.01s", "ok"),
        ("?   \texample.org/x\t[no test files]", "ok"),
        ("    --- PASS: TestX/a (0.00s)", "PASS"),
        ("=== RUN   TestX", START),
        ("  ✓ adds (5 ms)", "passed"),
        ("PASS src/cart.test.js", "PASS"),
        ("        PASS [   0.010s] app::cart adds", "PASS"),
        ("(pass) cart > adds [0.10ms]", "passed"),
        ("cart adds ... ok (12ms)", "ok"),
        ("-- Performing Test HAVE_PTHREAD - Success", "checks"),
        ("check yaml...............................................................Passed", "passed"),
        ("check toml...........................................(no files to check)Skipped", "nothing to check"),
        ("[INFO] --- compiler:3.13.0:compile (default-compile) @ model ---", "steps"),
        ("[INFO] Copying 2 resources from src/main/resources to target/classes", "steps"),
        ("[INFO] ", "steps"),
        ("app/__init__.py                  13      0      0      0   100%", "files covered 100 %"),
        (" slug.js  |     100 |      100 |     100 |     100 |                   ", "files covered 100 %"),
        (
            "[INFO] Tests run: 6, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in a.BTest",
            "test classes passed",
        ),
        ("gyp verb cli   'rebuild',", "steps"),
        ("[       OK ] Cart.Adds (0 ms)", "OK"),
        ("   Compiling serde v1.0.2", "units built"),
        ("[ 12%] Building CXX object a.o", "build steps"),
        ("  CC      kernel/fork.o", "build steps"),
        ("gcc -O2 -c a.c -o a.o", "compiler calls"),
        ("Collecting requests>=2", "packages"),
        ("  Downloading requests-2.0-py3-none-any.whl (62 kB)", "packages"),
        ("#7 1.234 Setting up curl (8.0)", "packages"),
        ("go: downloading example.org/x v1.2.3", "transfers"),
        ("npm http fetch GET 200 https://registry.test/error-ex 12ms (cache miss)", "transfers"),
        ("Unpacking liberror-perl (0.17) ...", "packages"),
        ("Inst libpq5 [15.1-2] (15.2-0+deb12u1 Debian:12.1/stable [amd64])", "packages"),
        ("Unpacking fail2ban (1.0) ...", "packages"),
        ("#9 CACHED", "layers"),
        ("> Task :app:compileJava UP-TO-DATE", "tasks"),
        ("checking for strdup... yes", "checks"),
        ("/usr/lib/node_modules/typescript/lib/lib.d.ts", PATHS),
    ],
)
def test_lines_that_say_as_expected_are_known(line: str, label: str) -> None:
    assert routine(line) == label


@pytest.mark.parametrize(
    "line",
    [
        "",
        " " * 590,
        "tests/a.py ...F..    [ 12%]",
        "//quay:berth_test   FAILED in 0.1s",
        "QuayTest#test_case_3 = 0.04 s = F",
        "00:02 +40 -1: quay releases a berth [E]",
        "00:03 +59 -1: Some tests failed.",
        "00:03 +60: All tests passed!",
        "ok: [web01] => {",
        'fatal: [web07]: FAILED! => {"changed": false}',
        "tests/a.py::test_x FAILED    [ 12%]",
        "tests/a.py::test_x PASSED but wrote to stderr",
        "--- FAIL: TestX (0.00s)",
        "test list::grows ... FAILED",
        "What it is for ... FAIL",
        "tests/a.py::Case::test_x",
        "call test_x (m.Case.test_x)",
        "not ok 12 - grows",
        "FAIL src/cart.test.js",
        "  ✕ adds",
        "> Task :app:test FAILED",
        "checking for strdup... no",
        "  Downloading requests-2.0.whl failed: connection refused",
        "Setting up libc6 failed",
        "E   assert 1 == 2",
        "/usr/lib/a.py:12: error",
        "0 errors",
        "======== 3 passed in 0.01s ========",
        "-" * 70,
        "some prose about PASSED tests",
    ],
)
def test_every_other_line_is_none(line: str) -> None:
    assert routine(line) is None


def test_a_transfer_that_failed_is_shown() -> None:
    assert routine("npm http fetch GET 200 https://registry.test/ms 12ms (cache hit)") == "transfers"
    assert routine("npm http fetch GET 503 https://registry.test/ms attempt 1 with 503 12ms") is None

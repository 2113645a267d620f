"""Logs: what stays visible, that what is hidden is said, and that the lossless form can be undone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors.log import LogCompressor
from headroom.messages import NO_HINT, Hint
from tests.generators import ANY_TEXT, logs

DATA = Path(__file__).parent.parent / "data" / "log"
CASES = sorted(DATA.glob("*.in"))
LOG = LogCompressor()
ELIDING = st.sampled_from([Effort.LIGHT, Effort.MEDIUM, Effort.STRONG])
_START = re.compile(r'(?:after|each line starts) ("(?:[^"\\]|\\.)*")')


def compress(text: str, effort: Effort = Effort.LIGHT, **hint: str) -> Rendition:
    return LOG.compress(text, Hint(**hint), Limits(effort=effort))  # type: ignore[arg-type]


def start_of(note: str) -> str:
    found = _START.search(note)
    start = json.loads(found[1]) if found else ""
    assert isinstance(start, str)
    return start


def decode(rendition: Rendition) -> str:
    """Undo the lossless form by its note alone."""
    start = start_of(rendition.note)
    out: list[str] = []
    if not rendition.note:
        return rendition.text
    lines = rendition.text.split("\n")
    last = [lines.pop()] if lines[-1] == "" else []
    for line in lines:
        if line.startswith("⋯ ×"):
            out.extend([out[-1]] * (int(line[3:]) - 1))
        else:
            out.append(line[1:] if line.startswith("║") else start + line)
    return "\n".join(out + last)


def shown(rendition: Rendition) -> dict[int, str]:
    """The visible lines by number, with the shared start put back."""
    start = start_of(rendition.note)
    out: dict[int, str] = {}
    burst = ""
    for line in rendition.text.split("\n"):
        if line.startswith("⋯ » = "):
            burst = json.loads(line[6:])
        elif not line.startswith("⋯"):
            found = re.match(r"(\d+)(?:\+\d+→\d+)?([│║»])", line)
            assert found is not None, line
            out[int(found[1])] = {"│": start, "║": "", "»": start + burst}[found[2]] + line[found.end() :]
    return out


def clock(i: int) -> str:
    return f"2026-04-01 {i // 3600 % 24:02d}:{i // 60 % 60:02d}:{i % 60:02d}"


def chatter(count: int) -> list[str]:
    return [f"{clock(i)} INFO cache: hit key {i * 7919 % 1000} in {3 + i % 5} ms" for i in range(count)]


@pytest.mark.parametrize("case", CASES, ids=[c.stem for c in CASES])
def test_each_golden_log_reads_as_recorded(case: Path) -> None:
    options = case.with_suffix(".json")
    given_ = json.loads(options.read_text()) if options.exists() else {}
    rendition = LOG.compress(
        case.read_text(), Hint(**given_.get("hint", {})), Limits(effort=Effort[given_.get("effort", "LIGHT")])
    )
    assert f"[{rendition.note}]\n{rendition.text}\n" == case.with_suffix(".out").read_text()


@settings(max_examples=500, deadline=None)
@given(st.one_of(logs(), ANY_TEXT, st.lists(st.sampled_from(["a b", "a c", "⋯ ×2", "║x", "", "a b 1"])).map("\n".join)))
def test_the_lossless_form_can_be_undone(text: str) -> None:
    rendition = LOG.compress(text, NO_HINT, Limits(effort=Effort.LOSSLESS))
    assert rendition.lossless
    assert decode(rendition) == text
    assert len(rendition.text) + len(rendition.note) <= len(text) or rendition.text == text


@settings(max_examples=500, deadline=None)
@given(st.one_of(logs(), ANY_TEXT), ELIDING, st.integers(1, 900))
def test_every_shown_line_is_a_line_of_the_log_and_the_rest_is_accounted_for(
    text: str, effort: Effort, first: int
) -> None:
    rendition = LOG.compress(text, NO_HINT, Limits(effort=effort, first_line=first))
    if rendition.lossless:
        assert decode(rendition) == text
        return
    lines = text.removesuffix("\n").split("\n")  # behind the last line end there is no line
    visible = shown(rendition)
    assert all(lines[n - first] == line for n, line in visible.items())
    (elision,) = rendition.elisions
    hidden = [n for a, b in elision.ranges for n in range(a, b + 1)]
    assert elision.count == len(hidden)
    assert sorted([*hidden, *visible]) == list(range(first, first + len(lines)))


def test_a_number_alone_on_a_line_is_no_empty_line() -> None:
    lines = [f"2026-04-01 10:00:{i % 60:02d} INFO job {i} done" for i in range(60)]
    lines[20:20] = ["", "137", ""]
    visible = shown(compress("\n".join(lines) + "\n"))
    assert "137" in visible.values()
    assert 64 not in visible


def test_a_rare_status_stands_out_where_hexadecimal_ids_take_turns_with_it() -> None:
    lines = [
        f"{clock(i)} 2574 INFO api [req-{i * 2654435761 % 2**32:08x}-{i * 40503 % 2**16:04x}] status: 200 len: 18{i % 90 + 10}"
        for i in range(200)
    ]
    for i in (31, 77, 150):
        lines[i] = lines[i].replace("status: 200", "status: 503")
    visible = shown(compress("\n".join(lines)))
    assert {32, 78, 151} <= set(visible)


def test_a_rare_version_stands_out_and_the_clock_does_not() -> None:
    lines = [f"{clock(i)} INFO version 2.3.1 deployed to node-{i % 50}" for i in range(150)]
    lines[77] = lines[77].replace("2.3.1", "2.2.9")
    assert set(shown(compress("\n".join(lines)))) == {1, 78, 150}


def test_requests_are_alike_whoever_makes_them_but_not_when_they_fail() -> None:
    """Usual clients make no forms of their own; a client of one request does. All failures of the server are shown."""
    agents = ["Mozilla/5.0 (X11)", "python-requests/2.32", "curl/8.5.0"]
    lines = [
        f"{'2001:db8::7f' if n % 4 else f'10.0.0.{n % 9}'} - - [09/Mar/2026:08:{n // 60:02d}:{n % 60:02d} +0000]"
        f' "GET /berths/{n} HTTP/1.1" {502 if n % 29 == 3 else 304 if n % 5 == 1 else 200} {n * 7} "-" "{agents[n % 3]}"'
        for n in range(200)
    ]
    lines[120] = lines[120].replace(agents[0], "sqlmap/1.7")
    shown = compress("\n".join(lines), Effort.MEDIUM)
    assert len(shown.text.split("\n")) < 20
    assert shown.text.count('" 502 ') == 7
    assert "sqlmap/1.7" in shown.text
    assert shown.text.endswith("\n⋯ all lines by status: 200 ×154, 304 ×39, 502 ×7")
    assert "like it but for numbers (4xx, 5xx apart), names and usual clients" in shown.note


def test_failures_behind_a_load_balancer_are_shown_with_their_target() -> None:
    lines = [
        f"https 2026-11-22T10:{n // 60:02d}:{n % 60:02d}.187000Z app/quay/50dc 10.9.0.{n % 7}:5{n:03d} 10.1.3.{40 + n % 3}:8080"
        f' 0.000 {"-1 -1 502 -" if n in (20, 21, 60, 61) else "0.069 0.000 200 200"} 783 1362 "GET https://quay:443/berth HTTP/2.0"'
        for n in range(90)
    ]
    shown = compress("\n".join(lines), Effort.MEDIUM).text
    assert [f"10.1.3.{40 + n % 3}:8080 0.000 -1 -1 502" in shown for n in (20, 21, 60, 61)] == [True] * 4
    assert shown.endswith("200 ×86, 502 ×4")


def test_slow_queries_are_folded_with_what_they_cost() -> None:
    """The one that took far longer than others of its form is shown, and so is the one that examined far more."""
    log = ""
    for n in range(40):
        took, rows = (31.5 if n == 23 else 1 + n % 7 / 10), (9_000_000 if n == 31 else 2_000 + n % 9)
        log += (
            f"# Time: 2026-04-01T10:{n:02d}:01.5Z\n# User@Host: app[app] @ quay [10.0.0.{n % 3}]  Id: {700 + n}\n"
            f"# Query_time: {took:.6f}  Lock_time: 0.000002 Rows_sent: 1  Rows_examined: {rows}\n"
            f"SET timestamp={1775037600 + 60 * n};\nSELECT * FROM berths WHERE ship = {n * 7};\n"
        )
    shown = compress(log + "# Time: 2026-04-01T11:00:01.5Z\n", Effort.MEDIUM).text
    assert "⋯ +37 like lines 1-5, last 196" in shown
    assert "118│# Query_time: 31.500000  Lock_time: 0.000002 Rows_sent: 1  Rows_examined: 2005" in shown
    assert "Rows_examined: 9000000" in shown
    assert shown.count("SELECT") == 3


def test_records_of_several_lines_are_named_by_all_their_lines() -> None:
    lines = []
    for i in range(40):
        lines += [f"{clock(i)} ERROR job {i} failed", "Traceback (most recent call last):", "KeyError: 'shard'"]
    text = compress("\n".join(lines)).text
    assert text.startswith(
        "\n".join(["1│" + lines[0], "2│" + lines[1], "3│" + lines[2], "⋯ +37 like lines 1-3, last 115"])
    )
    assert text.endswith("118│" + lines[117] + "\n⋯ goes on like lines 2-3")


@settings(max_examples=200, deadline=None)
@given(logs(), ELIDING)
def test_the_same_log_gives_the_same_text(text: str, effort: Effort) -> None:
    limits = Limits(effort=effort)
    assert LogCompressor().compress(text, NO_HINT, limits) == LOG.compress(text, NO_HINT, limits)


@settings(max_examples=200, deadline=None)
@given(logs(), ELIDING)
def test_kept_lines_and_lines_the_query_names_are_shown(text: str, effort: Effort) -> None:
    limits = Limits(effort=effort, keep=re.compile("id=.*7"))
    rendition = LOG.compress(text, Hint(query="what about 10:03:07?"), limits)
    for line in text.split("\n"):
        if re.search("id=.*7", line) or "10:03:07" in line:
            assert rendition.lossless or line in shown(rendition).values()


def test_a_frequent_line_becomes_one_example_and_a_count() -> None:
    rendition = compress("\n".join(chatter(200)))
    assert set(shown(rendition)) == {1, 200}  # the ends of a log are always shown
    assert "+198→199│" in rendition.text
    assert set(shown(compress("\n".join(chatter(200)) + "\n"))) == {1, 200}


def test_a_rare_line_stays_whatever_its_level() -> None:
    lines = chatter(300)
    lines[123] = f"{clock(123)} DEBUG config: feature flag new-pricing switched to off by ops"
    for effort in (Effort.LIGHT, Effort.MEDIUM, Effort.STRONG):
        assert lines[123] in shown(compress("\n".join(lines), effort)).values()


def test_an_error_of_the_form_of_frequent_lines_stays() -> None:
    lines = chatter(300)
    lines[200] = lines[200].replace("INFO", "ERROR")
    assert lines[200] in shown(compress("\n".join(lines))).values()


def test_a_rare_label_in_the_first_column_stays() -> None:
    lines = [f"- {line}" for line in chatter(300)]
    lines[50] = "APPDOWN " + lines[50][2:]
    assert lines[50] in shown(compress("\n".join(lines))).values()


def test_a_rare_status_and_an_extreme_duration_stay() -> None:
    lines = [f"{clock(i)} GET /items/{i * 31 % 997} status 200 in {4 + i % 30} ms" for i in range(300)]
    lines[77] = lines[77].replace("status 200", "status 502")
    lines[140] = re.sub(r"in \d+ ms", "in 9120 ms", lines[140])
    visible = shown(compress("\n".join(lines))).values()
    assert lines[77] in visible
    assert lines[140] in visible
    assert len(visible) < 12


def test_all_lines_of_the_most_severe_level_stay_while_they_are_few() -> None:
    lines = chatter(200)
    errors = [f"{clock(i)} ERROR disk: write to shard {i} failed" for i in (20, 90, 91, 150)]
    for i, error in zip((20, 90, 91, 150), errors, strict=True):
        lines[i] = error
    assert set(errors) <= set(shown(compress("\n".join(lines), Effort.MEDIUM)).values())


def test_names_in_one_place_of_a_message_are_one_template() -> None:
    names = [a + b for a in ("ka", "lo", "mi", "nu", "pe", "ro") for b in ("ba", "do", "fi", "gu", "ze", "ly")]
    lines = [f"{clock(i)} gate sshd: session opened for user {names[i * 7 % 36]} by login" for i in range(200)]
    assert len(shown(compress("\n".join(lines)))) <= 3


def test_lines_that_are_merely_alike_keep_their_numbers_until_more_may_go() -> None:
    lines = [f"copying sheet {i} of 300 to the archive" for i in range(300)]
    lines[200] = "cannot copy sheet 200: the disk is full"
    assert compress("\n".join(lines), Effort.LIGHT).lossless
    assert set(shown(compress("\n".join(lines), Effort.MEDIUM))) == {1, 201, 300}


def test_of_failures_alike_the_last_one_and_the_odd_one_say_what_was_raised() -> None:
    trace = ["Traceback (most recent call last):", '  File "a.py", line 3, in f', "    g(n)"]
    lines = []
    for i in range(40):
        size = 90_000 if i == 21 else 600 + i
        lines += [
            f"{clock(i)} INFO job {i} taken",
            f"{clock(i)} ERROR job {i} failed",
            *trace,
            f"QuotaError: {size} MB",
        ]
    lines.append(f"{clock(41)} INFO stopped")
    seen = shown(compress("\n".join(lines), Effort.MEDIUM)).values()
    assert {"QuotaError: 600 MB", "QuotaError: 90000 MB", "QuotaError: 639 MB"} <= set(seen)


def test_a_stack_trace_is_shown_once_and_its_repeats_point_to_it() -> None:
    trace = ["java.io.IOException: gone", "\tat a.B.read(B.java:7)", "\tat a.C.run(C.java:9)", "\t... 4 more"]
    lines = chatter(150)
    for at in (120, 60, 30):
        lines[at:at] = [f"{clock(at)} ERROR worker: job {at} crashed", *trace]
    rendition = compress("\n".join(lines))
    assert rendition.text.count("at a.B.read") == 1
    assert rendition.text.count("ERROR worker: job") == 3
    assert "⋯ goes on like lines 32-35" in rendition.text


def test_a_python_traceback_without_times_is_one_record() -> None:
    crash = ["Traceback (most recent call last):", '  File "w.py", line 4, in run', "    go()", "KeyError: 17"]
    lines = [f"INFO:worker:job {i} done in {i % 9} s" for i in range(80)]
    lines[40:40] = ["ERROR:worker:job 7 crashed", *crash]
    visible = shown(compress("\n".join(lines)))
    assert [visible.get(n) for n in range(41, 46)] == lines[40:45]


def test_a_log_of_which_every_line_is_different_stays_as_it_is() -> None:
    words = "north east south west up down left right red green blue pink".split()
    lines = [f"{clock(i)} {words[i % 12]} {words[i * 5 % 11]} {words[i * 7 % 10]}" for i in range(20)]
    assert compress("\n".join(lines)).lossless


def test_a_long_log_is_read_in_pieces_with_one_count_of_lines() -> None:
    lines = chatter(16_000)
    lines[15_000] = f"{clock(15_000)} INFO election: node 4 is the new leader"
    rendition = compress("\n".join(lines))
    assert shown(rendition)[15_001] == lines[15_000]
    assert len(shown(rendition)) < 20
    assert all(lines[n - 1] == line for n, line in shown(rendition).items())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n" * 1000,
        "x" * 100_000,
        "0" * 100_000,
        "2026-04-01 10:00:00 " + "a 1 " * 50_000,
        "\0\n" * 1000,
        "2026-04-01 10:00:00 \ud800 lost\n" * 50,
        "⋯ 10:00:00 not ours\n" * 50,
    ],
    ids=["empty", "blank", "one char", "digits", "one line", "NUL", "surrogates", "fold mark"],
)
def test_odd_texts_are_taken_as_they_are(text: str) -> None:
    for effort in Effort:
        rendition = compress(text, effort)
        if rendition.lossless:
            assert decode(rendition) == text
        else:
            assert all(text.split("\n")[n - 1] == line for n, line in shown(rendition).items())


def test_a_log_is_scored_by_a_sample_of_it() -> None:
    assert LOG.score("\n".join(chatter(5000)), NO_HINT) == 0.9


def test_a_silence_is_said_and_its_ends_are_shown() -> None:
    lines = chatter(200) + [line.replace(" 00:", " 05:") for line in chatter(200)]
    rendition = compress("\n".join(lines))
    assert {200, 201} <= set(shown(rendition))
    assert "⋯ then no line of any kind for 297 min" in rendition.text


def test_the_one_number_below_zero_is_shown() -> None:
    names = [f"{a}{b}{c}" for a in "klmnp" for b in "aeiou" for c in "rstvxz"]
    lines = [f"{clock(i)} INFO balance of {names[i % 150]} is {1000 + i}" for i in range(400)]
    lines[222] = f"{clock(222)} INFO balance of kar is -42"
    assert 223 in shown(compress("\n".join(lines)))


def test_what_neighbouring_lines_start_with_is_said_once() -> None:
    words = ("opened the index", "read the header", "found pages", "closed")
    burst = [f"10:07:41.302 worker-3 cache: {word}" for word in words]
    lines = [f"10:0{i // 20}:{i % 60:02d}.{i:03d} worker-{i % 5} serve: request {i} done" for i in range(140)]
    lines[70:70] = burst
    rendition = compress("\n".join(lines))
    start = '⋯ » = "10:07:41.302 worker-3 cache: "'
    assert f"{start}\n71»opened the index\n72»read the header\n73»found pages\n74»closed\n" in rendition.text
    assert "N» = line N after what » stands for" in rendition.note
    assert [shown(rendition)[n] for n in (71, 72, 73, 74)] == burst


def test_whole_lines_beside_a_shared_start_are_no_burst() -> None:
    """`»` stands behind the start that most lines share, so it cannot say what a line without that start begins with."""
    lines = [f"00000000000000000000:0: {text}".rstrip("-") for text in ("-", "0", "0", "00", "-", "0000", "0")]
    told = ("host INFO request request id", "host INFO request error id", "host INFO request request error id")
    lines += [f"2026-03-01 10:0{i}:07 {told[i % 3]}={i} in {i}ms" for i in range(9)]
    rendition = compress("\n".join(lines))
    assert "║2026-03-01 10:00:07 host INFO request request id=0 in 0ms" in rendition.text
    assert all(lines[n - 1] == line for n, line in shown(rendition).items())


def test_a_start_that_is_shared_ends_where_the_message_begins() -> None:
    lines = [f"10:00:{i % 60:02d} serve: request {i} done" for i in range(140)]
    start = "10:01:10 layout of the window and its frames: "
    lines[70:70] = [f"{start}the change of focus needs {what}" for what in ("nothing", "space", "colour")]
    assert "»the change of focus needs space" in compress("\n".join(lines)).text


@pytest.mark.parametrize(
    "head",
    [
        "2026-06-24 10:01:10 ",
        "[Sun Dec 04 10:01:10 2026] [notice] ",
        "Jun 24 10:01:10 quay kernel[0]: ",
        "2026-06-24 10:01:10, Info                  CBS    ",
        "10:01:10.302 app main INFO ",
        "2026-06-24 10:01:10, Info                  CBS    SQM: ",
        "api.log.1 2026-06-24 10:01:10.008 257 INFO quay.compute.manager [req-3ea4 77 -] [instance: b9000564] ",
    ],
)
def test_the_words_of_a_message_are_not_part_of_a_start_that_is_shared(head: str) -> None:
    """Nothing but columns parts some messages from the time: a reader looks for the message as a whole."""
    own = "".join(re.findall(r"SQM: |\[instance: \w+\] ", head))
    lines = [f"2026-06-24 10:00:{i % 60:02d} [{i}] serve: request {i} done" for i in range(140)]
    lines[70:70] = [f"{head}status unpacked {what}" for what in ("the reader", "of fonts", "for all")]
    body = compress("\n".join(lines)).text
    assert all(f"{own}status unpacked {what}" in body for what in ("the reader", "of fonts", "for all"))


def test_two_lines_that_differ_in_a_name_are_alike_from_medium_on() -> None:
    lines = [f"2026-04-01 10:00:{i % 60:02d} INFO cache: hit key {i}" for i in range(60)]
    lines[20:20] = ["2026-04-01 10:00:20 INFO store: loaded table accounts from disk"]
    lines[40:40] = ["2026-04-01 10:00:39 INFO store: loaded table holidays from disk"]
    text = "\n".join(lines)
    assert "holidays" in compress(text, Effort.LIGHT).text
    assert "21+1→41│" in compress(text, Effort.MEDIUM).text


def test_lines_with_ids_of_their_own_are_alike() -> None:
    """Digits and letters take turns in an id, so that taking out the digits leaves each line another one."""
    ids = [f"{n * 0x9E3779B97F4A7C15 % 2**64:016x}" for n in range(1, 400)]
    lines = [f"{clock(i)} INFO worker: request id={name} took {i % 7} ms" for i, name in enumerate(ids)]
    lines[200] = f"{clock(200)} INFO worker: request id={ids[200]} took 9000 ms"
    rendition = compress("\n".join(lines))
    assert set(shown(rendition).values()) == {lines[0], lines[200], lines[-1]}


def test_lines_of_pairs_are_alike_whatever_their_values_but_for_rare_ones() -> None:
    """A program that logs one event in `name=value` pairs: hardly a word but the names is on two lines."""
    names = "amber brook cedar delta ember frost grove haven inlet jetty knoll larch".split()
    lines = [
        f'2026-04-01T10:{n // 60:02d}:{n % 60:02d}Z INFO users.sync user="{names[n % 12]} {names[n // 12 % 12]}"'
        f" mail={names[n * 7 % 12]}.{names[n * 5 % 11]}{names[n % 7]}@example.com state={'suspended' if n == 77 else 'active'}"
        f" city={names[n * 11 % 9]} zone={names[n % 3]}"
        for n in range(144)
    ]
    visible = shown(compress("\n".join(lines), Effort.MEDIUM))
    assert 78 in visible
    assert len(visible) < 16


@pytest.mark.parametrize(
    ("served", "refused"),
    [
        (
            '10.0.0.7 - - [10/Oct/2026:10:0{m}:00 +0000] "GET /chart/{i} HTTP/1.1" 200 5{m}',
            '10.0.0.7 - - [10/Oct/2026:10:0{m}:00 +0000] "GET /chart/{i} HTTP/1.1" 404 5{m}',
        ),
        (
            "2026-10-10 10:0{m}:00 INFO api [req-{i}] GET /v2/{i} status: 200 len: 5{m}",
            "2026-10-10 10:0{m}:00 INFO api [req-{i}] GET /v2/{i} status: 503 len: 5{m}",
        ),
        (
            'Oct 10 10:0{m}:00 quay haproxy[7]: 10.0.0.{m}:4510{m} f b/s1 0/0/0/{m}/{m} 200 136 - "GET / HTTP/1.1"',
            'Oct 10 10:0{m}:00 quay haproxy[7]: 10.0.0.{m}:4510{m} f b/s1 0/0/0/{m}/{m} 502 136 - "GET / HTTP/1.1"',
        ),
    ],
)
def test_requests_that_were_refused_are_counted_apart_from_those_that_were_served(served: str, refused: str) -> None:
    lines = [(refused if i % 3 else served).format(i=i, m=i % 10) for i in range(1, 120)]
    told = shown(compress("\n".join(lines)))
    assert lines[0] in told.values()
    assert lines[2] in told.values()
    counts = re.findall(r"^\d+\+(\d+)→", compress("\n".join(lines)).text, re.MULTILINE)
    assert len(counts) >= 2
    assert sum(map(int, counts)) + len(told) == len(lines)


def test_what_people_say_is_folded_by_nobody_who_leaves_out_little() -> None:
    """Who agrees may matter as much as what to."""
    said = ["Shall we rent it, what do you think of", "I would wait with", "We can ask them for", "Let us talk about"]
    things = ["the crane", "new ropes", "our lamps", "the ferry", "more boats", "the motor", "a pilot", "the nets"]
    words = [f"{said[n % 4]} {things[n // 4]}." if n % 3 else "Okay." for n in range(32)]
    text = "\n".join(f"[00:{n:02}:07] {('Ann', 'Ben')[n % 2]}: {line}" for n, line in enumerate(words))
    made = LogCompressor().compress(text, NO_HINT, Limits(effort=Effort.LIGHT))
    assert made.lossless
    assert made.text.count("Okay.") == 11
    assert not LogCompressor().compress(text, NO_HINT, Limits(effort=Effort.MEDIUM)).lossless


@pytest.mark.parametrize("names", [["quay"] * 9, "quay crane tide berth pilot signal moor anchor buoy".split()])
def test_a_rare_word_where_only_few_words_stand_is_shown(names: list[str]) -> None:
    """The connection that was reset, among packets that differ in numbers, in one of two signs, and in whose they are."""
    flags = ["R." if n == 90 else "P." if n % 3 else "." for n in range(160)]
    text = "\n".join(
        f"12:00:{n // 4:02}.{n * 731 % 1000:03}456 IP {names[n % 7]}.51234 > {names[n % 9]}.443: Flags [{flag}], seq {n * 517}, win 501"
        for n, flag in enumerate(flags)
    )
    shown = LogCompressor().compress(text, Hint(), Limits(effort=Effort.MEDIUM)).text
    assert re.search(r"^91│.*Flags \[R\.\]", shown, re.MULTILINE)
    assert shown.count("\n") < 8 * len(set(names))

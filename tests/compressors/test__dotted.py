"""Settings with dotted names: what neighbours begin with stands once, and every line can be read again."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Limits
from headroom.compressors._dotted import share, shorten_settings
from headroom.compressors.listing import ListingCompressor
from headroom.compressors.search import SearchCompressor
from headroom.messages import NO_HINT

STARTS = st.sampled_from(["net.ipv4.conf.all.", "net.ipv4.conf.eth0.", "json[0].", "a.", ""])
NAMES = st.sampled_from(["accept_local", "mtu", "x", "dentry-state"])
VALUES = st.sampled_from([" = 0", "=1", ' = "a.b=c"', " = 1\t2 3", "=", " = x."])


def read(text: str) -> list[str]:
    out: list[str] = []
    start = ""
    for line in text.split("\n"):
        if line.startswith(" "):
            out.append(start + line[1:])
        elif line.endswith(".") and "=" not in line:
            start = line
        else:
            out.append(line)
    return out


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(STARTS, NAMES, VALUES), max_size=40), st.lists(st.sampled_from(["", "# note", " x", "the end."]))
)
def test_every_setting_can_be_read_again(rows: list[tuple[str, str, str]], others: list[str]) -> None:
    lines = sorted("".join(row) for row in rows) + others
    made = shorten_settings("\n".join(lines))
    if made is not None:
        assert read(made.text) == lines


def test_what_neighbours_begin_with_stands_once() -> None:
    text = "".join(
        f"net.ipv{v}.conf.eth{n}.{name} = {n}\n" for v in "46" for n in range(4) for name in ("arp", "mtu", "log")
    )
    listing = ListingCompressor()
    assert listing.score(text, NO_HINT) >= 0.6
    made = listing.compress(text, NO_HINT, Limits())
    assert made.text.startswith("net.ipv4.conf.eth0.\n arp = 0\n mtu = 0\n log = 0\nnet.ipv4.conf.eth1.\n")
    assert made.lossless


def test_hits_of_a_search_and_code_are_no_settings() -> None:
    hits = "".join(f"src/app.py:{n}:    self.x{n} = {n}\n" for n in range(1, 40))
    assert share(hits.split("\n")) == 0.0
    assert SearchCompressor().score(hits, NO_HINT) > ListingCompressor().score(hits, NO_HINT)
    assert share([f"    self.x{n} = {n}" for n in range(9)]) == 0.0
    assert share([f"x{n} = {n}.5" for n in range(9)]) == 0.0

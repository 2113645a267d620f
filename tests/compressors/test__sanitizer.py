"""Reports of sanitizers keep every frame and what is wrong; addresses of code and the map of memory go."""

from __future__ import annotations

from headroom import Headroom, MemoryStore
from headroom.compressors._sanitizer import shadow, without_addresses

ROWS = [
    "Shadow bytes around the buggy address:",
    "  0x0c047fff7fb0: 00 00 00 00",
    "  0x0c047fff7fc0: 00 00 00 00",
    "=>0x0c047fff8000: fa fa 00 04[fa]fa",
    "  0x0c047fff8010: fa fa fa fa",
    "Shadow byte legend (one shadow byte represents 8 application bytes):",
    "  Addressable:           00",
    "  Heap left redzone:       fa",
    "==7==ABORTING",
]


def test_frames_stay_without_their_addresses() -> None:
    text = (
        "    #0 0x55c8aa258d20 in moor(int) src/a.cc:8\n    #12 0x7fb50bc45249 in main (/srv/yard+0x1170)\n#1 0x12 in x"
    )
    assert without_addresses(text) == "    #0 moor(int) src/a.cc:8\n    #12 main (/srv/yard+0x1170)\n#1 0x12 in x"


def test_the_row_that_is_meant_stays() -> None:
    folds = list(shadow(ROWS, set(), bytearray(len(ROWS))))
    assert [(f.first, f.last, f.label) for f in folds] == [
        (1, 2, "shadow bytes"),
        (4, 4, "shadow bytes"),
        (5, 7, "what shadow bytes stand for"),
    ]
    assert [(f.first, f.last) for f in shadow(ROWS, {2, 6}, bytearray(len(ROWS)))] == [(1, 1), (4, 4), (5, 5), (7, 7)]


def test_a_report_says_what_was_read_where_and_through_which_frames() -> None:
    frames = [f"    #{n} 0x55c8aa25{n:04x} in yard::step{n}(int) /srv/yard/step{n}.cc:{n}" for n in range(12)]
    text = "\n".join(
        [
            "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000024",
            "READ of size 4",
            *frames,
            "",
            *ROWS,
        ]
    )
    text += "\nSUMMARY: AddressSanitizer: heap-use-after-free /srv/yard/step0.cc:0 in yard::step0(int)\n"
    for profile in ("safe", "balanced"):
        result = Headroom(store=MemoryStore(), profile=profile).compress_text(text, command="./yard_test")
        for n in range(12):
            assert f"yard::step{n}(int) /srv/yard/step{n}.cc:{n}" in result.text
        assert "heap-use-after-free on address 0x602000000024" in result.text
        assert ("0x55c8aa250003" in result.text) == (profile == "safe")
        assert result.block.lossless == (profile == "safe")

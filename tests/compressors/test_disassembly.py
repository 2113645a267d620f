from __future__ import annotations

import re

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors.disassembly import DisassemblyCompressor
from headroom.messages import NO_HINT

CODE = DisassemblyCompressor()
BODY = (
    "    6046:\t68 01 00 00 00       \tpush   $0x1\n"
    "    604b:\te9 d0 ff ff ff       \tjmp    6020 <main@plt-0x10>\n"
    "    6050:\t48 8d 05 a9 ff 02 00 \tlea    0x2ffa9(%rip),%rax        # 36000 <tide>\n"
    "    6057:\t66 2e 0f 1f 84 00 00 \tcs nopw 0x0(%rax,%rax,1)\n"
    "    605e:\t00 00 00 \n"
)
TEXT = "\nberth:     file format elf64-x86-64\n\n" + "".join(
    f"0000000000006{n:03x} <part_{n}>:\n{BODY}\n" for n in range(9)
)


def test_without_leave_to_elide_only_blanks_go() -> None:
    made = CODE.compress(TEXT, NO_HINT, Limits(effort=Effort.LIGHT))
    assert made.lossless
    assert "6046:\t68 01 00 00 00\tpush $0x1\n604b:" in made.text
    assert "605e:\t00 00 00\n" in made.text


def test_the_bytes_go_and_labels_instructions_and_comments_stay() -> None:
    assert CODE.score(TEXT, NO_HINT) > 0.9
    made = CODE.compress(TEXT, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert not made.lossless
    assert made.text.startswith(
        "\nberth:     file format elf64-x86-64\n\n0000000000006000 <part_0>:\n6046:\tpush $0x1\n"
    )
    assert "6050:\tlea 0x2ffa9(%rip),%rax # 36000 <tide>\n6057:\tcs nopw 0x0(%rax,%rax,1)\n\n0000" in made.text
    (cut,) = made.elisions
    assert {TEXT[a:b] for a, b in cut.ranges[:2]} == {"68 01 00 00 00", "e9 d0 ff ff ff"}


@pytest.mark.parametrize(
    "text", ["", "note:\tfirst\n" * 20, "00000000: 7f45 4c46 0201 0100  .ELF....\n" * 20, "ab:\tzz\n" * 20]
)
def test_what_is_no_machine_code_is_not_claimed(text: str) -> None:
    assert CODE.score(text, NO_HINT) == 0.0


def test_what_must_be_kept_stays_with_its_bytes() -> None:
    made = CODE.compress(TEXT, NO_HINT, Limits(effort=Effort.MEDIUM, keep=re.compile("48 8d 05")))
    assert "48 8d 05 a9" in made.text


LISTED = "Disassembly of berth_wait:\n; Parameters:\n                                  berth_wait:\n" + "".join(
    f".text:0040{n:04x}   4889e5               MOV         RBP,RSP\n"
    f".text:0040{n + 3:04x}   e887feffff           CALL        <EXTERNAL>::write                  ; = tide {n}\n"
    for n in range(0x61D, 0x6AD, 8)
)


def test_a_listing_in_columns_loses_its_bytes_as_well() -> None:
    """As Ghidra prints it."""
    assert CODE.score(LISTED, NO_HINT) > 0.9
    made = CODE.compress(LISTED, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert ".text:0040061d MOV RBP,RSP\n.text:00400620 CALL <EXTERNAL>::write ; = tide 1565\n" in made.text
    assert made.text.startswith("Disassembly of berth_wait:\n; Parameters:\n")
    (cut,) = made.elisions
    assert {LISTED[a:b] for a, b in cut.ranges} == {"4889e5", "e887feffff"}
    exact = CODE.compress(LISTED, NO_HINT, Limits())
    assert exact.lossless
    assert ".text:0040061d 4889e5 MOV RBP,RSP\n" in exact.text


def test_a_listing_of_radare_is_one() -> None:
    text = "".join(f"│           0x0000{n:04x}      48 89 e5       mov rbp, rsp\n" for n in range(0x1139, 0x1169, 3))
    assert CODE.score(text, NO_HINT) > 0.9
    assert "0x00001139 mov rbp, rsp\n" in CODE.compress(text, NO_HINT, Limits(effort=Effort.MEDIUM)).text

from __future__ import annotations

from headroom.compressors._pid import without_pid

OUTPUT = "==812== Invalid read of size 1\n==812==    at 0x10: f (a.c:3)\n==812== \n==812== done\nfound 2"


def test_the_number_of_the_process_is_said_once() -> None:
    body, note = without_pid(OUTPUT)
    assert body == "Invalid read of size 1\n   at 0x10: f (a.c:3)\n\ndone\n║found 2"
    assert note == "lines without ║ begin with `==812== `"


def test_what_the_program_and_other_processes_print_stays_whole() -> None:
    body, _ = without_pid(f"{OUTPUT}\n==813== Command: ./b\n\n==812== end")
    assert body.split("\n")[4:] == ["║found 2", "║==813== Command: ./b", "║", "end"]


def test_the_text_can_be_had_back() -> None:
    body, _ = without_pid(OUTPUT)
    lines = [line[1:] if line[:1] == "║" else f"==812== {line}" for line in body.split("\n")]
    assert "\n".join(lines) == OUTPUT


def test_other_texts_stay_as_they_are() -> None:
    for text in ("", "=== RUN   TestX\n", f"{OUTPUT}\n║ a frame", OUTPUT + "\nprinted" * 9):
        assert without_pid(text) == (text, "")

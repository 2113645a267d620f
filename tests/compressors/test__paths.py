from __future__ import annotations

from headroom.compressors._paths import common_folder


def test_the_folder_ends_at_a_slash_and_not_in_a_name() -> None:
    assert common_folder({"src/lib/alpha.py", "src/lib/alps.py"}, least=1) == "src/lib/"
    assert common_folder({"C:\\p\\a.c", "C:\\p\\b.c"}, least=1) == "C:\\p\\"


def test_a_folder_that_saves_little_is_not_hoisted() -> None:
    assert common_folder({"a/b", "a/c"}) == ""
    assert common_folder({"src/only.py"}) == ""
    assert common_folder(set()) == ""

from __future__ import annotations

import pytest

from headroom.compressors._code_lines import read
from headroom.compressors._code_names import TYPE, heads_in, is_import, kind_of_type, listed, types_in


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "from os import path",
        "use std::io;",
        "#include <stdio.h>",
        '#import "HTPier.h"',
        "import { a } from './a';",
        "} from './a';",
        "const http = require('http')",
        "using System.Linq;",
        "from libc.stdlib cimport malloc",
    ],
)
def test_imports_are_known(line: str) -> None:
    assert is_import(line)


@pytest.mark.parametrize("line", ["important = 1", "user = 2", "x = open('a')", "return from_here"])
def test_other_lines_are_no_imports(line: str) -> None:
    assert not is_import(line)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("class Boat(Thing):", "Boat"),
        ("export default class Boat extends Thing {", "Boat"),
        ("pub(crate) struct Boat {", "Boat"),
        ("data class Boat(val name: String)", "Boat"),
        ("template <typename T> struct boat {", "boat"),
        ("typedef struct boat {", "boat"),
        ("type Boat struct {", "Boat"),
        ("cdef class Boat:", "Boat"),
        ("@interface HTBoat : NSObject", "HTBoat"),
        ("CREATE TABLE IF NOT EXISTS boats (", "boats"),
        ("enum class Kind {", "Kind"),
    ],
)
def test_types_are_known(line: str, name: str) -> None:
    m = TYPE.match(line)
    assert m is not None
    assert m["name"] == name


def test_types_in_a_group_have_names() -> None:
    lines = ["type (", "\tBoat struct {", "\t\tname string", "\t}", ")"]
    source = read("\n".join(lines), lines, "go")
    assert types_in(source, []) == [(1, "Boat")]


def test_long_lists_of_names_are_counted() -> None:
    places = [(n, f"a_rather_long_name_{n}") for n in range(30)]
    assert listed(places, 2, 3) == "a_rather_long_name_2, a_rather_long_name_3"
    assert listed(places, 0, 29).endswith("a_rather_long_name_6, 23 more")
    assert listed([(0, "x" * 999)], 0, 0) == "x" * 160
    assert listed(places, 40, 50) == ""


@pytest.mark.parametrize(
    "line",
    [
        "===== src/quay.ts =====",
        "==> a/tide.py <==",
        "// FILE: boats.js",
        "# File: src/a.py",
        "--- lib/gauge.rb ---",
        "### mooring.c",
        "file: app/[id]/page.tsx",
        "=== ./Makefile.am",
    ],
)
def test_heads_of_files_are_found(line: str) -> None:
    assert heads_in(f"a\n{line}\nb", [0, 2, 3 + len(line)]) == [1]


@pytest.mark.parametrize(
    "line", ["=======", "# --- helpers ---", "// a file: of his", "--depth;", "### Usage", "  ==> a.py <=="]
)
def test_rules_and_titles_are_no_heads_of_files(line: str) -> None:
    assert heads_in(f"a\n{line}\nb", [0, 2, 3 + len(line)]) == []


@pytest.mark.parametrize(
    ("line", "language", "kind"),
    [
        ("class A:", "py", "class "),
        ("pub struct A {", "rs", "struct "),
        ("export interface A {", "ts", "interface "),
        ("@interface A : B", "m", ""),
        ("CREATE TABLE a (", "sql", ""),
        ("    x = 1", "py", ""),
    ],
)
def test_a_type_is_named_with_its_kind(line: str, language: str, kind: str) -> None:
    assert kind_of_type(read(line, [line], language), 0) == kind

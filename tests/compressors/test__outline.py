from __future__ import annotations

import json
from typing import Any

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._flow import parse
from headroom.compressors._outline import outline
from headroom.messages import NO_HINT


def drawn(value: Any, *asked: str, effort: Effort = Effort.LOSSLESS) -> Rendition:
    parsed = parse(json.dumps(value))
    assert parsed is not None
    return outline(parsed[0], NO_HINT, Limits(effort=effort), asked)


USER = {"login": "mira", "id": 7, "type": "user", "home": "https://h.test/users/mira", "admin": False}


def test_the_same_object_again_is_a_path_to_the_first() -> None:
    made = drawn({"a": {"user": USER}, "b": USER})
    assert made.text.endswith("\nb:=a.user}")
    assert made.note == "=p: same value as at path p"


def test_a_small_object_is_repeated_rather_than_referred_to() -> None:
    assert drawn({"a": {"x": 1}, "b": {"x": 1}}).text == "{a:{x:1},\nb:{x:1}}"


def test_an_object_with_few_differences_is_the_other_one_with_them() -> None:
    base = {f"key{i}": f"value {i}" for i in range(9)}
    made = drawn({"a": base, "b": {**base, "key3": "other", "more": 1}})
    assert made.text.endswith("\nb:{..=a,key3:other,more:1}}")
    assert made.note == "{..=p,k:v}: object at p with k set"


def test_links_share_their_beginning() -> None:
    made = drawn(
        {f"{k}_url": f"https://api.test/repos/mira/loom/{k}" for k in ["keys", "tags", "issues", "labels", "pulls"]}
    )
    assert made.text.startswith("<a>=https://api.test/repos/mira/loom\n{keys_url:<a>/keys,\n")
    assert made.note == "<a>: text given at top"


def test_a_link_that_is_asked_for_is_spelled_in_full() -> None:
    links = {f"{k}_url": f"https://api.test/repos/mira/loom/{k}" for k in ["keys", "tags", "issues", "labels", "pulls"]}
    assert "tags_url:https://api.test/repos/mira/loom/tags,\n" in drawn(links, "tags_url").text


def test_an_array_of_objects_stands_below_as_a_grid() -> None:
    made = drawn({"count": 6, "items": [{"id": i, "name": f"thing {i * 7}"} for i in range(6)], "next": None})
    assert made.text.split("\n")[:5] == ["{count:6,", "items:#1,", "next:null}", "#1=6 rows: id,name", "0,thing 0"]
    assert "#1: below" in made.note


def test_an_object_of_like_objects_stands_below_as_a_grid_with_its_keys_first() -> None:
    hosts = {f"web-{i}": {"ip": f"10.1.0.{i * 7}", "up": True, "key": f"ssh-{i * i}"} for i in range(8)}
    made = drawn({"hosts": hosts, "next": None})
    assert made.text.split("\n")[:5] == [
        "{hosts:#1,",
        "next:null}",
        "#1=all rows, after ip: up=true",
        '8 entries: "(key)",ip,key',
        "web-0,10.1.0.0,ssh-0",
    ]
    assert drawn(hosts).text.startswith("all rows, after ip: up=true\n8 entries: ")


def test_an_entry_of_another_shape_stands_whole_with_its_key() -> None:
    hosts: dict[str, Any] = {f"web-{i}": {"ip": f"10.1.0.{i * 7}", "role": f"front {i}"} for i in range(30)}
    hosts["odd"] = {"role": "none", "ip": {}, "why": []}
    assert "\n={odd:{role:none,ip:{},why:[]}}" in drawn(hosts).text


def test_rows_left_out_of_an_inner_array_are_named_by_its_path() -> None:
    made = drawn({"a": {"items": [{"id": i, "name": f"thing {i * 7}"} for i in range(900)]}}, effort=Effort.MEDIUM)
    assert made.elisions[0].summary.startswith("a.items: id ")
    assert not made.lossless


def test_numbers_stay_on_one_line_in_their_order() -> None:
    assert drawn([1, 2, 3]).text == "[1,2,3]"
    assert drawn([[1, 2], [3, 4]]).text == "[[1,2],[3,4]]"

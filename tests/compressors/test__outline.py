from __future__ import annotations

import json
from typing import Any

from headroom import MemoryStore, compress_text, retrieve
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._flow import parse
from headroom.compressors._outline import outline
from headroom.messages import NO_HINT, Hint


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


RELEASES = {f"{n // 30}.{n // 6 % 5}.{n % 6}": f"2026-0{1 + n % 9}-1{n % 7}T10:0{n % 6}:00Z" for n in range(150)}


def test_of_very_many_plain_values_some_are_shown_from_medium_on() -> None:
    page = {"name": "loom", "time": RELEASES, "keywords": ["weave"] * 5}
    assert all(stamp in drawn(page, effort=Effort.LIGHT).text for stamp in RELEASES.values())
    assert drawn(page, effort=Effort.LIGHT).lossless
    made = drawn(page, effort=Effort.MEDIUM)
    assert "time:#1" in made.text
    assert "150 values: key,value" in made.text
    assert "0│0.0.0,2026-01-10T10:00:00Z\n" in made.text
    assert len(made.text) < 0.6 * len(drawn(page).text)
    (elision,) = made.elisions
    assert elision.summary.startswith("time: ")
    assert elision.count + made.text.count("│") == 150


def test_numbers_and_points_are_plain_values_too() -> None:
    line = [[n * 37 % 1000 / 8, n * 91 % 1000 / 16] for n in range(300)]
    made = drawn(
        {"kind": "line", "at": line, "weights": [n * n % 997 / 1000 for n in range(700)]}, effort=Effort.MEDIUM
    )
    assert len(made.elisions) == 2
    assert "300 values" in made.text
    assert "700 values" in made.text
    shown = [row for row in made.text.split("\n") if row.startswith("0│")]
    assert len(shown) == 2


def test_sentences_in_a_list_are_all_shown() -> None:
    steps = [f"Step {n}: turn the {n % 9}th wheel of the crane until the light is green." for n in range(60)]
    assert not drawn({"title": "how to start", "steps": steps}, effort=Effort.MEDIUM).elisions


def test_what_the_query_names_is_shown_among_very_many_values() -> None:
    value, _ = parse(json.dumps({"time": RELEASES})) or (None, False)
    hint = Hint(query="when was time.3.2.4 released?")
    asked = ("time.3.2.4", "4", "released")
    made = outline(value, hint, Limits(effort=Effort.MEDIUM), asked)
    assert f"3.2.4,{RELEASES['3.2.4']}" in made.text
    assert not outline(value, hint, Limits(effort=Effort.MEDIUM), ("time",)).elisions


def test_what_is_left_out_of_many_values_comes_back_by_its_path() -> None:
    store = MemoryStore()
    text = json.dumps({"name": "loom", "time": RELEASES}, indent=1)
    made = compress_text(text, profile="balanced", store=store)
    assert made.id is not None
    assert 'not shown, all with fields=["time"]' in made.text
    assert RELEASES["2.3.1"] in retrieve(made.id, fields=["time"], store=store)
    assert RELEASES["2.3.1"] in retrieve(made.id, fields=['time["2.3.1"]'], store=store)
    assert retrieve(made.id, store=store) == text


def test_of_very_many_like_objects_under_keys_some_are_shown_from_medium_on() -> None:
    packages = {
        f"dock/quay-{n}": {"version": f"{n % 7}.{n}.0", "licence": "MIT" if n != 50 else "GPL"} for n in range(150)
    }
    value, _ = parse(json.dumps({"format": 3, "packages": packages})) or (None, False)
    assert "dock/quay-77" in outline(value, NO_HINT, Limits(effort=Effort.LIGHT)).text
    made = outline(value, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.elisions
    assert "dock/quay-77" not in made.text
    assert "GPL" in made.text
    asking = Hint(query="what is packages.dock/quay-77.version?")
    assert "dock/quay-77,0.77.0" in outline(value, asking, Limits(effort=Effort.MEDIUM)).text
    few, _ = parse(json.dumps({"types": dict(list(packages.items())[:40])})) or (None, False)
    assert not outline(few, NO_HINT, Limits(effort=Effort.MEDIUM)).elisions


def test_where_values_are_left_out_is_told_from_the_top_of_the_document() -> None:
    value, _ = parse(json.dumps({"loom": {"time": RELEASES}})) or (None, False)
    made = outline(value, NO_HINT, Limits(effort=Effort.MEDIUM), at="found.packages")
    assert 'fields=["found.packages.loom.time"]' in made.text
    odd, _ = parse(json.dumps({"the loom": {"time": RELEASES}})) or (None, False)
    assert "fields=" not in outline(odd, NO_HINT, Limits(effort=Effort.MEDIUM)).text

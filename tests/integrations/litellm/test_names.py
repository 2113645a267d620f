"""`litellm.callbacks = ["headroom"]`: the name works however it gets into the list, and elsewhere it is reported."""

from __future__ import annotations

import copy
import logging
import pickle

import pytest

pytest.importorskip("litellm", reason="the extra is not installed: headroom-context[litellm]")

import litellm

import litellm_headroom
from litellm_headroom import _names


@pytest.fixture(autouse=True)
def _say_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_names, "_said", set())


def test_the_name_stands_for_the_callback_however_the_list_is_changed() -> None:
    mine = litellm_headroom.callback
    litellm.callbacks = ["headroom"]
    assert list(litellm.callbacks) == [mine]
    assert "headroom" in litellm.callbacks
    litellm.callbacks.remove("headroom")
    litellm.callbacks.append("headroom")
    litellm.callbacks.extend(["headroom", "datadog"])
    litellm.callbacks.insert(0, "headroom")
    litellm.callbacks += ["headroom"]
    litellm.callbacks[0] = "headroom"
    litellm.callbacks[1:2] = ["headroom"]
    assert list(litellm.callbacks) == [mine, mine, mine, "datadog", mine]


def test_litellms_own_manager_takes_the_name() -> None:
    litellm.callbacks = []
    litellm.logging_callback_manager.add_litellm_callback("headroom")
    litellm.logging_callback_manager.add_litellm_callback("headroom")
    assert list(litellm.callbacks) == [litellm_headroom.callback]


def test_other_callbacks_stay_what_they_are() -> None:
    def function(kwargs: object) -> None:
        """A user's own."""

    litellm.callbacks = ["datadog", function]
    assert list(litellm.callbacks) == ["datadog", function]
    assert isinstance(litellm.callbacks, list)
    assert len(litellm.callbacks + litellm.success_callback) == 2
    assert type(copy.deepcopy(litellm.callbacks)) is list
    assert pickle.loads(pickle.dumps(_names.WatchedList(["x"], "callbacks", None))) == ["x"]


@pytest.mark.parametrize("name", ["Headroom", "litellm_headroom", "headroom_callback", "headroom-ai"])
def test_a_name_that_litellm_would_ignore_is_said(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "litellm_headroom"):
        litellm.callbacks = [name]
        litellm.callbacks = [name]
    (said,) = caplog.messages
    assert said == f"litellm.callbacks: {name!r} does nothing there; write litellm.callbacks = ['headroom']"


@pytest.mark.parametrize("where", ["success_callback", "failure_callback", "input_callback"])
def test_a_list_that_runs_no_such_callback_is_said(where: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "litellm_headroom"):
        setattr(litellm, where, ["langfuse"])
        assert not caplog.messages
        getattr(litellm, where).append("headroom")
    (said,) = caplog.messages
    assert said.startswith(f"litellm.{where}: 'headroom' does nothing there")


def test_the_module_works_as_before() -> None:
    assert litellm.completion.__module__.startswith("litellm")
    litellm.drop_params = True
    assert litellm.drop_params is True
    litellm.drop_params = False
    with pytest.raises(AttributeError):
        _ = litellm.there_is_no_such_thing


def test_registering_twice_changes_nothing() -> None:
    litellm.callbacks = ["headroom"]
    _names.register(litellm_headroom.callback)
    assert list(litellm.callbacks) == [litellm_headroom.callback]
    assert litellm._known_custom_logger_compatible_callbacks.count("headroom") == 1

"""`litellm.callbacks = ["headroom"]`: the name becomes the callback, however the list is changed.

LiteLLM looks such names up in a list of its own, runs no rewriting hook for any of them, and ignores names that it does not
know without a word. No function of LiteLLM is replaced here: its module object gets a subclass of `ModuleType` that watches
the assignment of the callback lists, and these lists watch what is put into them. Names that would be ignored are said.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any, SupportsIndex

from litellm_headroom._engine import log

if TYPE_CHECKING:
    from typing_extensions import Self

NAME = "headroom"
_RUN = "callbacks"
_IGNORED = ("input_callback", "success_callback", "failure_callback")
_said: set[tuple[str, str]] = set()


class WatchedList(list[Any]):
    """One of LiteLLM's lists of callbacks. In `callbacks` the name stands for `callback`; elsewhere it is reported."""

    def __init__(self, items: Iterable[Any], of: str, callback: Any) -> None:
        self._of = of
        self._callback = callback
        super().__init__(self._known(items))

    def _known(self, items: Iterable[Any]) -> list[Any]:
        return [self._one(item) for item in items]

    def _one(self, item: Any) -> Any:
        if not isinstance(item, str) or NAME not in item.lower():
            return item
        if self._of == _RUN and item == NAME:
            return self._callback
        if (self._of, item) not in _said:
            _said.add((self._of, item))
            log.warning("litellm.%s: %r does nothing there; write litellm.callbacks = [%r]", self._of, item, NAME)
        return item

    def append(self, item: Any, /) -> None:
        super().append(self._one(item))

    def extend(self, items: Iterable[Any], /) -> None:
        super().extend(self._known(items))

    def insert(self, index: SupportsIndex, item: Any, /) -> None:
        super().insert(index, self._one(item))

    def __iadd__(self, items: Iterable[Any], /) -> Self:  # type: ignore[misc]  # list's own is overloaded
        self.extend(items)
        return self

    def __setitem__(self, index: Any, value: Any, /) -> None:
        super().__setitem__(index, self._known(value) if isinstance(index, slice) else self._one(value))

    def __contains__(self, item: object, /) -> bool:
        return super().__contains__(self._callback if self._of == _RUN and item == NAME else item)

    def remove(self, item: Any, /) -> None:
        super().remove(self._callback if self._of == _RUN and item == NAME else item)

    def __reduce__(self) -> tuple[type[list[Any]], tuple[list[Any]]]:
        return list, (list(self),)  # a copy is an ordinary list


class _Watched(ModuleType):
    """LiteLLM's module, which keeps its lists of callbacks watched when they are assigned anew."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in (_RUN, *_IGNORED) and isinstance(value, list) and not isinstance(value, WatchedList):
            value = WatchedList(value, name, self.__dict__[_KEY])
        super().__setattr__(name, value)


_KEY = "_headroom_callback"


def register(callback: Any) -> None:
    """Let the name "headroom" stand for `callback`; what the lists hold already is looked at now."""
    module = sys.modules["litellm"]
    module.__dict__[_KEY] = callback
    if type(module) is ModuleType:
        module.__class__ = _Watched
    elif not isinstance(module, _Watched):
        log.warning("somebody else watches the module litellm: write litellm.callbacks = [litellm_headroom.callback]")
        return
    for name in (_RUN, *_IGNORED):
        setattr(module, name, list(getattr(module, name, None) or ()))
    known = getattr(module, "_known_custom_logger_compatible_callbacks", None)
    if isinstance(known, list) and NAME not in known:
        known.append(NAME)  # the proxy takes a name that stands there as it is, and imports every other

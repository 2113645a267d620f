"""The gate: whether leaving something out pays, once the chance and the price of fetching it back are counted in.

What is left out is spared each time the conversation is sent again. What is fetched back comes on top, is sent again as
well, and costs a request that reads the whole context once more: the longer the conversation, the more an elision must
spare. Prices are ratios to plain input, as in `prices`. A lossless spelling needs no gate: nothing in it is fetched back.

Everything here is a pure function of what stands before the text and of how often texts of its kind were fetched back.
`usual` rates ship with the package; `learned` ones come from a store's own events, and are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["Gate", "learned"]

_READ, _WRITE, _OUTPUT = 0.1, 1.25, 5.0
_USUAL = 0.1
_USUAL_RATES: Mapping[str, float] = MappingProxyType(
    {
        "log": 0.05,
        "test": 0.05,
        "json": 0.05,
        "table": 0.05,
        "listing": 0.05,
        "diff": 0.05,
        "blob": 0.01,
        "terminal": 0.02,
    }
)
_CERTAINTY = 20
"""How many texts of a kind must have been shortened here before their own rate counts as much as the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What an elision must be worth.

    `turns` is how many more requests a result is expected to be part of; `fetched` the input tokens that one retrieval
    brings, `asked` the output tokens that it takes to ask. `rates` says per kind which share of the shortened texts is
    fetched back, 0 to 1; kinds that are not named have a usual rate.
    """

    turns: float = 8.0
    fetched: int = 600
    asked: int = 60
    rates: Mapping[str, float] = field(default_factory=lambda: _USUAL_RATES)

    def pays(self, *, saved: int, kind: str, context: int) -> bool:
        """Whether to leave `saved` tokens out of a text of this kind, with `context` tokens standing before it."""
        kept = _WRITE + _READ * self.turns  # per token that becomes part of the conversation
        price = self.fetched * kept + self.asked * _OUTPUT + _READ * context
        return saved * kept > self.rates.get(kind, _USUAL) * price


def learned(counts: Iterable[tuple[str, int, int]]) -> Mapping[str, float]:
    """Rates from (kind, texts shortened, texts fetched back), drawn towards the usual ones while the counts are small."""
    rates = dict(_USUAL_RATES)
    for kind, shortened, fetched in counts:
        usual = _USUAL_RATES.get(kind, _USUAL)
        rates[kind] = min(1.0, (fetched + _CERTAINTY * usual) / (max(shortened, fetched) + _CERTAINTY))
    return MappingProxyType(rates)

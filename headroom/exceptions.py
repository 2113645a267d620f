"""Everything Headroom raises on purpose.

    HeadroomError
    ├── ConfigError          a setting or argument is wrong: fix the call
    ├── MessageFormatError   the messages have no shape we know: pass OpenAI's, Anthropic's or Gemini's
    ├── BudgetError          the token budget cannot be met: raise it, or allow more to change
    ├── StoreError           the store cannot be read or written: the message says which file or URL, and why
    └── RetrievalError       a slice cannot be given
        ├── UnknownIdError   this id was never stored here: do not retry
        ├── ExpiredIdError   it was stored and has been removed by retention or purge: run the tool again
        └── SliceError       the slice is asked for in a way that cannot be read (bad range, bad regex)

One class per thing that a caller can do differently. Stands below everything and imports nothing.
"""

from __future__ import annotations


class HeadroomError(Exception):
    """Base of all errors that Headroom raises on purpose."""


class ConfigError(HeadroomError, ValueError):
    """A setting or an argument has a value that cannot be used."""


class MessageFormatError(HeadroomError, ValueError):
    """The messages are of no wire format that Headroom reads."""


class BudgetError(HeadroomError):
    """The result cannot be made to fit the token budget."""


class StoreError(HeadroomError):
    """The store cannot be read or written."""


class RetrievalError(HeadroomError):
    """A slice of an original cannot be given."""


class UnknownIdError(RetrievalError, KeyError):
    """No original with this id was ever stored in this namespace."""

    def __str__(self) -> str:
        return Exception.__str__(self)  # KeyError would print the repr of the message


class ExpiredIdError(RetrievalError):
    """The original was stored here once and is gone: retention or a purge removed it."""


class SliceError(RetrievalError, ValueError):
    """The requested slice cannot be understood."""

"""Which scheme a message names, and what that says of the FAQ entries.

An answer of another scheme has other figures, however alike its words are. The dialogue knows more (the scheme spoken
of before, the open flow) and weighs again; here only the message itself counts.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.engine.lexicon import Lexicon

Evidence = Callable[[str], float]
TABLE = Path(__file__).with_name("schemes.yml")
# In the unit of the index's match; found on the tuning half of tests/nlu/faq.yml.
NAMED, BESIDE, FOREIGN = 0.05, -0.05, -0.20


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=4096)
def scheme_of(entry: str) -> str | None:
    """The scheme that an entry belongs to, or None."""
    patterns = _table()["entries"]
    return next((name for name, told in patterns.items() if any(fnmatchcase(entry, one) for one in told)), None)


class NamedSchemes:
    """Finds the schemes that a message names."""

    def __init__(self) -> None:
        self._lexicon = Lexicon(only=("scheme", *_table()["named_by"]))

    def of(self, text: str) -> frozenset[str]:
        """The schemes named in a text, itself or by one of their plans."""
        table = _table()
        named = (
            table["inside"].get(item["value"], item["value"])
            if item["entity"] == "scheme"
            else table["named_by"][item["entity"]]
            for item in self._lexicon.find(text)
        )
        return frozenset(named)

    def evidence(self, text: str) -> Evidence | None:
        """What the schemes named in a text say of an entry; None when it names none."""
        named = self.of(text)
        return _evidence(named) if named else None


@lru_cache(maxsize=64)
def _evidence(named: frozenset[str]) -> Evidence:
    """One function for the same schemes, so that what it says of all entries is found once."""
    beside = {name for one in named for name in _table()["beside"].get(one, ())}
    weights = {
        scheme: NAMED if scheme in named else BESIDE if scheme in beside else FOREIGN for scheme in _table()["entries"]
    }
    return lambda entry: weights.get(scheme_of(entry) or "", 0.0)

"""Typed reading of one mapping's fields; every miss becomes a fault with its line, and reading goes on.

A loader that stops at the first fault makes staff run it twenty times. It gives empty values for what
is missing: whoever calls must raise the collected faults before anybody uses the records.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from knowledge.errors import Fault
from knowledge.located import LocatedList, LocatedMap


class Fields:
    """The fields of one mapping, each read at most once; `finish` reports the keys that nobody asked for."""

    def __init__(self, mapping: LocatedMap, path: str, faults: list[Fault]) -> None:
        self._mapping = mapping
        self._path = path
        self._faults = faults
        self._seen: set[str] = set()

    @property
    def path(self) -> str:
        """The file's name as faults call it."""
        return self._path

    def line(self, key: str | None = None) -> int:
        """The line of a key, or of the mapping itself."""
        return self._mapping.lines.get(key or "", self._mapping.line)

    def fault(self, message: str, key: str | None = None) -> None:
        """Record a fault at a key's line, or at the mapping's."""
        self._faults.append(Fault(self._path, self.line(key), message))

    def _take(self, key: str) -> Any:
        self._seen.add(key)
        return self._mapping.get(key)

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{key} is missing or not a text", key)
            return ""
        return value.strip()

    def raw(self, key: str) -> str:
        """A text as it stands, spaces at its ends kept."""
        self.text(key)
        return str(self._mapping.get(key, ""))

    def optional_text(self, key: str) -> str | None:
        """A text, or None where the key is missing or null."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{key} must be a text or null", key)
            return None
        return value.strip()

    def texts(self, key: str, minimum: int = 0) -> tuple[tuple[str, int], ...]:
        """A list of texts, each with its line; fewer than `minimum` is a fault."""
        value = self._take(key)
        if value is None and minimum == 0:
            return ()
        if not isinstance(value, LocatedList):
            self.fault(f"{key} must be a list", key)
            return ()
        found: list[tuple[str, int]] = []
        for item, line in zip(value, value.lines, strict=True):
            if isinstance(item, str) and item.strip():
                found.append((item.strip(), line))
            else:
                self._faults.append(Fault(self._path, line, f"{key} holds {item!r}, which is not a text"))
        if len(found) < minimum:
            self.fault(f"{key} has {len(found)}, needs at least {minimum}", key)
        return tuple(found)

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers (empty where missing)."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, LocatedList) or not all(type(item) is int for item in value):
            self.fault(f"{key} must be a list of whole numbers", key)
            return ()
        return tuple(value)

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        """A text out of a fixed set."""
        value, options = self.text(key), sorted(allowed)
        if value and value not in options:
            self.fault(f"{key} is {value!r}, must be one of {', '.join(options)}", key)
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false; without a default it must be there."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            self.fault(f"{key} must be true or false", key)
            return False
        return value

    def day(self, key: str) -> date:
        """A date that must be there."""
        value = self._take(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self.fault(f"{key} must be a date such as 2026-11-20", key)
        return date.min

    def optional_day(self, key: str) -> date | None:
        """A date or null; the key itself must be there."""
        if key not in self._mapping:
            self.fault(f"{key} is missing (write null when the document prints no end)", key)
            return None
        if self._take(key) is None:
            return None
        return self.day(key)

    def moment(self, key: str) -> datetime:
        """An ISO 8601 moment with offset."""
        value = self.text(key)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fault(f"{key} must be a moment such as 2025-04-01T16:00:00+09:00", key)
            return datetime.fromisoformat("0001-01-02T00:00:00+00:00")
        return moment

    def is_mapping(self, key: str) -> bool:
        """Whether a nested mapping stands there."""
        return isinstance(self._mapping.get(key), LocatedMap)

    def mapping(self, key: str) -> Fields | None:
        """A nested mapping, or None where it is missing or null."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, LocatedMap):
            self.fault(f"{key} must be a mapping or null", key)
            return None
        return Fields(value, self._path, self._faults)

    def mappings(self, key: str) -> tuple[Fields, ...]:
        """A list of mappings (empty where missing)."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, LocatedList):
            self.fault(f"{key} must be a list", key)
            return ()
        return fields_of(value, self._path, self._faults)

    def has(self, key: str) -> bool:
        """Whether the key is there, whatever it says."""
        return key in self._mapping

    def is_null(self, key: str) -> bool:
        """Whether the key is there and says null: known to be unknown."""
        null = key in self._mapping and self._mapping[key] is None
        if null:
            self._seen.add(key)
        return null

    def keys(self) -> tuple[str, ...]:
        """All keys; asking for them counts as having read them."""
        self._seen.update(self._mapping)
        return tuple(self._mapping)

    def finish(self) -> None:
        """Report the keys that nobody asked for: mostly misspelt ones."""
        for key in self._mapping:
            if key not in self._seen:
                self.fault(f"unknown key {key!r}", key)


def fields_of(items: LocatedList, path: str, faults: list[Fault]) -> tuple[Fields, ...]:
    """The mappings of a list; anything else in it is a fault."""
    found: list[Fields] = []
    for item, line in zip(items, items.lines, strict=True):
        if isinstance(item, LocatedMap):
            found.append(Fields(item, path, faults))
        else:
            faults.append(Fault(path, line, "must be a mapping with keys"))
    return tuple(found)

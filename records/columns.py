"""Kinds of columns that SQLite and PostgreSQL keep alike."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from records.errors import StatementRefused

JAPAN = timezone(timedelta(hours=9), "JST")


class Moment(TypeDecorator[datetime]):
    """A moment with its offset: kept in UTC, given back in Japan time; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its offset from UTC")
        moment = value.astimezone(timezone.utc)
        # SQLite has no offsets: without one the text sorts by time.
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To Japan time."""
        if value is None:
            return None
        moment = value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value
        return moment.astimezone(JAPAN)


def to_json(value: Any) -> str:
    """JSON as it is stored: short, readable, its keys in their order; half a surrogate pair becomes `?`.

    Raises:
        StatementRefused: `value` is no JSON.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as exc:
        # The drivers differ in how they wrap an error from here, and the original may show the value.
        raise StatementRefused(f"the database refused what is no JSON ({type(exc).__name__})") from None
    return text.encode("utf-8", "replace").decode("utf-8")


def storable(text: str) -> str:
    """Text that both databases take: no NUL, no half surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")

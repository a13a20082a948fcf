"""Insertion whose result tells that a key is taken; an error would end the transaction."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from records.errors import NumbersExhausted
from records.models import METADATA, Table
from records.numbers import Kind, new_number

_ATTEMPTS = 20


def insert(session: Session, table: type[Table], values: dict[str, Any]) -> Any:
    """Insert a row unless it breaks a key; its primary key, or None when the key is taken.

    A transaction under way elsewhere with the same key is waited for.
    """
    connection = session.connection()
    return connection.execute(_insertion(table, connection.dialect.name), values).scalar()


@lru_cache(maxsize=32)
def _insertion(table: type[Table], dialect: str) -> Executable:
    columns = METADATA.tables[str(table.__tablename__)]
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(columns).on_conflict_do_nothing().returning(*columns.primary_key)


def insert_or_raise_to(
    session: Session, table: type[Table], values: dict[str, Any], column: str
) -> None:
    """Insert a row; where its primary key is taken, raise its `column` to the new value if that is later."""
    connection = session.connection()
    columns = METADATA.tables[str(table.__tablename__)]
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = make(columns)
    new = made.excluded[column]
    changed = made.on_conflict_do_update(
        index_elements=list(columns.primary_key), set_={column: new}, where=new > columns.c[column]
    )
    connection.execute(changed, values)


def insert_all(session: Session, table: type[Table], rows: list[dict[str, Any]]) -> None:
    """Insert rows in their order."""
    if rows:
        session.connection().execute(METADATA.tables[str(table.__tablename__)].insert(), rows)


def insert_numbered(session: Session, table: type[Table], kind: Kind, values: dict[str, Any]) -> str:
    """Insert a row under a new number; returns the number.

    Raises:
        NumbersExhausted: every number that was tried is taken.
    """
    for _ in range(_ATTEMPTS):
        number = new_number(kind)
        if insert(session, table, {"number": number, **values}) is not None:
            return number
    raise NumbersExhausted(f"no unused number that begins with {kind} in {_ATTEMPTS} attempts")

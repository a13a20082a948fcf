"""Every test here runs on both databases: a file of SQLite, and a database of its own in a real PostgreSQL.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest

from records.database import Database

NOW = datetime(2025, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=9)))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.sqlite3'}"
        return
    server_url = request.getfixturevalue("postgres_url")
    name = f"records_{secrets.token_hex(6)}"
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    yield f"{server_url.rpartition('/')[0]}/{name}"


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Database]:
    """A database without tables."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with the newest tables."""
    empty_database.upgrade()
    return empty_database


@pytest.fixture
def now() -> datetime:
    """The moment at which everything here happens."""
    return NOW

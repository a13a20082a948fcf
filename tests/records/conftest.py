"""Every test here runs on both databases: a file of SQLite, and a real PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest

from records.database import Database

NOW = datetime(2025, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=9)))


@pytest.fixture(scope="session")
def records_postgres_url(postgres_url: str) -> str:
    """A database of this room's own: what else runs on the cluster keeps its tables."""
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE records_tests")
    return f"{postgres_url.rpartition('/')[0]}/records_tests"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite3'}"
    url: str = request.getfixturevalue("records_postgres_url")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


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

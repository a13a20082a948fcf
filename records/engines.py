"""How each database is opened: SQLite with WAL and locks taken at the start, PostgreSQL with short waits.

Parameters are hidden in every error and log, for they may hold what a person wrote.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from records.columns import to_json

WAIT_SECONDS = 5
CONNECT_SECONDS = 3
READ_ONLY = "records_read_only"
_WAL_ATTEMPTS = 100


def with_driver(url: URL) -> URL:
    """The URL with psycopg 3 where it only says PostgreSQL."""
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    return url


def in_memory(url: URL) -> bool:
    """Whether this is an SQLite database without a file."""
    return url.database in (None, "", ":memory:")


def engine_for(url: URL) -> Engine:
    """The engine of a database; it connects when it is first used."""
    return _sqlite(url) if is_sqlite(url) else _postgres(url)


def reading(engine: Engine) -> Engine:
    """The same engine and pool for transactions that only read."""
    options = {} if is_sqlite(engine.url) else {"postgresql_readonly": True}
    return engine.execution_options(**{READ_ONLY: True}, **options)


def is_sqlite(url: URL) -> bool:
    """Whether this is SQLite and not PostgreSQL."""
    return url.get_backend_name() == "sqlite"


def _sqlite(url: URL) -> Engine:
    busy_timeout = {"timeout": WAIT_SECONDS}
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, **busy_timeout}}
    if in_memory(url):
        options |= {"pool_size": 1, "max_overflow": 0}  # it lives in its one connection
    else:
        # An existing file only: one that SQLite creates by itself could be read by everybody.
        url = url.set(database=f"file:{quote(str(url.database))}", query={"mode": "rw", "uri": "true"})
    engine = _engine(url, poolclass=QueuePool, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours, see below
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _enter_wal(connection)


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL, where who reads and who writes do not wait for each other."""
    for attempt in range(_WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as exc:
            # When another process makes the same switch at this moment, SQLite fails without waiting.
            if "locked" not in str(exc) or attempt + 1 == _WAL_ATTEMPTS:
                raise
            time.sleep(WAIT_SECONDS / _WAL_ATTEMPTS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    # A transaction that reads first and writes later cannot wait for its lock: it is taken at the start.
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _postgres(url: URL) -> Engine:
    waiting = f"-c timezone=UTC -c lock_timeout={WAIT_SECONDS}s"
    return _engine(
        url, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS, "options": waiting}
    )


def _engine(url: URL, **options: Any) -> Engine:
    return create_engine(
        url, json_serializer=to_json, hide_parameters=True, pool_timeout=WAIT_SECONDS, **options
    )

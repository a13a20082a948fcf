"""The one way to the database: SQLite by default, PostgreSQL by its URL; transactions, migration, readiness.

Nothing is opened before it is used. An error that leaves here never carries a statement's parameters, for
these may hold what a person wrote.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from records.columns import to_json
from records.errors import DatabaseNotMigrated, DatabaseUnavailable, RecordsError, StatementRefused

WAIT_SECONDS = 5
CONNECT_SECONDS = 3
_WAL_ATTEMPTS = 100
_READ_ONLY = "records_read_only"


class Database:
    """A database and its pool of connections; may be shared by threads."""

    def __init__(self, url: str) -> None:
        """Prepare for `sqlite:///path` or `postgresql+psycopg://…` (`postgresql://` means psycopg 3)."""
        self._url = _with_driver(make_url(url))
        self._engine = _sqlite(self._url) if self._is_sqlite else _postgres(self._url)
        self._reading = self._engine.execution_options(**{_READ_ONLY: True}, **_reading_options(self._url))

    @contextmanager
    def session(self, *, read_only: bool = False) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back when the block raises.

        Args:
            read_only: take no lock against writers and refuse to write.

        Raises:
            DatabaseUnavailable: no connection, or a lock was held for more than five seconds.
            StatementRefused: the database refused a statement.
        """
        try:
            with Session(self._reading if read_only else self._engine, expire_on_commit=False) as session:
                yield session
                session.commit()
        except SQLAlchemyError as exc:
            raise _own_error(exc) from None

    def upgrade(self) -> None:
        """Create the database file if need be and bring the tables to this version's.

        Raises:
            DatabaseUnavailable: the database cannot be opened; the message says why.
            DatabaseNotMigrated: the tables belong to another version than this one's or an earlier one.
        """
        from records.migrating import upgrade

        try:
            self._make_file()
            with self._engine.begin() as connection:
                upgrade(connection)
        except OSError as exc:
            raise DatabaseUnavailable(f"cannot create the database file: {exc.strerror}") from exc
        except SQLAlchemyError as exc:
            # No statement of a migration holds what a person wrote: the driver's reason may be told.
            reason = " ".join(str(getattr(exc, "orig", None) or type(exc).__name__).split())
            raise DatabaseUnavailable(f"{self}: {reason}") from exc

    def check(self) -> None:
        """Compare the tables with the models, for tests and developers.

        Raises:
            DatabaseNotMigrated: they differ.
        """
        from records.migrating import check

        with self._engine.begin() as connection:
            check(connection)

    def write_revision(self, number: str, message: str) -> Path:
        """Write a migration with what the models have and the tables of this database lack; its file."""
        from records.migrating import write_revision

        with self._engine.begin() as connection:
            return write_revision(connection, number, message)

    def ping(self) -> None:
        """Ask the database for its version.

        Raises:
            DatabaseUnavailable: it does not answer.
            DatabaseNotMigrated: it holds no tables of ours.
        """
        with self.session(read_only=True) as session:
            session.connection().execute(text("SELECT 1"))
            try:
                session.connection().execute(text("SELECT version_num FROM alembic_version")).one()
            except SQLAlchemyError:
                raise DatabaseNotMigrated("the database holds no tables of this counter") from None

    def dispose(self) -> None:
        """Close the connections; the next use opens new ones."""
        self._engine.dispose()

    def __str__(self) -> str:
        return self._url.render_as_string(hide_password=True)

    @property
    def _is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    def _make_file(self) -> None:
        if not self._is_sqlite or _in_memory(self._url):
            return
        path = Path(str(self._url.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        # What members say is for the owner of the process only; SQLite gives its side files the same mode.
        # Only a new file is opened here: closing one that SQLite has open would drop SQLite's own locks.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _with_driver(url: URL) -> URL:
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _in_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:")


def _reading_options(url: URL) -> dict[str, Any]:
    return {"postgresql_readonly": True} if url.get_backend_name() == "postgresql" else {}


def _sqlite(url: URL) -> Engine:
    busy_timeout = {"timeout": WAIT_SECONDS}
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, **busy_timeout}}
    if _in_memory(url):
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
        except sqlite3.OperationalError:
            # When another process makes the same switch at this moment, SQLite fails without waiting.
            if attempt + 1 == _WAL_ATTEMPTS:
                raise
            time.sleep(WAIT_SECONDS / _WAL_ATTEMPTS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
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


def _own_error(exc: SQLAlchemyError) -> RecordsError:
    if isinstance(exc, (OperationalError, InterfaceError, PoolTimeout)):
        return DatabaseUnavailable(f"the database does not answer ({type(exc).__name__})")
    return StatementRefused(f"the database refused a statement ({type(exc).__name__})")

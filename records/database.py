"""The one way to the database: SQLite by default, PostgreSQL by its URL; transactions, migration, readiness.

Nothing is opened before it is used. An error that leaves here never carries a statement's parameters, for
these may hold what a person wrote.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from sqlalchemy import make_url, text
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from records.engines import WAIT_SECONDS, engine_for, in_memory, is_sqlite, reading, with_driver
from records.errors import DatabaseNotMigrated, DatabaseUnavailable, RecordsError, StatementRefused


class Database:
    """A database and its pool of connections; may be shared by threads."""

    def __init__(self, url: str) -> None:
        """Prepare for `sqlite:///path` or `postgresql+psycopg://…` (`postgresql://` means psycopg 3)."""
        self._url = with_driver(make_url(url))
        self._engine = engine_for(self._url)
        self._reading = reading(self._engine)
        self._writer = Lock()

    @contextmanager
    def session(self, *, read_only: bool = False) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back when the block raises.

        Args:
            read_only: take no lock against writers and refuse to write.

        Raises:
            DatabaseUnavailable: no connection, or a lock was held for more than five seconds.
            StatementRefused: the database refused a statement.
        """
        engine = self._reading if read_only else self._engine
        with self._turn_to_write(read_only):
            try:
                with Session(engine, expire_on_commit=False) as session:
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

    @contextmanager
    def _turn_to_write(self, read_only: bool) -> Iterator[None]:
        """One writer of this process at a time: SQLite's own waiting is by chance and four times as long."""
        if read_only or not is_sqlite(self._url):
            yield
            return
        if not self._writer.acquire(timeout=WAIT_SECONDS):
            raise DatabaseUnavailable("another transaction of this process is writing")
        try:
            yield
        finally:
            self._writer.release()

    def _make_file(self) -> None:
        if not is_sqlite(self._url) or in_memory(self._url):
            return
        path = Path(str(self._url.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        # What members say is for the owner of the process only; SQLite gives its side files the same mode.
        # Only a new file is opened here: closing one that SQLite has open would drop SQLite's own locks.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _own_error(exc: SQLAlchemyError) -> RecordsError:
    if isinstance(exc, (OperationalError, InterfaceError, PoolTimeout)):
        return DatabaseUnavailable(f"the database does not answer ({type(exc).__name__})")
    return StatementRefused(f"the database refused a statement ({type(exc).__name__})")

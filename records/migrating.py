"""Runs the migrations of records/migrations by program; there is no alembic.ini.

Apart from database.py, so that a process which only reads and writes never loads Alembic.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from records.errors import DatabaseNotMigrated

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_LOCK = 7_150_021  # any number, the same for all who migrate
_LOCK_WAIT = "60s"


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for a connection that is already open."""
    config = Config(stdout=StringIO())
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision, in the transaction of `connection`; one process at a time.

    Raises:
        DatabaseNotMigrated: the database's revision is unknown here: it was made by a later version.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    try:
        command.upgrade(configuration(connection), "head")
    except CommandError as exc:
        raise DatabaseNotMigrated(f"the database does not fit this version: {exc}") from exc


def check(connection: Connection) -> None:
    """Compare the tables with the models.

    Raises:
        DatabaseNotMigrated: they differ; the message says in what.
    """
    try:
        command.check(configuration(connection))
    except CommandError as exc:
        raise DatabaseNotMigrated(str(exc)) from exc


def write_revision(connection: Connection, number: str, message: str) -> Path:
    """Write the revision `number` with what the models have and the tables lack; returns its file."""
    script = command.revision(configuration(connection), message, autogenerate=True, rev_id=number)
    if script is None or isinstance(script, list):
        raise DatabaseNotMigrated("no single revision was written")
    return Path(script.path)

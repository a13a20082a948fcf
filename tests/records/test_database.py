"""The database: migration from nothing, the models' tables, readiness, and errors that tell no secrets."""

from __future__ import annotations

import stat
import threading
import traceback
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import Session, select

from records.conversations import open_conversation, record_message
from records.database import Database
from records.errors import DatabaseNotMigrated, DatabaseUnavailable, RecordsError, StatementRefused
from records.members import add_member, get_member
from records.migrating import configuration
from records.models import METADATA, Member

SECRET = "秘密の本文"
LOCK_WAIT = {"postgresql": "SET LOCAL lock_timeout = '50ms'"}


def tables(database: Database) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if str(database).startswith("sqlite")
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    with database.session(read_only=True) as session:
        return {name for (name,) in session.connection().execute(text(query))}


def test_migration_from_nothing_gives_the_models_tables(empty_database: Database) -> None:
    empty_database.upgrade()
    assert tables(empty_database) == {*METADATA.tables, "alembic_version"}
    empty_database.check()


def test_a_difference_between_tables_and_models_is_found(database: Database) -> None:
    with database.session() as session:
        session.connection().execute(text("ALTER TABLE members ADD COLUMN nickname VARCHAR(10)"))
    with pytest.raises(DatabaseNotMigrated, match="nickname"):
        database.check()


def test_migration_again_changes_nothing(database: Database, now: datetime) -> None:
    with database.session() as session:
        add_member(session, member_id="m1", name="デモ", now=now)
    database.upgrade()
    with database.session(read_only=True) as session:
        assert get_member(session, "m1").name == "デモ"


def test_migration_goes_back_to_nothing(database: Database) -> None:
    with database.session() as session:
        command.downgrade(configuration(session.connection()), "base")
    assert tables(database) == {"alembic_version"}
    database.upgrade()
    database.check()


def test_many_migrate_at_once(database_url: str) -> None:
    start, faults = threading.Barrier(4), []

    def work() -> None:
        database = Database(database_url)
        start.wait()
        try:
            database.upgrade()
            database.ping()
        except BaseException as fault:
            faults.append(fault)
        database.dispose()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_the_tables_of_a_later_version_are_left_alone(database: Database) -> None:
    with database.session() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNotMigrated, match="9999"):
        database.upgrade()
    assert tables(database) == {*METADATA.tables, "alembic_version"}


def test_ping_tells_an_empty_database_from_a_migrated_one(empty_database: Database) -> None:
    with pytest.raises((DatabaseNotMigrated, DatabaseUnavailable)):  # SQLite: there is not even a file
        empty_database.ping()
    empty_database.upgrade()
    empty_database.ping()


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nonexistent/folder/records.sqlite3", "postgresql://u:hush@127.0.0.1:1/records"],
    ids=["sqlite", "postgresql"],
)
def test_a_database_that_is_not_there_is_told_in_one_line_without_its_password(url: str) -> None:
    database = Database(url)
    with pytest.raises(DatabaseUnavailable) as pinged:
        database.ping()
    assert "hush" not in f"{database} {pinged.value}" and "\n" not in str(pinged.value)


def test_an_unwritable_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="database file"):
        Database(f"sqlite:///{tmp_path / 'file' / 'records.sqlite3'}").upgrade()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite3"
    path.write_text("this is a letter, not a database" * 100)
    with pytest.raises(RecordsError, match="not a database"):
        Database(f"sqlite:///{path}").upgrade()


def test_the_file_is_for_its_owner_only_and_waits_instead_of_failing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "records.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    with database.session() as session:
        values = {
            pragma: session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    database.dispose()
    assert values == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 5000}
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.parametrize("name", ["記録 100%.db", "a#b&c.db", "it's.db"])
def test_any_name_of_the_file_will_do(tmp_path: Path, name: str) -> None:
    database = Database(f"sqlite:///{tmp_path / name}")
    database.upgrade()
    database.ping()
    database.dispose()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_reading_makes_no_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'records.sqlite3'}")
    with pytest.raises(DatabaseUnavailable):
        database.ping()
    assert list(tmp_path.iterdir()) == []


def test_a_database_in_memory_keeps_its_tables() -> None:
    database = Database("sqlite://")
    database.upgrade()
    database.ping()


def test_a_block_that_raises_leaves_nothing(database: Database, now: datetime) -> None:
    def fail(session: Session) -> None:
        add_member(session, member_id="m1", name="デモ", now=now)
        raise LookupError

    with pytest.raises(LookupError), database.session() as session:
        fail(session)
    with database.session(read_only=True) as session:
        assert session.exec(select(Member)).all() == []


def test_who_only_reads_cannot_write(database: Database, now: datetime) -> None:
    with pytest.raises(RecordsError), database.session(read_only=True) as session:
        add_member(session, member_id="m1", name="デモ", now=now)
    with database.session() as session:
        add_member(session, member_id="m1", name="デモ", now=now)


def test_who_reads_does_not_wait_for_who_writes(database: Database, now: datetime) -> None:
    with database.session() as writing:
        add_member(writing, member_id="m1", name="デモ", now=now)
        with database.session(read_only=True) as reading:
            assert reading.exec(select(Member)).all() == []


def test_a_writer_that_never_ends_is_told_and_lets_the_next_one_write(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.database.WAIT_SECONDS", 0.05)
    with database.session() as writing:
        add_member(writing, member_id="m1", name="デモ", now=now)
        with pytest.raises(DatabaseUnavailable), database.session() as second:
            second.connection().execute(text(LOCK_WAIT.get(second.connection().dialect.name, "SELECT 1")))
            add_member(second, member_id="m1", name="デモ", now=now)
    with database.session() as third:
        assert get_member(third, "m1").name == "デモ"
        add_member(third, member_id="m2", name="デモ", now=now)


def write_without_conversation(session: Session, now: datetime) -> None:
    record_message(session, "unknown", direction="in", text=SECRET, now=now)


def write_without_offset(session: Session, now: datetime) -> None:
    open_conversation(session, "c1", channel="rest", now=now)
    record_message(session, "c1", direction="in", text=SECRET, now=now.replace(tzinfo=None))


def write_no_json(session: Session, now: datetime) -> None:
    open_conversation(session, "c1", channel="rest", now=now)
    blocks = [{SECRET: float("nan")}]
    record_message(session, "c1", direction="in", text=SECRET, now=now, blocks=blocks)


def write_unknown_direction(session: Session, now: datetime) -> None:
    open_conversation(session, "c1", channel="rest", now=now)
    row = {"c": "c1", "t": SECRET, "n": now.isoformat()}
    session.connection().execute(
        text(
            "INSERT INTO messages "
            "(id, conversation_id, direction, text, buttons, blocks, outcome, created_at) "
            "VALUES (1, :c, 'up', :t, '[]', '[]', '', :n)"
        ),
        row,
    )


@pytest.mark.parametrize(
    "write", [write_without_conversation, write_without_offset, write_no_json, write_unknown_direction]
)
def test_no_error_and_no_trace_of_it_holds_what_was_said(
    database: Database, now: datetime, write: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(write)
    caplog.set_level("DEBUG")
    with pytest.raises(StatementRefused) as caught, database.session() as session:
        write(session, now)
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown + caplog.text
    assert "database refused" in shown


def test_every_error_has_its_own_code() -> None:
    def below(kind: type[RecordsError]) -> list[type[RecordsError]]:
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    kinds = below(RecordsError)
    assert len({kind.code for kind in kinds}) == len(kinds)

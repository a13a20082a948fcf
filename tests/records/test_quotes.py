"""A quote is stored once, read however its number is typed, and never changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, delete, update

from records import inserting
from records.database import Database
from records.errors import Immutable, NumbersExhausted, QuoteNotFound, StatementRefused
from records.models import Quote
from records.quotes import StoredQuote, add_quote, get_quote, quotes_of

GIVEN: dict[str, Any] = {
    "product": "third_party",
    "inputs": {"plan": "wide", "course": 3, "annual_sales_yen": 80_000_000, "claims_paid": 0},
    "table_version": "third_party/2025-04-01@abc",
    "result": {"premium_yen": 12_345, "limits": {"z_yen": 1, "a_yen": 2}, "title": "ワイド③", "upper": None},
    "channel": "rest",
    "conversation_id": "c" * 32,
}


def add(database: Database, now: datetime, **other: Any) -> StoredQuote:
    with database.session() as session:
        return add_quote(session, **{**GIVEN, "now": now, **other})


def test_what_is_read_is_what_was_stored(database: Database, now: datetime) -> None:
    stored = add(database, now)
    with database.session(read_only=True) as session:
        found = get_quote(session, stored.number)
    assert found == stored
    assert found.inputs == GIVEN["inputs"] and found.table_version == GIVEN["table_version"]
    assert list(found.result["limits"]) == ["z_yen", "a_yen"], "the order in which limits are shown is kept"
    assert found.created_at.isoformat() == "2025-11-20T10:00:00+09:00"


@pytest.mark.parametrize(
    "typed",
    [str, str.lower, lambda n: n.replace("-", ""), lambda n: f"  {n.replace('-', ' ')} ",
     lambda n: n.replace("-", "ー"), lambda n: "".join(chr(ord(c) + 0xFEE0) for c in n)],
    ids=["as shown", "lower case", "no hyphen", "spaces", "long vowel mark", "full width"],
)
def test_a_number_is_found_however_it_is_typed(
    database: Database, now: datetime, typed: Callable[[str], str]
) -> None:
    stored = add(database, now)
    with database.session(read_only=True) as session:
        assert get_quote(session, typed(stored.number)).number == stored.number


@pytest.mark.parametrize(
    "number", ["Q2222-22222", "", "A7K3M-9TP2X", "Q7K3M", "'; DROP TABLE quotes; --", "Q" * 500]
)
def test_an_unknown_number_is_not_found(database: Database, number: str) -> None:
    with database.session(read_only=True) as session, pytest.raises(QuoteNotFound) as caught:
        get_quote(session, number)
    assert caught.value.code == "quote_not_found"
    assert not number or number not in str(caught.value)


def test_a_conversation_has_its_quotes_in_order_and_no_other(database: Database, now: datetime) -> None:
    later = add(database, now + timedelta(seconds=1))
    earlier = add(database, now)
    add(database, now, conversation_id="other")
    add(database, now, conversation_id=None)
    with database.session(read_only=True) as session:
        assert quotes_of(session, GIVEN["conversation_id"]) == (earlier, later)
        assert quotes_of(session, "unknown") == ()


def change_attribute(session: Session, number: str) -> None:
    row = session.get_one(Quote, number)
    row.channel = "line"
    session.flush()


def remove(session: Session, number: str) -> None:
    session.delete(session.get_one(Quote, number))
    session.flush()


@pytest.mark.parametrize(
    "change",
    [
        change_attribute,
        remove,
        lambda session, _: session.exec(update(Quote).values(channel="line")),
        lambda session, _: session.exec(delete(Quote)),
    ],
    ids=["attribute", "delete", "bulk update", "bulk delete"],
)
def test_a_quote_is_never_changed_by_the_program(
    database: Database, now: datetime, change: Callable[[Session, str], None]
) -> None:
    stored = add(database, now)
    with pytest.raises(Immutable), database.session() as session:
        change(session, stored.number)
    with database.session(read_only=True) as session:
        assert get_quote(session, stored.number) == stored


@pytest.mark.parametrize("statement", ["UPDATE quotes SET channel = 'line'", "DELETE FROM quotes"])
def test_a_quote_is_never_changed_by_hand(database: Database, now: datetime, statement: str) -> None:
    stored = add(database, now)
    with pytest.raises(StatementRefused), database.session() as session:
        session.connection().execute(text(statement))
    with database.session(read_only=True) as session:
        assert get_quote(session, stored.number) == stored


def test_a_number_that_is_taken_is_drawn_again(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["Q2222-22222", "Q2222-22222", "Q2222-22222", "Q3333-33333"])
    monkeypatch.setattr(inserting, "new_number", lambda _: next(drawn))
    with database.session() as session:
        numbers = [add_quote(session, **GIVEN, now=now).number for _ in range(2)]
    assert numbers == ["Q2222-22222", "Q3333-33333"]


def test_drawing_ends_when_every_number_is_taken(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inserting, "new_number", lambda _: "Q2222-22222")
    add(database, now)
    with pytest.raises(NumbersExhausted):
        add(database, now)


def test_many_at_once_get_different_numbers(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight threads draw from 200 numbers only, so that collisions between open transactions are certain."""
    drawn = (f"Q2222-{n // 3:05}" for n in range(600))
    lock = threading.Lock()

    def draw(_: str) -> str:
        with lock:
            return next(drawn)

    monkeypatch.setattr(inserting, "new_number", draw)
    numbers: list[str] = []
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(12):
                numbers.append(add(database, now).number)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(numbers) == len(set(numbers)) == 96
    with database.session(read_only=True) as session:
        assert {q.number for q in quotes_of(session, GIVEN["conversation_id"])} == set(numbers)


def test_a_moment_without_offset_is_refused(database: Database, now: datetime) -> None:
    with pytest.raises(StatementRefused):
        add(database, now.replace(tzinfo=None))

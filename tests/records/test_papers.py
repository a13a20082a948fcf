"""Accident drafts and hand-overs: kept after every answer, found by number, and their status."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest

from records import drafts, handovers
from records.database import Database
from records.errors import DraftNotFound, HandOverNotFound, StatusRefused
from records.handovers import HandOverStatus
from records.models import DRAFT_STATUSES, HAND_OVER_STATUSES

FIELDS = {"happened_at": "昨日の15時ごろ", "place": "前橋市の工場", "witnesses": "?"}


def test_a_draft_is_kept_after_every_answer(database: Database, now: datetime) -> None:
    later = now + timedelta(days=1)
    with database.session() as session:
        begun = drafts.add_draft(session, fields={"place": "倉庫"}, conversation_id="c1", now=now)
    with database.session() as session:
        drafts.update_draft(session, begun.number, fields=FIELDS, now=later)
    with database.session(read_only=True) as session:
        found = drafts.get_draft(session, begun.number.lower())
    assert (found.number, found.fields, found.status) == (begun.number, FIELDS, "draft")
    assert (found.created_at, found.updated_at) == (now, later)
    assert list(found.fields) == list(FIELDS), "the order of the questions is kept"


def test_what_was_undone_leaves_the_draft(database: Database, now: datetime) -> None:
    with database.session() as session:
        begun = drafts.add_draft(session, fields=FIELDS, conversation_id="c1", now=now)
        changed = drafts.update_draft(session, begun.number, fields={"place": "倉庫"}, now=now)
    assert changed.fields == {"place": "倉庫"}


def test_a_draft_broken_off_is_offered_again(database: Database, now: datetime) -> None:
    with database.session() as session:
        assert drafts.open_draft_of(session, "c1") is None
        first = drafts.add_draft(session, fields=FIELDS, conversation_id="c1", now=now)
        second = drafts.add_draft(session, fields=FIELDS, conversation_id="c1", now=now + timedelta(hours=1))
        drafts.add_draft(session, fields=FIELDS, conversation_id="c2", now=now + timedelta(hours=2))
        assert drafts.open_draft_of(session, "c1") == second
        drafts.complete_draft(session, second.number, now=now + timedelta(hours=3))
        assert drafts.open_draft_of(session, "c1") == first
        drafts.abandon_draft(session, first.number, now=now)
        assert drafts.open_draft_of(session, "c1") is None


@pytest.mark.parametrize("end", [drafts.complete_draft, drafts.abandon_draft], ids=["complete", "abandoned"])
def test_a_change_makes_it_a_draft_again(database: Database, now: datetime, end: object) -> None:
    assert callable(end)
    with database.session() as session:
        number = drafts.add_draft(session, fields={}, conversation_id=None, now=now).number
        assert end(session, number, now=now).status != "draft"
        assert drafts.update_draft(session, number, fields=FIELDS, now=now).status == "draft"


@pytest.mark.parametrize("number", ["A2222-22222", "Q2222-22222", "", "何番だっけ"])
def test_an_unknown_draft_is_not_found(database: Database, now: datetime, number: str) -> None:
    with database.session() as session:
        for use in (drafts.complete_draft, drafts.abandon_draft):
            with pytest.raises(DraftNotFound):
                use(session, number, now=now)
        with pytest.raises(DraftNotFound):
            drafts.get_draft(session, number)
        with pytest.raises(DraftNotFound):
            drafts.update_draft(session, number, fields=FIELDS, now=now)


def test_hand_overs_wait_in_the_order_they_came(database: Database, now: datetime) -> None:
    with database.session() as session:
        later = handovers.add_handover(session, summary="二", conversation_id="c1", now=now + timedelta(1))
        first = handovers.add_handover(session, summary="一", conversation_id=None, now=now)
        done = handovers.add_handover(session, summary="三", conversation_id="c1", now=now)
        handovers.set_status(session, done.number, "closed", now=now, note="電話で回答")
    with database.session(read_only=True) as session:
        assert handovers.handovers(session, status="open") == (first, later)
        assert [h.note for h in handovers.handovers(session, status="closed")] == ["電話で回答"]
        assert len(handovers.handovers(session)) == 3
        assert handovers.handovers(session, limit=1) == handovers.handovers(session)[:1]
        assert first.status == "open" and first.number.startswith("H")


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        (["taken", "closed", "open"], None),
        (["taken", "open", "taken"], None),
        (["closed", "open"], None),
        (["taken"], "taken"),
        (["closed"], "closed"),
        (["closed"], "taken"),
        ([], "open"),
    ],
)
def test_the_status_goes_only_where_it_may(
    database: Database, now: datetime, path: list[HandOverStatus], refused: HandOverStatus | None
) -> None:
    later = now + timedelta(hours=1)
    with database.session() as session:
        number = handovers.add_handover(session, summary="x", conversation_id=None, now=now).number
        for status in path:
            changed = handovers.set_status(session, number, status, now=later)
            assert (changed.status, changed.created_at, changed.updated_at) == (status, now, later)
        if refused is not None:
            with pytest.raises(StatusRefused):
                handovers.set_status(session, number, refused, now=later)


def test_an_unknown_hand_over_is_not_found(database: Database, now: datetime) -> None:
    with database.session() as session, pytest.raises(HandOverNotFound):
        handovers.set_status(session, "H2222-22222", "taken", now=now)


def test_the_database_knows_the_same_statuses_as_the_functions() -> None:
    assert get_args(HandOverStatus) == HAND_OVER_STATUSES
    assert get_args(drafts.DraftStatus) == DRAFT_STATUSES

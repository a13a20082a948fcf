"""Conversations: no raw sender, one row for a message id, the first answer for its repeat, and forgetting."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from records import conversations, drafts, handovers
from records.conversations import conversation_for, open_conversation, record_message, replies_to, transcript
from records.database import Database
from records.errors import ConversationNotFound, HandOverNotFound, StatementRefused
from records.models import Conversation, Message
from records.quotes import add_quote, get_quote
from records.retention import Forgotten, forget_before
from records.turns import Said, record_turn

SECRET = b"k" * 32
BLOCKS = [{"type": "notice", "level": "info", "text": "概算です"}]
BUTTONS = [{"title": "ワイド", "payload": "ワイド"}]


def test_the_same_sender_comes_back_to_the_same_conversation(database: Database, now: datetime) -> None:
    later = now + timedelta(days=3)
    with database.session() as session:
        first = conversation_for(session, "line", "U123", SECRET, now)
    with database.session() as session:
        again = conversation_for(session, "line", "U123", SECRET, later)
        elsewhere = conversation_for(session, "rest", "U123", SECRET, now)
        other_key = conversation_for(session, "line", "U123", b"other" * 8, now)
    assert again == first
    assert len({first.id, elsewhere.id, other_key.id}) == 3


def test_no_raw_sender_is_stored(database: Database, now: datetime) -> None:
    with database.session() as session:
        conversation_for(session, "line", "U-raw-sender", SECRET, now)
    with database.session(read_only=True) as session:
        rows = session.connection().execute(text("SELECT * FROM conversations")).all()
    assert len(rows) == 1 and "U-raw-sender" not in str(rows)


def test_an_unknown_conversation_is_told(database: Database) -> None:
    with database.session(read_only=True) as session:
        with pytest.raises(ConversationNotFound):
            conversations.get_conversation(session, "unknown")
        assert transcript(session, "unknown") == ()


def test_a_transcript_is_what_was_said_in_its_order(database: Database, now: datetime) -> None:
    said = [Said("プランは？", BUTTONS), Said("", blocks=BLOCKS)]
    with database.session() as session:
        record_turn(session, "c1", channel="rest", text="いくら", replies=said, now=now, outcome="answered")
        record_turn(session, "c2", channel="rest", text="別の人", replies=said, now=now)
        later = now + timedelta(minutes=1)
        record_turn(session, "c1", channel="rest", text="ワイド", replies=[Said("はい")], now=later)
    with database.session(read_only=True) as session:
        whole = transcript(session, "c1")
        assert transcript(session, "c1", last=2) == whole[-2:]
        assert conversations.get_conversation(session, "c1").last_at == later
    assert [(m.direction, m.text) for m in whole] == [
        ("in", "いくら"), ("out", "プランは？"), ("out", ""), ("in", "ワイド"), ("out", "はい"),
    ]
    assert whole[0].outcome == "answered" and whole[1].buttons == BUTTONS and whole[2].blocks == BLOCKS
    assert whole[0].created_at == now


def test_a_message_id_is_stored_once_a_conversation(database: Database, now: datetime) -> None:
    with database.session() as session:
        for conversation_id in ("c1", "c2"):
            open_conversation(session, conversation_id, channel="line", now=now)
        first = record_message(session, "c1", direction="in", text="一", now=now, external_id="m1")
        again = record_message(session, "c1", direction="in", text="二", now=now, external_id="m1")
        elsewhere = record_message(session, "c2", direction="in", text="三", now=now, external_id="m1")
        none_a = record_message(session, "c1", direction="in", text="四", now=now)
        none_b = record_message(session, "c1", direction="in", text="四", now=now)
    assert again == first and again.text == "一"
    assert len({first.id, elsewhere.id, none_a.id, none_b.id}) == 4


@pytest.mark.parametrize("length", [1, 200, 201, 5_000])
def test_a_message_id_may_be_of_any_length(database: Database, now: datetime, length: int) -> None:
    with database.session() as session:
        open_conversation(session, "c1", channel="rest", now=now)
        first, again, other = (
            record_message(session, "c1", direction="in", text="x", now=now, external_id=external_id)
            for external_id in ("m" * length, "m" * length, "m" * (length - 1) + "n")
        )
    assert first == again and other.id != first.id


def test_a_repeated_message_gets_the_first_answer(database: Database, now: datetime) -> None:
    def take(answer: str) -> None:
        with database.session() as session:
            record_turn(
                session, "c1", channel="rest", text="?", replies=[Said(answer, BUTTONS, BLOCKS)], now=now,
                external_id="m1",
            )

    take("初めの答え")
    take("次の答え")
    with database.session(read_only=True) as session:
        answers = replies_to(session, "c1", "m1")
        assert answers is not None
        assert [(a.text, a.buttons, a.blocks) for a in answers] == [("初めの答え", BUTTONS, BLOCKS)]
        assert replies_to(session, "c1", "m2") is None
        assert replies_to(session, "c2", "m1") is None
        assert len(transcript(session, "c1")) == 2


def test_a_message_that_comes_many_times_at_once_is_one(database: Database, now: datetime) -> None:
    start, faults = threading.Barrier(8), []

    def work(name: int) -> None:
        start.wait()
        try:
            for turn in range(5):
                with database.session() as session:
                    record_turn(
                        session, "c1", channel="rest", text="?", replies=[Said(f"{name}a"), Said(f"{name}b")],
                        now=now, external_id=f"m{turn}",
                    )
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with database.session(read_only=True) as session:
        for turn in range(5):
            answers = replies_to(session, "c1", f"m{turn}")
            assert answers is not None and len(answers) == 2
            assert answers[0].text[:-1] == answers[1].text[:-1], "both answers are of the same turn"
        assert len(session.exec(select(Message)).all()) == 15


@pytest.mark.parametrize(
    "said", ["\0null", "half a pair: \ud83d", "絵文字👷‍♂️", "x" * 20_000, "'; --", "%s %(a)s :x"]
)
def test_any_text_is_stored(database: Database, now: datetime, said: str) -> None:
    with database.session() as session:
        replies = [Said(said, [{"title": said, "payload": said}])]
        record_turn(session, "c1", channel="rest", text=said, replies=replies, now=now, external_id=said)
    with database.session(read_only=True) as session:
        asked, answered = transcript(session, "c1")
        assert replies_to(session, "c1", said) == (answered,)
    expected = said.replace("\0", "").replace("\ud83d", "?")
    assert asked.text == answered.text == expected


def test_a_message_needs_its_conversation(database: Database, now: datetime) -> None:
    with pytest.raises(StatementRefused) as caught, database.session() as session:
        record_message(session, "unknown", direction="in", text="秘密の文", now=now)
    assert "秘密の文" not in str(caught.value)


def test_a_block_that_raises_leaves_nothing(database: Database, now: datetime) -> None:
    def fail(session: Session) -> None:
        record_turn(session, "c1", channel="rest", text="?", replies=[Said("!")], now=now)
        raise LookupError

    with pytest.raises(LookupError), database.session() as session:
        fail(session)
    with database.session(read_only=True) as session:
        assert session.exec(select(Conversation)).all() == []


def test_what_is_old_is_forgotten_and_nothing_else(database: Database, now: datetime) -> None:
    day = timedelta(days=1)
    with database.session() as session:
        record_turn(session, "old", channel="rest", text="a", replies=[Said("b")], now=now - 2 * day)
        record_turn(session, "going on", channel="rest", text="c", replies=[Said("d")], now=now - 2 * day)
        record_turn(session, "going on", channel="rest", text="e", replies=[Said("f")], now=now)
        old = now - 2 * day
        given = {"channel": "rest", "inputs": {}, "result": {}, "table_version": "v", "product": "cyber"}
        quote = add_quote(session, **given, conversation_id="old", now=old)
        old_draft = drafts.add_draft(session, fields={"place": "g"}, conversation_id="old", now=old)
        kept_draft = drafts.add_draft(session, fields={"place": "h"}, conversation_id="old", now=old)
        drafts.update_draft(session, kept_draft.number, fields={"place": "i"}, now=now)
        closed = handovers.add_handover(session, summary="j", conversation_id="old", now=old)
        handovers.set_status(session, closed.number, "closed", now=old)
        waiting = handovers.add_handover(session, summary="k", conversation_id="old", now=old)
    with database.session() as session:
        assert forget_before(session, now - day) == Forgotten(messages=4, drafts=1, handovers=1)
    with database.session(read_only=True) as session:
        assert [c.id for c in session.exec(select(Conversation)).all()] == ["going on"]
        assert [m.text for m in transcript(session, "going on")] == ["e", "f"]
        assert drafts.get_draft(session, kept_draft.number).fields == {"place": "i"}
        with pytest.raises(drafts.DraftNotFound):
            drafts.get_draft(session, old_draft.number)
        with pytest.raises(HandOverNotFound):
            handovers.get_handover(session, closed.number)
        assert handovers.get_handover(session, waiting.number) == waiting
        assert get_quote(session, quote.number) == quote
    with database.session() as session:
        assert forget_before(session, now - day) == Forgotten(0, 0, 0)


def test_what_was_said_at_the_very_moment_is_kept(database: Database, now: datetime) -> None:
    with database.session() as session:
        record_turn(session, "c1", channel="rest", text="a", replies=[Said("b")], now=now)
        assert conversations.forget_before(session, now) == 0
        assert len(transcript(session, "c1")) == 2
        assert conversations.forget_before(session, now + timedelta(microseconds=1)) == 2

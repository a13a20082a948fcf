"""What a sender said before: the last words of each, bounded in senders, length and time, and only in memory."""

from __future__ import annotations

import pytest

from bot.engine import earlier
from bot.engine.earlier import Earlier


class Clock:
    """A clock that is set by the test."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(clock: Clock) -> Earlier:
    return Earlier(clock)


def test_each_sender_has_a_message_before(kept: Earlier) -> None:
    assert kept.before("one", "組立保険の工具は対象になりますか") == ""
    assert kept.before("other", "マイページのことで教えてください") == ""
    assert kept.before("one", "車だと？") == "組立保険の工具は対象になりますか"


def test_a_slight_message_is_kept_with_the_one_before_it(kept: Earlier) -> None:
    kept.before("one", "組立保険の工具は対象になりますか")
    kept.before("one", "車だと？")
    assert kept.before("one", "船は？") == "組立保険の工具は対象になりますか\n車だと？"


def test_a_long_silence_begins_anew(kept: Earlier, clock: Clock) -> None:
    kept.before("one", "組立保険の工具は対象になりますか")
    clock.now = earlier.SECONDS + 1
    assert kept.before("one", "車だと？") == ""


def test_long_messages_and_many_senders_are_bounded(kept: Earlier) -> None:
    kept.before("one", "あ" * 10_000)
    assert len(kept.before("one", "車だと？")) == earlier.MOST_CHARACTERS
    for number in range(earlier.MOST_SENDERS + 10):
        kept.before(str(number), "こんにちは")
    assert len(kept) == earlier.MOST_SENDERS
    assert kept.before("one", "車だと？") == ""

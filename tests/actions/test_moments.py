"""The moment that a member states, read from a table of what people say."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

from bot.actions.capabilities.moment import stated_date, stated_moment

SAID = yaml.safe_load((Path(__file__).parent / "moments.yml").read_text(encoding="utf-8"))
JAPAN = timezone(timedelta(hours=9))
NOW = datetime(2026, 5, 13, 15, 20, tzinfo=JAPAN)
MARINE_DAY = date(2026, 7, 20)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


@pytest.mark.parametrize("said", SAID, ids=[item["say"] for item in SAID])
def test_the_moment_stated(said):
    stated = stated_moment(_folded(said["say"]), NOW, lambda day: day == MARINE_DAY)
    assert (stated.at.isoformat()[:16] if stated else None) == said["at"]


def test_a_working_day_is_no_holiday():
    stated = stated_moment("月曜の10時", datetime(2026, 7, 19, 9, 0, tzinfo=JAPAN), lambda day: day == MARINE_DAY)
    assert stated is not None
    assert stated.at.date() == date(2026, 7, 27)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("4月20日に申し込む", date(2027, 4, 20)),
        ("june 10", date(2026, 6, 10)),
        ("on the 5th of march", date(2027, 3, 5)),
        ("2月30日", None),
        ("5月13日", date(2026, 5, 13)),
        ("2026年4月20日", date(2026, 4, 20)),
        ("いつでも", None),
    ],
)
def test_the_date_stated(said, day):
    assert stated_date(said, NOW) == day

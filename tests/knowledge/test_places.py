"""From a place in a message to the desk that answers there, and when its line is open."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

from knowledge import Knowledge
from knowledge.romaji import romaji
from rating.calendar import line_status

JST = timezone(timedelta(hours=9))
PLACES = yaml.safe_load((Path(__file__).parent / "places.yml").read_text(encoding="utf-8"))
DESKS = {
    "toshiba_hokkaido": "hokkaido",
    "toshiba_east": "aomori iwate miyagi akita yamagata fukushima",
    "toshiba_kaihatsu": "ibaraki tochigi gunma saitama chiba tokyo kanagawa yamanashi"
    " niigata nagano shizuoka",
    "toshiba_chubu": "toyama ishikawa fukui gifu aichi mie",
    "toshiba_west": "shiga kyoto osaka hyogo nara wakayama tottori shimane tokushima kagawa kochi",
    "toshiba_chushikoku": "okayama hiroshima yamaguchi ehime",
    "toshiba_kyushu": "fukuoka saga nagasaki kumamoto oita miyazaki kagoshima okinawa",
}


def new_year(day: date) -> bool:
    """A holiday calendar that is enough here."""
    return (day.month, day.day) in {(1, 1), (11, 3)}


@pytest.mark.parametrize("case", PLACES, ids=[case["text"] for case in PLACES])
def test_a_place_in_a_message(case: dict[str, str], real: Knowledge) -> None:
    assert [found.prefecture_id for found in real.areas.locate(case["text"])] == case["found"]


@pytest.mark.parametrize("desk", DESKS)
def test_each_prefecture_has_its_desk(desk: str, real: Knowledge) -> None:
    served = {found.prefecture_id for found in real.areas.prefectures.values() if found.desk == desk}
    assert served == set(DESKS[desk].split())
    assert real.contact(desk).phone


def test_all_47_prefectures_and_the_four_uncertain_ones(real: Knowledge) -> None:
    assert len(real.areas.prefectures) == 47
    uncertain = {found.name for found in real.areas.prefectures.values() if not found.certain}
    assert uncertain == {"山梨県", "三重県", "福井県", "沖縄県"}
    assert real.desk("mie")[1] is False
    assert real.desk("niigata") == (real.contact("toshiba_kaihatsu"), True)


@pytest.mark.parametrize(
    ("text", "branch"),
    [("太田支部です", "ota"), ("嬬恋村の工事屋", "agatsuma"), ("いせさき", "isesaki"), ("安中市", None),
     ("高崎と前橋", None), ("the Takasaki branch", "takasaki"), ("MAEBASHI", "maebashi"), ("in Ota", "ota"),
     ("Kiryu please", "kiryu"), ("Maebashi or Takasaki", None), ("Isesakicho", None)],
)  # fmt: skip
def test_a_branch_of_gunma(text: str, branch: str | None, real: Knowledge) -> None:
    found = real.areas.branch(text)
    assert (found.branch_id if found else None) == branch


def test_the_11_branches_are_those_of_the_deadlines(real: Knowledge) -> None:
    table = Path(__file__).resolve().parents[2] / "rating/tables/assembly/2025-06-01/deadlines.csv"
    rows = table.read_text(encoding="utf-8").splitlines()[1:]
    assert {row.split(",")[1] for row in rows} == {branch.short for branch in real.areas.branches}


@pytest.mark.parametrize(
    ("contact_id", "moment", "status"),
    [
        ("gunma_agency", "2025-11-20T08:29", "closed"),
        ("gunma_agency", "2025-11-20T08:30", "open"),
        ("gunma_agency", "2025-11-20T17:00", "closed"),
        ("gunma_agency", "2025-11-22T10:00", "closed"),
        ("gunma_agency", "2025-12-30T10:00", "unknown"),
        ("gunma_insurer", "2025-12-30T10:00", "open"),
        ("gunma_insurer", "2025-12-31T10:00", "closed"),
        ("accident_support", "2025-11-20T16:59", "closed"),
        ("accident_support", "2025-11-20T17:00", "open"),
        ("accident_support", "2025-11-21T08:59", "open"),
        ("accident_support", "2025-11-21T09:00", "closed"),
        ("accident_support", "2025-11-22T12:00", "open"),
        ("accident_support", "2025-11-03T12:00", "open"),
        ("accident_support", "2026-01-02T12:00", "open"),
        ("adr", "2025-11-20T09:14", "closed"),
        ("adr", "2025-11-20T09:15", "open"),
        ("toshiba_west", "2025-11-20T10:00", "unknown"),
    ],
)
def test_when_a_line_answers(contact_id: str, moment: str, status: str, real: Knowledge) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=JST)
    assert line_status(contact_id, real.contact(contact_id).hours, at, new_year).status == status


def test_the_hours_that_one_reads_are_those_that_are_reckoned_with(real: Knowledge) -> None:
    for contact in real.contacts.values():
        if (hours := contact.hours) is None:
            continue
        bounds = {moment for found in hours.ranges for moment in (found.opens, found.closes)}
        japanese = re.findall(r"(\d+)時(?!間)(?:(\d+)分)?", hours.text)
        english = re.findall(r"(\d+):(\d\d)", hours.text_en)
        told = [{int(h) * 60 + int(m or 0) for h, m in found} for found in (japanese, english)]
        assert told == [bounds - {0, 1440}] * 2, contact.contact_id


@pytest.mark.parametrize(
    ("kana", "latin"),
    [("こうべ", "kobe"), ("きりゅう", "kiryu"), ("よっかいち", "yokkaichi"), ("じょうえつ", "joetsu"),
     ("いいだ", "iida"), ("はっちょう", "hatcho"), ("しんじゅく", "shinjuku"), ("うおづ", "uozu"), ("おおた", "ota")],
)  # fmt: skip
def test_readings_in_latin_letters(kana: str, latin: str) -> None:
    assert romaji(kana) == latin

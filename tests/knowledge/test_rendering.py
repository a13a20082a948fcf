"""What a member reads: contacts filled in, source named, an ended period told."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from knowledge import Knowledge, UnknownRecord, render_answer

JST = timezone(timedelta(hours=9))
DURING = datetime(2025, 11, 20, 10, 0, tzinfo=JST)


def test_a_contact_shows_name_number_and_hours(real: Knowledge) -> None:
    answer = render_answer(real.entry("ge_who_agency"), real, as_of=DURING)
    assert "群馬県電気安全株式会社(027-254-2434、平日8時30分〜17時)" in answer.text
    assert answer.contact_ids == ("gunma_agency", "excel")


def test_a_contact_without_a_number_is_named_alone(real: Knowledge) -> None:
    answer = render_answer(real.entry("gu_lost_contractor"), real, as_of=DURING)
    assert "損害保険会社の営業店担当者へ" in answer.text
    assert "None" not in answer.text


def test_a_mail_address_stands_in_for_a_number(real: Knowledge) -> None:
    answer = render_answer(real.entry("gu_domain_apply"), real, as_of=DURING)
    assert "(syouken-kakunin@sonpo.or.jp)" in answer.text


def test_english_names_and_hours(real: Knowledge) -> None:
    answer = render_answer(real.entry("ge_who_agency"), real, as_of=DURING, lang="en")
    assert "(027-254-2434; weekdays 8:30-17:00)" in answer.text
    assert answer.source_line is not None
    assert answer.source_line.startswith("Source: ")


def test_english_source_lines_hold_no_japanese(real: Knowledge) -> None:
    for entry in real.entries.values():
        line = render_answer(entry, real, as_of=DURING, lang="en").source_line or "Source: counter, this"
        assert line.isascii(), entry.entry_id
        assert not line.endswith(", "), entry.entry_id


def test_the_source_line_names_every_place(real: Knowledge) -> None:
    line = render_answer(real.entry("ge_periods"), real, as_of=DURING).source_line
    assert line is not None
    assert line.startswith("出典: 第三者 2025年度パンフレット「4 保険期間」、")
    assert "組立保険" in line
    assert "サイバー保険" in line


def test_the_counter_speaks_about_itself_without_a_source(real: Knowledge) -> None:
    answer = render_answer(real.entry("ge_human"), real, as_of=DURING)
    assert answer.source_line is None
    assert not answer.expired


@pytest.mark.parametrize(
    ("entry_id", "moment", "expired"),
    [
        ("as_period", datetime(2026, 5, 31, 16, 0, tzinfo=JST), False),
        ("as_period", datetime(2026, 6, 1, 15, 59, 59, tzinfo=JST), False),
        ("as_period", datetime(2026, 6, 1, 16, 0, tzinfo=JST), True),
        ("as_period", datetime(2026, 6, 1, 6, 59, 59, tzinfo=timezone.utc), False),
        ("as_period", datetime(2026, 6, 1, 7, 0, tzinfo=timezone.utc), True),
        ("cy_what", datetime(2024, 12, 31, 23, 0, tzinfo=JST), False),
        ("cy_what", datetime(2025, 1, 2, tzinfo=JST), True),
        ("gu_what", datetime(2040, 1, 1, tzinfo=JST), False),
    ],
)
def test_an_answer_expires_at_the_printed_hour(
    entry_id: str, moment: datetime, expired: bool, real: Knowledge
) -> None:
    answer = render_answer(real.entry(entry_id), real, as_of=moment)
    assert answer.expired is expired
    assert (answer.expiry_line is not None) is expired


def test_an_expiry_line_tells_the_day(real: Knowledge) -> None:
    entry = real.entry("as_period")
    late = datetime(2026, 11, 20, tzinfo=JST)
    assert "2026年6月1日" in (render_answer(entry, real, as_of=late).expiry_line or "")
    assert "2026-06-01" in (render_answer(entry, real, as_of=late, lang="en").expiry_line or "")


def test_an_entry_of_several_documents_expires_with_the_first(real: Knowledge) -> None:
    entry = real.entry("ge_periods")
    assert entry.valid_until == date(2025, 1, 1)
    assert render_answer(entry, real, as_of=DURING).expired


def test_a_moment_without_offset_is_refused(real: Knowledge) -> None:
    with pytest.raises(ValueError, match="offset"):
        render_answer(real.entry("gu_what"), real, as_of=DURING.replace(tzinfo=None))


def test_an_unknown_language_is_refused(real: Knowledge) -> None:
    with pytest.raises(ValueError, match="'fr'"):
        render_answer(real.entry("gu_what"), real, as_of=DURING, lang="fr")


def test_an_unknown_id_is_an_error_with_its_kind(real: Knowledge) -> None:
    with pytest.raises(UnknownRecord, match="no entry has the id 'zz_nothing'"):
        real.entry("zz_nothing")

"""Whom a member can reach, and when, as printed.

Holds hours as data; whether somebody answers now is worked out in rating, with a holiday calendar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.fields import Fields

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True)
class OpeningRange:
    """Open from `opens`, no longer at `closes` (minutes of the day, 24:00 is 1440); weekday 0 is Monday."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True)
class Hours:
    """Hours as printed.

    `holidays` is closed, all_day or as_weekday; `year_end` closed, all_day (both with dates, inclusive),
    closed_dates_not_printed or not_printed.
    """

    ranges: tuple[OpeningRange, ...]
    holidays: str
    year_end: str
    year_end_from: tuple[int, int] | None
    year_end_until: tuple[int, int] | None
    text: str
    text_en: str


@dataclass(frozen=True)
class Contact:
    """One desk, with the place where its number is printed. A missing phone means that none is printed."""

    contact_id: str
    name: str
    name_en: str
    scheme: str
    role: str
    phone: str | None
    fax: str | None
    mail: str | None
    postal_code: str | None
    address: str | None
    hours: Hours | None
    source: str
    locator: str
    also_in: tuple[tuple[str, str], ...]
    caveat: str | None
    caveat_en: str | None
    charged: str | None
    charged_en: str | None

    @property
    def postal_address(self) -> str | None:
        """The address with its postal code, as far as they are printed."""
        if self.address is None:
            return None
        return f"〒{self.postal_code} {self.address}" if self.postal_code else self.address

    def charge(self, lang: str) -> str | None:
        """Whether a call costs, as far as that is printed; `lang` is ja or en."""
        return self.charged_en if lang == "en" else self.charged


def parse_contact(fields: Fields, schemes: frozenset[str]) -> Contact:
    """Read one contact of contacts.yml; faults go to the fields' collector."""
    hours = fields.mapping("hours")
    contact = Contact(
        contact_id=fields.text("id"),
        name=fields.text("name"),
        name_en=fields.text("name_en"),
        scheme=fields.choice("scheme", schemes),
        role=fields.text("role"),
        phone=fields.optional_text("phone"),
        fax=fields.optional_text("fax"),
        mail=fields.optional_text("mail"),
        postal_code=fields.optional_text("postal_code"),
        address=fields.optional_text("address"),
        hours=_parse_hours(hours) if hours else None,
        source=fields.text("source"),
        locator=fields.text("locator"),
        also_in=tuple(_parse_place(item) for item in fields.mappings("also_in")),
        caveat=fields.optional_text("caveat"),
        caveat_en=fields.optional_text("caveat_en"),
        charged=fields.optional_text("charged"),
        charged_en=fields.optional_text("charged_en"),
    )
    if (contact.charged is None) != (contact.charged_en is None):
        fields.fault("charged and charged_en go together", "charged")
    if (contact.caveat is None) != (contact.caveat_en is None):
        fields.fault("caveat and caveat_en go together", "caveat")
    fields.finish()
    return contact


def _parse_place(fields: Fields) -> tuple[str, str]:
    place = (fields.text("source"), fields.text("locator"))
    fields.finish()
    return place


def _parse_hours(fields: Fields) -> Hours:
    ranges: list[OpeningRange] = []
    for item in fields.mappings("weekly"):
        opens, closes = _minutes(item, "open"), _minutes(item, "close")
        if closes <= opens:
            item.fault("close must be later than open", "close")
        for day, _ in item.texts("days", 1):
            if day not in WEEKDAYS:
                item.fault(f"{day!r} is no day; write {', '.join(WEEKDAYS)}", "days")
                continue
            ranges.append(OpeningRange(WEEKDAYS.index(day), opens, closes))
        item.finish()
    if not ranges:
        fields.fault("weekly has no hours", "weekly")
    year_end = fields.choice("year_end", ("closed", "all_day", "closed_dates_not_printed", "not_printed"))
    hours = Hours(
        ranges=tuple(sorted(ranges, key=lambda found: (found.weekday, found.opens))),
        holidays=fields.choice("holidays", ("closed", "all_day", "as_weekday")),
        year_end=year_end,
        year_end_from=_month_day(fields, "year_end_from"),
        year_end_until=_month_day(fields, "year_end_until"),
        text=fields.text("text"),
        text_en=fields.text("text_en"),
    )
    dated = hours.year_end_from is not None and hours.year_end_until is not None
    if dated != (year_end in ("closed", "all_day")):
        fields.fault(f"year_end {year_end!r} and year_end_from/until do not go together", "year_end")
    fields.finish()
    return hours


def _minutes(fields: Fields, key: str) -> int:
    value = fields.text(key)
    match = _CLOCK.fullmatch(value)
    if match is None or (match.group(1) == "24" and match.group(2) != "00"):
        fields.fault(f'{key} must be a time such as "08:30" (in quotes)', key)
        return 0
    return int(match.group(1)) * 60 + int(match.group(2))


def _month_day(fields: Fields, key: str) -> tuple[int, int] | None:
    value = fields.optional_text(key)
    if value is None:
        return None
    match = _MONTH_DAY.fullmatch(value)
    if match is None:
        fields.fault(f'{key} must be month and day such as "12-31"', key)
        return None
    return int(match.group(1)), int(match.group(2))

"""From an entry to the words that a member reads: contacts filled in, source named, an ended period told.

Composes only what stands in the YAML files. It never shortens, estimates or adds a fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from knowledge.checks import PLACEHOLDER
from knowledge.contacts import Contact
from knowledge.entries import Entry
from knowledge.loading import Knowledge
from knowledge.sources import Source

JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class RenderedAnswer:
    """An answer ready to show.

    `source_line` is None where the counter speaks about itself; `expiry_line` is set exactly when `expired`;
    `contact_ids` are in order of appearance.
    """

    entry_id: str
    text: str
    detail: str | None
    source_line: str | None
    expired: bool
    expiry_line: str | None
    contact_ids: tuple[str, ...]


def render_answer(entry: Entry, knowledge: Knowledge, *, as_of: datetime, lang: str = "ja") -> RenderedAnswer:
    """Compose an entry's answer.

    Args:
        entry: from `knowledge.entries`.
        knowledge: where its contacts and source are.
        as_of: the moment of asking, aware; decides `expired` (half-open: at the end itself it is over).
        lang: "ja" or "en"; a missing English detail is left out rather than shown in Japanese.

    Raises:
        ValueError: as_of without offset, or an unknown language.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of needs an offset")
    if lang not in knowledge.wording.source_line:
        raise ValueError(f"no wording for the language {lang!r}")
    raw_text = entry.answer if lang == "ja" else entry.answer_en
    raw_detail = entry.detail if lang == "ja" else entry.detail_en
    source = knowledge.source(entry.source)
    expired = is_expired(entry, source, as_of)
    ids = dict.fromkeys(PLACEHOLDER.findall(raw_text) + PLACEHOLDER.findall(raw_detail or ""))
    return RenderedAnswer(
        entry_id=entry.entry_id,
        text=fill_contacts(raw_text, knowledge, lang),
        detail=fill_contacts(raw_detail, knowledge, lang) if raw_detail else None,
        source_line=_source_line(entry, knowledge, lang),
        expired=expired,
        expiry_line=_expiry_line(entry, source, knowledge, lang) if expired else None,
        contact_ids=tuple(ids),
    )


def is_expired(entry: Entry, source: Source, as_of: datetime) -> bool:
    """Whether the entry's period is over; on the last day of the source's period its printed hour decides."""
    if entry.valid_until is None:
        return False
    if source.period is not None and source.period.end.astimezone(JAPAN).date() == entry.valid_until:
        return as_of >= source.period.end
    return as_of.astimezone(JAPAN).date() >= entry.valid_until


def fill_contacts(text: str, knowledge: Knowledge, lang: str) -> str:
    """Replace each {contact:ID} by name, phone (or mail) and hours as printed."""
    return PLACEHOLDER.sub(lambda found: contact_text(knowledge.contact(found[1]), knowledge, lang), text)


def contact_text(contact: Contact, knowledge: Knowledge, lang: str) -> str:
    """One contact in one phrase; where no phone and no mail is printed, its name alone."""
    forms = knowledge.wording.contact[lang]
    name = contact.name if lang == "ja" else contact.name_en
    reach = contact.phone or contact.mail
    if reach is None:
        return forms["bare"].format(name=name)
    if contact.hours is None:
        return forms["without_hours"].format(name=name, reach=reach)
    hours = contact.hours.text if lang == "ja" else contact.hours.text_en
    return forms["with_hours"].format(name=name, reach=reach, hours=hours)


def _source_line(entry: Entry, knowledge: Knowledge, lang: str) -> str | None:
    wording = knowledge.wording
    places: list[str] = []
    for source_id, locator in ((entry.source, entry.locator), *entry.also_in):
        source = knowledge.source(source_id)
        if source.kind == "document":
            title = source.short_title if lang == "ja" else source.title_en
            place = locator if lang == "ja" else wording.joint[lang].join(source.places_en(locator))
            places.append(wording.place[lang].format(title=title, locator=place))
    return wording.source_line[lang].format(places=wording.joint[lang].join(places)) if places else None


def _expiry_line(entry: Entry, source: Source, knowledge: Knowledge, lang: str) -> str:
    last: date = entry.valid_until or (source.period.end.date() if source.period else date.max)
    return knowledge.wording.expiry_line[lang].format(year=last.year, month=last.month, day=last.day)

"""What must hold between the records and inside an answer's words, beyond each field by itself.

Each check adds faults with the line to repair. It cannot know whether a fact is right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from knowledge.contacts import Contact
from knowledge.entries import MAX_ANSWER_LINES, Entry
from knowledge.errors import Fault
from knowledge.fields import Fields
from knowledge.wording import Wording

PLACEHOLDER = re.compile(r"\{contact:([a-z_]+)\}")
_BRACES = re.compile(r"[{}]")
_HYPHENS = r"[-()\u30fc\u2010-\u2015\u2212 ]"
_PHONE = re.compile(rf"(?<![\d-])0\d{{1,4}}{_HYPHENS}\d{{1,4}}{_HYPHENS}\d{{3,4}}(?!\d)")
_PHONE_UNHYPHENATED = re.compile(r"(?<![\d,.])(0[5789]0\d{8}|0\d{9}|0(?:120|570|800)-?\d{6,7})(?!\d)")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_JAPANESE = re.compile("[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")
_WITHOUT_NUMBER = frozenset({"general", "guarantee"})
_TEXT_FIELDS = ("answer", "detail", "title_en", "answer_en", "detail_en")


def check_words(entry: Entry, fields: Fields, wording: Wording) -> None:
    """Length, language, phone numbers and assertions in one entry's texts."""
    lines = len(entry.answer.splitlines())
    if lines > MAX_ANSWER_LINES:
        fields.fault(f"answer has {lines} lines, at most {MAX_ANSWER_LINES} fit a phone", "answer")
    if entry.answer and not _KANA.search(entry.answer):
        fields.fault("answer is not in Japanese", "answer")
    for key in _TEXT_FIELDS:
        check_text(key, getattr(entry, key) or "", fields, wording)


def check_text(key: str, text: str, fields: Fields, wording: Wording) -> None:
    """Phone numbers, braces and assertions in one text; in English, Japanese too."""
    if key.endswith("_en") and text and len(_JAPANESE.findall(text)) * 2 > len(text):
        fields.fault(f"{key} is not in English", key)
    plain = unicodedata.normalize("NFKC", PLACEHOLDER.sub("", text))
    phone = _PHONE.search(plain) or _PHONE_UNHYPHENATED.search(plain)
    if phone:
        fields.fault(f"{key} holds the phone number {phone.group(0)}; write {{contact:ID}} instead", key)
    if _BRACES.search(plain):
        fields.fault(f"{key} holds a brace that is no {{contact:ID}}", key)
    for rule in wording.forbidden:
        found = rule.pattern.search(plain)
        if found:
            fields.fault(f"{key} says {found.group(0)!r}: {rule.why}", key)


def check_silence(entry: Entry, fields: Fields, wording: Wording, contacts: Mapping[str, Contact]) -> None:
    """T2: an answer that calls a document silent names somebody with a number.

    Left out are the counter's own words and the guarantee system, whose desk is another one for each contract.
    """
    if entry.scheme in _WITHOUT_NUMBER or not wording.silence.search(unicodedata.normalize("NFKC", entry.answer)):
        return
    named = [contacts[contact_id] for contact_id in PLACEHOLDER.findall(entry.answer) if contact_id in contacts]
    if not any(contact.phone for contact in named):
        fields.fault("answer calls a document silent and names nobody with a number", "answer")


def check_references(
    entry: Entry,
    fields: Fields,
    sources: Mapping[str, object],
    contacts: Mapping[str, object],
    entry_ids: frozenset[str],
) -> None:
    """Every source, contact and related entry must be there."""
    if entry.source and entry.source not in sources:
        fields.fault(f"source {entry.source!r} is not in sources.yml", "source")
    for source, _ in entry.also_in:
        if source and source not in sources:
            fields.fault(f"also_in names the source {source!r}, which is not in sources.yml", "also_in")
    for key in _TEXT_FIELDS:
        for contact_id in PLACEHOLDER.findall(getattr(entry, key) or ""):
            if contact_id not in contacts:
                fields.fault(f"{key} names the contact {contact_id!r}, which is not in contacts.yml", key)
    for related in entry.related:
        if related not in entry_ids:
            fields.fault(f"related names {related!r}, which no entry has as id", "related")
        elif related == entry.entry_id:
            fields.fault("related names the entry itself", "related")


def check_questions(questions: Iterable[tuple[str, str, str, int]], faults: list[Fault]) -> None:
    """No question twice, neither in one entry nor in two.

    Args:
        questions: (entry id, question, path, line).
        faults: grows by one fault for each repetition, at the later place.
    """
    seen: dict[str, tuple[str, str, int]] = {}
    for entry_id, question, path, line in questions:
        key = question_key(question)
        if not key:
            faults.append(Fault(path, line, "the question holds no word"))
        elif key in seen:
            other, place, at = seen[key]
            faults.append(Fault(path, line, f"{question!r} also stands in {other} ({place}:{at})"))
        else:
            seen[key] = (entry_id, path, line)


def question_key(question: str) -> str:
    """A question without case, width, spaces and punctuation: two with the same key are the same question."""
    plain = unicodedata.normalize("NFKC", question).casefold()
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LN" or char == "\u30fc")

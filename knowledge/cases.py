"""One accident or loss that members tell, with what each plan's terms say of it.

A case says which terms speak of such a thing, never that a claim is paid. Which case a message is like is the
engine's business; which fact is still missing is the dialogue's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from knowledge.fields import Fields

PLANS = {"third_party": ("basic", "wide", "premium"), "assembly": ("in",), "cyber": ("in",)}
FACTS = {
    "cause": ("accident", "mistake"),
    "damage": ("damaged", "undamaged"),
    "timing": ("during", "after"),
    "site": ("on_site", "off_site"),
    "whose": ("others", "entrusted", "work_object", "own"),
    "beside": ("others", "none"),
    "orderer": ("japan", "other"),
    "peril": ("earthquake", "war", "flood", "abroad"),
    "who": ("subcontractor", "tier", "supplier"),
    "cover": ("lapsed",),
    "victim": ("others", "own", "contractor"),
}
MIN_EXAMPLES = 18
MAX_ANSWER_LINES = 3
_ID = re.compile(r"cv_[a-z0-9_]+")


@dataclass(frozen=True)
class Limit:
    """Which sum insured, and what deductible, a case falls under; in words, without amounts of a course."""

    limit_id: str
    ja: str
    en: str


@dataclass(frozen=True)
class Case:
    """A case.

    Attributes:
        id: `cv_...`.
        product: third_party, assembly or cyber.
        title: What happened, in one line.
        title_en: The same in English.
        plans: The plans whose terms speak of it, in the order basic, wide, premium (("in",) for a scheme
            without such plans); () when no plan's do; None when the documents do not say.
        facts: The facts that decide it, and no others: a slot of `FACTS` with its value.
        answer: Why, under which conditions, with which inner limit; at most three lines.
        answer_en: The same in English.
        limit: The sum insured that it falls under, or None.
        limit_en: The same in English.
        limit_id: The id of that sum insured (coverage/limits.yml), or None.
        exclusions: Ids of like cases that the terms leave out.
        source: Id of the document.
        locator: The place in it.
        examples: The case as members tell it.
        path: The file in which staff find it.
        line: The line there.
    """

    id: str
    product: str
    title: str
    title_en: str
    plans: tuple[str, ...] | None
    facts: Mapping[str, str]
    answer: str
    answer_en: str
    limit: str | None
    limit_en: str | None
    limit_id: str | None
    exclusions: tuple[str, ...]
    source: str
    locator: str
    examples: tuple[str, ...]
    path: str
    line: int

    def text(self, lang: str) -> str:
        """The answer in a language (`en`, else Japanese)."""
        return self.answer_en if lang == "en" else self.answer


def parse_limit(fields: Fields) -> Limit:
    """Read one sum insured of coverage/limits.yml; faults go to the fields' collector."""
    limit = Limit(fields.text("id"), fields.text("ja"), fields.text("en"))
    fields.finish()
    return limit


def parse_case(fields: Fields, product: str, source: str, limits: Mapping[str, Limit]) -> Case:
    """Read one case; faults go to the fields' collector.

    Args:
        fields: The case.
        product: Product of the file's cases.
        source: Document of the file's cases, unless a case names its own.
        limits: Sums insured by id.
    """
    limit_id = fields.optional_text("limit")
    limit = limits.get(limit_id or "")
    if limit_id is not None and limit is None:
        fields.fault(f"limit names {limit_id!r}, which is not in limits.yml", "limit")
    case = Case(
        id=fields.text("id"),
        product=product,
        title=fields.text("title"),
        title_en=fields.text("title_en"),
        plans=_parse_plans(fields, product),
        facts=_parse_facts(fields),
        answer=fields.text("answer"),
        answer_en=fields.text("answer_en"),
        limit=limit.ja if limit else None,
        limit_en=limit.en if limit else None,
        limit_id=limit.limit_id if limit else None,
        exclusions=tuple(text for text, _ in fields.texts("exclusions")),
        source=fields.optional_text("source") or source,
        locator=fields.text("locator"),
        examples=tuple(text for text, _ in fields.texts("examples", MIN_EXAMPLES)),
        path=fields.path,
        line=fields.line("id"),
    )
    if case.id and _ID.fullmatch(case.id) is None:
        fields.fault(f"id {case.id!r} must be lower case and begin with cv_", "id")
    if len(case.answer.splitlines()) > MAX_ANSWER_LINES:
        fields.fault(f"answer has more than {MAX_ANSWER_LINES} lines", "answer")
    fields.finish()
    return case


def _parse_plans(fields: Fields, product: str) -> tuple[str, ...] | None:
    if fields.is_null("plans"):
        return None
    if not fields.has("plans"):
        fields.fault("plans is missing (write null when the documents do not say)", "plans")
    plans = tuple(text for text, _ in fields.texts("plans"))
    order = PLANS.get(product, ())
    allowed = [order[at:] for at in range(len(order) + 1)]
    if plans not in allowed:
        written = ", ".join(f"[{', '.join(choice)}]" for choice in allowed)
        fields.fault(f"plans is [{', '.join(plans)}], must be one of {written} or null", "plans")
    return plans


def _parse_facts(fields: Fields) -> Mapping[str, str]:
    found = fields.mapping("facts")
    if found is None:
        return MappingProxyType({})
    facts: dict[str, str] = {}
    for slot in found.keys():
        if slot not in FACTS:
            found.fault(f"{slot!r} is no fact, must be one of {', '.join(FACTS)}", slot)
            continue
        facts[slot] = found.choice(slot, FACTS[slot])
    return MappingProxyType(facts)

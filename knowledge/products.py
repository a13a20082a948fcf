"""The schemes and services by the names that people use; premiums and limits live in rating.

A name leads to a product or a plan here; what it costs, and who may join, is never answered here.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.fields import Fields


@dataclass(frozen=True)
class Plan:
    """A plan with all the names that the documents and the members give it."""

    plan_id: str
    letter: str | None
    name: str
    name_en: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Product:
    """A scheme (`kind` insurance) or a service; `contact_by`: prefecture, or fixed (`agency_contact`)."""

    product_id: str
    kind: str
    name: str
    name_en: str
    names: tuple[str, ...]
    source: str
    tables: str | None
    insurer: str | None
    agency: str | None
    agency_contact: str
    contact_by: str
    members_of: str | None
    plans: tuple[Plan, ...]
    courses: tuple[int, ...]
    components: tuple[str, ...]


def parse_product(fields: Fields) -> Product:
    """Read one product of products.yml; faults go to the fields' collector."""
    product = Product(
        product_id=fields.text("id"),
        kind=fields.choice("kind", ("insurance", "service")),
        name=fields.text("name"),
        name_en=fields.text("name_en"),
        names=tuple(text for text, _ in fields.texts("names", 1)),
        source=fields.text("source"),
        tables=fields.optional_text("tables"),
        insurer=fields.optional_text("insurer"),
        agency=fields.optional_text("agency"),
        agency_contact=fields.text("agency_contact"),
        contact_by=fields.choice("contact_by", ("prefecture", "fixed")),
        members_of=fields.optional_text("members_of"),
        plans=tuple(_parse_plan(item) for item in fields.mappings("plans")),
        courses=fields.numbers("courses"),
        components=tuple(text for text, _ in fields.texts("components")),
    )
    fields.finish()
    return product


def _parse_plan(fields: Fields) -> Plan:
    plan = Plan(
        plan_id=fields.text("id"),
        letter=fields.optional_text("letter"),
        name=fields.text("name"),
        name_en=fields.text("name_en"),
        names=tuple(text for text, _ in fields.texts("names", 1)),
    )
    fields.finish()
    return plan

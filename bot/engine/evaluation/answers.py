"""Whether the entry, the case and the facts that the engine finds are the right ones.

An FAQ entry is right when its answer holds the fact that was asked for. The dialogue weighs entries by the scheme
spoken of; here the engine's own ranking is measured, with no conversation before the message.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

import rating
from bot.engine.evaluation.utterances import LOADER

KNOWLEDGE = Path("knowledge")
_COURSES = "tables/third_party/*/courses.csv"
_CONTACT, _LINK = re.compile(r"\{contact:([a-z_]+)\}"), re.compile(r"\{link:([a-z_]+)\}")
_SPACES = re.compile(r"[\s,]")
# Places are found by the knowledge room, not by the engine.
NOT_THE_ENGINES = frozenset({"prefecture", "branch"})


def folded(text: str) -> str:
    """The form that `fact` expressions are matched against."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()


def entry_texts(root: Path = KNOWLEDGE) -> dict[str, str]:
    """Each FAQ entry's answer as members see it, with contacts and addresses filled in, folded."""
    links = {key: "https://" + "/".join(parts) for key, parts in _read(root / "links.yml").items()}
    contacts = {item["id"]: item for item in _read(root / "contacts.yml")["contacts"]}

    def reach(match: re.Match[str]) -> str:
        contact = contacts.get(match.group(1), {})
        hours = contact.get("hours") or {}
        way = contact.get("phone") or contact.get("mail")
        return " ".join(str(part) for part in (contact.get("name"), way, hours.get("text")) if part)

    texts = {}
    for path in sorted((root / "faq").rglob("*.yml")):
        for entry in _read(path):
            parts = [entry.get("answer") or "", entry.get("detail") or "", entry.get("answer_en") or ""]
            texts[entry["id"]] = folded(_LINK.sub(lambda found: links[found[1]], _CONTACT.sub(reach, "\n".join(parts))))
    return texts


def finds_fact(parsed: Mapping[str, Any], fact: str, texts: Mapping[str, str], among: int) -> bool:
    """Whether one of the best entries holds the fact."""
    found = (texts.get(item["id"], "") for item in parsed["answers"][:among])
    return any(re.search(fact, text) for text in found)


def case_plans(root: Path = KNOWLEDGE) -> dict[str, tuple[str, tuple[str, ...] | None]]:
    """Each coverage case's scheme and plans; None where the documents do not say."""
    cases = {}
    for path in sorted((root / "coverage").glob("*.yml")):
        body = _read(path)
        for case in body.get("cases", ()) if isinstance(body, dict) else ():
            plans = case.get("plans")
            cases[case["id"]] = (case.get("product", body.get("product")), None if plans is None else tuple(plans))
    return cases


def right_case(
    parsed: Mapping[str, Any], told: Mapping[str, Any], cases: Mapping[str, tuple[str, tuple[str, ...] | None]]
) -> bool:
    """Whether the best case leads to the right plans, or, without plans, to the right yes, no or not said."""
    if not parsed["cases"]:
        return False
    product, plans = cases.get(parsed["cases"][0]["id"], ("", None))
    if product != told["product"]:
        return False
    if "plans" in told:
        wanted = told["plans"]
        return plans is None if wanted is None else plans is not None and set(plans) == set(wanted)
    covered = None if plans is None else bool(plans)
    return bool(covered == told["covered"])


def missing_values(parsed: Mapping[str, Any], expect: Mapping[str, Any]) -> list[str]:
    """Names of expected values that neither the lexicon nor the quantity parser found."""
    quantities = [item["value"] for item in parsed["entities"] if item["entity"] == "quantity"]
    named: dict[str, set[str]] = {}
    for item in parsed["entities"]:
        if item["entity"] != "quantity":
            named.setdefault(item["entity"], set()).add(item["value"])
    return [
        name
        for name, value in expect.items()
        if name not in NOT_THE_ENGINES and not _found(name, value, quantities, named)
    ]


def _found(name: str, value: Any, quantities: Sequence[Mapping[str, Any]], named: Mapping[str, set[str]]) -> bool:
    if name == "course":
        return any(q["kind"] == "course" and q["value"] == value for q in quantities) or _by_limit(value, quantities)
    if name in ("claims", "accidents"):
        lexical = named.get("claims" if name == "claims" else "ordinal", set())
        return str(value) in lexical or _any(quantities, ("times",), value)
    if name in _MONEY:
        return any(q["kind"] == "money" and q["value"] == value and q["role"] in _MONEY[name] for q in quantities)
    if name == "headcount":
        return _any(quantities, ("headcount",), value)
    if name == "product":
        implied = {"third_party"} if named.get("plan") else {"cyber"} if named.get("cyber_plan") else set()
        return value in (named.get("scheme", set()) | implied)
    return str(value) in named.get(name, set())


_MONEY = {
    "annual_sales_yen": ("annual_sales", None),
    "capital_yen": ("capital",),
    "damage_yen": ("damage", None),
}


def _any(quantities: Sequence[Mapping[str, Any]], kinds: tuple[str, ...], value: Any) -> bool:
    return any(q["kind"] in kinds and q["value"] == value for q in quantities)


def _by_limit(course: Any, quantities: Sequence[Mapping[str, Any]]) -> bool:
    """A course named by a limit that only it has, or by its limit for property."""
    limits = _limits().get(course, {})
    return any(q["kind"] == "money" and q["role"] in limits and q["value"] == limits[q["role"]] for q in quantities)


def _limits() -> dict[int, dict[str, int]]:
    path = max(Path(rating.__file__).parent.glob(_COURSES))
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    roles = {"limit_bodily": "bodily_injury_yen", "limit_property": "property_damage_yen"}
    return {int(row["course"]): {role: int(row[column]) for role, column in roles.items()} for row in rows}


def _read(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=LOADER)  # noqa: S506  # a safe loader

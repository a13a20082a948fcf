"""Places that texts of several flows share: contacts, sources, what was said, rows of comparisons, offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.conversations.figures import lines
from tests.conversations.figures.books import LANGUAGES, Books, Turn, amount, day_of, whole
from tests.conversations.figures.lines import Made
from tests.conversations.figures.reader import figures

_FIELDS = ("happened_at", "place", "what_happened", "harmed", "photos", "witnesses")
Check = Callable[[Books, Made, Turn], bool]


def contacts(books: Books, made: Made, _turn: Turn) -> bool:
    return all(books.only_contacts(text) for text in made.parts.values())


def source(books: Books, made: Made, turn: Turn) -> bool:
    """A document by its title with a place in it; where its period is over, with the day on which it ended."""
    named = f"{made.parts['document']} {made.parts['locator']}"
    for title, locators in books.places.items():
        rest = named.removeprefix(f"{title} ")
        if rest != named and (rest in locators or _is_over(books, rest, locators, made.lang, turn)):
            return True
    return False


def _is_over(books: Books, rest: str, locators: set[str], lang: str, turn: Turn) -> bool:
    before, after = lines.word("compare.expired", lang).split("%{until}")
    locator, _, until = rest.rpartition(before)
    ended = books.ends.get(day_of(until) or (0, 0, 0))
    return locator in locators and until.endswith(after) and ended is not None and turn.as_of >= ended


def echo(books: Books, made: Made, turn: Turn) -> bool:
    """What the member said, said again; words of ours (options, labels) may stand beside it."""
    return all(text in books.words or turn.said.holds(_without_words(books, text)) for text in made.parts.values())


def changed(books: Books, made: Made, turn: Turn) -> bool:
    """Another value in the place of one."""
    return made.parts["old"] != made.parts["new"] and echo(books, made, turn)


def supposed(books: Books, made: Made, turn: Turn) -> bool:
    """Another value in the place of one; of damage also what was harmed beside, on top of what was told before."""
    old, new, said = amount(made.parts["old"]), amount(made.parts["new"]), turn.said.amounts
    sums = {old + more for more in said - {old}} if old is not None and old in said else set()
    return changed(books, made, turn) or new in sums


def report(books: Books, made: Made, turn: Turn) -> bool:
    """A field of the accident report, in the member's own words."""
    labels = {lines.word(f"flow_report.{slot}.label", made.lang) for slot in _FIELDS}
    return made.parts["label"] in labels and echo(books, made, turn)


def _without_words(books: Books, text: str) -> str:
    for option in books.options:
        text = text.replace(option, " ")
    return text


def record(_books: Books, made: Made, turn: Turn) -> bool:
    return all(
        figure.kind == "record" and figure.value in turn.records
        for text in made.parts.values()
        for figure in figures(text)
    )


def condition(books: Books, made: Made, turn: Turn) -> bool:
    """A condition with its printed limit, and what was told of the firm."""
    rules = {p: books.tariffs.at(p, turn.as_of).rules["eligibility"] for p in ("third_party", "cyber")}
    printed = {
        "capital_max_yen": {rules["third_party"]["capital_max_yen"]},
        "headcount_max": {rules["third_party"]["headcount_max"]},
        "limit_yen": {rules["cyber"]["sales_max_yen"]}
        if "cyber" in made.key or made.key.endswith("sales_above")
        else {rules["third_party"]["premium_plan"]["sales_below_yen"]},
        "annual_sales_yen": turn.said.amounts,
    }
    told = {name: text for name, text in made.parts.items() if name != "told"}
    return turn.said.holds(made.parts.get("told", "")) and all(
        (whole(text) if name == "headcount_max" else amount(text)) in printed[name] for name, text in told.items()
    )


def courses(books: Books, made: Made, _turn: Turn) -> bool:
    """A course with its own three limits."""
    mark = made.parts["course"]
    limits = [amount(made.parts[name]) for name in ("bodily", "damage", "specified")]
    return any(
        mark == lines.word(f"quote.course.{rate.course}", made.lang)
        and limits
        == [rate.limits[f"{name}_yen"] for name in ("bodily_injury", "property_damage", "specified_property")]
        for rate in books.rates.values()
        if rate.product == "third_party"
    )


def one_limit(books: Books, made: Made, _turn: Turn) -> bool:
    """A course with the limit of property that has a limit of its own."""
    return amount(made.parts["amount"]) in _limits(books, made.parts["course"], made.lang, "specified_property_yen")


def _limits(books: Books, course: str, lang: str, name: str) -> set[int]:
    rates = (rate for rate in books.rates.values() if rate.product == "third_party")
    return {rate.limits[name] for rate in rates if lines.word(f"quote.course.{rate.course}", lang) == course}


def cyber_whole(books: Books, made: Made, _turn: Turn) -> bool:
    """The most that a plan pays in all: its limit of liability, which holds the response costs within it."""
    rates = (rate for rate in books.rates.values() if rate.product == "cyber")
    return amount(made.parts["amount"]) in {r.limits["liability_yen"] for r in rates if r.plan == made.parts["plan"]}


def cyber_plan(books: Books, made: Made, _turn: Turn) -> bool:
    limits = [amount(made.parts[name]) for name in ("liability", "response")]
    return any(
        made.parts["plan"] == rate.plan
        and limits == [rate.limits["liability_yen"], rate.limits["incident_response_yen"]]
        for rate in books.rates.values()
        if rate.product == "cyber"
    )


def matrix_row(books: Books, made: Made, _turn: Turn) -> bool:
    """A row of the comparison: after each plan's name stands that plan's cell."""
    slash = lines.word("units.slash", made.lang)
    for row in books.coverage.matrix("third_party").rows:
        if made.parts["label"] in (row.label, row.label_en):
            cells = [lines.read("compare.pair", made.lang, part) for part in made.parts["cells"].split(slash)]
            return all(cell and _is_cell(_values(row, made.lang), cell, made.lang) for cell in cells)
    return False


def _values(row: Any, lang: str) -> Mapping[str, str]:
    return row.values_en if lang == "en" else row.values


def _is_cell(values: Mapping[str, str], cell: Mapping[str, str], lang: str) -> bool:
    told = f"{cell['name']} {cell['cell']}"
    for plan, value in values.items():
        shown = lines.word(f"compare.cell.{value}", lang) if value in ("yes", "no") else value
        if told == f"{lines.word(f'flow_quote.plan.options.{plan}', lang)} {shown}":
            return True
    return False


def is_row(books: Books, columns: list[str], row: Mapping[str, Any]) -> bool:
    for ours in books.coverage.matrix("third_party").rows:
        for lang in LANGUAGES:
            if row["label"] == ours.title(lang):
                cells = [{"name": name, "cell": cell} for name, cell in zip(columns, row["values"], strict=True)]
                return all(_is_cell(_values(ours, lang), cell, lang) for cell in cells)
    return False


def limit(books: Books, made: Made, turn: Turn) -> bool:
    """The limit of a case whose answer stands in this reply or an earlier one; its amounts are those of the courses."""
    text, shown = "\n".join((*turn.earlier, *turn.lines)), made.parts["limit"]
    for case in books.coverage.cases.values():
        if case.answer.rstrip() in text or case.answer_en.rstrip() in text:
            named = case.limit_en if made.lang == "en" else case.limit
            rest = shown.removeprefix(named) if named else shown
            if rest != shown and (not rest or _is_by_course(books, rest, case.limit_id, made.lang)):
                return True
    return False


# The sums insured that go by the course, as the names of the limits tell them.
_BY_COURSE = {
    "bodily": ("bodily_injury_yen",),
    "after_bodily": ("bodily_injury_yen",),
    "property": ("property_damage_yen",),
    "after_property": ("property_damage_yen",),
    "both": ("bodily_injury_yen", "property_damage_yen"),
    "specified": ("specified_property_yen",),
    "within_specified": ("specified_property_yen",),
    "entrusted": ("specified_property_yen",),
}


def _is_by_course(books: Books, rest: str, limit_id: str | None, lang: str) -> bool:
    """Whether what follows the name of a limit is its amount in one course, or in all of them in their order."""
    if limit_id not in _BY_COURSE:
        return False
    one = lines.read("coverage.limit_of_course", lang, rest)
    if one:
        return _is_amount(books, one, limit_id, lang)
    every = lines.read("coverage.limit_by_course", lang, rest)
    pairs = every["amounts"].split(lines.word("units.slash", lang)) if every else []
    courses = [lines.word(f"quote.course.{course}", lang) for course in range(1, 6)]
    told = [
        {"course": course, "amount": pair.removeprefix(course).strip()}
        for course, pair in zip(courses, pairs, strict=False)
        if pair.startswith(course)
    ]
    return len(told) == len(pairs) == len(courses) and all(_is_amount(books, one, limit_id, lang) for one in told)


def _is_amount(books: Books, told: Mapping[str, str], limit_id: str, lang: str) -> bool:
    names = _BY_COURSE[limit_id]
    labels = [lines.word(f"compare.column.{name}", lang) if len(names) > 1 else "" for name in names]
    parts = told["amount"].split(lines.word("units.comma", lang))
    return len(parts) == len(names) and all(
        part.startswith(label) and amount(part.removeprefix(label)) in _limits(books, told["course"], lang, name)
        for part, label, name in zip(parts, labels, names, strict=True)
    )


def known_words(books: Books, made: Made, _turn: Turn) -> bool:
    return all(text in books.words for text in made.parts.values())


def fax(books: Books, made: Made, turn: Turn) -> bool:
    """The FAX of a desk that the same reply names."""
    text = "\n".join(turn.lines)
    return any(
        contact.fax == made.parts["fax"] and books.phrase(contact.contact_id, made.lang) in text
        for contact in books.knowledge.contacts.values()
    )


def begins(books: Books, made: Made, turn: Turn) -> bool:
    """An entry that is offered: its name, and how its own answer begins."""
    if "title" in made.parts:
        return made.parts["title"] in books.titles
    first = "".join(made.parts["first"].split())
    return any(
        books.beginning(entry, lang).startswith(first) and any(entry.name(lang) in line for line in turn.lines)
        for entry in books.knowledge.entries.values()
        for lang in LANGUAGES
    )


def desk(books: Books, made: Made, _turn: Turn) -> bool:
    """A desk's own number, address or hours."""
    for contact in books.knowledge.contacts.values():
        hours = (contact.hours.text, contact.hours.text_en) if contact.hours else ()
        values = {
            "phone": (contact.phone,), "fax": (contact.fax,), "hours": hours,
            "address": (contact.address, f"〒{contact.postal_code} {contact.address}"),
        }[made.key.split(".")[2]]  # fmt: skip
        if made.parts["name"] in (contact.name, contact.name_en) and made.parts.get("value") in values:
            return True
    return False


def said_amount(_books: Books, made: Made, turn: Turn) -> bool:
    return all(amount(text) in turn.said.amounts for text in made.parts.values())


def accident_line(books: Books, made: Made, _turn: Turn) -> bool:
    """The gateway's own apology: the night line with its number and hours."""
    line = books.knowledge.contact("accident_support")
    hours = {line.hours.text, line.hours.text_en} if line.hours else set()
    return made.parts["phone"] == line.phone and made.parts["hours"] in hours


def expiry(books: Books, made: Made, turn: Turn) -> bool:
    """The end of a document's period, which is over."""
    day = day_of(f"{made.parts['year']}-{made.parts['month']}-{made.parts['day']}")
    ended = books.ends.get(day or (0, 0, 0))
    return ended is not None and turn.as_of >= ended


def documents(books: Books, made: Made, _turn: Turn) -> bool:
    """Documents by name, each one of ours and none twice."""
    titles = {title for one in books.knowledge.sources.values() for title in (one.short_title, one.title_en)}
    rest, named = made.parts["documents"], list[str]()
    while rest:
        known = [title for title in titles if rest.startswith(title)]
        if not known:
            return False
        named.append(max(known, key=len))
        rest = rest.removeprefix(named[-1]).removeprefix("、").removeprefix(", ")
    return len(set(named)) == len(named)


CHECKS: dict[str, Check] = {
    "quote.source": source,
    "coverage.limit": limit,
    "contact.fax": fax,
    "payout.assumed": known_words,
    "eligibility.condition": condition,
    "eligibility.reason": condition,
    "compare.course": courses,
    "compare.cyber_named": cyber_plan,
    "compare.cyber_plan": cyber_plan,
    "compare.cyber_whole": cyber_whole,
    "compare.limited": one_limit,
    "compare.row": matrix_row,
    "moves.changed": supposed,
    "moves.supposed": supposed,
    "report.row": report,
    "handover.matter": echo,
    "handover.numbers": record,
    "recall.print": record,
    "answers.also": known_words,
    "answers.begins": begins,
    "answers.desk": desk,
    "answers.sources": documents,
    "knowledge.expiry_line": expiry,
    "channels.failure.people": accident_line,
}

# What a place of this name takes in whatever text it stands.
BY_PLACE: dict[str, Check] = {
    "contact": contacts,
    "contacts": contacts,
    "agency": contacts,
    "night": contacts,
    "label": known_words,
    "old": echo,
    "new": echo,
    "told": echo,
    "said": echo,
    "number": record,
    "sales": said_amount,
    "capital": said_amount,
    "costs": said_amount,
    "business": known_words,
}

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
    """The limit of a case whose answer stands in the same reply."""
    text = "\n".join(turn.lines)
    return any(
        made.parts["limit"] in (case.limit, case.limit_en)
        and (case.answer.rstrip() in text or case.answer_en.rstrip() in text)
        for case in books.coverage.cases.values()
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
            "phone": (contact.phone,), "fax": (contact.fax,), "address": (contact.address,), "hours": hours,
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
    "coverage.source": source,
    "coverage.limit": limit,
    "contact.fax": fax,
    "payout.assumed": known_words,
    "eligibility.condition": condition,
    "eligibility.reason": condition,
    "compare.course": courses,
    "compare.cyber_plan": cyber_plan,
    "compare.row": matrix_row,
    "moves.changed": changed,
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

"""Lines of several quotes: side by side, band by band, what has no premium, and how premiums differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import rating
from rating.bands import Band, Ladder
from tests.conversations.figures import lines
from tests.conversations.figures.books import Books, Turn, amount, whole
from tests.conversations.figures.lines import Made
from tests.conversations.figures.quotes import (
    PRODUCTS,
    is_band,
    is_code_said,
    is_limits,
    is_plan,
    is_said,
    listed,
    named,
    premium_of,
    sales_of,
    surcharge_percent,
)
from tests.conversations.figures.reader import has_digit

_VAGUE_PERCENT = 10


def line(books: Books, made: Made, turn: Turn) -> bool:
    """One of several: its own premium and limits, in the band that the sales fall into."""
    sales = [sales_of(other.parts["sales"], other.lang) for other in turn.made("quote.several")]
    by_code = bool(turn.made("quote.several_by_code"))
    return any(
        rate.code == made.parts["code"]
        and amount(made.parts["premium"]) == premium_of(rate, turn)
        and is_limits(made.parts["limits"], made.lang, rate)
        and is_plan(rate, made.parts["name"], made.lang)
        and (by_code or any(yen is not None and rate.band.contains(yen) for yen in sales))
        for rate in listed(books, turn)
    )


def short(books: Books, made: Made, turn: Turn) -> bool:
    """One of the bands that a range touches."""
    spans = [(amount(other.parts["low"]), amount(other.parts["high"])) for other in turn.made("quote.crosses")]
    return any(
        rate.code == made.parts["code"]
        and amount(made.parts["premium"]) == _in_short(rate, turn)
        and is_band(made.parts["band"], made.lang, rate.band)
        and is_plan(rate, made.parts["name"], made.lang)
        and (any(_touches(rate.band, low, high) for low, high in spans) or _is_of_each(rate.band, turn))
        for rate in listed(books, turn)
    )


def _in_short(rate: rating.PublishedPremium, turn: Turn) -> int | None:
    """What a code costs: with the surcharge of the reply's own row where there is one."""
    return rate.premium_yen if surcharge_percent(turn) is None else premium_of(rate, turn)


def _is_of_each(band: Band, turn: Turn) -> bool:
    return any(
        yen is not None and band.contains(yen)
        for other in turn.made("quote.each")
        for yen in _several_said(other, turn)
    )


def _several_said(made: Made, turn: Turn) -> list[int | None]:
    """Amounts of sales as told, one yen beside their bound where they are under or over it; None for one not said."""
    parts = made.parts["amounts"].split(lines.word("units.comma", made.lang))
    told = [(amount(part), sales_of(part, made.lang)) for part in parts]
    return [
        yen if plain in turn.said.amounts or (plain is None and is_said(yen, turn)) else None for plain, yen in told
    ]


def each(_books: Books, made: Made, turn: Turn) -> bool:
    """Several amounts of sales, all of them said."""
    told = _several_said(made, turn)
    return len(told) > 1 and None not in told and len(set(told)) == len(told)


def same_band(books: Books, made: Made, turn: Turn) -> bool:
    """Several amounts of sales, all of them said, that lie in the one band of every premium that is shown."""
    told, rates = _several_said(made, turn), named(books, turn) or listed(books, turn)
    return (
        each(books, made, turn)
        and len({rate.band for rate in rates}) == 1
        and all(yen is not None and rates[0].band.contains(yen) for yen in told)
    )


def between_bands(books: Books, made: Made, turn: Turn) -> bool:
    """The difference of the two premiums that the tables print for the codes shown."""
    told = [_in_short(rate, turn) for rate in listed(books, turn)]
    if len(told) != 2 or told[0] is None or told[1] is None:
        return False
    return amount(made.parts["change"]) == abs(told[0] - told[1])


def with_limit(books: Books, made: Made, turn: Turn) -> bool:
    """A limit that was said, and exactly those courses of the table that have it, or more; none of them, if so."""
    limits: dict[int, dict[str, int]] = {}
    for rate in books.rates.values():
        if rate.product == "third_party" and rate.course is not None:
            limits.setdefault(rate.course, {}).update(rate.limits)
    for name in ("bodily_injury_yen", "property_damage_yen", "specified_property_yen"):
        inside = lines.read(f"quote.limit.{name}", made.lang, made.parts["limit"])
        least = amount(inside["amount"]) if inside else None
        if least is not None and least in turn.said.amounts:
            courses = sorted(course for course, of in limits.items() if of[name] >= least)
            marks = [lines.word(f"quote.course.{course}", made.lang) for course in courses]
            return made.parts.get("courses", "") == lines.word("units.comma", made.lang).join(marks)
    return False


def _touches(band: Band, low: int | None, high: int | None) -> bool:
    if low is None or high is None:
        return False
    return band.contains(low) or band.contains(high) or low < band.lower_yen <= high


def several(books: Books, made: Made, turn: Turn) -> bool:
    sales = sales_of(made.parts["sales"], made.lang)
    rates = listed(books, turn)
    if sales is None or not any(is_band(made.parts["band"], made.lang, rate.band) for rate in rates):
        return False
    if turn.has("quote.after.lowest_plan"):  # an example, where no sales were said
        return all(rate.band.contains(sales) for rate in rates)
    spans = [(amount(other.parts["low"]), amount(other.parts["high"])) for other in turn.made("quote.crosses")]
    return is_said(sales, turn) or any(low <= sales <= high for low, high in spans if low and high)


def several_by_code(books: Books, made: Made, turn: Turn) -> bool:
    rates = listed(books, turn)
    return bool(rates) and all(
        is_band(made.parts["band"], made.lang, rate.band) and is_code_said(rate, turn) for rate in rates
    )


def crosses(books: Books, made: Made, turn: Turn) -> bool:
    """The range as said, or a tenth to either side of an amount said vaguely; how many bands it touches is counted."""
    low, high = amount(made.parts["low"]), amount(made.parts["high"])
    said = turn.said.amounts
    vague = {(yen - yen // _VAGUE_PERCENT, yen + yen // _VAGUE_PERCENT) for yen in said}
    if low is None or high is None or not ((low in said and high in said) or (low, high) in vague):
        return False
    ladders = [books.tariffs.latest(product).ladder for product in PRODUCTS]
    counts = {sum(_touches(band, low, high) for band in (*ladder.bands, *_beyond(ladder))) for ladder in ladders}
    return whole(made.parts["bands"]) in counts


def _beyond(ladder: Ladder) -> list[Band]:
    return [] if ladder.bands[-1].upper_yen is None else [ladder.beyond()]


def _bands(books: Books) -> list[Band]:
    ladders = [books.tariffs.latest(product).ladder for product in PRODUCTS]
    return [band for ladder in ladders for band in (*ladder.bands, *_beyond(ladder))]


def short_not_published(books: Books, made: Made, turn: Turn) -> bool:
    """A band that the range touches and that has no premium for what is asked."""
    touched = [band for band in _bands(books) if is_band(made.parts["band"], made.lang, band)]
    plan = made.parts["name"]
    rates = [rate for rate in books.rates.values() if rate.band in touched and is_plan(rate, plan, made.lang)]
    return bool(touched) and not rates and bool(turn.made("quote.crosses") or turn.made("quote.each"))


def _has(rates: Sequence[rating.PublishedPremium], plan: str, lang: str) -> bool:
    return any(is_plan(rate, plan, lang) for rate in rates)


def not_published(books: Books, made: Made, turn: Turn) -> bool:
    """What has no premium is named with the sales that were said, or with their band, and really has none."""
    with_sales = lines.read("quote.with_sales", made.lang, made.parts["what"])
    in_band = lines.read("quote.in_band", made.lang, made.parts["what"])
    sales = sales_of(with_sales["sales"], made.lang) if with_sales else None
    if with_sales and sales is not None and is_said(sales, turn):
        rates = [rate for rate in books.rates.values() if rate.band.contains(sales)]
        return not _has(rates, with_sales["name"], made.lang)
    bands = [band for band in _bands(books) if in_band and is_band(in_band["band"], made.lang, band)]
    rates = [rate for rate in books.rates.values() if rate.band in bands]
    return in_band is not None and bool(bands) and not _has(rates, in_band["name"], made.lang)


def some_not_published(books: Books, made: Made, turn: Turn) -> bool:
    """Names of what has no premium beside those that have one, and whom to ask."""
    rest, shown = made.parts["names"], {rate.band for rate in listed(books, turn)}
    here = [rate for rate in books.rates.values() if rate.band in shown]
    for plan in rating.THIRD_PARTY_PLANS:
        for course in rating.COURSES:
            words = (f"flow_quote.plan.options.{plan}", f"quote.course.{course}")
            plan_, course_ = (lines.word(key, made.lang) for key in words)
            name = lines.joined("quote.plan_course", made.lang, plan=plan_, course=course_)
            if name in rest and _has(here, name, made.lang):
                return False
            rest = rest.replace(name, " ")
    return not has_digit(rest) and books.only_contacts(made.parts["contact"])


def _shown(all_lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The premiums that lines show, each with what it is a premium of."""
    for at, line_ in enumerate(all_lines):
        for made in lines.made(line_):
            if made.key == "quote.line":
                yield made.parts["name"], amount(made.parts["premium"]) or 0
            if made.key == "quote.premium":
                after = (other for near in all_lines[at + 1 : at + 4] for other in lines.made(near))
                names = [other.parts["plan"] for other in after if other.key == "quote.title"]
                yield from ((name, amount(made.parts["premium"]) or 0) for name in names[:1])


def against(_books: Books, made: Made, turn: Turn) -> bool:
    """How a premium differs from one that was shown before: the difference is taken once more."""
    shown = lines.joined(made.key, made.lang, **made.parts)
    way, new = made.key.rsplit(".", 1)[1], [premium_ for _, premium_ in _shown(turn.lines)]
    for name, old in _shown(turn.earlier):
        template = lines.joined(made.key, made.lang, old_name=name, old="%{old}", change="%{change}")
        amounts = {amount(text) for text in lines.read_template(template, shown) or ()}
        if amounts and any(way == _way(yen - old) and amounts == {old, abs(yen - old) or old} for yen in new):
            return True
    return False


def between(_books: Books, made: Made, turn: Turn) -> bool:
    """The difference of two premiums that were shown, and which of them is the dearer."""
    change, way = amount(made.parts["change"]), made.key.rsplit(".", 1)[1]
    shown = [*_shown(turn.lines), *_shown(turn.earlier)]
    dearer = made.parts["new_name" if way == "dearer" else "old_name"]
    return any(name == dearer and yen - other == change for name, yen in shown for _, other in shown if yen > other)


def _way(change: int) -> str:
    return "same" if change == 0 else "dearer" if change > 0 else "cheaper"


CHECKS = {
    "quote.against": against,
    "quote.between": between,
    "quote.between_bands": between_bands,
    "quote.same_band": same_band,
    "compare.with_limit": with_limit,
    "compare.without_limit": with_limit,
    "quote.several_by_code": several_by_code,
    "quote.short_not_published": short_not_published,
    "quote.line": line,
    "quote.short": short,
    "quote.several": several,
    "quote.crosses": crosses,
    "quote.each": each,
    "quote.not_published": not_published,
    "quote.some_not_published": some_not_published,
}

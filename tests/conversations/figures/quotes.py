"""Lines of one quote: the premium of the code that it names, in the band of the sales that were said."""

from __future__ import annotations

import re
from dataclasses import replace

import rating
from rating.bands import Band
from tests.conversations.figures import lines
from tests.conversations.figures.books import Books, Turn, amount, day_of, is_moment, triple, whole
from tests.conversations.figures.lines import Made, joined
from tests.conversations.figures.reader import figures

PRODUCTS = ("third_party", "assembly", "cyber")


def named(books: Books, turn: Turn) -> list[rating.PublishedPremium]:
    """The published premiums whose titles a reply shows."""
    found = []
    for made in turn.made("quote.title"):
        product = next((p for p in PRODUCTS if made.parts["product"] == lines.word(f"products.{p}", made.lang)), "")
        rate = books.rates.get((product, made.parts["code"]))
        if rate is not None:
            found.append(rate)
    return found


def _titled(books: Books, text: str, lang: str) -> list[rating.PublishedPremium]:
    """The published premium that a title of product, plan and code names."""
    parts = lines.read("quote.title", lang, text)
    for product in PRODUCTS:
        start = lines.word(f"products.{product}", lang)
        named_ = text.startswith((f"{start} ", f"{start},"))
        rate = books.rates.get((product, parts["code"])) if parts and named_ else None
        if rate is not None:
            plan = lines.read_template(joined("quote.title", lang, product=start, plan="%{plan}", code=rate.code), text)
            return [rate] if plan and is_plan(rate, plan[0], lang) else []
    return []


def lowest(books: Books, made: Made, turn: Turn) -> bool:
    """The lower one of two premiums that were shown before, each with its own code, and by how much it is lower."""
    told = []
    for name, yen in ((made.parts["name"], made.parts["premium"]), (made.parts["other"], made.parts["others"])):
        rates, premium_yen = _titled(books, name, made.lang), amount(yen)
        shown = [joined("quote.premium", made.lang, premium=yen), name]
        if not rates or premium_yen is None or any(line not in turn.earlier for line in shown):
            return False
        if rates[0].product != "assembly" and premium_yen != rates[0].premium_yen:
            return False
        told.append(premium_yen)
    return told[1] - told[0] == amount(made.parts["change"]) and told[0] < told[1]


def surcharge_percent(turn: Turn) -> int | None:
    """The percentage of the reply's surcharge row."""
    for made in turn.made("quote.row"):
        for key in ("stated", "assumed"):
            found = lines.read(f"quote.surcharge.{key}", made.lang, made.parts["value"])
            if found and made.parts["label"] == lines.word("quote.label.surcharge", made.lang):
                return whole(found["percent"])
    return None


def premium_of(rate: rating.PublishedPremium, turn: Turn) -> int | None:
    """What a code costs; the assembly scheme's surcharge is its rule: 30 % a claim, on the printed premium."""
    if rate.product != "assembly":
        return rate.premium_yen
    percent = surcharge_percent(turn)
    if percent is None or percent % 30 or not (percent == 0 or _is_surcharge_said(percent, turn)):
        return None
    return rate.base_premium_yen + rate.base_premium_yen * percent // 100


def _is_surcharge_said(percent: int, turn: Turn) -> bool:
    """Whether the payments were counted, or the surcharge itself was told, in percent or in tenths."""
    told = rf"(?<!\d)(?:{percent} ?(?:%|パーセント|per ?cent)|{percent // 10} ?割)"
    return percent // 30 in turn.said.numbers or re.search(told, turn.said.whole.lower()) is not None


def _each_quote(turn: Turn) -> list[Turn]:
    """A reply with the premiums of two schemes, cut before each premium; any other reply as it is."""
    starts = [at for at, line in enumerate(turn.lines) if any(one.key == "quote.premium" for one in lines.made(line))]
    if len(starts) < 2:
        return [turn]
    ends = [*starts[1:], len(turn.lines)]
    return [replace(turn, lines=turn.lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def _with_line(made: Made, turn: Turn) -> list[Turn]:
    """The quotes of a reply that hold a line."""
    shown = joined(made.key, made.lang, **made.parts)
    return [quote for quote in _each_quote(turn) if shown in quote.lines]


def premium(books: Books, made: Made, turn: Turn) -> bool:
    quotes = [(named(books, quote), quote) for quote in _with_line(made, turn)]
    return bool(quotes) and all(
        len(rates) == 1 and amount(made.parts["premium"]) == premium_of(rates[0], quote) for rates, quote in quotes
    )


def title(books: Books, made: Made, turn: Turn) -> bool:
    rates = named(books, turn)
    return any(rate.code == made.parts["code"] and is_plan(rate, made.parts["plan"], made.lang) for rate in rates)


def is_plan(rate: rating.PublishedPremium, text: str, lang: str) -> bool:
    if rate.product == "assembly":
        return text == lines.word("quote.assembly_plan", lang)
    if rate.product == "cyber":
        industry = lines.word(f"quote.industry.{rate.industry}", lang)
        return text == joined("quote.plan_industry", lang, plan=str(rate.plan), industry=industry)
    plan, course = lines.word(f"flow_quote.plan.options.{rate.plan}", lang), f"quote.course.{rate.course}"
    return text == joined("quote.plan_course", lang, plan=plan, course=lines.word(course, lang))


def row(books: Books, made: Made, turn: Turn) -> bool:
    if lines.read("quote.in_order", made.lang, made.parts["value"]):
        return _limits_in_order(books, made, turn)
    labels = {lines.word(f"quote.label.{key}", made.lang): key for key in _ROWS}
    key = labels.get(made.parts["label"])
    quotes = [(_spoken_of(books, quote), quote) for quote in _with_line(made, turn)]
    return (
        key is not None
        and bool(quotes)
        and all(
            any(_ROWS[key](made.parts["value"], made.lang, rate, quote) for rate in rates) for rates, quote in quotes
        )
    )


def _spoken_of(books: Books, turn: Turn) -> list[rating.PublishedPremium]:
    """The premiums that a reply shows; where it shows none, the one that was shown last."""
    before = [named(books, replace(turn, lines=[line])) for line in turn.earlier]
    return named(books, turn) or listed(books, turn) or next((rates for rates in reversed(before) if rates), [])


def _limits_row(value: str, lang: str, rate: rating.PublishedPremium, _turn: Turn) -> bool:
    return is_limits(value, lang, rate)


def _limits_in_order(books: Books, made: Made, turn: Turn) -> bool:
    """The limits of premiums in several bands, one after the other as the premiums are."""
    inside = lines.read("quote.in_order", made.lang, made.parts["value"])
    rates = listed(books, turn)
    parts = inside["limits"].split(lines.word("units.comma", made.lang)) if inside else []
    label = made.parts["label"] == lines.word("quote.label.limits", made.lang)
    if not label or len(parts) < 2 or len(parts) != len(rates):
        return False
    return all(is_limits(part, made.lang, rate) for part, rate in zip(parts, rates, strict=True))


def is_limits(text: str, lang: str, rate: rating.PublishedPremium) -> bool:
    """Whether a text lists exactly the limits of a premium, each beside its own name."""
    parts = text.split(lines.word("units.slash", lang))
    found = {}
    for part in parts:
        for name in rate.limits:
            inside = lines.read(f"quote.limit.{name}", lang, part)
            if inside:
                found[name] = amount(inside["amount"])
    return len(parts) == len(rate.limits) and found == dict(rate.limits)


def _deductible_row(value: str, lang: str, rate: rating.PublishedPremium, _turn: Turn) -> bool:
    key = "third_party_premium" if rate.plan == "premium" else rate.product
    inside = lines.read(f"quote.deductible.{key}", lang, value)
    return inside is not None and ("amount" not in inside or amount(inside["amount"]) == rate.deductible_yen)


def _band_row(value: str, lang: str, rate: rating.PublishedPremium, turn: Turn) -> bool:
    by_code = lines.read("quote.band_by_code", lang, value)
    if by_code is not None:
        return is_band(by_code["band"], lang, rate.band) and is_code_said(rate, turn)
    inside = lines.read("quote.band", lang, value)
    if is_band(value, lang, rate.band):
        if turn.has("quote.after.lowest_plan"):  # an example, where no sales were said
            return True
        # Sales that are told as under or over a bound: how far the next band is is not known.
        return any(rate.band.contains(yen + beside) for yen in turn.said.amounts for beside in (1, -1))
    if inside is None or not is_band(inside["band"], lang, rate.band):
        return False
    sales = [yen for yen in turn.said.amounts if rate.band.contains(yen)]
    upper, distance = rate.band.upper_yen, inside["distance"]
    if upper is None:
        return distance == lines.word("quote.distance.open", lang)
    if distance == lines.word("quote.distance.at_bound", lang):
        return upper in sales
    room = lines.read("quote.distance.room", lang, distance)
    return room is not None and any(upper - yen == amount(room["room"]) for yen in sales)


def sales_of(text: str, lang: str) -> int | None:
    """Sales as told: `under` a bound is one yen below it, `over` one yen above."""
    for key, beside in (("quote.under", -1), ("quote.over", 1)):
        found = lines.read(key, lang, text)
        yen = amount(found["amount"]) if found else None
        if yen is not None:
            return yen + beside
    return amount(text)


def is_said(sales: int | None, turn: Turn) -> bool:
    """Whether sales were said, or a round amount one yen beside them."""
    return sales is not None and any(sales + beside in turn.said.amounts for beside in (0, 1, -1))


def is_code_said(rate: rating.PublishedPremium, turn: Turn) -> bool:
    """Whether the member named the code's letters, however he wrote the rest of it; a class by its number."""
    if rate.product == "assembly":
        return int(rate.code) in turn.said.numbers
    letters = re.match("[A-Z]{2}", rate.code)
    return letters is not None and letters[0].lower() in turn.said.whole.lower()


def is_band(text: str, lang: str, band: Band) -> bool:
    """Whether a text tells a band's bounds and to which side they belong."""
    lower = f"quote.bound.lower_{'in' if band.lower_inclusive else 'ex'}"
    upper = f"quote.bound.upper_{'in' if band.upper_inclusive else 'ex'}"
    if band.upper_yen is None:
        inside = lines.read(lower, lang, text)
        return inside is not None and amount(inside["amount"]) == band.lower_yen
    if band.lower_yen <= 0:
        inside = lines.read(upper, lang, text)
        return inside is not None and amount(inside["amount"]) == band.upper_yen
    inside = lines.read_nested("quote.bound.both", lang, text, lower=lower, upper=upper)
    return inside is not None and [amount(part) for part in inside] == [band.lower_yen, band.upper_yen]


def _surcharge_row(_value: str, _lang: str, rate: rating.PublishedPremium, turn: Turn) -> bool:
    return rate.product == "assembly" or surcharge_percent(turn) == rate.surcharge_percent


def _assumed_row(value: str, lang: str, rate: rating.PublishedPremium, _turn: Turn) -> bool:
    return value == lines.word(f"quote.assumed.{rate.product}", lang)


_ROWS = {"limits": _limits_row, "deductible": _deductible_row, "band": _band_row, "surcharge": _surcharge_row,
         "assumed": _assumed_row}  # fmt: skip


def listed(books: Books, turn: Turn) -> list[rating.PublishedPremium]:
    """The premiums that a reply shows side by side."""
    codes = [made.parts["code"] for key in ("quote.line", "quote.short") for made in turn.made(key)]
    found = [books.rates.get((product, code)) for code in codes for product in PRODUCTS]
    return [rate for rate in found if rate is not None]


def numbers(_books: Books, made: Made, turn: Turn) -> bool:
    """The numbers of premiums side by side, in the order of the table's rows."""
    rows = [row for block in turn.blocks if block["type"] == "table" for row in block["rows"]]
    told = [figure.value for figure in figures(made.parts["numbers"]) if figure.kind == "record"]
    return bool(rows) and told == [row[-1] for row in rows]


def number(_books: Books, made: Made, turn: Turn) -> bool:
    return made.parts["number"] in {block.get("number") for block in turn.blocks}


def period(books: Books, made: Made, turn: Turn) -> bool:
    """The period of the tariff of a premium that the reply shows, and whether it is over."""
    products = {rate.product for rate in (*named(books, turn), *listed(books, turn))}
    for lowest_ in turn.made("quote.after.lowest"):
        products |= {rate.product for rate in _titled(books, lowest_.parts["name"], made.lang)}
    recalled_ = {made_.parts["product"] for made_ in turn.made("recall.line")}
    products |= {product for product in PRODUCTS if lines.word(f"products.{product}", made.lang) in recalled_}
    return any(_is_period(books.tariffs.at(product, turn.as_of), made, turn) for product in products)


def _is_period(tariff: rating.Tariff, made: Made, turn: Turn) -> bool:
    over = turn.as_of >= tariff.effective_until
    return (
        is_moment(made.parts["start"], tariff.effective_from)
        and is_moment(made.parts["end"], tariff.effective_until)
        and made.key == f"quote.period.{'expired' if over else 'current'}"
    )


def agency(books: Books, made: Made, _turn: Turn) -> bool:
    """Who concludes the contract, with that agency's telephone number."""
    for product in PRODUCTS:
        contact = books.knowledge.contact(books.knowledge.product(product).agency_contact)
        if made.parts["agency"] == lines.word(f"agencies.{product}", made.lang):
            return made.parts.get("phone", contact.phone) == contact.phone
    return False


def tax(_books: Books, made: Made, turn: Turn) -> bool:
    before, after = amount(made.parts["before"]), amount(made.parts["after"])
    return before in turn.said.amounts and before is not None and after == before + before * 10 // 100


def recalled(books: Books, made: Made, turn: Turn) -> bool:
    """A stored quote shown again: the code's premium, in the band of sales that were said, under its own number."""
    product = next((p for p in PRODUCTS if made.parts["product"] == lines.word(f"products.{p}", made.lang)), "")
    rate = books.rates.get((product, made.parts["code"]))
    sales = amount(made.parts["sales"])
    if rate is None or sales not in turn.said.amounts or sales is None or made.parts["number"] not in turn.records:
        return False
    premium_yen = amount(made.parts["premium"])
    claims = (0, *turn.said.numbers) if product == "assembly" else (0,)
    expected = {rate.premium_yen + rate.base_premium_yen * 30 * count // 100 for count in claims}
    return rate.band.contains(sales) and premium_yen in expected


def other_year(books: Books, made: Made, turn: Turn) -> bool:
    """A year without a tariff, as it was said; and the days of the tariff that there is."""
    fiscal = turn.as_of.year if turn.as_of.month >= 4 else turn.as_of.year - 1
    if "year" in made.parts and whole(made.parts["year"]) not in turn.said.years(fiscal):
        return False
    tariffs = [books.tariffs.latest(product) for product in PRODUCTS]
    days = [(triple(tariff.effective_from.date()), triple(tariff.effective_until.date())) for tariff in tariffs]
    told = tuple(day_of(made.parts[name]) for name in ("start", "end") if name in made.parts)
    return (not told or told in days) and books.only_contacts(made.parts.get("contact", ""))


def is_count(made: Made) -> bool:
    """A number of claims that the premium tables tell apart, as a choice: none, one, two (or more)."""
    return made.key == "quote.times" and whole(made.parts["n"]) in range(3)


CHECKS = {
    "quote.no_promise": agency,
    "quote.other_year": other_year,
    "quote.some_year": other_year,
    "quote.premium": premium,
    "quote.title": title,
    "quote.row": row,
    "quote.tax_converted": tax,
    "quote.period.current": period,
    "quote.period.expired": period,
    "quote.after.lowest": lowest,
    "quote.number": number,
    "quote.numbers": numbers,
    "recall.line": recalled,
}

"""Never a wrong figure: every yen amount, number, date and limit that the counter shows is known, and in its place.

Every conversation, utterance and question that we have is said to the real counter. A line with a figure must be one
of ours (an answer of knowledge/ shown whole, or a text of bot/locales), and what was filled into it is worked out once
more: premiums from their code, deadlines from the day, payouts from the damage that was said. What our own texts
state is held against printed_figures.yml, section by section.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from knowledge.rendering import PLACEHOLDER
from tests.conftest import FROZEN_NOW, RunningCounter
from tests.conversations.figures import lines
from tests.conversations.figures.books import LANGUAGES, Books, Turn
from tests.conversations.figures.checker import CHECKS, Checker, block_texts
from tests.conversations.figures.ledger import foreign
from tests.conversations.figures.reader import figures, has_digit
from tests.conversations.figures.said import Said
from tests.conversations.figures.talks import hold

LEAST = {"replies": 3_500, "yen": 3_000, "date": 2_500, "phone": 500, "percent": 300}
PLANTED_FROM_EACH = 2  # wrong figures planted into each different line
RAW = re.compile(r"%\{|\{\w+(?::\w+)?\}|\{(?:contact|fax):")


@pytest.fixture(scope="module")
def books() -> Books:
    return Books()


# -- what our own texts state ------------------------------------------------------------------------------------------


def test_answers_state_only_what_the_sections_print_that_they_cite(books: Books) -> None:
    found = []
    for entry in books.knowledge.entries.values():
        known = books.ledger.at([(entry.source, entry.locator), *entry.also_in])
        known = books.ledger.with_examples(entry.entry_id, known)
        for name in ("answer", "detail", "answer_en", "detail_en"):
            text = PLACEHOLDER.sub("", getattr(entry, name) or "")
            found += [(entry.entry_id, name, entry.locator, figure.text) for figure in foreign(text, known)]
    assert found == []


def test_cases_and_the_matrix_state_only_what_the_sections_print_that_they_cite(books: Books) -> None:
    found = []
    for case in books.coverage.cases.values():
        known = books.ledger.at([(case.source, case.locator)])
        found += [(case.id, figure.text) for text in (case.answer, case.answer_en) for figure in foreign(text, known)]
        for limit in (case.limit, case.limit_en):
            known = books.ledger.of_limits(case.source)
            found += [(case.id, figure.text) for figure in foreign(limit or "", known)]
    for matrix in books.coverage.matrices.values():
        known = books.ledger.of_limits(matrix.source)
        found += [(row.id, f.text) for row in matrix.rows for v in row.values.values() for f in foreign(v, known)]
    assert found == []


def test_texts_state_only_what_the_places_print_that_they_rest_on(books: Books) -> None:
    found = [
        (text.key, text.lang, figure.text)
        for text in lines.texts()
        for figure in foreign(text.literal.replace("\x00", " "), books.ledger.of_text(text.key))
    ]
    assert found == []


def test_both_languages_of_an_answer_state_the_same_amounts(books: Books) -> None:
    different = []
    for entry in books.knowledge.entries.values():
        whole = {lang: f"{getattr(entry, answer)} {getattr(entry, detail) or ''}" for lang, answer, detail in _FIELDS}
        amounts = {lang: {f.value for f in figures(text) if f.kind == "yen"} for lang, text in whole.items()}
        if not amounts["en"] <= amounts["ja"]:
            different.append((entry.entry_id, amounts["en"] - amounts["ja"]))
    assert different == []


_FIELDS = (("ja", "answer", "detail"), ("en", "answer_en", "detail_en"))


_BY_COURSE = (
    "flow_quote.course.what",
    "tp_course_limits",
    "tp_entrusted_limit",
    "tp_specified_limit",
    "tp_wide_inner_limit",
)


@pytest.mark.parametrize("key", _BY_COURSE)
def test_limits_stand_beside_their_course(books: Books, key: str) -> None:
    entry = books.knowledge.entries.get(key)
    text = entry.answer if entry else lines.word(key, "ja")
    printed = {rate.course: rate.limits for rate in books.rates.values() if rate.plan == "wide"}
    told = {}
    for marks, after in re.findall("([①-⑤]+)([^①-⑤\n]+)", text):
        amounts = [figure.value for figure in figures(after) if figure.kind == "yen"]
        told.update({"①②③④⑤".index(mark) + 1: amounts for mark in marks})
    every = {course: [limits[name] for name in _LIMITS] for course, limits in printed.items()}
    inner = {course: limits[-1:] for course, limits in every.items()}
    assert told in (every, inner)


_LIMITS = ("bodily_injury_yen", "property_damage_yen", "specified_property_yen")


@pytest.mark.parametrize("key", ["flow_quote.cyber_plan.what", "cy_plans"])
def test_limits_stand_beside_their_cyber_plan(books: Books, key: str) -> None:
    entry = books.knowledge.entries.get(key)
    text = entry.answer if entry else lines.word(key, "ja")
    printed = {rate.plan: [rate.limits["liability_yen"], rate.limits["incident_response_yen"]]
               for rate in books.rates.values() if rate.product == "cyber"}  # fmt: skip
    told = {
        plan: [figure.value for figure in figures(after)] for plan, after in re.findall("([ABC]) ([^ABC\n]+)", text)
    }
    assert told == printed


def test_premiums_stand_beside_their_band(books: Books) -> None:
    text = books.knowledge.entries["as_premium_table"].detail or ""
    told = [
        [figure.value for figure in figures(pair)] for pair in re.findall(r"\S+まで [\d,]+円", text.replace("／", "\n"))
    ]
    bands = books.tariffs.latest("assembly").premiums.values()
    assert told == [[rate.band.upper_yen, rate.base_premium_yen] for rate in bands]


# -- what the counter says ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def held(counter_at: Callable[[str | None], RunningCounter]) -> list[Turn]:
    """Every reply to everything that is said."""
    return hold(counter_at, FROZEN_NOW)


@pytest.mark.counter
def test_no_reply_holds_a_foreign_figure(books: Books, held: list[Turn], capsys: pytest.CaptureFixture[str]) -> None:
    checker = Checker(books)
    found = [problem for turn in held for problem in checker.check(turn)]
    tally = checker.tally
    with capsys.disabled():
        kinds = ", ".join(f"{kind} {count}" for kind, count in tally.kinds.most_common())
        print(f"\n{tally.replies} replies, {tally.lines} lines with figures: {kinds}; foreign: {len(found)}")
    assert not found, "\n".join(str(problem) for problem in found[:40])
    counted = {"replies": tally.replies, **tally.kinds}
    assert {name: counted[name] for name in LEAST if counted[name] < LEAST[name]} == {}


@pytest.mark.counter
def test_every_message_was_answered(held: list[Turn]) -> None:
    """A reply that only says that the counter is out of order has no figures to be checked."""
    assert [turn.name for turn in held if turn.has("channels.failure") or not any(turn.lines)] == []


@pytest.mark.counter
def test_no_reply_shows_a_place_that_nothing_was_filled_into(held: list[Turn]) -> None:
    shown = ((turn.name, text) for turn in held for text in (*turn.lines, *turn.buttons, *block_texts(turn.blocks)))
    raw = [(name, text) for name, text in shown if RAW.search(text)]
    assert raw == []


@pytest.mark.counter
def test_planted_wrong_figures_are_found(books: Books, held: list[Turn]) -> None:
    """In every different line one digit is made another one: the check sees it, whatever kind of figure it was."""
    checker, chance = Checker(books), random.Random(20250401)  # noqa: S311
    planted, missed = 0, []
    for turn, wrong, at in _planted(held, chance):
        planted += 1
        if not checker.check(wrong):
            missed.append((turn.lines[at], wrong.lines[at]))
    assert planted > 1_000
    assert len(missed) <= planted // 200, missed[:20]


def _planted(held: list[Turn], chance: random.Random) -> Iterator[tuple[Turn, Turn, int]]:
    seen: dict[str, int] = {}
    for turn in held:
        for at, line in enumerate(turn.lines):
            digits = [place for place, char in enumerate(line) if char in "0123456789"]
            if not digits or not has_digit(line) or seen.get(line, 0) >= PLANTED_FROM_EACH:
                continue
            seen[line] = seen.get(line, 0) + 1
            place = chance.choice(digits)
            digit = chance.choice([char for char in "0123456789" if char != line[place]])
            wrong = f"{line[:place]}{digit}{line[place + 1 :]}"
            shown = [*turn.lines[:at], wrong, *turn.lines[at + 1 :]]
            yield turn, replace(turn, lines=shown, buttons=[], blocks=[]), at


# -- the check itself --------------------------------------------------------------------------------------------------


def test_every_check_belongs_to_a_text() -> None:
    keys = {text.key for text in lines.texts()}
    assert [key for key in CHECKS if not any(k == key or k.startswith(f"{key}.") for k in keys)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_premium_of_another_course_is_foreign(books: Books, lang: str) -> None:
    shown = [lines.joined("quote.premium", lang, premium="20,020円" if lang == "ja" else "¥20,020")]
    plan = lines.joined(
        "quote.plan_course", lang, plan=lines.word("flow_quote.plan.options.wide", lang),
        course=lines.word("quote.course.1", lang),
    )  # fmt: skip
    product = lines.word("products.third_party", lang)
    shown.append(lines.joined("quote.title", lang, product=product, plan=plan, code="WA①-0"))
    problems = Checker(books).check(_turn(shown))
    assert [problem.line for problem in problems] == [shown[0]]


@pytest.mark.parametrize(
    "line",
    [
        "・群馬県電気安全株式会社(027-254-2435、平日8時30分〜17時)",
        "次の締切は2025年12月21日です。",
        "保険期間：2025年4月1日 16:00〜2026年4月2日 16:00",
        "対人賠償は最大7億円です。",
        "・高崎支部：申込締切 4月16日、保険料の払込締切 5月16日",
        "計算上のお支払額は 999万円 です。",
        "FAX：03-1234-5678",
        "割増は45%です。",
        "締切は毎月25日です。",
    ],
)
def test_a_figure_that_nobody_printed_is_foreign(books: Books, line: str) -> None:
    assert [problem.line for problem in Checker(books).check(_turn([line]))] == [line]


def _turn(shown: list[str]) -> Turn:
    return Turn("planted", datetime.fromisoformat(FROZEN_NOW), Said(["売上3000万、ワイドで"]), shown)

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
import yaml

from knowledge.rendering import PLACEHOLDER
from tests.conftest import FROZEN_NOW, ROOT, RunningCounter
from tests.conversations.figures import lines
from tests.conversations.figures.books import LANGUAGES, Books, Turn
from tests.conversations.figures.checker import CHECKS, Checker, block_texts
from tests.conversations.figures.ledger import foreign
from tests.conversations.figures.reader import figures, has_digit
from tests.conversations.figures.said import Said, amounts
from tests.conversations.figures.talks import hold

LEAST = {"replies": 3_500, "yen": 3_000, "date": 2_500, "phone": 500, "percent": 300}
RAW = re.compile(r"%\{|\{\w+(?::\w+)?\}|\{(?:contact|fax):")


@pytest.fixture(scope="module")
def books() -> Books:
    return Books()


# -- what our own texts state ------------------------------------------------------------------------------------------


def test_answers_state_only_what_the_sections_print_that_they_cite(books: Books) -> None:
    found = []
    for entry in books.knowledge.entries.values():
        known = books.ledger.of_entry(entry)
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
        yen = {lang: {f.value for f in figures(text) if f.kind == "yen"} for lang, text in whole.items()}
        if not yen["en"] <= yen["ja"]:
            different.append((entry.entry_id, yen["en"] - yen["ja"]))
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
        yen = [figure.value for figure in figures(after) if figure.kind == "yen"]
        told.update({"①②③④⑤".index(mark) + 1: yen for mark in marks})
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
    seen: set[str] = set()
    for turn in held:
        for at, line in enumerate(turn.lines):
            digits = [place for place, char in enumerate(line) if char in "0123456789"]
            if not digits or not has_digit(line) or line in seen:
                continue
            seen.add(line)
            place = chance.choice(digits)
            digit = chance.choice([char for char in "0123456789" if char != line[place]])
            wrong = f"{line[:place]}{digit}{line[place + 1 :]}"
            shown = [*turn.lines[:at], wrong, *turn.lines[at + 1 :]]
            yield turn, replace(turn, lines=shown, buttons=[], blocks=[]), at


# -- the reading of figures --------------------------------------------------------------------------------------------


READ = {
    "1億2,096万円、2,000万／1.5億、１２，４８０円": "yen 120960000, yen 20000000, yen 150000000, yen 12480",
    "A 30, B 50, C 100 million yen; 10M": "yen 30000000, yen 50000000, yen 100000000, yen 10000000",
    "¥1,200,000; 0.3 and 1 billion yen": "yen 1200000, yen 300000000, yen 1000000000",
    "令和7年6月1日 午後4時から2026-06-01": "date (2025, 6, 1), date (2026, 6, 1), time 960",
    "4/19、12月29日・30日、2025年度": "date (0, 4, 19), date (0, 12, 29), date (0, 12, 30), date (2025, 0, 0)",
    "毎月20日、30日以内、3か月、2年後、20分": "day 20, days 30, months 3, years 2, minutes 20",
    "31 December to 3 January, 9:00-17:00": "date (0, 12, 31), date (0, 1, 3), time 540, time 1020",
    "0120-727-110、0570-022808、119番": "phone 0120-727-110, phone 0570-022808, phone 119",
    "90％×8割、300名以下": "percent 90, percent 80, people 300",
    "WAB③-0、BC3、QWK4E-4A7MP、問屋町1-8-4、③型": "code WAB③-0, code BC3, record QWK4E-4A7MP, address 1-8-4",
}


@pytest.mark.parametrize("text", READ)
def test_the_reader_reads(text: str) -> None:
    assert {f"{figure.kind} {figure.value}" for figure in figures(text)} == set(re.split(r", (?=[a-z])", READ[text]))


def test_every_amount_that_an_utterance_means_is_among_those_that_it_may_mean() -> None:
    utterances = yaml.safe_load((ROOT / "tests/nlu/values.yml").read_text(encoding="utf-8"))
    missed = [
        (utterance["text"], key)
        for utterance in utterances
        for key, value in utterance["expect"].items()
        if key.endswith("_yen") and value not in amounts(utterance["text"])
    ]
    assert missed == []


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
        "計算上は、過去1年で初めての事故なら2,700万円、2回目以降なら2,850万円です（ご加入の保険金額が上限）。",
        "・90%を1回かけて270万円（削減30万円）",
        "FAX：03-1234-5678",
        "割増は45%です。",
        "締切は毎月25日です。",
        "プランBの上限は、賠償責任 6,000万円、事故対応費用 300万円です。",
        "プランCなら、合計は2億円までです。",
        "11月22日（土）は使えます。",
        "　そのため、損害が3万円以下なら保険金は出ません。",
        "※4月18日は土曜日ですが、資料にはこの日で載っています。",
        "上限：特定財物の保険金額（対物賠償の内枠）。③のコースでは1億円です。",
        "預かった物（受託物）の限度額は、⑤のコースでは3億円です。特定財物の保険金額の内枠で、保険期間中の合計です。",
    ],
)
def test_a_figure_that_nobody_printed_is_foreign(books: Books, line: str) -> None:
    assert [problem.line for problem in Checker(books).check(_turn([line]))] == [line]


def _turn(shown: list[str]) -> Turn:
    return Turn("planted", datetime.fromisoformat(FROZEN_NOW), Said(["売上3000万、ワイドで"]), shown)

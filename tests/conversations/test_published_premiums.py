"""All 314 published premiums, exactly, through the quote API and in conversation; and no premium where none is printed.

The expected figures are the second transcription's (tests/rating/transcription): typed by eye, apart from the tables.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent / "rating" / "transcription"
PLANS = {"Z": ("basic", "基本"), "W": ("wide", "ワイド"), "P": ("premium", "プレミアム")}
LOWER = dict(
    zip(
        "ABCDEFGHIJKLM",
        (0, 5000, 10000, 15000, 20000, 30000, 40000, 50000, 60000, 70000, 80000, 90000, 100000),
        strict=True,
    )
)
INDUSTRIES = {1: "建設業", 2: "介護施設", 3: "飲食店", 4: "システム開発"}
THIRD_PARTY = (
    "売上{sales}、{plan}プランの{mark}でいくら？{claims}",
    "{plan}の{mark}、年商{sales}です。{claims} 保険料を教えてください",
    "第三者 {plan}{mark} 売上{sales} {claims} なんぼ",
    "うちは年間の売上が{sales}で、{plan}タイプの{mark}型を考えています。{claims}保険料はいくらでしょうか",
)
CLAIMS = {
    0: ("保険金の受取りなし", "割増なし"),
    1: ("保険金を1回受け取りました", "受取り1回"),
    2: ("保険金を2回受け取りました", "受取り2回以上"),
}
ASSEMBLY = (
    "組立保険、前年売上{sales}だと保険料いくら",
    "バージョンアッププラン 年商{sales} なんぼですか",
    "{sales}の売上で組立の保険料は？",
)
CYBER = (
    "{industry}です。売上{sales}でサイバー保険の{plan}プランはいくら？",
    "サイバー {plan}プラン {industry} 年商{sales} 保険料",
    "{industry}をやっています。サイバー保険、売上{sales}、{plan}だといくらですか",
)


def said(ten_thousand: int) -> str:
    oku, man = divmod(ten_thousand, 10_000)
    return (f"{oku}億" if oku else "") + (f"{man:,}万" if man else "") + "円"


def lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def third_party() -> list[tuple[dict, str, int]]:
    cases = []
    for line in lines("third_party.txt"):
        if not re.match("[ZWP][A-M] ", line):
            continue
        letters, *cells = line.split(" | ")
        sales = LOWER[letters[1]] + (1234 if letters[1] != "A" else 3210)
        for cell in cells:
            mark, premiums = cell.split(": ")
            for claims, premium in enumerate(premiums.split(" / ")):
                plan, word = PLANS[letters[0]]
                body = {"product": "third_party", "plan": plan, "course": "①②③④⑤".index(mark) + 1}
                body |= {"annual_sales_yen": sales * 10_000, "claims_paid": claims}
                number = len(cases)
                text = THIRD_PARTY[number % len(THIRD_PARTY)].format(
                    sales=said(sales), plan=word, mark=mark, claims=CLAIMS[claims][number % 2]
                )
                cases.append((body, text, int(premium.replace(",", ""))))
    return cases


def assembly() -> list[tuple[dict, str, int]]:
    cases = []
    for number, line in enumerate(lines("assembly.txt")):
        _, upper, _, premium = (int(cell.replace(",", "")) for cell in line.split(" | "))
        body = {"product": "assembly", "annual_sales_yen": upper * 10_000, "claims_paid": 0}
        cases.append((body, ASSEMBLY[number % len(ASSEMBLY)].format(sales=said(upper)), premium))
    return cases


def cyber() -> list[tuple[dict, str, int]]:
    cases, industry = [], 0
    for line in lines("cyber.txt"):
        if line.startswith("class"):
            industry = int(line.split()[1])
        elif line[0].isdigit():
            upper, *premiums = line.split()
            for plan, premium in zip("ABC", premiums, strict=True):
                sales = int(upper) * 10_000
                body = {"product": "cyber", "industry": industry, "plan": plan, "annual_sales_yen": sales * 10_000}
                text = CYBER[len(cases) % len(CYBER)].format(
                    industry=INDUSTRIES[industry], plan=plan, sales=said(sales)
                )
                cases.append((body, text, int(premium.replace(",", ""))))
    return cases


ALL = [*third_party(), *assembly(), *cyber()]


def normal(replies: list[dict]) -> str:
    text = "\n".join(reply.get("text", "") for reply in replies)
    return re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", text))


def test_there_are_314() -> None:
    assert [len(third_party()), len(assembly()), len(cyber())] == [201, 17, 96]


@pytest.mark.counter
def test_every_published_premium_comes_out_of_the_quote_api(counter) -> None:
    wrong = []
    for body, _, premium in ALL:
        status, answer = counter.post("/api/v1/quotes", body)
        if status != 201 or answer["premium_yen"] != premium:
            wrong.append((body, status, answer.get("premium_yen")))
    assert not wrong


@pytest.mark.counter
def test_97_percent_of_them_at_the_first_message(counter) -> None:
    missed = []
    for number, (_, text, premium) in enumerate(ALL):
        if f"{premium}円" not in normal(counter.say(f"published-{number}", text)):
            missed.append((text, premium))
    assert len(missed) <= 0.03 * len(ALL), missed


@pytest.mark.counter
def test_no_combination_that_is_not_printed_has_a_premium(counter) -> None:
    printed = {tuple(sorted(body.items())) for body, *_ in third_party()}
    for plan in ("basic", "wide", "premium"):
        for letter, lower in LOWER.items():
            sales = (lower + (1234 if letter != "A" else 3210)) * 10_000
            for course in range(1, 6):
                body = {"product": "third_party", "plan": plan, "course": course}
                body |= {"annual_sales_yen": sales, "claims_paid": 0}
                if tuple(sorted(body.items())) in printed:
                    continue
                status, answer = counter.post("/api/v1/quotes", body)
                assert (status, answer["code"]) == (404, "premium_not_published"), body
    for body in (
        {"product": "assembly", "annual_sales_yen": 170_000_001, "claims_paid": 0},
        {"product": "cyber", "industry": 1, "plan": "A", "annual_sales_yen": 10_000_000_001},
    ):
        assert counter.post("/api/v1/quotes", body)[0] == 404

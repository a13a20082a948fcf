"""When an FAQ entry is told, when it is offered, and when neighbours are ruled out; the engine's matches are given."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import knowledge
from bot.actions import texts
from bot.actions.answers import Answers
from bot.actions.evidence import Evidence
from bot.actions.flow import Turn
from bot.actions.state import Dialogue, OpenFlow
from bot.actions.texts import Texts
from bot.actions.understanding import Mention, Scored, Sentence, Understanding

NOW = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Asia/Tokyo"))
NUMBER = "0800-500-2141"


@pytest.fixture(scope="module")
def known() -> knowledge.Knowledge:
    texts.open_locales()
    return knowledge.load()


@pytest.fixture(scope="module")
def answers(known: knowledge.Knowledge) -> Answers:
    return Answers(known)


@pytest.fixture
def turn(known: knowledge.Knowledge) -> Any:
    def build(text: str, matches: dict[str, float], *named: tuple[str, str], **state: Any) -> Turn:
        words = tuple(Mention(entity, value, 0, 1) for entity, value in named)
        scored = tuple(Scored(key, 0.0, match) for key, match in matches.items())
        heard = Understanding(text, "faq", 1.0, (), scored, (), (), (), words)
        services: Any = SimpleNamespace(knowledge=known)
        return Turn(heard, Dialogue(**state), services, NOW, Texts("ja"), "member")

    return build


def told(answers: Answers, turn: Turn) -> str:
    reply = answers.answer(turn)
    assert reply is not None
    return reply.text


def test_a_clear_lead_is_told_with_its_source(answers: Answers, turn: Any) -> None:
    text = told(answers, turn("組立の時効は", {"ac_as_limitation": 0.9, "ac_as_late": 0.4}, ("scheme", "assembly")))
    assert text.startswith("請求できるのは3年まで")
    assert "出典" in text


def test_close_entries_are_offered_under_their_titles_with_whom_to_ask(answers: Answers, turn: Any) -> None:
    close = {"tp_topup_apply": 0.5, "tp_topup_papers": 0.49}
    reply = answers.answer(turn("上乗せのこと", close, ("scheme", "top_up")))
    assert reply is not None
    assert [choice.does["faq"] for choice in reply.choices] == ["tp_topup_apply", "tp_topup_papers"]
    assert "・上乗せ制度の申込みに必要な書類" in reply.text
    assert NUMBER in reply.text


def test_hardly_matching_entries_are_offered_without_their_facts(answers: Answers, turn: Any) -> None:
    reply = answers.answer(turn("電気が止まった", {"tp_specified_art": 0.34, "tp_loss_of_use_damaged": 0.33}))
    assert reply is not None
    assert "特定財物の(ロ)です" not in reply.text


def test_words_without_anything_in_common_are_no_question(answers: Answers, turn: Any) -> None:
    assert answers.answer(turn("きょうの天気は", {"tp_period": 0.2})) is None


@pytest.mark.parametrize(
    ("scheme", "entry", "foreign"),
    [("cyber", "cy_exclusions", "tp_exclusions"), ("assembly", "as_period", "tp_period"),
     ("third_party", "tp_cooling_off", "as_cooling_off"), ("guarantee", "gu_hours", "my_hours")],
)  # fmt: skip
def test_a_scheme_that_is_named_rules_the_others_out(
    answers: Answers, turn: Any, scheme: str, entry: str, foreign: str
) -> None:
    ranked = answers.ranked(turn("これは", {foreign: 0.7, entry: 0.6}, ("scheme", scheme)))
    assert [found.id for found in ranked] == [entry]


def test_only_another_schemes_documents_speak_of_it(answers: Answers, turn: Any) -> None:
    text = told(answers, turn("第三者の質権は", {"ac_cy_direct": 0.9, "tp_what": 0.3}, ("scheme", "third_party")))
    assert "見つかりませんでした" in text
    assert NUMBER in text
    assert "質権" not in text


def test_the_scheme_of_the_open_question_counts_without_being_named(answers: Answers, turn: Any) -> None:
    open_flow = OpenFlow("quote", {"product": "third_party"}, asked="annual_sales")
    text = told(answers, turn("売上は税込み", {"as_sales_basis": 0.85, "tp_sales_tax": 0.8}, flows=[open_flow]))
    assert "税抜き" in text
    assert "群馬" not in text


def test_a_scheme_spoken_of_long_ago_does_not_count(answers: Answers, turn: Any) -> None:
    matches = {"as_sales_basis": 0.85, "tp_sales_tax": 0.8}
    before = (NOW - timedelta(hours=5)).isoformat()
    fresh = answers.ranked(turn("売上は税込み", matches, scheme="assembly", last_at=NOW.isoformat()))
    stale = answers.ranked(turn("売上は税込み", matches, scheme="assembly", last_at=before))
    assert fresh[0].score - fresh[1].score > stale[0].score - stale[1].score


def test_where_no_scheme_is_named_the_main_ones_answer_comes_first(answers: Answers, turn: Any) -> None:
    reply = answers.answer(turn("売上はいつの分", {"as_sales_basis": 0.82, "tp_sales": 0.8, "tp_plans": 0.2}))
    assert reply is not None
    assert reply.lines[0] == "第三者損害賠償制度のこととしてお答えします。"
    assert "2023年7月1日" in reply.text
    assert [choice.does["faq"] for choice in reply.choices] == ["as_sales_basis"]


def test_an_answer_of_a_scheme_that_nobody_named_says_so(answers: Answers, turn: Any) -> None:
    text = told(answers, turn("棚卸しで足りない", {"as_no_shortage": 0.9, "tp_what": 0.2}))
    assert text.startswith("組立保険（バージョンアッププラン）のこととしてお答えします。")


@pytest.mark.parametrize(
    ("role", "entry"), [("orderer", "gu_orderer_cannot_download"), ("contractor", "gu_contractor_download")]
)
def test_a_role_told_before_rules_the_other_roles_answer_out(
    answers: Answers, turn: Any, role: str, entry: str
) -> None:
    matches = {"gu_orderer_cannot_download": 0.8, "gu_contractor_download": 0.8}
    assert [found.id for found in answers.ranked(turn("ダウンロードできない", matches, facts={"role": role}))] == [
        entry
    ]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("うちは発注者です", "orderer"),
        ("受注者ですけど保存できない", "contractor"),
        ("昨日から通らない うちは発注者", "orderer"),
        ("we are the contractor", "contractor"),
        ("発注者にはどうやって送るの", None),
        ("受注者から届くURLはどれ", None),
    ],
)
def test_who_speaks_is_told_from_who_is_spoken_of(answers: Answers, turn: Any, text: str, role: str | None) -> None:
    word = next(name for name in ("発注者", "受注者", "contractor") if name in text)
    value = "orderer" if word == "発注者" else "contractor"
    asking = turn(text, {"gu_what": 0.9}, ("scheme", "guarantee"))
    at = text.index(word)
    object.__setattr__(asking.heard, "words", (*asking.heard.words, Mention("role", value, at, at + len(word))))
    answers.answer(asking)
    assert asking.state.facts.get("role") == role


def test_both_of_two_questions_are_answered_and_a_second_entry_otherwise_never(answers: Answers, turn: Any) -> None:
    parts = (
        Sentence("組立は地震で出る？", "faq", 1.0, (Scored("as_no_quake", 0.9, 0.9),), ()),
        Sentence("海外の工事でも出ますか？", "faq", 1.0, (Scored("as_area_japan", 0.9, 0.9),), ()),
    )
    asked = "組立は地震で出る？海外の工事でも出ますか？"
    one = turn(asked, {"as_no_quake": 0.8, "as_area_japan": 0.5}, ("scheme", "assembly"))
    assert "■" not in told(answers, one)
    object.__setattr__(one.heard, "sentences", parts)
    text = told(answers, one)
    assert text.count("■") == 2
    assert "津波" in text
    assert "日本国内だけ" in text


def test_particulars_of_the_desk_named_last(answers: Answers, turn: Any) -> None:
    asking = turn("そこのファックスも", {"tp_topup_apply": 0.6}, scheme="cyber", facts={"desks": ["excel", "itcoop"]})
    text = told(answers, asking)
    assert "03-3517-2309" in text
    assert "03-6262-2803" in text
    assert "044-" not in text


def test_a_question_that_leans_on_the_last_reply_follows_its_subject(answers: Answers, turn: Any) -> None:
    matches = {"tp_specified_limit": 0.7, "tp_entrusted_limit": 0.65}
    fresh = answers.ranked(turn("その上限はどの枠", matches))
    leaning = answers.ranked(
        turn("その上限はどの枠", matches, last_text="預かり物（受託物）の事故は基本プランから対象です")
    )
    assert fresh[0].id == "tp_specified_limit"
    assert leaning[0].id == "tp_entrusted_limit"


@pytest.mark.parametrize(
    ("text", "nearer", "farther"),
    [
        ("締切はいつ", "tp_midterm_deadline", "tp_how_to_join"),
        ("電話番号を教えて", "cy_contact_excel", "cy_agency_role"),
        ("どうやって申し込む", "tp_how_to_join", "tp_period"),
        ("上限はいくら", "tp_entrusted_limit", "tp_insured_bailee"),
    ],
)
def test_the_kind_of_question_speaks_for_the_entry_that_is_asked_for_so(
    known: knowledge.Knowledge, text: str, nearer: str, farther: str
) -> None:
    evidence = Evidence(known.entries)
    assert evidence.kind(text, nearer) > evidence.kind(text, farther)

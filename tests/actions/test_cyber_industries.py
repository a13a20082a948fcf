"""Every word for a business, of the lexicon, is taken by the eligibility and the quote of the cyber insurance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

import knowledge
import rating
from bot.actions import texts
from bot.actions.answers import Answers
from bot.actions.capabilities.eligibility import EligibilityFlow
from bot.actions.capabilities.quote import QuoteFlow
from bot.actions.flow import Flow, Turn, load_specs
from bot.actions.services import Services
from bot.actions.state import Dialogue, OpenFlow
from bot.actions.texts import Texts
from bot.actions.understanding import read
from knowledge.coverage import load_coverage
from records.database import Database
from tests.conftest import ROOT

LEXICON = ROOT / "bot" / "data" / "lexicon"
NOW = datetime(2025, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=9)))
SALES = {"kind": "money", "value": 400_000_000, "unit": "yen", "role": "annual_sales", "start": 0, "end": 2}
VERDICTS = {"none": "サイバー保険に加入できます", "partly": "確認が必要", "excluded": "サイバー保険には加入できません"}


def words(entity: str) -> list[tuple[str, str]]:
    values = yaml.safe_load((LEXICON / f"{entity}.yml").read_text(encoding="utf-8"))["values"]
    return [(value, word) for value, listed in values.items() for word in listed]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    texts.open_locales()
    folder: Path = tmp_path_factory.mktemp("records")
    database = Database(f"sqlite:///{folder / 'records.sqlite3'}")
    database.upgrade()
    yield Services(rating.load_tariffs(), knowledge.load(), load_coverage(), database, lambda _: False)


@pytest.fixture(scope="module")
def told(services: Services) -> Callable[..., str]:
    """What a flow says at once to a message with these words of the lexicon."""

    def tell(flow: Flow, text: str, *mentions: tuple[str, str], sales: bool = False) -> str:
        entities = [{"entity": entity, "value": value, "start": 0, "end": 1} for entity, value in mentions]
        if sales:
            entities.append({"entity": "quantity", "value": SALES})
        turn = Turn(read({"text": text, "entities": entities}), Dialogue(), services, NOW, Texts("ja"), "test")
        open_flow = OpenFlow(flow.id, flow.opening(turn))
        open_flow.values = flow.settle(turn, open_flow.values, flow.hear(turn, {}, None)) | flow.hear(turn, {}, None)
        assert flow.next(turn, open_flow) is None, "nothing is left to ask"
        return flow.finish(turn, open_flow).text

    return tell


def test_excluded_businesses_are_those_of_the_tariff() -> None:
    listed = rating.load_tariffs().latest("cyber").lists["excluded"]
    assert {value for value, _ in words("excluded_industry")} == {entry["key"] for entry in listed}


@pytest.mark.parametrize(("business", "word"), words("excluded_industry"))
@pytest.mark.parametrize("partly", [False, True], ids=["wholly", "partly"])
def test_an_excluded_business_has_a_verdict(
    told: Callable[..., str], services: Services, business: str, word: str, *, partly: bool
) -> None:
    mentions = [("scheme", "cyber"), ("excluded_industry", business), *([("membership", "partly")] if partly else [])]
    said = told(EligibilityFlow(load_specs()["eligibility"], Answers(services.knowledge)), word, *mentions, sales=True)
    assert VERDICTS["partly" if partly else "excluded"] in said


@pytest.mark.parametrize(("industry", "word"), words("industry"))
def test_an_industry_has_a_verdict_and_a_premium(
    told: Callable[..., str], services: Services, industry: str, word: str
) -> None:
    mentions = [("scheme", "cyber"), ("industry", industry)]
    assert VERDICTS["none"] in told(
        EligibilityFlow(load_specs()["eligibility"], Answers(services.knowledge)), word, *mentions, sales=True
    )
    said = told(
        QuoteFlow(load_specs()["quote"], Answers(services.knowledge)), word, *mentions, ("cyber_plan", "B"), sales=True
    )
    premium = rating.quote(services.tariffs, rating.CyberRequest(int(industry), "B", SALES["value"]), NOW)
    assert f"{premium.premium_yen:,}円" in said

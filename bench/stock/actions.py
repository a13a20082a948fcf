"""The stock's action server: a validated form and a premium that is looked up, as rasa-sdk shows it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action
from rasa_sdk.forms import FormValidationAction

import rating

AS_OF = datetime(2025, 11, 20, 10, tzinfo=timezone(timedelta(hours=9)))


@cache
def lexicon() -> dict[str, Any]:
    """The words that the form knows."""
    return yaml.safe_load(Path(__file__).with_name("lexicon.yml").read_text(encoding="utf-8"))


@cache
def tariffs() -> rating.Tariffs:
    """Our tariffs, so that both answer from the same tables."""
    return rating.load_tariffs()


class ValidateQuoteForm(FormValidationAction):
    """Reads the answers of the form."""

    def name(self) -> str:
        """Its name in the domain."""
        return "validate_quote_form"

    def validate_plan(self, value: str, *_: Any) -> dict[str, Any]:
        """A plan named in the answer."""
        return {"plan": next((plan for word, plan in lexicon()["plans"].items() if word in value), None)}

    def validate_annual_sales(self, value: str, *_: Any) -> dict[str, Any]:
        """Digits with a unit."""
        digits = re.search(r"\d+", value)
        unit = next((yen for word, yen in lexicon()["units"].items() if word in value), 1)
        return {"annual_sales": int(digits.group()) * unit if digits else None}

    def validate_course(self, value: str, *_: Any) -> dict[str, Any]:
        """The first digit."""
        digits = re.search(r"[1-5]", value)
        return {"course": int(digits.group()) if digits else None}

    def validate_claims(self, value: str, *_: Any) -> dict[str, Any]:
        """None, or the first digit."""
        digits = re.search(r"\d", value)
        return {"claims": 0 if lexicon()["none"] in value else int(digits.group()) if digits else None}


class ActionPremium(Action):
    """Looks the premium up and empties the form."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_premium"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Answer with the premium."""
        slots = tracker.slots
        request = rating.ThirdPartyRequest(slots["plan"], slots["course"], slots["annual_sales"], slots["claims"])
        premium = rating.quote(tariffs(), request, AS_OF).premium_yen
        dispatcher.utter_message(text=lexicon()["answer"].format(premium_yen=premium))
        names = ("plan", "annual_sales", "course", "claims")
        return [{"event": "slot", "timestamp": None, "name": name, "value": None} for name in names]

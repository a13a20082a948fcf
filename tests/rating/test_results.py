"""What a quote carries, that nobody can change it, the speed of a look-up, and the bare interpreter."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

import rating

ROOT = Path(__file__).parents[2]
ENGINE_PYTHON = ROOT / ".venv-engine" / "bin" / "python"
INTERPRETERS = [sys.executable, *([str(ENGINE_PYTHON)] if ENGINE_PYTHON.exists() else [])]
AS_OF = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
EXAMPLES = (
    rating.ThirdPartyRequest("basic", 3, 410_000_000, 1),
    rating.ThirdPartyRequest("premium", 5, 1, 0),
    rating.AssemblyRequest(40_000_000, 2),
    rating.CyberRequest(2, "A", 98_000_000),
)


@pytest.fixture(scope="module")
def tariffs() -> rating.Tariffs:
    return rating.load_tariffs()


@pytest.mark.parametrize("request_", EXAMPLES, ids=lambda request: type(request).__name__)
def test_a_quote_survives_json(request_: rating.ThirdPartyRequest, tariffs: rating.Tariffs) -> None:
    found = rating.quote(tariffs, request_, AS_OF).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert rating.Quote.from_dict(json.loads(json.dumps(found)), AS_OF).as_dict() == found
    assert found["source"]["locator"]
    assert found["tariff_version"].startswith(f"{found['product']}/")
    assert [step["key"] for step in found["steps"]][:2] == ["annual_sales", "band_found"]


def test_a_quote_cannot_be_changed(tariffs: rating.Tariffs) -> None:
    found = rating.quote(tariffs, EXAMPLES[0], AS_OF)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.premium_yen = 1  # type: ignore[misc]
    found.limits["bodily_injury_yen"] = 1
    assert rating.quote(tariffs, EXAMPLES[0], AS_OF).limits["bodily_injury_yen"] == 100_000_000


def test_the_steps_end_in_the_premium(tariffs: rating.Tariffs) -> None:
    for example in EXAMPLES:
        found = rating.quote(tariffs, example, AS_OF)
        assert found.steps[-1].values["premium_yen"] == found.premium_yen


def test_a_row_that_rests_on_the_order_of_codes_says_so(tariffs: rating.Tariffs) -> None:
    marked = {
        (rate.plan, rate.band.key)
        for rate in tariffs.latest("third_party").premiums.values()
        if rate.row_note == "order_of_codes"
    }
    assert marked == {("basic", letter) for letter in "FGHIJKLM"}


def test_an_unknown_request_is_refused(tariffs: rating.Tariffs) -> None:
    with pytest.raises(rating.InvalidRequest):
        rating.quote(tariffs, "third_party", AS_OF)  # type: ignore[arg-type]
    with pytest.raises(rating.InvalidRequest):
        rating.band_of(tariffs, "fire", None, 1)


def test_every_error_has_a_code_of_its_own() -> None:
    kinds = (
        rating.InvalidRequest,
        rating.PremiumNotPublished,
        rating.NotEligible,
        rating.TariffUnusable,
        rating.RatingError,
    )
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_the_room_runs_on_a_bare_interpreter() -> None:
    """No site packages, no environment: only the standard library may come in."""
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import rating, rating.__main__\n"
        "rating.load_tariffs()\n"
        "foreign = {name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)\n"
        "print(sorted(foreign - {'rating', '__main__'}))\n"
    )
    for interpreter in INTERPRETERS:
        result = subprocess.run([interpreter, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)
        assert result.stdout.strip() == "[]", interpreter


def test_importing_the_room_reads_no_table() -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "opened = []\n"
        "sys.addaudithook(lambda name, args: opened.append(str(args[0])) if name == 'open' else None)\n"
        "import rating\n"
        "print([path for path in opened if path.endswith(('.csv', '.json'))])\n"
    )
    result = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_a_kept_quote_is_held_against_the_day_it_is_shown(tariffs: rating.Tariffs) -> None:
    running = datetime.fromisoformat("2025-12-01T12:00:00+09:00")
    kept = rating.quote(tariffs, EXAMPLES[0], running).as_dict()
    assert not kept["expired"]
    assert rating.Quote.from_dict(kept, AS_OF).expired

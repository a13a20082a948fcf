"""Seeds members that nobody is (demo.yml), so that a signed-in member's view can be shown and tested.

The one place in this room that asks rating: a demo policy's premium, limits and period are those of a
published row, looked up by its code and never typed.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session

from rating import PublishedPremium, Tariff, Tariffs
from records.errors import RecordsError
from records.members import add_member
from records.policies import StoredPolicy, add_policy

_FILE = Path(__file__).resolve().parent / "demo.yml"


class CodeNotPublished(RecordsError):
    """A demo policy names a code that no table has."""

    code = "code_not_published"


def seed_demo(session: Session, tariffs: Tariffs, now: datetime) -> tuple[str, ...]:
    """Store the demo members and their policies; what is stored already stays. Returns the members' ids.

    Raises:
        CodeNotPublished: demo.yml and the tables do not fit.
    """
    members: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["members"]
    for member in members:
        add_member(session, member_id=member["id"], name=member["name"], demo=True, now=now)
        for policy in member["policies"]:
            add_policy(session, _policy(tariffs, member["id"], policy))
    return tuple(member["id"] for member in members)


def _policy(tariffs: Tariffs, member_id: str, given: dict[str, str]) -> StoredPolicy:
    tariff, row = _published(tariffs, given["product"], given["code"])
    return StoredPolicy(
        number=given["number"],
        member_id=member_id,
        product=row.product,
        plan=row.plan,
        course=row.course,
        industry=row.industry,
        code=row.code,
        limits=dict(row.limits),
        deductible_yen=row.deductible_yen,
        premium_yen=row.premium_yen,
        surcharge_percent=row.surcharge_percent,
        period_from=tariff.effective_from,
        period_until=tariff.effective_until,
    )


def _published(tariffs: Tariffs, product: str, code: str) -> tuple[Tariff, PublishedPremium]:
    tariff = tariffs.latest(product)
    for row in tariff.premiums.values():
        if row.code == code:
            return tariff, row
    raise CodeNotPublished(f"{_FILE.name}: no row of {tariff.version} has the code {code!r}")

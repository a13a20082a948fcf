"""Members' contracts, by member: the caller has made sure that who asks is that member (T7).

A policy says what was concluded; what it would cost today is a question for rating.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from records.inserting import insert
from records.models import Policy


@dataclass(frozen=True)
class StoredPolicy:
    """A contract as it was concluded.

    Attributes:
        number: The contract's number.
        member_id: Whose it is.
        product: third_party, assembly or cyber.
        plan: As in rating, or None where the product has none.
        course: 1 to 5, or None.
        industry: Industry class of the cyber scheme, or None.
        code: The code in the tariff.
        limits: Yen by kind, as in `rating.Quote.limits`.
        deductible_yen: None where there is none.
        premium_yen: A year's premium.
        surcharge_percent: The surcharge in it.
        period_from: Japan time.
        period_until: Japan time; the period ends at this moment.
    """

    number: str
    member_id: str
    product: str
    plan: str | None
    course: int | None
    industry: int | None
    code: str
    limits: dict[str, int]
    deductible_yen: int | None
    premium_yen: int
    surcharge_percent: int
    period_from: datetime
    period_until: datetime

    def in_force(self, as_of: datetime) -> bool:
        """Whether the period runs at `as_of`."""
        return self.period_from <= as_of < self.period_until


def add_policy(session: Session, policy: StoredPolicy) -> bool:
    """Store a policy of a stored member; False when its number is stored already."""
    return insert(session, Policy, {name: getattr(policy, name) for name in _FIELDS}) is not None


def policies_of(session: Session, member_id: str) -> tuple[StoredPolicy, ...]:
    """All policies of a member, the newest period first; empty when there is none."""
    theirs = select(Policy).where(col(Policy.member_id) == member_id)
    rows = session.exec(theirs.order_by(col(Policy.period_from).desc(), col(Policy.number)))
    return tuple(StoredPolicy(**{name: getattr(row, name) for name in _FIELDS}) for row in rows)


_FIELDS = tuple(StoredPolicy.__dataclass_fields__)

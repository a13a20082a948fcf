"""Quotes: a request is placed into its band and the printed premium is looked up, or refused.

A premium is never computed, with one exception that the document itself states as a rule: the surcharge
of the assembly scheme.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rating.bands import Band
from rating.errors import InvalidRequest, NotEligible, PremiumNotPublished, Reason
from rating.model import (
    ASSEMBLY,
    COURSES,
    CYBER,
    CYBER_PLANS,
    INDUSTRIES,
    PREMIUM,
    THIRD_PARTY,
    THIRD_PARTY_PLANS,
    AssemblyRequest,
    CyberRequest,
    Quote,
    Request,
    ThirdPartyRequest,
)
from rating.tariffs import PublishedPremium, Tariff, Tariffs


def quote(tariffs: Tariffs, request: Request, as_of: datetime) -> Quote:
    """The published premium for a request, with the tariff that speaks for `as_of`.

    Raises:
        InvalidRequest: a value is of the wrong kind or outside its range.
        NotEligible: the plan or scheme cannot be taken with such sales.
        PremiumNotPublished: the document prints no premium for this combination.
    """
    found = _QUOTERS.get(type(request))
    if found is None:
        raise InvalidRequest("request", request, "a request of a known product")
    return found(tariffs, request, as_of)


def _third_party(tariffs: Tariffs, request: ThirdPartyRequest, as_of: datetime) -> Quote:
    plan, course, sales, claims = request.plan, request.course, request.annual_sales_yen, request.claims_paid
    if plan not in THIRD_PARTY_PLANS:
        raise InvalidRequest("plan", plan, "basic, wide or premium")
    if type(course) is not int or course not in COURSES:
        raise InvalidRequest("course", course, "1 to 5")
    _count("annual_sales_yen", sales)
    _count("claims_paid", claims)
    tariff = tariffs.at(THIRD_PARTY, as_of)
    band = tariff.ladder.index(sales)
    rate = tariff.premiums.get((plan, band, course, claims if claims < 2 else 2))
    if rate is None:
        raise _unpublished_third_party(tariff, request)
    return _quote(tariff, rate, sales, claims, as_of)


def _unpublished_third_party(tariff: Tariff, request: ThirdPartyRequest) -> NotEligible | PremiumNotPublished:
    sales = request.annual_sales_yen
    if request.plan == PREMIUM:
        limit = tariff.rules["eligibility"]["premium_plan"]["sales_below_yen"]
        if sales >= limit:
            reason = Reason("sales_not_below", {"limit_yen": limit, "annual_sales_yen": sales})
            return NotEligible(THIRD_PARTY, PREMIUM, [reason])
    band = tariff.ladder.index(sales)
    other_course = any((request.plan, band, course, 0) in tariff.premiums for course in COURSES)
    return PremiumNotPublished(
        THIRD_PARTY,
        request.plan,
        request.course,
        tariff.ladder.band(sales),
        "course_not_printed" if other_course else "band_not_printed",
        tariff.contact_id,
    )


def _assembly(tariffs: Tariffs, request: AssemblyRequest, as_of: datetime) -> Quote:
    sales, claims = request.annual_sales_yen, request.claims_paid
    _count("annual_sales_yen", sales)
    _count("claims_paid", claims)
    tariff = tariffs.at(ASSEMBLY, as_of)
    rate = tariff.premiums.get((tariff.ladder.index(sales),))
    if rate is None:
        beyond = tariff.ladder.band(sales)
        raise PremiumNotPublished(ASSEMBLY, None, None, beyond, "above_printed_bands", tariff.contact_id)
    percent = tariff.rules["surcharge"]["percent_per_claim"] * claims
    premium = rate.base_premium_yen * (100 + percent) // 100
    return _quote(tariff, rate, sales, claims, as_of, percent, premium)


def _cyber(tariffs: Tariffs, request: CyberRequest, as_of: datetime) -> Quote:
    industry, plan, sales = request.industry, request.plan, request.annual_sales_yen
    if type(industry) is not int or industry not in INDUSTRIES:
        raise InvalidRequest("industry", industry, "1 to 4")
    if plan not in CYBER_PLANS:
        raise InvalidRequest("plan", plan, "A, B or C")
    _count("annual_sales_yen", sales)
    tariff = tariffs.at(CYBER, as_of)
    rate = tariff.premiums.get((industry, plan, tariff.ladder.index(sales)))
    if rate is not None:
        return _quote(tariff, rate, sales, None, as_of)
    limit = tariff.rules["eligibility"]["sales_max_yen"]
    if sales > limit:
        reason = Reason("sales_above", {"limit_yen": limit, "annual_sales_yen": sales})
        raise NotEligible(CYBER, plan, [reason])
    last = tariff.ladder.beyond()
    rest = Band(last.lower_yen, last.lower_inclusive, limit, True, "")
    raise PremiumNotPublished(CYBER, plan, None, rest, "above_printed_bands", tariff.contact_id)


_QUOTERS: dict[type, Callable[..., Quote]] = {
    ThirdPartyRequest: _third_party,
    AssemblyRequest: _assembly,
    CyberRequest: _cyber,
}


def _count(name: str, value: int) -> None:
    if type(value) is not int or value < 0:
        raise InvalidRequest(name, value, "a whole number, 0 or more")


def _quote(
    tariff: Tariff,
    rate: PublishedPremium,
    sales: int,
    claims: int | None,
    as_of: datetime,
    percent: int | None = None,
    premium: int | None = None,
) -> Quote:
    # Positional on purpose: naming the fields costs a fifth of the whole look-up.
    return Quote(
        rate.product,
        rate.plan,
        rate.course,
        rate.industry,
        rate.code,
        rate.premium_yen if premium is None else premium,
        rate.base_premium_yen,
        rate.band,
        sales,
        claims,
        dict(rate.limits),
        rate.deductible_yen,
        rate.deductible_scope,
        rate.surcharge_percent if percent is None else percent,
        tariff.effective_from,
        tariff.effective_until,
        as_of >= tariff.effective_until,
        as_of < tariff.effective_from,
        rate.source,
        rate.row_note,
        tariff.version,
    )


def quote_all_courses(
    tariffs: Tariffs, plan: str, annual_sales_yen: int, claims_paid: int, as_of: datetime
) -> tuple[Quote | PremiumNotPublished, ...]:
    """Courses 1 to 5 of a third-party plan side by side; an unprinted one stands there as its refusal.

    Raises:
        InvalidRequest: as for `quote`.
        NotEligible: as for `quote`.
    """
    results: list[Quote | PremiumNotPublished] = []
    for course in COURSES:
        try:
            results.append(
                quote(tariffs, ThirdPartyRequest(plan, course, annual_sales_yen, claims_paid), as_of)
            )
        except PremiumNotPublished as refusal:
            results.append(refusal)
    return tuple(results)


def band_of(
    tariffs: Tariffs, product: str, plan: str | None, annual_sales_yen: int, as_of: datetime | None = None
) -> Band:
    """The band of annual sales, or the unprinted rest above the last one.

    `plan` is checked against the product, since every plan of a product shares its bands.

    Raises:
        InvalidRequest: no such product or plan, or sales that are no amount.
    """
    _count("annual_sales_yen", annual_sales_yen)
    return _tariff(tariffs, product, plan, as_of).ladder.band(annual_sales_yen)


def bands_in_range(
    tariffs: Tariffs,
    product: str,
    plan: str | None,
    low_yen: int,
    high_yen: int,
    as_of: datetime | None = None,
) -> tuple[Band, ...]:
    """All bands that the closed range of sales touches, lowest first.

    Raises:
        InvalidRequest: no such product or plan, or a range that is none.
    """
    _count("low_yen", low_yen)
    _count("high_yen", high_yen)
    if low_yen > high_yen:
        raise InvalidRequest("low_yen", low_yen, f"at most high_yen={high_yen}")
    return _tariff(tariffs, product, plan, as_of).ladder.between(low_yen, high_yen)


def _tariff(tariffs: Tariffs, product: str, plan: str | None, as_of: datetime | None) -> Tariff:
    plans = {THIRD_PARTY: THIRD_PARTY_PLANS, CYBER: CYBER_PLANS}.get(product, ())
    if plan is not None and plan not in plans:
        raise InvalidRequest("plan", plan, " or ".join(plans) or "no plan")
    return tariffs.latest(product) if as_of is None else tariffs.at(product, as_of)


def to_tax_included(yen: int) -> int:
    """An amount without consumption tax as one that includes it at 10 %; a part of a yen is dropped.

    Raises:
        InvalidRequest: `yen` is no amount.
    """
    _count("yen", yen)
    return yen * 110 // 100

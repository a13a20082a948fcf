"""Properties that hold for any amount: one band or a refusal, never a premium that is not printed."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import rating

TARIFFS = rating.default_tariffs()
AS_OF = datetime.fromisoformat("2026-01-15T12:00:00+09:00")
TABLES = Path(rating.__file__).parent / "tables"
PRINTED = {
    product: {
        int(row.rsplit(",", 1)[1]) for row in (TABLES / path).read_text(encoding="utf-8").splitlines()[1:]
    }
    for product, path in (
        ("third_party", "third_party/2025-04-01/premiums.csv"),
        ("assembly", "assembly/2025-06-01/bands.csv"),
        ("cyber", "cyber/2024-01-01/premiums.csv"),
    )
}
sales = st.one_of(
    st.integers(0, 50_000_000_000),
    st.sampled_from([bound * 10_000_000 for bound in range(2_001)]).flatmap(
        lambda bound: st.sampled_from([max(0, bound - 1), bound, bound + 1])
    ),
)
claims = st.integers(0, 30)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(sales, claims, st.sampled_from(rating.THIRD_PARTY_PLANS), st.sampled_from(rating.COURSES), moments)
def test_third_party_states_a_printed_premium_or_refuses(
    amount: int, count: int, plan: str, course: int, moment: datetime
) -> None:
    try:
        found = rating.quote(TARIFFS, rating.ThirdPartyRequest(plan, course, amount, count), moment)
    except (rating.PremiumNotPublished, rating.NotEligible) as refusal:
        assert refusal.product == "third_party"
        return
    assert found.premium_yen in PRINTED["third_party"]
    assert found.band.contains(amount)
    assert found.expired == (moment >= found.effective_until)
    assert found.not_yet_effective == (moment < found.effective_from)


@given(sales, claims)
def test_assembly_states_base_and_surcharge_or_refuses(amount: int, count: int) -> None:
    try:
        found = rating.quote(TARIFFS, rating.AssemblyRequest(amount, count), AS_OF)
    except rating.PremiumNotPublished as refusal:
        assert amount > 170_000_000
        assert refusal.contact_id == "gunma_agency"
        return
    assert amount <= 170_000_000
    assert found.base_premium_yen in PRINTED["assembly"]
    assert found.premium_yen * 10 == found.base_premium_yen * (10 + 3 * count)
    assert found.limits["sum_insured_yen"] >= amount


@given(sales, st.sampled_from(rating.INDUSTRIES), st.sampled_from(rating.CYBER_PLANS))
def test_cyber_states_a_printed_premium_or_refuses(amount: int, industry: int, plan: str) -> None:
    try:
        found = rating.quote(TARIFFS, rating.CyberRequest(industry, plan, amount), AS_OF)
    except rating.PremiumNotPublished:
        assert 10_000_000_000 < amount <= 20_000_000_000
        return
    except rating.NotEligible:
        assert amount > 20_000_000_000
        return
    assert found.premium_yen in PRINTED["cyber"]
    assert found.band.contains(amount)


@given(sales, st.sampled_from(rating.PRODUCTS))
def test_any_amount_falls_into_exactly_one_band(amount: int, product: str) -> None:
    ladder = TARIFFS.latest(product).ladder
    holding = [band for band in ladder.bands if band.contains(amount)]
    found = rating.band_of(TARIFFS, product, None, amount)
    assert holding == ([found] if found in ladder.bands else [])
    assert found.contains(amount)


@given(sales, st.sampled_from(rating.PRODUCTS))
def test_the_margin_leads_out_of_the_band_and_one_yen_less_does_not(amount: int, product: str) -> None:
    band = rating.band_of(TARIFFS, product, None, amount)
    margin = band.margin(amount)
    if margin.rise_yen is not None:
        assert not band.contains(amount + margin.rise_yen)
        assert band.contains(amount + margin.rise_yen - 1)
    if margin.fall_yen is not None:
        assert not band.contains(amount - margin.fall_yen)
        assert band.contains(amount - margin.fall_yen + 1)


@given(sales, sales, st.sampled_from(rating.PRODUCTS))
def test_a_range_touches_the_bands_of_its_ends_and_all_between(one: int, other: int, product: str) -> None:
    low, high = sorted((one, other))
    found = rating.bands_in_range(TARIFFS, product, None, low, high)
    assert found[0] == rating.band_of(TARIFFS, product, None, low)
    assert found[-1] == rating.band_of(TARIFFS, product, None, high)
    assert all(left.upper_yen == right.lower_yen for left, right in itertools.pairwise(found))


yen = st.integers(0, 10**11)


@given(st.sampled_from(rating.ACCIDENT_KINDS), yen, st.integers(1, 5), yen, yen)
def test_a_payout_stays_within_its_bounds(
    kind: str, damages: int, count: int, costs: int, insured: int
) -> None:
    limit = None if kind == "economic_loss" else insured
    found = rating.payout(rating.PayoutRequest(kind, damages, count, costs, limit), TARIFFS)
    most = 5_000_000 if kind == "economic_loss" else insured
    cap = 500_000 if kind == "other" else 1_000_000
    assert 0 <= found.paid_yen <= min(most, damages + costs)
    assert 0 <= found.reduction_yen <= cap
    assert found.steps[-1].values["paid_yen"] == found.paid_yen


@given(yen, yen, yen)
def test_an_assembly_payout_stays_within_its_bounds(loss: int, temporary: int, insured: int) -> None:
    found = rating.assembly_payout(rating.AssemblyPayoutRequest(loss, insured, temporary), TARIFFS)
    counted = min(temporary, insured * 2 // 100, 5_000_000)
    assert found.paid_yen == min(max(0, loss + counted - 20_000), insured)


@settings(max_examples=50)
@given(sales, claims)
def test_all_courses_side_by_side_are_the_single_quotes(amount: int, count: int) -> None:
    for plan in ("basic", "wide"):
        found = rating.quote_all_courses(TARIFFS, plan, amount, count, AS_OF)
        assert len(found) == 5
        for course, result in enumerate(found, 1):
            if isinstance(result, rating.Quote):
                assert result == rating.quote(
                    TARIFFS, rating.ThirdPartyRequest(plan, course, amount, count), AS_OF
                )
            else:
                assert result.course == course

"""Tariffs, premiums, eligibility, payout arithmetic and dates of the schemes: pure, standard library only.

Why: every figure that the counter states comes from here, from a dated table with its source. It must not
estimate a premium, read the clock (a moment comes in as `as_of`) or know any channel, text or database.
"""

from rating import calendar
from rating.bands import Band, BandMargin
from rating.eligibility import Condition, Eligibility, EligibilityFacts, eligibility
from rating.errors import (
    Fault,
    InvalidRequest,
    NotEligible,
    PremiumNotPublished,
    RatingError,
    Reason,
    TariffUnusable,
)
from rating.loading import default_tariffs, load_tariffs
from rating.model import (
    ASSEMBLY,
    BASIC,
    COURSES,
    CYBER,
    CYBER_PLANS,
    INDUSTRIES,
    PREMIUM,
    PRODUCTS,
    THIRD_PARTY,
    THIRD_PARTY_PLANS,
    TOP_UP,
    WIDE,
    AssemblyRequest,
    CyberRequest,
    Quote,
    Source,
    Step,
    ThirdPartyRequest,
)
from rating.payout import (
    ACCIDENT_KINDS,
    ECONOMIC_LOSS,
    MISWIRING,
    OTHER,
    AssemblyPayoutRequest,
    Payout,
    PayoutRequest,
    assembly_payout,
    payout,
)
from rating.quoting import band_of, bands_in_range, quote, quote_all_courses, to_tax_included
from rating.tariffs import PublishedPremium, Tariff, Tariffs

__all__ = [
    "ACCIDENT_KINDS",
    "ASSEMBLY",
    "BASIC",
    "COURSES",
    "CYBER",
    "CYBER_PLANS",
    "ECONOMIC_LOSS",
    "INDUSTRIES",
    "MISWIRING",
    "OTHER",
    "PREMIUM",
    "PRODUCTS",
    "THIRD_PARTY",
    "THIRD_PARTY_PLANS",
    "TOP_UP",
    "WIDE",
    "AssemblyPayoutRequest",
    "AssemblyRequest",
    "Band",
    "BandMargin",
    "Condition",
    "CyberRequest",
    "Eligibility",
    "EligibilityFacts",
    "Fault",
    "InvalidRequest",
    "NotEligible",
    "Payout",
    "PayoutRequest",
    "PremiumNotPublished",
    "PublishedPremium",
    "Quote",
    "RatingError",
    "Reason",
    "Source",
    "Step",
    "Tariff",
    "TariffUnusable",
    "Tariffs",
    "ThirdPartyRequest",
    "assembly_payout",
    "band_of",
    "bands_in_range",
    "calendar",
    "default_tariffs",
    "eligibility",
    "load_tariffs",
    "payout",
    "quote",
    "quote_all_courses",
    "to_tax_included",
]

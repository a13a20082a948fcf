"""`python -m rating check` and `python -m rating quote …`: for staff who keep the tables.

The words are in texts.json. It reads the clock only when no --as-of is given, and changes nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TextIO

from rating.errors import NotEligible, PremiumNotPublished, RatingError, TariffUnusable
from rating.loading import load_tariffs
from rating.loading.service import load_guarantee
from rating.model import (
    ASSEMBLY,
    PRODUCTS,
    THIRD_PARTY,
    AssemblyRequest,
    CyberRequest,
    Quote,
    Request,
    ThirdPartyRequest,
)
from rating.quoting import quote, quote_all_courses
from rating.tariffs import Tariffs
from rating.wording import Wording

OK, REFUSED, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it succeeded, 1 when a quote was refused, 2 when the tables are unusable."""
    words = Wording.load()
    options = _parser(words).parse_args(arguments)
    try:
        tariffs = load_tariffs(options.root)
        if options.command == "check":
            load_guarantee(options.root)
    except TariffUnusable as error:
        _show([*map(str, error.faults), words.line("check_failed", count=len(error.faults))], sys.stderr)
        return UNUSABLE
    if options.command == "check":
        _show([_passed(words, tariffs)])
        return OK
    return _quote(words, tariffs, options)


def _parser(words: Wording) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rating", description=words.line("help_description"))
    parser.add_argument("--root", type=Path, default=None, help=words.line("help_root"))
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help=words.line("help_check"))
    ask = commands.add_parser("quote", help=words.line("help_quote"))
    ask.add_argument("product", choices=PRODUCTS, help=words.line("help_product"))
    ask.add_argument("--plan", help=words.line("help_plan"))
    ask.add_argument("--course", type=int, help=words.line("help_course"))
    ask.add_argument("--sales", type=int, required=True, help=words.line("help_sales"))
    ask.add_argument("--claims", type=int, default=0, help=words.line("help_claims"))
    ask.add_argument("--industry", type=int, help=words.line("help_industry"))
    ask.add_argument("--as-of", type=datetime.fromisoformat, default=None, help=words.line("help_as_of"))
    ask.add_argument("--json", action="store_true", help=words.line("help_json"))
    return parser


def _passed(words: Wording, tariffs: Tariffs) -> str:
    found = [tariff for product in tariffs.products() for tariff in tariffs.all(product)]
    return words.line(
        "check_passed",
        products=", ".join(tariff.version for tariff in found),
        premiums=sum(len(tariff.premiums) for tariff in found),
    )


def _quote(words: Wording, tariffs: Tariffs, options: argparse.Namespace) -> int:
    as_of = options.as_of or datetime.now(timezone(timedelta(hours=9)))
    try:
        if options.product == THIRD_PARTY and options.course is None:
            results = list(quote_all_courses(tariffs, options.plan, options.sales, options.claims, as_of))
        else:
            results = [quote(tariffs, _request(options), as_of)]
    except RatingError as error:
        _show([_refusal(words, error)], sys.stderr)
        return REFUSED
    for result in results:
        if isinstance(result, PremiumNotPublished):
            _show([_refusal(words, result)])
        elif options.json:
            _show([json.dumps(result.as_dict(), ensure_ascii=False, indent=2)])
        else:
            title = tariffs.at(result.product, as_of).title
            _show(words.quote(result, title))
    return OK if any(isinstance(result, Quote) for result in results) else REFUSED


def _request(options: argparse.Namespace) -> Request:
    if options.product == THIRD_PARTY:
        return ThirdPartyRequest(options.plan, options.course, options.sales, options.claims)
    if options.product == ASSEMBLY:
        return AssemblyRequest(options.sales, options.claims)
    return CyberRequest(options.industry, options.plan, options.sales)


def _refusal(words: Wording, error: RatingError) -> str:
    if isinstance(error, PremiumNotPublished):
        return words.line(
            "refusal_premium_not_published",
            product=error.product,
            plan=error.plan or "-",
            course=error.course or "-",
            band=words.band(error.band),
            contact_id=error.contact_id,
        )
    if isinstance(error, NotEligible):
        reasons = ", ".join(f"{reason.key} {dict(reason.values)}" for reason in error.reasons)
        return words.line("refusal_not_eligible", reasons=reasons)
    return words.line("refusal_invalid_request", message=str(error))


def _show(lines: list[str], stream: TextIO | None = None) -> None:
    (stream or sys.stdout).write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())

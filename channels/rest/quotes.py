"""The quote API: a published premium, stored under a number, or a refusal.

Only translates between JSON and rating; it computes nothing. Sentences are Japanese, or English for a client whose
Accept-Language likes that better; names of documents and places in them stay as printed.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.concurrency import run_in_threadpool

from channels.disclosures import disclosures, is_over
from channels.errors import BadRequest, ChannelError, NotFound
from channels.figures import Figures
from channels.languages import wanted_language
from channels.rest.quote_models import Ineligible, Invalid, NotPublished, QuoteAnswer, QuoteBody
from channels.service import Service, service
from rating import InvalidRequest, NotEligible, PremiumNotPublished, quote
from records.errors import QuoteNotFound
from records.quotes import StoredQuote

router = APIRouter(prefix="/api/v1/quotes", tags=["quotes"])

_REASONS_WITH_TEXT = frozenset({"sales_not_below", "sales_above"})


class PremiumUnpublished(ChannelError):
    """No premium is printed for what was asked."""

    code = "premium_not_published"
    status = 404


class NotEligibleAnswer(ChannelError):
    """The scheme or plan cannot be taken."""

    code = "not_eligible"
    status = 409


@router.post(
    "",
    status_code=201,
    responses={404: {"model": NotPublished}, 409: {"model": Ineligible}, 422: {"model": Invalid}},
)
async def create(request: Request, body: Annotated[QuoteBody, Body()]) -> QuoteAnswer:
    """Look up a premium and store it under a number."""
    counter, language = service(request), wanted_language(request)
    now = counter.now()
    try:
        found = quote(counter.tariffs, body.request(), now)
    except PremiumNotPublished as exc:
        counter.measures.quotes.labels(body.product, exc.code).inc()
        raise _unpublished(counter, exc, language) from exc
    except NotEligible as exc:
        counter.measures.quotes.labels(body.product, exc.code).inc()
        raise _not_eligible(counter, exc, language) from exc
    except InvalidRequest as exc:
        raise BadRequest(f"{exc.field_name}: expected {exc.expected}.") from exc
    stored = await run_in_threadpool(counter.quotes.add, body.model_dump(), found, now)
    counter.measures.quotes.labels(body.product, "quoted").inc()
    return _shown(counter, stored, language)


@router.get("/{number}", responses={404: {"model": NotPublished}})
async def read(request: Request, number: str) -> QuoteAnswer:
    """Read a stored quote."""
    counter, language = service(request), wanted_language(request)
    return _shown(counter, await stored_quote(counter, number, language), language)


async def stored_quote(counter: Service, number: str, language: str) -> StoredQuote:
    """The quote with this number.

    Raises:
        NotFound: there is none; told in `language`.
    """
    try:
        return await run_in_threadpool(counter.quotes.get, number)
    except QuoteNotFound as exc:
        raise NotFound(counter.texts.get(language, "refusal.not_found")) from exc


def _shown(counter: Service, stored: StoredQuote, language: str) -> QuoteAnswer:
    result, now = stored.result, counter.now()
    band, source = result["band"], result["source"]
    same = {name: result[name] for name in QuoteAnswer.model_fields if name in result}
    return QuoteAnswer.model_validate(
        {
            **same,
            "number": stored.number,
            "band": band,
            "source": {"document": source["document_title"], "locator": source["locator"]},
            "expired": is_over(result, now),
            "disclosures": disclosures(counter.texts, language, result, now),
            "created_at": stored.created_at.isoformat(),
            "page": f"/quotes/{stored.number}",
            "pdf": f"/quotes/{stored.number}.pdf",
        }
    )


def _unpublished(counter: Service, refusal: PremiumNotPublished, language: str) -> PremiumUnpublished:
    contact = counter.contacts.shown(refusal.contact_id, language)
    message = counter.texts.get(language, "quote.not_published", contact=contact["name"])
    return PremiumUnpublished(message, contact=contact, reason=refusal.reason)


def _not_eligible(counter: Service, refusal: NotEligible, language: str) -> NotEligibleAnswer:
    figures = Figures(counter.texts, language)
    reasons: list[dict[str, Any]] = []
    for reason in refusal.reasons:
        key = reason.key if reason.key in _REASONS_WITH_TEXT else "other"
        limit, sales = reason.values.get("limit_yen", 0), reason.values.get("annual_sales_yen", 0)
        text = counter.texts.get(
            language, f"quote.reason.{key}", limit=figures.spoken(limit), sales=figures.spoken(sales)
        )
        reasons.append({"key": reason.key, "message": text, "values": dict(reason.values)})
    return NotEligibleAnswer(counter.texts.get(language, "quote.not_eligible"), reasons=reasons)

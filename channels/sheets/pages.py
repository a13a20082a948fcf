"""The pages of sheets and their .pdf: whoever knows the number, which cannot be guessed, reads."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse

from channels.errors import NotFound
from channels.rest.quotes import stored_quote
from channels.service import Service, service
from channels.sheets.pdf import STATIC
from records.errors import DraftNotFound

router = APIRouter(tags=["sheets"])

# A number opens a sheet, so neither caches on the way nor search engines may keep it.
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
SHARED = {"Cache-Control": "no-cache"}
PDF = ".pdf"
# A sheet is handed in to people who work in Japanese, whatever the browser is set to.
LANGUAGE = "ja"


@router.get("/quotes/{number}", response_class=HTMLResponse)
async def quote_sheet(request: Request, number: str) -> Response:
    """A quote as a page for printing; with `.pdf` behind the number as a PDF."""
    counter = service(request)
    stored = await stored_quote(counter, number.removesuffix(PDF), LANGUAGE)
    html = counter.sheets.quote(stored, counter.now())
    return await _sheet(counter, "quote", stored.number, html, number.endswith(PDF))


@router.get("/drafts/{number}", response_class=HTMLResponse)
async def draft_sheet(request: Request, number: str) -> Response:
    """A draft of an accident report; with `.pdf` behind the number as a PDF."""
    counter = service(request)
    try:
        stored = await run_in_threadpool(counter.drafts.get, number.removesuffix(PDF))
    except DraftNotFound as exc:
        raise NotFound(counter.texts.get(LANGUAGE, "refusal.not_found")) from exc
    return await _sheet(counter, "draft", stored.number, counter.sheets.draft(stored), number.endswith(PDF))


@router.get("/sheet/{name}", include_in_schema=False)
async def part(name: str) -> Response:
    """Style and script of a sheet."""
    if name not in ("sheet.css", "sheet.js"):
        raise NotFound(name)
    return FileResponse(STATIC / name, headers=SHARED)


async def _sheet(counter: Service, kind: str, number: str, html: str, as_pdf: bool) -> Response:
    counter.measures.sheets.labels(kind, "pdf" if as_pdf else "html").inc()
    if not as_pdf:
        return HTMLResponse(html, headers=PRIVATE)
    document = await counter.press.make(html)
    disposition = f'inline; filename="{number}.pdf"'
    return Response(
        document, media_type="application/pdf", headers={**PRIVATE, "Content-Disposition": disposition}
    )

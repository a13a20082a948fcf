"""Turns every fault of a request into the one JSON form, without echoing what the client sent."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from channels.errors import ChannelError
from channels.languages import wanted_language
from records.errors import RecordsError

logger = logging.getLogger(__name__)

_CODES = {404: "not_found", 405: "method_not_allowed", 422: "not_json"}


def install(app: FastAPI) -> None:
    """Make `app` answer faults as {"code", "message"}."""

    @app.exception_handler(ChannelError)
    async def refused(request: Request, error: ChannelError) -> JSONResponse:
        request.app.state.service.measures.refused.labels(error.code).inc()
        return JSONResponse(error.body(), status_code=error.status, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        request.app.state.service.measures.refused.labels("invalid_request").inc()
        fields = [_field(found) for found in error.errors()]
        message = "; ".join(f"{found['field']}: {found['reason']}" for found in fields)
        return JSONResponse(
            {"code": "invalid_request", "message": message, "errors": fields}, status_code=422
        )

    @app.exception_handler(RecordsError)
    async def unavailable(request: Request, error: RecordsError) -> JSONResponse:
        # What is not found was translated before; the rest is the database's.
        logger.error("Records: %s", error.code)
        request.app.state.service.measures.refused.labels(error.code).inc()
        message = request.app.state.service.texts.get(wanted_language(request), "refusal.records")
        return JSONResponse({"code": "records_unavailable", "message": message}, status_code=503)

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> JSONResponse:
        # A body that cannot be read at all is a bad body like any other.
        status = 422 if error.status_code == 400 else error.status_code
        body = {"code": _CODES.get(status, "http_error"), "message": str(error.detail)}
        return JSONResponse(body, status_code=status, headers=error.headers)


def _field(found: dict[str, Any]) -> dict[str, str]:
    # The first part says only that it was the body; the product's tag follows it in a union.
    names = [str(part) for part in found["loc"][1:]]
    return {"field": ".".join(names) or "body", "reason": str(found["msg"])}

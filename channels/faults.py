"""Turns every fault of a request into the one JSON form, without echoing what the client sent."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from channels.errors import ChannelError

_CODES = {404: "not_found", 405: "method_not_allowed"}


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

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> JSONResponse:
        code = _CODES.get(error.status_code, "http_error")
        return JSONResponse(
            {"code": code, "message": str(error.detail)}, status_code=error.status_code, headers=error.headers
        )


def _field(found: dict[str, Any]) -> dict[str, str]:
    # The first part says only that it was the body; the product's tag follows it in a union.
    names = [str(part) for part in found["loc"][1:]]
    return {"field": ".".join(names) or "body", "reason": str(found["msg"])}

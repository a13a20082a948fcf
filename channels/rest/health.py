"""What a monitor asks: does the process live, do the parts answer, what was counted."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse

from channels.engine import READY_PATH
from channels.loopback import LoopbackClient, LoopbackError
from channels.service import Service, service

router = APIRouter(tags=["operation"])

CHECK_SECONDS = 1.0
ACTIONS_PATH = "/health"


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "A part does not answer; `failing` names which."}})
async def ready(request: Request) -> Response:
    """200 when engine, actions and database answer; else 503, naming which does not."""
    counter = service(request)
    answers = await asyncio.gather(
        _answers(counter.engine_client, READY_PATH),
        _answers(counter.actions_client, ACTIONS_PATH),
        _database_answers(counter),
    )
    parts = dict(zip(("engine", "actions", "database"), answers, strict=True))
    failing = [name for name, answering in parts.items() if not answering]
    if not failing:
        return JSONResponse({"status": "ok", "parts": parts})
    message = "Not answering: " + ", ".join(failing)
    body = {"code": "not_ready", "message": message, "failing": failing, "parts": parts}
    return JSONResponse(body, status_code=503)


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """The counts in Prometheus' text format."""
    return Response(generate_latest(service(request).measures.registry), media_type=CONTENT_TYPE_LATEST)


async def _answers(client: LoopbackClient, path: str) -> bool:
    try:
        return (await client.get(path, CHECK_SECONDS)).status == 200
    except LoopbackError:
        return False


async def _database_answers(counter: Service) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await asyncio.to_thread(counter.database.ping)
    except Exception:
        # Whatever a driver raises means the same here; the reason stands in the database's own log.
        return False
    return True

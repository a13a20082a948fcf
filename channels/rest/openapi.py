"""The OpenAPI document: what FastAPI derives from the code, with examples from examples.yml laid into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

EXAMPLES = Path(__file__).with_name("examples.yml")
WEBHOOK = "/webhooks/rest/webhook"
QUOTES = "/api/v1/quotes"


def describing(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """A function that makes the document at its first call."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            examples = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
            schema["paths"][WEBHOOK]["post"].update(examples["webhook"])
            content = schema["paths"][QUOTES]["post"]["requestBody"]["content"]
            content["application/json"]["examples"] = examples["quotes"]
            app.openapi_schema = schema
        return app.openapi_schema

    return document

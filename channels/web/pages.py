"""The demo member site at `/`, the widget's files and the texts that the widget needs.

The widget is plain ES modules without a build step; the texts stand in locales, not in the script.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, JSONResponse

from channels.contacts import ACCIDENT_SUPPORT
from channels.errors import NotFound
from channels.service import service
from channels.texts import LANGUAGES

router = APIRouter(tags=["web"], include_in_schema=False)

HERE = Path(__file__).parent
WIDGET = HERE / "widget"
SITE = HERE / "site"
# Revalidated each time: a member gets a mended widget at the next page, and an unchanged one costs a 304.
CACHE = {"Cache-Control": "no-cache"}


@router.get("/", response_class=HTMLResponse)
async def demo_site(request: Request) -> Response:
    """A sample member page that embeds the widget."""
    counter = service(request)
    environment = Environment(loader=FileSystemLoader(SITE), autoescape=True, undefined=StrictUndefined)
    html = environment.get_template("index.html").render(
        t=counter.texts.section("ja", "site"), accident=counter.contacts.shown(ACCIDENT_SUPPORT)
    )
    return HTMLResponse(html, headers=CACHE)


@router.get("/widget.js")
async def loader() -> Response:
    """The one script that a site embeds."""
    return _file(WIDGET, "widget.js")


@router.get("/widget/config")
async def config(request: Request, lang: str = "ja") -> Response:
    """Texts and limits of the widget."""
    counter = service(request)
    language = lang if lang in LANGUAGES else LANGUAGES[0]
    body = {
        "language": language,
        "max_message_chars": counter.max_message_chars,
        "texts": counter.texts.section(language, "widget"),
    }
    return JSONResponse(body, headers=CACHE)


@router.get("/widget/{name}")
async def widget_file(name: str) -> Response:
    """A module or the style of the widget."""
    return _file(WIDGET, name)


@router.get("/site/{name}")
async def site_file(name: str) -> Response:
    """The style of the demo site."""
    return _file(SITE, name)


def _file(folder: Path, name: str) -> Response:
    served = {path.name for path in folder.iterdir() if path.suffix in (".js", ".css", ".svg")}
    if name not in served:
        raise NotFound(name)
    return FileResponse(folder / name, headers=CACHE)

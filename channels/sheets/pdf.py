"""Makes a PDF out of a sheet's HTML: `python -m channels.sheets.pdf`, HTML on stdin, PDF on stdout.

A process of its own: setting type takes a second of processor time and tens of megabytes, which must not
stall or swell the gateway. It fetches nothing but the sheet's own style.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

STATIC = Path(__file__).with_name("static")
SECONDS = 30.0


class PdfFailed(Exception):
    """No PDF came about."""

    code = "pdf_failed"


class PdfPress:
    """Makes one PDF at a time."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Semaphore(1)

    async def make(self, html: str) -> bytes:
        """The PDF of a sheet.

        Raises:
            PdfFailed: the process failed or took too long.
        """
        async with self._one_at_a_time:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "channels.sheets.pdf",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
            )
            try:
                async with asyncio.timeout(SECONDS):
                    out, _ = await process.communicate(html.encode())
            except TimeoutError as exc:
                process.kill()
                await process.wait()
                raise PdfFailed("no PDF in time") from exc
        if process.returncode or not out.startswith(b"%PDF"):
            raise PdfFailed(f"the press ended with {process.returncode}")
        return out


def _print(html: str) -> bytes:
    # Here and not above: the gateway itself must not load it.
    from weasyprint import CSS, HTML  # type: ignore[import-untyped]

    def refuse(url: str, *_: object, **__: object) -> object:
        raise ValueError(f"a sheet fetches nothing: {url}")

    style = CSS(filename=str(STATIC / "sheet.css"))
    document: bytes = HTML(string=html, url_fetcher=refuse).write_pdf(stylesheets=[style])
    return document


if __name__ == "__main__":
    sys.stdout.buffer.write(_print(sys.stdin.read()))

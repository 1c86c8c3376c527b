"""The editor's own files, as the build left them; only those that were there at the start are served."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from nodebuilder.server.problems import Refusal, plain
from nodebuilder.server.v1_errors import response_of

STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_PAGE: Final = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>AI Node Builder</title></head>
<body>
<h1>The editor is not built</h1>
<p>The server runs and its API answers, but the files of the editor are missing.</p>
<p>Build them with <code>make run</code>, or <code>python web/build.py</code>, and reload this page.</p>
</body>
</html>
"""


class Editor:
    """An application that answers whatever no route does: with a file of the editor, or that there is nothing."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        self._names = {file.relative_to(folder).as_posix() for file in _plain_files(folder)}

    @property
    def built(self) -> bool:
        """Whether the editor is there."""
        return "index.html" in self._names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            response = self.answer(Request(scope))
        except Refusal as refusal:
            response = response_of(refusal, str(scope["path"]))
        await response(scope, receive, send)

    def answer(self, request: Request) -> Response:
        """Return a file of the editor; a page that has no file of its own is the editor itself.

        Raises:
            Refusal: 404, there is nothing at this address; 405, there is, but only to be read.
        """
        name = request.url.path.removeprefix("/")
        if name == "" or (name not in self._names and _PAGE.fullmatch(name) and _wants_page(request)):
            name = "index.html"
        if name != "index.html" and name not in self._names:
            raise plain(404)
        if request.method not in ("GET", "HEAD"):
            raise plain(405, {"allow": "GET, HEAD"})
        if not self.built:
            return HTMLResponse(NOT_BUILT, headers={"cache-control": "no-store"})
        return _file_answer(request, self._folder / name, hashed=name.startswith("assets/"))


def _file_answer(request: Request, path: Path, *, hashed: bool) -> Response:
    try:
        body = path.read_bytes()
    except OSError:
        raise plain(404) from None
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"etag": etag, "cache-control": "public, max-age=31536000, immutable" if hashed else "no-cache"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(body, headers=headers, media_type=guessed)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _plain_files(folder: Path) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()] if folder.is_dir() else []
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]

"""Kept files by their address: cached for good, in parts if asked, and unable to run anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email.utils import formatdate
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from nodebuilder.server.headers import FILE_POLICY
from nodebuilder.server.problems import plain
from nodebuilder.server.ranges import NoSuchPart, Part, parse_range
from nodebuilder.storage.serving import ServedFile

CHUNK: Final = 256 * 1024


async def file_response(request: Request, file: ServedFile) -> Response:
    """Return the answer to a request for a kept file: all of it, a part, or that the caller has it already.

    Raises:
        Refusal: 416, the file has no such bytes.
        StorageError: the file is gone.
    """
    headers = _headers(file)
    if _known(request, file):
        return Response(status_code=304, headers=headers)
    try:
        part = parse_range(_range(request, file), file.size)
    except NoSuchPart:
        raise plain(416, {"content-range": f"bytes */{file.size}"}) from None
    if part is not None:
        headers["content-range"] = f"bytes {part.begin}-{part.end - 1}/{file.size}"
    whole = part or Part(0, file.size)
    headers["content-length"] = str(whole.end - whole.begin)
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=file.media_type)
    opened = await asyncio.to_thread(file.open)
    return StreamingResponse(_chunks(opened, whole), status, headers, file.media_type)


def _headers(file: ServedFile) -> dict[str, str]:
    disposition = "inline" if file.inline else "attachment"
    return {
        "etag": file.etag,
        "last-modified": formatdate(file.modified_at, usegmt=True),
        "cache-control": "private, max-age=31536000, immutable",
        "accept-ranges": "bytes",
        "content-disposition": f"{disposition}; filename*=UTF-8''{quote(file.filename)}",
        "content-security-policy": FILE_POLICY,
    }


def _known(request: Request, file: ServedFile) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return file.etag in tags or "*" in tags


def _range(request: Request, file: ServedFile) -> str | None:
    """Return the range, unless it belongs to an older state of the file."""
    condition = request.headers.get("if-range")
    return request.headers.get("range") if condition in (None, file.etag) else None


async def _chunks(file: BinaryIO, part: Part) -> AsyncIterator[bytes]:
    try:
        await asyncio.to_thread(file.seek, part.begin)
        left = part.end - part.begin
        while left > 0:
            chunk = await asyncio.to_thread(file.read, min(CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk
    finally:
        file.close()

"""Kept files: list, upload, look at and delete them, and the address under which each is served."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.house import House
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import FileOut, FilesOut, UploadOut
from nodebuilder.server.problems import Refusal
from nodebuilder.server.servable import CHUNK, file_response

router = APIRouter(route_class=StrictRoute, tags=["files"])
Name = Annotated[str, Path(max_length=255, description="The name of a kept file.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Before = Annotated[str | None, Query(max_length=255, description="The name of a file: only older ones are listed.")]
_FORM: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        }
    },
}
_HEADER: Final[dict[str, Any]] = {
    "name": "X-Requested-With",
    "in": "header",
    "required": False,
    "description": "Wanted of uploads that come from a page.",
    "schema": {"type": "string", "const": "nodebuilder"},
}


@router.get("/api/files", operation_id="list_files", response_model=FilesOut, responses=failures(422))
async def list_files(request: Request, limit: Limit = 1000, before: Before = None) -> Response:
    """List the kept files, newest first."""
    house: House = request.app.state.house
    page = await house.store.assets.list(limit=limit, before=before)
    wire = {"files": [file.as_json() for file in page.files], "count": page.count, "total_size": page.total_size}
    return answer(request, {**wire, "next": page.next})


@router.post(
    "/api/files",
    operation_id="upload_file",
    status_code=201,
    response_model=UploadOut,
    responses=failures(422, 507),
    openapi_extra={"requestBody": _FORM, "parameters": [_HEADER]},
)
async def upload_file(request: Request) -> Response:
    """Keep a picture: PNG, JPEG, WEBP or GIF, told by its bytes; its name is only noted."""
    house: House = request.app.state.house
    try:
        async with request.form(max_files=1, max_fields=4, max_part_size=64 * 1024) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Refusal(422, "no_file", "The form has no file.", "Send one as the field `file`.")
            record = await house.store.assets.upload(_chunks(file), file.filename or "")
    except HTTPException as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal(400, "bad_form", "The form cannot be read.", "Send one file as the field `file`.") from error
    return answer(request, record.as_json(), 201)


@router.get("/api/files/{name}", operation_id="get_file", response_model=FileOut, responses=failures(404, 422))
async def get_file(request: Request, name: Name) -> Response:
    """Tell what is known of a kept file."""
    house: House = request.app.state.house
    return answer(request, (await house.store.assets.info(name)).as_json())


@router.delete("/api/files/{name}", operation_id="delete_file", status_code=204, responses=failures(404, 422))
async def delete_file(request: Request, name: Name) -> None:
    """Delete a kept file for good."""
    house: House = request.app.state.house
    await house.store.assets.delete(name)


@router.head("/servable/{filename}", include_in_schema=False)
@router.get(
    "/servable/{filename}",
    operation_id="serve_file",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
        206: {"description": "A part of the file.", "content": {"*/*": {}}},
        304: {"description": "The caller has the file already."},
        **failures(404, 416, 422),
    },
)
async def serve_file(request: Request, filename: Name) -> Response:
    """Give a kept file, or one part of it; nothing in it can run in the browser."""
    house: House = request.app.state.house
    return await file_response(request, await house.store.assets.open_for_serving(filename))


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(CHUNK):
        yield chunk

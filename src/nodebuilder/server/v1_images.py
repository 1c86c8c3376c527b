"""`/v1/images`: pictures drawn and edited by published workflows, for any client of OpenAI's API."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from nodebuilder.errors import NodeError, StorageError
from nodebuilder.house import House
from nodebuilder.house.calls import CallResult
from nodebuilder.house.feed import encode
from nodebuilder.house.pictures import keep_bytes
from nodebuilder.house.published import Published
from nodebuilder.interop.openai import images
from nodebuilder.interop.openai.errors import Refused
from nodebuilder.interop.openai.images import ImageBody, Made, read_image
from nodebuilder.server.answers import answer
from nodebuilder.server.problems import Refusal
from nodebuilder.server.v1 import CLIENT_GONE, body_of, described, read_json
from nodebuilder.server.v1_chat import ended, failure, model_of
from nodebuilder.server.v1_errors import openai_failures

router = APIRouter(tags=["openai"])
MOST_PICTURES: Final = 16
_WISHES: Final[dict[str, Any]] = {
    "model": {"type": "string", "description": "The id of a published workflow; not needed when there is only one."},
    "prompt": {"type": "string", "minLength": 1},
    "n": {"type": "integer", "minimum": 1, "maximum": images.MOST},
    "response_format": {"enum": ["b64_json", "url"]},
    "size": {"type": "string"},
    "quality": {"type": "string"},
    "stream": {"type": "boolean"},
}
_GENERATION: Final[dict[str, Any]] = {"type": "object", "required": ["prompt"], "properties": _WISHES}
_FILE: Final = {"type": "string", "format": "binary"}
_EDIT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["prompt", "image"],
    "properties": {**_WISHES, "image": {"type": "array", "items": _FILE, "minItems": 1}, "mask": _FILE},
}
_ANSWER: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["created", "data"],
    "properties": {"created": {"type": "integer"}, "data": {"type": "array", "items": {"type": "object"}}},
}
_TOLD: Final = described(
    _ANSWER,
    "The pictures; with `stream`, server-sent events.",
    **{"text/event-stream": {"schema": {"type": "string"}}},
)


@router.post(
    "/v1/images/generations",
    operation_id="generate_images",
    response_class=Response,
    responses={**_TOLD, **openai_failures(404, 422, 503, 507)},
    openapi_extra=body_of(_GENERATION),
)
async def generate_images(request: Request) -> Response:
    """Run a workflow with a prompt and answer with the picture that it gives."""
    house: House = request.app.state.house
    body = read_image(await read_json(request, house.settings))
    target = await _target(house, body, edits=False)
    return await _answer(request, target, body, images.inputs_of(body, target.parameters), "image_generation")


@router.post(
    "/v1/images/edits",
    operation_id="edit_images",
    response_class=Response,
    responses={**_TOLD, **openai_failures(404, 422, 503, 507)},
    openapi_extra=body_of(_EDIT, "multipart/form-data"),
)
async def edit_images(request: Request) -> Response:
    """Run a workflow with pictures and a prompt and answer with the picture that it gives."""
    house: House = request.app.state.house
    try:
        async with request.form(max_files=MOST_PICTURES + 1, max_fields=64, max_part_size=256 * 1024) as form:
            body = read_image({key: value for key, value in form.multi_items() if isinstance(value, str)})
            target = await _target(house, body, edits=True)
            pictures = [await _kept(house, file) for file in _files(form, "image")]
            masks = [await _kept(house, file) for file in _files(form, "mask")]
    except HTTPException as error:
        if isinstance(error, Refusal):
            raise
        raise Refused("The form cannot be read.", "Send a multipart form with image and prompt.") from error
    if not pictures:
        raise Refused("The form has no picture.", "Send one as the field image.", param="image")
    given = images.inputs_of(body, target.parameters, pictures, masks[0] if masks else "")
    return await _answer(request, target, body, given, "image_edit")


async def _target(house: House, body: ImageBody, *, edits: bool) -> Published:
    if body.model:
        return await model_of(house, body.model)
    found = [each for each in await house.calls.published("model") if images.draws(each.parameters, edits=edits)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.id for each in found) or "none"
    raise Refused("The request names no model.", f"Workflows that are published for it: {names}.", param="model")


def _files(form: FormData, name: str) -> Sequence[UploadFile]:
    given = [*form.getlist(name), *form.getlist(f"{name}[]")]
    return [file for file in given if isinstance(file, UploadFile)]


async def _kept(house: House, file: UploadFile) -> str:
    return (await keep_bytes(house.store.assets, await file.read(), file.filename or "")).url


async def _answer(request: Request, target: Published, body: ImageBody, given: dict[str, Any], kind: str) -> Response:
    house: House = request.app.state.house
    task = asyncio.create_task(house.calls.call(target, given))
    result = await ended(request, task)
    if result is None:
        return Response(status_code=CLIENT_GONE)
    made = await _made(house, target, result, as_url=body.as_url)
    created = int(time.time())
    if body.stream:
        told = [images.completed_event(kind, created, each) for each in made]
        return StreamingResponse(_events(told), media_type="text/event-stream")
    return answer(request, images.images_response(created, made, result.cost_usd))


async def _made(house: House, target: Published, result: CallResult, *, as_url: bool) -> list[Made]:
    """Return the pictures among the results; raises `NodeError` when there are none."""
    made: list[Made] = []
    for filename in images.filenames(result.outputs, target.results):
        try:
            asset = (await house.store.assets.info(filename)).asset
            data = None if as_url else await house.store.assets.read(filename)
        except StorageError as error:
            if error.code != "not_found":
                raise
            continue
        made.append(Made(asset, None if data is None else base64.b64encode(data).decode()))
    if made:
        return made
    if result.errors or result.status != "succeeded":
        raise failure(result)
    raise NodeError("The workflow gave no picture.", "Link a picture to an Output node named image.", code="no_picture")


async def _events(told: Sequence[dict[str, Any]]) -> AsyncIterator[str]:
    for event in told:
        yield f"event: {event['type']}\ndata: {encode(event)}\n\n"

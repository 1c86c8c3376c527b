"""`/v1`: published workflows as models for any client of OpenAI's API."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from nodebuilder.errors import WorkflowError
from nodebuilder.house import House
from nodebuilder.interop.openai import chat, models
from nodebuilder.interop.openai.chat import read_chat
from nodebuilder.interop.openai.errors import Refused
from nodebuilder.server.answers import answer
from nodebuilder.server.v1_chat import begin, ended, events, model_of, prepare
from nodebuilder.server.v1_errors import openai_failures
from nodebuilder.settings import Settings
from nodebuilder.workflow.parse import parse

router = APIRouter(tags=["openai"])
Model = Annotated[str, Path(max_length=200, description="The id of a workflow that is published as a model.")]
CLIENT_GONE: Final = 499
_MODEL: Final = {
    "type": "object",
    "required": ["id", "object", "created", "owned_by"],
    "properties": {
        "id": {"type": "string"},
        "object": {"const": "model"},
        "created": {"type": "integer"},
        "owned_by": {"type": "string"},
        "name": {"type": "string"},
        "description": {"type": "string"},
    },
}
_MODELS: Final = {
    "type": "object",
    "required": ["object", "data"],
    "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": _MODEL}},
}
_CHAT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["model", "messages"],
    "properties": {
        "model": {"type": "string", "description": "The id of a workflow that is published as a model."},
        "messages": {"type": "array", "minItems": 1, "items": {"type": "object"}},
        "stream": {"type": "boolean"},
        "stream_options": {"type": "object", "properties": {"include_usage": {"type": "boolean"}}},
        "tools": {"type": "array", "items": {"type": "object"}},
        "tool_choice": {},
        "response_format": {"type": "object"},
    },
}
_COMPLETION: Final = {
    "type": "object",
    "required": ["id", "object", "created", "model", "choices", "usage"],
    "properties": {
        "id": {"type": "string"},
        "object": {"const": "chat.completion"},
        "created": {"type": "integer"},
        "model": {"type": "string"},
        "choices": {"type": "array", "items": {"type": "object"}},
        "usage": {"type": "object"},
    },
}


def described(schema: dict[str, Any], about: str, **more: Any) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of a good answer."""
    return {200: {"description": about, "content": {"application/json": {"schema": schema}, **more}}}


def body_of(schema: dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    """Return the documentation of a body that the route reads itself."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


@router.get(
    "/v1/models",
    operation_id="list_models",
    response_class=Response,
    responses={**described(_MODELS, "The models."), **openai_failures()},
)
async def list_models(request: Request) -> Response:
    """List the workflows that are published as models."""
    house: House = request.app.state.house
    found = await house.calls.published("model")
    return answer(
        request, models.models(models.model(each.id, each.updated_at, each.name, each.description) for each in found)
    )


@router.get(
    "/v1/models/{model}",
    operation_id="get_model",
    response_class=Response,
    responses={**described(_MODEL, "The model."), **openai_failures(404, 422)},
)
async def get_model(request: Request, model: Model) -> Response:
    """Tell of one model."""
    found = await model_of(request.app.state.house, model)
    return answer(request, models.model(found.id, found.updated_at, found.name, found.description))


@router.post(
    "/v1/chat/completions",
    operation_id="chat",
    response_class=Response,
    responses={
        **described(
            _COMPLETION,
            "The answer; with `stream`, server-sent events that end with `[DONE]`.",
            **{"text/event-stream": {"schema": {"type": "string"}}},
        ),
        **openai_failures(404, 422, 503, 507),
    },
    openapi_extra=body_of(_CHAT),
)
async def complete_chat(request: Request) -> Response:
    """Run a workflow with the messages of a chat and answer with its output `response`, whole or as it comes."""
    house: House = request.app.state.house
    body = read_chat(await read_json(request, house.settings))
    run, given = await prepare(house, body)
    task = begin(house, run, given)
    if body.stream:
        begun = asyncio.create_task(run.begun.wait())
        await asyncio.wait({task, begun}, return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        if task.done() and task.exception() is not None:
            await task
        return StreamingResponse(events(request, run, task), media_type="text/event-stream")
    result = await ended(request, task)
    if result is None:
        return Response(status_code=CLIENT_GONE)
    text, calls = run.answer(result)
    return answer(request, chat.completion(run.head, text, calls, run.usage(result)))


@dataclass(frozen=True, slots=True)
class LongTexts:
    """The limits of the settings for a body that may carry pictures in its texts."""

    max_document_bytes: int
    max_document_depth: int
    max_nodes: int
    max_links: int
    max_string_chars: int


async def read_json(request: Request, settings: Settings) -> Any:
    """Return the JSON of a body.

    Raises:
        Refused: it cannot be read.
    """
    most = settings.max_body_bytes
    limits = LongTexts(most, settings.max_document_depth, settings.max_nodes, settings.max_links, most)
    try:
        return parse(await request.body(), limits)
    except WorkflowError as error:
        raise Refused(error.message, error.remedy, code=error.code) from error

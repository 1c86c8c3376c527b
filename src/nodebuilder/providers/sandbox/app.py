"""The sandbox's HTTP interface: OpenAI's paths, answered on this computer."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from nodebuilder.providers.prices import DEFAULT_IMAGE_MODEL, image_models, picture_tokens
from nodebuilder.providers.sandbox.chat import Reply, count_tokens, reply
from nodebuilder.providers.sandbox.editing import Edit, paint_edit, read_edit
from nodebuilder.providers.sandbox.painting import encode, paint
from nodebuilder.providers.sandbox.requests import (
    Drawing,
    RefusedError,
    json_body,
    read_drawing,
    read_messages,
)
from nodebuilder.providers.sandbox.weather import weather

PAINTERS: Final = 2
TYPING_SECONDS: Final = 0.012
CHAT_MODELS: Final = ("sandbox-chat", "gpt-4o", "gpt-4o-mini", "gpt-5-mini")

Endpoint = Callable[[Request], Awaitable[Response]]


def sandbox_app(key: str | None) -> ASGIApp:
    """Return the sandbox as an ASGI app, under `/v1` and, mounted there, without it.

    It answers only to `key`; None takes any key, for a server whose own guard says who may call.
    """
    painters = asyncio.Semaphore(PAINTERS)

    def guarded(endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            try:
                _check_key(request, key)
                return await endpoint(request)
            except RefusedError as refused:
                return refused.response()

        return answer

    async def generations(request: Request) -> Response:
        drawing = read_drawing(await json_body(request))
        async with painters:
            return JSONResponse(await asyncio.to_thread(_drawn, drawing))

    async def edits(request: Request) -> Response:
        edit = await read_edit(request)
        async with painters:
            return JSONResponse(await asyncio.to_thread(_drawn, edit.drawing, edit))

    routes = [
        Route("/images/generations", guarded(generations), methods=["POST"]),
        Route("/images/edits", guarded(edits), methods=["POST"]),
        Route("/chat/completions", guarded(_chat), methods=["POST"]),
        Route("/weather", guarded(_weather)),
        Route("/models", guarded(_models)),
        Route("/models/{model:path}", guarded(_one_model)),
    ]
    anything = Route("/{path:path}", guarded(_unknown), methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return Starlette(routes=[Mount("/v1", routes=[*routes, anything]), *routes, anything])


def _check_key(request: Request, key: str | None) -> None:
    given = request.headers.get("authorization", "")
    if key is None and given.removeprefix("Bearer ").strip():
        return
    if key is None or not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
        raise RefusedError(401, "Incorrect API key provided: the sandbox has its own.", code="invalid_api_key")


def _drawn(drawing: Drawing, edit: Edit | None = None) -> dict[str, Any]:
    """Return the answer to a request for pictures (blocks)."""
    pictures = [_one(drawing, number, edit) for number in range(drawing.n)]
    size, quality = "{}x{}".format(*drawing.pixels), drawing.chosen_quality
    return {
        "created": int(time.time()),
        "background": "opaque",
        "output_format": drawing.output_format,
        "quality": quality,
        "size": size,
        "data": [{"b64_json": base64.b64encode(picture).decode()} for picture in pictures],
        "usage": _usage(drawing, quality, edit.tokens if edit else 0),
    }


def _one(drawing: Drawing, number: int, edit: Edit | None) -> bytes:
    if edit is None:
        image = paint(drawing.prompt, drawing.pixels, drawing.chosen_quality, number)
    else:
        image = paint_edit(edit, number)
    return encode(image, drawing.output_format, drawing.compression)


def _usage(drawing: Drawing, quality: str, image: int) -> dict[str, Any]:
    known = picture_tokens(drawing.model, drawing.pixels, quality)
    known = known or picture_tokens(DEFAULT_IMAGE_MODEL, drawing.pixels, quality) or 0
    text, output = count_tokens(drawing.prompt), known * drawing.n
    return {
        "input_tokens": text + image,
        "output_tokens": output,
        "total_tokens": text + image + output,
        "input_tokens_details": {"text_tokens": text, "image_tokens": image},
        "output_tokens_details": {"image_tokens": output, "text_tokens": 0},
    }


async def _chat(request: Request) -> Response:
    body = await json_body(request)
    read_messages(body)
    said = reply(body)
    prompt_tokens = count_tokens(json.dumps(body["messages"]))
    tokens = count_tokens(said.text + "".join(call.arguments for call in said.calls))
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": tokens, "total_tokens": prompt_tokens + tokens}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    head = {
        "id": f"chatcmpl-{digest[:24]}",
        "created": int(time.time()),
        "model": str(body.get("model") or CHAT_MODELS[0]),
    }
    if body.get("stream"):
        options = cast("Mapping[str, Any]", body.get("stream_options") or {})
        chunks = _chunks(said, head, usage if options.get("include_usage") else None)
        return StreamingResponse(chunks, media_type="text/event-stream")
    choice = {"index": 0, "message": _message(said), "logprobs": None, "finish_reason": _finish(said)}
    return JSONResponse({**head, "object": "chat.completion", "choices": [choice], "usage": usage})


def _message(said: Reply) -> dict[str, Any]:
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in said.calls
    ]
    message: dict[str, Any] = {"role": "assistant", "content": said.text or None, "refusal": None}
    return {**message, "tool_calls": calls} if calls else message


def _finish(said: Reply) -> str:
    return "tool_calls" if said.calls else "stop"


async def _chunks(said: Reply, head: Mapping[str, Any], usage: Mapping[str, Any] | None) -> AsyncIterator[str]:
    """Yield the answer as server-sent events: word by word, tool calls in pieces, then how it ended."""

    def event(delta: Mapping[str, Any] | None, finish: str | None = None, **more: Any) -> str:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
        data = {**head, "object": "chat.completion.chunk", "choices": choices, **more}
        return f"data: {json.dumps(data)}\n\n"

    yield event({"role": "assistant", "content": None if said.calls else ""})
    for word in _typed(said.text):
        await asyncio.sleep(TYPING_SECONDS)
        yield event({"content": word})
    for index, call in enumerate(said.calls):
        function = {"name": call.name, "arguments": ""}
        yield event({"tool_calls": [{"index": index, "id": call.id, "type": "function", "function": function}]})
        for start in range(0, len(call.arguments), 9):
            piece = {"index": index, "function": {"arguments": call.arguments[start : start + 9]}}
            yield event({"tool_calls": [piece]})
    yield event({}, _finish(said))
    if usage is not None:
        yield event(None, usage=usage)
    yield "data: [DONE]\n\n"


def _typed(text: str) -> list[str]:
    return re.findall(r"\s*\S+\s*$|\s*\S+", text)


async def _models(_: Request) -> Response:
    names = (*(model.name for model in image_models()), *CHAT_MODELS)
    return JSONResponse({"object": "list", "data": [_model(name) for name in names]})


async def _one_model(request: Request) -> Response:
    return JSONResponse(_model(request.path_params["model"]))


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "sandbox"}


async def _weather(request: Request) -> Response:
    """Answer as OpenWeatherMap does, also about what is no city."""
    found = weather(request.query_params.get("q", ""))
    return JSONResponse(found) if found else JSONResponse({"cod": "404", "message": "city not found"}, 404)


async def _unknown(request: Request) -> Response:
    raise RefusedError(404, f"Invalid URL ({request.method} {request.url.path})", code="unknown_url")

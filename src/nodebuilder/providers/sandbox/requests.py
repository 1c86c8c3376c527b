"""Reading requests to the sandbox: what OpenAI would refuse is refused here in the same words and shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse

from nodebuilder.providers.sandbox.painting import Format

MIB: Final = 1024 * 1024
MAX_BODY: Final = 20 * MIB
MAX_PROMPT: Final = 32_000
MAX_PICTURES: Final = 4
SIZES: Final = ("1024x1024", "1024x1536", "1536x1024", "auto")
QUALITIES: Final = ("low", "medium", "high", "auto", "xhigh", "max")
FORMATS: Final = ("png", "jpeg", "webp")


class RefusedError(Exception):
    """A request that is refused, in OpenAI's shape."""

    def __init__(self, status: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "type": "invalid_request_error", "param": param, "code": code}

    def response(self) -> JSONResponse:
        """Return the refusal as a response."""
        return JSONResponse({"error": self.body}, self.status)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A checked request for pictures."""

    model: str
    prompt: str
    size: str
    quality: str
    n: int
    output_format: Format
    compression: int

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height; `auto` is a square."""
        width, _, height = (self.size if self.size != "auto" else SIZES[0]).partition("x")
        return int(width), int(height)

    @property
    def chosen_quality(self) -> str:
        """Low, medium or high; `auto` is high, as are the finer ones."""
        return self.quality if self.quality in ("low", "medium") else "high"


async def json_body(request: Request) -> Mapping[str, Any]:
    """Return the JSON object that the request carries.

    Raises:
        RefusedError: it is too large, or no JSON object.
    """
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY:
            raise RefusedError(413, f"The request is larger than {MAX_BODY // MIB} MiB.")
    try:
        body: object = orjson.loads(bytes(raw))
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError(400, "We could not parse the JSON body of your request. Expected a JSON object.")
    return cast("Mapping[str, Any]", body)


def read_drawing(body: Mapping[str, Any]) -> Drawing:
    """Return what is to be drawn.

    Raises:
        RefusedError: a field is missing or has a value that is not offered.
    """
    prompt = body.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise RefusedError(
            400, "Missing required parameter: 'prompt'.", code="missing_required_parameter", param="prompt"
        )
    if len(prompt) > MAX_PROMPT:
        raise RefusedError(
            400, f"Invalid 'prompt': more than {MAX_PROMPT} characters.", code="string_above_max_length", param="prompt"
        )
    if body.get("stream"):
        raise RefusedError(400, "The sandbox does not stream pictures.", code="unsupported_parameter", param="stream")
    return Drawing(
        model=str(body.get("model") or "gpt-image-2"),
        prompt=prompt,
        size=_one_of(body, "size", SIZES, "auto"),
        quality=_one_of(body, "quality", QUALITIES, "auto"),
        n=_number(body, "n", 1, 1, MAX_PICTURES),
        output_format=cast("Format", _one_of(body, "output_format", FORMATS, "png")),
        compression=_number(body, "output_compression", 100, 0, 100),
    )


def read_messages(body: Mapping[str, Any]) -> None:
    """Check the messages of a chat request.

    Raises:
        RefusedError: there are none, or they are no messages.
    """
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RefusedError(
            400, "Missing required parameter: 'messages'.", code="missing_required_parameter", param="messages"
        )
    for index, message in enumerate(cast("list[object]", messages)):
        if not isinstance(message, dict) or not isinstance(cast("dict[str, object]", message).get("role"), str):
            raise RefusedError(
                400, f"Invalid message at index {index}.", code="invalid_type", param=f"messages[{index}]"
            )
    for name in ("tools", "tool_choice", "response_format", "stream_options"):
        kinds = {"tools": list, "tool_choice": (str, dict)}.get(name, dict)
        if body.get(name) is not None and not isinstance(body[name], kinds):
            raise RefusedError(400, f"Invalid type for '{name}'.", code="invalid_type", param=name)


def _one_of(body: Mapping[str, Any], name: str, options: tuple[str, ...], default: str) -> str:
    value = body.get(name)
    if value is None:
        return default
    if value not in options:
        listed = ", ".join(f"'{option}'" for option in options)
        raise RefusedError(
            400, f"Invalid value: '{value}'. Supported values are: {listed}.", code="invalid_value", param=name
        )
    return str(value)


def _number(body: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = body.get(name)
    if value is None or value == "":
        return default
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = least - 1
    if isinstance(value, bool) or not least <= number <= most:
        raise RefusedError(
            400, f"Invalid '{name}': expected a number from {least} to {most}.", code="invalid_value", param=name
        )
    return number

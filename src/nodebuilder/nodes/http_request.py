"""HTTP Request: a page or an interface on the internet, for models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from nodebuilder.context import Context
from nodebuilder.errors import InputError, TryAgain
from nodebuilder.node import tool
from nodebuilder.nodes.web_answers import read_text, safe_headers
from nodebuilder.providers.web import BoundKey, Web, WebAnswer, WebLimits, WebRequest
from nodebuilder.tool_calls import FallbackIds
from nodebuilder.values import Secret
from nodebuilder.widgets import Advanced, Needs, Number, Required, Text

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
URL_REQUIRED: Final = "A URL is required"
KILOBYTE: Final = 1024


@tool(
    "http_request",
    title="HTTP Request",
    tags=("tool", "http", "web", "url", "api", "llm"),
    fallback_ids=FallbackIds("http_result", "http_error", "http_exception"),
)
async def http_request_tool(
    ctx: Context,
    web: Needs[Web],
    url: Annotated[str, Required(URL_REQUIRED)],
    method: Method = "GET",
    headers: dict[str, Any] | None = None,
    body: str = "",
    *,
    allowed_hosts: Annotated[str, Text(lines=3)] = "",
    methods: str = "GET",
    header_name: Annotated[str, Advanced()] = "Authorization",
    api_key: Annotated[Secret, Advanced()] = Secret(""),
    seconds: Annotated[float, Number(1, 300), Advanced()] = 30,
    max_kilobytes: Annotated[int, Number(1, 65_536), Advanced()] = 2048,
    max_characters: Annotated[int, Number(100, 1_000_000), Advanced()] = 20_000,
) -> dict[str, Any]:
    """Send an HTTP request to a public address and read the answer: status, content type and text.

    Args:
        url: The address, beginning with https:// or http://
        method: The method of the request
        headers: Headers of the request, by name
        body: The body of the request, as text
        allowed_hosts: Hosts that may be contacted, one a line: `example.com`, `*.example.com` (none: any public one)
        methods: Methods that the model may use, by comma
        header_name: Header that carries the key
        api_key: A key; it is sent only to the hosts that you bound it to
        seconds: Longest wait for the whole answer
        max_kilobytes: Most that is read of an answer
        max_characters: Most of the text that the model gets
    """
    allowed = _words(methods.upper())
    if method not in allowed:
        raise TryAgain(f"The method {method} is not allowed here. Allowed: {', '.join(allowed) or 'none'}.")
    request = WebRequest(
        url.strip(), method, _headers(headers or {}), body.encode("utf-8", "replace"), _bound(api_key, header_name)
    )
    ctx.log(f"{method} {shown_url(request.url)}")
    limits = WebLimits(seconds, max_kilobytes * KILOBYTE)
    answer = await web.fetch(request, hosts=_words(allowed_hosts.lower()), limits=limits)
    ctx.log(f"Status {answer.status}, {len(answer.body):,} bytes")
    return await _result(ctx, web, answer, api_key, max_characters)


async def _result(ctx: Context, web: Web, answer: WebAnswer, key: Secret, max_characters: int) -> dict[str, Any]:
    content_type = answer.header("content-type").partition(";")[0].strip().lower()
    result: dict[str, Any] = {
        "status": answer.status,
        "url": answer.url,
        "content_type": content_type,
        "headers": safe_headers(answer),
    }
    if content_type.startswith("image/") and answer.complete and await web.is_picture(answer.body):
        picture = await ctx.save(answer.body, prefix="http", about={"url": shown_url(answer.url)})
        ctx.preview(picture.url)
        return {**result, "text": "", "picture": picture}
    text, note = read_text(answer, content_type, max_characters)
    return without_key({**result, "text": text, **({"note": note} if note else {})}, key)


def without_key(result: Mapping[str, Any], key: Secret) -> dict[str, Any]:
    """Return a result without the key, which some servers send back."""
    if not key:
        return dict(result)
    value = key.reveal()
    shown = {name: text.replace(value, "***") if isinstance(text, str) else text for name, text in result.items()}
    return {**shown, "headers": {name: text.replace(value, "***") for name, text in result["headers"].items()}}


def shown_url(url: str) -> str:
    """Return an address as the log shows it: without its query, which may hold what is nobody's business."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(an address that cannot be read)"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}{'?…' if parts.query else ''}"[:200]


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in re.split(r"[\s,;]+", text) if word))


def _headers(given: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    for name, value in given.items():
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise TryAgain(f"The header {name} must be a text.")
    return tuple((name, str(value)) for name, value in given.items())


def _bound(key: Secret, header: str) -> BoundKey | None:
    """Return the key with its header, if there is one; `Authorization` gets the word Bearer where there is no other."""
    if not key or key.source == "sandbox":
        return None
    if not key.hosts:
        name = key.name or "NAME"
        raise InputError(
            "The key is bound to no host, so it may go nowhere.",
            f"Keep it as a secret and say where it may go: `nodebuilder secrets bind {name} api.example.com`.",
            code="key_not_bound",
        )
    plain = header.strip().lower() == "authorization" and " " not in key.reveal()
    return BoundKey(header.strip(), key, "Bearer " if plain else "")

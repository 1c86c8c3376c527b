"""Pictures beside a prompt: those that are connected, and the first one that the prompt itself links to."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Final

from nodebuilder.context import Context
from nodebuilder.errors import InputError
from nodebuilder.nodes.image_links import find_links, without
from nodebuilder.nodes.llm_messages import Message, Prompt
from nodebuilder.providers.pictures import Pictures
from nodebuilder.values import as_mapping, as_sequence

LARGEST: Final = 4_000_000
"""Bytes of a picture that are sent as they are; a larger one is sent smaller."""
SENT_PIXELS: Final = 2048
SENT_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


async def with_pictures(ctx: Context, pictures: Pictures, text: str, image: str, *, sees: bool | None) -> Prompt:
    """Return what the person says with its picture: `image`, or the first one that `text` links to.

    Raises:
        InputError: `image` cannot be used, or the model takes no pictures.
    """
    if image.strip():
        if sees is False:
            raise InputError(
                "This model takes no pictures.",
                "Choose a model that does, or disconnect the image.",
                code="blind_model",
                socket="image",
            )
        return Prompt(text, (await _address(pictures, image.strip()),))
    links = find_links(text)
    if not links or sees is False:
        return Prompt(text)
    try:
        address = await _address(pictures, links[0].link)
    except InputError as error:
        ctx.log(f"The picture that the prompt links to is not sent along: {error.message}", "warning")
        return Prompt(text)
    return Prompt(without(text, links[:1]), (address,))


async def readable(pictures: Pictures, messages: Sequence[Message]) -> list[Message]:
    """Return a conversation from outside with its pictures as a provider can read them.

    Raises:
        InputError: a picture cannot be used.
    """
    found: list[Message] = []
    for message in messages:
        parts = as_sequence(message.get("content"))
        content = message.get("content") if parts is None else [await _readable(pictures, part) for part in parts]
        found.append({**message, "content": content} if "content" in message else message)
    return found


async def _readable(pictures: Pictures, part: Any) -> Any:
    entries = as_mapping(part) or {}
    image = as_mapping(entries.get("image_url"))
    if image is None or not isinstance(image.get("url"), str):
        return part
    return {**entries, "image_url": {**image, "url": await _address(pictures, image["url"])}}


async def _address(pictures: Pictures, reference: str) -> str:
    """Return what a provider is told of a picture: its data, or the address of one that it may fetch."""
    if pictures.may_be_linked(reference):
        return reference
    picture = await pictures.read(reference)
    if len(picture.data) > LARGEST or picture.media_type not in SENT_TYPES:
        picture = await pictures.thumbnail(reference, SENT_PIXELS)
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"

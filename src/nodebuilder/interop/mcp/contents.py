"""Values as the content of MCP: text, pictures small enough for a model, links to the files, and plain data."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

from mcp_types import (
    AudioContent,
    BlobResourceContents,
    ContentBlock,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)
from pydantic import TypeAdapter, ValidationError

from nodebuilder.errors import StorageError
from nodebuilder.interop.mcp.catalogue import Behind
from nodebuilder.storage.jsontext import dumps
from nodebuilder.storage.pictures import thumbnail
from nodebuilder.values import JSON, Asset, as_mapping, to_json

SHOWN_BYTES: Final = 375_000
"""The largest file that a result carries itself: 500 kB in base64."""
PREVIEW_PIXELS: Final = (768, 512, 256)
MAX_SHOWN: Final = 4
"""Pictures of one result that are shown; of further ones only the link is given."""

Contents = TextResourceContents | BlobResourceContents
_KINDS: Final = frozenset({"text", "image", "audio", "resource", "resource_link"})
_BLOCK: Final[TypeAdapter[ContentBlock]] = TypeAdapter(ContentBlock)


@dataclass(slots=True)
class Writer:
    """Writes the values of one result; at most so many pictures are shown."""

    behind: Behind
    left: int = MAX_SHOWN

    async def blocks(self, value: Any) -> list[ContentBlock]:
        """Return a value as content: what already has the form of MCP stands as it is."""
        if value is None:
            return []
        if isinstance(value, Mapping | list) and (own := _own(self.behind.clean_data(to_json(value)))):
            return own
        found = [asset for asset in [await self.asset(item) for item in leaves(value)] if asset is not None]
        pictures = [block for asset in _unique(found) for block in await self.file(asset)]
        if isinstance(value, Asset):
            return pictures
        return [TextContent(text=self.text(value)), *pictures]

    def text(self, value: Any) -> str:
        """Return a value as text: what is no text itself, as JSON."""
        if isinstance(value, str):
            return self.behind.clean(value)
        return dumps(self.data(value))

    def data(self, value: Any) -> JSON:
        """Return a value as JSON data, without any key and with no file written out."""
        return self.behind.clean_data(plain(value))

    async def asset(self, value: Any) -> Asset | None:
        """Return the kept file that a value is, or whose address it is, or None."""
        if isinstance(value, Asset):
            return value
        name = servable(value, self.behind) if isinstance(value, str) else ""
        if not name:
            return None
        try:
            return (await self.behind.assets.info(name)).asset
        except StorageError:
            return None

    async def file(self, asset: Asset) -> list[ContentBlock]:
        """Return a file as a link and, if a model can take it, a preview."""
        link = ResourceLink(uri=asset.url, name=asset.filename, mime_type=asset.media_type, size=asset.size)
        kind = asset.media_type.partition("/")[0]
        if self.left <= 0 or kind not in ("image", "audio"):
            return [link]
        try:
            data = await self.behind.assets.read(asset.filename)
            shown = (data, asset.media_type) if len(data) <= SHOWN_BYTES else await _preview(data, kind)
        except StorageError:
            return [link]
        if shown is None:
            return [link]
        self.left -= 1
        text, media_type = encoded(shown[0]), shown[1]
        if kind == "audio":
            return [AudioContent(data=text, mime_type=media_type), link]
        return [ImageContent(data=text, mime_type=media_type), link]


async def _preview(data: bytes, kind: str) -> tuple[bytes, str] | None:
    """Return a smaller picture, or None when there is no small enough one."""
    if kind != "image":
        return None
    for pixels in PREVIEW_PIXELS:
        small = await asyncio.to_thread(thumbnail, data, pixels)
        if len(small) <= SHOWN_BYTES:
            return small, "image/webp"
    return None


def as_block(value: Any) -> ContentBlock | None:
    """Return a value that is written as MCP writes content, as that; or None."""
    given = as_mapping(value)
    if given is None or str(given.get("type")) not in _KINDS:
        return None
    try:
        block = _BLOCK.validate_python(given)
    except ValidationError:
        return None
    if isinstance(block, ImageContent | AudioContent):
        return block if _is_base64(block.data) else None
    return block


def _own(value: JSON) -> list[ContentBlock]:
    """Return what is written as MCP writes content, or a list of that; else nothing."""
    values = value if isinstance(value, list) else [value]
    blocks = [block for block in map(as_block, values) if block is not None]
    return blocks if len(blocks) == len(values) else []


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def encoded(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode()


def plain(value: Any) -> JSON:
    """Return a value as JSON data in which no file is written out."""
    match to_json(value):
        case str() as text if text.startswith("data:") and ";base64," in text[:200]:
            return f"{text.partition(',')[0]},… ({len(text)} characters)"
        case dict() as entries if as_block(entries) is not None:
            return {"type": entries["type"]} if entries["type"] not in ("text", "resource_link") else entries
        case dict() as entries:
            return {key: plain(item) for key, item in entries.items()}
        case list() as items:
            return [plain(item) for item in items]
        case other:
            return other


def leaves(value: Any) -> Iterator[Any]:
    """Yield all that is no list and no object, in order."""
    if isinstance(value, Mapping):
        for item in cast("Mapping[str, Any]", value).values():
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in cast("list[Any]", value):
            yield from leaves(item)
    else:
        yield value


def servable(uri: str, behind: Behind) -> str:
    """Return the name of the kept file whose address `uri` is, or an empty text."""
    name = urlsplit(uri).path.rpartition("/")[2] if "/servable/" in uri and len(uri) < 2000 else ""
    return name if name and behind.assets.url(name) == uri else ""


def _unique(assets: list[Asset]) -> list[Asset]:
    return list({asset.filename: asset for asset in assets}.values())


async def read_out(uri: str, value: Any, behind: Behind) -> list[Contents]:
    """Return a value as what stands under the address `uri`."""
    writer = Writer(behind)
    block = as_block(behind.clean_data(to_json(value)))
    if block is not None and block.type == "resource":
        return [block.resource.model_copy(update={"uri": uri})]
    asset = await writer.asset(value)
    if asset is not None:
        data = await behind.assets.read(asset.filename)
        return [BlobResourceContents(uri=uri, mime_type=asset.media_type, blob=encoded(data))]
    kind = "text/plain" if isinstance(value, str) else "application/json"
    return [TextResourceContents(uri=uri, mime_type=kind, text=writer.text(value))]

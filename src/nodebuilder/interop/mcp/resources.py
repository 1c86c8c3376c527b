"""Resources: published workflows under their own addresses, and the kept files under theirs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn
from urllib.parse import unquote

from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    BlobResourceContents,
    InputRequiredResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from nodebuilder.errors import NodeBuilderError, StorageError
from nodebuilder.interop.mcp.catalogue import Behind, Published
from nodebuilder.interop.mcp.contents import PREVIEW_PIXELS, Contents, encoded, read_out, servable
from nodebuilder.interop.mcp.progress import Context
from nodebuilder.interop.mcp.prompts import typed
from nodebuilder.interop.mcp.rounds import Call, Rounds, is_modern
from nodebuilder.interop.mcp.sessions import Sessions, address
from nodebuilder.interop.mcp.tools import counted, run, why
from nodebuilder.storage.assets import AssetRecord
from nodebuilder.storage.pictures import thumbnail

PAGE: Final = 100
EVENT_BYTES: Final = 700_000
"""Larger files do not fit the event streams that older hosts read (1 MiB); those get a preview and the link."""
_SLOT: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_-]*)\}")


@dataclass(frozen=True, slots=True)
class Resources:
    """Lists the resources and reads them."""

    behind: Behind
    rounds: Rounds
    sessions: Sessions

    async def list(self, context: Context, params: PaginatedRequestParams | None) -> ListResourcesResult:
        """Answer `resources/list`: the workflows on the first page, then the files, newest first."""
        await self.sessions.meet(context)
        cursor = params.cursor if params is not None else None
        found: Sequence[Published] = () if cursor else await self.behind.published("resource")
        page = await self.behind.assets.list(limit=PAGE, before=cursor)
        if cursor and not page.files:
            raise MCPError(INVALID_PARAMS, "Unknown cursor. Begin with the first page again.", {"cursor": cursor})
        own = [_described(each) for each in found if not _SLOT.search(address(each))]
        return ListResourcesResult(resources=[*own, *map(_file, page.files)], next_cursor=page.next)

    async def templates(self, context: Context, _params: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
        """Answer `resources/templates/list`."""
        await self.sessions.meet(context)
        found = [each for each in await self.behind.published("resource") if _SLOT.search(address(each))]
        templates = [
            ResourceTemplate(
                name=each.id, title=each.name, uri_template=address(each), description=each.description or each.name
            )
            for each in found
        ]
        return ListResourceTemplatesResult(resource_templates=templates)

    async def read(
        self, context: Context, params: ReadResourceRequestParams
    ) -> ReadResourceResult | InputRequiredResult:
        """Answer `resources/read`.

        Raises:
            MCPError: nothing stands under that address, or the run that makes it failed.
        """
        uri = str(params.uri)
        for each in await self.behind.published("resource"):
            filled = matched(address(each), uri)
            if filled is not None:
                return await self._made(context, params, each, filled)
        name = servable(uri, self.behind)
        if not name:
            _missing(uri)
        return ReadResourceResult(contents=await self._file(context, uri, name))

    async def _made(
        self, context: Context, params: ReadResourceRequestParams, resource: Published, filled: Mapping[str, str]
    ) -> ReadResourceResult | InputRequiredResult:
        inputs = typed(resource.parameters, filled)
        uri = str(params.uri)

        async def work(call: Call) -> ReadResourceResult:
            try:
                called = await run(self.behind, self.sessions, call, resource.id, inputs, counted(resource.workflow))
            except NodeBuilderError as error:
                raise MCPError(INVALID_PARAMS, self.behind.clean(f"{error.message} {error.remedy}".strip())) from error
            if called.status != "succeeded":
                raise MCPError(INTERNAL_ERROR, why(called, self.behind), {"uri": uri})
            values = [called.outputs[result.name] for result in resource.results if result.name in called.outputs]
            contents = [part for value in values for part in await read_out(uri, value, self.behind)]
            return ReadResourceResult(contents=contents)

        return await self.rounds.answer(context, params.input_responses, params.request_state, work)

    async def _file(self, context: Context, uri: str, name: str) -> list[Contents]:
        try:
            asset = (await self.behind.assets.info(name)).asset
            data = await self.behind.assets.read(name)
        except StorageError:
            _missing(uri)
        streams = context.request is not None and not is_modern(context)
        if not streams or len(data) <= EVENT_BYTES:
            return [BlobResourceContents(uri=uri, mime_type=asset.media_type, blob=encoded(data))]
        said = TextResourceContents(
            uri=uri, mime_type="text/plain", text=f"The file has {len(data):,} bytes. Get it in full from {uri}"
        )
        if not asset.width:
            return [said]
        small = await asyncio.to_thread(thumbnail, data, PREVIEW_PIXELS[0])
        return [BlobResourceContents(uri=uri, mime_type="image/webp", blob=encoded(small)), said]


def matched(template: str, uri: str) -> dict[str, str] | None:
    """Return what fills the slots `{name}` of a template so that it is `uri`, or None; without slots, itself."""
    parts = _SLOT.split(template)
    pattern = "".join(re.escape(part) if place % 2 == 0 else "([^/]+)" for place, part in enumerate(parts))
    found = re.fullmatch(pattern, uri)
    return dict(zip(parts[1::2], map(unquote, found.groups()), strict=True)) if found else None


def _missing(uri: str) -> NoReturn:
    raise MCPError(INVALID_PARAMS, "Resource not found", {"uri": uri})


def _described(published: Published) -> Resource:
    return Resource(
        uri=address(published),
        name=published.id,
        title=published.name,
        description=published.description or published.name,
    )


def _file(record: AssetRecord) -> Resource:
    asset = record.asset
    made = str(record.about.get("prompt") or "") or record.original_name
    return Resource(
        uri=asset.url,
        name=asset.filename,
        description=made[:300] or "A file that a run has made.",
        mime_type=asset.media_type,
        size=asset.size,
    )

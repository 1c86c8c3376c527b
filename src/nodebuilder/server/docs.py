"""The documentation, page by page."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder import documentation
from nodebuilder.house import House
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import DocsOut, PageOut
from nodebuilder.server.problems import plain

router = APIRouter(route_class=StrictRoute, tags=["docs"])
Slug = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_.-]{1,100}$", description="The name of a page: a node type or a guide.")
]


@router.get("/api/docs", operation_id="list_docs", response_model=DocsOut, responses=failures())
async def list_docs(request: Request) -> Response:
    """List the guides and the pages of all node types."""
    house: House = request.app.state.house
    pages = await asyncio.to_thread(documentation.pages, house.registry)
    return answer(request, {"pages": [page.entry() for page in pages]})


@router.get("/api/docs/{slug}", operation_id="get_docs", response_model=PageOut, responses=failures(404, 422))
async def get_docs(request: Request, slug: Slug) -> Response:
    """Give a page of the documentation as Markdown."""
    house: House = request.app.state.house
    page = await asyncio.to_thread(documentation.page, slug, house.registry)
    if page is None:
        raise plain(404)
    return answer(request, page.as_json())

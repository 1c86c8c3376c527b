"""Resources: workflows under their addresses, files under theirs."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import MCPError

from nodebuilder.interop.mcp.resources import PAGE, matched
from tests.conformance.nodes.fixtures import RED
from tests.interop.mcp.conftest import Hosted


async def test_workflows_are_read_under_their_own_addresses(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        listed = {resource.uri: resource for resource in (await client.list_resources()).resources}
        assert {"test://static-text", "test://static-binary", "test://watched-resource"} == set(listed)
        text = (await client.read_resource("test://static-text")).contents[0]
        picture = (await client.read_resource("test://static-binary")).contents[0]
    assert (text.mime_type, text.text) == ("text/plain", "This is the content of the static text resource.")
    assert (picture.mime_type, base64.b64decode(picture.blob)) == ("image/png", RED)


async def test_a_template_fills_the_inputs(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        templates = (await client.list_resource_templates()).resource_templates
        assert [template.uri_template for template in templates] == ["test://template/{id}/data"]
        found = (await client.read_resource("test://template/a%20b/data")).contents[0]
    assert found.uri == "test://template/a%20b/data"
    assert found.mime_type == "application/json"
    assert json.loads(found.text) == {"id": "a b", "templateTest": True, "data": "Data for ID: a b"}


async def test_files_are_listed_page_by_page_and_read_in_full(hosted: Hosted, mode: str) -> None:
    assets = hosted.house.store.assets
    saved = [await assets.save(RED + bytes([number]), prefix="dot", about={}) for number in range(PAGE + 5)]
    async with hosted.client(mode) as client:
        first = await client.list_resources()
        rest = await client.list_resources(cursor=first.next_cursor)
        assert rest.next_cursor is None
        uris = [resource.uri for page in (first, rest) for resource in page.resources]
        assert {asset.url for asset in saved} <= set(uris)
        assert len(uris) == len(set(uris)) == len(saved) + 3
        found = (await client.read_resource(saved[7].url)).contents[0]
    assert base64.b64decode(found.blob) == RED + bytes([7])


@pytest.mark.parametrize(
    "uri",
    [
        "test://no-such",
        "test://template/a/b/data",
        "http://localhost:8000/servable/no_such_00000000.png",
        "http://localhost:8000/servable/../nodebuilder.db",
        "http://elsewhere.example/servable/dot.png",
        "file:///etc/passwd",
        "",
    ],
)
async def test_nothing_else_is_read(hosted: Hosted, mode: str, uri: str) -> None:
    async with hosted.client(mode) as client:
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
    assert refused.value.code == -32602
    assert refused.value.error.data == {"uri": uri}


async def test_an_unknown_cursor_is_refused(hosted: Hosted, mode: str) -> None:
    async with hosted.client(mode) as client:
        with pytest.raises(MCPError) as refused:
            await client.list_resources(cursor="no-such")
    assert refused.value.code == -32602


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
PARTS = st.text(st.characters(exclude_characters="/{}%", exclude_categories=["Cs"]), min_size=1, max_size=10)


@given(st.lists(st.tuples(NAMES, PARTS), max_size=4, unique_by=lambda pair: pair[0]), PARTS)
def test_what_was_put_into_a_template_comes_out_again(filled: list[tuple[str, str]], begin: str) -> None:
    template = "/".join([begin, *("{" + name + "}" for name, _ in filled)])
    uri = "/".join([begin, *(part for _, part in filled)])
    assert matched(template, uri) == dict(filled)
    assert matched(template, uri + "/more") is None

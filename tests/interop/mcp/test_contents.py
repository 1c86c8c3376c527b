"""Values as content: pictures small enough, links to the full files, data without files."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.Image import effect_noise

from nodebuilder.house.hosting import Hosting
from nodebuilder.interop.mcp.contents import MAX_SHOWN, SHOWN_BYTES, Writer, as_block, plain
from nodebuilder.values import Asset
from tests.conformance.nodes.fixtures import BEEP, RED
from tests.interop.mcp.conftest import Hosted

DATA_URL = "data:image/png;base64," + base64.b64encode(RED).decode()


def noise(folder: Any, width: int, height: int) -> bytes:
    """A picture that no format makes small."""
    image = Image.merge("RGB", [effect_noise((width, height), 200) for _ in range(3)])
    path = folder / "noise.png"
    image.save(path)
    return path.read_bytes()


async def save(hosted: Hosted, data: bytes) -> Asset:
    return await hosted.house.store.assets.save(data, prefix="it", about={})


async def test_a_small_picture_is_shown_as_it_is(hosted: Hosted) -> None:
    asset = await save(hosted, RED)
    image, link = await Writer(Hosting(hosted.house)).blocks(asset)
    assert (image.type, base64.b64decode(image.data), image.mime_type) == ("image", RED, "image/png")
    assert (link.type, link.uri, link.size) == ("resource_link", asset.url, len(RED))


async def test_a_large_picture_is_shown_smaller_and_linked_in_full(hosted: Hosted, tmp_path: Any) -> None:
    data = noise(tmp_path, 1500, 1200)
    asset = await save(hosted, data)
    image, link = await Writer(Hosting(hosted.house)).blocks(asset)
    assert image.mime_type == "image/webp"
    assert len(base64.b64decode(image.data)) <= SHOWN_BYTES < len(data)
    assert link.size == len(data)


async def test_a_sound_is_heard_and_other_files_are_linked(hosted: Hosted) -> None:
    writer = Writer(Hosting(hosted.house))
    assert [block.type for block in await writer.blocks(await save(hosted, BEEP))] == ["audio", "resource_link"]
    assert [block.type for block in await writer.blocks(await save(hosted, b"%PDF-1.7 x"))] == ["resource_link"]
    damaged = RED[:40] + bytes(SHOWN_BYTES)
    assert [block.type for block in await writer.blocks(await save(hosted, damaged))] == ["resource_link"]


async def test_pictures_are_found_wherever_their_address_stands(hosted: Hosted) -> None:
    asset = await save(hosted, RED)
    value = {"made": [{"servable_url": asset.url}], "again": asset.url, "other": asset.url + "x"}
    text, image, link = await Writer(Hosting(hosted.house)).blocks(value)
    assert json.loads(text.text) == value
    assert (image.type, link.uri) == ("image", asset.url)


async def test_of_many_pictures_some_are_shown_and_all_are_linked(hosted: Hosted) -> None:
    assets = [await save(hosted, RED + bytes([number])) for number in range(MAX_SHOWN + 2)]
    kinds = [block.type for block in await Writer(Hosting(hosted.house)).blocks(assets)]
    assert kinds.count("image") == MAX_SHOWN
    assert kinds.count("resource_link") == len(assets)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("words", "words"),
        (7, "7"),
        (True, "true"),
        ({"a": [1]}, '{"a":[1]}'),
        (float("nan"), '"nan"'),
        ([2**70], f"[{2**70}]"),
    ],
)
async def test_other_values_are_text(hosted: Hosted, value: Any, text: str) -> None:
    (block,) = await Writer(Hosting(hosted.house)).blocks(value)
    assert block.text == text


async def test_nothing_is_no_content(hosted: Hosted) -> None:
    assert await Writer(Hosting(hosted.house)).blocks(None) == []


@pytest.mark.parametrize(
    "value",
    [
        {"type": "text"},
        {"type": "image", "data": "no base64!", "mimeType": "image/png"},
        {"type": "video", "data": "", "mimeType": "video/mp4"},
        {"type": ["text"], "text": "x"},
        {"type": "resource", "resource": {"text": "no address"}},
        ["text"],
        None,
    ],
)
def test_what_is_not_quite_content_is_data(value: Any) -> None:
    assert as_block(value) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(DATA_URL),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values)
def test_data_hold_no_files_and_are_json(value: Any) -> None:
    text = json.dumps(plain(value), allow_nan=False)
    assert DATA_URL[30:] not in text


def test_content_in_data_is_named_only() -> None:
    block = {"type": "image", "data": DATA_URL.partition(",")[2], "mimeType": "image/png"}
    assert plain({"x": [block, {"type": "text", "text": "y"}]}) == {
        "x": [{"type": "image"}, {"type": "text", "text": "y"}]
    }

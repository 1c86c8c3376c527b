"""What a model is told of results: never base64, never too much, and pictures small."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.nodes.llm_results import LONGEST_RESULT, MOST_PICTURES, THUMBNAIL_PIXELS, content_of, lean
from nodebuilder.providers.servable_pictures import ServablePictures
from nodebuilder.storage.pictures import inspect
from nodebuilder.values import DEEPEST, Asset
from tests.standin import png
from tests.workbench import Bench, open_bench

NOISE = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(94))
ENCODED = base64.b64encode(NOISE).decode()
WRAPPED = base64.encodebytes(NOISE).decode()
FORMS = {
    "alone": ENCODED,
    "a data URL": f"data:image/png;base64,{ENCODED}",
    "a short data URL": f"data:image/gif;base64,{ENCODED[:200]}",
    "with parameters": f"data:image/svg+xml;charset=utf-8;base64,{ENCODED}",
    "in a text": f"Here it is: data:image/jpeg;base64,{ENCODED} - do you like it?",
    "in Markdown": f"![a cat](data:image/png;base64,{ENCODED})",
    "in capitals": f"DATA:IMAGE/PNG;BASE64,{ENCODED}",
    "bare in a text": f"<img>{ENCODED}</img>",
    "in lines": f"-----BEGIN-----\n{WRAPPED}-----END-----",
    "for addresses": ENCODED.replace("+", "-").replace("/", "_"),
    "JSON in a text": json.dumps({"picture": ENCODED}),
}


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path) as made:
        yield made


def pictures(bench: Bench) -> ServablePictures:
    return ServablePictures(bench.store.assets, bench.settings)


async def told(bench: Bench, answer: dict[str, Any], *, sees: bool = False) -> Any:
    return await content_of({"id": "c", **answer}, pictures(bench), sees=sees)


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("place", ["value", "list", "deep", "key", "error"])
async def test_base64_never_passes(bench: Bench, text: str, place: str) -> None:
    result: Any = {"value": text, "list": [1, [text]], "deep": {"a": {"b": (text,)}}, "key": {text: 1}}.get(place)
    content = await told(bench, {"error": text} if place == "error" else {"result": result})
    assert "characters of binary data" in content
    pieces = [text[at : at + 60] for at in range(0, len(text) - 60, 20)]
    assert not any(piece in content for piece in pieces if set('\n"\\ -<![{').isdisjoint(piece))
    if place == "value" and " - do you" in text:
        assert content.startswith('"Here it is: (')
        assert content.endswith(' - do you like it?"')


@pytest.mark.parametrize(
    "text",
    [
        "many words " * 4000,
        "word\n" * 4000,
        "x" * 5000,
        "=" * 3000,
        "0123456789" * 300,
        "https://example.com/a?" + "&".join(f"key{n}=Value{n}" for n in range(300)),
        "data:image/png;base64,iVBORw0KGgo=",
        "\n".join(f"line-{n}" for n in range(3000)),
    ],
    ids=["words", "lines", "one letter", "a rule", "digits", "a long address", "a tiny picture", "numbered lines"],
)
def test_what_is_no_base64_is_left_alone(text: str) -> None:
    assert lean(text, []) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=50),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
        max_leaves=20,
    )
)
def test_small_results_without_files_keep_what_they_say(value: Any) -> None:
    seen: list[Asset | str] = []
    made = lean(value, seen)
    assert type(made) is type(value) or isinstance(value, tuple)
    assert all(isinstance(each, str) for each in seen)
    if isinstance(value, list | dict):
        assert len(made) <= len(value)


async def test_what_holds_itself_ends(bench: Bench) -> None:
    circle: dict[str, Any] = {"a": 1}
    circle["again"] = [circle]
    content = await told(bench, {"result": circle})
    assert "nested too deeply" in content
    assert content.count('"again"') <= DEEPEST


@pytest.mark.parametrize(
    "value", ["words and " * 20_000, [{"n": n} for n in range(50_000)], {str(n): n for n in range(50_000)}]
)
async def test_too_much_is_cut_and_said_to_be(bench: Bench, value: Any) -> None:
    content = await told(bench, {"result": value})
    assert len(content) < LONGEST_RESULT + 100
    assert f"(cut: these are the first {LONGEST_RESULT:,} of" in content
    assert len(await told(bench, {"error": "no " * 50_000})) < LONGEST_RESULT + 100


@pytest.mark.parametrize(
    "value", [float("nan"), {1, 2}, b"bytes", object(), 2**200, "\ud800", {"\ud800": 1}, {None: 1}]
)
async def test_whatever_python_gives_becomes_text(bench: Bench, value: Any) -> None:
    content = await told(bench, {"result": value})
    content.encode()
    json.loads(content)


async def test_a_file_is_told_by_its_address_and_shown_small_to_a_model_that_sees(bench: Bench) -> None:
    asset = await bench.store.assets.save(png(1600, 900), prefix="cat", about={})
    answer = {"result": {"picture": asset, "also": [asset], "again": {"servable_url": asset.url}}}
    blind = await told(bench, answer)
    assert json.loads(blind)["picture"] == {
        "servable_url": asset.url, "name": asset.filename, "size": asset.size, "media_type": "image/png",
    }  # fmt: skip
    text, *shown = await told(bench, answer, sees=True)
    assert text == {"type": "text", "text": blind}
    assert len(shown) == 1, "once, however often it is named"
    head, _, data = shown[0]["image_url"]["url"].partition(",")
    assert head == "data:image/webp;base64"
    seen = inspect(base64.b64decode(data))
    assert (seen.width, seen.height) == (THUMBNAIL_PIXELS, 288)


async def test_only_so_many_pictures_are_shown(bench: Bench) -> None:
    assets = [await bench.store.assets.save(png(20 + n, 20), prefix="cat", about={}) for n in range(MOST_PICTURES + 3)]
    content = await told(bench, {"result": assets}, sees=True)
    assert len(content) == 1 + MOST_PICTURES
    assert all(asset.url in content[0]["text"] for asset in assets)


@pytest.mark.parametrize(
    "link",
    [
        "/servable/none_00000000.png", "/servable/../secret.key", "file:///etc/passwd", "http://169.254.169.254/x.png",
        "https://example.invalid/x.png", "", "data:image/png;base64,AAAA",
    ],
)  # fmt: skip
async def test_a_link_that_is_no_picture_here_is_told_and_never_followed(bench: Bench, link: str) -> None:
    content = await told(bench, {"result": {"servable_url": link}}, sees=True)
    assert isinstance(content, str)
    assert json.loads(content) == {"servable_url": link}


async def test_an_error_hides_everything_else(bench: Bench) -> None:
    assert await told(bench, {"error": "No.", "result": "secret"}) == '{"error":"No."}'
    assert await told(bench, {"result": None}) == await told(bench, {}) == "null"

"""Pictures beside a prompt: what goes along, what does not, and that nothing is fetched."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
from PIL import Image

from nodebuilder.context import Context
from nodebuilder.errors import InputError
from nodebuilder.nodes.llm_messages import Prompt
from nodebuilder.nodes.llm_pictures import LARGEST, SENT_PIXELS, with_pictures
from nodebuilder.providers.servable_pictures import ServablePictures
from nodebuilder.storage.pictures import inspect
from tests.standin import png
from tests.workbench import Bench, open_bench

PNG = png(30, 20)
DATA = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


class Log:
    """The part of a context that is needed here."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def log(self, message: str, level: str = "info") -> None:
        self.lines.append(f"{level}: {message}")


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path, image_hosts=("pictures.example",)) as made:
        yield made


async def along(bench: Bench, text: str, image: str = "", *, sees: bool | None = True) -> tuple[Prompt, list[str]]:
    log = Log()
    pictures = ServablePictures(bench.store.assets, bench.settings)
    return await with_pictures(cast(Context, log), pictures, text, image, sees=sees), log.lines


async def test_a_picture_that_is_connected_goes_along_as_its_data(bench: Bench) -> None:
    asset = await bench.store.assets.save(PNG, prefix="cat", about={})
    for reference in (asset.filename, f"/servable/{asset.filename}", asset.url, DATA, f"  {DATA}\n"):
        assert await along(bench, "What is it?", reference) == (Prompt("What is it?", (DATA,)), [])


async def test_an_address_that_was_allowed_is_linked_and_not_fetched(bench: Bench) -> None:
    url = "https://pictures.example/a.png"
    assert await along(bench, "x", url) == (Prompt("x", (url,)), [])
    assert await along(bench, f"Look: {url} please") == (Prompt("Look:  please", (url,)), [])


@pytest.mark.parametrize(
    ("image", "code"),
    [
        ("https://elsewhere.example/a.png", "picture_elsewhere"),
        ("http://pictures.example/a.png", "picture_elsewhere"),
        ("https://pictures.example.evil.example/a.png", "picture_elsewhere"),
        ("https://user@pictures.example/a.png", "picture_elsewhere"),
        ("file:///etc/passwd", "picture_elsewhere"),
        ("none_00000000.png", "not_found"),
        ("data:image/png;base64,AAAA", "not_an_image"),
        ("data:image/png,AAAA", "bad_picture"),
    ],
)
async def test_what_cannot_be_used_is_refused_before_anything_is_asked(bench: Bench, image: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        await along(bench, "x", image)
    assert caught.value.code == code


async def test_a_model_that_takes_no_pictures_is_given_none(bench: Bench) -> None:
    with pytest.raises(InputError) as caught:
        await along(bench, "x", DATA, sees=False)
    assert (caught.value.code, caught.value.socket) == ("blind_model", "image")
    text = f"Look at ![a cat]({DATA})"
    assert await along(bench, text, sees=False) == (Prompt(text), [])


async def test_nobody_knows_is_tried(bench: Bench) -> None:
    assert (await along(bench, "x", DATA, sees=None))[0].pictures == (DATA,)


async def test_the_first_link_of_the_prompt_is_taken_out_and_sent_along(bench: Bench) -> None:
    asset = await bench.store.assets.save(PNG, prefix="cat", about={})
    text = f"What is ![this](/servable/{asset.filename}) and /servable/other.png?"
    prompt, lines = await along(bench, text)
    assert (prompt.text, prompt.pictures, lines) == ("What is  and /servable/other.png?", (DATA,), [])


async def test_a_picture_that_is_connected_leaves_the_links_of_the_prompt_alone(bench: Bench) -> None:
    text = "Compare with /servable/other.png"
    assert await along(bench, text, DATA) == (Prompt(text, (DATA,)), [])


async def test_a_link_that_cannot_be_used_stays_in_the_text_and_is_told(bench: Bench) -> None:
    text = "Look at https://elsewhere.example/a.png"
    prompt, lines = await along(bench, text)
    assert prompt == Prompt(text)
    assert len(lines) == 1
    assert lines[0].startswith("warning: The picture that the prompt links to is not sent along")


async def test_a_large_picture_is_sent_smaller(bench: Bench) -> None:
    file = BytesIO()
    Image.frombytes("RGB", (2400, 1200), os.urandom(2400 * 1200 * 3)).save(file, "PNG", compress_level=1)
    large = await bench.store.assets.save(file.getvalue(), prefix="big", about={})
    wide = await bench.store.assets.save(png(3000, 1500), prefix="wide", about={})
    assert large.size > LARGEST > wide.size
    prompt, _ = await along(bench, "x", large.filename)
    kind, _, data = prompt.pictures[0].partition(",")
    seen = inspect(base64.b64decode(data))
    assert (kind, seen.width, seen.height) == ("data:image/webp;base64", SENT_PIXELS, SENT_PIXELS // 2)
    prompt, _ = await along(bench, "x", wide.filename)
    assert base64.b64decode(prompt.pictures[0].partition(",")[2]) == png(3000, 1500), "few bytes are sent as they are"

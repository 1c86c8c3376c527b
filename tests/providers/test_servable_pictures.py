"""Reading pictures by name, address or data URL: from the folder only, verified, never over the network."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import InputError
from nodebuilder.providers import servable_pictures
from nodebuilder.providers.pictures import Pictures
from nodebuilder.providers.servable_pictures import ServablePictures, named
from nodebuilder.settings import Settings, load_settings
from nodebuilder.storage.serving import checked_name
from nodebuilder.storage.store import Store
from nodebuilder.values import Asset
from tests.standin import StandIn, bomb, png


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    hosts = {"public_url": "https://studio.example", "allowed_hosts": ("pictures.example:8443",)}
    return load_settings(data_dir=tmp_path / "data", key_file=tmp_path / "key", max_upload_bytes=100_000, **hosts)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    store = await Store.open(settings, exclusive=False)
    yield store
    await store.close()


@pytest.fixture
def pictures(store: Store, settings: Settings) -> Pictures:
    return ServablePictures(store.assets, settings)


@pytest.fixture
async def asset(store: Store) -> Asset:
    return await store.assets.save(png(80, 40), prefix="lion", about={})


async def refused(pictures: Pictures, reference: Asset | str) -> InputError:
    with pytest.raises(InputError) as caught:
        await pictures.read(reference)
    assert caught.value.message.endswith(".")
    assert caught.value.remedy.endswith(".")
    return caught.value


@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "  {}\n",
        "/servable/{}",
        "https://studio.example/servable/{}",
        "https://STUDIO.example/servable/{}?download=1#top",
        "http://pictures.example:8443/servable/{}",
        "http://localhost:8123/servable/{}",
        "http://127.0.0.1:9/servable/{}",
        "http://[::1]:8000/servable/{}",
    ],
)
async def test_every_way_of_naming_a_file_reads_it(pictures: Pictures, asset: Asset, form: str) -> None:
    picture = await pictures.read(form.format(asset.filename))
    assert (picture.data, picture.media_type, picture.width, picture.height) == (png(80, 40), "image/png", 80, 40)
    assert picture.asset == asset
    assert picture.filename == asset.filename


async def test_an_asset_is_read_by_its_name(pictures: Pictures, asset: Asset) -> None:
    assert (await pictures.read(asset)).data == png(80, 40)


async def test_a_data_url_is_read_without_a_file(pictures: Pictures) -> None:
    picture = await pictures.read("data:image/jpeg;base64," + base64.b64encode(png(8, 4) + b"trailing").decode())
    assert (picture.data, picture.media_type, picture.asset, picture.filename) == (png(8, 4), "image/png", None, "")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/servable/{}",
        "https://studio.example.evil.example/servable/{}",
        "https://studio.example/other/{}",
        "//example.org/servable/{}",
        "https://studio.example@example.org/servable/{}",
        "http://169.254.169.254/servable/{}",
        "file:///servable/{}",
        "ftp://localhost/servable/{}",
    ],
)
async def test_an_address_elsewhere_is_not_followed(pictures: Pictures, asset: Asset, address: str) -> None:
    error = await refused(pictures, address.format(asset.filename))
    assert error.code == "picture_elsewhere"


async def test_nothing_is_fetched_and_no_password_is_repeated(pictures: Pictures) -> None:
    async with StandIn() as server:
        local = server.url.removesuffix("/v1")
        assert (await refused(pictures, f"{local}/servable/lion_00000000.png")).code == "not_found"
        assert (await refused(pictures, f"{local}/v1/images/lion.png")).code == "picture_elsewhere"
        assert server.count == 0
    assert "geheim" not in (await refused(pictures, "https://me:geheim@example.org/a.png?token=geheim")).message


@pytest.mark.parametrize(
    "name",
    ["../secret.key", "/servable/../../key", "..%2fkey", "/etc/passwd", "lion", ".a.png", "con.png", "[::1"],
)
async def test_a_name_that_no_picture_can_have_is_not_found(pictures: Pictures, name: str) -> None:
    assert (await refused(pictures, name)).code == "not_found"


async def test_nothing_and_no_picture_are_told_apart(pictures: Pictures, store: Store) -> None:
    assert (await refused(pictures, "  ")).code == "no_picture"
    text = await store.assets.save(b"hello", prefix="note", about={})
    assert (await refused(pictures, text)).code == "not_an_image"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("data:image/png;base64", "bad_picture"),
        ("data:image/png,abc", "bad_picture"),
        ("data:image/png;base64,%%%", "bad_picture"),
        ("data:image/png;base64,aGVsbG8=", "not_an_image"),
        ("data:image/png;base64," + base64.b64encode(bomb()).decode(), "image_too_large"),
        ("data:image/png;base64," + base64.b64encode(png(64, 64)[:-20]).decode(), "image_truncated"),
        ("DATA:image/png;base64," + "A" * 200_000, "too_large"),
    ],
)
async def test_a_data_url_that_is_no_picture_is_refused(pictures: Pictures, url: str, code: str) -> None:
    assert (await refused(pictures, url)).code == code


async def test_a_file_beyond_the_limit_is_not_read(
    pictures: Pictures, asset: Asset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servable_pictures, "MAX_BYTES", asset.size - 1)
    assert (await refused(pictures, asset)).code == "too_large"


async def test_a_thumbnail_is_small_and_keeps_where_it_came_from(pictures: Pictures, asset: Asset) -> None:
    small = await pictures.thumbnail(asset, 20)
    assert (small.media_type, small.width, small.height, small.asset) == ("image/webp", 20, 10, asset)
    assert small.data.startswith(b"RIFF")


@given(st.text(max_size=60) | st.from_regex(r"https?://[^/]{0,20}/servable/.{0,20}", fullmatch=True))
def test_whatever_is_written_ends_as_a_name_or_a_sentence(text: str) -> None:
    def outcome() -> str:
        try:
            return f"named {named(text, {'studio.example'})}"
        except InputError as error:
            return error.code

    assert outcome().startswith(("named ", "no_picture", "picture_elsewhere"))


@given(st.from_regex(r"[a-z][a-z0-9]{0,20}\.(png|jpg|webp)", fullmatch=True))
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert named(name) == named(f"/servable/{name}") == name
    if not name.startswith(("con.", "prn.", "aux.", "nul.", "com", "lpt")):
        assert checked_name(name) == name

"""Edits in the sandbox: what the mask leaves stays to the pixel, what it frees is new, the shape is the picture's."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops
from starlette.datastructures import Headers
from starlette.requests import Request

from nodebuilder.providers.edits import picture_tokens_seen
from nodebuilder.providers.sandbox.editing import Edit, paint_edit, read_edit
from nodebuilder.providers.sandbox.requests import Drawing, RefusedError, read_drawing

NAVY = (0, 0, 128)


def drawing(size: str = "1024x1024", prompt: str = "a lion") -> Drawing:
    return read_drawing({"prompt": prompt, "size": size, "quality": "low"})


def solid(width: int = 512, height: int = 512, colour: tuple[int, int, int] = NAVY) -> Image.Image:
    return Image.new("RGB", (width, height), colour)


def left_half_free(width: int = 512, height: int = 512) -> Image.Image:
    mask = Image.new("RGBA", (width, height), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, width // 2, height))
    return mask


def changed(image: Image.Image, box: tuple[int, int, int, int]) -> float:
    """Return the share of pixels in the box that are not navy."""
    part = image.crop(box)
    difference = ImageChops.difference(part, Image.new("RGB", part.size, NAVY)).convert("L")
    return sum(difference.histogram()[1:]) / (part.width * part.height)


def test_what_is_free_is_painted_anew_and_the_rest_stays_to_the_pixel() -> None:
    image = paint_edit(Edit(drawing(), (solid(),), left_half_free(), closely=False))
    assert image.size == (1024, 1024)
    assert changed(image, (0, 0, 500, 1024)) > 0.95
    assert changed(image, (530, 120, 1024, 1024)) == 0


def test_without_a_mask_the_whole_picture_changes_and_can_still_be_recognised() -> None:
    before = solid(1024, 1024, (200, 30, 30))
    image = paint_edit(Edit(drawing(), (before,), None, closely=False))
    assert changed(image, (0, 0, 1024, 1024)) > 0.99
    red, green, blue = (band.resize((1, 1)).getpixel((0, 0)) for band in image.split())
    assert red > max(green, blue)


def test_every_further_picture_is_seen_in_the_result() -> None:
    whole = Image.new("RGBA", (512, 512), (0, 0, 0, 255))
    others = tuple(solid(60, 60, (250, 10 * number, 10)) for number in range(1, 16))
    image = paint_edit(Edit(drawing(), (solid(), *others), whole, closely=False))
    colours = {colour for _, colour in image.getcolors(1 << 24) or []}
    assert {(250, 10 * number, 10) for number in range(1, 16)} <= colours


def test_the_same_edit_is_the_same_picture_and_the_next_of_one_request_another() -> None:
    edit = Edit(drawing(), (solid(),), None, closely=False)
    assert paint_edit(edit).tobytes() == paint_edit(edit).tobytes() != paint_edit(edit, 1).tobytes()


def test_pictures_count_as_many_tokens_as_the_estimate_says() -> None:
    pictures = (solid(1024, 1024), solid(1536, 1024))
    assert Edit(drawing(), pictures, None, closely=False).tokens == 194 + 323
    close = picture_tokens_seen((1024, 1024), closely=True) + picture_tokens_seen((1536, 1024), closely=True)
    assert Edit(drawing(), pictures, None, closely=True).tokens == close


def form(fields: dict[str, str], files: list[tuple[str, bytes]]) -> Request:
    boundary = b"--cut"
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}'.encode() for name, text in fields.items()]
    parts += [
        f'Content-Disposition: form-data; name="{name}"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'.encode()
        + data
        for name, data in files
    ]
    body = b"".join(boundary + b"\r\n" + part + b"\r\n" for part in parts) + boundary + b"--\r\n"
    headers = Headers({"content-type": "multipart/form-data; boundary=cut", "content-length": str(len(body))})

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": headers.raw}, receive)


def encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("shape", "size"),
    [((64, 64), (1024, 1024)), ((30, 90), (1024, 1536)), ((90, 30), (1536, 1024)), ((70, 64), (1024, 1024))],
)
async def test_without_a_size_the_result_has_the_shape_of_the_first_picture(
    shape: tuple[int, int], size: tuple[int, int]
) -> None:
    files = [("image[]", encoded(solid(*shape))), ("image[]", encoded(solid(5, 5)))]
    edit = await read_edit(form({"prompt": "a lion", "size": "auto", "input_fidelity": "high"}, files))
    assert (edit.drawing.pixels, len(edit.pictures), edit.mask, edit.closely) == (size, 2, None, True)


async def test_a_mask_of_another_size_is_refused() -> None:
    files = [("image", encoded(solid(64, 64))), ("mask", encoded(left_half_free(32, 32)))]
    with pytest.raises(RefusedError) as caught:
        await read_edit(form({"prompt": "a lion"}, files))
    assert (caught.value.status, caught.value.body["param"]) == (400, "mask")

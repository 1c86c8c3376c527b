"""Editing in the sandbox: where the mask is transparent the picture is painted anew, the rest stays as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from nodebuilder.providers.edits import MAX_PICTURES, picture_tokens_seen
from nodebuilder.providers.sandbox import lettering
from nodebuilder.providers.sandbox.painting import scene
from nodebuilder.providers.sandbox.requests import MIB, SIZES, Drawing, RefusedError, read_drawing

MAX_PIXELS: Final = 40_000_000
MAX_FORM: Final = 128 * MIB
MAX_FIELD: Final = MIB
NEW: Final = 0.45
"""How much of the new painting shows through where no mask says what is to change."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A checked request for edits: what to draw, the pictures, and where they may change."""

    drawing: Drawing
    pictures: tuple[Image.Image, ...]
    mask: Image.Image | None
    closely: bool

    @property
    def tokens(self) -> int:
        """How many tokens the pictures count, as at OpenAI."""
        return sum(picture_tokens_seen(picture.size, closely=self.closely) for picture in self.pictures)


async def read_edit(request: Request) -> Edit:
    """Return what is to be edited; without a size it is that of the first picture, as near as can be.

    Raises:
        RefusedError: a field is missing or wrong, a picture cannot be read, or the mask does not fit.
    """
    if int(request.headers.get("content-length") or 0) > MAX_FORM:
        raise RefusedError(413, f"The request is larger than {MAX_FORM // MIB} MiB.")
    form = await request.form(max_files=MAX_PICTURES + 1, max_fields=50, max_part_size=MAX_FIELD)
    fields: Mapping[str, str] = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    drawing = read_drawing(fields)
    uploads = [*_uploads(form, "image"), *_uploads(form, "image[]")]
    if not uploads:
        raise RefusedError(
            400, "Missing required parameter: 'image'.", code="missing_required_parameter", param="image"
        )
    pictures = tuple([await _picture(upload, "image") for upload in uploads])
    masks = _uploads(form, "mask")
    mask = await _picture(masks[0], "mask") if masks else None
    _check_mask(mask, pictures[0])
    if drawing.size == "auto":
        drawing = replace(drawing, size=_nearest(pictures[0]))
    return Edit(drawing, pictures, mask, fields.get("input_fidelity") == "high")


def paint_edit(edit: Edit, number: int = 0) -> Image.Image:
    """Return the edited picture; `number` tells the pictures of one request apart (blocks)."""
    drawing = edit.drawing
    base = ImageOps.fit(edit.pictures[0].convert("RGB"), drawing.pixels)
    new = scene(drawing.prompt, drawing.pixels, drawing.chosen_quality, number)
    if edit.mask is None:
        image = Image.composite(new, base, _veil(drawing.pixels))
        lettering.caption(image, drawing.prompt)
    else:
        keep = ImageOps.fit(edit.mask.convert("RGBA"), drawing.pixels).getchannel("A")
        image = Image.composite(base, new, keep)
    _lay_in(image, edit.pictures[1:])
    lettering.stamp(image)
    return image


def _veil(size: tuple[int, int]) -> Image.Image:
    """Return how much of the new painting shows: the same everywhere, all of it at the foot, where the words stand."""
    width, height = size
    veil, foot = Image.new("L", size, round(NEW * 255)), height // 6
    rise = (
        Image.linear_gradient("L")
        .resize((width, foot))
        .point([round(255 * min(1.0, NEW + step / 96)) for step in range(256)])
    )
    veil.paste(rise, (0, height - foot))
    return veil


def _lay_in(image: Image.Image, others: tuple[Image.Image, ...]) -> None:
    """Put the other pictures small along the left side."""
    side = min(image.size) // 8
    for place, other in enumerate(others):
        small = ImageOps.fit(other.convert("RGB"), (side, side))
        column, row = divmod(place, max(1, image.height // (side + side // 4) - 1))
        image.paste(small, (side // 4 + column * (side + side // 4), side // 4 + row * (side + side // 4)))


def _check_mask(mask: Image.Image | None, picture: Image.Image) -> None:
    if mask is not None and mask.size != picture.size:
        raise RefusedError(
            400, "Invalid mask image: it must have the size of the image.", code="invalid_mask", param="mask"
        )


def _nearest(picture: Image.Image) -> str:
    """Return the offered size whose shape is nearest to that of the picture."""

    def distance(size: str) -> float:
        width, _, height = size.partition("x")
        return abs(picture.width / picture.height - int(width) / int(height))

    return min((size for size in SIZES if size != "auto"), key=distance)


def _uploads(form: FormData, name: str) -> list[UploadFile]:
    return [value for value in form.getlist(name) if isinstance(value, UploadFile)]


async def _picture(upload: UploadFile, param: str) -> Image.Image:
    try:
        image = Image.open(BytesIO(await upload.read()), formats=("PNG", "JPEG", "WEBP"))
        if image.width * image.height > MAX_PIXELS:
            raise RefusedError(400, "The picture has too many pixels.", code="invalid_image_file", param=param)
        await asyncio.to_thread(image.load)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise RefusedError(400, "Invalid image file or mode.", code="invalid_image_file", param=param) from error
    return image

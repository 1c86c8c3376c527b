"""What image models take for editing, and what that costs before the call: facts of OpenAI's models, nothing is sent.

The tokens of a picture that is looked at follow from its shape as OpenAI's guide counts them: a base and so many for
each tile, and far more where the model looks closely.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from nodebuilder.errors import InputError
from nodebuilder.providers.pictures import Picture
from nodebuilder.providers.prices import estimate_image, image_models

MAX_PICTURES: Final = 16
MAX_BYTES: Final = 50_000_000
TYPES: Final = ("image/png", "image/jpeg", "image/webp")
BASE_TOKENS: Final = 65
TILE_TOKENS: Final = 129
TILE: Final = 512
CLOSE_TOKENS: Final = (4160, 6240)
"""Tokens of a picture that is looked at closely: a square one, any other."""

_LOOKS_AS_TOLD: Final = re.compile(r"gpt-image-1(?:\.5)?(?:-\d{4}-\d{2}-\d{2})?")
_NEVER_CLOSELY: Final = re.compile(r"gpt-image-1-mini.*")
_ALPHA: Final = (4, 6)
_PNG_HEAD: Final = 26


def check_pictures(pictures: Sequence[Picture], mask: Picture | None) -> None:
    """Find what the models would refuse, before anything is sent.

    Raises:
        InputError: code `no_picture`, `too_many_pictures`, `picture_type`, `too_large` or `bad_mask`.
    """
    if not pictures:
        raise InputError("There is no picture to edit.", "Connect one to the images input.", code="no_picture")
    if len(pictures) > MAX_PICTURES:
        raise InputError(
            f"There are {len(pictures)} pictures, and at most {MAX_PICTURES} can be edited at once.",
            "Connect fewer.",
            code="too_many_pictures",
        )
    for number, picture in enumerate(pictures, 1):
        if picture.media_type not in TYPES:
            kind = picture.media_type.removeprefix("image/").upper()
            message = f"Picture {number} is a {kind}, which image models do not edit."
            raise InputError(message, "Use a PNG, JPEG or WebP picture.", code="picture_type")
        if len(picture.data) >= MAX_BYTES:
            message = f"Picture {number} is larger than {MAX_BYTES:,} bytes."
            raise InputError(message, "Use a smaller picture.", code="too_large")
    if mask is not None:
        _check_mask(mask, pictures[0])


def _check_mask(mask: Picture, picture: Picture) -> None:
    remedy = "Use a PNG of the size of the first picture that is transparent where it is to be drawn anew."
    cause = ""
    if mask.media_type != "image/png":
        cause = f"The mask is a {mask.media_type.removeprefix('image/').upper()}, not a PNG."
    elif mask.data[_PNG_HEAD - 1] not in _ALPHA:
        cause = "The mask has no transparency."
    elif (mask.width, mask.height) != (picture.width, picture.height):
        sizes = f"{mask.width}x{mask.height} pixels, the first picture {picture.width}x{picture.height}"
        cause = f"The mask has {sizes}."
    elif len(mask.data) >= MAX_BYTES:
        cause = f"The mask is larger than {MAX_BYTES:,} bytes."
    if cause:
        raise InputError(cause, remedy, code="bad_mask")


def fidelity_of(model: str, wanted: str) -> str:
    """Return the input fidelity to ask `model` for; empty where it has none, or none that is `wanted`."""
    name = model.removeprefix("openai/")
    if wanted == "high" and _NEVER_CLOSELY.fullmatch(name):
        return ""
    known = any(info.name == name for info in image_models())
    has_it = not known or _LOOKS_AS_TOLD.fullmatch(name) or _NEVER_CLOSELY.fullmatch(name)
    return wanted if wanted in ("low", "high") and has_it else ""


def picture_tokens_seen(shape: tuple[int, int], *, closely: bool) -> int:
    """Return the input tokens of a picture of that width and height."""
    shorter = max(1, min(shape))
    scale = min(1.0, TILE / shorter)
    tiles = math.prod(math.ceil(round(side * scale) / TILE) for side in shape)
    extra = CLOSE_TOKENS[shape[0] != shape[1]] if closely else 0
    return BASE_TOKENS + TILE_TOKENS * tiles + extra


def estimate_edit(
    model: str, size: str, quality: str, shapes: Sequence[tuple[int, int]], fidelity: str = ""
) -> tuple[float, float] | None:
    """Return the least and the most that editing pictures of those shapes into one may cost, in US dollars."""
    drawn = estimate_image(model, size, quality)
    name = model.removeprefix("openai/")
    price = next((info.image_in for info in image_models() if info.name == name), None)
    if drawn is None or price is None:
        return None
    plain, close = (sum(picture_tokens_seen(shape, closely=how) for shape in shapes) for how in (False, True))
    looks_plainly = bool(_NEVER_CLOSELY.fullmatch(name)) or fidelity == "low" or name == "gpt-image-1"
    least = close if fidelity == "high" else plain
    most = close if fidelity == "high" or not looks_plainly else plain
    return drawn[0] + least * price, drawn[1] + most * price

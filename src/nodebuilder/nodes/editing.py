"""What the two nodes that edit share: from names of pictures and widgets to one request that the model will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from nodebuilder.context import Context
from nodebuilder.errors import InputError
from nodebuilder.providers.edits import check_pictures, estimate_edit, fidelity_of
from nodebuilder.providers.images import ImageRequest
from nodebuilder.providers.pictures import Picture, Pictures

EditSize = Literal["auto", "1024x1024", "1024x1536", "1536x1024"]
Fidelity = Literal["auto", "low", "high"]
PROMPT_REQUIRED: Final = "Image edit prompt is required"
KEY_REQUIRED: Final = "OpenAI API key is required for image editing"
NO_DATA: Final = "No image data returned from API"
GENERAL: Final = "Image edit error"
NO_KEY_REMEDY: Final = "Add a secret named openai, or choose one in the api_key widget."
ASSUMED: Final = ((1024, 1536),)
"""The pictures that a price is named for before it is known which ones they will be: one of the common size."""


def price(values: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the least and the most that editing one picture may cost with these widget values, in US dollars."""
    model = str(values["model"])
    fidelity = fidelity_of(model, str(values["input_fidelity"]))
    return estimate_edit(model, str(values["size"]), str(values["quality"]), ASSUMED, fidelity)


async def prepare(
    ctx: Context, pictures: Pictures, wanted: ImageRequest, images: Sequence[str], mask: str
) -> ImageRequest:
    """Return what is `wanted` with the pictures that the names stand for; all that can be known to be wrong is found.

    Raises:
        InputError: a name stands for no picture, or the model would not take what was given; nothing was sent.
    """
    found: list[Picture] = []
    for number, name in enumerate(images, 1):
        found.append(await _read(pictures, name, f"Picture {number}" if len(images) > 1 else "The picture to edit"))
    covering = await _read(pictures, mask, "The mask") if mask.strip() else None
    check_pictures(found, covering)
    fidelity = fidelity_of(wanted.model, wanted.input_fidelity)
    if wanted.input_fidelity != "auto" and not fidelity:
        ctx.log(f"{wanted.model} cannot be asked for {wanted.input_fidelity} input fidelity; the request is without it")
    return replace(wanted, images=tuple(found), mask=covering, input_fidelity=fidelity)


async def _read(pictures: Pictures, name: str, which: str) -> Picture:
    try:
        return await pictures.read(name)
    except InputError as error:
        cause = f"{which} cannot be used: {error.message[:1].lower()}{error.message[1:]}"
        raise InputError(cause, error.remedy, code=error.code) from error

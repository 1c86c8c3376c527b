"""What the image nodes share: one paid picture, drawn or edited, from the prompt to the file."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from nodebuilder.context import Context, Keep, Receipt
from nodebuilder.errors import NodeBuilderError, NodeError, StorageError
from nodebuilder.providers.edits import estimate_edit
from nodebuilder.providers.images import ImageModel, ImageRequest
from nodebuilder.providers.pictures import Picture
from nodebuilder.providers.prices import cost_of, estimate_image, image_models, retirement
from nodebuilder.values import Asset, Secret
from nodebuilder.widgets import Combo

Size = Literal["1024x1024", "1024x1536", "1536x1024"]
Quality = Literal["low", "medium", "high", "auto"]
PROMPT_REQUIRED: Final = "Image generation prompt is required"
DEFAULT_MODEL: Final = "gpt-image-1"
PROMPT_SHOWN: Final = 80

MODELS: Final = Combo(
    options=tuple(model.name for model in image_models()),
    warnings={model.name: sentence for model in image_models() if (sentence := retirement(model.name))},
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that was made and kept."""

    asset: Asset
    size: str
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no picture: the seeds' message with the cause behind it, and what to do."""

    message: str
    remedy: str
    code: str

    def tell(self, ctx: Context, cause: NodeBuilderError | None = None) -> None:
        """Show it on the node."""
        charged = cause.charged if isinstance(cause, NodeError) else None
        ctx.error(self.message, self.remedy, code=self.code, charged=charged)


def price(values: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the least and the most that one picture with these widget values may cost, in US dollars."""
    return estimate_image(str(values["model"]), str(values["size"]), str(values["quality"]))


def failure(error: NodeBuilderError, *, general: str, no_data: str) -> Failure:
    """Return what to say of `error`: one of the two documented messages, with the cause behind it."""
    message = no_data if error.code == "no_image_data" else general
    cause = error.message.removeprefix(message).lstrip(".: ")
    return Failure(f"{message}: {cause}" if cause else message, error.remedy, error.code)


async def draw(ctx: Context, images: ImageModel, request: ImageRequest, key: Secret) -> Drawn:
    """Make the picture once, under a receipt, and keep it in the servable directory.

    Raises:
        ProviderError: the provider refused, broke, or answered with something that is no picture.
        NodeError: the picture cannot be written now; its bytes are kept.
        BudgetError: a cap would be broken; nothing was called.
    """
    doing = f"Editing {counted(request.images)}" if request.images else "Generating image"
    ctx.log(f"{doing} with {request.model}: size {request.size}, quality {request.quality}")
    ctx.log(f"Prompt: {shorten(request.prompt)}")
    ctx.progress(None, "drawing")
    expected = expected_cost(request)

    async def call(keep: Keep) -> bytes:
        return await images.generate(request, key, keep=keep, delayed=ctx.delayed)

    async def work(receipt: Receipt) -> Drawn:
        answer = await asyncio.to_thread(images.decode, await receipt.send(call), request)
        usd = 0.0 if key.source == "sandbox" else cost_of(request.model, answer.usage)
        prefix = "image_edit" if request.images else "gpt_image"
        try:
            asset = await ctx.save(answer.data, prefix=prefix, about={**origin(request), "receipt": receipt.id})
        except StorageError as error:
            charged = "no" if key.source == "sandbox" else "yes"
            raise NodeError(error.message, error.remedy, code=error.code, charged=charged) from error
        await receipt.settle(usd=usd, model=request.model, detail=f"{request.size} {request.quality}", asset=asset)
        return Drawn(asset, f"{asset.width}x{asset.height}", usd)

    drawn = await ctx.paid(
        work,
        provider="sandbox" if key.source == "sandbox" else "openai",
        model=request.model,
        request=await asyncio.to_thread(identity, request),
        estimate_usd=0.0 if key.source == "sandbox" else (expected[1] if expected else None),
    )
    ctx.log(f"Image saved: {drawn.asset.filename} ({drawn.asset.size:,} bytes)")
    ctx.preview(drawn.asset.url)
    return drawn


def expected_cost(request: ImageRequest) -> tuple[float, float] | None:
    """Return the least and the most that this picture may cost, in US dollars; None: not known."""
    if not request.images:
        return estimate_image(request.model, request.size, request.quality)
    seen = [(picture.width, picture.height) for picture in _given(request)]
    return estimate_edit(request.model, request.size, request.quality, seen, request.input_fidelity)


def identity(request: ImageRequest) -> dict[str, Any]:
    """Return what makes two requests to a model the same: words, settings, and the bytes of each picture (blocks)."""
    asked = {"prompt": request.prompt, "size": request.size, "quality": request.quality, "n": request.n}
    if not request.images:
        return asked
    mask = _digest(request.mask) if request.mask else ""
    edited = {"images": [_digest(picture) for picture in request.images], "mask": mask}
    return {**asked, **edited, "input_fidelity": request.input_fidelity}


def origin(request: ImageRequest) -> dict[str, Any]:
    """Return what is kept beside the picture: from what it was made, with the file names of what was edited."""
    about: dict[str, Any] = {name: getattr(request, name) for name in ("prompt", "model", "size", "quality")}
    if request.images:
        about["edited_from"] = [picture.filename or "data URL" for picture in request.images]
    if request.mask:
        about["mask"] = request.mask.filename or "data URL"
    return about


def counted(pictures: tuple[Picture, ...]) -> str:
    """Return the number of pictures in words: `1 picture`, `2 pictures`."""
    return f"{len(pictures)} picture{'' if len(pictures) == 1 else 's'}"


def _given(request: ImageRequest) -> tuple[Picture, ...]:
    return (*request.images, request.mask) if request.mask else request.images


def _digest(picture: Picture) -> str:
    return hashlib.sha256(picture.data).hexdigest()


def shorten(prompt: str) -> str:
    """Return the prompt as the log shows it: one line, at most 80 characters."""
    line = " ".join(prompt.split())
    return line if len(line) <= PROMPT_SHOWN else line[: PROMPT_SHOWN - 1] + "…"

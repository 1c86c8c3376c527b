"""What the two image nodes share: one paid picture, from the prompt to the file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from nodebuilder.context import Context, Keep, Receipt
from nodebuilder.errors import NodeBuilderError, NodeError, StorageError
from nodebuilder.providers.images import ImageModel, ImageRequest
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
    ctx.log(f"Generating image with {request.model}: size {request.size}, quality {request.quality}")
    ctx.log(f"Prompt: {shorten(request.prompt)}")
    ctx.progress(None, "drawing")
    expected = estimate_image(request.model, request.size, request.quality)

    async def call(keep: Keep) -> bytes:
        return await images.generate(request, key, keep=keep, delayed=ctx.delayed)

    async def work(receipt: Receipt) -> Drawn:
        answer = await asyncio.to_thread(images.decode, await receipt.send(call), request)
        usd = 0.0 if key.source == "sandbox" else cost_of(request.model, answer.usage)
        about = {"prompt": request.prompt, "model": request.model, "size": request.size, "quality": request.quality}
        try:
            asset = await ctx.save(answer.data, prefix="gpt_image", about={**about, "receipt": receipt.id})
        except StorageError as error:
            charged = "no" if key.source == "sandbox" else "yes"
            raise NodeError(error.message, error.remedy, code=error.code, charged=charged) from error
        await receipt.settle(usd=usd, model=request.model, detail=f"{request.size} {request.quality}", asset=asset)
        return Drawn(asset, f"{asset.width}x{asset.height}", usd)

    drawn = await ctx.paid(
        work,
        provider="sandbox" if key.source == "sandbox" else "openai",
        model=request.model,
        request={"prompt": request.prompt, "size": request.size, "quality": request.quality, "n": request.n},
        estimate_usd=0.0 if key.source == "sandbox" else (expected[1] if expected else None),
    )
    ctx.log(f"Image saved: {drawn.asset.filename} ({drawn.asset.size:,} bytes)")
    ctx.preview(drawn.asset.url)
    return drawn


def shorten(prompt: str) -> str:
    """Return the prompt as the log shows it: one line, at most 80 characters."""
    line = " ".join(prompt.split())
    return line if len(line) <= PROMPT_SHOWN else line[: PROMPT_SHOWN - 1] + "…"

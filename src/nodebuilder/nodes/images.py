"""GPT Image: a picture from a text."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from nodebuilder.context import Context
from nodebuilder.errors import NodeBuilderError
from nodebuilder.node import node
from nodebuilder.nodes.drawing import (
    DEFAULT_MODEL,
    MODELS,
    PROMPT_REQUIRED,
    Failure,
    Quality,
    Size,
    draw,
    failure,
    price,
)
from nodebuilder.providers.images import ImageModel, ImageRequest
from nodebuilder.values import Secret
from nodebuilder.widgets import KeyOf, Needs, Required

KEY_REQUIRED: Final = "OpenAI API key is required for GPT-image-1"
NO_DATA: Final = "No image data returned from API"
GENERAL: Final = "GPT-image-1 generation error"
NO_PROMPT = Failure(PROMPT_REQUIRED, "Connect a text to the prompt input, or write one.", "no_prompt")
NO_KEY = Failure(KEY_REQUIRED, "Add a secret named openai, or choose one in the api_key widget.", "no_key")


class Image(NamedTuple):
    """What GPT Image gives.

    Attributes:
        image_url: Servable URL for accessing the generated image
        filename: Generated filename for the saved image
        servable_url: Same as image_url - servable URL for the image
    """

    image_url: str
    filename: str
    servable_url: str


NOTHING = Image("", "", "")


@node(
    "gpt_image", title="GPT Image", category="AI", tags=("ai", "image", "generation", "openai"), paid=True, price=price
)
async def gpt_image(
    ctx: Context,
    images: Needs[ImageModel],
    prompt: Annotated[str, Required(PROMPT_REQUIRED)],
    *,
    api_key: Annotated[Secret, KeyOf("openai")] = Secret(""),
    size: Size = "1024x1024",
    quality: Quality = "high",
    model: Annotated[str, MODELS] = DEFAULT_MODEL,
) -> Image:
    """Generate a picture from a text with one of OpenAI's image models, and keep it in the servable directory.

    Args:
        prompt: Detailed description of the image to generate
        api_key: OpenAI API key for gpt-image-1 access
        size: Image dimensions
        quality: Image quality level
        model: The image model; a retired one carries a warning that names its successors
    """
    if not prompt.strip() or not api_key:
        (NO_KEY if prompt.strip() else NO_PROMPT).tell(ctx)
        return NOTHING
    try:
        drawn = await draw(ctx, images, ImageRequest(model, prompt, size, quality), api_key)
    except NodeBuilderError as error:
        failure(error, general=GENERAL, no_data=NO_DATA).tell(ctx, error)
        return NOTHING
    return Image(drawn.asset.url, drawn.asset.filename, drawn.asset.url)

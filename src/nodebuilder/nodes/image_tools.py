"""GPT Image Tool: a picture that a model asks for."""

from __future__ import annotations

from typing import Annotated, Any, Final

from nodebuilder.context import Context
from nodebuilder.errors import InputError, NodeBuilderError, NodeError
from nodebuilder.node import tool
from nodebuilder.nodes.drawing import DEFAULT_MODEL, MODELS, PROMPT_REQUIRED, Quality, Size, draw, failure, price
from nodebuilder.providers.images import ImageModel, ImageRequest
from nodebuilder.tool_calls import FallbackIds
from nodebuilder.values import Secret
from nodebuilder.widgets import KeyOf, Needs, Required

KEY_REQUIRED: Final = "OpenAI API key is required"
NO_DATA: Final = "No image data received"
GENERAL: Final = "Image generation error"
INSTRUCTIONS: Final = (
    "Always include and display the servable_url link in your answer, so that the person can see the image: {url}"
)


@tool(
    "generate_image",
    type_id="gpt_image_tool",
    title="GPT Image Tool",
    tags=("tool", "image", "generation", "openai", "llm"),
    paid=True,
    price=price,
    fallback_ids=FallbackIds("image_success", "image_error", "image_exception"),
)
async def gpt_image_tool(
    ctx: Context,
    images: Needs[ImageModel],
    prompt: Annotated[str, Required(PROMPT_REQUIRED)],
    *,
    api_key: Annotated[Secret, KeyOf("openai")] = Secret(""),
    size: Size = "1024x1024",
    quality: Quality = "high",
    model: Annotated[str, MODELS] = DEFAULT_MODEL,
) -> dict[str, Any]:
    """Generate high-quality images using OpenAI's gpt-image-1 model.
    Creates detailed, photorealistic images from text descriptions.

    Args:
        prompt: Detailed description of the image to generate. Be specific about style, composition, colors,
            and details.
        api_key: OpenAI API key for gpt-image-1 access
        size: Image dimensions
        quality: Image quality level
        model: The image model; a retired one carries a warning that names its successors
    """
    if not prompt.strip():
        raise InputError(PROMPT_REQUIRED, "Call the tool again with a prompt.", code="no_prompt")
    if not api_key:
        raise InputError(KEY_REQUIRED, "Add a secret named openai, or choose one in the api_key widget.", code="no_key")
    try:
        drawn = await draw(ctx, images, ImageRequest(model, prompt, size, quality), api_key)
    except NodeBuilderError as error:
        told = failure(error, general=GENERAL, no_data=NO_DATA)
        charged = error.charged if isinstance(error, NodeError) else None
        raise NodeError(told.message, told.remedy, code=told.code, charged=charged) from error
    return {
        "success": True,
        "message": f"Image generated successfully: {drawn.asset.filename}",
        "servable_url": drawn.asset.url,
        "filename": drawn.asset.filename,
        "size": size,
        "quality": quality,
        "prompt_used": prompt,
        "instructions": INSTRUCTIONS.format(url=drawn.asset.url),
    }

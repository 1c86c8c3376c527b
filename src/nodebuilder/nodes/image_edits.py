"""Image Edit and Image Edit Tool: a picture made of others, by words and where a mask allows it."""

from __future__ import annotations

from typing import Annotated, Any, Final, NamedTuple

from nodebuilder.context import Context
from nodebuilder.errors import InputError, NodeBuilderError, NodeError, TryAgain
from nodebuilder.node import node, tool
from nodebuilder.nodes.drawing import DEFAULT_MODEL, MODELS, Failure, Quality, draw, failure
from nodebuilder.nodes.editing import (
    GENERAL,
    KEY_REQUIRED,
    NO_DATA,
    NO_KEY_REMEDY,
    PROMPT_REQUIRED,
    EditSize,
    Fidelity,
    prepare,
    price,
)
from nodebuilder.providers.images import ImageModel, ImageRequest
from nodebuilder.providers.pictures import Pictures
from nodebuilder.tool_calls import FallbackIds
from nodebuilder.values import Secret
from nodebuilder.widgets import Advanced, Array, KeyOf, Needs, Required

INSTRUCTIONS: Final = (
    "Always include and display the servable_url link in your answer, so that the person can see the image: {url}"
)
NO_PROMPT = Failure(PROMPT_REQUIRED, "Connect a text to the prompt input that says what is to change.", "no_prompt")
NO_KEY = Failure(KEY_REQUIRED, NO_KEY_REMEDY, "no_key")


class EditedImage(NamedTuple):
    """What Image Edit gives.

    Attributes:
        image_url: Servable URL for accessing the edited image
        filename: Generated filename for the saved image
        servable_url: Same as image_url - servable URL for the image
    """

    image_url: str
    filename: str
    servable_url: str


NOTHING = EditedImage("", "", "")


@node(
    "image_edit",
    title="Image Edit",
    category="AI",
    tags=("ai", "image", "edit", "inpainting", "mask", "openai"),
    paid=True,
    price=price,
)
async def image_edit(
    ctx: Context,
    painter: Needs[ImageModel],
    pictures: Needs[Pictures],
    prompt: Annotated[str, Required(PROMPT_REQUIRED)],
    images: Annotated[list[str], Array()],
    mask: str = "",
    *,
    api_key: Annotated[Secret, KeyOf("openai")] = Secret(""),
    size: EditSize = "auto",
    quality: Quality = "high",
    model: Annotated[str, MODELS] = DEFAULT_MODEL,
    input_fidelity: Annotated[Fidelity, Advanced()] = "auto",
) -> EditedImage:
    """Change one or several pictures by a text with one of OpenAI's image models, and keep the result as a new file.

    Args:
        prompt: What is to change, and how the result should look
        images: The pictures to edit, up to 16: a picture of this canvas, its file name or servable URL, or a data URL
        mask: A PNG of the size of the first picture; only where it is transparent is the picture drawn anew
        api_key: OpenAI API key for the image models
        size: Image dimensions; auto lets the model choose
        quality: Image quality level
        model: The image model; a retired one carries a warning that names its successors
        input_fidelity: How closely faces and details of the pictures are kept, where the model can be told
    """
    if not prompt.strip() or not api_key:
        (NO_KEY if prompt.strip() else NO_PROMPT).tell(ctx)
        return NOTHING
    try:
        wanted = ImageRequest(model, prompt, size, quality, input_fidelity=input_fidelity)
        request = await prepare(ctx, pictures, wanted, images, mask)
        drawn = await draw(ctx, painter, request, api_key)
    except NodeBuilderError as error:
        told(error).tell(ctx, error)
        return NOTHING
    return EditedImage(drawn.asset.url, drawn.asset.filename, drawn.asset.url)


@tool(
    "edit_image",
    type_id="image_edit_tool",
    title="Image Edit Tool",
    tags=("tool", "image", "edit", "inpainting", "mask", "openai", "llm"),
    paid=True,
    price=price,
    fallback_ids=FallbackIds("edit_success", "edit_error", "edit_exception"),
)
async def image_edit_tool(
    ctx: Context,
    painter: Needs[ImageModel],
    pictures: Needs[Pictures],
    prompt: Annotated[str, Required(PROMPT_REQUIRED)],
    image: Annotated[str, Required("The picture to edit is required")],
    mask: str = "",
    *,
    api_key: Annotated[Secret, KeyOf("openai")] = Secret(""),
    size: EditSize = "auto",
    quality: Quality = "high",
    model: Annotated[str, MODELS] = DEFAULT_MODEL,
    input_fidelity: Annotated[Fidelity, Advanced()] = "auto",
) -> dict[str, Any]:
    """Edit an image that was made or uploaded earlier. The earlier image stays as it is; the result is a new image.

    Args:
        prompt: What to change in the image, and what to keep. Be specific about style, colors and details.
        image: The servable_url or the filename of the image to edit.
        mask: The servable_url or the filename of a PNG of the same size that is transparent where the image may change.
            Leave it out to let the whole image change.
        api_key: OpenAI API key for the image models
        size: Image dimensions; auto lets the model choose
        quality: Image quality level
        model: The image model; a retired one carries a warning that names its successors
        input_fidelity: How closely faces and details of the picture are kept, where the model can be told
    """
    if not prompt.strip():
        raise InputError(PROMPT_REQUIRED, "Call the tool again with a prompt.", code="no_prompt")
    if not api_key:
        raise InputError(KEY_REQUIRED, NO_KEY_REMEDY, code="no_key")
    try:
        wanted = ImageRequest(model, prompt, size, quality, input_fidelity=input_fidelity)
        request = await prepare(ctx, pictures, wanted, [image], mask)
        drawn = await draw(ctx, painter, request, api_key)
    except InputError as error:
        raise TryAgain(f"{error.message} {error.remedy}") from error
    except NodeBuilderError as error:
        why = told(error)
        charged = error.charged if isinstance(error, NodeError) else None
        raise NodeError(why.message, why.remedy, code=why.code, charged=charged) from error
    return {
        "success": True,
        "message": f"Image edited successfully: {drawn.asset.filename}",
        "servable_url": drawn.asset.url,
        "filename": drawn.asset.filename,
        "size": drawn.size,
        "quality": quality,
        "prompt_used": prompt,
        "edited_from": request.images[0].filename,
        "instructions": INSTRUCTIONS.format(url=drawn.asset.url),
    }


def told(error: NodeBuilderError) -> Failure:
    """Return what to say of `error`: what was given cannot be used, or what the provider did, after what was tried."""
    if isinstance(error, InputError):
        return Failure(error.message, error.remedy, error.code)
    return failure(error, general=GENERAL, no_data=NO_DATA)

"""Drawing pictures: what is asked of an image model, and how its answer becomes a picture.

`ImageModel` transports (one request, raw bytes back); `decode` reads those bytes. They are apart so that the bytes of a
paid answer are safely kept before anything can go wrong with them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson

from nodebuilder.context import Keep
from nodebuilder.errors import ProviderError
from nodebuilder.values import Secret

NO_IMAGE_DATA: Final = "No image data returned from API"
MAX_PIXELS: Final = 40_000_000
KEPT: Final = "The raw answer is kept with the receipt of this call; run again to pay for a new picture."


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What to draw: `size` as `WIDTHxHEIGHT` in pixels or `auto`, `quality` in the words of the model."""

    model: str
    prompt: str
    size: str = "1024x1024"
    quality: str = "high"
    n: int = 1

    def as_body(self) -> dict[str, str | int]:
        """Return the request as the JSON body of OpenAI's `/images/generations`."""
        return {
            "model": self.model,
            "prompt": self.prompt,
            "size": self.size,
            "quality": self.quality,
            "n": self.n,
        }


@dataclass(frozen=True, slots=True)
class ImageAnswer:
    """One picture, verified: its bytes, its true media type and pixels, and what the provider says of it."""

    data: bytes
    media_type: str
    width: int
    height: int
    size: str
    quality: str
    usage: Mapping[str, Any] | None = None
    revised_prompt: str | None = None


class ImageModel(Protocol):
    """The ability to draw."""

    async def generate(
        self, request: ImageRequest, key: Secret, *, keep: Keep, delayed: Callable[[float, str], None]
    ) -> bytes:
        """Make the call, exactly one request, and return the raw JSON answer exactly as received.

        `keep` gets every byte of a charged answer before it is looked at, also of one that was cut off. `delayed`
        is told of each wait after a rate limit (seconds and reason); waiting can be cancelled.

        Raises:
            ProviderError: refused, broken or cut off; `charged` says whether it may have cost money.
        """
        ...

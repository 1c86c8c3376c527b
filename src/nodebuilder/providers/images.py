"""Drawing and editing pictures: what is asked of an image model and what comes back.

`ImageModel.generate` transports (one request, raw bytes back) and `ImageModel.decode` reads those bytes: two steps, so
that the bytes of a paid answer are safely kept before anything can go wrong with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from nodebuilder.context import Keep
from nodebuilder.providers.pictures import Picture
from nodebuilder.values import Secret


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What to draw: `size` as `WIDTHxHEIGHT` in pixels or `auto`, `quality` in the words of the model.

    With `images` they are edited instead: where `mask` (of the size of the first) is transparent, or anywhere without
    one. `input_fidelity` says how closely the model looks at them (empty: as it likes).
    """

    model: str
    prompt: str
    size: str = "1024x1024"
    quality: str = "high"
    n: int = 1
    images: tuple[Picture, ...] = ()
    mask: Picture | None = None
    input_fidelity: str = ""

    @property
    def pixels(self) -> tuple[int, int] | None:
        """The width and height that were asked for; None when the model may choose."""
        width, _, height = self.size.partition("x")
        return (int(width), int(height)) if width.isdecimal() and height.isdecimal() else None


@dataclass(frozen=True, slots=True)
class ImageAnswer:
    """One verified picture: its bytes, its true media type and pixels, and what the provider says of it."""

    data: bytes
    media_type: str
    width: int
    height: int
    size: str
    quality: str
    usage: Mapping[str, Any] | None = None
    revised_prompt: str | None = None


class ImageModel(Protocol):
    """The ability to draw and to edit."""

    async def generate(
        self, request: ImageRequest, key: Secret, *, keep: Keep, delayed: Callable[[float, str], None]
    ) -> bytes:
        """Make the call, exactly one request, and return the raw JSON answer exactly as received.

        `keep` gets the bytes of a charged answer before they are looked at, also those of one that was cut off.
        `delayed` is told of each wait after a rate limit (seconds and reason); the wait can be cancelled.

        Raises:
            ProviderError: refused, broken or cut off; `charged` says whether it may have cost money.
        """
        ...

    def decode(self, raw: bytes, request: ImageRequest) -> ImageAnswer:
        """Return the picture in a raw answer, verified to its last pixel; takes a tenth of a second of work.

        Raises:
            ProviderError: paid, but nothing usable came; the raw bytes are kept beside the receipt.
        """
        ...

"""What the sandbox can say of a picture that it was sent: it does not see, but it can tell that it arrived."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO

from PIL import Image, UnidentifiedImageError


def described(url: str) -> str:
    """Return the size and kind of a picture in a data URL; of any other, that only its address came."""
    head, comma, data = url.partition(",")
    if not head.startswith("data:") or not comma:
        return "only its address"
    try:
        with Image.open(BytesIO(base64.b64decode(data, validate=True))) as image:
            return f"{image.width} × {image.height} pixels, {image.format}"
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return "which cannot be read"

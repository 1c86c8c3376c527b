"""Decoding pictures, strictly: the one place where Pillow is let near foreign bytes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from nodebuilder.errors import StorageError
from nodebuilder.storage.formats import PICTURES, picture_end, picture_size, sniff

DEFAULT_MAX_PIXELS: Final = 40_000_000
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}

# What Pillow only warns of (bombs, damaged metadata) is an error here.
warnings.filterwarnings("error", module=r"PIL\b")


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """A picture that was decoded in full: type, size in pixels, where its data end and how many bytes follow them."""

    media_type: str
    width: int
    height: int
    end: int
    trailing: int


def inspect(data: bytes, max_pixels: int = DEFAULT_MAX_PIXELS) -> PictureInfo:
    """Decode a picture to see that it is one (blocks; call it in a thread).

    Raises:
        StorageError: code `not_an_image`, `image_too_large` (told from the header, nothing was decoded),
            `image_truncated` or `image_damaged`.
    """
    end = _precheck(data, max_pixels)
    with _decoded(data[:end], max_pixels) as image:
        return PictureInfo(_TYPES[str(image.format)], image.width, image.height, end, len(data) - end)


def thumbnail(data: bytes, longest: int, max_pixels: int = DEFAULT_MAX_PIXELS) -> bytes:
    """Return the picture as WEBP, upright, no side longer than `longest` pixels, without any metadata (blocks)."""
    end = _precheck(data, max_pixels)
    with _decoded(data[:end], max_pixels, longest=longest) as image:
        small = ImageOps.exif_transpose(image)
        small.thumbnail((longest, longest))
        small = small.convert("RGBA" if small.has_transparency_data else "RGB")
        clean = Image.new(small.mode, small.size)
        clean.paste(small)
    out = BytesIO()
    clean.save(out, "WEBP", quality=82)
    return out.getvalue()


def _precheck(data: bytes, max_pixels: int) -> int:
    kind = sniff(data)
    if kind not in PICTURES:
        raise StorageError("The data are not a picture.", "Give a PNG, JPEG, WEBP or GIF picture.", code="not_an_image")
    width, height = picture_size(data)
    _check_pixels(width, height, max_pixels)
    end = picture_end(data)
    if end is None or not width or not height:
        raise StorageError("The picture is cut off.", "Get the file again in full.", code="image_truncated")
    return end


def _check_pixels(width: int, height: int, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise StorageError(
            f"The picture has {width} × {height} pixels, more than the {max_pixels:,} that are allowed.",
            "Use a smaller picture, or raise NODEBUILDER_MAX_IMAGE_PIXELS.",
            code="image_too_large",
        )


def _decoded(data: bytes, max_pixels: int, *, longest: int = 0) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=_FORMATS)
        _check_pixels(image.width, image.height, max_pixels)
        if longest:
            image.draft("RGB" if image.mode != "L" else "L", (longest, longest))
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise StorageError(
            "The picture is too large to be decoded.", "Use a smaller picture.", code="image_too_large"
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, MemoryError, Warning) as error:
        raise StorageError(
            f"The picture is damaged ({str(error).rstrip('.') or type(error).__name__}).",
            "Get the file again, or save it anew with a picture program.",
            code="image_damaged",
        ) from error
    return image

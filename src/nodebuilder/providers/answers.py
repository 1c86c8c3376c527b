"""Reading the answer to a picture request: from raw bytes to a verified picture, or a clear sentence why there is none.

The answer was paid for, so every error here says so, and that the raw bytes are kept.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import Any, Final, cast

import orjson

from nodebuilder.errors import ProviderError, StorageError
from nodebuilder.providers.images import ImageAnswer, ImageRequest
from nodebuilder.providers.refusals import quote
from nodebuilder.storage.pictures import DEFAULT_MAX_PIXELS, PictureInfo, inspect

NO_IMAGE_DATA: Final = "No image data returned from API"
KEPT: Final = "The raw answer is kept with the receipt; running again is paid again."
MAX_UNPACKED: Final = 64 * 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_CODES: Final = {"image_too_large": "picture_too_large", "image_truncated": "truncated_image"}


def decode(raw: bytes, request: ImageRequest, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> ImageAnswer:
    """Return the first picture of a raw answer, decoded in full and of the size that was asked for (blocks).

    Raises:
        ProviderError: charged, with a code for each way in which it is unusable.
    """
    answer = _json_object(raw)
    first = _first_picture(answer)
    data = _base64(first["b64_json"])
    found = _inspect(data, max_pixels)
    if request.pixels not in (None, (found.width, found.height)):
        raise _unusable("wrong_size", f"The picture has {found.width}x{found.height} pixels instead of {request.size}")
    usage, revised = answer.get("usage"), first.get("revised_prompt")
    return ImageAnswer(
        data=data[: found.end],
        media_type=found.media_type,
        width=found.width,
        height=found.height,
        size=f"{found.width}x{found.height}",
        quality=str(answer.get("quality") or request.quality),
        usage=cast("Mapping[str, Any]", usage) if isinstance(usage, Mapping) else None,
        revised_prompt=revised if isinstance(revised, str) else None,
    )


def _json_object(raw: bytes) -> Mapping[str, Any]:
    text = _unpacked(raw).removeprefix(b"\xef\xbb\xbf").strip()
    try:
        answer: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if text.startswith(b"{") and not text.endswith(b"}"):
            raise _unusable("truncated_answer", f"The answer was cut off after {len(raw):,} bytes") from error
        what = "a web page" if text[:1] == b"<" else "something else"
        raise _unusable(
            "bad_answer", f"The answer is not JSON but {what}" if text else "The answer is empty"
        ) from error
    if not isinstance(answer, Mapping):
        raise _unusable("bad_answer", f"The answer is not a JSON object but {type(answer).__name__}")
    return cast("Mapping[str, Any]", answer)


def _unpacked(raw: bytes) -> bytes:
    if not raw.startswith(_GZIP):
        return raw
    try:
        return zlib.decompressobj(wbits=31).decompress(raw, MAX_UNPACKED)
    except zlib.error:
        return raw


def _first_picture(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    data = answer.get("data")
    first: object = cast("list[object]", data)[0] if isinstance(data, list) and data else None
    if not isinstance(first, Mapping):
        raise _unusable("no_image_data", f"{NO_IMAGE_DATA}: {_said(answer)}")
    picture = cast("Mapping[str, Any]", first)
    if not isinstance(picture.get("b64_json"), str) or not picture["b64_json"]:
        why = "it sent a link instead of the picture" if picture.get("url") else "the picture's data are missing"
        raise _unusable("no_image_data", f"{NO_IMAGE_DATA}: {why}")
    return picture


def _said(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    said = cast("Mapping[str, Any]", error).get("message") if isinstance(error, Mapping) else error
    return f"it says {quote(said, '')}" if isinstance(said, str) and said else "the answer holds no picture"


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unusable("bad_base64", "The picture in the answer is not valid base64") from error


def _inspect(data: bytes, max_pixels: int) -> PictureInfo:
    try:
        return inspect(data, max_pixels)
    except StorageError as error:
        code = _CODES.get(error.code, error.code)
        raise _unusable(code, f"The answer cannot be used: {error.message.rstrip('.')}") from error


def _unusable(code: str, cause: str) -> ProviderError:
    return ProviderError(f"{cause}.", KEPT, charged="yes", code=code)

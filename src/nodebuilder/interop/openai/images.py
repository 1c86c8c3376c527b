"""Pictures: requests to draw or edit one, and the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from nodebuilder.interop.openai.errors import Refused
from nodebuilder.values import Asset, as_mapping, as_sequence
from nodebuilder.workflow.doors import Parameter, Result

WISHES: Final = (
    "size",
    "quality",
    "background",
    "output_format",
    "output_compression",
    "moderation",
    "input_fidelity",
    "style",
)
"""Passed on where the workflow has an input of that name; otherwise the workflow decides."""
MOST: Final = 10
_FORMATS: Final[Mapping[str, str]] = {"image/png": "png", "image/jpeg": "jpeg", "image/webp": "webp"}
_SIZES: Final = frozenset({"1024x1024", "1024x1536", "1536x1024"})
_FIRST: Final = ("image", "images", "picture", "response")
_PLACES: Final = ("filename", "servable_url", "image_url", "url")


@dataclass(frozen=True, slots=True)
class ImageBody:
    """What a client asks for; `model` is empty when it names none."""

    model: str
    prompt: str
    n: int
    as_url: bool
    stream: bool
    wishes: Mapping[str, Any]


def read_image(body: Any) -> ImageBody:
    """Return what a request asks for: the JSON of a generation, or the fields of an edit, which are all texts.

    Raises:
        Refused: it is no such request; `param` says where.
    """
    given = as_mapping(body)
    if given is None:
        raise Refused("The body is not an object.", 'Send {"model": …, "prompt": …}.')
    prompt, model = given.get("prompt"), given.get("model") or ""
    if not isinstance(prompt, str) or not prompt.strip():
        raise Refused("The request has no prompt.", "Say what is to be seen.", param="prompt")
    if not isinstance(model, str):
        raise Refused("The model is no text.", "Send the id of a published workflow as model.", param="model")
    wanted = given.get("response_format") or "b64_json"
    if wanted not in ("b64_json", "url"):
        raise Refused("That form of answer is not known.", "Use b64_json or url.", param="response_format")
    return ImageBody(
        model=model,
        prompt=prompt,
        n=_count(given.get("n")),
        as_url=wanted == "url",
        stream=given.get("stream") in (True, "true"),
        wishes={name: given[name] for name in WISHES if given.get(name) is not None},
    )


def _count(value: Any) -> int:
    if value is None:
        return 1
    number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 4 else value
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST:
        raise Refused(f"n is no number from 1 to {MOST}.", "Leave it out for one picture.", param="n")
    return number


def inputs_of(
    body: ImageBody, parameters: Iterable[Parameter], pictures: Sequence[str] = (), mask: str = ""
) -> dict[str, Any]:
    """Return the inputs that a request fills, as far as the workflow has them; pictures are given by their URLs.

    Raises:
        Refused: the workflow lacks an input for what cannot be left out.
    """
    doors = {parameter.name: parameter for parameter in parameters}
    _want(doors, "prompt", "The workflow takes no prompt.", param="model")
    if pictures and "images" not in doors:
        _want(doors, "image", "The workflow takes no picture, so it cannot edit one.", param="image")
    if mask:
        _want(doors, "mask", "The workflow takes no mask.", param="mask")
    if body.n > 1:
        _want(doors, "n", "The workflow draws one picture at a time.", param="n")
    known: dict[str, Any] = {
        "prompt": body.prompt,
        "n": body.n,
        "image": pictures[0] if pictures else None,
        "images": list(pictures) or None,
        "mask": mask or None,
        **body.wishes,
    }
    given = {name: value for name, value in known.items() if name in doors and value is not None}
    for each in doors.values():
        if each.required and each.name not in given:
            cause = f'The workflow wants the input "{each.name}", which this request does not fill.'
            raise Refused(cause, "Send it, or give it a default.", param=each.name, code="no_value")
    return given


def _want(doors: Mapping[str, Parameter], name: str, cause: str, *, param: str) -> None:
    if name not in doors:
        raise Refused(cause, f"Use another model, or give the workflow an input {name}.", param=param)


def draws(parameters: Iterable[Parameter], *, edits: bool) -> bool:
    """Say whether a workflow looks like one that draws (or edits) pictures: a client that names no model gets it."""
    names = {parameter.name for parameter in parameters}
    takes = not names.isdisjoint({"image", "images"})
    return "prompt" in names and "messages" not in names and takes is edits


def filenames(outputs: Mapping[str, Any], results: Sequence[Result]) -> Iterator[str]:
    """Yield what may be the names of kept files among the results: of the first result that has any."""
    order = sorted(results, key=lambda each: _FIRST.index(each.name) if each.name in _FIRST else len(_FIRST))
    for result in order:
        found = list(_names(outputs.get(result.name)))
        if found:
            yield from found
            return


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Asset):
        yield value.filename
    elif isinstance(value, str):
        name = urlsplit(value.strip()).path.rpartition("/")[2] if len(value) < 2048 else ""
        if "." in name and " " not in name:
            yield name
    elif (entries := as_mapping(value)) is not None:
        place = next((entries[key] for key in _PLACES if isinstance(entries.get(key), str | Asset)), None)
        yield from _names(place)
    else:
        for item in as_sequence(value) or ():
            yield from _names(item)


@dataclass(frozen=True, slots=True)
class Made:
    """A picture that was made: its file, and its bytes as base64 unless the client wants its URL."""

    asset: Asset
    b64_json: str | None

    def as_json(self) -> dict[str, str]:
        """Return it as an entry of `data`."""
        return {"url": self.asset.url} if self.b64_json is None else {"b64_json": self.b64_json}


def images_response(created: int, made: Sequence[Made], cost_usd: float | None) -> dict[str, Any]:
    """Return the answer to a request for pictures."""
    body = {"created": created, "data": [each.as_json() for each in made], "cost_usd": cost_usd}
    return {**body, **_facts(made[0].asset)}


def completed_event(kind: str, created: int, made: Made) -> dict[str, Any]:
    """Return the event that ends a streamed request; `kind` is `image_generation` or `image_edit`."""
    head = {"type": f"{kind}.completed", "created_at": created}
    return {**head, **made.as_json(), "background": "auto", "quality": "auto", **_facts(made.asset)}


def _facts(asset: Asset) -> dict[str, str]:
    size, form = f"{asset.width}x{asset.height}", _FORMATS.get(asset.media_type)
    return {**({"size": size} if size in _SIZES else {}), **({"output_format": form} if form else {})}

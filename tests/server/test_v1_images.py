"""Pictures of published workflows by OpenAI's API, by raw HTTP."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.house.calling import ECHO, flow
from tests.server.serving import Server, start
from tests.source import ROOT
from tests.standin import png

DRAWS: dict[str, Any] = json.loads((ROOT / "examples/openai-image.flow.json").read_text())
EDITS = flow(
    {
        "prompt": {"type": "input"},
        "image": {"type": "input", "values": {"type": "image", "required": True}},
        "mask": {"type": "input", "values": {"type": "image"}},
        "edit": {"type": "image_edit", "values": {"quality": "low", "model": "gpt-image-2.5-flare"}},
        "result": {"type": "output", "values": {"name": "image"}},
    },
    "prompt.value -> edit.prompt",
    "image.value -> edit.images[0]",
    "mask.value -> edit.mask",
    "edit.filename -> result.value",
    publish=["model"],
)


@pytest.fixture(scope="module")
def v1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start(tmp_path_factory.mktemp("images"), sandbox="true")
    with started.client() as http:
        for name, document in {"draws": DRAWS, "edits": EDITS, "echo": ECHO}.items():
            assert http.put(f"/api/workflows/{name}", json={"workflow": document}).status_code == 200
    yield started
    started.stop()
    assert "Traceback" not in started.log(), started.log()[-4000:]


def draw(v1: Server, **body: Any) -> httpx.Response:
    with v1.client() as http:
        return http.post("/v1/images/generations", json={"model": "draws", "prompt": "a fox", **body}, timeout=60)


def edit(v1: Server, files: list[tuple[str, Any]], **fields: str) -> httpx.Response:
    with v1.client() as http:
        return http.post("/v1/images/edits", data={"prompt": "add a hat", **fields}, files=files, timeout=60)


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.size


def hole(width: int, height: int) -> bytes:
    """A mask that lets everything be drawn anew."""
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (0, 0, 0, 0)).save(file, "PNG")
    return file.getvalue()


def test_a_picture_comes_as_base64(v1: Server) -> None:
    told = draw(v1).json()
    (picture,) = told["data"]
    assert size_of(base64.b64decode(picture["b64_json"])) == (1024, 1024)
    assert (told["size"], told["output_format"], told["cost_usd"]) == ("1024x1024", "png", 0.0)


def test_or_as_a_url_that_can_be_fetched(v1: Server) -> None:
    (picture,) = draw(v1, response_format="url").json()["data"]
    with v1.client() as http:
        assert size_of(http.get("/servable/" + picture["url"].rpartition("/")[2]).content) == (1024, 1024)


def test_a_streamed_picture_is_one_event(v1: Server) -> None:
    answer = draw(v1, stream=True, partial_images=2)
    assert answer.headers["content-type"].startswith("text/event-stream")
    name, data = answer.text.strip().split("\n")
    assert name == "event: image_generation.completed"
    assert json.loads(data.removeprefix("data: "))["b64_json"]


@pytest.mark.parametrize("field", ["image", "image[]"])
def test_a_picture_is_edited_with_a_mask(v1: Server, field: str) -> None:
    files = [(field, ("a.png", png(64, 64), "image/png")), ("mask", ("m.png", hole(64, 64), "image/png"))]
    told = edit(v1, files, model="edits").json()
    assert base64.b64decode(told["data"][0]["b64_json"]).startswith(b"\x89PNG")
    assert edit(v1, files[:1]).status_code == 200


@pytest.mark.parametrize(
    ("status", "code", "param", "body"),
    [
        (404, "model_not_found", "model", {"model": "nobody"}),
        (400, "invalid_request", "prompt", {"prompt": ""}),
        (400, "invalid_request", "n", {"n": 2}),
        (400, "invalid_request", "n", {"n": 0}),
        (400, "invalid_request", "model", {"model": None}),
        (400, "no_value", "image", {"model": "edits"}),
        (422, "no_picture", None, {"model": "echo"}),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    v1: Server, status: int, code: str, param: str | None, body: dict[str, Any]
) -> None:
    answer = draw(v1, **body)
    told = answer.json()["error"]
    assert (answer.status_code, told["code"], told["param"]) == (status, code, param)


def test_without_a_model_the_candidates_are_named(v1: Server) -> None:
    assert "draws, echo" in draw(v1, model=None).json()["error"]["message"]


@pytest.mark.parametrize(
    ("status", "code", "files"),
    [
        (400, "invalid_request", []),
        (415, "not_an_image", [("image", ("a.png", b"Example data", "image/png"))]),
        (400, "invalid_request", [("image", (f"{number}.png", png(1, 1), "image/png")) for number in range(18)]),
    ],
)
def test_a_form_without_pictures_is_refused(v1: Server, status: int, code: str, files: list[Any]) -> None:
    answer = edit(v1, files or [("other", ("a.png", png(1, 1), "image/png"))], model="edits")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
